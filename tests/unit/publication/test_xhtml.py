"""HTML becomes XHTML that parsers of either read alike."""

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from report.publication.xhtml import SVG, XHTML, serialise, to_xhtml, xml_id

XML = "{http://www.w3.org/XML/1998/namespace}"


def converted(html):
    return to_xhtml(lxml.html.fragment_fromstring(html), lambda href: href)


def shape(element):
    return (
        element.tag,
        dict(element.attrib),
        element.text or "",
        [(shape(item), item.tail or "") for item in element],
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<td align="right" class="short">1</td>', '<td class="short align-right">1</td>'),
        ('<td class="short" align="right">1</td>', '<td class="short align-right">1</td>'),
        ('<p id="1-a">x</p>', '<p id="_1-a">x</p>'),
        ('<p data-running="x" data-number="1.">x</p>', "<p>x</p>"),
        ('<span lang="en">x</span>', '<span lang="en" xml:lang="en">x</span>'),
        ('<time datetime="2024-12">x</time>', '<time datetime="2024-12">x</time>'),
        ('<time datetime="2024-12~">x</time>', "<span>x</span>"),
        ('<time datetime="2011-12-16/2012-07-01">x</time>', "<span>x</span>"),
        ("<time>去年</time>", "<span>去年</span>"),
        ("<p>a\u2060b<br>c</p>", "<p>ab<br/>c</p>"),
        ("<p>a<!-- 注 -->b</p>", "<p>ab</p>"),
        ('<a epub:type="noteref" href="#a">1</a>', '<a epub:type="noteref" href="#a">1</a>'),
        ("<p>&lt;&amp;&nbsp;</p>", "<p>&lt;&amp;\xa0</p>"),
    ],
)
def test_it_is_written_as_xhtml(html, expected):
    wanted = etree.fromstring(
        f'<body xmlns="{XHTML}" xmlns:epub="http://www.idpf.org/2007/ops">{expected}</body>'
    )[0]
    found = converted(html)
    assert shape(found) == shape(wanted)


def test_zero_width_spaces_stay_where_words_end_at_them():
    assert converted("<p>ไทย\u200bไทย</p>").text == "ไทย\u200bไทย"


def test_names_of_svg_have_their_capitals_back():
    svg = converted('<svg viewBox="0 0 9 9"><linearGradient id="a"/><text x="1">字</text></svg>')
    assert [item.tag for item in svg.iter()] == [
        f"{{{SVG}}}{name}" for name in ("svg", "linearGradient", "text")
    ]
    assert svg.get("viewBox") == "0 0 9 9"


@pytest.mark.parametrize(
    ("name", "expected"), [("a", "a"), ("1", "_1"), ("-a", "_-a"), ("_1", "_1"), ("章", "_章")]
)
def test_ids_begin_as_xml_has_it(name, expected):
    assert xml_id(name) == expected


def test_an_empty_element_is_not_closed_in_itself():
    text = serialise(converted('<p><span id="a"></span>后<br><img alt="" src="x"></p>')).decode()
    assert '<span id="a"></span>后<br/><img' in text
    assert text.startswith("<?xml version='1.0' encoding='utf-8'?>\n<!DOCTYPE html>\n")


@given(
    st.lists(
        st.sampled_from(
            ["<b>粗", "</b>", "<i>", "</i>", "<span>", "</span>", "文字", " ", "<br>", "<a href='#x'>"]
        )
    )
)
def test_both_parsers_read_the_same(pieces):
    html = f"<p>{''.join(pieces)}</p>"
    found = serialise(converted(f"<div>{html}</div>"))
    as_xml = "".join(etree.fromstring(found).itertext())
    as_html = lxml.html.document_fromstring(found.decode().split("\n", 1)[1]).text_content()
    assert as_xml.strip() == as_html.strip()
