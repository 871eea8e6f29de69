"""What a file carries beside what was composed: a flowing one exactly, a paged one passage by passage."""

import dataclasses

import pytest

from report.verify import check_parity, check_same
from tests.unit.verify.samples import CONTENT, FLOWING, PAGED, extract, replaced

READINGS = {"flowing": (FLOWING, 0), "paged": (PAGED, 12)}


def without(sections, title):
    return tuple(item for item in sections if item[0] != title)


def swapped(sections, one, other):
    """The sections with two in each other's place."""
    by_title = {item[0]: item for item in sections}
    places = {one: other, other: one}
    return tuple(by_title[places.get(title, title)] for title, _ in sections)


def found(sections, pages, content=CONTENT, **more):
    findings, carried = check_parity(content, extract(sections, pages, **more), path="a.html")
    assert all(finding.hint and finding.location.path == "a.html" for finding in findings)
    assert carried.is_whole is (not findings)
    return findings, carried


@pytest.fixture(params=READINGS)
def reading(request):
    return READINGS[request.param]


def test_a_whole_file_is_whole(reading):
    findings, carried = found(*reading)
    assert findings == []
    assert [carried.sections, carried.values, carried.notes, carried.rows] == [(3, 3), (4, 4), (2, 2), (2, 2)]


@pytest.mark.parametrize(
    ("breaking", "codes"),
    [
        # A section that is gone, emptied, cut, changed by a character, longer, or in another place.
        (lambda item: without(item, "接种安排"), ["V022", "V023"]),
        (lambda item: without(item, "免责说明"), ["V022"]),
        (lambda item: replaced(item, "引言", "并非全面禁止", "全面禁止"), ["V022"]),
        (lambda item: replaced(item, "引言", "并非全面禁止。", "并非全面禁止。请拨打广告电话。"), ["V022"]),
        (lambda item: replaced(item, "免责说明", "不构成", "构成"), ["V022"]),
        (lambda item: swapped(item, "引言", "接种安排"), ["V022"]),
        # A digit of a value: its section differs too.
        (lambda item: replaced(item, "引言", "9月1日", "9月2日"), ["V022", "V023"]),
        (lambda item: replaced(item, "接种安排", "2剂", "3剂"), ["V022", "V023"]),
        (lambda item: replaced(item, "时间线", "9月1日", "9月7日"), ["V023", "V024"]),
        # Entries that are gone, changed, or in another order.
        (lambda item: replaced(item, "时间线", "开始接种", ""), ["V024"]),
        (lambda item: replaced(item, "要点", "不收费", "收费"), ["V024"]),
        (lambda item: replaced(item, "条件", "未满足", "已满足"), ["V024"]),
        (lambda item: replaced(item, "注释", "以公告为准。", ""), ["V024"]),
        (lambda item: replaced(item, "参考文献", "2026", "2025"), ["V024"]),
        # An entry that was not composed.
        (lambda item: replaced(item, "注释", "以公告为准。", "以公告为准。\n3\n请看广告。"), ["V024"]),
        (lambda item: replaced(item, "参考文献", "[J]. 2026.", "[J]. 2026. 王五. 又一篇."), ["V024"]),
        (lambda item: replaced(item, "要点", "先登记", "最要紧的：先登记"), ["V024"]),
        (lambda item: replaced(item, "术语表", "一次接种的量", "两次接种的量"), ["V024"]),
        # What the file says of itself.
        (lambda item: tuple((title, text.replace("第1版", "第2版")) for title, text in item), ["V023"]),
        (lambda item: tuple((title, text.replace("11月22日", "11月2日")) for title, text in item), ["V023"]),
    ],
)
def test_what_is_broken_is_found(reading, breaking, codes):
    sections, pages = reading
    findings, _ = found(breaking(sections), pages)
    assert sorted({finding.code.code for finding in findings}) == codes


def test_what_only_a_style_sheet_adds_is_allowed_in_pages_alone():
    findings, _ = found(replaced(FLOWING, "接种安排", "先登记", "（一）先登记"), 0)
    assert [finding.code.code for finding in findings] == ["V022"]
    assert "reads '（一）先登记。后接种，共2剂，间隔2剂之间30天…' where '先登记。后" in findings[0].message


def test_paragraphs_in_another_order_are_found_in_pages_too():
    long = ("先到卫生站登记并核对证件。", "再按约定的日子前来接种。")
    section = CONTENT.sections[0]._replace(text="".join(long))
    content = dataclasses.replace(CONTENT, sections=(section,), disclaimer=None, values=())
    assert found((*without(PAGED, "引言"), ("引言", "\n".join(long))), 12, content)[0] == []
    (finding,) = found((*without(PAGED, "引言"), ("引言", "\n".join(reversed(long)))), 12, content)[0]
    assert "in another order" in finding.message


def test_a_hyphen_at_a_lines_end_is_no_difference_and_a_minus_is():
    section = CONTENT.sections[0]._replace(text="MSC-based产品在-80℃保存。")
    content = dataclasses.replace(CONTENT, sections=(section,), disclaimer=None, values=())
    rest = without(PAGED, "引言")
    assert found((*rest, ("引言", "MSC\nbased产品在-80℃保存。")), 12, content)[0] == []
    assert len(found((*rest, ("引言", "MSC\nbased产品在80℃保存。")), 12, content)[0]) == 1
    # What flows has no line ends to lose a hyphen at.
    assert len(found((*without(FLOWING, "引言"), ("引言", "MSCbased产品在-80℃保存。")), 0, content)[0]) == 1


def test_a_title_may_be_read_with_its_number(reading):
    sections, pages = reading
    numbered = tuple((f"一　{title}" if title == "引言" else title, text) for title, text in sections)
    assert found(numbered, pages)[0] == []
    other = tuple((f"三　{title}" if title == "引言" else title, text) for title, text in sections)
    assert "V022" in [finding.code.code for finding in found(other, pages)[0]]


def test_an_old_date_behind_the_label_is_found_though_the_right_one_is_printed_elsewhere(reading):
    sections, pages = reading
    stale = (*sections, ("版本说明", "数据截至：2026年10月1日"))
    (finding,) = found(stale, pages)[0]
    assert (finding.code.code, "'2026年10月1日" in finding.message) == ("V023", True)


def test_what_the_content_itself_says_behind_the_label_is_no_old_date(reading):
    sections, pages = reading
    words = "登记的数据截至2025年底。"
    text = CONTENT.sections[0].text + words
    content = dataclasses.replace(
        CONTENT, sections=(CONTENT.sections[0]._replace(text=text), *CONTENT.sections[1:])
    )
    told = replaced(sections, "引言", "并非全面禁止。", f"并非全面禁止。{words}")
    assert found(told, pages, content)[0] == []


def test_notes_may_stand_anywhere_in_the_file():
    # As an EPUB has them, below the sections that they belong to.
    text = "\n".join(title + text for title, text in FLOWING)
    sections = without(FLOWING, "注释")
    flowing = dataclasses.replace(extract(sections, 0), text=text)
    assert check_parity(CONTENT, flowing, path="a.epub")[0] == []


def test_a_value_printed_less_often_than_composed_is_missing(reading):
    sections, pages = reading
    findings, carried = found(replaced(sections, "接种安排", "间隔2剂", "间隔两剂"), pages)
    assert carried.values == (3, 4)
    assert "stands 1 of 2 times in '接种安排'" in findings[-1].message


def same(sections, pages, **more):
    findings = check_same(
        extract(sections, pages, **more),
        extract(FLOWING, 0),
        path="a.pdf",
        other_path="a.html",
        own_titles=("目录", "时间线", "术语表", "条件"),
        words=("附录", "见第", "页"),
    )
    return [finding.code.code for finding in findings]


def test_files_of_one_content_are_compared_without_it(reading):
    sections, pages = reading
    assert same(sections, pages) == []
    assert same(replaced(sections, "引言", "9月1日", "9月2日"), pages) == ["V022"]
    assert same(replaced(sections, "参考文献", "2026", "2025"), pages) == ["V022"]
    assert same(replaced(sections, "注释", "以公告为准", "以说明为准"), pages) == ["V022"]
    assert same(without(sections, "免责说明"), pages) == ["V022"]
    assert same((*sections, ("广告", "欢迎咨询。")), pages) == ["V022"]
    assert same(sections, pages, attachments={"facts.json": b"{}"}) == ["V008"]


def test_parts_that_formats_have_of_their_own_are_not_compared(reading):
    sections, pages = reading
    assert same(without(sections, "术语表"), pages) == []
    assert same(replaced(sections, "条件", "未满足", "尚未满足"), pages) == []
    # Notes that stand with their sections, as in an EPUB, are read there.
    assert same(tuple((title, "" if title == "注释" else text) for title, text in sections), pages) == []
