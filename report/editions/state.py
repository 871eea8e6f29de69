"""A briefing's state, to be frozen: the facts as they stand and print, the text, and the digest of all.

What is said about the digest of content is a promise to whoever signs off: what they approved is, to the
last character, what is released.
"""

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import pydantic

from report.editions.record import CitedSource, FactState, SectionState, Shown
from report.facts.judgement import earliest_public_day, in_force, is_known, superseded_by
from report.facts.models import Fact
from report.model import Briefing, Section


class Use(Protocol):
    """A place where a fact shows, as composing records it."""

    @property
    def section(self) -> str:
        """A section's id, `key-points` or `timeline`."""

    @property
    def fact(self) -> str:
        """The fact's id."""

    @property
    def field(self) -> str:
        """What of it."""

    @property
    def text(self) -> str:
        """As printed."""


def freeze_facts(
    briefing: Briefing, as_of: datetime.date, uses: Iterable[Use], words: Mapping[str, str]
) -> dict[str, FactState]:
    """Return the facts known on a day, as they stand then and print, by id.

    Args:
        briefing: The briefing.
        as_of: The day.
        uses: Where facts show, in the order of the document.
        words: The labels of the briefing's language, for `yes` and `no`.
    """
    shown: dict[str, dict[Shown, None]] = {}
    for use in uses:
        shown.setdefault(use.fact, {})[Shown(use.section, use.field, use.text)] = None
    superseded = superseded_by(briefing.facts.values(), as_of)
    return {
        fact.id: _freeze_fact(briefing, fact, as_of, superseded, tuple(shown.get(fact.id, ())), words)
        for fact in briefing.facts.values()
        if is_known(fact, as_of)
    }


def _freeze_fact(
    briefing: Briefing,
    fact: Fact,
    as_of: datetime.date,
    superseded: Mapping[str, str],
    shown: tuple[Shown, ...],
    words: Mapping[str, str],
) -> FactState:
    return FactState(
        kind=fact.kind.value,
        status=fact.status.value,
        label=briefing.text(fact.label, briefing.settings.language),
        jurisdiction=fact.jurisdiction,
        effect=fact.effect.value if fact.effect else "",
        grade=fact.grade.value if fact.grade else "",
        subject=fact.subject or "",
        dates={name: date.text for name, date in sorted(fact.dates.items())},
        primary_date=fact.primary_date or "",
        valid=fact.valid.text if fact.valid else "",
        attrs={name: _printed(value, words) for name, value in sorted(fact.attrs.items())},
        sources=tuple(CitedSource(source.ref, source.locator or "") for source in fact.sources),
        known_since=earliest_public_day(fact),
        in_force=in_force(fact, as_of).value,
        superseded_by=superseded.get(fact.id, ""),
        contradicts=fact.contradicts,
        shown=shown,
    )


def _printed(value: object, words: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    return str(value)


def freeze_section(section_id: str, title: str, paragraphs: Iterable[str]) -> SectionState:
    """Return a section as printed: its title and its blocks of text, with a digest of both."""
    blocks = tuple(paragraphs)
    digest = hashlib.sha256(json.dumps([title, *blocks], ensure_ascii=False).encode()).hexdigest()
    return SectionState(section_id, title, blocks, digest)


def content_digest(briefing: Briefing, as_of: datetime.date) -> str:
    """Return the SHA-256 (hex) of what a sign-off covers: all that is written and the day it is told for.

    Covered are facts, sources, entities, glossary, waivers, words, settings (less `approvals`, and less
    `as_of`, for which the day stands), front matter and text of sections, parts, data and images. What YAML
    does not read as a value changes nothing: comments, spacing, quotes, the order of facts, sources and
    entities in their files.
    """
    settings = briefing.settings.model_dump(mode="json", exclude={"approvals", "as_of"})
    content: dict[str, Any] = {
        "slug": briefing.slug,
        "as_of": as_of.isoformat(),
        "settings": settings,
        "facts": _by_id(briefing.facts),
        "sources": _by_id(briefing.sources),
        "entities": _by_id(briefing.entities),
        "glossary": [term.model_dump(mode="json") for term in briefing.glossary],
        "waivers": [waiver.model_dump(mode="json") for waiver in briefing.waivers],
        "words": briefing.words.model_dump(mode="json"),
        "sections": [_section(section) for section in briefing.sections],
        "parts": dict(sorted(briefing.parts.items())),
        "data": {path: file.text for path, file in sorted(briefing.data.items())},
        "images": {path: hashlib.sha256(data).hexdigest() for path, data in sorted(briefing.images.items())},
    }
    if briefing.translations:
        content["translations"] = {
            locale: [_section(section) for section in sections]
            for locale, sections in sorted(briefing.translations.items())
        }
    if any(locale != briefing.settings.language for locale in briefing.settings.locales):
        content["terms"] = [term.model_dump(mode="json", by_alias=True) for term in briefing.terms]
    # Keys are not sorted below this level: the order of a fact's dates is the order they are printed in.
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _section(section: Section) -> dict[str, Any]:
    return {"head": section.head.model_dump(mode="json"), "locale": section.locale, "body": section.body}


def _by_id(items: Mapping[str, pydantic.BaseModel]) -> dict[str, Any]:
    return {key: items[key].model_dump(mode="json") for key in sorted(items)}
