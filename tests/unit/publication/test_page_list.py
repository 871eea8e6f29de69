"""Pages of the PDF begin in the documents where they begin in print."""

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.pages import PageStart
from report.publication.documents import cut
from report.publication.page_list import insert_page_breaks
from report.publication.semantics import give_meaning
from report.publication.xhtml import serialise

HEAD = '<nav epub:type="toc"><ol><li><a href="#a">一　甲</a></li></ol></nav>'


def marked(starts, **parts):
    html = "".join(f'<div data-document="{name}">{body}</div>' for name, body in parts.items())
    page = lxml.html.document_fromstring(f"<html><body>{html}</body></html>")
    give_meaning(page)
    documents = cut(page, "zh-Hans")
    before = ["".join(item.root.itertext()) for item in documents]
    breaks = insert_page_breaks(documents, [PageStart(*start) for start in starts])
    assert ["".join(item.root.itertext()) for item in documents] == before
    text = {item.name.removesuffix(".xhtml"): serialise(item.root).decode() for item in documents}
    for name, found in text.items():
        for number in range(1, 30):
            mark = f'<span id="page_{number}" epub:type="pagebreak" role="doc-pagebreak" aria-label="{number}"></span>'
            found = found.replace(mark, f"|{number}|")
        text[name] = found[found.index("<body>") + 6 : found.index("</body>")]
    return [(item.label, item.href) for item in breaks], text


def test_a_page_begins_in_the_middle_of_a_paragraph():
    breaks, text = marked(
        [("1", "", "第一页的"), ("2", "a", "第二页从这里开始")],
        a='<p id="a">第一页的文字，第二页从这里开始，再往下。</p>',
    )
    assert breaks == [("1", "a.xhtml#page_1"), ("2", "a.xhtml#page_2")]
    assert text["a"] == '|1|<p id="a">第一页的文字，|2|第二页从这里开始，再往下。</p>'


def test_two_pages_begin_in_one_run_of_text():
    starts = [("1", "", "一一一一一"), ("2", "a", "二二二二二"), ("3", "a", "三三三三三")]
    _, text = marked(starts, a="<p>一一一一一二二二二二三三三三三</p>")
    assert text["a"] == "|1|<p>一一一一一|2|二二二二二|3|三三三三三</p>"


def test_a_mark_stands_before_the_block_that_a_page_begins_with():
    starts = [("2", "a", "标题甲正文一"), ("3", "a", "又一题正文二")]
    body = "<header><h1>标题甲</h1></header><div><p>正文一。</p><h2>又一题</h2><p>正文二。</p></div>"
    _, text = marked(starts, a=f'<section id="a">{body}</section>')
    assert text["a"].startswith('|2|<section id="a">')
    assert "<p>正文一。</p>|3|<h2>又一题</h2>" in text["a"]


def test_a_page_that_begins_with_a_row_is_marked_in_its_first_cell():
    rows = "".join(
        f'<tr id="r{year}"><td><time datetime="{year}">{year}</time></td><td>事</td></tr>'
        for year in (2020, 2021)
    )
    _, text = marked([("9", "r2021", "2021事")], a=f"<table><tbody>{rows}</tbody></table>")
    assert '<tr id="r2021"><td>|9|<time datetime="2021">' in text["a"]


def test_a_page_that_begins_with_an_item_is_marked_before_its_number():
    items = '<li id="x" data-number="[1]">第一条文献</li><li id="y" data-number="[2]">第二条文献</li>'
    _, text = marked([("9", "y", "第二条文献")], a=f'<ol class="entries">{items}</ol>')
    assert '<li id="y">|9|<span class="number" data-furniture="">[2]</span>第二条文献' in text["a"]


def test_links_and_marks_are_not_parted():
    body = '<p>见<a href="https://a.example/long">https://a.example/long</a>，后文。</p>'
    _, text = marked([("9", "", "example/long，后文。")], a=body)
    assert "<p>见|9|<a" in text["a"]


def test_what_only_one_format_prints_does_not_hide_a_page():
    """Numbers of items, back links and the contents differ between the PDF and the publication."""
    starts = [("1", "a", "要点第一条目录甲的标题"), ("2", "part", "注释注的文字引用见第3页又一注")]
    parts = {
        "a": '<section id="a"><h1>要点</h1><ol><li data-number="1.">第一条</li></ol></section>',
        "part": '<section id="part"><h1>注释</h1><div epub:type="footnote" role="doc-footnote">'
        '<span class="number">1</span>注的文字<span class="back-links"><a href="#a">要点</a></span></div></section>',
    }
    breaks, text = marked(starts, **parts)
    assert [label for label, _ in breaks] == ["1", "2"]
    assert text["part"].startswith('|2|<section id="part">')


def test_a_page_whose_words_are_nowhere_begins_at_its_element():
    breaks, text = marked([("4", "b", "哪里都没有的文字")], a="<p>甲</p>", b='<p id="b">乙</p>')
    assert breaks == [("4", "b.xhtml#page_4")]
    assert text["b"] == '|4|<p id="b">乙</p>'


def test_words_that_stand_further_up_too_are_taken_behind_the_anchor():
    _, text = marked(
        [("7", "b", "重复的话在这里")], a="<p>重复的话在这里</p>", b='<h2 id="b">题</h2><p>重复的话在这里</p>'
    )
    assert "|7|" not in text["a"]
    assert "<h2" in text["b"].split("|7|")[0]


def test_pages_never_go_back():
    starts = [("1", "b", "乙文字在这里"), ("2", "a", "甲文字在这里")]
    breaks, text = marked(starts, a='<p id="a">甲文字在这里</p>', b='<p id="b">乙文字在这里</p>')
    assert [label for label, _ in breaks] == ["1", "2"]
    assert text["b"] == '|1||2|<p id="b">乙文字在这里</p>'


def test_ids_that_xml_does_not_take_are_found():
    _, text = marked([("3", "2-notes", "文字")], a='<p>前文</p><p id="2-notes">文字</p>')
    assert '|3|<p id="_2-notes">' in text["a"]


@given(st.lists(st.integers(min_value=0, max_value=59), min_size=1, max_size=6, unique=True).map(sorted))
def test_each_page_has_one_mark_in_order_at_its_first_character(places):
    whole = "".join(chr(0x4E00 + index) for index in range(60))
    body = "".join(
        f"<p>{whole[at : at + 10]}<b>{whole[at + 10 : at + 20]}</b></p>" for at in range(0, 60, 20)
    )
    starts = [(str(number), "", whole[place : place + 30]) for number, place in enumerate(places, 1)]
    breaks, text = marked(starts, a=body)
    assert [label for label, _ in breaks] == [label for label, _, _ in starts]
    for number, place in enumerate(places, 1):
        behind = text["a"].split(f"|{number}|")[1]
        plain = "".join(char for char in behind if char >= "\u4e00")
        assert plain.startswith(whole[place])


@pytest.mark.parametrize("starts", [[], [("1", "", "")]])
def test_no_pages_or_an_empty_one_do_no_harm(starts):
    breaks, _ = marked(starts, a="<p>文</p>")
    assert len(breaks) == len(starts)
