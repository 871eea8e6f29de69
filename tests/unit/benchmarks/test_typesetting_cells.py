from pathlib import Path

import pytest

from benchmarks.typesetting import cells
from benchmarks.typesetting.cells import SetLine, UnreadableError, read_set_lines
from benchmarks.typesetting.documents import MARGIN_PT, SIZE_PT, Document
from benchmarks.typesetting.glyphs import Glyph
from benchmarks.typesetting.texts import Run, Text
from report.typography.fonts import bundled_fonts_dir


def glyph(text: str, ink_left: float, x: float | None = None) -> Glyph:
    """Return a glyph whose ink begins so many ems right of the measure's edge, and its box elsewhere, if given."""
    left = MARGIN_PT + SIZE_PT * ink_left
    return Glyph(text, left if x is None else x, left, left + SIZE_PT / 2, SIZE_PT, "JianbaoSong-Regular")


def read(monkeypatch: pytest.MonkeyPatch, rows: list[list[Glyph]], *paragraphs: str) -> tuple[SetLine, ...]:
    path = Path(__file__)
    monkeypatch.setattr(cells, "read_lines", lambda data: rows)
    text = Text("text", [(Run(paragraph),) for paragraph in paragraphs])
    return read_set_lines(Document(text, 10, path), bundled_fonts_dir())


def row(text: str) -> list[Glyph]:
    return [glyph(char, index) for index, char in enumerate(text)]


def test_lines_are_told_apart_by_the_paragraphs_of_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = read(monkeypatch, [row("一二三"), row("四"), row("用A B")], "一二三四", "用A B")
    assert [(line.paragraph, line.text, line.is_last, line.is_only) for line in lines] == [
        (0, "一二三", False, False),
        (0, "四", True, False),
        (1, "用A B", True, True),
    ]


def test_a_box_begins_left_of_the_ink_by_the_bearing_of_the_full_glyph(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The full opening parenthesis has its ink in the right half, wherever this file has its origin.
    (line,) = read(monkeypatch, [[glyph("（", 0.65, x=0)]], "（")
    assert line.cells[0].start == pytest.approx(0, abs=0.01)
    assert line.cells[0].end == pytest.approx(1, abs=0.01)


def test_two_characters_of_one_glyph_are_one_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    dash = glyph("—", 1)
    (line,) = read(monkeypatch, [[glyph("甲", 0), dash, dash, glyph("乙", 3)]], "甲——乙")
    assert [cell.char for cell in line.cells] == ["甲", "——", "乙"]
    assert line.cells[1].end - line.cells[1].start == pytest.approx(2)


def test_a_hyphen_that_parts_a_word_is_no_character_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = read(monkeypatch, [row("Ry\x02"), row("oncil")], "Ryoncil")
    assert first.text == "Ry"
    assert first.hyphen is not None
    assert (second.text, second.hyphen) == ("oncil", None)


def test_a_typed_hyphen_at_a_line_end_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = read(monkeypatch, [row("NR\u00ad"), row("2")], "NR-2")
    assert (first.text, first.hyphen) == ("NR-", None)


@pytest.mark.parametrize("rows", [["一三"], ["一"], ["一二", "三"]])
def test_another_text_than_the_source_is_refused(monkeypatch: pytest.MonkeyPatch, rows: list[str]) -> None:
    with pytest.raises(UnreadableError):
        read(monkeypatch, [row(text) for text in rows], "一二")
