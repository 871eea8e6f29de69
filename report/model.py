"""A briefing in memory: frozen, typed, with the place of every value.

The schemas are those of `briefing.yaml`, `glossary.yaml` and the front matter of sections.
"""

import dataclasses
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pydantic

from report.facts.judgement import DEFAULT_LIMITS, FreshnessLimits
from report.facts.models import Entity, Fact
from report.facts.sources import Source
from report.facts.terms import Kind
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


class TimelineOptions(Schema):
    """How the timeline is made (CONTENT: Timeline)."""

    facts: Literal["all"] | tuple[Slug, ...] | TimelineFilter = "all"
    exclude: tuple[Slug, ...] = ()
    draft: Literal["hide", "show"] = "hide"
    group_by: Literal["none", "jurisdiction"] = "none"
    place: Text = "end"


class BriefingSettings(Schema):
    """`briefing.yaml`."""

    title: LocalText
    subtitle: LocalText | None = None
    language: Locale
    locales: tuple[Locale, ...] = ()
    as_of: Day | None = None
    publisher: Annotated[Publisher, pydantic.BeforeValidator(_publisher)]
    authors: tuple[Text, ...] = ()
    disclosure: LocalText | None = None
    keywords: tuple[Text, ...] = ()
    review_interval_days: Days | None = None
    spine: Annotated[tuple[Slug, ...], pydantic.Field(min_length=1)]
    key_points: tuple[KeyPointText, ...] = ()
    timeline: TimelineOptions = TimelineOptions()
    freshness: dict[FreshnessKey, FreshnessLimits] = {}
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
        edition: The number that the next release takes.
        prefix: The folder relative to the project.
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
    edition: int

    def text(self, value: LocalText | None, locale: str) -> str:
        """Return a text for a locale; empty where it is not written (load has reported that)."""
        if value is None:
            return ""
        return value.for_locale(locale, self.settings.language) or ""
