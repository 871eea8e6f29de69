"""Punctuation (family T): width, quotation marks, dashes, ellipses and spaces, after GB/T 15834-2011."""

import bisect
import dataclasses
import re
from collections.abc import Iterable, Iterator

from report.findings import Code, Finding, Mend
from report.lint import Ground
from report.model import Briefing
from report.passages import NOTHING, VALUE, Passage
from report.punctuation import OPAQUE, UNKNOWN, Kind, NumberRange, Slip, is_suspect, proofread

WIDTH = Code("T020", "punctuation-width")
QUOTES = Code("T021", "quotes-straight")
DASH = Code("T022", "dash-wrong")
ELLIPSIS = Code("T023", "ellipsis-wrong")
SPACE = Code("T024", "space-typed")

_CODES = {
    Kind.WIDTH: WIDTH,
    Kind.QUOTE: QUOTES,
    Kind.DASH: DASH,
    Kind.ELLIPSIS: ELLIPSIS,
    Kind.SPACE: SPACE,
}
# Where a space may part Han: 主题 副题.
_SPACED_KINDS = frozenset({"heading", "title", "label", "table"})
_RANGE_SIGNS = "–～—"

_COVERED = re.compile(f"{NOTHING}+|{VALUE}+")
# Masks that print nothing between what stands before and after, or only a mark on its shoulder. An underscore is
# none: it is emphasis only where a word ends, and a space may be that end.
_LETS_THROUGH = re.compile(r"(?:\*+|\[@[^\]\[\n]*\]|\[\[[^\]\[\n]*\]\]|\[\^[^\]\[\s]*\]:?|\]\([^)\n]*\)|\[)+")
# What Markdown reads and nobody else: markers of lists, headings, quotations, definitions and blocks; rules, and
# the second row of a table; reference links and abbreviations. A DOI is no prose either.
_SYNTAX = re.compile(
    rf"^(?P<admonition>[ \t]*!!![ ]?[\w-]+(?:[ ]+[\w-]+)*)(?:(?P<quote>[ ]+\")(?P<title>[^\n]*)\")?[ \t]*$"
    rf"|^[ \t]*///[^\n]*"
    rf"|^[ \t|:-]*-[ \t|:-]*$"
    rf"|^[ ]{{0,3}}\[[^\]\n]+\]:[^\n]*"
    rf"|^[ \t]*{NOTHING}\[[^\]\n]*\]:[ \t]*"
    rf"|^[ \t>]*(?:(?:[-+{NOTHING}]|[0-9]{{1,9}}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?|\#{{1,6}}[ \t]+|>[ \t]*|:[ \t]+)"
    rf"|\b10\.[0-9]{{4,9}}/[!-~]*[A-Za-z0-9/]",
    re.MULTILINE,
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Seen:
    """A passage as its reader sees it: without what prints nothing, and with covers over what is no prose.

    Attributes:
        text: What is seen.
        starts: Where each stretch that the passage has too begins in `text`.
        places: Where it begins in the passage.
    """

    text: str
    starts: tuple[int, ...] = (0,)
    places: tuple[int, ...] = (0,)

    def said(self, slip: Slip) -> str:
        """Return what is wrong, with a few characters around to see it by."""
        shown = self.text[max(0, slip.start - 6) : slip.end + 6].strip("\n").replace("\n", " ")
        return f"“{re.sub(f'[{UNKNOWN}{OPAQUE}]+', '…', shown)}”: {slip.what}"

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield where a stretch of what is seen stands in the passage, in pieces if something lies between."""
        index = bisect.bisect_right(self.starts, start) - 1
        while start < end:
            limit = self.starts[index + 1] if index + 1 < len(self.starts) else end
            stop = min(end, limit)
            if stop > start:
                offset = self.places[index] - self.starts[index]
                yield start + offset, stop + offset
            start, index = stop, index + 1


@dataclasses.dataclass(frozen=True, slots=True)
class _Piece:
    """A finding to be: what to say of a stretch of a passage, and what belongs there."""

    kind: Kind
    start: int
    end: int
    text: str | None
    message: str
    hint: str


def check(briefing: Briefing, ground: Ground) -> list[Finding]:
    """Return what is typed against GB/T 15834 in the Chinese of a briefing; English is left alone."""
    findings: list[Finding] = []
    ranges: list[tuple[Passage, int, NumberRange]] = []
    for passage in ground.passages:
        if passage.locale.startswith("en") or not is_suspect(passage.text):
            continue
        seen = _see(passage)
        proof = proofread(
            seen.text,
            is_traditional="Hant" in passage.locale,
            may_space=passage.kind in _SPACED_KINDS,
        )
        findings += (_finding(passage, piece) for piece in _joined(_pieces(seen, proof.slips)))
        for item in proof.ranges:
            places = tuple(seen.pieces(item.start, item.end))
            if len(places) == 1:
                ranges.append((passage, places[0][0], item))
    return findings + list(_check_ranges(ranges))


def _pieces(seen: _Seen, slips: Iterable[Slip]) -> Iterator[_Piece]:
    """Yield the slips at their places in the passage; spaces on both sides of a citation are two."""
    for slip in slips:
        places = tuple(seen.pieces(slip.start, slip.end))
        said = seen.said(slip)
        if slip.kind is Kind.SPACE:
            yield from (_Piece(slip.kind, *place, slip.text, said, slip.hint) for place in places)
        else:
            yield _Piece(slip.kind, *places[0], slip.text if len(places) == 1 else None, said, slip.hint)


def _see(passage: Passage) -> _Seen:
    """Return a passage as its reader sees it; of a YAML value that is not in the file as it is, masks hide more."""
    text = passage.text
    if not passage.file.path.endswith(".yaml") and passage.kind != "title":
        text = _SYNTAX.sub(_cover_syntax, text)
    if NOTHING not in text and VALUE not in text:
        return _Seen(text)
    raw = passage.file.text[passage.start : passage.start + len(text)] if passage.is_verbatim else ""
    parts: list[str] = []
    starts: list[int] = []
    places: list[int] = []
    length = 0
    for start, end, cover in _stretches(text, raw):
        part = cover * (end - start) if cover else text[start:end]
        parts.append(part)
        starts.append(length)
        places.append(start)
        length += len(part)
    return _Seen("".join(parts), tuple(starts) or (0,), tuple(places) or (0,))


def _stretches(text: str, raw: str) -> Iterator[tuple[int, int, str]]:
    """Yield what is seen of a text, in order: a stretch as it is, or one under a cover; what lets through is left out.

    Args:
        text: With the masks of `report.passages`.
        raw: The same without; empty where the file does not hold it so.
    """
    done = 0
    for match in _COVERED.finditer(text):
        start, end = max(match.start(), done), match.end()
        if start >= end:
            continue
        if done < start:
            yield done, start, ""
        hidden = raw[start:end]
        if match.group()[0] == VALUE and hidden.startswith("{{"):
            yield start, end, UNKNOWN
        elif not _lets_through(raw, start, end):
            yield start, end, OPAQUE
        elif hidden.count("(") > hidden.count(")"):
            # The address of a link has brackets of its own.
            end = text.find(")", end) + 1 or end
            yield start, end, OPAQUE
        done = end
    if done < len(text):
        yield done, len(text), ""


def _cover_syntax(match: re.Match[str]) -> str:
    """Return what only Markdown reads, covered; of an admonition's line the title is kept."""
    title = match["title"]
    if title is None:
        return re.sub(r"[^\n]", OPAQUE, match.group())
    start, end = match.start("title") - match.start(), match.end("title") - match.start()
    return OPAQUE * start + title + OPAQUE * (len(match.group()) - end)


def _lets_through(raw: str, start: int, end: int) -> bool:
    hidden = raw[start:end]
    if not hidden or _LETS_THROUGH.fullmatch(hidden) is None:
        return False
    # A star between spaces is a star.
    return bool(hidden.strip("*") or raw[max(0, start - 1) : start].strip() or raw[end : end + 1].strip())


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces in order; a space beside a mark that is mended goes with it and is not told apart."""
    last: _Piece | None = None
    for piece in sorted(pieces, key=lambda piece: piece.start):
        if last is None:
            last = piece
            continue
        is_joint = last.end == piece.start and last.text is not None and piece.text is not None
        if is_joint and piece.kind is Kind.SPACE:
            last = dataclasses.replace(last, end=piece.end)
        elif is_joint and last.kind is Kind.SPACE:
            last = dataclasses.replace(piece, start=last.start)
        else:
            yield last
            last = piece
    if last is not None:
        yield last


def _finding(passage: Passage, piece: _Piece) -> Finding:
    mend = None
    # What is mended to ASCII would become part of an address that it follows.
    runs_on = passage.text[max(0, piece.start - 1) : piece.start] in (NOTHING, VALUE)
    if passage.is_verbatim and piece.text is not None and not (runs_on and "!" <= piece.text[:1] <= "~"):
        mend = Mend(passage.start + piece.start, passage.start + piece.end, piece.text)
    return Finding(_CODES[piece.kind], passage.at(piece.start), piece.message, piece.hint, mend)


def _check_ranges(ranges: list[tuple[Passage, int, NumberRange]]) -> Iterator[Finding]:
    """Yield ranges of numbers with a sign that is none of a range's, or another than the first of the briefing has."""
    first = next((item for item in ranges if item[2].sign in _RANGE_SIGNS and not item[2].is_of_time), None)
    for passage, place, item in ranges:
        usual = "—" if item.is_of_time else first[2].sign if first is not None else "–"
        is_sign = item.sign in _RANGE_SIGNS
        if is_sign and (item.is_of_time or item.sign == usual):
            continue
        message = f"“{item.shown}”: {item.sign} for a range"
        if is_sign and first is not None:
            where = first[0].at(first[1])
            message = (
                f"“{item.shown}” has {item.sign}, and the briefing's first range has {usual}, at {where}"
            )
        mend = None
        if passage.is_verbatim:
            start = passage.start + place
            mend = Mend(start, start + item.end - item.start, usual)
        yield Finding(DASH, passage.at(place), message, f"Put {usual} in its place.", mend)
