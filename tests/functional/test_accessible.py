"""The finished PDF as a screen reader meets it and an archive keeps it (ISO 14289-1, ISO 19005-3)."""

import datetime
import io
import itertools
import re

import lxml.html
import pikepdf
import pytest
from fontTools.ttLib import TTFont

from report import pipeline
from report.formats import pdf
from report.load.files import read_briefing
from report.pipeline.composing import compose_briefing
from report.tagged_pdf.reading import read_structure


@pytest.fixture(scope="module")
def document(rich_pdf):
    with pikepdf.open(rich_pdf) as document:
        yield document


@pytest.fixture(scope="module")
def extract(rich_pdf):
    return pdf.inspect(rich_pdf.read_bytes())


def elements(document, *kinds):
    return [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and str(item.get("/S", "")) in kinds
    ]


def text_below(element):
    """Return whether an element or one below it holds marked content."""
    kids = element.get("/K", [])
    for kid in list(kids) if isinstance(kids, pikepdf.Array) else [kids]:
        if not isinstance(kid, pikepdf.Dictionary) or ("/S" in kid and text_below(kid)):
            return True
    return False


def test_the_file_states_both_standards_and_breaks_no_rule_that_is_read_back(extract):
    assert extract.pdf_parts == ("PDF/A-3a", "PDF/UA-1")
    assert extract.broken_rules == ()
    assert (extract.figures_without_alt, extract.links_without_text) == ((), ())
    assert (extract.dead_links, extract.requests) == ((), ())


def test_every_link_is_announced_as_a_link_and_has_a_text(document):
    numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
    parents = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
    links = [link for page in document.pages for link in page.get("/Annots", [])]
    assert len(links) > 20
    assert {str(parents[int(link.StructParent)].S) for link in links} == {"/Link"}
    assert all(text_below(element) for element in elements(document, "/Link"))
    assert {int(link.F) for link in links} == {4}


def test_every_link_says_where_it_leads_in_words(document):
    links = [link for page in document.pages for link in page.get("/Annots", [])]
    said = {str(link.Contents) for link in links}
    targets = {str(link.Dest) for link in links if "/Dest" in link}
    assert all(re.search("[一-鿿]", text) or text.startswith("https://") for text in said), said
    assert not said & targets
    assert "公告" in said


def test_headings_descend_one_level_at_a_time(extract):
    levels = [level for level, _ in extract.headings]
    assert levels[0] == 1
    assert set(levels) == {1, 2, 3}
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_bookmarks_are_the_headings_of_two_levels(extract):
    """The cover's title is the document's, and leads nowhere else."""
    _, *headings = [title for level, title in extract.headings if level < 3]
    bookmarks = [title.rpartition("\u3000")[2] for title in extract.outline]
    assert [re.sub(r"\s", "", title) for title in bookmarks] == [
        re.sub(r"\s", "", title) for title in headings
    ]


def test_every_header_cell_says_what_it_heads(document):
    cells = elements(document, "/TH")
    assert cells
    assert {str(cell.A.get("/Scope", "")) for cell in cells} == {"/Column", "/Row"}


def test_a_table_of_several_pages_is_one_with_one_head(document, extract):
    tables = [node for node in read_structure(document).below() if node.kind == "Table"]
    (table,) = [
        table for table in tables if table.kids[-1].kind == "TBody" and len(table.kids[-1].kids) == 60
    ]
    assert [group.kind for group in table.kids] == ["THead", "TBody"]
    assert len({page for node in table.below() for page, _ in node.marks}) > 1
    tagged = "".join(text for _, text in extract.sections).replace("\n", "")
    assert (tagged.count("批号支数结论"), tagged.count("支合格")) == (1, 60)
    assert extract.text.count("批号") > 1


def test_every_figure_has_a_text(document):
    figures = elements(document, "/Figure")
    assert {str(figure.Alt) for figure in figures} >= {"由黑到白的渐变"}
    assert all(str(figure.get("/Alt", "")).strip() for figure in figures)


def test_no_image_is_interpolated_and_colours_have_a_meaning(document):
    images = [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
    ]
    assert images
    assert not [image for image in images if image.get("/Interpolate", False)]
    (intent,) = document.Root.OutputIntents
    assert (str(intent.S), int(intent.DestOutputProfile.N)) == ("/GTS_PDFA1", 3)


def test_widths_are_those_of_the_embedded_fonts(document):
    """Lines are justified by moving glyphs, never by other widths (ISO 14289-1, 7.21.5)."""
    fonts = [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/CIDFontType2"
    ]
    assert len(fonts) > 2
    for font in fonts:
        program = TTFont(io.BytesIO(font.FontDescriptor.FontFile2.read_bytes()))
        names, scale = program.getGlyphOrder(), 1000 / program["head"].unitsPerEm
        stated = list(font.W)
        for first, widths in zip(stated[::2], stated[1::2], strict=True):
            for glyph, width in enumerate(widths, int(first)):
                assert abs(float(width) - program["hmtx"][names[glyph]][0] * scale) <= 1


def test_notes_are_notes_with_names_of_their_own(document):
    notes = elements(document, "/Note")
    assert len(notes) > 2
    assert len({str(note.ID) for note in notes}) == len(notes)
    assert {str(note.P.S) for note in notes} == {"/LBody"}
    assert {str(note.K[0].S) for note in notes} == {"/Lbl"}


def test_another_language_is_told(document):
    assert "en" in {str(element.Lang) for element in elements(document, "/Span") if "/Lang" in element}


def test_the_file_states_its_language_and_shows_its_title(document):
    assert str(document.Root.Lang) == "zh-Hans"
    assert document.Root.ViewerPreferences.DisplayDocTitle
    assert document.Root.MarkInfo.Marked
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["dc:title"]


def test_the_facts_are_an_associated_file_once(document):
    (item,) = document.Root.AF
    assert (str(item.UF), str(item.AFRelationship)) == ("facts.json", "/Data")
    assert list(document.attachments) == ["facts.json"]


def test_heads_and_feet_of_pages_are_not_read(extract):
    tagged = "".join(f"{title}\n{text}" for title, text in extract.sections)
    assert re.search(r"\b[0-9]+ / [0-9]+\b", extract.text)
    assert not re.search(r"\b[0-9]+ / [0-9]+\b", tagged)


def test_a_redline_is_as_accessible(project, tmp_path):
    project.run("release")
    project.change("facts.yaml", "2024-05-20", "2024-05-21")
    assert project.run("changes", "--redline", str(tmp_path / "r.pdf")).code == 0
    extract = pdf.inspect((tmp_path / "r.pdf").read_bytes())
    assert extract.pdf_parts == ("PDF/A-3a", "PDF/UA-1")
    assert (extract.broken_rules, extract.figures_without_alt, extract.links_without_text) == ((), (), ())
    assert {level for level, _ in extract.headings} == {1, 2}


def test_reading_order_is_the_order_of_the_source(rich_pdf, extract):
    """Each text of the page is read after those before it, however the pages show it."""
    project = rich_pdf.parents[2]
    run = pipeline.start(project, datetime.date(2026, 11, 22), None)
    (html,) = compose_briefing(run, read_briefing(project, "my-briefing")).work.composed.pages.values()
    body = lxml.html.document_fromstring(html).find("body")
    for drawing in body.iter("svg"):
        drawing.clear()
    # A gloss is read after what it is of, and stands before it in the source.
    for gloss in list(body.iter("rt")):
        gloss.drop_tree()
    read = squeezed("".join(title + text for title, text in extract.sections))
    place = 0
    for text in filter(None, map(squeezed, body.itertext())):
        found = read.find(text, place)
        assert found >= 0, text
        place = found + len(text)
    assert place > 0.9 * len(read)


def squeezed(text):
    return re.sub(r"[\s\u00ad\u200b\u2060\ufffe-]+", "", text)
