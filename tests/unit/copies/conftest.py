"""Editions with a slot, sheets on which slots are laid out, and copies of the one filled from the other."""

import dataclasses
import io

import pikepdf
import pypdfium2
import pytest

from report.copies.forms import Filler, Sheet
from report.formats import pdf
from report.incremental import Base, Update
from report.pages import Page
from report.sandbox import Worker
from report.tagged_pdf.slots import read_slots
from tests.unit.tagged_pdf.conftest import STYLE, fontconfig, outline_of

__all__ = ["fontconfig"]
SLOT = '<img class="slot" data-slot="name" src="asset:///slots/name" alt="">'
FOOT = '<div class="foot"><img class="slot" data-slot="foot" src="asset:///slots/foot" alt=""></div>'
PLACES = """
  .slot { display: block; width: 240px; height: 96px }
  .foot { position: running(foot) } @page { @bottom-right { content: element(foot) } }
"""
ON_SHEET = """
  @page { size: 240px 400px; margin: 0 } html { font: 16px/24px 'Jianbao Hei' } body, p, table { margin: 0 }
  .slot { position: absolute; top: 0; left: 0; width: 240px; height: 96px; overflow: hidden; opacity: 0.999 }
"""


@dataclasses.dataclass(frozen=True)
class Made:
    """An edition and a copy of it."""

    edition: bytes
    copy: bytes

    @property
    def outline(self):
        """The copy's structure tree, an element a line."""
        return outline_of(self.copy)

    @property
    def text(self):
        with pypdfium2.PdfDocument(self.copy) as printed:
            return "".join(page.get_textpage().get_text_bounded() for page in printed).replace("\r\n", "\n")

    @property
    def added(self):
        """What is written behind the edition."""
        return self.copy[len(self.edition) :]

    def opened(self):
        return pikepdf.open(io.BytesIO(self.copy))


@pytest.fixture(scope="session")
def laid_out(fontconfig):
    """A function that lays out a page, or a sheet, in a process of its own."""

    def run(page, *, is_sheet=False):
        with Worker(_export, name="making the pdf", prepare=lambda: pdf.prepare(fontconfig)) as worker:
            return worker.run((page, is_sheet))

    return run


def _export(job, progress):
    page, is_sheet = job
    return pdf.export_sheet(page) if is_sheet else (pdf.export(page, progress), ())


@pytest.fixture(scope="session")
def exported(laid_out):
    """A function that returns what came of a page's body: the PDF, and what was said on the way."""

    def run(body, style=""):
        head = f"<title>题</title><style>{STYLE}{PLACES}{style}</style>"
        html = f'<!DOCTYPE html><html lang="zh-Hans"><head>{head}</head><body>{body}</body></html>'
        made, _ = laid_out(Page(html, {}))
        return made.data, [message.text for message in made.messages]

    return run


@pytest.fixture(scope="session")
def export(exported):
    """A function that returns the PDF of a page's body, of which nothing is said."""

    def run(body, style=""):
        data, messages = exported(body, style)
        assert messages == []
        return data

    return run


@pytest.fixture(scope="session")
def sheet(laid_out):
    """A function that returns the sheet of some fillings of one slot, and whether each has room."""

    def run(*fillings, style="", furniture=False, assets=None):
        hidden = ' aria-hidden="true"' if furniture else ""
        slots = "".join(f'<section class="slot"{hidden}>{filling}</section>' for filling in fillings)
        head = f"<title>题</title><style>{ON_SHEET}{style}</style>"
        body = f"<body><section>{slots}</section></body>"
        html = f'<!DOCTYPE html><html lang="zh-Hans"><head>{head}</head>{body}</html>'
        made, have_room = laid_out(Page(html, assets or {}), is_sheet=True)
        assert [message.text for message in made.messages if message.is_error] == []
        return Sheet(pikepdf.open(io.BytesIO(made.data))), have_room

    return run


@pytest.fixture(scope="session")
def edition(export):
    """A page with text before and behind a slot, and with a slot in its foot."""
    return export(f"{FOOT}<h1>题目</h1>{SLOT}<p>后面</p>")


@pytest.fixture(scope="session")
def fill(edition, sheet):
    """A function that returns a copy of the edition: its slot `name` filled with one of some fillings."""

    def run(*fillings, number=0, slot="name", **given):
        made, _ = sheet(*fillings, furniture=slot == "foot", **given)
        return filled(edition, made, number, slot)

    return run


def filled(edition, on_sheet, number=0, slot="name"):
    with pikepdf.open(io.BytesIO(edition)) as document:
        places = read_slots(document)
        update = Update(Base.read(edition, document))
    forms = on_sheet.forms(0, {slot: places[slot]}, number)
    Filler(update, on_sheet, forms).fill(places)
    return Made(edition, edition + update.written())
