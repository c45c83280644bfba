"""The names of the closed choices."""

from __future__ import annotations

from enum import StrEnum

import pytest

from survey import words
from survey.words import CollectorKind, WaveState, name_word

CHOICES = [kind for kind in vars(words).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]


def test_choices_with_the_same_code_keep_their_own_names() -> None:
    assert CollectorKind.OPEN.value == WaveState.OPEN.value
    assert name_word(CollectorKind.OPEN) == "公开二维码"
    assert name_word(WaveState.OPEN) == "进行中"


@pytest.mark.parametrize(
    "choice", [kind for kind in CHOICES if kind is not StrEnum], ids=lambda kind: kind.__name__
)
def test_every_choice_has_a_name_of_its_own_in_both_languages(choice: type[StrEnum]) -> None:
    for language in ("zh", "en"):
        names = [name_word(word, language) for word in choice]
        assert len(set(names)) == len(names)
        assert all(names)
