"""Dashes and ellipses: —— and …… take two signs; a range has one sign (GB/T 15834-2011, 4.10, 4.11, 4.13)."""

import re

from report.punctuation.slips import Kind, NumberRange, Slip
from report.punctuation.surroundings import (
    CJK_CLOSERS,
    CJK_OPENERS,
    HAN,
    OPAQUE,
    READ_AS_DASH,
    READ_AS_ELLIPSIS,
    SPACES,
    UNKNOWN,
    Surroundings,
)

ELLIPSIS = "……"
DASH = "——"

_DOTS = re.compile(r"\.{3,}|。{2,}|[・·⋯•]{3,}|⋯{1,2}|…+")
_MANY_DOTS = 6
_STROKES = re.compile(
    r"-*[—―─－–][—―─－–-]*|(?<![-<!])-{2,}(?![->])|(?<=[”』」》）])一一|一一(?=[“『「《（])"
)
_MANY_STROKES = 3

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_UNITS = (
    r"(?:[年月日天周岁歲时時分秒例名人个個次项項期倍级級页頁条條章节節度克升米毫微千万萬亿億剂劑支瓶片粒针針组組家种種"
    r"小%％‰℃]|(?:mg|g|kg|μg|ug|ng|mL|ml|L|mm|cm|IU|h|min)(?![A-Za-z]))"
)
_RANGE = re.compile(
    rf"(?<![A-Za-z0-9/–～~—－^_#-])(?<![A-Za-z0-9][.,])(?P<low>{_NUMBER})(?P<unit>[%％‰℃]?)(?P<sign>--?|[~〜－–～—])"
    rf"(?P<high>{_NUMBER})(?![0-9.])(?= ?{_UNITS})"
)
_OF_TIME = re.compile(r" ?[年月日]")
_TIME_AHEAD = re.compile(rf"[0-9年月日号號时時分点點岁歲天周{UNKNOWN}%％℃]\Z")
_TIME_BEHIND = re.compile(rf"[0-9{UNKNOWN}]")
# What takes up a thought again after a break, and begins no name of a range: 北京—上海.
_TAKES_UP = re.compile(
    r"即|而|也就|这[是些一就种说]|這[是些一就種說]|例如|比如|譬如|包括|不是|是[^否]|但|却|卻|尤其|特别是|特別是|换句话|換句話"
    r"|并[非不且]|並[非不且]|只[有是要]|其中|以及|或者说|或者說|因为|因為|所以|如果|无论|無論"
)
_LETTER = re.compile(f"[{HAN}A-Za-z0-9]")
# 一一对应, 一一列举: the word, one by one.
_ONE_BY_ONE = re.compile(
    r"一一[对對列说說解核查回介罗羅分给給加验驗检檢比证證落记記写寫讲講告道登标標区區赘贅述]"
)


def find_ranges(text: str) -> tuple[NumberRange, ...]:
    """Return the signs of ranges of numbers that a unit follows: 2–32天, 5～10 mg; not 2025-01-02, IL-6, 3-1."""
    found = []
    for match in _RANGE.finditer(text):
        if float(match["low"]) < float(match["high"]):
            start, end = match.span("sign")
            is_of_time = _OF_TIME.match(text, match.end()) is not None
            found.append(NumberRange(start, end, match["sign"], is_of_time, match.group()))
    return tuple(found)


def check_ellipses(text: str) -> list[Slip]:
    """Return what stands for an ellipsis in Chinese and is not …… (or, for a whole paragraph left out, twice that)."""
    matches = list(_DOTS.finditer(text))
    if not matches:
        return []
    around = Surroundings(text)
    found = []
    for match in matches:
        sign, size = match.group(), match.end() - match.start()
        is_right = (sign[0] == "…" and size in (2, 4)) or sign == "⋯⋯"
        # Leaders of a table of contents are no ellipsis.
        if is_right or size > _MANY_DOTS or not around.is_beside_han(*match.span()):
            continue
        if around.is_english(match.start()):
            continue
        what, hint = f"{sign} for an ellipsis", f"Put {ELLIPSIS} in its place."
        if sign == "。。" or (sign[0] == "…" and size > 4):
            found.append(
                Slip(Kind.ELLIPSIS, *match.span(), None, what, f"Put one 。 or {ELLIPSIS} in its place.")
            )
        else:
            found.append(Slip(Kind.ELLIPSIS, *match.span(), ELLIPSIS, what, hint, READ_AS_ELLIPSIS))
    return found


def check_dashes(text: str) -> list[Slip]:
    """Return what stands for a dash in Chinese and is not ——; a single — between ends of a range is right."""
    matches = list(_STROKES.finditer(text))
    if not matches:
        return []
    around = Surroundings(text)
    found = []
    for match in matches:
        sign = match.group()
        if sign == DASH or len(sign) > _MANY_STROKES or not around.is_beside_han(*match.span()):
            continue
        if around.is_english(match.start()) or _ONE_BY_ONE.match(text, match.start()):
            continue
        written = _dash(text, *match.span())
        if written is None and sign in ("—", "–"):
            continue
        if sign == "一一":
            # It is a word too, which no program takes away.
            found.append(
                Slip(Kind.DASH, *match.span(), None, "the word 一一 for a dash", f"Put {DASH} in its place.")
            )
        elif written is None:
            hint = f"Write {DASH} for a break, — or – for a range."
            found.append(Slip(Kind.DASH, *match.span(), None, f"{sign} for a dash", hint))
        else:
            what, hint = f"{sign} for a dash", f"Put {written} in its place."
            read_as = READ_AS_DASH if written == DASH else written
            found.append(Slip(Kind.DASH, *match.span(), written, what, hint, read_as))
    return found


def _dash(text: str, start: int, end: int) -> str | None:
    """Return what belongs in the place of a stroke: ——, or — in a range; None where only a person can say."""
    if _TIME_AHEAD.search(text, max(0, start - 1), start) and _TIME_BEHIND.match(text, end):
        return None if text[start:end] in "—–" else "—"
    return DASH if end - start > 1 or _is_break(text, start, end) else None


def _is_break(text: str, start: int, end: int) -> bool:
    """Return whether a single stroke breaks a sentence, and joins no two names as 北京—上海 does."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if not after or after in f"\n|{OPAQUE}":
        return False
    if before in ("", "\n"):
        return True
    if before in SPACES or after in SPACES:
        return True
    is_closed, is_opened = before in f"{CJK_CLOSERS}”’，。；：！？", after in f"{CJK_OPENERS}“‘"
    if is_closed or is_opened:
        return is_closed != is_opened and _LETTER.match(after if is_closed else before) is not None
    return _TAKES_UP.match(text, end) is not None
