"""Dates of an entry, printed from EDTF, no sharper than known: GB/T 7714-2025, 7.5.4 and 7.6."""

import re

_POINT = re.compile(r"(?P<day>[0-9]{4}(?:-[0-9]{2}){0,2})(?P<doubt>[~?%])?")


def _point(edtf: str, length: int | None) -> str:
    match = _POINT.fullmatch(edtf)
    if match is None:
        return "" if edtf in ("", "..") else edtf
    text = match["day"][:length]
    # 7.5.4.3: an estimated date stands in brackets.
    return f"[{text}]" if match["doubt"] else text


def year(edtf: str) -> str:
    """Return the year, `[2019]` where it is estimated, `2019—2021` for a span; nothing for nothing."""
    start, slash, end = edtf.partition("/")
    first, last = _point(start, 4), _point(end, 4)
    # 8.4: a one-em dash between the ends, and after an open one's beginning.
    return first if not slash or first == last else f"{first}—{last}"


def full(edtf: str) -> str:
    """Return the date at its own precision; a span with the solidus of ISO 8601."""
    start, slash, end = edtf.partition("/")
    first, last = _point(start, None), _point(end, None)
    return f"{first or '..'}/{last or '..'}" if slash else first
