"""Submission ids: the same for one person on one device, unguessable from another's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.respond import devices

NOW = datetime(2026, 12, 1, tzinfo=UTC)
DEVICES = st.binary(min_size=16, max_size=16).map(bytes.hex)
SMALL_NUMBERS = st.integers(1, 10**6)


@given(DEVICES, SMALL_NUMBERS, SMALL_NUMBERS)
@settings(max_examples=50)
def test_an_id_is_the_same_whenever_it_is_derived(device: str, collector: int, person: int) -> None:
    first = devices.derive_submission(device, collector, person)
    assert first == devices.derive_submission(device, collector, person)
    assert devices.read_submission(first) == first


@given(st.sets(st.tuples(DEVICES, SMALL_NUMBERS, SMALL_NUMBERS), max_size=20))
@settings(max_examples=50)
def test_no_two_persons_devices_or_collectors_share_an_id(cases: set[tuple[str, int, int]]) -> None:
    assert len({devices.derive_submission(*case) for case in cases}) == len(cases)


@given(st.integers(0, 5000))
@settings(max_examples=50)
def test_the_next_person_is_the_first_who_has_not_answered(n_answered: int) -> None:
    asked: list[int] = []

    def is_taken(person: int) -> bool:
        asked.append(person)
        return person <= n_answered

    assert devices.find_person(is_taken) == n_answered + 1
    assert len(asked) <= 26


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("1", 1),
        ("12", 12),
        ("9999", 9999),
        ("10000", 1),
        ("0", 1),
        ("-3", 1),
        ("", 1),
        ("二", 1),
        ("٣", 1),
        ("²", 1),
    ],
)
def test_a_person_is_read_from_an_address_without_trust(text: str, person: int) -> None:
    assert devices.read_person(text) == person


def test_a_new_device_can_be_read_back() -> None:
    device = devices.make_device()
    assert devices.read_device(device) == device
    assert devices.make_device() != device


@pytest.mark.parametrize("text", ["", "a" * 31, "a" * 33, "A" * 32, "g" * 32, "a" * 32 + "\n"])
def test_a_foreign_number_is_not_read(text: str) -> None:
    assert devices.read_device(text) is None


@pytest.mark.parametrize(
    ("left", "seconds"),
    [
        (timedelta(hours=1), 3600),
        (timedelta(days=60), devices.LONGEST_LIFE),
        (timedelta(days=61), devices.LONGEST_LIFE),
        (timedelta(seconds=-1), 0),
    ],
)
def test_a_device_forgets_its_number_when_the_wave_ends(left: timedelta, seconds: int) -> None:
    assert devices.measure_life(NOW + left, NOW) == seconds
