"""Tables on a terminal, and lines of CSV in a pipe."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from io import StringIO

import click
from rich.console import Console
from rich.table import Table

from survey.spreadsheets import guard_text


def print_table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, right: int = 0) -> None:
    """Print rows as a table to stdout; the last ``right`` columns are set flush right."""
    table = Table()
    for place, title in enumerate(titles):
        is_number = place >= len(titles) - right
        table.add_column(title, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    # A pipe has no width of its own; without one the table would be cut to 80 columns.
    width = None if sys.stdout.isatty() else 200
    Console(width=width, highlight=False).print(table)


def print_csv(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as CSV to stdout; text that a spreadsheet would run as a formula is made harmless."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(titles)
    for row in rows:
        writer.writerow([guard_text(value) for value in row])
    click.echo(text.getvalue(), nl=False)
