import pydyf
import pypdfium2
import pytest
import weasyprint
from weasyprint.css import targets

from report.installation import cache_folder
from report.typography import renderer
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig


def test_page_references_are_those_of_the_library():
    stock = pydyf.PDF.page_references.fget
    try:
        assert renderer.adapt()
        pdf = pydyf.PDF()
        assert pdf.page_references == ()
        for number in (5, 9, 12):
            pdf.pages["Kids"].extend([number, 0, "R"])
            assert pdf.page_references == stock(pdf)
        assert pdf.page_references is pdf.page_references
    finally:
        pydyf.PDF.page_references = property(stock)


def test_another_version_is_left_alone(monkeypatch):
    stock = pydyf.PDF.page_references
    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    assert not renderer.adapt()
    assert pydyf.PDF.page_references is stock


# Once the page of the end is known, its number needs a line of its own and moves the heading to page 3.
MOVING = f"""
<style>
  @page {{ size: 200px 120px; margin: 10px }}
  * {{ margin: 0; font: 10px/20px 'Jianbao Hei' }}
  a::after {{ content: target-counter(attr(href), page) }}
  section {{ break-before: page }}
</style>
<p><a href="#late">L</a></p>
<section><p>{"w" * 21} <a href="#end"></a></p><p>x</p><p>x</p><p>x</p><h1 id="late">Late</h1></section>
{"<section>y</section>" * 130}<section id="end">End</section>
"""


@pytest.fixture
def first_line_and_page_of_heading(monkeypatch):
    """Return a function: what page 1 of the moving pages prints, and the page that its link leads to."""
    faces = load_registry(bundled_fonts_dir())
    fontconfig = write_fontconfig(cache_folder() / "fonts.conf", faces, cache_folder() / "fontconfig")
    monkeypatch.setenv("FONTCONFIG_FILE", str(fontconfig))

    def render():
        document = weasyprint.HTML(string=MOVING).render()
        page = next(number for number, page in enumerate(document.pages, 1) if "late" in page.anchors)
        pdf = pypdfium2.PdfDocument(document.write_pdf())
        try:
            return pdf[0].get_textpage().get_text_bounded().strip(), page
        finally:
            pdf.close()

    return render


def test_a_page_number_follows_its_target(first_line_and_page_of_heading, monkeypatch):
    adapted = targets.anchor_name_from_token
    monkeypatch.setattr(targets, "anchor_name_from_token", STOCK)
    # The library by itself: when this changes, the change to it can go.
    assert first_line_and_page_of_heading() == ("L2", 3)
    monkeypatch.setattr(targets, "anchor_name_from_token", adapted)
    renderer.adapt()
    assert first_line_and_page_of_heading() == ("L3", 3)


def stock_function():
    """The library's own function, whatever another test has put in its place."""
    found = targets.anchor_name_from_token
    return getattr(found, "stock", found)


STOCK = stock_function()
