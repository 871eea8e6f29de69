"""Lists, numbered in the style that their author numbers them in: 一、 （一） 1. （1） ①."""

import dataclasses
import re
from enum import StrEnum
from xml.etree.ElementTree import Element

import markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor, OListProcessor

from report.compose.numerals import chinese_number


class ListStyle(StrEnum):
    """How the numbers of a list are written; the levels of GB/T 9704-2012, 7.3.3, and the circled one below them."""

    HAN = "han"
    BRACKETED_HAN = "bracketed-han"
    DECIMAL = "decimal"
    BRACKETED = "bracketed"
    CIRCLED = "circled"


_LAST_CIRCLED = 20
_VALUES = {chinese_number(number): number for number in range(1, 100)} | {
    chr(ord("①") + number - 1): number for number in range(1, _LAST_CIRCLED + 1)
}
# Behind a Chinese mark no space is typed, behind a circled number there may be one; brackets may be half-width.
_HAN = "|".join(sorted(filter(str.isalpha, _VALUES), key=len, reverse=True))
_MARKERS = {
    ListStyle.HAN: rf"({_HAN})、[ ]*",
    ListStyle.BRACKETED_HAN: rf"[（(]({_HAN})[）)][ ]*",
    ListStyle.DECIMAL: r"([0-9]+)\.[ ]+",
    ListStyle.BRACKETED: r"[（(]([0-9]{1,3})[）)][ ]*",
    ListStyle.CIRCLED: r"([①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳])[ ]*",
}
ANY_MARKER = "|".join(_MARKERS.values())
_BULLET = r"[*+-][ ]+"
_CLASS = "numbered-"


@dataclasses.dataclass(frozen=True)
class ListSlip:
    """A number that would be printed otherwise than it is typed.

    Attributes:
        typed: The number with its marks, as the author typed it.
        due: What would be printed; empty where the line would not begin an item at all.
    """

    typed: str
    due: str


def style_of(element: Element) -> ListStyle:
    """Return the style of an `ol`."""
    for name in (element.get("class") or "").split():
        if name.startswith(_CLASS):
            return ListStyle(name.removeprefix(_CLASS))
    return ListStyle.DECIMAL


def number_text(style: ListStyle, number: int) -> str:
    """Return a number with its marks: 一、 （一） 1. （1） ①; a circled one above 20 is bracketed."""
    if style is ListStyle.HAN:
        return f"{chinese_number(number)}、"
    if style is ListStyle.BRACKETED_HAN:
        return f"（{chinese_number(number)}）"
    if style is ListStyle.DECIMAL:
        return f"{number}."
    if style is ListStyle.CIRCLED and number <= _LAST_CIRCLED:
        return chr(ord("①") + number - 1)
    return f"（{number}）"


def register(md: markdown.Markdown) -> list[ListSlip]:
    """Let a converter read lists in every style; return what it fills with slips, emptied by its caller."""
    slips: list[ListSlip] = []
    parser = md.parser
    for style in ListStyle:
        # Those of Python-Markdown stand at 40 and 30.
        name = "olist" if style is ListStyle.DECIMAL else f"olist-{style}"
        parser.blockprocessors.register(_NumberedList(parser, style, slips), name, 40)
    # Paragraphs stand at 10, and take what is left.
    parser.blockprocessors.register(_RunOnList(parser, slips), "run-on-list", 15)
    bulleted = parser.blockprocessors["ulist"]
    assert isinstance(bulleted, OListProcessor)
    bulleted.INDENT_RE = _indented(bulleted)
    return slips


def _indented(processor: BlockProcessor) -> re.Pattern[str]:
    width = processor.tab_length
    return re.compile(rf"^[ ]{{{width},{width * 2 - 1}}}(?:{ANY_MARKER}|{_BULLET})")


class _RunOnList(BlockProcessor):
    """Takes nothing; notes where a paragraph goes on with the items of a list, for want of an empty line."""

    def __init__(self, parser: BlockParser, slips: list[ListSlip]) -> None:
        super().__init__(parser)
        self._slips = slips

    def test(self, parent: Element, block: str) -> bool:
        return "\n" in block

    def run(self, parent: Element, blocks: list[str]) -> bool:
        lines = blocks[0].split("\n")[1:]
        for style, marker in _MARKERS.items():
            found = [match for match in map(re.compile(marker).match, lines) if match]
            if len(found) > 1 and style is not ListStyle.DECIMAL:
                self._slips.append(ListSlip(found[0][0].strip(), ""))
        return False


class _NumberedList(OListProcessor):
    """One style; a list goes on with what is of its own style, and begins at the number that is typed first."""

    LAZY_OL = False

    def __init__(self, parser: BlockParser, style: ListStyle, slips: list[ListSlip]) -> None:
        super().__init__(parser)
        self._style = style
        self._slips = slips
        self._next: int | None = None
        edge = rf"^[ ]{{0,{self.tab_length - 1}}}"
        self.RE = re.compile(edge + _MARKERS[style])
        self.INDENT_RE = _indented(self)
        others = [marker for other, marker in _MARKERS.items() if other not in (style, ListStyle.DECIMAL)]
        self._other = re.compile(f"{edge}(?:{'|'.join(others)})")

    def run(self, parent: Element, blocks: list[str]) -> bool | None:
        sibling = self.lastChild(parent)
        is_continued = sibling is not None and sibling.tag == "ol" and style_of(sibling) is self._style
        if not is_continued and self._is_sentence(blocks):
            return False
        self.SIBLING_TAGS = ["ol"] if is_continued else []  # type: ignore[misc]  # read anew by each run
        self._next = (
            int(sibling.get("start", "1")) + len(sibling) if sibling is not None and is_continued else None
        )
        super().run(parent, blocks)
        made = sibling if is_continued else self.lastChild(parent)
        if made is not None and made.tag == "ol" and self._style is not ListStyle.DECIMAL:
            made.set("class", f"{_CLASS}{self._style}")
        return None

    def _is_sentence(self, blocks: list[str]) -> bool:
        """Return whether a lone block is prose about 一、二线城市 and no item."""
        found = self.RE.match(blocks[0])
        is_alone = not any(self.RE.match(line) for line in [*blocks[0].split("\n")[1:], *blocks[1:2]])
        rest = blocks[0][found.end() :] if found else ""
        return self._style is ListStyle.HAN and is_alone and re.match(_HAN, rest) is not None

    def get_items(self, block: str) -> list[str]:
        items: list[str] = []
        previous = 0
        for line in block.split("\n"):
            found = self.RE.match(line)
            if found:
                typed = found[1]
                number = int(typed) if typed.isdecimal() else _VALUES[typed]
                if not items:
                    self.STARTSWITH = str(number)  # type: ignore[misc]  # as the base class does
                self._check(found[0].strip(), number, previous)
                previous = number
                items.append(line[found.end() :])
            elif items and self.INDENT_RE.match(line) and not items[-1].startswith(" " * self.tab_length):
                items.append(line)
            else:
                stray = self._other.match(line)
                if stray:
                    self._slips.append(ListSlip(stray[0].strip(), ""))
                items[-1] = f"{items[-1]}\n{line}"
        return items

    def _check(self, typed: str, number: int, previous: int) -> None:
        due = self._next if self._next is not None else number
        # Markdown lets its own numbers stay the same, or begin anew.
        is_lazy = self._style is ListStyle.DECIMAL and number in (1, previous)
        if number != due and not is_lazy:
            self._slips.append(ListSlip(typed, number_text(self._style, due)))
        self._next = due + 1
