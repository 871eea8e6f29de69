"""Where the lines of a paragraph may end, and at what price.

CLREQ 3.1.4 and GB/T 15834-2011, 5.1, wherever Han or a Chinese mark is concerned; between Latin characters what
UAX 14 says, as the renderer's text engine answers it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from math import inf

from report.typography.characters import (
    ITERATED,
    SOFT_HYPHEN,
    UNITS,
    WORD_JOINER,
    ZERO_WIDTH_SPACE,
    Kind,
    may_begin_line,
    may_end_line,
)
from report.typography.paragraph import Paragraph

FORBIDDEN = inf
FREE = 0.0
# Prices in the unit of `fitting`: 100 is a line that is stretched to the limit of what looks even.
HYPHEN = 90.0
WITHIN_DATE = 150.0
WITHIN_PHRASE = 120.0
# A word that is longer than a line is cut rather than left to stick out; anything else comes before.
CUT = 3000.0

_SOLIDUS = "/"
# Addresses, which break at other places than words.
ADDRESS = re.compile(r"[^\s\u2e80-\uffff]*(?:://|www\.|doi\.org)[^\s\u2e80-\uffff]*")
_DATE = re.compile(r"[0-9]{1,4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{1,2}月[0-9]{1,2}日")
# A number, the sign behind it and the number behind that: 2×10⁶; and units of two Han.
_PRODUCT = re.compile(r"[0-9⁰¹²³⁴-⁹%][×÷±＋+−=＝≥≤≈](?=[0-9])|(?<![0-9])[±≥≤≈<>＜＞](?=[0-9])")
_MEASURE = re.compile(
    r"[0-9](?:月龄|周岁|小时|分钟|个月|个百分点|[万亿][元人例]|公里|公斤|[毫微千厘]?[升克米]|百分点)"
)
_WORD = re.compile(r"[A-Za-z][a-z]{6,}")
_DIGITS = frozenset("0123456789⁰¹²³⁴⁵⁶⁷⁸⁹%％.,")
# How many letters of a hyphenated word are kept together before and behind the hyphen.
HYPHEN_BEFORE, HYPHEN_AFTER = 3, 3


def find_breaks(
    paragraph: Paragraph, is_allowed: Sequence[bool], wraps_at: Sequence[bool], phrases: Iterable[int] = ()
) -> list[float]:
    """Return the price of a line end before each cell, `FORBIDDEN` where there can be none.

    Args:
        paragraph: The cells.
        is_allowed: Whether UAX 14 allows a break before each cell.
        wraps_at: Whether the boxes around the boundary before each cell let lines break (CSS `white-space`).
        phrases: For a heading, the cells that phrases begin at; breaks elsewhere are dearer.
    """
    chars, kinds = paragraph.chars, paragraph.kinds
    prices = [FORBIDDEN] * len(chars)
    for cell in range(1, len(chars)):
        if not wraps_at[cell]:
            continue
        if kinds[cell - 1] is Kind.HAN and kinds[cell] is Kind.HAN and chars[cell] not in ITERATED:
            # Most neighbours are these, and nothing more is to be asked of them.
            prices[cell] = FREE
        else:
            prices[cell] = _price(paragraph, cell, is_allowed[cell])
    text = "".join(chars)
    for match in _DATE.finditer(text):
        for cell in range(match.start() + 1, match.end()):
            prices[cell] = max(prices[cell], WITHIN_DATE)
    for pattern, beyond in ((_PRODUCT, 1), (_MEASURE, 0)):
        for match in pattern.finditer(text):
            for cell in range(match.start() + 1, match.end() + beyond):
                prices[cell] = FORBIDDEN
    if _SOLIDUS in text:
        _keep_units(text, prices)
    begins = set(phrases)
    if begins:
        for cell, price in enumerate(prices):
            if (
                price < WITHIN_PHRASE
                and cell not in begins
                and kinds[cell - 1] not in (Kind.CLOSING, Kind.SPACE)
            ):
                prices[cell] = WITHIN_PHRASE
    return prices


def _keep_units(text: str, prices: list[float]) -> None:
    """Forbid line ends behind a solidus but in addresses: UAX 14 would part 10⁶/kg as well."""
    addresses = [match.span() for match in ADDRESS.finditer(text)]
    for cell in range(1, len(text)):
        if text[cell - 1] == _SOLIDUS and not any(start < cell < end for start, end in addresses):
            prices[cell] = FORBIDDEN


def _price(paragraph: Paragraph, cell: int, is_allowed: bool) -> float:
    """Return the price of a break before a cell, its two neighbours considered alone."""
    chars, kinds = paragraph.chars, paragraph.kinds
    last = chars[cell - 1]
    if WORD_JOINER in (last, chars[cell]) or kinds[cell] in (Kind.NOTHING, Kind.SPACE):
        return FORBIDDEN
    before, after = cell - 1, cell
    while before >= 0 and kinds[before] is Kind.NOTHING:
        before -= 1
    if before < 0:
        return FORBIDDEN
    first, second = kinds[before], kinds[after]
    if first is Kind.SPACE:
        return FREE if is_allowed or may_begin_line(chars[after]) else FORBIDDEN
    if last == SOFT_HYPHEN:
        return HYPHEN
    if first is Kind.LATIN and second is Kind.LATIN and last != ZERO_WIDTH_SPACE:
        return FREE if is_allowed else FORBIDDEN
    if not may_begin_line(chars[after]) or not may_end_line(chars[before]):
        return FORBIDDEN
    if second is not Kind.ATOM and paragraph.text_of(after).is_raised:
        return FORBIDDEN
    if _is_measure(chars[before], chars[after]):
        return FORBIDDEN
    return FREE


def _is_measure(before: str, after: str) -> bool:
    """Return whether a number stands before its unit (12项), or an ordinal's sign before its number (第3)."""
    if before == "第" and after in _DIGITS:
        return True
    return before in _DIGITS and (after in UNITS or after in "％℃")


def hyphenated(text: str) -> Iterator[tuple[int, str]]:
    """Yield where words begin that may be hyphenated, with the word.

    Names are not: neither abbreviations nor a capitalised word that stands alone among Han.
    """
    for match in _WORD.finditer(text):
        start, end = match.span()
        before, after = text[max(0, start - 1) : start], text[end : end + 1]
        if any(char.isascii() and (char.isalnum() or char in "-_/.@") for char in before + after):
            continue
        if match[0][0].islower() or " " in (before, after):
            yield start, match[0]
