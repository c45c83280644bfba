"""One table as it stands in a file: values by row and column, and which cells are one merged cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from survey.unitlist.faults import Place

Spot = tuple[int, int]
"""Row and column, both from 1."""


@dataclass(frozen=True, kw_only=True)
class Merge:
    """A rectangle of cells that the file shows as one; its value stands in the first."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def anchor(self) -> Spot:
        """The cell that holds the value."""
        return self.top, self.left


@dataclass(frozen=True)
class Sheet:
    """A table. ``values`` has the cells that are not blank. A CSV file is one sheet with an empty title.

    ``lines`` gives the line in the file of each row where that is not the row's own number (CSV with quoted
    line breaks); ``widths`` the number of fields of each row of a CSV file.
    """

    title: str
    values: Mapping[Spot, object]
    merges: tuple[Merge, ...] = ()
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    lines: Mapping[int, int] = field(default_factory=dict)
    widths: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The numbers of the rows that have any value, ascending."""
        return tuple(sorted({row for row, _ in self.values}))

    @cached_property
    def columns_by_row(self) -> Mapping[int, tuple[int, ...]]:
        """The columns that have a value, ascending, of each row in ``rows``."""
        columns: dict[int, list[int]] = {row: [] for row in self.rows}
        for row, column in sorted(self.values):
            columns[row].append(column)
        return {row: tuple(found) for row, found in columns.items()}

    @cached_property
    def _anchors(self) -> Mapping[Spot, Merge]:
        filled = set(self.rows)
        return {
            (row, column): merge
            for merge in self.merges
            if merge.anchor in self.values
            for row in range(merge.top, merge.bottom + 1)
            if row in filled
            for column in range(merge.left, merge.right + 1)
        }

    def value(self, row: int, column: int) -> object:
        """Return what stands in this very cell, None when it is blank."""
        return self.values.get((row, column))

    def merge_over(self, row: int, column: int) -> Merge | None:
        """Return the merged cell with a value that covers this cell without beginning in it."""
        merge = self._anchors.get((row, column))
        return merge if merge is not None and merge.anchor != (row, column) else None

    def shown_value(self, row: int, column: int) -> object:
        """Return what a person sees in this cell: its value, or that of the merged cell it belongs to."""
        merge = self._anchors.get((row, column))
        return self.values[merge.anchor] if merge else self.value(row, column)

    def place(self, row: int, column: int = 0) -> Place:
        """Return where a cell or a row is, as the clerk would look for it."""
        return Place(sheet=self.title, row=self.lines.get(row, row), column=column)
