"""The finished PDF as a screen reader meets it: links, headings, tables, figures (ISO 14289-1, PDF/UA-1)."""

import datetime
import shutil
from pathlib import Path

import pikepdf
import pytest

from report import pipeline
from report.pipeline.outputs import Request

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    """The starter, with a table, a picture and every kind of link."""
    project = tmp_path_factory.mktemp("accessible") / "project"
    shutil.copytree(ROOT / "templates" / "starter", project)
    run = pipeline.start(project, datetime.date(2026, 11, 22), None)
    outcome = pipeline.build(run, "my-briefing", Request(("pdf",)))
    assert not [finding for finding in outcome.findings if finding.is_error]
    with pikepdf.open(project / "output/my-briefing/my-briefing.pdf") as pdf:
        yield pdf


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


def test_every_link_is_announced_as_a_link_and_has_a_text(document):
    numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
    parents = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
    links = [link for page in document.pages for link in page.get("/Annots", [])]
    assert len(links) > 20
    assert {str(parents[int(link.StructParent)].S) for link in links} == {"/Link"}
    assert all(text_below(element) for element in elements(document, "/Link"))


def test_headings_descend_one_level_at_a_time(document):
    assert elements(document, "/H1")
    assert not elements(document, "/H4", "/H5", "/H6")


def test_every_header_cell_says_what_it_heads(document):
    cells = elements(document, "/TH")
    assert cells
    assert {str(cell.A.get("/Scope", "")) for cell in cells} <= {"/Column", "/Row"}


def test_every_figure_has_a_text(document):
    figures = elements(document, "/Figure")
    assert figures
    assert all(str(figure.get("/Alt", "")).strip() for figure in figures)


def test_the_file_states_its_language_and_shows_its_title(document):
    assert str(document.Root.Lang) == "zh-Hans"
    assert document.Root.ViewerPreferences.DisplayDocTitle
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"]
