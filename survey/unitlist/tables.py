"""A sheet under its header: cells by what they hold."""

from __future__ import annotations

from dataclasses import dataclass

from survey.unitlist.faults import Place
from survey.unitlist.headers import Header
from survey.unitlist.labels import Field
from survey.unitlist.sheets import Sheet


@dataclass(frozen=True, kw_only=True)
class Table:
    """A sheet with the header that was found in it."""

    sheet: Sheet
    header: Header

    def value(self, row: int, field: Field) -> object:
        """Return what stands in a row under a field, None where the field has no column."""
        column = self.header.columns.get(field)
        return None if column is None else self.sheet.value(row, column)

    def shown_value(self, row: int, field: Field) -> object:
        """Return the same, with a merged cell's value carried to every cell of it."""
        column = self.header.columns.get(field)
        return None if column is None else self.sheet.shown_value(row, column)

    def place(self, row: int, field: Field) -> Place:
        """Return the place of a row's cell; of the row where the field has no column."""
        return self.sheet.place(row, self.header.columns.get(field, 0))

    def label(self, field: Field) -> str:
        """Return the words over a field's column."""
        return self.header.labels[self.header.columns[field]]
