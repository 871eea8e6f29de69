"""Tags what a page shows: the one module that reaches into how the renderer marks content.

WeasyPrint 70 makes one structure element for each box: a paragraph that runs over a page is two, a table has its head
on every page again, what stands in heads and feet of pages has elements that nothing holds, list items have no body,
and the text of a picture has a place from the wrong corner. Here each HTML element has one structure element at most,
in the order of the source, and what only furnishes a page is an artifact (ISO 32000-1, 14.8.2.2).

Replaced, and why:

- `Stream.marked`: whether a stretch of content is tagged, and as what, is decided when its place in the tree is known.
- `pdf.add_tags`: builds the tree.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from report.tagged_pdf import links, slots
from report.tagged_pdf.roles import SVG, alternative, begin, block_for, is_hidden, label_for
from report.tagged_pdf.structure import Annotation, Content, Element, write

# ISO 32000-1, table 330, by how the names of margin boxes begin.
_FURNITURE = {"@t": "/Pagination /Subtype /Header", "@b": "/Pagination /Subtype /Footer"}
_stock: dict[str, Any] = {}


class _Mark(NamedTuple):
    """Where marked content begins: its stream, and the place of its tag there, which is filled in later."""

    stream: Any
    at: int


def install() -> None:
    """Replace the renderer's functions; again is the same as once."""
    from weasyprint import pdf
    from weasyprint.pdf.stream import Stream

    _stock.setdefault("marked", Stream.marked)
    _stock.setdefault("add_tags", pdf.add_tags)
    Stream.marked = _marked
    pdf.add_tags = _add_tags


def remove() -> None:
    """Give the renderer its own functions back."""
    from weasyprint import pdf
    from weasyprint.pdf.stream import Stream

    Stream.marked = _stock.get("marked", Stream.marked)
    pdf.add_tags = _stock.get("add_tags", pdf.add_tags)


@contextlib.contextmanager
def _marked(stream: Any, box: Any, tag: str) -> Iterator[None]:
    if stream._tags is None:
        yield
        return
    stream._tags[box] = _Mark(stream, len(stream.stream))
    stream.stream += [b"", b"", b""]
    try:
        yield
    finally:
        stream.end_marked_content()


def _add_tags(pdf: Any, document: Any, pdf_version: Any, page_streams: Sequence[Any]) -> None:
    tree = _Tree(document, page_streams)
    root = tree.build()
    for child in document.pages[0]._page_box.children:
        if child.element_tag == "html":
            links.describe(root, child.element)
    references = write(pdf, root, page_streams)
    elements = {name: slot.element for name, slot in tree.slots.items() if slot.element is not None}
    slots.empty_forms(
        pdf, tree.slots, {name: references[id(element)] for name, element in elements.items()}, tree.counts
    )


class _Tree:
    """The structure tree while the pages are walked through."""

    def __init__(self, document: Any, page_streams: Sequence[Any]) -> None:
        self._pages = document.pages
        self._streams = page_streams
        self._marks: list[dict[Any, _Mark]] = [stream._tags for stream in page_streams]
        self._root = Element("Document", lang=document.metadata.lang or "")
        self._elements: dict[Any, Element] = {}
        # Where each head and foot of a table stands first; on other pages it is repeated.
        self._groups: dict[Any, int] = {}
        self._counts: dict[int, int] = {}
        self._page = 0
        self.slots: dict[str, slots.Drawn] = {}

    @property
    def counts(self) -> dict[int, int]:
        """How many stretches of marked content each page has, pages counted from 0."""
        return {number: self._counts.get(id(stream), 0) for number, stream in enumerate(self._streams)}

    def build(self) -> Element:
        """Return the document, and fill in the tags of all marked content."""
        from weasyprint.logger import LOGGER

        for number, page in enumerate(self._pages):
            self._page = number
            for child in page._page_box.children:
                self._walk(child, self._root)
            if self._marks[self._page]:
                LOGGER.error("Page %d shows what no element of it holds", self._page + 1)
            for mark in self._marks[self._page].values():
                _fill(mark, "/Artifact")
        if not self._root.lang:
            LOGGER.error("The page states no language")
        return self._root

    def _walk(self, box: Any, holder: Element) -> None:
        """Tag a box and what is in it."""
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout.absolute import AbsolutePlaceholder

        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.TextBox):
            self._add_text(box, holder)
        elif isinstance(box, boxes.ReplacedBox):
            self._add_picture(box, holder)
        elif isinstance(box, boxes.MarginBox):
            self._pass_over(box, _FURNITURE.get(box.at_keyword[:2], "/Pagination"))
        elif self._is_repeated(box):
            self._pass_over(box, "/Pagination")
        elif box.is_leader or (box.element is not None and is_hidden(box.element)):
            self._pass_over(box, "/Layout")
        else:
            inner = self._element_for(box, holder)
            self._add_annotation(box, inner)
            for child in box.children:
                if isinstance(child, boxes.LineBox):
                    of_lines = block_for(box, inner)
                    for item in child.children:
                        self._walk(item, of_lines)
                else:
                    self._walk(child, inner)

    def _element_for(self, box: Any, holder: Element) -> Element:
        """Return what the content of a box belongs to.

        Parts of one HTML element, on lines, on pages and in anonymous boxes, have one structure element.
        """
        if box.element is None:
            return holder
        name, _, pseudo = str(box.element_tag).partition("::")
        if pseudo:
            return label_for(holder) if name == "li" and pseudo in ("before", "marker") else holder
        known = self._elements.get(box.element)
        if known is None:
            known = self._elements[box.element] = begin(box, holder)
        return known

    def _is_repeated(self, box: Any) -> bool:
        """Return whether a box is the head or foot of a table once more."""
        is_group = getattr(box, "is_header", False) or getattr(box, "is_footer", False)
        return is_group and self._groups.setdefault(box.element, self._page) != self._page

    def _pass_over(self, box: Any, kind: str) -> None:
        """Make all that is in a box an artifact of a kind."""
        for descendant in box.descendants(placeholders=True):
            inner = getattr(descendant, "_box", descendant)
            mark = self._marks[self._page].pop(inner, None)
            if mark is not None:
                _fill(mark, "/Artifact", f"<</Type {kind}>>")
                if name := slots.name_of(inner):
                    self._pass_over_slot(name, inner)

    def _pass_over_slot(self, name: str, box: Any) -> None:
        """Note a slot that is filled with decoration; printed with each page's foot, it is still one."""
        if self._has_place(name, box):
            place = slots.drawn(box, self._page, self._pages[self._page].height)
            if self.slots.setdefault(name, place).element is not None:
                self._tell_twice(name)

    def _add_text(self, box: Any, holder: Element) -> None:
        mark = self._marks[self._page].pop(box, None)
        if mark is None:
            # What is transformed to nothing is not drawn.
            return
        if not box.text.strip():
            # Nothing is drawn for spaces.
            _fill(mark, "/Artifact")
            return
        self._add_content(mark, holder, "/Span")
        if holder.kind == "Link":
            (holder.added if "::" in str(box.element_tag) else holder.texts).append(box.text)

    def _add_picture(self, box: Any, holder: Element) -> None:
        """Tag a picture with its place on the page and the text that stands for it (ISO 14289-1, 7.3)."""
        import pydyf
        from weasyprint.logger import LOGGER

        mark = self._marks[self._page].pop(box, None)
        element = box.element
        if mark is None:
            return
        if name := slots.name_of(box):
            self._add_slot(mark, name, box, holder)
            return
        if "::" in str(box.element_tag) or is_hidden(element):
            _fill(mark, "/Artifact")
            return
        if holder.is_implied and not holder.kids and holder.parent is not None:
            # The picture stands in no text.
            holder = holder.parent
        figure = holder.add("Figure", element)
        height = self._pages[self._page].height
        left, top = box.content_box_x(), height - box.content_box_y()
        corners = (left, top - box.height, left + box.width, top)
        area = pydyf.Array(length * slots.POINTS for length in corners)
        figure.entries["A"] = pydyf.Dictionary({"O": "/Layout", "BBox": area})
        if text := alternative(element):
            figure.entries["Alt"] = pydyf.String(text)
            if holder.kind == "Link":
                holder.added.append(text)
        else:
            name = "drawing" if element.tag == SVG else element.get("src", "picture")
            LOGGER.error("Image %r has no text that stands for it", name)
        self._add_annotation(box, holder)
        self._add_content(mark, figure, "/Figure")

    def _add_slot(self, mark: _Mark, name: str, box: Any, holder: Element) -> None:
        """Make an element for what a slot will be filled with; what is drawn there says itself what it is."""
        _fill(mark, "/Span")
        if not self._has_place(name, box):
            return
        if name in self.slots:
            self._tell_twice(name)
            return
        if holder.is_implied and not holder.kids and holder.parent is not None:
            # The picture stands in no text.
            holder = holder.parent
        element = holder.add("Div", box.element)
        element.is_filled_later = True
        self.slots[name] = slots.drawn(box, self._page, self._pages[self._page].height, element)

    def _tell_twice(self, name: str) -> None:
        from weasyprint.logger import LOGGER

        LOGGER.error("Slot %r stands in two places", name)

    def _has_place(self, name: str, box: Any) -> bool:
        from weasyprint.logger import LOGGER

        if not slots.takes_room(box):
            LOGGER.error("Slot %r takes no room: nothing could be seen in it", name)
            return False
        return True

    def _add_content(self, mark: _Mark, holder: Element, tag: str) -> None:
        number = self._counts.get(id(mark.stream), 0)
        self._counts[id(mark.stream)] = number + 1
        _fill(mark, tag, f"<</MCID {number}>>")
        holder.kids.append(Content(mark.stream, number, self._page))

    def _add_annotation(self, box: Any, holder: Element) -> None:
        """Put the annotation of a link into its element (ISO 32000-1, 14.8.4.4.2)."""
        if box.link_annotation:
            holder.kids.append(Annotation(box.link_annotation, self._page))


def _fill(mark: _Mark, tag: str, properties: str = "") -> None:
    """Write what begins marked content."""
    operator = "BDC" if properties else "BMC"
    mark.stream.stream[mark.at : mark.at + 3] = [tag, properties or operator, operator if properties else ""]
