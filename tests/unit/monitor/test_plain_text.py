"""What is compared of a text: nothing that is not seen, and every digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.monitor.plain_text import decoded, fingerprint, normalised


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第  1\u00a0条\r\n\r\n施行", "第 1 条\n施行"),
        ("施\u200b行\ufeff日\u00ad期", "施行日期"),
        ("\u202a2026\u202c年", "2026年"),
        ("年\n龄", "年 龄"),
        ("满 14 周岁", "满\u300014\n周岁"),
        ("自２０２６年", "自2026年"),
        ("价格（元）", "价格(元)"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_what_no_reader_sees_makes_no_difference(one, other):
    assert fingerprint(normalised(one)) == fingerprint(normalised(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10²", "102"),
        ("满14周岁", "满15周岁"),
        ("1 23", "12 3"),
        ("①", "1"),
        ("3.5", "35"),
        ("应当", "可以"),
        ("1000", "1 000"),
    ],
)
def test_what_a_reader_sees_does(one, other):
    assert fingerprint(normalised(one)) != fingerprint(normalised(other))


@given(st.text())
def test_a_normalised_text_stays_as_it_is(text):
    once = normalised(text)
    assert normalised(once) == once
    assert all(line == line.strip() and line for line in once.split("\n") if once)


@given(
    st.text(alphabet="0123456789", min_size=1),
    st.text(alphabet="0123456789", min_size=1),
    st.text(),
    st.text(),
)
def test_another_number_is_another_text(one, other, before, after):
    same = fingerprint(normalised(f"{before}x{one}x{after}")) == fingerprint(
        normalised(f"{before}x{other}x{after}")
    )
    assert same == (one == other)


TEXT = "关于间充质干细胞的公告，自2026年起施行。"


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (TEXT.encode(), "gb2312"),
        (TEXT.encode(), ""),
        (TEXT.encode("gb18030"), "gb2312"),
        (TEXT.encode("gb18030"), "GBK"),
        (TEXT.encode("gb18030"), "no-such"),
        (TEXT.encode("gb18030"), "base64"),
        (TEXT.encode("gb18030"), ""),
        (TEXT.encode("utf-16"), ""),
        (TEXT.encode("utf-8-sig"), "iso-8859-1"),
        (TEXT.encode("big5", "ignore").decode("big5").encode("big5"), "Big5"),
    ],
)
def test_the_encoding_is_that_of_the_bytes(data, charset):
    assert decoded(data, charset) in (TEXT, TEXT.encode("big5", "ignore").decode("big5"))


def test_a_page_may_name_its_encoding_itself():
    page = '<html><meta charset="shift_jis"><p>再生医療</p></html>'
    assert decoded(page.encode("shift_jis"), "") == page


@given(
    st.binary(), st.sampled_from(["", "utf-8", "gb2312", "utf-16", "iso-2022-jp", "hz", "x", "rot13", "idna"])
)
def test_any_bytes_are_some_text(data, charset):
    assert isinstance(decoded(data, charset), str)
