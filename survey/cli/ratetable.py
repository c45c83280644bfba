"""A rate table on a terminal: the columns that fit, and under them the rules and the method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import click

from survey.cli.printing import print_table
from survey.columns import Kind, kind_of_column, name_code, title_column
from survey.exports import plain_rows
from survey.figures import NO_FIGURE, show_percent
from survey.results import By, Table

_SHOWN: Final = {
    By.QUESTION: ("group", "collector", "question", "label", "n", "n_answered", "share", "note"),
}
_RATES: Final = (
    "unit",
    "group",
    "headcount",
    "responses",
    "response_rate",
    "satisfaction_rate",
    "satisfaction_low",
    "satisfaction_score",
    "awareness_rate",
    "persons_to_target",
    "certified",
    "rank",
    "note",
)


def print_rates(table: Table) -> None:
    """Print a table with what must stand under it."""
    print_rows(table, plain_rows(table.rows))
    for line in (*table.rules, *table.method):
        click.echo(line)


def print_rows(table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Print some rows of a table, without rules."""
    names = _SHOWN.get(table.by, _RATES)
    titles = [title_column(name) for name in names]
    print_table(titles, [[_show(row[name], name) for name in names] for row in rows])


def _show(value: Any, name: str) -> str:
    kind = kind_of_column(name)
    if value is None:
        return "" if kind in {Kind.TEXT, Kind.WORD} else NO_FIGURE
    if kind is Kind.SHARE:
        return show_percent(value)
    if kind is Kind.SCORE:
        return f"{value:.2f}"
    return name_code(value) if kind is Kind.WORD else str(value)
