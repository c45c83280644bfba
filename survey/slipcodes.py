"""The two codes of a slip, one to scan and one to type, and what is kept of them.

The scanned one carries 128 random bits, so its plain SHA-256 is safe to keep and to look up (OWASP ASVS
5.0, 6.5.2). The typed one is shorter: five symbols that find the slip, nine that prove it and a check
symbol; the nine, 44.6 random bits, are kept as an Argon2id verifier of their own salt (RFC 9106).
``docs/decisions/0021-typed-codes.md`` has the arithmetic behind the parameters.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from survey.codes import DamagedCodeError, complete_code, draw_symbols, read_code

SELECTOR_LENGTH: Final = 5
SECRET_LENGTH: Final = 9
TYPED_LENGTH: Final = SELECTOR_LENGTH + SECRET_LENGTH + 1
GROUP_LENGTH: Final = 5
"""A typed code is printed in three groups of five symbols."""

_SCANNED: Final = re.compile("[A-Z2-7]{26}")
_HASHER: Final = PasswordHasher(time_cost=1, memory_cost=4096, parallelism=1, hash_len=16, salt_len=16)
_DECOY: Final = _HASHER.hash("decoy")
# No selector is this one, because I is not in the alphabet: looking it up costs the same and finds nothing.
_NOBODY: Final = "I" * SELECTOR_LENGTH


@dataclass(frozen=True, kw_only=True)
class SlipCodes:
    """The codes as they are printed. They exist on paper only, and in memory while it is drawn."""

    scanned: str
    typed: str


@dataclass(frozen=True, kw_only=True)
class SealedCodes:
    """What is kept of a slip's codes; neither can be read back from it."""

    scan_digest: bytes
    selector: str
    verifier: str


@dataclass(frozen=True, kw_only=True)
class TypedCode:
    """A code that somebody typed, taken apart; a damaged one has the parts of nobody's."""

    selector: str
    secret: str


def draw_selectors(n: int, taken: Set[str]) -> Iterator[str]:
    """Yield ``n`` different random selectors, none of which is ``taken``."""
    given = set(taken)
    for _ in range(n):
        while (selector := draw_symbols(SELECTOR_LENGTH)) in given:
            pass
        given.add(selector)
        yield selector


def make_codes(selector: str) -> SlipCodes:
    """Return two new random codes that belong to one slip."""
    scanned = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")
    return SlipCodes(scanned=scanned, typed=complete_code(selector + draw_symbols(SECRET_LENGTH)))


def seal_codes(codes: SlipCodes) -> SealedCodes:
    """Return what is kept of a slip's codes; takes about 3 ms of processor time."""
    typed = read_typed(codes.typed)
    return SealedCodes(
        scan_digest=digest_scanned(codes.scanned),
        selector=typed.selector,
        verifier=_HASHER.hash(typed.secret),
    )


def show_typed(code: str) -> str:
    """Return a typed code as it is printed: ``A1B2C-D3E4F-G5H6J``."""
    return "-".join(code[start : start + GROUP_LENGTH] for start in range(0, len(code), GROUP_LENGTH))


def read_scanned(text: str) -> str | None:
    """Return the code that a QR code carried, in its one spelling; None for text that is no such code."""
    code = text.strip().upper()
    return code if _SCANNED.fullmatch(code) else None


def read_typed(text: str) -> TypedCode:
    """Return a typed code's parts, of nobody's code when its length or check symbol does not fit."""
    try:
        code = read_code(text, TYPED_LENGTH)
    except DamagedCodeError:
        return TypedCode(selector=_NOBODY, secret="")
    return TypedCode(selector=code[:SELECTOR_LENGTH], secret=code[SELECTOR_LENGTH:-1])


def digest_scanned(code: str) -> bytes:
    """Return the SHA-256 of a scanned code, 32 bytes."""
    return hashlib.sha256(code.encode()).digest()


def is_secret(verifier: str | None, secret: str) -> bool:
    """Whether ``secret`` belongs to the verifier; without one the same work is done for nothing."""
    try:
        _HASHER.verify(verifier or _DECOY, secret)
    except VerifyMismatchError:
        return False
    return verifier is not None
