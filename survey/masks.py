"""Choosing the mask of a QR code, the slowest step of drawing one, for all eight masks at once.

A mask flips modules so that the code looks like no pattern a reader looks for; ISO/IEC 18004:2015, 7.8.3
gives the penalties that rank the eight. The qrcode library counts them module by module, 7 ms a code; a
county's slips are ten thousand codes. Checked against that library's own choice in the tests.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from qrcode.main import QRCode

N_MASKS: Final = 8
_Modules: TypeAlias = NDArray[np.bool_]

_LOOK_ALIKES: Final = (0b10111010000, 0b00001011101)
"""A finder pattern cut through its middle, with the light that follows or precedes it; a bit is a module."""
_WINDOW: Final = 11


def choose_mask(code: QRCode[Any]) -> int:
    """Return the mask, 0 to 7, with the lowest penalty for a code whose version is set."""
    flips = _read_flips(code.version, code.error_correction)
    penalties = measure_penalties(_build_modules(code, 0) ^ flips)
    return int(np.argmin(penalties))


def measure_penalties(codes: _Modules) -> NDArray[np.int64]:
    """Return the penalty of each code; ``codes`` is codes × rows × columns, True for dark."""
    lines = np.concatenate([codes, codes.transpose(0, 2, 1)], axis=1)
    return _count_runs(lines) + 3 * _count_blocks(codes) + 40 * _count_look_alikes(lines) + _weigh_dark(codes)


def _count_runs(lines: _Modules) -> NDArray[np.int64]:
    """Return, for each code, 3 for every run of five alike modules and 1 for each further module of it."""
    is_same = lines[:, :, 1:] == lines[:, :, :-1]
    is_pair = is_same[:, :, 1:] & is_same[:, :, :-1]
    is_five = is_pair[:, :, 2:] & is_pair[:, :, :-2]
    starts = is_five & ~np.pad(is_five, ((0, 0), (0, 0), (1, 0)))[:, :, :-1]
    return _count(is_five) + 2 * _count(starts)


def _count_blocks(codes: _Modules) -> NDArray[np.int64]:
    """Return, for each code, how many squares of two by two are of one colour."""
    right = codes[:, :, 1:] == codes[:, :, :-1]
    down = codes[:, 1:, :] == codes[:, :-1, :]
    return _count(right[:, 1:] & right[:, :-1] & down[:, :, 1:])


def _count_look_alikes(lines: _Modules) -> NDArray[np.int64]:
    """Return, for each code, how often a row or column looks like a finder pattern, read either way."""
    n_windows = lines.shape[2] - _WINDOW + 1
    words = np.zeros((*lines.shape[:2], n_windows), dtype=np.int16)
    for place in range(_WINDOW):
        words <<= 1
        words |= lines[:, :, place : place + n_windows]
    return _count((words == _LOOK_ALIKES[0]) | (words == _LOOK_ALIKES[1]))


def _weigh_dark(codes: _Modules) -> NDArray[np.int64]:
    """Return, for each code, 10 for every full twentieth by which its dark share is off one half."""
    percent = _count(codes) / codes[0].size * 100
    steps: NDArray[np.int64] = (np.abs(percent - 50) / 5).astype(np.int64)
    return 10 * steps


def _count(places: _Modules) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = np.count_nonzero(places, axis=(1, 2))
    return counts


@lru_cache(maxsize=40)
def _read_flips(version: int, error_correction: int) -> _Modules:
    """Return where each mask differs from mask 0, which is the same for every code of a version."""
    code: QRCode[Any] = QRCode(version=version, error_correction=error_correction, border=0)
    code.add_data("0")
    first = _build_modules(code, 0)
    return np.stack([_build_modules(code, mask) ^ first for mask in range(N_MASKS)])


def _build_modules(code: QRCode[Any], mask: int) -> _Modules:
    # True leaves the format's own modules light, as the library does while it compares masks.
    code.makeImpl(True, mask)
    return np.array(code.modules, dtype=np.bool_)
