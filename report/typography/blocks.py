"""Gathers the lines of a finished PDF into paragraphs, cells and headings, by its tags (ISO 32000-1, 14.7 and 14.8)."""

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from report.pages import Block, Glyph, PrintedLine

PARAGRAPHS = frozenset({"P", "H", "H1", "H2", "H3", "H4", "H5", "H6"})
LABEL, FIGURE, GLOSS = "Lbl", "Figure", "RT"
_TITLE = "H1"
_LEVELS = {f"H{level}": level for level in range(1, 7)}
_CELLS = frozenset({"LI", "LBody", "TD", "TH", "Caption", "Note", "BlockQuote", "BibEntry", "TOCI"})
# What holds text of its own, and what stands in the lines of another. NonStruct may be either.
_OWN = PARAGRAPHS | _CELLS | {LABEL, FIGURE}
_INLINE = frozenset({"Span", "Link", "NonStruct", "Em", "Strong", "Code", "Quote", "Reference", "Annot"})
# Deeper than this no sound document is.
_DEEPEST = 60
# Text that is so much smaller than its paragraph's and stands so many of its ems above a line of it is a gloss on
# that (CSS Ruby 1).
_GLOSS = 0.7
_ABOVE = (0.6, 1.25)
# How far apart, in ems, letters of one label of a figure stand at most.
_ADJOINS = 0.3


class Tagged(NamedTuple):
    """Where a stretch of marked content belongs.

    Attributes:
        page: From 1.
        mark: Its number on the page.
        block: A number for what holds its lines.
        kind: The structure type of that.
        child: The element directly within that, through which the text belongs to it; 0 for none.
    """

    page: int
    mark: int
    block: int
    kind: str
    child: int


def read_tags(pdf: Any) -> tuple[Tagged, ...]:
    """Return the marked content of a pikepdf document in the order of its tags; what is no tag is passed over."""
    import pikepdf

    root = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, pikepdf.Dictionary):
        return ()
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
    return tuple(_Walk(pages).below(root, _Place(0, 0, "", 0, is_own=False), 0))


@dataclasses.dataclass(frozen=True, slots=True)
class _Place:
    """Where a walk through the tags stands: the page, and the block, its kind and the child as of `Tagged`."""

    page: int
    block: int
    kind: str
    child: int
    is_own: bool

    def within(self, kind: str, page: int, number: int) -> "_Place":
        """Return the place within an element."""
        if kind in _OWN or not (self.is_own or kind in _INLINE):
            return _Place(page, number, kind, 0, is_own=kind in _OWN)
        return dataclasses.replace(self, page=page, child=self.child or number)


class _Walk:
    """One walk through the tags, each element once."""

    def __init__(self, pages: Mapping[tuple[int, int], int]) -> None:
        self._pages = pages
        self._numbers = itertools.count(1)
        self._seen: set[tuple[int, int]] = set()

    def below(self, element: Any, place: _Place, depth: int) -> Iterator[Tagged]:
        """Yield what an element holds."""
        import pikepdf

        if depth > _DEEPEST or (element.is_indirect and element.objgen in self._seen):
            return
        self._seen.add(element.objgen)
        kids = element.get("/K")
        for kid in kids if isinstance(kids, pikepdf.Array) else (kids,):
            if isinstance(kid, int):
                yield Tagged(place.page, kid, place.block, place.kind, place.child)
            elif isinstance(kid, pikepdf.Dictionary):
                page = self._page(kid, place.page)
                mark: Any = kid.get("/MCID")
                if isinstance(mark, int):
                    yield Tagged(page, mark, place.block, place.kind, place.child)
                elif "/S" in kid:
                    within = place.within(str(kid.S)[1:], page, next(self._numbers))
                    yield from self.below(kid, within, depth + 1)

    def _page(self, item: Any, otherwise: int) -> int:
        import pikepdf

        page = item.get("/Pg")
        return self._pages.get(page.objgen, otherwise) if isinstance(page, pikepdf.Dictionary) else otherwise


def blocks_of(lines: Iterable[PrintedLine], tags: Iterable[Tagged]) -> tuple[Block, ...]:
    """Return the lines by block, in the order of the tags; then the lines that no tag holds, each by itself."""
    known = {(tag.page, tag.mark): (order, tag) for order, tag in enumerate(tags)}
    drafts: dict[int, _Draft] = {}
    untagged: list[Block] = []
    for line in lines:
        rest = row = _Row(line.page, line.baseline, 0)
        mark: int | None = None
        # What the reader makes up has no mark: it belongs to the block that it stands in the midst of.
        made_up: list[Glyph] = []
        for glyph in line.glyphs:
            if glyph.is_generated:
                made_up.append(glyph)
                continue
            before = row
            if glyph.mark != mark:
                mark = glyph.mark
                order, tag = known.get((line.page, mark), (0, None))
                row = (
                    rest
                    if tag is None
                    else drafts.setdefault(tag.block, _Draft(tag.kind)).row(line, order, tag)
                )
            if made_up:
                if row is before:
                    row.glyphs += made_up
                made_up.clear()
            row.glyphs.append(glyph)
        if rest.glyphs:
            untagged.append(Block("", (rest.line(),)))
    found = [block for draft in drafts.values() for block in draft.blocks()]
    return (*(block for _, block in sorted(found, key=lambda item: item[0])), *untagged)


def passages_of(pages: Iterable[Iterable[Glyph]], tags: Iterable[Tagged]) -> tuple[str, ...]:
    """Return what each stretch of marked content reads as, in the order of the tags, then what no tag holds.

    Labels of figures stand each for itself, and so does what no tag holds.

    Args:
        pages: The glyphs of each page in the order in which they are copied.
        tags: The tags.
    """
    marked = _by_mark(pages)
    passages: list[str] = []
    for tag in tags:
        glyphs = marked.pop((tag.page, tag.mark), [])
        if tag.kind == FIGURE:
            passages += _labels(glyphs)
        else:
            passages.append("".join(glyph.text for glyph in glyphs))
    return (*passages, *(label for glyphs in marked.values() for label in _labels(glyphs)))


def sections_of(pages: Iterable[Iterable[Glyph]], tags: Iterable[Tagged]) -> tuple[tuple[str, str], ...]:
    """Return title and text of each section in the order of the tags, a line for each stretch of marked content.

    A section begins at a heading of level 1; text before the first has an empty title. Figures are left out, and
    so is what no tag holds.

    Args:
        pages: The glyphs of each page in the order in which they are copied.
        tags: The tags.
    """
    marked = _by_mark(pages)
    sections: list[tuple[list[str], list[str]]] = [([], [])]
    title = 0
    for tag in tags:
        text = "".join(glyph.text for glyph in marked.pop((tag.page, tag.mark), []))
        if tag.kind == _TITLE and tag.block == title:
            sections[-1][0].append(text)
        elif tag.kind == _TITLE:
            title = tag.block
            sections.append(([text], []))
        elif text and tag.kind != FIGURE:
            sections[-1][1].append(text)
    told = (("".join(heading), "\n".join(texts)) for heading, texts in sections)
    return tuple((heading, text) for heading, text in told if heading or text)


def headings_of(pages: Iterable[Iterable[Glyph]], tags: Iterable[Tagged]) -> tuple[tuple[int, str], ...]:
    """Return level and text of each heading in the order of the tags.

    Args:
        pages: The glyphs of each page in the order in which they are copied.
        tags: The tags.
    """
    marks = {(tag.page, tag.mark): tag for tag in tags if tag.kind in _LEVELS}
    texts: dict[Tagged, list[str]] = {tag: [] for tag in marks.values()}
    for number, page in enumerate(pages, 1):
        for glyph in page:
            tag = None if glyph.is_generated else marks.get((number, glyph.mark))
            if tag is not None:
                texts[tag].append(glyph.text)
    headings: dict[int, tuple[int, str]] = {}
    for tag, text in texts.items():
        _, before = headings.get(tag.block, (0, ""))
        headings[tag.block] = (_LEVELS[tag.kind], before + "".join(text))
    return tuple(headings.values())


def _by_mark(pages: Iterable[Iterable[Glyph]]) -> dict[tuple[int, int], list[Glyph]]:
    """Return the glyphs of each stretch of marked content, by page and number, but those that the reader made up."""
    marked: dict[tuple[int, int], list[Glyph]] = defaultdict(list)
    for number, page in enumerate(pages, 1):
        for glyph in page:
            if not glyph.is_generated:
                marked[number, glyph.mark].append(glyph)
    return marked


def _labels(glyphs: Iterable[Glyph]) -> Iterator[str]:
    """Yield the texts of a drawing, which is one stretch of marked content: what does not adjoin is parted."""
    label, end = "", (0.0, 0.0)
    for glyph in glyphs:
        x, y = end
        if label and (glyph.y != y or abs(glyph.x - x) > _ADJOINS * glyph.size):
            yield label
            label = ""
        label += glyph.text
        end = (glyph.right, glyph.y)
    if label:
        yield label


@dataclasses.dataclass(slots=True)
class _Row:
    """What one block has on one baseline.

    Attributes:
        page: From 1.
        baseline: In points.
        order: Its first place in the order of the tags.
        glyphs: From left to right.
        children: The children of the block, as of `Tagged`, that they belong to.
    """

    page: int
    baseline: float
    order: int
    glyphs: list[Glyph] = dataclasses.field(default_factory=list)
    children: set[int] = dataclasses.field(default_factory=set)

    @property
    def size(self) -> float:
        return max(glyph.size for glyph in self.glyphs)

    def line(self) -> PrintedLine:
        return PrintedLine(self.page, self.baseline, tuple(self.glyphs))


class _Draft:
    """The rows of what the tags give for one block, which may hold others that no tag of their own tells."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._rows: dict[tuple[int, float], _Row] = {}

    def row(self, line: PrintedLine, order: int, tag: Tagged) -> _Row:
        """Return the row on the baseline of a line, for marked content with its place in the order of the tags."""
        row = self._rows.setdefault((line.page, line.baseline), _Row(line.page, line.baseline, order))
        row.order = min(row.order, order)
        row.children.add(tag.child)
        return row

    def blocks(self) -> Iterator[tuple[int, Block]]:
        """Yield the blocks, each behind its place in the order of the tags."""
        rows = sorted(self._rows.values(), key=lambda row: row.order)
        if self._kind == FIGURE:
            for row in rows:
                yield row.order, Block(FIGURE, (row.line(),))
            return
        text = []
        for row in rows:
            if _is_gloss(row, rows):
                yield row.order, Block(GLOSS, (row.line(),))
            else:
                text.append(row)
        inner = self._inner(text)
        for _, run in itertools.groupby(text, key=lambda row: (row.page, *(row.children & inner))):
            of_block = tuple(run)
            yield of_block[0].order, Block(self._kind, tuple(row.line() for row in of_block))

    def _inner(self, rows: Sequence[_Row]) -> set[int]:
        """Return the children that are blocks: their lines are theirs alone, and not only by chance.

        A note in a cell is told from the text before it by nothing else; in a paragraph, one line may happen to
        be all emphasis.
        """
        of_child: dict[int, list[_Row]] = defaultdict(list)
        for row in rows:
            for child in row.children:
                of_child[child].append(row)
        fewest = 2 if self._kind in PARAGRAPHS else 1
        return {
            child
            for child, own in of_child.items()
            if child and len(own) >= fewest and all(row.children == {child} for row in own)
        }


def _is_gloss(row: _Row, rows: Iterable[_Row]) -> bool:
    return any(
        row.size < _GLOSS * base.size and _ABOVE[0] < (row.baseline - base.baseline) / base.size < _ABOVE[1]
        for base in rows
        if base.page == row.page
    )
