"""Dates as an office writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from survey.clock import MomentError, read_moment, show_deadline, show_moment


def test_a_date_is_the_first_moment_of_its_day_in_china() -> None:
    assert read_moment("2026-12-01") == datetime(2026, 11, 30, 16, tzinfo=UTC)


def test_a_closing_date_includes_its_whole_day() -> None:
    assert read_moment("2026-12-01", end_of_day=True) == datetime(2026, 12, 1, 16, tzinfo=UTC)


def test_a_closing_time_is_taken_as_it_stands() -> None:
    assert read_moment("2026-12-01T18:00", end_of_day=True) == datetime(2026, 12, 1, 10, tzinfo=UTC)


def test_a_time_with_an_offset_keeps_it() -> None:
    assert read_moment("2026-12-01T18:00+00:00") == datetime(2026, 12, 1, 18, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "明天", "2026-13-01", "2026/12/01", "2026-12-01T25:00"])
def test_it_names_what_is_no_date(text: str) -> None:
    with pytest.raises(MomentError, match=f"“{text}”"):
        read_moment(text)


def test_it_shows_a_moment_in_china_time() -> None:
    assert show_moment(datetime(2026, 12, 1, 10, 5, tzinfo=UTC)) == "2026年12月1日 18:05"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("2026-12-10", "2026年12月10日 24:00"), ("2026-12-10T18:30", "2026年12月10日 18:30")],
)
def test_a_deadline_at_midnight_belongs_to_the_day_that_ends(text: str, shown: str) -> None:
    assert show_deadline(read_moment(text, end_of_day=True)) == shown
