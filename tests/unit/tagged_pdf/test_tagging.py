"""How the tags of a page come out: one element for each that says something, in the order of the source."""

import io
import textwrap

import pikepdf
import pytest

from tests.unit.tagged_pdf.conftest import outline_of


def tree(text):
    return ["Document", *textwrap.dedent(text).strip().split("\n")]


TREES = {
    "headings and paragraphs": (
        "<section><h1>甲</h1><div><p>乙<b>丙</b><br>丁</p></div><h2>戊</h2>己</section>",
        """
        . Sect
        . . H1 甲
        . . P 乙丙丁
        . . H2 戊
        . . P 己
        """,
    ),
    "text of a group is a paragraph, and two where a block parts them": (
        "<main>甲<p>乙</p>丙<div>丁</div><div>戊</div></main>",
        """
        . Part
        . . P 甲
        . . P 乙
        . . P 丙
        . . P 丁
        . . P 戊
        """,
    ),
    "items of lists have a label and a body, and hold lists": (
        '<ol><li data-number="1">甲<ul><li data-number="•">乙</li></ul></li><li data-number="2">丙</li></ol>',
        """
        . L
        . . LI
        . . . Lbl 1
        . . . LBody
        . . . . P 甲
        . . . . L
        . . . . . LI
        . . . . . . Lbl •
        . . . . . . LBody 乙
        . . LI
        . . . Lbl 2
        . . . LBody 丙
        """,
    ),
    "terms are labels of what is said of them": (
        "<dl><dt>甲<dt>乙<dd>丙<dd>丁<dt>戊<dd>己</dl>",
        """
        . L
        . . LI
        . . . Lbl 甲
        . . . Lbl 乙
        . . . LBody 丙
        . . . LBody 丁
        . . LI
        . . . Lbl 戊
        . . . LBody 己
        """,
    ),
    "notes are notes in a list": (
        '<section role="doc-endnotes"><h1>注释</h1><ol><li id="note-1" data-number="1">甲<p>乙</p></li></ol></section>',
        """
        . Sect
        . . H1 注释
        . . L
        . . . LI
        . . . . LBody
        . . . . . Note
        . . . . . . Lbl 1
        . . . . . . P 甲
        . . . . . . P 乙
        """,
    ),
    "contents": (
        '<nav><h1>目录</h1><ol><li><a href="#x">甲</a><ol><li><a href="#x">乙</a></ol></ol></nav><h2 id="x">丙</h2>',
        """
        . Sect
        . . H1 目录
        . . TOC
        . . . TOCI
        . . . . Reference
        . . . . . Link 甲
        . . . . TOC
        . . . . . TOCI
        . . . . . . Reference
        . . . . . . . Link 乙
        . H2 丙
        """,
    ),
    "tables": (
        "<table><caption>甲</caption><thead><tr><th>乙<th>丙</thead><tbody><tr><td>丁<td><p>戊</p>己</tbody></table>",
        """
        . Table
        . . Caption 甲
        . . THead
        . . . TR
        . . . . TH 乙
        . . . . TH 丙
        . . TBody
        . . . TR
        . . . . TD 丁
        . . . . TD
        . . . . . P 戊
        . . . . . P 己
        """,
    ),
    "an empty cell keeps its place, an empty element does not": (
        "<table><tr><td>甲<td></table><p></p><ul></ul><section><p> </p></section>",
        """
        . Table
        . . TBody
        . . . TR
        . . . . TD 甲
        . . . . TD
        """,
    ),
    "a head without a body heads nothing": (
        "<table><thead><tr><th>甲<th>乙</thead></table>",
        """
        . Table
        . . TR
        . . . TH 甲
        . . . TH 乙
        """,
    ),
    "a link over several lines is one": (
        '<p style="width: 64px">甲<a href="https://a.example">乙丙丁戊己<em>庚辛</em></a>壬</p>',
        """
        . P 甲壬
        . . Link 乙丙丁戊己庚辛
        """,
    ),
    "pictures, and what stands below them": (
        '<figure><svg width="9" height="9"><title>图</title><text y="9">甲</text></svg>'
        "<figcaption>乙</figcaption></figure>",
        """
        . Div
        . . Figure 甲
        . . Caption 乙
        """,
    ),
    "decoration is none": (
        '<p>甲<b aria-hidden="true">★</b></p><svg aria-hidden="true" width="9" height="9"><text y="9">乙</text></svg>',
        """
        . P 甲
        """,
    ),
    "what stands in its line as one thing": (
        '<p>甲<span style="display: inline-block">乙</span><span style="white-space: nowrap">丙<b>丁</b></span></p>',
        """
        . P 甲
        . . Span 乙
        . . Span 丙丁
        """,
    ),
    "a gloss follows its text": (
        '<p>甲<ruby style="display: inline-block"><rt style="display: block; font-size: 8px">gǔ</rt>骨</ruby>髓</p>',
        """
        . P 甲髓
        . . Ruby
        . . . RB 骨
        . . . RT gǔ
        """,
    ),
    "leaders lead eyes only": (
        "<p>甲<span class=x>乙</span></p>",
        """
        . P 甲乙
        """,
    ),
}
LEADER = ".x::before { content: leader('.') }"


@pytest.mark.parametrize("name", TREES)
def test_the_tags_of_a_page(outline, name):
    body, expected = TREES[name]
    assert outline(body, LEADER) == tree(expected)


def test_what_runs_on_over_a_page_is_one_element(outline):
    lines = "<br>".join("甲乙丙丁戊己庚辛壬癸")
    assert outline(f"<p style='orphans: 1; widows: 1'>{lines}<br>{lines}</p>") == [
        "Document",
        ". P 甲乙丙丁戊己庚辛壬癸甲乙丙丁戊己庚辛壬癸",
    ]
    items = "".join(f"<li data-number='{number}'>甲</li>" for number in range(30))
    kinds = [line.split()[-2] for line in outline(f"<ol>{items}</ol>") if line.startswith(". ")]
    assert outline(f"<ol>{items}</ol>").count(". L") == 1
    assert len([line for line in kinds if line == "LBody"]) == 30


def test_the_head_of_a_table_is_read_once(outline):
    rows = "".join(f"<tr><td>{number}<td>甲" for number in range(30))
    found = outline(f"<table><thead><tr><th>乙<th>丙</thead><tbody>{rows}</tbody></table>")
    assert found.count(". Table") == found.count(". . THead") == found.count(". . TBody") == 1
    assert [line for line in found if "TH " in line] == [". . . . TH 乙", ". . . . TH 丙"]
    assert len([line for line in found if line == ". . . TR"]) == 31


def test_heads_and_feet_of_pages_are_artifacts(export):
    data = export("<p>甲</p><p style='break-before: page'>乙</p>").data
    assert outline_of(data) == ["Document", ". P 甲", ". P 乙"]
    with pikepdf.open(io.BytesIO(data)) as document:
        for page in document.pages:
            kinds = [
                [str(value) for value in item.operands[1].values()]
                for item in pikepdf.parse_content_stream(page)
                if str(item.operator) == "BDC" and str(item.operands[0]) == "/Artifact"
            ]
            assert sorted(map(sorted, kinds)) == [["/Footer", "/Pagination"], ["/Header", "/Pagination"]]


def test_all_that_is_shown_is_tagged_or_an_artifact_and_neither_in_the_other(export):
    body = (
        "<h1 style='border-bottom: 1px solid; background: #eee'>甲</h1>"
        "<p>乙<em style='text-decoration: underline dotted'>丙</em><a href='https://a.example'>丁</a></p>"
        "<div style='opacity: .5'>戊</div><svg width='9' height='9'><title>图</title><rect width='9' height='9'/></svg>"
    )
    shown = {"Tj", "TJ", "f", "f*", "S", "s", "B", "Do", "sh"}
    with pikepdf.open(io.BytesIO(export(body).data)) as document:
        for page in document.pages:
            marked = []
            for item in pikepdf.parse_content_stream(page):
                operator = str(item.operator)
                if operator in ("BMC", "BDC"):
                    assert not marked
                    marked.append(str(item.operands[0]))
                elif operator == "EMC":
                    marked.pop()
                # What is painted as a group is marked within.
                elif operator in shown and str(item.operands[0] if item.operands else "") != "/x0":
                    assert marked, operator


def test_text_that_is_painted_as_a_group_is_found_by_its_tag(export):
    with pikepdf.open(
        io.BytesIO(export("<p>甲<b style='opacity: .5; display: inline-block'>乙</b></p>").data)
    ) as pdf:
        root = pdf.Root.StructTreeRoot
        (span,) = [kid for kid in root.K[0].K.K if isinstance(kid, pikepdf.Dictionary)]
        assert span.K.Type == "/MCR"
        group = span.K.Stm
        numbers = list(root.ParentTree.Nums)
        parents = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        assert parents[int(group.StructParents)][int(span.K.MCID)].objgen == span.objgen


def test_header_cells_say_what_they_head_and_cells_how_far_they_reach(export):
    body = (
        "<table><thead><tr><th>甲<th scope=row>乙</thead>"
        "<tbody><tr><th colspan=2 scope=colgroup>丙<tr><th>丁<td rowspan=2>戊<tr><th scope=rowgroup>己</table>"
    )
    with pikepdf.open(io.BytesIO(export(body).data)) as document:
        found = [
            {key: str(value) for key, value in item.A.items() if key != "/O"}
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") in ("/TH", "/TD") and "/A" in item
        ]
    assert found == [
        {"/Scope": "/Column"},
        {"/Scope": "/Row"},
        {"/Scope": "/Column", "/ColSpan": "2"},
        {"/Scope": "/Row"},
        {"/RowSpan": "2"},
        {"/Scope": "/Row"},
    ]


def test_languages_abbreviations_and_names_of_tables_are_told(export):
    body = (
        '<p>甲<span lang="en">stem cells</span><abbr title="间充质干细胞">MSC</abbr></p>'
        '<div lang="ja">丙</div><table aria-label="丁"><tr><td>戊</table><ol><li>己</ol>'
    )
    with pikepdf.open(io.BytesIO(export(body).data)) as document:
        elements = [
            item
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/S" in item and "/P" in item
        ]
        assert [(str(item.S), str(item.Lang)) for item in elements if "/Lang" in item] == [
            ("/Span", "en"),
            ("/Div", "ja"),
        ]
        assert [str(item.E) for item in elements if "/E" in item] == ["间充质干细胞"]
        assert [str(item.A.Summary) for item in elements if item.S == "/Table"] == ["丁"]
        assert [str(item.A.ListNumbering) for item in elements if item.S == "/L"] == ["/Decimal"]


def test_a_picture_has_its_text_and_its_place_from_the_corner_of_the_page(export):
    body = '<svg width="40" height="20" style="display: block"><title>图</title><rect width="40" height="20"/></svg>'
    with pikepdf.open(io.BytesIO(export(body).data)) as document:
        (figure,) = [
            item
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]
        assert str(figure.Alt) == "图"
        # The page is 300 px high, its text begins 40 px below its top and 20 px right of its left edge.
        assert [float(value) for value in figure.A.BBox] == [
            15,
            (300 - 40 - 20) * 0.75,
            45,
            (300 - 40) * 0.75,
        ]


@pytest.mark.parametrize(
    "body",
    [
        '<svg width="9" height="9"><rect width="9" height="9"/></svg>',
        '<svg width="9" height="9"><title> </title></svg>',
    ],
)
def test_a_picture_without_a_text_is_an_error(export, body):
    (message,) = export(body).messages
    assert message.is_error
    assert "no text that stands for it" in message.text


def test_notes_have_names_that_the_tree_lists(export):
    body = '<section role="doc-endnotes"><ol><li id="note-2">甲<li>乙<li id="注">丙</ol></section><p>丁</p>'
    with pikepdf.open(io.BytesIO(export(body).data)) as document:
        root = document.Root.StructTreeRoot
        names = list(root.IDTree.Names)
        assert list(map(str, names[::2])) == ["note-2", "note.2", "注"]
        assert [str(note.ID) for note in names[1::2]] == list(map(str, names[::2]))
        assert {str(note.S) for note in names[1::2]} == {"/Note"}
