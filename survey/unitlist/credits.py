"""Check 统一社会信用代码 (GB 32100-2015): form and check symbol."""

from __future__ import annotations

import re
from typing import Final

from stdnum.cn import uscc

LENGTH: Final = 18
_FORM: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")


class CreditCodeError(ValueError):
    """A code that cannot be right; ``code`` is ``length``, ``letters`` or ``check``."""

    def __init__(self, code: str) -> None:
        super().__init__(f"not a credit code: {code}")
        self.code = code


def check_credit_code(text: str) -> str:
    """Return the code, already cleaned, when it has the form and the check symbol of GB 32100-2015.

    Raises CreditCodeError. The division in places 3 to 8 must be digits and nothing more: division tables
    age, and offices test with division 99, which belongs to nobody. The symbol that would fit is never
    named, because any of the eighteen may be the wrong one.

    python-stdnum computes the check symbol. Its ``validate`` is not used whole: it wants digits in the first
    two places and so refuses the valid codes of rural collectives (N1 to N3) and of bodies under Y.
    """
    if len(text) != LENGTH:
        raise CreditCodeError("length")
    if not _FORM.fullmatch(text):
        raise CreditCodeError("letters")
    if uscc.calc_check_digit(text[:-1]) != text[-1]:
        raise CreditCodeError("check")
    return text
