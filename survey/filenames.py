"""Names of files for people, made from names of units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path
from typing import Final

_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
# A file name may hold 255 bytes on Linux, and a Chinese character takes three or four.
_LONGEST_STEM: Final = 60


def name_file(wish: str, taken: Sequence[Path], suffix: str = ".pdf") -> str:
    """Return a name like ``wish`` that Windows, Linux and a zip file accept and that no ``taken`` path has.

    What a file name may not hold is left out; a wish of which nothing is left becomes ``-``.
    """
    stem = _UNSAFE.sub("", wish)[:_LONGEST_STEM].strip(" .") or "-"
    names = {path.stem.casefold() for path in taken}
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(name for name in chain([stem], numbered) if name.casefold() not in names) + suffix
