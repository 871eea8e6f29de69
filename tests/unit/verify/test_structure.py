"""How a file is built, whatever it says."""

import dataclasses

import pytest

from report.pages import Block, Extract, Glyph, PrintedLine
from report.verify.structure import PDF_PARTS, judge_archival, judge_one_page, judge_structure

GOOD = Extract(
    "标题",
    "zh-Hans",
    0,
    (),
    (),
    (),
    "正文",
    is_tagged=True,
    headings=((1, "标题"), (2, "一"), (3, "甲"), (2, "二"), (1, "注释")),
)


def judged(**changes):
    findings = judge_structure(dataclasses.replace(GOOD, **changes), path="a.epub")
    assert all(
        finding.hint and finding.location.path == "a.epub" and finding.is_error for finding in findings
    )
    return [(finding.code.code, finding.message) for finding in findings]


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"dead_links": ("a.xhtml: b.xhtml#x",)}, "V025", "'a.xhtml: b.xhtml#x' leads nowhere"),
        ({"requests": ("https://a.example/x.png",)}, "V026", "would load 'https://a.example/x.png'"),
        ({"figures_without_alt": ("img map.png",)}, "V028", "'img map.png' has no text alternative"),
        ({"links_without_text": ("https://a.example/",)}, "V028", "'https://a.example/' has no text"),
        (
            {"headings": ((1, "标题"), (3, "甲"))},
            "V028",
            "'甲' is of level 3 and follows a heading of level 1",
        ),
        ({"headings": ((2, "一"),)}, "V028", "'一' is of level 2 and follows no heading"),
    ],
)
def test_each_fault_has_its_code(changes, code, words):
    ((found, message),) = judged(**changes)
    assert found == code
    assert words in message


def test_what_is_sound_is_not_complained_of():
    assert judged() == []
    # From a deep heading straight back to a high one is no gap.
    assert judged(headings=((1, "甲"), (2, "乙"), (3, "丙"), (1, "丁"))) == []


@pytest.mark.parametrize("left", PDF_PARTS)
def test_a_pdf_states_both_standards(left):
    pages = dataclasses.replace(GOOD, pages=3, pdf_parts=tuple(part for part in PDF_PARTS if part != left))
    (finding,) = judge_archival(pages, path="a.pdf")
    assert finding.code.code == "V027"
    assert left in finding.message
    assert judge_archival(dataclasses.replace(pages, pdf_parts=PDF_PARTS), path="a.pdf") == []


def test_what_has_no_pages_need_not_be_a_pdf():
    assert judge_archival(GOOD, path="a.epub") == []


def line(page, baseline, text):
    glyphs = [
        Glyph(char, 72 + 10 * x, baseline, 82 + 10 * x, 0, 0, 10, "", False, 0) for x, char in enumerate(text)
    ]
    return PrintedLine(page, baseline, tuple(glyphs))


def test_a_handout_keeps_to_its_page():
    first = line(1, 100, "先登记后接种")
    one = dataclasses.replace(GOOD, pages=1, blocks=(Block("P", (first,)),))
    assert judge_one_page(one, path="a-handout.pdf") == []
    rest = (first, line(2, 700, "发热的人"), line(2, 680, "退热后再约"))
    two = dataclasses.replace(GOOD, pages=2, blocks=(Block("P", rest),))
    (finding,) = judge_one_page(two, path="a-handout.pdf")
    assert finding.code.code == "V021"
    assert finding.message == "the handout runs on over a second page: 2 lines, 9 characters, 11 mm"
    (empty,) = judge_one_page(dataclasses.replace(GOOD, pages=3), path="a-handout.pdf")
    assert empty.message == "the handout runs on over 3 pages"
