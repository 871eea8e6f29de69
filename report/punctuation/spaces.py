"""Spaces typed in Chinese: none beside Han, and none beside a full-width mark."""

import re

from report.punctuation.slips import Kind, Slip
from report.punctuation.surroundings import (
    CJK_CLOSERS,
    CJK_MARKS,
    CJK_OPENERS,
    HAN,
    OPAQUE,
    READ_AS_DASH,
    READ_AS_ELLIPSIS,
    SHARED_MARKS,
    SPACES,
    UNKNOWN,
)

_LATIN = "A-Za-z0-9%‰℃°®™+"
_HAN = re.compile(f"[{HAN}]")
_HAN_BEHIND = re.compile(f"[{SPACES}]*[{HAN}]")
_HAN_AHEAD = re.compile(f"[{HAN}][{SPACES}]*\\Z")
_WORD = re.compile(f"[{HAN}{_LATIN}{UNKNOWN}]")
_LETTER = re.compile(f"[{HAN}{_LATIN}]")
_DOUBLE = ("——", "……", READ_AS_DASH, READ_AS_ELLIPSIS)
_SPACE = re.compile(f"(?<=[^\\s|{OPAQUE}])[{SPACES}]+(?=[^\\s|{OPAQUE}])")
_INDENT = re.compile(r"^\u3000+(?=\S)", re.MULTILINE)
# 第一章 总则, 第五条 国家…: a title or a law's text goes on after its number.
_NUMBERED = re.compile(
    r"第[0-9一二三四五六七八九十百千零〇两兩]+[章节節条條款编編部分回讲講课課]\Z"
    r"|(?:^|\n)(?:[表图圖例]\s?[0-9]+|附[件录錄]\s?[0-9一二三四五六七八九十]*)\Z"
)
_HEADING_NUMBER = re.compile(rf"(?:^|[\n{OPAQUE}])[0-9]+(?:\.[0-9]+)*\Z")


def check_spaces(text: str, may_space: bool) -> list[Slip]:
    """Return spaces between Han, between Han and Latin letters or figures, and beside full-width marks.

    Args:
        text: As the checks before have mended it.
        may_space: Whether a space may stand between Han, or after a number at the beginning.
    """
    found = [_slip(match, "an indent typed by hand") for match in _INDENT.finditer(text)]
    for match in _SPACE.finditer(text):
        what = _beside(text, match.start(), match.end())
        if not what or _is_wanted(text, match.start(), match.end(), may_space):
            continue
        found.append(_slip(match, what))
    return found


def _slip(match: re.Match[str], what: str) -> Slip:
    return Slip(Kind.SPACE, *match.span(), "", what, "Remove the space.")


def _beside(text: str, start: int, end: int) -> str:
    """Return what is wrong with a space; nothing where it may stand."""
    before, after = text[start - 1], text[end]
    if before in CJK_MARKS and (after in CJK_MARKS or after in SHARED_MARKS or _WORD.match(after)):
        # （ ） is left to be filled in, and 。 。 may be meant for an ellipsis.
        is_blank = (before in CJK_OPENERS and after in CJK_CLOSERS) or before == after == "。"
        return "" if is_blank else f"a space after {before}"
    if after in CJK_MARKS and (before in SHARED_MARKS or _WORD.match(before)):
        return f"a space before {after}"
    if before in SHARED_MARKS or after in SHARED_MARKS:
        return _beside_shared(text, start, end)
    if _HAN.match(before) and _HAN.match(after):
        return "a space between Han"
    if _WORD.match(before) and _WORD.match(after) and (_HAN.match(before) or _HAN.match(after)):
        return "a space typed between Han and Latin letters or figures"
    return ""


def _beside_shared(text: str, start: int, end: int) -> str:
    """Return what is wrong with a space beside a mark that English has too."""
    before, after = text[start - 1], text[end]
    opens_han = after in "“‘" and _HAN_BEHIND.match(text, end + 1) is not None
    closes_han = before in "”’" and _HAN_AHEAD.search(text, max(0, start - 24), start - 1) is not None
    if (before in SHARED_MARKS and _HAN.match(after)) or (closes_han and _LETTER.match(after)):
        return f"a space after {before}"
    # Latin beside a Chinese quotation too: FDA “附条件” 批准.
    if (after in SHARED_MARKS and _HAN.match(before)) or (opens_han and _LETTER.match(before)):
        return f"a space before {after}"
    if (closes_han and after in "“‘") or (opens_han and before in SHARED_MARKS):
        return f"a space between {before} and {after}"
    is_double = any(
        marks in _DOUBLE for marks in (before, after, text[start - 2 : start], text[end : end + 2])
    )
    if is_double and (_LETTER.match(before) or _LETTER.match(after)):
        return "a space beside a dash or an ellipsis"
    return ""


def _is_wanted(text: str, start: int, end: int, may_space: bool) -> bool:
    before, after = text[start - 1], text[end]
    if _HAN.match(before) and _HAN.match(after):
        return may_space or _NUMBERED.search(text, max(0, start - 12), start) is not None
    if before.isdigit() and _HAN.match(after):
        is_numbered = _NUMBERED.search(text, max(0, start - 12), start) is not None
        return is_numbered or (
            may_space and _HEADING_NUMBER.search(text, max(0, start - 12), start) is not None
        )
    return False
