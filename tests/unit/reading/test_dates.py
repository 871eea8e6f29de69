"""Dates in prose: what is read, how finely, and what is no date of an event."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.facts.dates import parse_date
from report.facts.printing import print_date, print_date_compact
from report.reading.dates import Relation, read_dates

DAYS = st.dates(datetime.date(1800, 1, 1), datetime.date(2099, 12, 31))
PARTS = st.builds(
    lambda day, length, mark: day.isoformat()[:length] + mark,
    DAYS,
    st.sampled_from([4, 7, 10]),
    st.sampled_from(["", "~", "?", "%"]),
)


def _interval(one, other):
    first, second = sorted(
        (parse_date(one), parse_date(other)), key=lambda date: (date.earliest, date.latest)
    )
    return f"{first}/{second}"


TEXTS = st.one_of(
    PARTS,
    st.builds(_interval, PARTS, PARTS),
    PARTS.flatmap(lambda part: st.sampled_from([f"../{part}", f"{part}/.."])),
)


def read(text, locale="zh-Hans"):
    return [(text[date.start : date.end], str(date.date)) for date in read_dates(text, locale)]


@given(TEXTS.map(parse_date), st.sampled_from(["zh-Hans", "zh-Hant-HK", "en"]), st.booleans())
def test_what_is_printed_is_read_back(date, locale, is_within_sentence):
    printed = print_date(date, locale)
    ahead, behind = ("", "")
    if is_within_sentence:
        ahead, behind = (
            ("It was announced in ", ", they say.") if locale == "en" else ("这件事在", "，已经公布。")
        )
    (told,) = read_dates(f"{ahead}{printed}{behind}", locale)
    assert told.date is not None
    assert (told.date.earliest, told.date.latest) == (date.earliest, date.latest)
    assert (told.date.is_approximate, told.date.is_uncertain) == (date.is_approximate, date.is_uncertain)
    assert told.date.precision == date.precision
    assert (told.start, told.end) == (len(ahead), len(ahead) + len(printed))


@given(DAYS, st.sampled_from([4, 7, 10]), st.sampled_from(["zh-Hans", "en"]))
def test_what_a_table_prints_is_read_back(day, length, locale):
    date = parse_date(day.isoformat()[:length])
    (told,) = read_dates(print_date_compact(date, locale), locale)
    assert told.date == date


@given(
    st.text(
        "0123456789年月日号—至到—-/.同次当上下半初中底末旬第季度约（待核）或更早晚，。 一二三十〇",
        max_size=30,
    )
)
def test_any_text_is_read_without_overlaps(text):
    end = 0
    for date in read_dates(text, "zh-Hans"):
        assert end <= date.start < date.end <= len(text)
        end = date.end


@given(st.text("0123456789 ,.–-JanuryFebMchQofthealtdicd", max_size=40))
def test_any_english_text_is_read_without_overlaps(text):
    end = 0
    for date in read_dates(text, "en"):
        assert end <= date.start < date.end <= len(text)
        end = date.end


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("二〇一五年十二月三十一日", ["2015-12-31"]),
        ("二零一五年七月", ["2015-07"]),
        ("2024年底获批", ["2024-10/2024-12"]),
        ("2025 年 1 月 2 日", ["2025-01-02"]),
        ("2025年初，政策松动", ["2025-01/2025-03"]),
        ("2025年上半年", ["2025-01/2025-06"]),
        ("2025年第三季度", ["2025-07/2025-09"]),
        ("2025年1月中旬", ["2025-01-08/2025-01-23"]),
        ("2024年12月18日获批，12月20日供货", ["2024-12-18", "2024-12-20"]),
        ("2020年10月和12月", ["2020-10", "2020-12"]),
        ("2020年3月至5月", ["2020-03/2020-05"]),
        ("2020年3月1日至5日", ["2020-03-01/2020-03-05"]),
        ("2011—2015年", ["2011/2015"]),
        ("2019年立项，次年1月公布，同年5月施行", ["2019", "2020-01", "2020-05"]),
        ("2025/1/2与2025.1.2", ["2025-01-02", "2025-01-02"]),
        ("10月8日起", ["None"]),
        ("2025年2月30日", ["None"]),
    ],
)
def test_chinese(text, dates):
    assert [date for _, date in read(text)] == dates


@pytest.mark.parametrize(
    "text",
    [
        "2025年度通知，2022年版指南，2022版",
        "20世纪90年代，1990年代",
        "国务院2015年第3号公告",
        "在ASH 2024年会上",
        "每年10月1日",
        "耗时20年，3年级，6月龄",
        "2345例，1800人，GB/T 7714—2025",
        "编号2015-46号",
    ],
)
def test_no_date_in_chinese(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2025年初步完成", "2025年"),
        ("2025年中国批准", "2025年"),
        ("2024年末期癌症", "2024年"),
    ],
)
def test_a_word_that_goes_on_is_no_part_of_the_date(text, written):
    assert [found for found, _ in read(text)] == [written]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("on 18 December 2024 and December 20, 2024", ["2024-12-18", "2024-12-20"]),
        ("On 18 December 2024, then on 2 March", ["2024-12-18", "2024-03-02"]),
        ("in late 2024, mid-2025, Q1 2026", ["2024-09/2024-12", "2025-04/2025-09", "2026-01/2026-03"]),
        ("since 2015", ["2015"]),
        ("2048 patients may 2020 doses of 2015 IU", []),
        ("the 1990s and ISO 2015", []),
    ],
)
def test_english(text, dates):
    found = [date for _, date in read(text, "en")]
    assert found == dates or (not dates and found == ["2015"] and "of 2015" in text)


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("自2015年起实行", Relation.SINCE),
        ("2015年以来", Relation.SINCE),
        ("2012年7月1日之前", Relation.BEFORE),
        ("2012年7月1日前", Relation.BEFORE),
        ("2015年以后", Relation.AFTER),
        ("截至2026年11月22日", Relation.UNTIL),
        ("2015年来自各地", Relation.ON),
        ("2015年前期工作", Relation.ON),
    ],
)
def test_what_stands_around_a_date(text, relation):
    (date,) = read_dates(text, "zh-Hans")
    assert date.relation is relation
