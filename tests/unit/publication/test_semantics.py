"""What a style sheet for print did is in the tree: numbers, labels, names of links, glosses."""

import lxml.html
import pytest

from report.publication.semantics import give_meaning
from report.readback import text_of


def meaningful(body):
    page = lxml.html.document_fromstring(f"<html><body>{body}</body></html>")
    give_meaning(page)
    return page.find("body")


def test_a_list_that_can_count_counts_by_itself():
    (element,) = meaningful('<ol><li data-number="1.">甲</li><li data-number="2.">乙</li></ol>')
    assert element.get("start") is None
    assert [item.get("value") for item in element] == [None, None]
    assert element.text_content() == "甲乙"


def test_a_list_begins_where_its_author_begins_and_an_item_out_of_turn_says_its_number():
    (element,) = meaningful(
        '<ol start="3"><li data-number="3.">甲</li><li data-number="7.">乙</li><li data-number="8.">丙</li></ol>'
    )
    assert element.get("start") == "3"
    assert [item.get("value") for item in element] == [None, "7", None]


def test_bullets_are_left_to_the_list():
    (element,) = meaningful('<ul><li data-number="•">甲<ul><li data-number="◦">乙</li></ul></li></ul>')
    assert "".join(element.text_content().split()) == "甲乙"
    assert element.get("role") is None


@pytest.mark.parametrize("numbers", [("一、", "二、"), ("（1）", "（2）"), ("①", "②"), ("[1]", "[2]")])
def test_other_numbers_are_text_that_is_read_and_copied(numbers):
    items = "".join(f'<li data-number="{number}">项</li>' for number in numbers)
    (element,) = meaningful(f'<ol class="entries">{items}</ol>')
    assert element.text_content() == "".join(f"{number}项" for number in numbers)
    # WebKit takes a list without markers for none.
    assert element.get("role") == "list"
    # What was composed has no numbers, and is compared.
    assert text_of(element) == "项项"


def test_cells_of_a_wide_table_are_labelled():
    body = meaningful(
        "<table><thead><tr><th>甲</th><th>乙</th><th> 丙\n丁 </th><th>戊</th></tr></thead>"
        "<tbody><tr><th colspan='4'>组</th></tr><tr><th>1</th><td>2</td><td>3</td><td>4</td></tr></tbody></table>"
    )
    assert body[0].get("class") == "stacked"
    assert [cell.get("data-label") for cell in body.iter("th", "td")][5:] == ["甲", "乙", "丙 丁", "戊"]
    assert body.xpath("//th[@colspan]")[0].get("data-label") is None


@pytest.mark.parametrize(
    "rows",
    [
        "<tr><th>甲</th><th>乙</th><th>丙</th></tr>|<tr><td>1</td><td>2</td><td>3</td></tr>",
        "<tr><th>甲</th><th colspan='3'>乙</th></tr>|<tr><td>1</td><td>2</td><td>3</td><td>4</td></tr>",
        "<tr><th>甲</th><th>乙</th><th>丙</th><th>丁</th></tr>|"
        "<tr><td rowspan='2'>1</td><td>2</td><td>3</td><td>4</td></tr>",
        "|<tr><td>1</td><td>2</td><td>3</td><td>4</td></tr>",
    ],
    ids=["three columns", "head that spans", "cell that spans", "no head"],
)
def test_a_table_that_would_not_be_understood_stacked_stays_a_table(rows):
    head, body = rows.split("|")
    page = meaningful(f"<table><thead>{head}</thead><tbody>{body}</tbody></table>")
    assert page[0].get("class") is None
    assert page.xpath("//*[@data-label]") == []


def test_marks_say_what_they_lead_to():
    body = meaningful(
        '<p>文<sup class="cite">[<a href="#ref-a">1</a>,\u200b<a href="#ref-b">3</a>]</sup>'
        '<sup class="note-ref"><a href="#note-1">1</a></sup></p>'
    )
    kinds = [(link.get("epub:type"), link.get("role")) for link in body.iter("a")]
    assert kinds == [("biblioref", "doc-biblioref")] * 2 + [("noteref", "doc-noteref")]
    assert body.text_content() == "文[1,3]1"


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("是研究\u2060{0}。", "究[1]"),
        ("称Ryoncil\u2060{0}，", "Ryoncil[1]"),
        ("（待核）\u2060{0}。", "核）[1]"),
        ("两个\u2060{0}\u2060{0}。", "个[1][1]"),
    ],
)
def test_a_mark_stays_on_the_line_of_its_word(text, bound):
    mark = '<sup class="cite">[<a href="#ref-a">1</a>]</sup>'
    (paragraph,) = meaningful(f"<p>{text.format(mark)}</p>")
    assert [item.text_content() for item in paragraph.iter("span")] == [bound]
    assert paragraph.text_content().replace("\u2060", "") == text.format("[1]").replace("\u2060", "")


def test_a_mark_behind_nothing_or_a_space_is_left_alone():
    body = meaningful('<p><sup class="cite">[<a href="#r">1</a>]</sup></p><p>文 <sup>2</sup></p>')
    assert list(body.iter("span")) == []


def test_back_links_name_the_places_each_once():
    body = meaningful(
        '<div data-document="a" data-title="一　甲" data-short="一"><p id="p">x</p><p id="q">x</p></div>'
        '<div data-document="b" data-title="乙"><p id="r">x</p></div>'
        '<div data-document="c"><span class="back-links" data-separator="、">见：'
        '<a href="#p"></a><a href="#q"></a><a href="#r"></a><a href="#gone"></a>。</span></div>'
    )
    (links,) = body.xpath("//span")
    assert links.text_content() == "见：一、乙。"
    assert [link.get("href") for link in links] == ["#p", "#r"]
    assert {link.get("role") for link in links} == {"doc-backlink"}


@pytest.mark.parametrize(
    ("ruby", "expected"),
    [
        ("<rt><span>chóng</span> <span>qìng</span></rt>重庆", "重<rt>chóng</rt>庆<rt>qìng</rt>"),
        ("<rt>yínháng</rt>银行", "银行<rt>yínháng</rt>"),
        ("<rt>tún</rt>臀", "臀<rt>tún</rt>"),
        ("<rt>x</rt><b>银</b>行", "<b>银</b>行<rt>x</rt>"),
    ],
)
def test_a_gloss_follows_what_it_is_of(ruby, expected):
    body = meaningful(f"<p><ruby>{ruby}</ruby>后</p>")
    found = lxml.html.tostring(body[0], encoding="unicode")
    assert found == f"<p><ruby>{expected}</ruby>后</p>"


def test_a_paragraph_that_is_a_picture_is_told():
    body = meaningful('<p><img alt="" src="a"></p><p><img alt="" src="a">字</p>')
    assert [item.get("class") for item in body] == ["picture", None]
