"""Assembles a briefing from its files; reports everything that keeps it from being one."""

import dataclasses
import difflib
import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping
from typing import TypeVar

import pydantic

from report.facts.models import Entity, Fact
from report.facts.sources import Source
from report.findings import Code, Finding, Location
from report.load.files import BriefingFiles
from report.load.typed import VALUE_INVALID, read_model
from report.load.yaml_tree import YAML_ALIAS_OR_TAG, YAML_LIMIT, YAML_SYNTAX, parse_yaml
from report.model import Briefing, BriefingSettings, GlossaryTerm, Section, SectionHead
from report.positions import Key, Node, SourceFile
from report.scalars import LOCALES

FRONT_MATTER = Code("C014", "front-matter", is_unreadable=True, is_waivable=False)
ID_DUPLICATE = Code("C015", "id-duplicate", is_waivable=False)
ID_UNKNOWN = Code("C016", "id-unknown", is_waivable=False)
LOCALE_NOT_BUILT = Code("C017", "locale-not-built", is_waivable=False)
TEXT_MISSING = Code("C018", "text-missing", is_waivable=False)
SPINE_UNKNOWN = Code("S001", "spine-section-missing", is_waivable=False)
SPINE_LACKS = Code("S002", "section-off-spine", is_waivable=False)

MAX_FACTS = 20_000
_FRONT_MATTER = "Begin it with a line `---`, then `id: …` and `title: …`, then a line `---`."

Model = TypeVar("Model", bound=pydantic.BaseModel)


def load_briefing(
    files: BriefingFiles, built_locales: Iterable[str]
) -> tuple[Briefing | None, list[Finding]]:
    """Return the briefing, or None where it cannot be read, and all findings.

    Args:
        files: What lies on disk.
        built_locales: The locales that the templates have words for.
    """
    loader = _Loader(files)
    settings = loader.settings()
    facts = loader.by_id("facts.yaml", Fact, lambda fact: fact.id, limit=MAX_FACTS)
    sources = loader.by_id("sources.yaml", Source, lambda source: source.id)
    entities = loader.by_id("entities.yaml", Entity, lambda entity: entity.id)
    glossary = tuple(term for _, term in loader.entries("glossary.yaml", GlossaryTerm))
    sections = loader.sections(settings.language if settings else "zh-Hans")
    if settings is None or any(finding.code.is_unreadable for finding in loader.findings):
        return None, loader.findings
    briefing = Briefing(
        slug=files.slug,
        prefix=files.prefix,
        settings=settings,
        sections=loader.in_reading_order(settings, sections),
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
        edition=files.frozen_editions + 1,
    )
    _Resolver(briefing, loader.findings, frozenset(built_locales)).check()
    return _without_dangling(briefing), loader.findings


def _without_dangling(briefing: Briefing) -> Briefing:
    """Return the briefing without references to what does not exist: they are reported, and what follows goes on."""
    settings, facts = briefing.settings, briefing.facts

    def kept(names: tuple[str, ...], known: Container[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name in known)

    whole = {
        fact.id: fact.model_copy(
            update={
                "entities": kept(fact.entities, briefing.entities),
                "sources": tuple(item for item in fact.sources if item.ref in briefing.sources),
                "supersedes": kept(fact.supersedes, facts),
                "contradicts": kept(fact.contradicts, facts),
            }
        )
        for fact in facts.values()
    }
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
        }
    )
    return dataclasses.replace(briefing, settings=settings, facts=whole)


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

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings, but for those about a value that could not be read and is reported for that."""
        unread = {finding.location for finding in self.findings if finding.code is YAML_ALIAS_OR_TAG}
        self.findings += [finding for finding in findings if finding.location not in unread]

    def entries(self, name: str, model: type[Model], limit: int = MAX_FACTS) -> list[tuple[int, Model]]:
        """Return the models of a file that is a list, with their place in it."""
        if name not in self.source.texts:
            return []
        file = self.file(name)
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
        match = re.match(r"---[ ]*\n(.*?\n)?---[ ]*(?:\n|\Z)", text, re.DOTALL)
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
                        _suggest(name, by_id) or "Write the section, or take it off the spine.",
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


@dataclasses.dataclass
class _Resolver:
    """Checks that every id that is referred to exists, and every text in every locale that is built."""

    briefing: Briefing
    findings: list[Finding]
    built_locales: frozenset[str]

    def check(self) -> None:
        self.check_locales()
        self.check_facts()
        self.check_settings()

    def known(self, kind: str, name: str, ids: Iterable[str], file: str, *path: Key) -> None:
        names = list(ids)
        if name not in names:
            self.findings.append(
                Finding(
                    ID_UNKNOWN,
                    self.briefing.files[file].locate(*path),
                    f"no {kind} has the id {name!r}",
                    _suggest(name, names) or f"Add the {kind}, or correct the id.",
                )
            )

    def check_facts(self) -> None:
        briefing = self.briefing
        root = briefing.files["facts.yaml"].root if "facts.yaml" in briefing.files else None
        nodes = root.value if root is not None and isinstance(root.value, list) else []
        for index, node in enumerate(nodes):
            plain = node.value.get("id") if isinstance(node.value, dict) else None
            fact = briefing.facts.get(str(plain.value)) if plain is not None else None
            if fact is None:
                continue
            for place, entity in enumerate(fact.entities):
                self.known("entity", entity, briefing.entities, "facts.yaml", index, "entities", place)
            for place, reference in enumerate(fact.sources):
                self.known(
                    "source", reference.ref, briefing.sources, "facts.yaml", index, "sources", place, "ref"
                )
            for key in ("supersedes", "contradicts"):
                for place, other in enumerate(getattr(fact, key)):
                    self.known("fact", other, briefing.facts, "facts.yaml", index, key, place)

    def check_settings(self) -> None:
        settings, facts = self.briefing.settings, self.briefing.facts
        name = "briefing.yaml"
        for index, point in enumerate(settings.key_points):
            for place, fact in enumerate(point.facts):
                self.known("fact", fact, facts, name, "key_points", index, "facts", place)
        timeline = settings.timeline
        if isinstance(timeline.facts, tuple):
            for place, fact in enumerate(timeline.facts):
                self.known("fact", fact, facts, name, "timeline", "facts", place)
        for place, fact in enumerate(timeline.exclude):
            self.known("fact", fact, facts, name, "timeline", "exclude", place)
        if timeline.place != "end":
            self.known("section", timeline.place, settings.spine, name, "timeline", "place")
        if settings.disclaimer is not None:
            self.known("section", settings.disclaimer, settings.spine, name, "disclaimer")

    def check_locales(self) -> None:
        settings = self.briefing.settings
        file = self.briefing.files["briefing.yaml"]
        for place, locale in enumerate(settings.locales or (settings.language,)):
            where = ("locales", place) if settings.locales else ("language",)
            if locale != settings.language or locale not in self.built_locales:
                self.findings.append(
                    Finding(
                        LOCALE_NOT_BUILT,
                        file.locate(*where),
                        f"{locale!r} is not built by this version; it builds "
                        f"{', '.join(sorted(self.built_locales))}, where the briefing is written in it",
                        f"Leave {locale!r} out.",
                    )
                )
        for name in ("briefing.yaml", "facts.yaml", "glossary.yaml"):
            if name in self.briefing.files:
                self.check_texts(self.briefing.files[name])

    def check_texts(self, file: SourceFile) -> None:
        """Report maps by locale that lack the master locale."""
        language = self.briefing.settings.language
        if file.root is None:
            return
        for path, node in file.root.walk():
            if not isinstance(node.value, dict) or not node.value or not set(node.value) <= set(LOCALES):
                continue
            has_script = language.startswith("zh-Hant") and "zh-Hant" in node.value
            if language not in node.value and not has_script:
                self.findings.append(
                    Finding(
                        TEXT_MISSING,
                        file.locate(*path, key=True),
                        f"the text is not written in {language!r}, the briefing's language",
                        f"Add `{language}: …`.",
                    )
                )


def fold(name: str) -> str:
    """Return an id as it is compared: ids that differ in case or composition only are the same."""
    return unicodedata.normalize("NFC", name).casefold()


def _suggest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {close[0]!r}?" if close else ""
