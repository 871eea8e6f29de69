"""QR codes of copies: a figure with its text where a slot is read aloud, and decoration in the foot of pages."""

import io

import pikepdf
import pypdfium2
import pytest
import segno

from report.copies import qr
from report.incremental import Base, Update
from report.tagged_pdf.slots import read_slots
from tests.unit.copies.conftest import Made
from tests.unit.copies.test_inserts import check_parent_tree

ADDRESS = "https://status.example.org/demo/1.html"
MODULES = list(segno.make_qr(ADDRESS, error="m").matrix)
SLOT = '<img class="slot" data-slot="qr" src="asset:///slots/qr" alt="">'
SIDE, SCALE = 24, 16
SQUARE = f".slot {{ width: {SIDE}px; height: {SIDE}px }} @page {{ margin: 40px }}"


@pytest.fixture(scope="module")
def coded(export):
    """A function that returns a copy of a page whose slot `qr` has a code."""

    def run(body):
        edition = export(body, SQUARE)
        with pikepdf.open(io.BytesIO(edition)) as document:
            slot, update = read_slots(document)["qr"], Update(Base.read(edition, document))
        qr.fill(update, slot, qr.Code(ADDRESS, f"状态：{ADDRESS}"))
        return Made(edition, edition + update.written())

    return run


def ink(data):
    """How many points of a page are black, in modules of the code."""
    with pypdfium2.PdfDocument(data) as printed:
        picture = printed[0].render(scale=SCALE).to_pil().convert("L")
    return picture.histogram()[0] / (SIDE * 0.75 * SCALE / len(MODULES)) ** 2


def test_a_code_is_a_figure_with_its_text(coded):
    made = coded(f"<h1>题目</h1>{SLOT}<p>后面</p>")
    assert made.outline == ["Document", ". H1 题目", ". Div", ". . Figure", ". P 后面"]
    with made.opened() as document:
        assert document.check_pdf_syntax() == []
        check_parent_tree(document)
        figure = document.get_object(read_slots(document)["qr"].element, 0).K[0]
        assert str(figure.Alt) == f"状态：{ADDRESS}"


def test_in_the_foot_of_pages_it_is_decoration(coded):
    """Nothing is written but the form: there is no element that it could be in."""
    foot = f'<div class="foot">{SLOT}</div>'
    made = coded(f"{foot}<h1>题目</h1>")
    assert made.outline == ["Document", ". H1 题目"]
    assert b"\n0 0 obj" not in made.added
    with made.opened() as document:
        assert document.check_pdf_syntax() == []
        check_parent_tree(document)
        form = document.get_object(read_slots(document)["qr"].form, 0)
        assert b"MCID" not in form.read_bytes()
        assert "/StructParents" not in form
    drawn = ink(made.copy) - ink(made.edition)
    assert drawn == pytest.approx(sum(map(sum, MODULES)), rel=0.1)
