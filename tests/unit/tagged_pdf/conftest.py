"""Pages made as in a build, and their structure trees as lines that can be compared."""

import io

import pikepdf
import pypdfium2
import pytest

from report.formats import pdf
from report.pages import Page
from report.sandbox import Worker
from report.tagged_pdf.reading import read_structure
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig
from report.typography.printed import glyphs_of

STYLE = """
  @page { size: 400px 300px; margin: 40px 20px 20px; @top-left { content: '页眉' } @bottom-left { content: '页脚' } }
  html { font: 16px/24px 'Jianbao Song' } body, p, ol, ul, table { margin: 0; padding: 0 }
  li { list-style: none } li::before { content: attr(data-number) }
"""


@pytest.fixture(scope="session")
def fontconfig(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fonts")
    return write_fontconfig(folder / "fonts.conf", load_registry(bundled_fonts_dir()), folder / "cache")


@pytest.fixture
def export(fontconfig):
    """A function that returns what is exported of a page's body."""

    def run(body, style="", metadata=None, lang="zh-Hans"):
        head = f"<title>题</title><style>{STYLE}{style}</style>"
        html = f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'
        with Worker(pdf.export, name="making the pdf", prepare=lambda: pdf.prepare(fontconfig)) as worker:
            return worker.run(Page(html, {}, metadata=metadata))

    return run


@pytest.fixture
def outline(export):
    """A function that returns the structure tree of a page: an element a line, with the text directly in it."""

    def run(body, style=""):
        exported = export(body, style)
        assert not exported.messages
        return outline_of(exported.data)

    return run


def outline_of(data):
    with pikepdf.open(io.BytesIO(data)) as document, pypdfium2.PdfDocument(data) as printed:
        texts = {}
        for number, page in enumerate(printed, 1):
            for glyph in glyphs_of(page.get_textpage()):
                if not glyph.is_generated:
                    texts.setdefault((number, glyph.mark), []).append(glyph.text)
        (root,) = read_structure(document).kids
        return [
            f"{'. ' * depth}{node.kind} {''.join(''.join(texts.get(mark, ())) for mark in node.marks)}".rstrip()
            for depth, node in walk(root, 0)
        ]


def walk(node, depth):
    yield depth, node
    for kid in node.kids:
        yield from walk(kid, depth + 1)
