"""Numbers as people read them. Absent is not zero, and nothing is 100.00% unless it is everyone."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

NO_FIGURE = "—"
_HUNDREDTH = Decimal("0.01")


def show_percent(share: float | None) -> str:
    """Return a share from 0 to 1 as a percentage with two decimals, half up; ``—`` where there is none.

    A share below 1 never shows as 100.00%, nor one above 0 as 0.00%: it is shown as 99.99% or 0.01%.
    """
    return NO_FIGURE if share is None else f"{_percent(share)}%"


def round_share(share: float) -> float:
    """Return a share as a workbook should hold it, so that two decimals of percent never claim 100.00%."""
    return float(_percent(share) / 100)


def show_points(gap: float | None) -> str:
    """Return a gap between two shares in percentage points with two decimals; ``—`` where there is none."""
    if gap is None:
        return NO_FIGURE
    return str((Decimal(repr(gap)) * 100).quantize(_HUNDREDTH, ROUND_HALF_UP))


def _percent(share: float) -> Decimal:
    percent = (Decimal(repr(share)) * 100).quantize(_HUNDREDTH, ROUND_HALF_UP)
    if share < 1 and percent >= 100:
        return Decimal("99.99")
    if share > 0 and percent <= 0:
        return _HUNDREDTH
    return percent
