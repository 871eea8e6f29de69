"""A briefing in another locale: what is written for it, else converted; a briefing like any other, to be composed."""

import collections
import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from report.locales.conversion import Conversion, can_convert
from report.locales.texts import with_texts
from report.model import Briefing, Section
from report.positions import Node, SourceFile
from report.scalars import LocalText, Schema

Item = TypeVar("Item", bound=Schema)
_COMMENT = re.compile(r"(?m)^[ \t]*#.*$")


@dataclasses.dataclass(frozen=True)
class TermUse:
    """A term of the dictionary that a locale's text was made with: what it became, how often, and where."""

    term: str
    result: str
    count: int
    places: tuple[str, ...]


def is_converted(briefing: Briefing, locale: str) -> bool:
    """Return whether what is not written in a locale is converted; else all of it has to be written."""
    return can_convert(briefing.settings.language, locale)


def localise(briefing: Briefing, locale: str) -> Briefing:
    """Return a briefing whose language is a locale: every text that readers see is in it.

    Text for a locale is what is written for exactly it, else for its script, else converted. Sources keep the
    script that they were published in: who looks a title up has to find it. Lines of all files stay where they are;
    what is found in a converted text is found at its line.

    Args:
        briefing: In its own language.
        locale: Another one; what `missing_texts` finds for it where nothing can be converted is empty.
    """
    if not is_converted(briefing, locale):
        return _Localiser(briefing, locale, None).briefing()
    conversion = Conversion(briefing.settings.language, locale, briefing.terms)
    return _Localiser(briefing, locale, conversion).briefing()


@dataclasses.dataclass(frozen=True)
class _Localiser:
    source: Briefing
    locale: str
    conversion: Conversion | None

    def briefing(self) -> Briefing:
        source = self.source
        settings = self.model(source.settings).model_copy(update={"language": self.locale})
        return dataclasses.replace(
            source,
            settings=settings,
            sections=tuple(map(self.section, source.sections)),
            facts=self.by_id(source.facts),
            entities=self.by_id(source.entities),
            glossary=tuple(map(self.model, source.glossary)),
            parts={self.plain(name): self.plain(text) for name, text in source.parts.items()},
            data={self.plain(name): self.file(file) for name, file in source.data.items()},
            images={self.plain(name): data for name, data in source.images.items()},
            files={name: self.file(file) for name, file in source.files.items() if name != "sources.yaml"}
            | {name: file for name, file in source.files.items() if name == "sources.yaml"},
            translations={},
            written_in=source.settings.language,
        )

    def by_id(self, items: Mapping[str, Item]) -> dict[str, Item]:
        return {name: self.model(item) for name, item in items.items()}

    def model(self, item: Item) -> Item:
        return with_texts(item, self.local, self.plain)

    def local(self, text: LocalText) -> LocalText:
        language = self.source.settings.language
        written = text.for_locale(self.locale, language)
        return LocalText({"": written or self.plain(text.for_locale(language, language) or "")})

    def plain(self, text: str) -> str:
        return self.conversion.text(text) if self.conversion else text

    def section(self, section: Section) -> Section:
        own = _section(self.source.translations, self.locale, section.head.id)
        if own is not None:
            # Where it stands is its author's to say; who sees it is the briefing's.
            head = own.head.model_copy(update={"view": section.head.view, "numbered": section.head.numbered})
            return dataclasses.replace(own, head=head)
        if self.conversion is None:
            return section
        file = self.file(section.file)
        head = section.head.model_copy(update={"title": self.plain(section.head.title)})
        front = self.plain(section.file.text[: section.body_offset])
        return Section(head, self.locale, self.plain(section.body), len(front), file)

    def file(self, file: SourceFile) -> SourceFile:
        if self.conversion is None:
            return file
        return SourceFile(file.path, self.plain(file.text), self.node(file.root) if file.root else None)

    def node(self, node: Node) -> Node:
        value = node.value
        if isinstance(value, str):
            return dataclasses.replace(node, value=self.plain(value))
        if isinstance(value, dict):
            return dataclasses.replace(node, value={key: self.node(item) for key, item in value.items()})
        if isinstance(value, list):
            return dataclasses.replace(node, value=[self.node(item) for item in value])
        return node


def _section(translations: Mapping[str, tuple[Section, ...]], locale: str, name: str) -> Section | None:
    """Return what is written of a section for a locale, else for its script."""
    scripts = (locale, "zh-Hant") if locale.startswith("zh-Hant") else (locale,)
    for script in scripts:
        for section in translations.get(script, ()):
            if section.head.id == name:
                return section
    return None


def term_uses(briefing: Briefing, locale: str) -> tuple[TermUse, ...]:
    """Return the terms of the dictionary that a locale is made with, for somebody to look through."""
    if not is_converted(briefing, locale):
        return ()
    conversion = Conversion(briefing.settings.language, locale, briefing.terms)
    places: dict[tuple[str, str], list[str]] = collections.defaultdict(list)
    for file in _converted_files(briefing, locale):
        # Comments are for whoever edits the file.
        text = _COMMENT.sub("", file.text) if file.path.endswith(".yaml") else file.text
        for override in conversion.overrides(text):
            places[override.term, override.result].append(f"{file.path}:{override.line}")
    return tuple(
        TermUse(term, result, len(found), tuple(dict.fromkeys(found)))
        for (term, result), found in sorted(places.items())
    )


def _converted_files(briefing: Briefing, locale: str) -> Iterator[SourceFile]:
    for name, file in briefing.files.items():
        if name in ("briefing.yaml", "facts.yaml", "entities.yaml", "glossary.yaml"):
            yield file
    for section in briefing.sections:
        if _section(briefing.translations, locale, section.head.id) is None:
            yield section.file
    for name, text in briefing.parts.items():
        yield SourceFile(f"{briefing.prefix}/{name}", text)
    yield from briefing.data.values()


def terms_csv(uses: Iterable[TermUse]) -> bytes:
    """Return the list of terms as CSV for a spreadsheet: UTF-8 with a byte order mark, CRLF (RFC 4180)."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["term", "result", "count", "places"])
    for use in uses:
        writer.writerow([use.term, use.result, use.count, " ".join(use.places)])
    return out.getvalue().encode("utf-8-sig")
