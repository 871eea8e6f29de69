"""What a briefing is made of, as the desk lists it: its sections, its facts, and where each fact is used."""

import collections
import dataclasses
import datetime
from collections.abc import Iterator, Mapping

from report.desk.telling import Editor
from report.facts.dates import FactDate, date_of_day
from report.facts.judgement import freshness, in_force, is_known, superseded_by, timeline_order
from report.facts.models import Fact
from report.facts.printing import print_date, print_span
from report.findings import Location
from report.model import Briefing
from report.passages import passages
from report.positions import Node

Words = Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class SectionRow:
    """A section: its id, title, view, and where its file is."""

    id: str
    title: str
    view: str
    path: str
    link: str


@dataclasses.dataclass(frozen=True)
class PlaceRow:
    """A place that names a fact: what it is called, where it stands; `section` is the id of a section, or empty."""

    name: str
    section: str
    place: str
    link: str


@dataclasses.dataclass(frozen=True)
class SourceRow:
    """A source of a fact: its title, address, tier, the place in it, what it bears out."""

    id: str
    title: str
    url: str
    tier: str
    locator: str
    supports: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class DateRow:
    """A date of a fact: its name, as printed, as written (EDTF), and the days that bound it, where any do."""

    key: str
    name: str
    text: str
    edtf: str
    is_primary: bool


@dataclasses.dataclass(frozen=True)
class FactRow:
    """A fact as the desk lists it; `raw` is its entry of `facts.yaml`, every scalar as text.

    Attributes:
        standing: `superseded`, or its status.
        date: Of its primary date, as printed.
        year: Of that date, for the timeline; empty for none.
        verdict: `report.facts.judgement.Verdict`.
        age_days: Since the last check; None where there was none.
    """

    id: str
    label: str
    kind: str
    kind_word: str
    standing: str
    standing_word: str
    effect: str
    effect_word: str
    jurisdiction: str
    jurisdiction_word: str
    in_force_word: str
    is_known: bool
    date: str
    edtf: str
    year: str
    dates: tuple[DateRow, ...]
    verdict: str
    age_days: int | None
    last_checked: str
    checked_by: str
    review_by: str
    is_review_due: bool
    superseded_by: str
    sources: tuple[SourceRow, ...]
    used: tuple[PlaceRow, ...]
    note: str
    place: str
    link: str
    raw: object


def section_rows(briefing: Briefing, editor: Editor) -> tuple[SectionRow, ...]:
    """Return the sections in reading order."""
    return tuple(
        SectionRow(
            section.head.id,
            section.head.title,
            section.head.view,
            section.file.path,
            editor.link(section.file.path, section.file.at(section.body_offset).line),
        )
        for section in briefing.sections
    )


def fact_rows(
    briefing: Briefing, words: Words, language: str, today: datetime.date, editor: Editor
) -> tuple[FactRow, ...]:
    """Return the facts in the order of the timeline, as they stand today.

    Args:
        briefing: The briefing.
        words: The labels of the desk's language (`labels/`).
        language: BCP 47, of the desk.
        today: The day that they are judged on.
        editor: How a place is opened.
    """
    maker = _Rows(briefing, words, language, today, editor)
    return tuple(map(maker.row, sorted(briefing.facts.values(), key=timeline_order)))


class _Rows:
    def __init__(
        self, briefing: Briefing, words: Words, language: str, today: datetime.date, editor: Editor
    ) -> None:
        self._briefing, self._words, self._language = briefing, words, language
        self._today, self._editor = today, editor
        self._superseded = superseded_by(briefing.facts.values(), today)
        self._used = _uses(briefing, words)
        self._file = briefing.files["facts.yaml"]
        self._nodes = _entries(self._file.root)

    def row(self, fact: Fact) -> FactRow:
        fresh = freshness(fact, self._today, self._briefing.settings.freshness)
        replaced = self._superseded.get(fact.id, "")
        standing = "superseded" if replaced else fact.status.value
        node = self._nodes.get(fact.id)
        where = self._file.locate_node(node) if node is not None else Location(self._file.path)
        force = in_force(fact, self._today)
        effect = fact.effect.value if fact.effect else ""
        return FactRow(
            id=fact.id,
            label=self._text(fact),
            kind=fact.kind.value,
            kind_word=self._word(f"kind_{fact.kind.value}"),
            standing=standing,
            standing_word=self._word(f"status_{standing}"),
            effect=effect,
            effect_word=self._word(f"effect_{effect}") if effect else "",
            jurisdiction=fact.jurisdiction,
            jurisdiction_word=self._words.get(f"jurisdiction_{fact.jurisdiction}", fact.jurisdiction),
            in_force_word=self._word(f"in_force_{force.value}") if "effective" in fact.dates else "",
            is_known=is_known(fact, self._today),
            date=print_date(fact.date, self._language) if fact.date else "",
            edtf=fact.date.text if fact.date else "",
            year=_year(fact),
            dates=tuple(
                DateRow(
                    name,
                    self._word(f"date_{name}"),
                    print_date(date, self._language),
                    date.text,
                    name == fact.primary_date,
                )
                for name, date in fact.dates.items()
            )
            + self._valid(fact),
            verdict=fresh.verdict.value,
            age_days=fresh.age_days,
            last_checked=self._day(fact.last_checked),
            checked_by=fact.checked_by or "",
            review_by=self._day(fact.review_by),
            is_review_due=fresh.is_review_due,
            superseded_by=replaced,
            sources=tuple(self._sources(fact)),
            used=tuple(
                PlaceRow(name, section, str(at), self._editor.link(at.path, at.line, at.column))
                for name, section, at in self._used.get(fact.id, ())
            ),
            note=fact.note or "",
            place=str(where),
            link=self._editor.link(where.path, where.line, where.column),
            raw=node.plain() if node is not None else {},
        )

    def _word(self, key: str) -> str:
        return self._words.get(key, key.partition("_")[2])

    def _text(self, fact: Fact) -> str:
        master = self._briefing.settings.language
        own = fact.label.for_locale(self._language, master)
        return own or self._briefing.text(fact.label, master) or fact.id

    def _day(self, day: datetime.date | None) -> str:
        return print_date(date_of_day(day), self._language) if day else ""

    def _valid(self, fact: Fact) -> tuple[DateRow, ...]:
        if fact.valid is None:
            return ()
        printed = print_span(fact.valid, self._language)
        return (DateRow("valid", self._word("field_valid"), printed, fact.valid.text, False),)

    def _sources(self, fact: Fact) -> Iterator[SourceRow]:
        for reference in fact.sources:
            source = self._briefing.sources.get(reference.ref)
            yield SourceRow(
                reference.ref,
                source.title if source else reference.ref,
                (source.url or "") if source else "",
                source.tier.value if source and source.tier else "",
                reference.locator or "",
                reference.supports,
            )


def _entries(root: Node | None) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for node in root.value if root is not None and isinstance(root.value, list) else ():
        named = node.value.get("id") if isinstance(node.value, dict) else None
        if named is not None and isinstance(named.value, str):
            found.setdefault(named.value, node)
    return found


def _year(fact: Fact) -> str:
    date: FactDate | None = fact.date or next(iter(fact.dates.values()), None)
    day = (date.latest or date.earliest) if date else None
    return str(day.year) if day else ""


def _uses(briefing: Briefing, words: Words) -> dict[str, list[tuple[str, str, Location]]]:
    """Return what names each fact: the name of the place, the id of its section, and where it stands."""
    found: dict[str, list[tuple[str, str, Location]]] = collections.defaultdict(list)
    titles = {section.head.id: section.head.title for section in briefing.sections}
    master = briefing.settings.language
    for passage in passages(briefing):
        # Another language repeats what the briefing's own says.
        if passage.locale != master:
            continue
        name = titles.get(passage.section) or words.get(passage.section.replace("-", "_"), passage.section)
        section = passage.section if passage.section in titles else ""
        for mention in passage.mentions:
            found[mention.fact].append((name, section, passage.at(mention.offset)))
    settings = briefing.files["briefing.yaml"]
    for index, point in enumerate(briefing.settings.key_points):
        for place, name in enumerate(point.facts):
            where = settings.locate("key_points", index, "facts", place)
            found[name].append((words.get("key_points", "key points"), "", where))
    for index, trigger in enumerate(briefing.settings.triggers):
        if trigger.when.fact:
            where = settings.locate("triggers", index)
            found[trigger.when.fact].append((words.get("triggers", "triggers"), "", where))
    for fact in briefing.facts.values():
        if briefing.settings.timeline.takes(fact):
            found[fact.id].append((words.get("timeline", "timeline"), "", settings.locate("timeline")))
    return found
