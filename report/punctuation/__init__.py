"""Punctuation as GB/T 15834-2011 has it: where a text is typed otherwise, and what belongs there.

Texts come with what is no prose covered: `UNKNOWN` for a printed value, `OPAQUE` for what is not judged.
"""

import re
from collections.abc import Iterable

from report.punctuation.marks import check_brackets, check_stops, check_wide
from report.punctuation.quotes import check_quotes
from report.punctuation.slips import Kind, NumberRange, Proof, Slip
from report.punctuation.spaces import check_spaces
from report.punctuation.strokes import check_dashes, check_ellipses, find_ranges
from report.punctuation.surroundings import CJK_MARKS, HAN, OPAQUE, SHARED_MARKS, SPACES, UNKNOWN

__all__ = ["OPAQUE", "UNKNOWN", "Kind", "NumberRange", "Proof", "Slip", "is_suspect", "proofread"]

# Sought one by one and not together, so that a text that has none of them costs nearly nothing.
_BESIDE = f"{HAN}{CJK_MARKS}{SHARED_MARKS}{UNKNOWN}\u2060"
_SIGNS = re.compile(
    "[,;:!?()\"'\uff02\uff07\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff0e~\u301c\uff5e–―─－…・⋯•]"
)
_POINT = re.compile(r"\.(?![0-9])")
_SPACED = re.compile(
    f"[{SPACES}](?:(?<=[{_BESIDE}].)|(?=[{_BESIDE}])(?<=[0-9A-Za-z%‰℃°®™+{SPACES}].))|\u3000", re.DOTALL
)
_RUNS = ("--", "一一", "。。", "···")
_ODD_DASH = re.compile("-—|—-|(?<!—)—(?!—(?!—))")
_HYPHENED = re.compile("[0-9%％‰℃]-[0-9]")
# GB/T 7714: what the entry of a reference ends its title with, in a list that is typed by hand.
_REFERENCE = re.compile(r"\[(?:[A-Z]{1,2})(?:/OL)?\][.．]")


def is_suspect(text: str) -> bool:
    """Return whether a text holds anything that could be typed wrong: most hold nothing."""
    return (
        _SIGNS.search(text) is not None
        or any(run in text for run in _RUNS)
        or _POINT.search(text) is not None
        or _SPACED.search(text) is not None
        or ("—" in text and _ODD_DASH.search(text) is not None)
        or ("-" in text and _HYPHENED.search(text) is not None)
    )


def proofread(text: str, *, is_traditional: bool = False, may_space: bool = False) -> Proof:
    """Return what is typed wrong in a block of Chinese text, in order, and its ranges of numbers.

    Each check reads what the checks before it have mended, sign for sign, so that what follows from a mending
    (a space that stands beside a comma that was half as wide) is found with it, and mending again finds nothing.

    Args:
        text: One paragraph, item, row or title.
        is_traditional: Whether quotation marks are 「」.
        may_space: Whether a space may stand between Han, as in titles and tables.
    """
    if _REFERENCE.search(text):
        return Proof((), ())
    slips: list[Slip] = []
    for check in (check_wide, lambda read: check_quotes(read, is_traditional), check_brackets, check_stops):
        found = check(text)
        text = _overlay(text, ((slip.start, slip.end, slip.read_as) for slip in found))
        slips += found
    ranges = find_ranges(text)
    text = _overlay(text, ((item.start, item.end, "–") for item in ranges))
    for check in (check_ellipses, check_dashes):
        found = check(text)
        text = _overlay(text, ((slip.start, slip.end, slip.read_as) for slip in found))
        slips += found
    slips += check_spaces(text, may_space)
    return Proof(tuple(sorted(slips, key=lambda slip: slip.start)), ranges)


def _overlay(text: str, covers: Iterable[tuple[int, int, str]]) -> str:
    """Return the text with signs laid over stretches, in order, each repeated to the length; empty ones are not."""
    parts: list[str] = []
    done = 0
    for start, end, signs in covers:
        if signs:
            parts += (text[done:start], (signs * (end - start))[: end - start])
            done = end
    return "".join((*parts, text[done:]))
