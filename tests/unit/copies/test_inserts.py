"""Pages behind the cover of a copy: in the page tree, the structure, the outline and the numbers of pages."""

import io

import pikepdf
import pypdfium2
import pytest

from report.copies import FormError
from report.copies.inserts import with_pages
from report.formats import pdf
from report.tagged_pdf.slots import read_slots
from tests.unit.copies.conftest import FOOT, SLOT, filled
from tests.unit.tagged_pdf.conftest import outline_of

TABLE = "<table><thead><tr><th scope='col'>项</th></tr></thead><tbody><tr><td>改动</td></tr></tbody></table>"
MARKS = "h1 { bookmark-level: 1 }"


@pytest.fixture(scope="module")
def book(export):
    """A cover with a slot and two chapters; a link, a note of the second."""
    body = (
        f"{FOOT}<section><p>封面</p>{SLOT}</section>"
        "<section style='break-before: page'><h1 id='one'>第一章</h1><p>见<a href='#two'>下文</a>。</p></section>"
        f"<section style='break-before: page'><h1 id='two'>第二章</h1>{TABLE}</section>"
    )
    return export(body, MARKS)


@pytest.fixture(scope="module")
def pages(export):
    """Two pages of what changed, with the same foot."""
    body = f"{FOOT}<section><h1>自第1版以来</h1>{TABLE}<p style='break-before: page'>还有</p></section>"
    return export(body, MARKS)


@pytest.fixture(scope="module")
def whole(book, pages):
    return with_pages(book, pages, "变更")


@pytest.fixture
def document(whole):
    with pikepdf.open(io.BytesIO(whole)) as opened:
        yield opened


def test_the_edition_stays_and_its_pages_stand_around(book, whole, document):
    assert whole.startswith(book)
    assert document.check_pdf_syntax() == []
    with pypdfium2.PdfDocument(whole) as printed:
        texts = [page.get_textpage().get_text_bounded() for page in printed]
    starts = ["封面", "自第1版以来", "还有", "第一章", "第二章"]
    assert [start in text for start, text in zip(starts, texts, strict=True)] == [True] * 5
    assert all(page.obj.Parent.objgen == document.Root.Pages.objgen for page in document.pages)


def test_pages_are_called_what_is_printed_on_them(document, whole):
    assert [str(page.label) for page in document.pages] == ["1", "变更1", "变更2", "2", "3"]
    extract = pdf.inspect(whole)
    assert extract.outline == ("自第1版以来", "第一章", "第二章")
    # The inserted page has no number of the edition's.
    assert extract.outline_pages == (0, 2, 3)


def test_the_bookmark_is_the_first_and_the_list_is_whole(document):
    outlines = document.Root.Outlines
    forward, item = [], outlines.First
    while item is not None:
        forward.append(str(item.Title))
        assert item.Parent.objgen == outlines.objgen
        last, item = item, item.get("/Next")
    assert forward == ["自第1版以来", "第一章", "第二章"]
    assert outlines.Last.objgen == last.objgen
    assert int(outlines.Count) == 3
    backward = [str(last.Title)]
    while (last := last.get("/Prev")) is not None:
        backward.append(str(last.Title))
    assert backward == forward[::-1]
    assert outlines.First.Dest[0].objgen == document.pages[1].obj.objgen


def test_what_is_read_aloud_comes_behind_the_cover(whole):
    lines = outline_of(whole)
    assert lines == [
        "Document",
        ". Sect",
        ". . P 封面",
        ". . Div",
        ". Sect",
        ". . H1 自第1版以来",
        ". . Table",
        ". . . THead",
        ". . . . TR",
        ". . . . . TH 项",
        ". . . TBody",
        ". . . . TR",
        ". . . . . TD 改动",
        ". . P 还有",
        ". Sect",
        ". . H1 第一章",
        ". . P 见。",
        ". . . Link 下文",
        ". Sect",
        ". . H1 第二章",
        ". . Table",
        ". . . THead",
        ". . . . TR",
        ". . . . . TH 项",
        ". . . TBody",
        ". . . . TR",
        ". . . . . TD 改动",
    ]


def marks_of(stream):
    """The numbers of the marked content of a stream."""
    return {
        int(step.operands[1].MCID)
        for step in pikepdf.parse_content_stream(stream)
        if str(step.operator) == "BDC"
        and isinstance(step.operands[1], pikepdf.Dictionary)
        and "/MCID" in step.operands[1]
    }


def check_parent_tree(document):
    """Every stretch of marked content leads to an element that names it, and every such name to content."""
    items = list(document.Root.StructTreeRoot.ParentTree.Nums)
    keys = [int(key) for key in items[::2]]
    assert keys == sorted(set(keys))
    parents = dict(zip(keys, items[1::2], strict=True))
    pages = {page.obj.objgen: page.obj for page in document.pages}
    forms = [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form" and "/StructParents" in item
    ]
    content = {}
    for owner, stream in [(page, page) for page in pages.values()] + [(form, form) for form in forms]:
        shown = pikepdf.Page(stream) if stream.get("/Type") == "/Page" else stream
        for mark in marks_of(shown):
            content[owner.objgen, mark] = parents[int(owner.StructParents)][mark].objgen
    named = {}

    def walk(element, page):
        page = element.Pg if "/Pg" in element else page
        kids = element.get("/K", pikepdf.Array())
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                named[page.objgen, kid] = element.objgen
            elif "/MCID" in kid:
                holder = kid.Stm if "/Stm" in kid else kid.get("/Pg", page)
                named[holder.objgen, int(kid.MCID)] = element.objgen
            elif kid.get("/Type") == "/OBJR":
                assert parents[int(kid.Obj.StructParent)].objgen == element.objgen
            else:
                assert kid.P.objgen == element.objgen
                walk(kid, page)

    walk(document.Root.StructTreeRoot.K[0], None)
    assert named == content
    assert {holder for holder, _ in named} >= set(pages)
    numbers = [int(item.StructParents) for item in [*pages.values(), *forms]]
    assert len(set(numbers)) == len(numbers)
    assert set(numbers) <= set(keys)


def test_every_stretch_of_every_page_leads_to_its_element_and_back(document):
    check_parent_tree(document)


def test_slots_are_filled_on_top(whole, sheet):
    made = filled(whole, sheet("<p>青柏诊所</p>")[0])
    assert made.copy.startswith(whole)
    with made.opened() as document:
        assert document.check_pdf_syntax() == []
        check_parent_tree(document)
    assert made.outline[:5] == ["Document", ". Sect", ". . P 封面", ". . Div", ". . . P 青柏诊所"]
    both = filled(made.copy, sheet("<p>本册送交青柏</p>", furniture=True)[0], slot="foot")
    # On the inserted pages too.
    assert both.text.count("本册送交青柏") == 5


def test_the_foot_of_the_inserted_pages_is_that_of_the_edition(document, book, whole):
    with pikepdf.open(io.BytesIO(book)) as before:
        assert read_slots(before) == read_slots(document)
    forms = {
        item.objgen
        for page in document.pages
        for item in page.obj.Resources.XObject.values()
        if item.get("/Subtype") == "/Form"
    }
    assert (read_slots(document)["foot"].form, 0) in forms


def test_a_link_on_them_is_refused(book, export):
    with pytest.raises(FormError, match="an inserted page holds a link"):
        with_pages(book, export("<p><a href='https://a.example/'>甲</a></p>"), "变更")


def test_an_edition_without_bookmarks_gets_none(export, pages):
    whole = with_pages(export(f"{FOOT}<p>封面</p>"), pages, "变更")
    assert pdf.inspect(whole).outline == ()


def test_the_same_pages_make_the_same_bytes(book, pages, whole):
    assert with_pages(book, pages, "变更") == whole
