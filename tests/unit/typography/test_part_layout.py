"""A part that is laid out by itself looks as it does within the whole."""

import dataclasses

import pytest
import weasyprint

from report.errors import RenderingError
from report.formats import pdf
from report.pages import Page
from report.preview.book import Book, Stretch
from report.preview.parts import cut
from report.preview.pictures import digests_of
from report.preview.printing import print_stretch, print_whole, printable
from report.sandbox import Worker
from report.typography import part_layout
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig
from report.typography.part_layout import PartLayout

STYLE = """
@page {
  size: 300px 200px; margin: 40px;
  @top-left { content: string(running, start) }
  @top-right { content: string(title) }
  @bottom-left { content: element(foot) }
  @bottom-right { content: counter(page) " / " counter(pages) }
}
@page :left { margin-left: 60px }
@page :first { margin-top: 60px; @top-right { content: none } }
* { margin: 0; font: 10px/20px 'Jianbao Hei' }
.foot { position: running(foot) }
h1 { string-set: title content() }
section { break-before: page; string-set: running attr(title) }
section + section { padding-top: 10px }
section:nth-child(2) { color: blue }
.last { break-before: page }
a::after { content: target-counter(attr(href), page) }
"""
LINES = "<p>一二三四五六七八九十</p>"
BODY = f"""
<div class="foot">foot</div>
<h1>Title</h1>
<div class="contents"><a href="#a"></a> <a href="#b"></a> <a href="#end"></a> <a href="#x">x</a></div>
<main>
<section id="a" title="A">{LINES * 3}<p id="x">x <a href="#end"></a></p></section>
<section id="b" title="B">{LINES * 9}<p>see <a href="#a"></a> and <a href="#b"></a></p></section>
<section id="c" title="C">{LINES}</section>
</main>
<div class="last" id="end">{LINES} <a href="#x"></a></div>
"""


@pytest.fixture(scope="module")
def fontconfig(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fonts")
    return write_fontconfig(folder / "fonts.conf", load_registry(bundled_fonts_dir()), folder / "cache")


@pytest.fixture
def in_child(fontconfig):
    """Return a function that runs another in a child with the renderer and the bundled fonts."""

    def run(work, argument):
        with Worker(work, name="test", prepare=lambda: pdf.prepare(fontconfig)) as worker:
            return worker.run(argument)

    return run


def page_of(body, style=STYLE):
    return Page(f"<!DOCTYPE html><html><head><style>{style}</style></head><body>{body}</body></html>", {})


def each_alone(page, progress):
    """Return the book as a whole, and for each group its pages when it is laid out alone."""
    wanted = printable(page, cut(page.html))
    book = Book(print_whole(wanted, progress).groups)
    layout, alone, first = PartLayout(), [], 0
    for place, group in enumerate(book.groups):
        end = first + len(group.parts)
        if group.pages:
            printed = print_stretch(wanted, Stretch(first, end, place, 1), book, layout)
            alone.append([leaf for made in printed.groups for leaf in made.pages])
        first = end
    return book, alone


def test_each_part_alone_looks_as_it_does_within_the_whole(in_child):
    book, alone = in_child(each_alone, page_of(BODY))
    assert [len(group.pages) for group in book.groups] == [0, 1, 1, 2, 1, 1]
    assert [[leaf.digest for leaf in pages] for pages in alone] == [
        [leaf.digest for leaf in group.pages] for group in book.groups if group.pages
    ]


def test_what_stands_on_the_pages_is_read_the_same(in_child):
    book, alone = in_child(each_alone, page_of(BODY))
    whole = [group.pages for group in book.groups if group.pages]
    for together, apart in zip(whole, alone, strict=True):
        for one, other in zip(together, apart, strict=True):
            assert dataclasses.replace(other, source=one.source, index=one.index, is_exact=True) == one
    assert book.anchors == {"a": 2, "x": 2, "b": 3, "c": 5, "end": 6}
    assert [leaf.section for leaf in book.pages] == ["", "a", "b", "b", "c", "end"]
    assert book.pages[1].lines[-1].text == "x 6"
    assert book.pages[0].strings == {"title": "Title"}


def grown(page, progress):
    """Return the pages of the whole and of the book, once the second section has more lines."""
    before = printable(page, cut(page.html))
    book = Book(print_whole(before, progress).groups)
    longer = dataclasses.replace(page, html=page.html.replace("see", LINES * 4 + "see"))
    after = printable(longer, cut(longer.html))
    [stretch] = book.stretches(after.digests)
    printed = print_stretch(after, stretch, book, PartLayout())
    whole = Book(print_whole(after, progress).groups)
    return whole.pages, book.spliced(stretch, printed.groups).pages


def test_a_part_that_grows_prints_the_new_number_of_pages(in_child):
    whole, made = in_child(grown, page_of(BODY))
    assert [leaf.digest for leaf in made[2:-2]] == [leaf.digest for leaf in whole[2:-2]]
    assert len(made) == 7
    # The first and the last ones print numbers that are another now.
    assert [leaf.is_exact for leaf in made] == [False] * 7


def missing_image(page, progress):
    del progress
    wanted = printable(page, cut(page.html))
    print_stretch(wanted, Stretch(0, 1, 0, 0), Book(), PartLayout())


def test_an_image_from_elsewhere_is_refused(in_child):
    with pytest.raises(RenderingError, match="none of its own images"):
        in_child(missing_image, page_of('<div><img alt="x" src="file:///etc/passwd"></div>'))


def test_it_is_possible_with_the_pinned_renderer_only(monkeypatch):
    assert part_layout.is_possible()
    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    assert not part_layout.is_possible()


def drawn(page, progress):
    return pdf.export_part(page, lambda html: html.render())


def test_a_part_carries_no_tags_and_no_metadata(in_child):
    data = in_child(drawn, page_of("<p>x</p>"))
    assert len(digests_of(data)) == 1
    assert b"/StructTreeRoot" not in data


def told(page, progress):
    """Return what is told of the stages of laying out the whole."""
    del progress
    stages = []
    wanted = printable(page, cut(page.html))
    print_whole(wanted, stages.append)
    return stages


def test_a_child_says_nothing_before_its_result(in_child):
    # The engine takes what a child says for its result, and would wait for it while files are edited.
    assert in_child(told, page_of(BODY)) == []
