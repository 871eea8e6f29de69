"""What is read back of HTML and XHTML; each piece of furniture by itself, and what is none."""

import lxml.html
import pytest
from lxml import etree

from report.readback import (
    all_text_of,
    dead_links,
    figures_without_alt,
    headings_of,
    is_outside,
    links_without_text,
    requests_of,
    requests_of_style,
    sections_of,
    seen,
    text_of,
)

XHTML = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>{}</body></html>'


def body(html):
    return lxml.html.document_fromstring(f"<body>{html}</body>").find("body")


def xhtml(text):
    return etree.fromstring(XHTML.format(text))


def test_sections_begin_at_headings_of_the_first_level():
    page = body("<p>封面</p><section><h1>引言</h1><p>甲</p><h2>小题</h2><p>乙</p></section><h1>小结</h1>丙")
    assert sections_of([page]) == (("", "封面"), ("引言", "甲小题乙"), ("小结", "丙"))
    assert sections_of([page], level=2) == (("", "封面"), ("引言", "甲"), ("小题", "乙"), ("小结", "丙"))


def test_a_document_without_a_heading_goes_on_with_the_section_before():
    pages = [xhtml("<h1>引言</h1><p>甲</p>"), xhtml("<p>乙</p>"), xhtml("<h1>小结</h1>")]
    assert sections_of(pages) == (("引言", "甲乙"), ("小结", ""))


def test_what_stands_beside_a_title_in_its_header_is_furniture():
    page = body("<header><p>一</p><h1>引言</h1></header>甲<header><p>乙</p></header>")
    assert sections_of([page]) == (("引言", "甲乙"),)


@pytest.mark.parametrize("parse", [body, xhtml])
def test_all_text_has_furniture_and_no_comments_nor_what_is_left_out(parse):
    page = parse('甲<nav>乙</nav><!-- 丙 --><p class="back-links">丁<svg><desc>戊</desc></svg></p>己')
    assert all_text_of(page) == "甲乙丁戊己"
    assert all_text_of(page, ("desc",)) == "甲乙丁己"


@pytest.mark.parametrize(
    "furniture",
    [
        "<p hidden>丁</p>",
        '<p aria-hidden="true">丁</p>',
        "<p data-furniture>丁</p>",
        '<span class="back-links no-print">丁</span>',
        '<a class="permalink" href="#a">丁</a>',
        '<a role="doc-backlink" href="#a">丁</a>',
        '<span role="doc-pagebreak">丁</span>',
        '<aside role="doc-footnote">丁</aside>',
        '<aside epub:type="footnote">丁</aside>',
        "<script>丁</script>",
        "<style>丁</style>",
        "<button>丁</button>",
        "<select><option>丁</option></select>",
        "<nav>丁</nav>",
        "<dialog>丁</dialog>",
        "<svg><text>丁</text></svg>",
        "<rp>丁</rp>",
        "<!-- 丁 -->",
    ],
)
def test_furniture_is_left_out_and_what_follows_it_is_not(furniture):
    assert text_of(body(f"甲{furniture}乙")) == "甲乙"
    if "hidden>" not in furniture and "furniture>" not in furniture:
        assert text_of(xhtml(f"甲{furniture}乙")) == "甲乙"


def test_what_only_resembles_furniture_is_read():
    html = '<p aria-hidden="false">甲</p><ruby>重<rp>(</rp><rt>chóng</rt></ruby><a role="doc-noteref" href="#n">[1]</a>'
    assert text_of(body(html)) == "甲重chóng[1]"
    assert text_of(xhtml('<li epub:type="endnote">注</li>')) == "注"


def test_headings_in_order_without_those_that_are_hidden():
    page = body('<h1>甲<a class="permalink">#</a></h1><h3>乙</h3><div hidden><h2>丙</h2></div>')
    assert headings_of([page]) == ((1, "甲"), (3, "乙"))


def test_pictures_without_a_text_alternative():
    bare = '<img src="a.png"><svg id="s"></svg>'
    told = '<img src="a.png" alt=""><svg><title>图</title></svg><svg aria-label="图"></svg><svg role="none"></svg>'
    assert figures_without_alt([body(bare)]) == ("img a.png", "svg s")
    assert figures_without_alt([body(told), body(f'<span aria-hidden="true">{bare}</span>')]) == ()


def test_links_of_which_nothing_is_said():
    bare = '<a href="#a"></a><a href="#b"><span aria-hidden="true">↑</span></a><a href="#c"> </a>'
    told = '<a href="#a">甲</a><a href="#b" aria-label="乙"></a><a href="#c"><img alt="丙" src="c"></a><a id="d"></a>'
    assert links_without_text([body(bare)]) == ("#a", "#b", "#c")
    assert links_without_text([body(told)]) == ()


def test_links_that_lead_nowhere():
    book = {
        "text/a.xhtml": xhtml(
            '<p id="p"><a href="b.xhtml#q">甲</a><a href="b.xhtml#r">乙</a><a href="#p">丙</a></p>'
        ),
        "text/b.xhtml": xhtml(
            '<p id="q"><a href="../nav.xhtml">丁</a><a href="../data/facts.json">戊</a></p>'
        ),
        "nav.xhtml": xhtml(
            '<a href="text/c.xhtml">己</a><a href="https://a.example/#x">庚</a><a href="#">辛</a>'
        ),
    }
    assert dead_links(book, {"data/facts.json"}) == (
        "text/a.xhtml: b.xhtml#r",
        "nav.xhtml: text/c.xhtml",
    )
    assert dead_links(book) == (
        "text/a.xhtml: b.xhtml#r",
        "text/b.xhtml: ../data/facts.json",
        "nav.xhtml: text/c.xhtml",
    )


def test_an_address_may_be_written_in_percent():
    assert dead_links({"a": body('<a href="#%E5%BC%95">甲</a><p id="引">乙</p>')}) == ()
    assert dead_links({"a": body('<svg><use xlink:href="#引"></use></svg>')}) == ()
    drawing = etree.fromstring('<svg xmlns:x="http://www.w3.org/1999/xlink"><use x:href="#none"/></svg>')
    assert dead_links({"a": drawing}) == ("a: #none",)


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<img src="https://a.example/x.png">', "https://a.example/x.png"),
        ('<img srcset="data:image/png;base64,AA 1x, //a.example/2.png 2x">', "//a.example/2.png"),
        ('<link rel="stylesheet" href="http://a.example/a.css">', "http://a.example/a.css"),
        ('<link rel="preconnect" href="https://fonts.example">', "https://fonts.example"),
        ("<script src='//a.example/a.js'></script>", "//a.example/a.js"),
        ("<script>fetch('https://a.example/f')</script>", "https://a.example/f"),
        ('<script>new WebSocket("wss://a.example")</script>', "wss://a.example"),
        ("<script>import('//a.example/m.js')</script>", "//a.example/m.js"),
        ("<style>@import 'https://a.example/a.css';</style>", "https://a.example/a.css"),
        ("<style>p{background:url(https://a.example/b.png)}</style>", "https://a.example/b.png"),
        ("<p style=\"background:url('//a.example/c.png')\">", "//a.example/c.png"),
        ('<meta http-equiv="refresh" content="3; url=https://a.example/">', "https://a.example/"),
        ('<iframe src="https://a.example/"></iframe>', "https://a.example/"),
        ('<object data="https://a.example/o"></object>', "https://a.example/o"),
        ('<video poster="https://a.example/p.png"></video>', "https://a.example/p.png"),
        ('<a href="#x" ping="https://a.example/ping">甲</a>', "https://a.example/ping"),
        ('<img src="file:///etc/hostname">', "file:///etc/hostname"),
    ],
)
def test_what_would_be_loaded_from_outside(html, url):
    assert requests_of([lxml.html.document_fromstring(f"<html>{html}</html>")]) == (url,)


def test_what_a_reader_follows_or_what_is_inside_is_no_request():
    html = """<link rel="canonical" href="https://a.example/"><link rel="license" href="https://l.example/">
    <a href="https://a.example/">甲</a><img src="data:image/png;base64,AA"><img src="figures/a.png">
    <svg xmlns="http://www.w3.org/2000/svg"><use href="#a"></use></svg>
    <style>/* url(https://a.example/) */ p{background:url("data:image/png;base64,AA")} i{mask:url(#m)}</style>
    <script>document.createElementNS("http://www.w3.org/2000/svg", "a"); // see elsewhere
    </script><script type="application/ld+json">{"url": "https://a.example/"}</script>"""
    assert requests_of([lxml.html.document_fromstring(html)]) == ()


def test_style_sheets_of_a_container():
    assert requests_of_style("@font-face{src:url(../fonts/a.woff2)} p{background:url(//a.example/b)}") == (
        "//a.example/b",
    )


def test_which_addresses_are_outside():
    assert [is_outside(url) for url in ("//a", "http://a", "file:///a", "ftp://a")] == [True] * 4
    assert not any(is_outside(url) for url in ("a/b", "#a", "", "data:x", "../a:b", "javascript:void 0"))


def test_texts_are_compared_without_what_is_not_seen():
    assert seen(" 引\u2060言\u00ad\n\u200b e\u0301 ") == "引言\u00e9"
