"""Whether every id that is referred to exists, and every text in the briefing's language."""

import dataclasses
import difflib
import unicodedata
from collections.abc import Collection, Iterable, Iterator

from report.findings import Code, Finding
from report.model import Briefing
from report.positions import Key, Node, SourceFile
from report.scalars import LOCALES

ID_DUPLICATE = Code("C015", "id-duplicate", is_waivable=False)
ID_UNKNOWN = Code("C016", "id-unknown", is_waivable=False)
TEXT_MISSING = Code("C018", "text-missing", is_waivable=False)

_LOCALES = frozenset(LOCALES)


def check_links(briefing: Briefing) -> list[Finding]:
    """Return findings for ids that nothing has, ids taken twice, and texts that its own language lacks."""
    check = _Check(briefing, [])
    check.check()
    return check.findings


@dataclasses.dataclass
class _Check:
    """Checks that every id that is referred to exists, and every text in the briefing's language."""

    briefing: Briefing
    findings: list[Finding]

    def check(self) -> None:
        self.check_all_texts()
        self.check_facts()
        self.check_settings()

    def known(self, kind: str, name: str, ids: Collection[str], file: str, *path: Key) -> None:
        if name not in ids:
            self.findings.append(
                Finding(
                    ID_UNKNOWN,
                    self.briefing.files[file].locate(*path),
                    f"no {kind} has the id {name!r}",
                    suggest(name, ids) or f"Add the {kind}, or correct the id.",
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
        self.check_triggers()
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

    def check_triggers(self) -> None:
        briefing, name = self.briefing, "briefing.yaml"
        places: dict[str, int] = {}
        for index, trigger in enumerate(briefing.settings.triggers):
            if trigger.when.fact is not None:
                self.known("fact", trigger.when.fact, briefing.facts, name, "triggers", index, "when", "fact")
            if trigger.when.count is not None and trigger.when.count.entity is not None:
                where = ("triggers", index, "when", "count", "entity")
                self.known("entity", trigger.when.count.entity, briefing.entities, name, *where)
            first = places.setdefault(trigger.id, index)
            if first != index:
                file = briefing.files[name]
                line = file.locate("triggers", first, "id").line
                message = f"the id {trigger.id!r} is taken; it stands first on line {line}"
                where_id = file.locate("triggers", index, "id")
                self.findings.append(
                    Finding(ID_DUPLICATE, where_id, message, "Give one of the two another id.")
                )

    def check_all_texts(self) -> None:
        for name in ("briefing.yaml", "facts.yaml", "glossary.yaml"):
            if name in self.briefing.files:
                self.check_texts(self.briefing.files[name])

    def check_texts(self, file: SourceFile) -> None:
        """Report maps by locale that lack the master locale."""
        language = self.briefing.settings.language
        if file.root is None:
            return
        for node in _texts_by_locale(file.root):
            texts = node.value
            assert isinstance(texts, dict)
            has_script = language.startswith("zh-Hant") and "zh-Hant" in texts
            if language not in texts and not has_script:
                self.findings.append(
                    Finding(
                        TEXT_MISSING,
                        file.locate_node(node, key=True),
                        f"the text is not written in {language!r}, the briefing's language",
                        f"Add `{language}: …`.",
                    )
                )


def _texts_by_locale(root: Node) -> Iterator[Node]:
    """Yield the mappings below a node whose keys are locales, in the order of the file."""
    pending = [root]
    while pending:
        node = pending.pop()
        value = node.value
        if type(value) is dict:
            # The first key tells nearly all mappings apart.
            if value and next(iter(value)) in _LOCALES and value.keys() <= _LOCALES:
                yield node
            pending += [below for below in reversed(value.values()) if type(below.value) is not str]
        elif type(value) is list:
            pending += [below for below in reversed(value) if type(below.value) is not str]


def fold(name: str) -> str:
    """Return an id as it is compared: ids that differ in case or composition only are the same."""
    return unicodedata.normalize("NFC", name).casefold()


def suggest(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known id; empty where none is near."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {close[0]!r}?" if close else ""
