"""Assembles a briefing from its files; reports everything that keeps it from being one."""

import dataclasses
import re
from collections.abc import Callable, Container, Iterable, Mapping
from typing import TypeVar

import pydantic

from report.facts.feeds import TableFeed
from report.facts.models import Entity, Fact
from report.facts.sources import Source
from report.findings import Code, Finding, Location
from report.load.files import TERMS_FILE, BriefingFiles
from report.load.links import ID_DUPLICATE, check_links, fold, suggest
from report.load.translations import translations
from report.load.typed import VALUE_INVALID, read_model
from report.load.yaml_tree import YAML_ALIAS_OR_TAG, YAML_LIMIT, YAML_SYNTAX, parse_yaml
from report.model import (
    Briefing,
    BriefingSettings,
    ConversionTerm,
    GlossaryTerm,
    Section,
    SectionHead,
    Trigger,
    WaiverEntry,
    WordList,
)
from report.positions import Node, SourceFile
from report.scalars import LOCALES

FRONT_MATTER = Code("C014", "front-matter", is_unreadable=True, is_waivable=False)
SPINE_UNKNOWN = Code("S001", "spine-section-missing", is_waivable=False)
SPINE_LACKS = Code("S002", "section-off-spine", is_waivable=False)

# The lines between `---` and `---` are the group; with neither, a section has no head.
FRONT_MATTER_BLOCK = re.compile(r"---[ ]*\n(.*?\n)?---[ ]*(?:\n|\Z)", re.DOTALL)

MAX_FACTS = 20_000
_FRONT_MATTER = "Begin it with a line `---`, then `id: …` and `title: …`, then a line `---`."

Model = TypeVar("Model", bound=pydantic.BaseModel)


def load_briefing(files: BriefingFiles) -> tuple[Briefing | None, list[Finding]]:
    """Return the briefing, or None where it cannot be read, and all findings."""
    loader = _Loader(files)
    settings = loader.settings()
    facts = loader.by_id("facts.yaml", Fact, lambda fact: fact.id, limit=MAX_FACTS)
    sources = loader.by_id("sources.yaml", Source, lambda source: source.id)
    entities = loader.by_id("entities.yaml", Entity, lambda entity: entity.id)
    glossary = tuple(term for _, term in loader.entries("glossary.yaml", GlossaryTerm))
    waivers = tuple(waiver for _, waiver in loader.entries("waivers.yaml", WaiverEntry))
    tables = loader.table_feeds()
    words = loader.words()
    terms = loader.terms()
    sections = loader.sections(settings.language if settings else "zh-Hans")
    if settings is None or any(finding.code.is_unreadable for finding in loader.findings):
        return None, loader.findings
    own = loader.in_reading_order(settings, sections)
    translated, findings = translations(settings, sections, {section.head.id: section for section in own})
    loader.findings += findings
    briefing = Briefing(
        slug=files.slug,
        prefix=files.prefix,
        settings=settings,
        sections=own,
        facts=facts,
        sources=sources,
        entities=entities,
        glossary=glossary,
        parts={name: text for name, text in files.texts.items() if name.startswith("parts/")},
        data={
            name: SourceFile(loader.path(name), text)
            for name, text in files.texts.items()
            if name.startswith("data/")
        },
        images=files.images,
        files=loader.files,
        waivers=waivers,
        words=words,
        translations=translated,
        terms=terms,
        table_feeds=tables,
    )
    loader.findings += check_links(briefing)
    return _without_dangling(briefing), loader.findings


def _without_dangling(briefing: Briefing) -> Briefing:
    """Return the briefing without references to what does not exist: they are reported, and what follows goes on."""
    settings, facts = briefing.settings, briefing.facts

    def kept(names: tuple[str, ...], known: Container[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name in known)

    def whole(fact: Fact) -> Fact:
        linked = {
            "entities": kept(fact.entities, briefing.entities),
            "sources": tuple(item for item in fact.sources if item.ref in briefing.sources),
            "supersedes": kept(fact.supersedes, facts),
            "contradicts": kept(fact.contradicts, facts),
        }
        # A copy of thousands of facts of which nothing is left out would cost more than all the looking.
        is_whole = all(len(linked[key]) == len(getattr(fact, key)) for key in linked)
        return fact if is_whole else fact.model_copy(update=linked)

    timeline = settings.timeline
    chosen = timeline.facts if not isinstance(timeline.facts, tuple) else kept(timeline.facts, facts)
    place = timeline.place if timeline.place in settings.spine else "end"
    settings = settings.model_copy(
        update={
            "key_points": tuple(
                point.model_copy(update={"facts": kept(point.facts, facts)}) for point in settings.key_points
            ),
            "timeline": timeline.model_copy(
                update={"facts": chosen, "exclude": kept(timeline.exclude, facts), "place": place}
            ),
            "triggers": tuple(trigger for trigger in settings.triggers if _is_whole(trigger, briefing)),
        }
    )
    return dataclasses.replace(
        briefing, settings=settings, facts={name: whole(fact) for name, fact in facts.items()}
    )


def _is_whole(trigger: Trigger, briefing: Briefing) -> bool:
    counted = trigger.when.count
    has_fact = trigger.when.fact is None or trigger.when.fact in briefing.facts
    return has_fact and (counted is None or counted.entity is None or counted.entity in briefing.entities)


class _Loader:
    """Parses and types each file; goes on after a finding."""

    def __init__(self, files: BriefingFiles) -> None:
        self.source = files
        self.findings: list[Finding] = list(files.findings)
        self.files: dict[str, SourceFile] = {}

    def path(self, name: str) -> str:
        return f"{self.source.prefix}/{name}"

    def file(self, name: str) -> SourceFile:
        text = self.source.texts.get(name, "")
        root, findings = parse_yaml(text, self.path(name))
        self.findings += findings
        file = SourceFile(self.path(name), text, root)
        self.files[name] = file
        return file

    def settings(self) -> BriefingSettings | None:
        if "briefing.yaml" not in self.source.texts:
            return None
        before = len(self.findings)
        file = self.file("briefing.yaml")
        if any(finding.code in (YAML_SYNTAX, YAML_LIMIT) for finding in self.findings[before:]):
            return None
        settings, findings = read_model(BriefingSettings, file)
        self.add(findings)
        return settings

    def words(self) -> WordList:
        """Return the briefing's own words; none where it has no such file, or one that cannot be read."""
        if "words.yaml" not in self.source.texts:
            return WordList()
        file = self.file("words.yaml")
        if file.root is None:
            return WordList()
        words, findings = read_model(WordList, file)
        self.add(findings)
        return words or WordList()

    def table_feeds(self) -> tuple[TableFeed, ...]:
        """Return where tables come from; a data file that two feeds would fill is reported."""
        places: dict[str, int] = {}
        found = []
        for index, feed in self.entries("feeds.yaml", TableFeed):
            first = places.setdefault(feed.data, index)
            if first != index:
                file = self.files["feeds.yaml"]
                line = file.locate(first, "data").line
                message = f"{feed.data} has a feed already, on line {line}"
                where = file.locate(index, "data")
                self.findings.append(Finding(ID_DUPLICATE, where, message, "Keep one of the two."))
            found.append(feed)
        return tuple(found)

    def terms(self) -> tuple[ConversionTerm, ...]:
        """Return the project's dictionary; a term that stands in it twice is reported."""
        if TERMS_FILE not in self.source.shared:
            return ()
        text = self.source.shared[TERMS_FILE]
        path = f"{self.source.prefix.rpartition('/')[0]}/{TERMS_FILE}"
        root, findings = parse_yaml(text, path)
        self.findings += findings
        file = SourceFile(path, text, root)
        terms: dict[str, int] = {}
        found = []
        for index, term in self.listed(file, ConversionTerm, MAX_FACTS):
            first = terms.setdefault(term.from_, index)
            if first != index:
                line = file.locate(first, "from").line
                message = f"the term {term.from_!r} stands first on line {line}"
                where = file.locate(index, "from")
                self.findings.append(Finding(ID_DUPLICATE, where, message, "Keep one of the two."))
            found.append(term)
        return tuple(found)

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings, but for those about a value that could not be read and is reported for that."""
        unread = {finding.location for finding in self.findings if finding.code is YAML_ALIAS_OR_TAG}
        self.findings += [finding for finding in findings if finding.location not in unread]

    def entries(self, name: str, model: type[Model], limit: int = MAX_FACTS) -> list[tuple[int, Model]]:
        """Return the models of a file that is a list, with their place in it."""
        return self.listed(self.file(name), model, limit) if name in self.source.texts else []

    def listed(self, file: SourceFile, model: type[Model], limit: int) -> list[tuple[int, Model]]:
        if file.root is None:
            return []
        if not isinstance(file.root.value, list):
            self.findings.append(
                Finding(
                    VALUE_INVALID, file.locate(), "the file is not a list", "Begin each entry with `- id: …`."
                )
            )
            return []
        if len(file.root.value) > limit:
            self.findings.append(
                Finding(
                    YAML_LIMIT,
                    file.locate(limit),
                    f"{len(file.root.value):,} entries; the limit is {limit:,}",
                    "Split the briefing.",
                )
            )
            return []
        models = []
        for index in range(len(file.root.value)):
            entry, findings = read_model(model, file, index)
            self.add(findings)
            if entry is not None:
                models.append((index, entry))
        return models

    def by_id(
        self, name: str, model: type[Model], id_of: Callable[[Model], str], limit: int = MAX_FACTS
    ) -> dict[str, Model]:
        found: dict[str, Model] = {}
        places: dict[str, int] = {}
        for index, entry in self.entries(name, model, limit):
            key = fold(id_of(entry))
            if key in places:
                file = self.files[name]
                first = file.locate(places[key], "id").line
                self.findings.append(
                    Finding(
                        ID_DUPLICATE,
                        file.locate(index, "id"),
                        f"the id {id_of(entry)!r} is taken; it stands first on line {first}",
                        "Give one of the two another id.",
                    )
                )
                continue
            places[key] = index
            found[id_of(entry)] = entry
        return found

    def sections(self, language: str) -> list[Section]:
        return [
            section
            for name in sorted(self.source.texts)
            if name.startswith("sections/") and (section := self.section(name, language)) is not None
        ]

    def section(self, name: str, language: str) -> Section | None:
        text = self.source.texts[name]
        path = self.path(name)
        match = FRONT_MATTER_BLOCK.match(text)
        if match is None:
            message, hint = "the section does not begin with front matter", _FRONT_MATTER
            if not text.strip():
                message = "the section is empty"
            elif text.startswith("---"):
                message = "the front matter that begins here does not end"
                hint = "Write a line `---` below its last key."
            self.findings.append(Finding(FRONT_MATTER, Location(path, 1, 1), message, hint))
            return None
        root, findings = parse_yaml(match.group(1) or "", path, line_offset=1)
        self.findings += findings
        file = SourceFile(path, text, root or Node({}, 1, 1))
        self.files[name] = file
        if findings:
            return None
        head, findings = read_model(SectionHead, file)
        self.add(findings)
        if head is None:
            return None
        locale = name.removesuffix(".md").rpartition(".")[2]
        return Section(
            head, locale if locale in LOCALES else language, text[match.end() :], match.end(), file
        )

    def in_reading_order(self, settings: BriefingSettings, sections: list[Section]) -> tuple[Section, ...]:
        """Return the master locale's sections as the spine orders them; report where the two disagree."""
        by_id: dict[str, Section] = {}
        for section in sections:
            if section.locale != settings.language:
                continue
            earlier = by_id.get(section.head.id)
            if earlier is not None:
                self.findings.append(
                    Finding(
                        ID_DUPLICATE,
                        section.file.locate("id"),
                        f"the id {section.head.id!r} is taken by {earlier.file.path}",
                        "Give one of the two another id.",
                    )
                )
                continue
            by_id[section.head.id] = section
        self.check_spine(settings, by_id)
        order = dict.fromkeys(settings.spine)
        return tuple(by_id[name] for name in order if name in by_id)

    def check_spine(self, settings: BriefingSettings, by_id: Mapping[str, Section]) -> None:
        file = self.files["briefing.yaml"]
        for index, name in enumerate(settings.spine):
            if name not in by_id:
                self.findings.append(
                    Finding(
                        SPINE_UNKNOWN,
                        file.locate("spine", index),
                        f"no section has the id {name!r}",
                        suggest(name, by_id) or "Write the section, or take it off the spine.",
                    )
                )
            elif name in settings.spine[:index]:
                self.findings.append(
                    Finding(
                        ID_DUPLICATE,
                        file.locate("spine", index),
                        f"the section {name!r} stands on the spine twice",
                        "Remove one of the two.",
                    )
                )
        for name, section in by_id.items():
            if name not in settings.spine:
                self.findings.append(
                    Finding(
                        SPINE_LACKS,
                        section.file.locate("id"),
                        f"the section {name!r} is not on the spine of briefing.yaml",
                        "Add it to the spine, or begin the file's name with an underscore.",
                    )
                )
