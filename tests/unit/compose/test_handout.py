"""The view for patients: how its length is counted, and what is not printed in it."""

import pytest

from report.compose.handout import check_length, count_characters, without_references
from report.findings import Location

WHERE = Location("content/demo/sections/90.md", 2, 5)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("这是什么？", 5),
        ("MSC是什么", 4),
        ("2025年1月2日", 6),
        ("1,234.5 mL", 2),
        ("14岁\u2060以上", 4),
        ("A 与 B-12", 3),
    ],
)
def test_characters_are_counted_as_word_processors_do(text, count):
    assert count_characters(text) == count


def test_the_limit_is_for_all_sections_together():
    assert check_length([f"<p>{'字' * 300}</p>", f"<p>{'字' * 300}</p>"], WHERE) == []
    (finding,) = check_length([f"<p>{'字' * 300}</p>", f"<p>{'字' * 301}</p>"], WHERE)
    assert "601 characters, 1 more than 600" in finding.message


def test_marks_go_and_text_stays():
    html = (
        '<p>恢复<sup class="cite" id="cite-1"><a href="#ref-a">[1]</a></sup>，'
        '见<sup class="note-ref" id="n"><a href="#note-1">1</a></sup>；m<sup>2</sup></p>'
    )
    assert without_references(html) == "<p>恢复，见；m<sup>2</sup></p>"
