"""Mends as texts: where they are put in, which are sound in YAML, and what bytes stay as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.findings import Code, Finding, Location, Mend, sort_findings
from report.pipeline.mending import apply_mends, sound_mends, with_line_ends

LINES = st.lists(st.text(alphabet="甲a,，\u0085\x0b ", max_size=6), min_size=1, max_size=8)
ENDS = st.sampled_from(["\n", "\r\n"])


def test_mends_are_put_in_by_their_places_in_any_order():
    assert apply_mends("甲,乙.", [Mend(3, 4, "。"), Mend(1, 2, "，")]) == "甲，乙。"
    assert apply_mends("甲 乙", [Mend(1, 2, "")]) == "甲乙"
    assert apply_mends("甲", []) == "甲"


def test_of_two_mends_that_overlap_the_first_is_put_in():
    assert apply_mends("甲...乙", [Mend(2, 3, "x"), Mend(1, 4, "……")]) == "甲……乙"


def test_a_mend_is_no_part_of_what_makes_two_findings_the_same():
    code, place = Code("T999", "test"), Location("a.md", 1, 1)
    plain, with_mend = Finding(code, place, "x"), Finding(code, place, "x", mend=Mend(0, 1, ""))
    assert sort_findings([with_mend, plain]) == [plain]


@given(lines=LINES, data=st.data(), mark=st.sampled_from([b"", b"\xef\xbb\xbf"]))
def test_line_ends_and_a_byte_order_mark_stay(lines, data, mark):
    ends = [*(data.draw(ENDS) for _ in lines[1:]), ""]
    before = mark + "".join(line + end for line, end in zip(lines, ends, strict=True)).encode()
    after = [line.replace(",", "，") for line in lines]
    expected = mark + "".join(line + end for line, end in zip(after, ends, strict=True)).encode()
    assert with_line_ends(before, "\n".join(after)) == expected


def test_lines_that_end_as_long_ago_stay_so_too():
    assert with_line_ends("甲,\r乙\r\r".encode(), "甲，\n乙\n\n") == "甲，\r乙\r\r".encode()


def mend(text, old, new):
    start = text.index(old)
    return Mend(start, start + len(old), new)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("title: 甲,乙\n", ",", "，"),
        ('title: "甲,乙"\n', ",", "，"),
        ("title: '甲\"乙'\n", '"', "“"),
        ("- {label: 甲(乙}\n", "(", "（"),
    ],
)
def test_what_leaves_the_yaml_what_it_is_is_sound(text, old, new):
    mends = [mend(text, old, new)]
    assert sound_mends(text, mends, is_yaml=True) == mends


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("- {label: 甲，乙}\n", "，", ", "),
        ("title: 甲：乙\n", "：", ": "),
        ("title: 甲 乙\n", "甲 ", "甲 #"),
        ('title: "甲乙"\n', "乙", '"'),
        ('title: "甲乙"\n', '"甲', "甲"),
        ("title: ２０\n", "title: ２０", "titel: 20"),
    ],
)
def test_what_would_change_the_yaml_is_not_sound(text, old, new):
    assert sound_mends(text, [mend(text, old, new)], is_yaml=True) == []


def test_one_unsound_mend_does_not_keep_the_others_away():
    text = "- {label: 甲，乙}\n- {label: 丙(丁}\n- {label: 戊)}\n"
    good = [mend(text, "(", "（"), mend(text, ")", "）")]
    assert sound_mends(text, [mend(text, "，", ", "), *good], is_yaml=True) == good


def test_front_matter_is_yaml_and_the_body_is_not():
    text = "---\nid: a\ntitle: 甲，乙\n---\n\n丙，丁: 戊\n"
    body = mend(text, "丙，", "丙, ")
    title = mend(text, "甲，乙", "甲: 乙")
    assert sound_mends(text, [title, body], is_yaml=False) == [body]
    fine = mend(text, "甲，乙", "甲。乙")
    assert sound_mends(text, [fine, body], is_yaml=False) == [fine, body]
