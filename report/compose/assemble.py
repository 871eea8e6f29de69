"""Briefing to one HTML page: its parts put together in reading order and handed to the templates."""

import dataclasses
import datetime
import re
from collections.abc import Mapping

import yaml
from markupsafe import Markup, escape

from report.compose.context import (
    BackReference,
    BriefingContext,
    Change,
    ColophonContext,
    ContactContext,
    ContentsEntry,
    GlossaryEntry,
    KeyPoint,
    Named,
    NoteContext,
    PrintedDate,
    PublisherContext,
    ReferenceContext,
    SectionContext,
)
from report.compose.finder import Finder
from report.compose.markup import convert, new_converter
from report.compose.numbering import Numbering
from report.compose.pages import qr_code, render_page, visible_text
from report.compose.prose import Prose, ProseTools
from report.compose.theme import theme_css
from report.compose.timeline import fact_note, timeline_context, timeline_facts
from report.compose.tree import Heading, TreePass, link_cluster
from report.compose.views import FactDesk, Use, precision
from report.facts.dates import date_of_day
from report.facts.judgement import is_known, superseded_by
from report.facts.models import Fact
from report.facts.printing import print_date
from report.findings import Finding
from report.model import Briefing, Section
from report.positions import SourceFile
from report.references import format_reference

PARTS = (
    "key-points",
    "contents",
    "timeline",
    "notes",
    "references",
    "glossary",
    "changes",
    "contact",
    "colophon",
)
NUMERALS = "〇一二三四五六七八九"


@dataclasses.dataclass(frozen=True)
class Colophon:
    """What the colophon says of how a file was made; gathered by the caller, who may ask the machine."""

    fonts: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    content_hash: str


@dataclasses.dataclass(frozen=True)
class Composed:
    """A briefing as one HTML page.

    Attributes:
        html: The page, complete; its images are `asset:///figures/…`.
        images: The paths of those images.
        uses: Where each fact shows, in the order of the document.
        findings: What was found on the way.
        title: As in the page's head.
        lang: BCP 47.
        headings: What the outline holds, in order.
        text: What its readers see of the body, without what style sheets add.
    """

    html: str
    images: tuple[str, ...]
    uses: tuple[Use, ...]
    findings: tuple[Finding, ...]
    title: str
    lang: str
    headings: tuple[str, ...]
    text: str


def compose(
    briefing: Briefing, templates: Mapping[str, str], as_of: datetime.date, colophon: Colophon
) -> Composed:
    """Return the full view of a briefing in its master locale, as of a day."""
    return _Composer(briefing, templates, as_of, colophon).compose()


class _Composer:
    """Puts one briefing together, part by part, in the order that a reader meets them."""

    def __init__(
        self, briefing: Briefing, templates: Mapping[str, str], as_of: datetime.date, colophon: Colophon
    ) -> None:
        self.briefing = briefing
        self.templates = templates
        self.as_of = as_of
        self.colophon = colophon
        self.locale = briefing.settings.language
        self.labels = read_labels(templates, self.locale)
        self.superseded = superseded_by(briefing.facts.values(), as_of)
        self.numbering = Numbering()
        self.desk = FactDesk(
            briefing.facts,
            self.superseded,
            as_of,
            self.locale,
            self.labels,
            lambda *args: self.prose.report(*args),
        )
        self.prose = Prose(
            ProseTools(
                functions=self.desk.functions(),
                filters={"precision": precision},
                fact_ids=frozenset(briefing.facts),
                parts=briefing.parts,
            )
        )
        self.tree = TreePass(
            self.numbering, frozenset(briefing.sources), self.note_of_fact, briefing.images, self.labels
        )
        self.converter = new_converter()
        prefix = briefing.prefix
        self.parts = {name: SourceFile(f"{prefix}/{name}", text) for name, text in briefing.parts.items()}

    def compose(self) -> Composed:
        settings = self.briefing.settings
        key_points = self.key_points()
        # The timeline's citations are numbered where it stands, so it is made between the sections.
        bodies: list[tuple[Section, SectionContext, tuple[Heading, ...]]] = []
        timeline = None
        chosen = timeline_facts(self.briefing.facts, settings.timeline, self.as_of)
        count = 0
        for section in self.briefing.sections:
            if section.head.view == "handout":
                continue
            is_numbered = section.head.numbered and section.head.id != settings.disclaimer
            count += is_numbered
            number = chinese_number(count) if is_numbered else ""
            bodies.append((section, *self.section(section, number)))
            if settings.timeline.place == section.head.id:
                timeline = self.timeline(chosen)
        if timeline is None:
            timeline = self.timeline(chosen)
        references = self.references()
        sections = tuple(context for _, context, _ in bodies if context.id != settings.disclaimer)
        disclaimer = next((context for _, context, _ in bodies if context.id == settings.disclaimer), None)
        glossary = self.glossary()
        context = self.context(
            key_points=key_points,
            contents=self.contents(bodies),
            sections=sections,
            disclaimer=disclaimer,
            timeline=timeline,
            timeline_place=settings.timeline.place,
            references=references,
            glossary=glossary,
        )
        self.check_links(context)
        html = render_page(self.templates, context)
        return Composed(
            html=html,
            images=tuple(sorted(self.tree.used_images)),
            uses=tuple(self.desk.uses),
            findings=(*self.prose.findings, *self.tree.findings),
            title=context.title,
            lang=self.locale,
            headings=tuple(section.title for section in sections),
            text=visible_text(html),
        )

    def key_points(self) -> tuple[KeyPoint, ...]:
        """Return the points of the box, each with the citations of the facts it is bound to."""
        self.desk.section = "key-points"
        file = self.briefing.files["briefing.yaml"]
        points = []
        for index, point in enumerate(self.briefing.settings.key_points):
            place = file.locate("key_points", index, "text")
            lines = file.text.split("\n")
            start = sum(len(line) + 1 for line in lines[: max(place.line - 1, 0)])
            finder = Finder(file, start, self.parts)
            text = self.prose.render(self.briefing.text(point.text, self.locale), finder)
            processed = self.tree.run("key-points", convert(self.converter, text), finder)
            facts = [self.briefing.facts[name] for name in point.facts]
            for fact in facts:
                self.desk.record(fact.id, "key_point", "")
            html = re.sub(r"\A<p>(.*)</p>\Z", r"\1", processed.html, flags=re.DOTALL)
            known = [fact for fact in facts if is_known(fact, self.as_of)]
            points.append(KeyPoint(Markup(html) + self.citations(known), point.facts))
        return tuple(points)

    def section(self, section: Section, number: str) -> tuple[SectionContext, tuple[Heading, ...]]:
        self.desk.section = section.head.id
        finder = Finder(section.file, section.body_offset, self.parts)
        self.numbering.anchors.setdefault(section.head.id, section.head.id)
        text = self.prose.render(section.body, finder)
        processed = self.tree.run(section.head.id, convert(self.converter, text), finder)
        context = SectionContext(section.head.id, number, section.head.title, processed.html)
        return context, processed.headings

    def note_of_fact(self, name: str, tree: TreePass, finder: Finder) -> str | None:
        """Return the HTML of a fact's note, its sources as placeholders of citations."""
        before = len(self.prose.findings)
        fact = self.briefing.facts.get(name)
        location = finder.find(f"[[{name}]]")
        # The desk reports at the line of a running template; a note stands in Markdown.
        found: list[Finding] = []
        report = self.desk.report
        self.desk.report = lambda code, message, hint, needle: found.append(
            Finding(code, location, message, hint)
        )
        try:
            fact = self.desk.lookup(name)
            is_usable = fact is not None and self.desk.check_usable(fact)
        finally:
            self.desk.report = report
        self.prose.findings[before:before] = found
        if fact is None or not is_usable:
            return None
        words = self.labels
        parts = [str(escape(part)) for part in fact_note(fact, self.locale, words)]
        cited = "; ".join(f"@{reference.ref}" for reference in fact.sources)
        if cited:
            parts.append(
                f'{escape(words["note_sources"])}<sup class="cite" data-cite="{escape(cited)}"></sup>'
            )
        self.desk.record(name, "note", "")
        return words["note_separator"].join(parts) + words["note_end"]

    def citations(self, facts: list[Fact]) -> Markup:
        """Return the citation mark of all sources of some facts; empty where they have none."""
        names = list(dict.fromkeys(reference.ref for fact in facts for reference in fact.sources))
        if not names:
            return Markup("")
        anchor = self.numbering.citation_anchor()
        mark = link_cluster([(self.numbering.cite(name, anchor), name) for name in names])
        return Markup(f'<sup class="cite" id="{anchor}">{mark}</sup>')

    def timeline(self, facts: tuple[Fact, ...]) -> "object":
        """Return the timeline's context; its facts are recorded as used."""
        self.desk.section = "timeline"
        for fact in facts:
            if fact.date is not None and fact.primary_date is not None:
                self.desk.record(fact.id, f"dates.{fact.primary_date}", print_date(fact.date, self.locale))
        return timeline_context(
            facts,
            self.briefing.settings.timeline,
            as_of=self.as_of,
            locale=self.locale,
            words=self.labels,
            superseded=self.superseded,
            citations=lambda fact: self.citations([fact]),
        )

    def references(self) -> tuple[ReferenceContext, ...]:
        entries = []
        for number, (name, anchors) in enumerate(self.numbering.cited.items(), 1):
            html = Markup("")
            for part in format_reference(self.briefing.sources[name], self.locale):
                text = escape(part.text)
                html += (
                    Markup(f'<a class="{part.kind}" href="{escape(part.href)}">{text}</a>')
                    if part.href
                    else text
                )
            back = tuple(BackReference(anchor) for anchor in dict.fromkeys(anchors))
            entries.append(ReferenceContext(f"ref-{name}", number, html, back))
        return tuple(entries)

    def glossary(self) -> tuple[GlossaryEntry, ...]:
        return tuple(
            GlossaryEntry(
                self.briefing.text(entry.term, self.locale),
                self.briefing.text(entry.label, self.locale),
                escape(self.briefing.text(entry.definition, self.locale)),
            )
            for entry in self.briefing.glossary
        )

    def contents(
        self, bodies: list[tuple[Section, SectionContext, tuple[Heading, ...]]]
    ) -> tuple[ContentsEntry, ...]:
        """Return the sections of the body; the templates know which other parts are printed."""
        entries = []
        for _, context, headings in bodies:
            below = tuple(ContentsEntry(item.id, "", item.text) for item in headings if item.level == 2)
            if context.id != self.briefing.settings.disclaimer:
                entries.append(ContentsEntry(context.id, context.number, context.title, below))
        return tuple(entries)

    def context(self, **parts: object) -> BriefingContext:
        briefing, settings, labels = self.briefing, self.briefing.settings, self.labels
        publisher = PublisherContext(
            name=briefing.text(settings.publisher.name, self.locale),
            url=settings.publisher.url or "",
            address=briefing.text(settings.publisher.address, self.locale),
            contact=briefing.text(settings.publisher.contact, self.locale),
        )
        as_of = self.printed(self.as_of)
        edition = labels["edition_number"].format(number=briefing.edition)
        review = settings.review_interval_days
        subtitle = briefing.text(settings.subtitle, self.locale)
        return BriefingContext(
            lang=self.locale,
            title=briefing.text(settings.title, self.locale),
            subtitle=subtitle,
            edition=edition,
            as_of=as_of,
            next_review=self.printed(self.as_of + datetime.timedelta(days=review))
            if review
            else PrintedDate("", ""),
            publisher=publisher,
            authors=settings.authors,
            disclosure=briefing.text(settings.disclosure, self.locale),
            keywords=settings.keywords,
            description=subtitle,
            notes=tuple(
                NoteContext(note.anchor, note.number, Markup(note.html), tuple(map(BackReference, note.back)))
                for note in self.numbering.notes
            ),
            changes=(Change(edition, as_of, labels["first_change"]),),
            contact=ContactContext(publisher, publisher.url, qr_code(publisher.url)),
            colophon=ColophonContext(
                fonts=tuple(Named(*item) for item in self.colophon.fonts),
                versions=tuple(Named(*item) for item in self.colophon.versions),
                content_hash=self.colophon.content_hash,
            ),
            labels=labels,
            theme_css=theme_css(settings.theme),
            **parts,  # type: ignore[arg-type]
        )

    def printed(self, day: datetime.date) -> PrintedDate:
        return PrintedDate(print_date(date_of_day(day), self.locale), day.isoformat())

    def check_links(self, context: BriefingContext) -> None:
        """Report internal links that lead nowhere, now that every anchor is known."""
        known = set(self.numbering.anchors) | {note.anchor for note in context.notes}
        known |= {f"part_{name}" for name in PARTS}
        known |= {entry.anchor for entry in context.references}
        self.tree.findings += [finding for target, finding in self.numbering.links if target not in known]


def read_labels(templates: Mapping[str, str], locale: str) -> dict[str, str]:
    """Return the words of the page furniture for a locale: `labels/<locale>.yaml`."""
    loaded = yaml.load(templates[f"labels/{locale}.yaml"], Loader=yaml.CBaseLoader)
    return {str(key): str(value) for key, value in loaded.items()}


def chinese_number(number: int) -> str:
    """Return a number from 1 to 99 in Chinese numerals, as sections are numbered."""
    tens, ones = divmod(number, 10)
    if not tens:
        return NUMERALS[ones]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")
