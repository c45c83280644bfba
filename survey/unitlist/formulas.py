"""Work out the sums a clerk writes (``=SUM(F6:F25)``, ``=F26+F73``, ``=30+5``); leave the rest to the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from openpyxl.utils.cell import range_boundaries

from survey.unitlist.headcounts import HeadcountError, Unsolved, read_headcount
from survey.unitlist.sheets import Spot

_CELL: Final = r"\$?[A-Z]{1,3}\$?[0-9]{1,7}"
_TERM: Final = re.compile(rf"([+-]?)(?:SUM\(([^()]*)\)|({_CELL})|([0-9]{{1,9}}(?:\.[0-9]{{1,9}})?))")
_ARGUMENT: Final = re.compile(rf"({_CELL})(?::({_CELL}))?|([0-9]{{1,9}}(?:\.[0-9]{{1,9}})?)")
_VISIT_LIMIT: Final = 2_000_000
"""Cells that the sums of one sheet may visit; far above any unit list, far below a denial of service."""

_DEPTH_LIMIT: Final = 50


class Formula(str):
    """The text of a formula, to tell it from text that a person typed."""

    __slots__ = ()


class Sums:
    """The results of one sheet's simple formulas, each worked out once.

    A formula is read for what it means, the sum of those cells, with every cell read as the unit list reads
    it: ``35人`` counts 35 although a spreadsheet would leave it out.
    """

    def __init__(self, values: Mapping[Spot, object]) -> None:
        self._values = values
        self._results: dict[Spot, float | None] = {}
        self._visits = 0
        self._depth = 0

    def solve(self, spot: Spot) -> float | None:
        """Return the number in a cell; None when it is no sum, refers to itself, or goes too deep."""
        if spot not in self._results:
            self._results[spot] = None  # What a formula finds that leads back to itself.
            self._depth += 1
            if self._depth <= _DEPTH_LIMIT and self._visits <= _VISIT_LIMIT:
                self._results[spot] = self._work_out(str(self._values[spot]).upper().replace(" ", ""))
            self._depth -= 1
        return self._results[spot]

    def _work_out(self, text: str) -> float | None:
        total, position = 0.0, 1
        while position < len(text):
            term = _TERM.match(text, position)
            if term is None or (position > 1 and not term[1]):
                return None
            amount = self._read_term(term)
            if amount is None:
                return None
            total += -amount if term[1] == "-" else amount
            position = term.end()
        return total if len(text) > 1 else None

    def _read_term(self, term: re.Match[str]) -> float | None:
        _, arguments, cell, number = term.groups()
        if number:
            return float(number)
        if cell:
            return self._read_cell(_locate(cell), is_alone=True)
        return self._add_arguments(arguments)

    def _add_arguments(self, arguments: str) -> float | None:
        amounts = [self._read_argument(text) for text in arguments.split(",")]
        return _add_up(amounts)

    def _read_argument(self, text: str) -> float | None:
        argument = _ARGUMENT.fullmatch(text)
        if argument is None:
            return None
        if argument[3]:
            return float(argument[3])
        spots = self._list_cells(text)
        self._visits += len(spots)
        return _add_up([self._read_cell(spot, is_alone=False) for spot in spots])

    def _list_cells(self, reference: str) -> list[Spot]:
        left, top, right, bottom = _bound(reference)
        area = (right - left + 1) * (bottom - top + 1)
        if area <= len(self._values):
            spots = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
            return [spot for spot in spots if spot in self._values]
        self._visits += len(self._values)
        return [spot for spot in self._values if top <= spot[0] <= bottom and left <= spot[1] <= right]

    def _read_cell(self, spot: Spot, *, is_alone: bool) -> float | None:
        value = self._values.get(spot)
        if isinstance(value, Formula):
            return self.solve(spot)
        try:
            return float(read_headcount(value))
        except HeadcountError:
            # A sum passes over text, as a spreadsheet does; "=B5" on text is not about numbers.
            return None if is_alone else 0.0


def solve_formulas(values: Mapping[Spot, object], stored: Mapping[Spot, object]) -> dict[Spot, object]:
    """Return the values with every formula replaced by its result.

    A simple sum is worked out here, because a file saved by a program keeps no results and an edited one may
    keep stale ones; any other formula takes the result ``stored`` in the file; without one it is Unsolved.
    """
    sums = Sums(values)
    solved = dict(values)
    for spot, value in values.items():
        if isinstance(value, Formula):
            number = sums.solve(spot)
            result = stored.get(spot, Unsolved(str(value))) if number is None else number
            solved[spot] = result
    return solved


def _add_up(amounts: list[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


def _locate(cell: str) -> Spot:
    left, top, _, _ = _bound(cell)
    return top, left


def _bound(reference: str) -> tuple[int, int, int, int]:
    # The patterns admit only whole references, so no bound is missing; an empty one would bound nothing.
    left, top, right, bottom = range_boundaries(reference)
    return left or 1, top or 1, right or 0, bottom or 0
