"""Compares what a file carries with what was composed, or with a file beside it: one content, several files.

A file whose text flows must read exactly as composed. A PDF is read passage by passage, with the numbers of items
that its style sheet adds; nothing else may be added, nothing be missing, altered or in another order.
"""

import dataclasses
import functools
import re
from collections.abc import Collection, Iterable, Sequence

from report.findings import Code, Finding, Location
from report.pages import CarriedSection, Content, Extract
from report.readback import seen
from report.typography.copied import not_copied
from report.verify.evidence import Carried, Tally
from report.verify.judging import DATA_NOT_EMBEDDED

SECTION_DIFFERS = Code("V022", "section-differs", is_waivable=False)
VALUE_MISSING = Code("V023", "value-missing", is_waivable=False)
ENTRY_MISSING = Code("V024", "note-or-reference-missing", is_waivable=False)

_HINT = "Build it again; if it stays, report the bug."
# How much of a difference a finding shows, in characters, and how much of what stands before it.
_SHOWN, _BEFORE = 24, 8
# What numbers an item or stands before it: 1. （二） iv) ③ b. – •
_MARKER = re.compile(
    r"[\W_]*(?:[0-9]{1,3}|[①-㊿]|[一二三四五六七八九十百]{1,4}|[ivxl]{1,6}|[a-z])?[\W_]*", re.I
)
_LONGEST_MARKER = 8
# The parts that hold entries and nothing else, and what in them is no number.
_OF_ENTRIES_ALONE = frozenset({"key-points", "notes", "references"})
_WORDS = re.compile(r"[^\W\d_]")
# pdfium takes a hyphen at a line's end for one of hyphenation and leaves it out; that of a negative number stays.
_HYPHEN = re.compile(r"(?<=[0-9A-Za-z])-")


class Reading:
    """What one file reads as, prepared for questions; texts are compared in its own normal form."""

    def __init__(self, extract: Extract) -> None:
        self.extract = extract
        self.is_paged = extract.pages > 0
        self.sections = tuple((self.normal(title), text) for title, text in extract.sections)

    def normal(self, text: str) -> str:
        """Return a text as it is compared."""
        return _HYPHEN.sub("", seen(text)) if self.is_paged else seen(text)

    @functools.cached_property
    def everything(self) -> str:
        """All that is carried; of a PDF without what stands at the head and foot of each page."""
        if not self.is_paged:
            return self.normal(self.extract.text)
        return self.normal("".join(title + text for title, text in self.extract.sections))

    def place_of(self, titles: Collection[str], start: int = 0) -> int:
        """Return which section has one of these titles, from `start` on, else before it; -1 for none."""
        order = [*range(start, len(self.sections)), *range(min(start, len(self.sections)))]
        return next((place for place in order if self.sections[place][0] in titles), -1)

    def text_of(self, titles: Collection[str]) -> str:
        """Return the text of the section with one of these titles; everything where there is none or it is empty."""
        place = self.place_of({self.normal(title) for title in titles if title})
        return (self.normal(self.sections[place][1]) if place >= 0 else "") or self.everything

    def difference(self, place: int, wanted: str, numbers: Collection[str]) -> str:
        """Return in words how the text of a section differs from another; empty where it does not.

        Args:
            place: Of the section.
            wanted: The other text.
            numbers: What may stand in place of a number before the next title.
        """
        text = self.sections[place][1]
        if not self.is_paged:
            return _difference(self.normal(text), self.normal(wanted))
        passages = [passage for passage in map(self.normal, text.split("\n")) if passage]
        return _difference_by_passage(passages, self.normal(wanted), {self.normal(item) for item in numbers})


def check_parity(content: Content, extract: Extract, *, path: str) -> tuple[list[Finding], Carried]:
    """Return how a file differs from what its view and locale must carry, and the evidence of what it does carry.

    Args:
        content: What it must carry.
        extract: What was read back.
        path: For the findings.
    """
    check = _Check(content, Reading(extract), Location(path))
    carried = Carried(
        sections=check.sections(),
        values=check.values(),
        key_points=check.entries("key point", [(text,) for text in content.key_points], "key-points"),
        triggers=check.entries("trigger", content.triggers, "triggers"),
        rows=check.entries("timeline's row", [(row.date, row.event) for row in content.timeline], "timeline"),
        notes=check.entries("note", [(text,) for _, text in content.notes], "notes"),
        references=check.entries("reference", [(text,) for _, text in content.references], "references"),
        glossary=check.entries("glossary's entry", content.glossary, "glossary"),
        edition=check.states("edition", content.edition),
        as_of=check.as_of(),
    )
    return check.findings, carried


@dataclasses.dataclass
class _Check:
    """One file beside one content; findings are gathered while questions are asked."""

    content: Content
    reading: Reading
    where: Location
    findings: list[Finding] = dataclasses.field(default_factory=list)

    def report(self, code: Code, message: str) -> None:
        self.findings.append(Finding(code, self.where, message, _HINT))

    def sections(self) -> Tally:
        """Compare the sections one by one, and their order."""
        last, found = -1, 0
        wanted = self._sections()
        for section in wanted:
            titles = {self.reading.normal(title) for title in _titles(section)}
            place = self.reading.place_of(titles, last + 1)
            if place < 0:
                self.report(SECTION_DIFFERS, f"the section {section.title!r} is not in the file")
                continue
            faults = ["stands in another order"] if place <= last else []
            faults += filter(None, [self.reading.difference(place, section.text, {self.content.appendix})])
            for fault in faults:
                self.report(SECTION_DIFFERS, f"the section {section.title!r} {fault}")
            found += not faults
            last = max(last, place)
        return Tally(found, len(wanted))

    def values(self) -> Tally:
        """Ask for each value as often as it was composed, where it was composed."""
        normal = self.reading.normal
        sections = {section.id: section for section in self._sections()}
        composed = {name: normal(section.text) for name, section in sections.items()} | {
            name: normal("\0".join(texts)) for name, texts in self._parts().items()
        }
        read: dict[str, str] = {}
        found = 0
        for value in self.content.values:
            part, text = value.section, normal(value.text)
            title = sections[part].title if part in sections else self.content.part_titles.get(part, "")
            if part not in read:
                titles = _titles(sections[part]) if part in sections else (title,)
                read[part] = self.reading.text_of(titles)
            wanted, has = max(composed.get(part, "").count(text), 1), read[part].count(text)
            found += has >= wanted
            if has < wanted:
                often = f"{has} of {wanted} times" if has else "nowhere"
                what = f"the value {value.text!r} of {value.fact!r} ({value.field})"
                self.report(VALUE_MISSING, f"{what} stands {often} in {title or part!r}")
        return Tally(found, len(self.content.values))

    def entries(self, what: str, entries: Sequence[Sequence[str]], part: str) -> Tally:
        """Ask for entries in their order, each of one or more texts in theirs, in a part or anywhere."""
        within = self.reading.text_of((self.content.part_titles.get(part, ""),))
        place, found, between = 0, 0, []
        for number, texts in enumerate(entries, 1):
            wanted = [self.reading.normal(text) for text in texts]
            after = _after_all(wanted, within, place)
            if after >= 0:
                between.append(within[place : after - len(wanted[-1])])
                place = after
                found += 1
                continue
            is_elsewhere = _after_all(wanted, within, 0) >= 0
            fault = "stands in another order" if is_elsewhere else "is not in the file as it was composed"
            self.report(ENTRY_MISSING, f"the {what} {number}, {_short(' '.join(texts))}, {fault}")
        if part in _OF_ENTRIES_ALONE and within is not self.reading.everything and found == len(entries):
            found += self._strangers(what, [*between, within[place:]])
        return Tally(found, len(entries))

    def _strangers(self, what: str, rests: Iterable[str]) -> int:
        """Report what stands beside entries and neither numbers them nor leads back to what cites them; count it."""
        strangers = 0
        for rest in rests:
            for words in self.content.back_words:
                rest = rest.replace(self.reading.normal(words), "")
            if _WORDS.search(rest) and not _is_marker(rest) and rest != self.content.appendix:
                self.report(ENTRY_MISSING, f"{_short(rest)} stands beside the {what}s, and was not composed")
                strangers += 1
        return strangers

    def states(self, what: str, text: str) -> bool:
        """Ask for what the file must say of itself."""
        is_there = self.reading.normal(text) in self.reading.normal(self.reading.extract.text)
        if not is_there:
            self.report(VALUE_MISSING, f"the {what} {text!r} is not printed")
        return is_there

    def as_of(self) -> bool:
        """Ask for the as-of date, and for no other behind its label but what the content itself tells so."""
        label, date = self.content.as_of_label, self.reading.normal(self.content.as_of)
        if not self.states("as-of date", self.content.as_of):
            return False
        # What changed is told from an earlier day to this one: 数据截至：2025年6月1日 → 2026年11月22日.
        behind = re.compile(
            rf"{re.escape(self.reading.normal(label))}[：:]?(?=[0-9])(?!{re.escape(date)})(?![^→]{{4,20}}→)"
        )
        told = [section.text for section in self._sections()]
        told += [text for texts in self._parts().values() for text in texts]
        allowed = sum(len(behind.findall(self.reading.normal(text))) for text in told)
        text = self.reading.normal(self.reading.extract.text)
        others = [text[match.end() :][: len(date)] for match in behind.finditer(text)]
        if len(others) > allowed:
            self.report(VALUE_MISSING, f"behind {label!r} stands {others[0]!r}, not {self.content.as_of!r}")
        return len(others) <= allowed

    def _sections(self) -> list[CarriedSection]:
        return [*self.content.sections, *filter(None, [self.content.disclaimer])]

    def _parts(self) -> dict[str, tuple[str, ...]]:
        """Return the texts of the parts that values are printed in, by the name that uses give them."""
        return {
            "key-points": self.content.key_points,
            "timeline": tuple(text for row in self.content.timeline for text in (row.date, row.event)),
            "notes": tuple(text for _, text in self.content.notes),
        }


def check_same(
    extract: Extract,
    other: Extract,
    *,
    path: str,
    other_path: str,
    own_titles: Collection[str] = (),
    words: Collection[str] = (),
) -> list[Finding]:
    """Return how the sections and the data of a file differ from those of one that must carry the same.

    Args:
        extract: Of the file that is judged.
        other: Of the file that it is compared with, whose text flows, if there is one.
        path: For the findings.
        other_path: What the other is called in them.
        own_titles: Of parts that one format may have and another not, or otherwise, such as the contents.
        words: What the page furniture of a format may add to a part.
    """
    reading, where = Reading(extract), Location(path)
    apart = {reading.normal(title) for title in (*own_titles, extract.title, "")}
    wanted = {reading.normal(title): (title, text) for title, text in other.sections}
    findings = []
    for normal, (title, text) in wanted.items():
        if normal in apart or not text:
            continue
        place = reading.place_of({normal})
        is_read_elsewhere = place >= 0 and not reading.sections[place][1]
        fault = "is not in the file" if place < 0 else reading.difference(place, text, words)
        if fault and not is_read_elsewhere:
            message = f"the section {title!r} {fault}, unlike in {other_path}"
            findings.append(Finding(SECTION_DIFFERS, where, message, _HINT))
    for title, _ in extract.sections:
        if reading.normal(title) not in wanted.keys() | apart:
            message = f"the section {title!r} is not in {other_path}"
            findings.append(Finding(SECTION_DIFFERS, where, message, _HINT))
    for name in sorted(extract.attachments.keys() | other.attachments.keys()):
        if extract.attachments.get(name) != other.attachments.get(name):
            message = f"the attachment {name!r} is not the one in {other_path}"
            findings.append(Finding(DATA_NOT_EMBEDDED, where, message, _HINT))
    return findings


def _titles(section: CarriedSection) -> tuple[str, str]:
    """Return a section's title as it may be read: by itself, or behind its number."""
    return section.title, section.number + section.title


def _after_all(texts: Iterable[str], within: str, start: int) -> int:
    """Return the place behind the last of some texts that stand one after the other from a place on; -1 for none."""
    for text in texts:
        place = within.find(text, start)
        if place < 0:
            return -1
        start = place + len(text)
    return start


def _difference(text: str, wanted: str) -> str:
    """Return in words where two texts part; empty where they are the same."""
    if text == wanted:
        return ""
    pairs = zip(text, wanted, strict=False)
    place = next(
        (number for number, (one, two) in enumerate(pairs) if one != two), min(len(text), len(wanted))
    )
    start = max(0, place - _BEFORE)
    if place == len(text):
        return f"ends before {_short(wanted[place:])}"
    if place == len(wanted):
        return f"goes on with {_short(text[place:])}, where it was composed to end"
    return f"reads {_short(text[start:])} where {_short(wanted[start:])} was composed"


def _difference_by_passage(passages: Sequence[str], wanted: str, numbers: Collection[str]) -> str:
    """Return in words what passages lack of a text, add to it, or have in another order; empty for nothing."""
    lost = not_copied(passages, wanted)
    if lost:
        return f"lacks {_short(lost[0])}, as it was composed"
    for passage in passages:
        if passage not in wanted and passage not in numbers and not _is_marker(passage):
            return f"has {_short(passage)}, which was not composed"
    place = _out_of_order("".join(passages), wanted)
    return "" if place < 0 else f"has {_short(wanted[place:])} in another order"


def _is_marker(passage: str) -> bool:
    return len(passage) <= _LONGEST_MARKER and _MARKER.fullmatch(passage) is not None


def _out_of_order(text: str, wanted: str) -> int:
    """Return the place of the first character that does not stand behind those before it; -1 where all do."""
    place = 0
    for number, character in enumerate(wanted):
        place = text.find(character, place) + 1
        if not place:
            return number
    return -1


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
