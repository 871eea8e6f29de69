"""One file examined: every kind of evidence can turn the verdict by itself."""

import dataclasses
import datetime

import pytest

from report.pages import CarriedSection, Content, Extract, Metadata
from report.tools.validators import Validation
from report.verify import Expected, Subject, Tally, Verdict, examine, unread, with_validations

METADATA = Metadata(
    identifier="urn:uuid:1",
    title="标题",
    subtitle="",
    lang="zh-Hans",
    authors=("李明", "王芳"),
    publisher="卫生站",
    description="",
    keywords=(),
    edition="第1版",
    edition_number=1,
    is_released=False,
    as_of=datetime.date(2026, 11, 22),
    as_of_text="2026年11月22日",
)
CONTENT = Content(
    view="full",
    locale="zh-Hans",
    title="标题",
    edition="第1版",
    as_of="2026年11月22日",
    as_of_label="数据截至",
    sections=(CarriedSection("opening", "", "引言", "正文。"),),
    disclaimer=None,
    key_points=(),
    triggers=(),
    timeline=(),
    notes=(),
    references=(),
    glossary=(),
    values=(),
    appendix="附录",
    back_words=(),
    part_titles={},
)
FACTS = {"facts.json": b"{}"}
EXPECTED = Expected(METADATA, ("引言",), "引言正文。", FACTS, CONTENT)
GOOD = Extract(
    "标题",
    "zh-Hans",
    0,
    ("JianbaoSong",),
    (),
    ("引言",),
    "第1版 数据截至2026年11月22日 引言 正文。",
    is_tagged=True,
    attachments=FACTS,
    sections=(("引言", "正文。"),),
    headings=((1, "引言"),),
    stated={"identifier": "urn:uuid:1", "authors": "李明; 王芳", "as_of": "2026-11-22"},
)


def examined(expected=EXPECTED, excuse=lambda findings: findings, more=(), subject=None, **changes):
    extract = dataclasses.replace(GOOD, **changes)
    subject = subject or Subject("a.html", "html", lambda data: extract, b"x", is_unaltered=True)
    evidence, _ = examine(subject, expected, families={"Jianbao Song"}, excuse=excuse, more=more)
    return evidence


def codes(evidence):
    return [finding.code.code for finding in evidence.findings]


def test_a_good_file_is_good():
    evidence = examined()
    assert (codes(evidence), evidence.bottom_line) == ([], True)
    assert evidence.carried.is_whole
    assert evidence.has_facts is True
    assert (evidence.view, evidence.locale, evidence.fonts) == ("full", "zh-Hans", ("JianbaoSong",))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"fonts": ("Arial",)}, "V001"),
        ({"lang": "en"}, "V003"),
        ({"stated": {"as_of": "2026-11-21"}}, "V003"),
        ({"stated": {"authors": "李明"}}, "V003"),
        ({"stated": {"identifier": "urn:uuid:2"}}, "V003"),
        ({"attachments": {}}, "V008"),
        ({"attachments": {"facts.json": b"[]"}}, "V008"),
        ({"sections": (("引言", "反文。"),)}, "V022"),
        ({"dead_links": ("a: #x",)}, "V025"),
        ({"requests": ("https://a.example/",)}, "V026"),
        ({"headings": ((2, "引言"),)}, "V028"),
        ({"pages": 1}, "V027"),
    ],
)
def test_each_fault_turns_the_verdict(changes, code):
    evidence = examined(**changes)
    assert set(codes(evidence)) == {code}
    assert not evidence.bottom_line
    assert not Verdict((examined(), evidence)).is_good


def test_what_its_format_has_no_place_for_need_not_be_stated():
    assert codes(examined(stated={})) == []


def test_a_file_that_is_gone_or_altered_or_unreadable():
    def unreadable(data):
        raise ValueError("it is no page")

    gone = examined(subject=Subject("a.html", "html", unreadable, None, is_unaltered=False))
    altered = examined(subject=Subject("a.html", "html", lambda data: GOOD, b"x", is_unaltered=False))
    broken = examined(subject=Subject("a.html", "html", unreadable, b"x", is_unaltered=True))
    assert [codes(item) for item in (gone, altered, broken)] == [["V029"], ["V029"], ["V007"]]
    assert not any(item.bottom_line for item in (gone, altered, broken))
    assert "gone" in gone.findings[0].message


def test_what_validators_say():
    def with_validation(status, *messages):
        return with_validations(examined(), (Validation("epubcheck", "5", status, messages),))

    passed, failed = with_validation("passed"), with_validation("failed", "RSC-005", "RSC-006")
    skipped = with_validation("skipped", "not installed")
    assert passed.bottom_line
    assert codes(failed) == ["V030", "V030"]
    assert not failed.bottom_line
    # What did not run speaks neither for nor against.
    assert skipped.bottom_line
    assert codes(skipped) == []


def test_a_waiver_excuses_what_it_may():
    evidence = examined(excuse=lambda findings: [], fonts=("Arial",))
    assert evidence.bottom_line


def test_a_file_of_which_nothing_is_known():
    evidence = examined(expected=None)
    assert evidence.carried is None
    assert evidence.has_facts is None
    assert evidence.bottom_line
    assert codes(examined(expected=None, dead_links=("a: #x",))) == ["V025"]


def test_a_handout_of_two_pages_is_none():
    handout = dataclasses.replace(EXPECTED, content=dataclasses.replace(CONTENT, view="handout"))
    parts = ("PDF/A-3a", "PDF/UA-1")
    assert codes(examined(handout, pages=2, pdf_parts=parts)) == ["V021"]
    assert codes(examined(handout, pages=1, pdf_parts=parts)) == []
    assert codes(examined(pages=2, pdf_parts=parts)) == []


def test_what_kills_its_reader_is_unreadable():
    evidence = unread("a.pdf", "reading a.pdf needed more than 1.5 GB of memory")
    assert (codes(evidence), evidence.bottom_line) == (["V007"], False)


def test_no_file_is_no_proof():
    assert not Verdict(()).is_good


def test_tallies_tell_what_is_missing():
    assert (str(Tally(8, 8)), str(Tally(7, 8))) == ("8", "7/8")
