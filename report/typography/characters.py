"""What a character is on a line of Chinese text: its class, and where a line may not begin, end or break.

After W3C CLREQ 3.1 and GB/T 15834-2011, 5.1; what is not Chinese keeps the rules of UAX 14.
"""

import functools
import unicodedata
from enum import IntEnum

from report.typography.variants import CLOSING, OPENING


class Kind(IntEnum):
    """The classes by which cells are spaced and broken."""

    HAN = 0  # ideographs, kana, bopomofo
    WIDE = 1  # what else fills an em: ℃, ①, full-width letters
    OPENING = 2
    CLOSING = 3  # closing brackets and quotes, pauses and stops
    MIDDLE = 4  # the middle dot
    DASH = 5  # the halves of —— and ……
    LATIN = 6  # everything else that prints
    SPACE = 7
    ATOM = 8  # an image or another box
    NOTHING = 9  # joiners, zero-width spaces, combining marks


# Marks that Chinese and Latin text share; which one they are, their surroundings decide.
SHARED = frozenset("“”‘’—…·")

WORD_JOINER = "\u2060"
ZERO_WIDTH_SPACE = "\u200b"
SOFT_HYPHEN = "\u00ad"

_HAN_RANGES = (
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3041, 0x3096),
    (0x309D, 0x309F),
    (0x30A1, 0x30FA),
    (0x30FC, 0x30FF),
    (0x3105, 0x312F),
    (0x31A0, 0x31BF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_BY_CHARACTER = (
    dict.fromkeys(OPENING, Kind.OPENING)
    | dict.fromkeys(CLOSING, Kind.CLOSING)
    | dict.fromkeys("·‧", Kind.MIDDLE)
    | dict.fromkeys("—…⸺―", Kind.DASH)
    | dict.fromkeys(" \t\n", Kind.SPACE)
    | dict.fromkeys("\u200b\u2060\ufeff\u00ad\u200c\u200d\u200e\u200f", Kind.NOTHING)
)

# What may not begin a line besides closing marks (GB/T 15834-2011, 5.1; CLREQ 3.1.4): connecting and dividing
# marks, the two long ones whole, iteration marks, small kana, and units that belong to the number before.
ITERATED = frozenset("々〻ー゠ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")
_NOT_FIRST = ITERATED | frozenset("·‧•—…⸺―–～~〜/／｜|％%‰℃℉°′″‐-－®™!?,.:;)]}»›")
# What may not end one besides opening marks: currency signs, 第 and № before their number, the dividing mark.
_NOT_LAST = frozenset("￥¥＄$€￡£＃#№〒/／«‹([{")

# Han that are a number's unit or count something: parted from a number by no line end.
UNITS = frozenset(
    "年月日号时点分秒周天岁条项款章节页版次期例名人位家种类个支只瓶袋份册张处级批代倍元角万亿兆千百十克米升度"
)


def is_han(char: str) -> bool:
    """Return whether a character is written in one square of Chinese text and is no mark."""
    code = ord(char)
    return any(first <= code <= last for first, last in _HAN_RANGES)


@functools.cache
def kind_of(char: str) -> Kind:
    """Return the class of a character; a shared mark is taken for the Chinese one."""
    kind = _BY_CHARACTER.get(char)
    if kind is not None:
        return kind
    if char < "\u0300":
        return Kind.LATIN
    if is_han(char):
        return Kind.HAN
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return Kind.NOTHING
    return Kind.WIDE if unicodedata.east_asian_width(char) in "WF" else Kind.LATIN


@functools.cache
def is_ambiguous(char: str) -> bool:
    """Return whether fonts for Chinese give a sign an em and others do not, such as ℃ and ① (UAX 11, class A)."""
    return unicodedata.east_asian_width(char) == "A" and not char.isalpha()


def may_begin_line(char: str) -> bool:
    """Return whether a line may begin with a character."""
    return kind_of(char) is not Kind.CLOSING and char not in _NOT_FIRST


def may_end_line(char: str) -> bool:
    """Return whether a line may end with a character."""
    return kind_of(char) is not Kind.OPENING and char not in _NOT_LAST
