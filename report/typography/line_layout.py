"""Puts the chosen lines in the place of the renderer's own: the one module that reaches into its inline layout.

WeasyPrint 70 breaks one line after the other with Pango, stretches nothing but spaces, and lays text out anew for
every line and again for every width that a table asks for. Here a paragraph is shaped once, its lines are chosen
together, and each line is then built by WeasyPrint's own code, which is told where to stop. What holds floats,
preserved white space, right-to-left text or the styles of a first line or letter is left to it as before.

Replaced, and why:

- `inline.split_inline_box`: a line box looks its line up before it is built, and is built without a limit.
- `inline.split_text_box`: text ends where the line was chosen to end, with the advances chosen.
- `inline.split_inline_level`: a line may end before text that follows an image.
- `inline.text_align`: a chosen line is as wide as it is to be; it is only moved.
- `preferred.inline_min_content_width`, `inline_max_content_width`: tables and boxes that shrink to fit count the
  same spaces and halved marks as the lines that will stand in them.
"""

import collections
import weakref
from collections.abc import Callable, Iterator
from math import inf
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline, preferred
from weasyprint.text.line_break import strut

from report.typography.characters import Kind
from report.typography.fitting import Line
from report.typography.inline_content import Content, Leaf, UnsupportedError
from report.typography.line_plans import Lines, lines_of
from report.typography.setting import set_line
from report.typography.shaping import SetText


class _Current:
    """The line that is being built."""

    def __init__(self, lines: Lines, line: Line, width: float) -> None:
        self.lines = lines
        self.line = line
        self.width = width
        self.advances, self.forms = set_line(lines.paragraph, line)
        self.total = len(lines.paragraph.chars)
        self.breaks_before = self._find_break_before()

    def _find_break_before(self) -> Any:
        """Return the text box that the line ends before, None where it ends with the text before that.

        Behind an atom no text can end the line; and a box that ends with it would lose the edge it ends with.
        """
        cell, paragraph = self.line.resume, self.lines.paragraph
        if not 0 < cell < self.total or paragraph.kinds[cell] is Kind.ATOM:
            return None
        piece = paragraph.piece_of[cell]
        if paragraph.starts[piece] != cell or paragraph.before[cell]:
            return None
        if paragraph.kinds[cell - 1] is not Kind.ATOM and not paragraph.after[cell - 1]:
            return None
        return self.lines.box_of[piece]


_MOST_KEPT = 500
_kept: collections.deque[weakref.ref[Any]] = collections.deque()
_current: _Current | None = None
_stock: dict[str, Callable[..., Any]] = {}


def install() -> None:
    """Replace the renderer's functions, once."""
    if _stock:
        return
    for module, name, ours in (
        (inline, "split_inline_box", _split_inline_box),
        (inline, "split_inline_level", _split_inline_level),
        (inline, "split_text_box", _split_text_box),
        (inline, "text_align", _text_align),
        (preferred, "inline_min_content_width", _min_content_width),
        (preferred, "inline_max_content_width", _max_content_width),
    ):
        _stock[name] = getattr(module, name)
        setattr(module, name, ours)


def remove() -> None:
    """Give the renderer its own functions back."""
    for name, stock in _stock.items():
        setattr(preferred if name.endswith("content_width") else inline, name, stock)
    _stock.clear()


def _content_of(line_box: Any) -> Content | None:
    """Return what a line box holds, None where it holds what is left to the renderer."""
    texts = tuple(_texts(line_box))
    known = getattr(line_box, "content_read", None)
    if known is None or known[0] != texts:
        try:
            content = Content(line_box)
        except UnsupportedError:
            content = None
        known = line_box.content_read = (texts, content)
        _keep(line_box)
    content = known[1]
    return content if content is not None and content.leaves else None


def _keep(line_box: Any) -> None:
    """Remember a paragraph for the next time its page is made, and forget the oldest beyond a fixed number.

    A page is made again soon, or hardly ever.
    """
    _kept.append(weakref.ref(line_box))
    if len(_kept) > _MOST_KEPT:
        oldest = _kept.popleft()()
        if oldest is not None and oldest is not line_box and oldest.content_read is not None:
            _, content = oldest.content_read
            oldest.content_read = None
            if content is not None:
                # They hold each other, and who renders may not collect garbage.
                content.known.clear()


def _texts(box: Any) -> Iterator[Any]:
    """Yield what tells whether a box still holds the same: page numbers change within, while boxes stay."""
    for child in box.children:
        if isinstance(child, boxes.TextBox):
            yield child.text
        else:
            if not isinstance(child, boxes.InlineBox):
                yield id(child)
            if isinstance(child, boxes.ParentBox):
                yield from _texts(child)


def _split_inline_box(
    context: Any, box: Any, position_x: float, max_x: float, bottom_space: Any, skip_stack: Any, *rest: Any
) -> Any:
    """Build the chosen line of a line box; everything else as the renderer does."""
    global _current
    stock = _stock["split_inline_box"]
    if not isinstance(box, boxes.LineBox):
        return stock(context, box, position_x, max_x, bottom_space, skip_stack, *rest)
    containing_block = rest[0]
    has_first_style = any(rest[-2:])
    before, _current = _current, None
    try:
        content = None if has_first_style or box.style["direction"] == "rtl" else _content_of(box)
        if content is not None:
            lines = _measured_lines(context, content, containing_block)
            width = max_x - position_x
            line = lines.line_at(lines.cell_at(skip_stack), width, width + box.text_indent)
            if line is not None:
                _current = _Current(lines, line, width)
        limit = max_x if _current is None else inf
        result = stock(context, box, position_x, limit, bottom_space, skip_stack, *rest)
        # The line is a copy of the box, and would keep what was read of it for as long as there are pages.
        vars(result[0]).pop("content_read", None)
        if _current is not None:
            result[0].is_chosen = True
        return result
    finally:
        _current = before


def _measured_lines(context: Any, content: Content, containing_block: Any) -> Lines:
    """Return the paragraph, its atoms measured as they will be built in this block.

    What an atom holds of floating and absolute boxes is thrown away here: it is laid out again in its line.
    """
    room = containing_block.width
    if room not in content.atom_widths:
        content.atom_widths[room] = [
            _stock["split_inline_level"](
                context, leaf.box, 0, inf, -inf, None, containing_block, [], [], [], [], [], None, None
            )[0].margin_width()
            for leaf in content.leaves
            if not isinstance(leaf.box, boxes.TextBox)
        ]
    return lines_of(content, content.atom_widths[room])


def _split_inline_level(context: Any, box: Any, position_x: float, *rest: Any) -> Any:
    if _current is not None and box is _current.breaks_before:
        return None, {0: None}, False, box.text[0], None, {"left": 0, "right": 0}
    return _stock["split_inline_level"](context, box, position_x, *rest)


def _split_text_box(
    context: Any, box: Any, available_width: Any, skip: int | None, is_line_start: bool = True
) -> Any:
    """Return the part of a text box that stands on the line, where its rest begins, and whether that was forced."""
    leaf = None if _current is None else _current.lines.leaf_of.get(id(box))
    if _current is None or leaf is None:
        return _stock["split_text_box"](context, box, available_width, skip, is_line_start=is_line_start)
    line, paragraph = _current.line, _current.lines.paragraph
    start, stop = paragraph.starts[leaf.piece], paragraph.starts[leaf.piece + 1]
    skipped = len(box.text.encode()[: skip or 0].decode())
    first = max(start + skipped, line.start)
    last = min(stop, line.end)
    resume = None
    ends_here = start < line.resume <= stop and _current.breaks_before is None
    if ends_here and (line.resume < _current.total or paragraph.chars[line.resume - 1] == "\n"):
        resume = len(box.text[: line.resume - start].encode())
    is_forced = resume is not None and paragraph.chars[line.resume - 1] == "\n"
    set_box = _set_box(box, leaf, first, last) if first < last else None
    return set_box, resume, is_forced


def _set_box(box: Any, leaf: Leaf, first: int, last: int) -> Any:
    """Return a text box with some cells of the line."""
    assert _current is not None
    line, lines = _current.line, _current.lines
    shaped = lines.content.shaped[leaf.piece]
    text = "".join(lines.paragraph.chars[first:last])
    advances = _current.advances[first - line.start : last - line.start]
    forms = _current.forms[first - line.start : last - line.start]
    if line.is_hyphenated and last == line.end:
        hyphen = box.style["hyphenate_character"]
        text += hyphen
        advances += [lines.paragraph.text_of(last - 1).hyphen, *[0.0] * (len(hyphen) - 1)]
        forms += [""] * len(hyphen)
    part = box.copy_with_text(text)
    del part.shaped
    part.width = sum(advances)
    part.height = shaped.height
    part.pango_layout = SetText(text, shaped, advances, forms, _current.width)
    line_height, _ = strut(box.style)
    part.margin_top = part.margin_bottom = (line_height - shaped.height) / 2
    part.baseline = shaped.baseline + part.margin_top
    return part


def _text_align(context: Any, line: Any, available_width: float, last: bool) -> float:
    if not getattr(line, "is_chosen", False):
        return float(_stock["text_align"](context, line, available_width, last))
    align = line.style["text_align_all"]
    if last and line.style["text_align_last"] != "auto":
        align = line.style["text_align_last"]
    spare: float = max(0.0, available_width - line.width)
    if align == "center":
        return spare / 2
    return spare if align in ("right", "end") else 0.0


def _min_content_width(
    context: Any,
    box: Any,
    outer: bool = True,
    skip_stack: Any = None,
    first_line: bool = False,
    is_line_start: bool = False,
) -> float:
    content = None
    if isinstance(box, boxes.LineBox) and skip_stack is None and not first_line:
        content = _content_of(box)
    if content is None:
        return float(
            _stock["inline_min_content_width"](context, box, outer, skip_stack, first_line, is_line_start)
        )
    lines = lines_of(content, _atom_widths(context, content, preferred.min_content_width))
    return float(preferred.adjust(box, outer, lines.min_content_width()))


def _max_content_width(context: Any, box: Any, outer: bool = True, is_line_start: bool = False) -> float:
    content = _content_of(box) if isinstance(box, boxes.LineBox) else None
    if content is None:
        return float(_stock["inline_max_content_width"](context, box, outer, is_line_start))
    lines = lines_of(content, _atom_widths(context, content, preferred.max_content_width))
    indent = box.style["text_indent"]
    first = getattr(indent, "value", 0) if getattr(indent, "unit", "%") != "%" else 0
    return float(preferred.adjust(box, outer, lines.max_content_width(first)))


def _atom_widths(context: Any, content: Content, measure: Callable[[Any, Any], float]) -> list[float]:
    return [measure(context, leaf.box) for leaf in content.leaves if not isinstance(leaf.box, boxes.TextBox)]
