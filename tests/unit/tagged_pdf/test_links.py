"""What links say of themselves, and that each says it once."""

import io

import pikepdf
import pytest

from report.tagged_pdf.annotations import read_annotations

PAGE = """
<section id="one"><h1 id="title">第一章：起因</h1><p>见<sup id="mark"><a href="#note-1">1</a></sup>。</p></section>
<ol><li id="note-1">这是一条注释。<span class="back-links">引用见第<a class="page" href="#mark"></a>页</span></li></ol>
"""


def said(data):
    with pikepdf.open(io.BytesIO(data)) as document:
        return [(item.address, item.contents) for item in read_annotations(document)]


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<a href="#one">甲</a>', ("#one", "甲：第一章：起因")),
        ('<a href="#title">起因</a>', ("#title", "起因：第一章：起因")),
        ('<a href="#title">第一章：起因</a>', ("#title", "第一章：起因")),
        ('<a href="#note-1">注</a>', ("#note-1", "注：这是一条注释。")),
        ('<a href="#mark">甲</a>', ("#mark", "甲：第一章：起因")),
        ('<a class="page" href="#mark"></a>', ("#mark", "1：第一章：起因")),
        ('<a class="page" href="#one">甲</a>', ("#one", "甲：第一章：起因")),
        ('<a href="https://a.example/b">甲</a>', ("https://a.example/b", "甲")),
        ('<a href="https://a.example/b" title="乙">甲</a>', ("https://a.example/b", "乙")),
        ('<a href="https://a.example/b" aria-label="丙" title="乙">甲</a>', ("https://a.example/b", "丙")),
        (
            '<a href="https://a.example/b"><svg width="9" height="9"><title>丁</title></svg></a>',
            ("https://a.example/b", "丁"),
        ),
        ('<span lang="en"><a href="#one">A</a></span>', ("#one", "A: 第一章：起因")),
        ('<a href="#one">干\u2060细\u00ad胞</a>', ("#one", "干细胞：第一章：起因")),
    ],
)
def test_a_link_says_what_it_reads_as_and_where_it_leads(export, link, expected):
    style = "a.page::after { content: target-counter(attr(href), page) }"
    exported = export(f"{PAGE}<p>{link}</p>", style)
    assert not exported.messages
    assert said(exported.data)[-1] == expected


def test_a_long_target_is_told_by_how_it_begins(export):
    exported = export(f'<p><a href="#x">甲</a></p><p id="x">{"乙" * 100}</p>')
    assert said(exported.data) == [("#x", f"甲：{'乙' * 60}…")]


def test_what_stands_in_a_link_is_no_link_of_its_own(export):
    style = "a { display: block } a::before { content: '一' } a::after { content: leader('.') '9' }"
    exported = export('<p id="x"><a href="#x">甲<b>乙</b></a></p>', style)
    with pikepdf.open(io.BytesIO(exported.data)) as document:
        assert len(document.pages[0].Annots) == 1
    assert said(exported.data) == [("#x", "甲乙")]


def test_each_line_of_a_link_can_be_followed_and_all_belong_to_it(export):
    exported = export('<p style="width: 64px"><a href="https://a.example">甲乙丙丁戊己庚辛壬</a></p>')
    with pikepdf.open(io.BytesIO(exported.data)) as document:
        found = read_annotations(document)
        numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
        parents = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        links = {parents[int(item.StructParent)].objgen for item in document.pages[0].Annots}
    assert [item.contents for item in found] == ["甲乙丙丁戊己庚辛壬"] * 3
    assert all(item.flags == 4 for item in found)
    assert len(links) == 1


def test_where_links_lead_is_read_back(export):
    exported = export('<p id="x"><a href="#x">甲</a> <a href="https://a.example">乙</a></p>')
    with pikepdf.open(io.BytesIO(exported.data)) as document:
        assert [item.is_dead for item in read_annotations(document)] == [False, False]
        del document.Root.Names.Dests
        outer = document.pages[0].Annots[1]
        outer.A.S = pikepdf.Name.GoToR
        outer.A.F = "other.pdf"
        inner_read, outer_read = read_annotations(document)
    assert (inner_read.is_dead, inner_read.request) == (True, "")
    assert (outer_read.is_dead, outer_read.request) == (False, "other.pdf")
