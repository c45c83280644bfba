"""The page for the office says nothing that the functions do not."""

import re
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest

from analysis import responses_to_certify, verdict
from analysis.sentences import format_share

PAGE = (Path(__file__).parents[2] / "docs" / "口径与方法.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|")
]


def test_the_table_of_answers_needed_is_true():
    rows = [[int(cell) for cell in row] for row in ROWS if len(row) == 4 and row[0].isdigit()]

    for N, *needed in rows:
        assert needed == [responses_to_certify(0, 0, N, p0=p0).more_needed for p0 in (1.0, 0.95, 0.9)]
    assert len(rows) == 8


def test_the_table_of_lower_limits_is_true_and_rounded_down():
    rows = [row for row in ROWS if len(row) == 2 and row[0].isdigit()]

    for n, low in rows:
        assert low == format_share(Fraction(verdict(int(n), int(n)).low), floor)
    assert len(rows) == 5


@pytest.mark.parametrize(
    "counts", [(0, 0, 60), (4, 4, 60), (50, 50, 60), (57, 57, 60), (60, 60, 60), (59, 60, 60)]
)
def test_the_sentences_are_those_of_the_functions(counts):
    assert f"- {verdict(*counts).sentence()}\n" in PAGE


def test_every_status_is_explained():
    for status in ("certified", "observed", "below", "too_few", "none"):
        assert f"（{status}）" in PAGE


def test_every_picture_exists():
    for name in re.findall(r"\]\(images/(.+?)\)", PAGE):
        assert (Path(__file__).parents[2] / "docs" / "images" / name).is_file()
