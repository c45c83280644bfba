"""Paper: text that always fits its width, and files that are replaced whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.fonts import BOLD, MONO, REGULAR
from survey.paper import Style, break_text, fit_text, write_file

STYLE = Style(BOLD, 20)
CHARACTERS = "青石镇人民政府办公室（）《》，。、：A1-/ "


@settings(max_examples=60, deadline=None)
@given(st.text(CHARACTERS, max_size=90), st.integers(1, 3))
def test_nothing_is_lost_too_wide_or_on_too_many_lines(text: str, lines: int) -> None:
    text = " ".join(text.split())
    fitted = fit_text(text, STYLE, width=200, lines=lines)
    assert "".join(fitted.lines).replace(" ", "") == text.replace(" ", "")
    assert len(fitted.lines) <= lines
    assert all(fitted.style.measure(line) <= 200 for line in fitted.lines)


def test_short_text_keeps_its_size() -> None:
    fitted = fit_text("青石镇", STYLE, width=200)
    assert (fitted.lines, fitted.style) == (("青石镇",), STYLE)


def test_long_text_shrinks_no_more_than_it_must() -> None:
    fitted = fit_text("一" * 20, STYLE, width=200)
    assert fitted.style.measure("一" * 20) <= 200 < fitted.style.measure("一" * 20) / 0.95


def test_empty_text_has_no_line_and_no_height() -> None:
    fitted = fit_text("", STYLE, width=200)
    assert (fitted.lines, fitted.height) == ((), 0)


def test_lines_are_about_equally_long() -> None:
    fitted = fit_text("示例县综合行政执法局机关", STYLE, width=200, lines=2)
    assert fitted.lines == ("示例县综合行", "政执法局机关")


def test_a_line_never_begins_with_closing_nor_ends_with_opening_marks() -> None:
    lines = break_text("食品安全，（以下简称食安）工作。", Style(REGULAR, 10), width=40)
    assert lines == ("食品安", "全，（以", "下简称食", "安）工", "作。")


def test_a_latin_word_breaks_only_after_a_slash() -> None:
    lines = break_text("spaq.example.gov.cn/q/K7M2P9A4", Style(MONO, 10), width=130)
    assert lines == ("spaq.example.gov.cn/", "q/K7M2P9A4")


def test_it_replaces_an_older_file(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"old and longer")
    write_file(tmp_path / "a.pdf", b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]


def test_a_failed_write_leaves_the_older_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> NoReturn:
        raise PermissionError(self, target)

    (tmp_path / "a.pdf").write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        write_file(tmp_path / "a.pdf", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.pdf", b"old")]
