"""A briefing in memory: frozen, typed, with the place of every value.

The schemas are those of `briefing.yaml`, `glossary.yaml` and the front matter of sections.
"""

import dataclasses
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

import pydantic
from pydantic_core import PydanticCustomError

from report.facts.feeds import TableFeed
from report.facts.judgement import DEFAULT_LIMITS, FreshnessLimits
from report.facts.models import Entity, Fact
from report.facts.sources import Source
from report.facts.terms import Jurisdiction, Kind, Status
from report.positions import SourceFile
from report.scalars import LOCALES, Day, LocalText, Schema, Slug, Text, TrueOrFalse, WholeNumber


def _locale(value: str) -> str:
    if value not in LOCALES:
        raise ValueError(f"{value!r} is no locale this version knows; known are {', '.join(LOCALES)}")
    return value


def _positive(value: int) -> int:
    if value < 1:
        raise ValueError("less than 1 day")
    return value


def _freshness_key(value: str) -> str:
    kinds = [kind.value for kind in Kind]
    if value != DEFAULT_LIMITS and value not in kinds:
        raise ValueError(f"{value!r} is no kind of fact; write default or one of {', '.join(kinds)}")
    return value


def _refusal(message: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("scalar_invalid", "{message}", {"message": message, "hint": hint})


def _at_least_one(value: int) -> int:
    if value < 1:
        raise ValueError("less than 1")
    return value


def _finding_code(value: str) -> str:
    if not re.fullmatch(r"[A-Z][0-9]{3}", value):
        raise _refusal(
            f"{value!r} is not the code of one rule",
            "Write one code, such as T012; a waiver covers one rule.",
        )
    return value


def _one_file(value: str) -> str:
    if re.search(r"[*?\[\]]", value) or value.endswith("/") or value.startswith(("/", "./", "../")):
        raise _refusal(
            f"{value!r} is not one file; a waiver covers one file",
            "Write its path as messages print it, such as content/msc-policy/sections/02-science.md.",
        )
    return value


FreshnessKey = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_freshness_key)]
Locale = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_locale)]
Days = Annotated[WholeNumber, pydantic.AfterValidator(_positive)]


class Publisher(Schema):
    """Who answers for the briefing."""

    name: LocalText
    url: Text | None = None
    address: LocalText | None = None
    contact: LocalText | None = None


def _publisher(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class KeyPointText(Schema):
    """A point of the box before the contents; Jinja and Markdown run over its text."""

    text: LocalText
    facts: tuple[Slug, ...] = ()


class TimelineFilter(Schema):
    """Which facts the timeline takes, by kind and jurisdiction; an empty list takes all."""

    kind: tuple[Kind, ...] = ()
    jurisdiction: tuple[Text, ...] = ()

    def takes(self, fact: Fact) -> bool:
        """Return whether a fact is of the kinds and jurisdictions; a country covers its subdivisions."""
        country = fact.jurisdiction.partition("-")[0]
        return (not self.kind or fact.kind in self.kind) and (
            not self.jurisdiction or fact.jurisdiction in self.jurisdiction or country in self.jurisdiction
        )


class TimelineOptions(Schema):
    """How the timeline is made (CONTENT: Timeline)."""

    facts: Literal["all"] | tuple[Slug, ...] | TimelineFilter = "all"
    exclude: tuple[Slug, ...] = ()
    draft: Literal["hide", "show"] = "hide"
    group_by: Literal["none", "jurisdiction"] = "none"
    place: Text = "end"

    def takes(self, fact: Fact) -> bool:
        """Return whether the timeline has a row for a fact once it is known."""
        if fact.id in self.exclude or fact.status is Status.RETRACTED or fact.date is None:
            return False
        if fact.status is Status.DRAFT and self.draft == "hide":
            return False
        if isinstance(self.facts, tuple):
            return fact.id in self.facts
        if fact.kind in (Kind.OPINION, Kind.SCIENTIFIC):
            return False
        return self.facts == "all" or self.facts.takes(fact)


class CountCondition(Schema):
    """Which facts a trigger counts: those known at as-of that agree with every key given."""

    kind: Kind | None = None
    entity: Slug | None = None
    jurisdiction: Jurisdiction | None = None
    subject: Text | None = None


class TriggerCondition(Schema):
    """When a trigger is met: by how a fact stands, by a day that has come, or by how many facts there are."""

    fact: Slug | None = None
    is_: Annotated[
        Literal["in_force", "known", "verified", "superseded", "not_in_force"] | None,
        pydantic.Field(alias="is"),
    ] = None
    date: Day | None = None
    count: CountCondition | None = None
    at_least: Annotated[WholeNumber, pydantic.AfterValidator(_at_least_one)] | None = None

    @pydantic.model_validator(mode="after")
    def _has_one_condition(self) -> Self:
        given = [name for name in ("fact", "date", "count") if getattr(self, name) is not None]
        if len(given) != 1:
            raise _refusal(
                f"a condition has one of fact, date and count, and this one has {' and '.join(given) or 'none'}",
                "Write such as when: {fact: cn-818, is: in_force}.",
            )
        if (self.fact is None) != (self.is_ is None):
            raise _refusal("`fact` and `is` go together", "Write such as when: {fact: cn-818, is: in_force}.")
        if (self.count is None) != (self.at_least is None):
            raise _refusal(
                "`count` and `at_least` go together",
                "Write such as when: {count: {kind: approval, jurisdiction: CN}, at_least: 2}.",
            )
        return self


class Trigger(Schema):
    """A condition for the next step, such as 松绑, whose state the briefing prints."""

    id: Slug
    label: LocalText
    when: TriggerCondition
    note: LocalText | None = None


class WaiverEntry(Schema):
    """A reasoned exception to a rule at one file, until a day; `match` narrows it to messages that hold it."""

    code: Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_finding_code)]
    path: Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_one_file)]
    match: Text | None = None
    reason: Text
    owner: Text
    expires: Day


class ConversionTerm(Schema):
    """A term of `content/conversion.yaml`: what it becomes in another script's locales, one text for all or each.

    `note` says why.
    """

    from_: Annotated[Text, pydantic.Field(alias="from")]
    to: LocalText
    note: Text | None = None

    def for_locale(self, locale: str) -> str | None:
        """Return what the term becomes in a locale; None where it says nothing of it."""
        found = self.to.for_locale(locale, "")
        return self.to.texts.get("") if found is None else found


class WordList(Schema):
    """Words that checks look for: the program's own (`report/lint/words/`) or a briefing's (`words.yaml`).

    Attributes:
        absolute: Promises that nobody may make (T012).
        vague_time: Words of time that mean nothing without a day (T011).
        superlative: Claims to be the first or only one, which need a jurisdiction (T014).
        before: Words that say the first thing named came before the second (F023).
        after: Words that say the first thing named came after the second (F023).
        cause: Words that say the first thing named brought forth the second (F023).
        contested: Words that say sources disagree (F030); the first is the one that hints name.
        unconfirmed: Words that say a statement is not confirmed (F031); the first is the one that hints name.
        summary: Titles of sections that repeat what other sections support (F032).
        plain: Abbreviations that need no explanation (T030).
    """

    absolute: tuple[Text, ...] = ()
    vague_time: tuple[Text, ...] = ()
    superlative: tuple[Text, ...] = ()
    before: tuple[Text, ...] = ()
    after: tuple[Text, ...] = ()
    cause: tuple[Text, ...] = ()
    contested: tuple[Text, ...] = ()
    unconfirmed: tuple[Text, ...] = ()
    summary: tuple[Text, ...] = ()
    plain: tuple[Text, ...] = ()


class BriefingSettings(Schema):
    """`briefing.yaml`."""

    title: LocalText
    subtitle: LocalText | None = None
    language: Locale
    locales: tuple[Locale, ...] = ()
    as_of: Day | None = None
    publisher: Annotated[Publisher, pydantic.BeforeValidator(_publisher)]
    authors: tuple[LocalText, ...] = ()
    disclosure: LocalText | None = None
    keywords: tuple[LocalText, ...] = ()
    review_interval_days: Days | None = None
    spine: Annotated[tuple[Slug, ...], pydantic.Field(min_length=1)]
    key_points: tuple[KeyPointText, ...] = ()
    timeline: TimelineOptions = TimelineOptions()
    freshness: dict[FreshnessKey, FreshnessLimits] = {}
    approvals: tuple[Text, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    theme: Text | dict[Text, Text] = "default"
    disclaimer: Slug | None = None


class GlossaryTerm(Schema):
    """An entry of `glossary.yaml`."""

    term: LocalText
    label: LocalText | None = None
    definition: LocalText


class SectionHead(Schema):
    """The front matter of a section."""

    id: Slug
    title: Text
    view: Literal["full", "handout", "both"] = "full"
    numbered: TrueOrFalse = True
    notes: Text | None = None


@dataclasses.dataclass(frozen=True)
class Section:
    """One section in one locale.

    Attributes:
        head: Its front matter.
        locale: BCP 47; the master's where the file name has no locale.
        body: Markdown with Jinja, below the front matter.
        body_offset: Where the body begins in the file's text, in characters.
        file: The file it was read from.
    """

    head: SectionHead
    locale: str
    body: str
    body_offset: int
    file: SourceFile


@dataclasses.dataclass(frozen=True)
class Briefing:
    """One briefing, read and typed.

    Attributes:
        slug: The folder's name.
        settings: `briefing.yaml`.
        sections: In reading order, the master locale's.
        facts: By id, in the file's order; so are `sources` and `entities`.
        parts: What sections include, by path relative to the briefing.
        data: CSV files by path relative to the briefing.
        images: Bytes by path relative to the briefing.
        files: Every text file by path relative to the briefing.
        waivers: `waivers.yaml`, in its order.
        words: `words.yaml`, empty where there is none.
        prefix: The folder relative to the project.
        translations: The sections that are written in other locales, by locale, in reading order.
        terms: The project's dictionary for conversion between scripts.
        table_feeds: `feeds.yaml`, in its order: where tables of data files come from.
        written_in: The language of the briefing that this one was made from, BCP 47; empty for one that lies on disk.
    """

    slug: str
    prefix: str
    settings: BriefingSettings
    sections: tuple[Section, ...]
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    entities: Mapping[str, Entity]
    glossary: tuple[GlossaryTerm, ...]
    parts: Mapping[str, str]
    data: Mapping[str, SourceFile]
    images: Mapping[str, bytes]
    files: Mapping[str, SourceFile]
    waivers: tuple[WaiverEntry, ...]
    words: WordList
    translations: Mapping[str, tuple[Section, ...]] = dataclasses.field(default_factory=dict)
    terms: tuple[ConversionTerm, ...] = ()
    table_feeds: tuple[TableFeed, ...] = ()
    written_in: str = ""

    @property
    def original_language(self) -> str:
        """The language that its sources' own text is in, where they do not say otherwise; BCP 47."""
        return self.written_in or self.settings.language

    def text(self, value: LocalText | None, locale: str) -> str:
        """Return a text for a locale; empty where it is not written (load has reported that)."""
        if value is None:
            return ""
        return value.for_locale(locale, self.settings.language) or ""
