"""Marks, letters and figures of the wrong width: full in Chinese, half in English (GB/T 15834-2011, 5.1)."""

import re
from collections.abc import Iterator

from report.punctuation.slips import Kind, Slip
from report.punctuation.surroundings import CJK_CLOSERS, CJK_OPENERS, SPACES, Surroundings

_FULL = {",": "，", ".": "。", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}
_HALF = {full: half for half, full in _FULL.items()} | {"、": ","}
_WIDE = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+|(?<=[0-9\uff10-\uff19])．(?=[0-9\uff10-\uff19])"
)
_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BRACKET = re.compile(r"[()（）|]")
_STOP = re.compile(r"[,;:!?]|(?<![.。…])\.(?![.。…A-Za-z0-9])")
_WIDE_STOP = re.compile(r"[，。；：！？、（）]")
# Karyotypes: t(8;21), inv(16), del(5q), t(8;21)(q22;q22).
_KARYOTYPE = re.compile(r"(?<![A-Za-z])(?:t|inv|del|ins|dup|der|add|idic|i|r)(?:\([^()]*\))?\Z")
# Bonds: α(1→3).
_LINKAGE = re.compile(r"\([0-9]+[→↔][0-9]+\)")
# 一. 背景 wants 一、 and no full stop.
_ENUMERATOR = re.compile(r"(?:^|\n)[^\w\n]*[一二三四五六七八九十甲乙丙丁]{1,3}\Z")
_KARYOTYPE_INSIDE = re.compile(r"\([0-9XYpq.;,+~-]+\)")
_ASCII = re.compile(r"[A-Za-z0-9]")


def check_wide(text: str) -> list[Slip]:
    """Return letters and figures that are full-width."""
    found = []
    for match in _WIDE.finditer(text):
        plain = match.group().translate(_TO_ASCII)
        what = "a full-width point" if plain == "." else f"full-width {match.group()}"
        found.append(Slip(Kind.WIDTH, *match.span(), plain, what, f"Put {plain} in its place.", plain))
    return found


def check_brackets(text: str) -> list[Slip]:
    """Return half-width brackets in Chinese, in pairs; one that has no other is left alone."""
    if "(" not in text and ")" not in text:
        return []
    around = Surroundings(text)
    found: list[Slip] = []
    for start, end in _pairs(text):
        if around.is_english(start) or not _is_chinese_pair(around, start, end):
            continue
        found += [_half(around, place) for place in (start, end) if text[place] in "()"]
    return sorted(found, key=lambda slip: slip.start)


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where brackets that belong together stand, of whatever width, each within its cell of a table."""
    opened: list[int] = []
    for match in _BRACKET.finditer(text):
        sign = match.group()
        if sign == "|":
            opened.clear()
        elif sign in "(（":
            opened.append(match.start())
        elif opened:
            yield opened.pop(), match.start()


def _is_chinese_pair(around: Surroundings, start: int, end: int) -> bool:
    text = around.text
    if text[start] == "（" or text[end] == "）" or around.has_han(start, end):
        return True
    before, after = text[start - 1 : start], text[end + 1 : end + 2]
    is_joined = _ASCII.match(before) is not None and _ASCII.match(after) is not None
    if is_joined or after == "-" or before == "-":
        return False
    if _KARYOTYPE_INSIDE.match(text, start) and _KARYOTYPE.search(text, max(0, start - 24), start):
        return False
    if _LINKAGE.fullmatch(text, start, end + 1):
        return False
    return around.follows_han(start) or around.precedes_han(end + 1)


def check_stops(text: str) -> list[Slip]:
    """Return half-width stops in Chinese, and full-width ones in whole English sentences."""
    around = Surroundings(text)
    found = []
    for match in _STOP.finditer(text):
        place = match.start()
        if not around.is_english(place) and _is_chinese_stop(around, place):
            found.append(_half(around, place))
    for start, end in around.english:
        found += [_full(around, match.start()) for match in _WIDE_STOP.finditer(text, start, end)]
    return sorted(found, key=lambda slip: slip.start)


def _is_chinese_stop(around: Surroundings, place: int) -> bool:
    text = around.text
    if text[place] == ".":
        # After a letter or a figure it may be part of it: Inc., No. 1, a list's number.
        is_number = _ENUMERATOR.search(text, max(0, place - 12), place) is not None
        return around.follows_han(place) and not is_number
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    if (before and before in CJK_CLOSERS) or (after and after in CJK_OPENERS):
        return True
    return around.follows_han(place) or around.precedes_han(place + 1)


def _half(around: Surroundings, place: int) -> Slip:
    sign = around.text[place]
    full = _FULL[sign]
    what = f"a half-width {sign} in Chinese text"
    return Slip(Kind.WIDTH, place, place + 1, full, what, f"Put {full} in its place.", full)


def _full(around: Surroundings, place: int) -> Slip:
    sign = around.text[place]
    half = _HALF[sign]
    before, after = around.text[place - 1 : place], around.text[place + 1 : place + 2]
    written = half
    if sign == "（":
        written = half if not before or before in f"“‘({SPACES}\n" else f" {half}"
    elif _ASCII.match(after) or (after and after in "“(（"):
        written = f"{half} "
    what = f"a full-width {sign} in an English sentence"
    return Slip(Kind.WIDTH, place, place + 1, written, what, f"Put {half} in its place.", half)
