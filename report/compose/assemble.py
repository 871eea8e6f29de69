"""Briefing to one HTML page: its parts put together in reading order and handed to the templates."""

import dataclasses
import datetime
import re
from collections.abc import Mapping

from markupsafe import Markup, escape

from report.compose.changes import changes_context, summary
from report.compose.context import (
    BriefingContext,
    KeyPoint,
    SectionContext,
    TimelineContext,
    TriggerRow,
)
from report.compose.data_tables import DataTables
from report.compose.desk import FactDesk
from report.compose.finder import Finder
from report.compose.freezing import freeze_body, freeze_edition
from report.compose.issue import Issue
from report.compose.marks import link_cluster
from report.compose.markup import convert, new_converter
from report.compose.matter import (
    Colophon,
    briefing_context,
    contents_entries,
    read_labels,
    reference_entries,
)
from report.compose.numbering import Numbering
from report.compose.numerals import chinese_number
from report.compose.pages import render_page, visible_text
from report.compose.prose import Prose, ProseTools
from report.compose.register import Use
from report.compose.timeline import fact_note, timeline_context, timeline_facts
from report.compose.tree import Heading, TreePass
from report.compose.triggers import trigger_rows, trigger_states
from report.compose.views import decimal_number, precision, whole_number
from report.editions.comparison import compare
from report.editions.difference import Changes
from report.editions.record import Edition, SectionState
from report.facts.judgement import is_known, superseded_by
from report.facts.models import Fact
from report.facts.printing import print_date
from report.findings import Code, Finding
from report.model import Briefing, Section
from report.positions import SourceFile

PARTS = (
    "key-points",
    "contents",
    "triggers",
    "timeline",
    "notes",
    "references",
    "glossary",
    "changes",
    "contact",
    "colophon",
)


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
        state: What an edition of it would freeze.
    """

    html: str
    images: tuple[str, ...]
    uses: tuple[Use, ...]
    findings: tuple[Finding, ...]
    title: str
    lang: str
    headings: tuple[str, ...]
    state: Edition

    @property
    def text(self) -> str:
        """What its readers see of the body, without what style sheets add."""
        return visible_text(self.html)


def compose(
    briefing: Briefing,
    templates: Mapping[str, str],
    as_of: datetime.date,
    colophon: Colophon,
    issue: Issue,
) -> Composed:
    """Return the full view of a briefing in its master locale, as of a day, as the edition that it is."""
    return _Composer(briefing, templates, as_of, colophon, issue).compose()


class _Composer:
    """Puts one briefing together, part by part, in the order that a reader meets them."""

    def __init__(
        self,
        briefing: Briefing,
        templates: Mapping[str, str],
        as_of: datetime.date,
        colophon: Colophon,
        issue: Issue,
    ) -> None:
        self.briefing = briefing
        self.templates = templates
        self.as_of = as_of
        self.colophon = colophon
        self.issue = issue
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
            briefing.entities,
        )
        self.tables = DataTables(briefing.data, self.locale, lambda *args: self.prose.report(*args))
        self.prose = Prose(
            ProseTools(
                functions={**self.desk.functions(), "table": self.tables.table},
                filters={"precision": precision, "int": whole_number, "float": decimal_number},
                fact_ids=frozenset(briefing.facts),
                entity_ids=frozenset(briefing.entities),
                parts=briefing.parts,
                journal=self.desk.uses,
            )
        )
        self.tree = TreePass(
            self.numbering,
            frozenset(briefing.sources),
            self.note_of_fact,
            briefing.images,
            self.labels,
            self.tables.place,
        )
        self.converter = new_converter()
        prefix = briefing.prefix
        self.parts = {name: SourceFile(f"{prefix}/{name}", text) for name, text in briefing.parts.items()}
        self.frozen: list[SectionState] = []

    def compose(self) -> Composed:
        settings = self.briefing.settings
        # All at once: an anchor in an earlier section may not take a later one's name.
        self.numbering.anchors.update(
            (section.head.id, section.head.id) for section in self.briefing.sections
        )
        key_points = self.key_points()
        # In page order: what each part cites is numbered, and linked back to, as it is met.
        parts = ["".join(point.html for point in key_points)]
        bodies, timeline = self.bodies(parts)
        triggers = self.triggers(parts)
        place = settings.timeline.place
        if place not in [context.id for context, _ in bodies]:
            timeline = self.timeline(parts)
        parts.append("".join(note.html for note in self.numbering.notes))
        references = reference_entries(self.briefing.sources, self.numbering.cited, self.locale, parts)
        state, changes = self.freeze(key_points, triggers)
        disclaimer = next((context for context, _ in bodies if context.id == settings.disclaimer), None)
        bodies = [(context, headings) for context, headings in bodies if context is not disclaimer]
        sections = tuple(context for context, _ in bodies)
        context = briefing_context(
            self.briefing,
            self.labels,
            self.as_of,
            self.colophon,
            self.issue,
            self.numbering.notes,
            key_points=key_points,
            contents=contents_entries(bodies),
            sections=sections,
            disclaimer=disclaimer,
            timeline=timeline,
            timeline_place=place,
            triggers=triggers,
            changes=changes_context(
                (*self.issue.earlier, state), self.labels, changes, is_released=self.issue.is_released
            ),
            references=references,
        )
        self.check_links(context)
        html = render_page(self.templates, context)
        return Composed(
            html=html,
            images=tuple(sorted(self.tree.used_images)),
            uses=tuple(self.desk.uses),
            findings=(*self.prose.findings, *self.tree.findings, *self.tables.findings),
            title=context.title,
            lang=self.locale,
            headings=tuple(section.title for section in sections),
            state=state,
        )

    def bodies(
        self, parts: list[str]
    ) -> tuple[list[tuple[SectionContext, tuple[Heading, ...]]], TimelineContext | None]:
        """Return the sections with their headings, and the timeline where it stands behind one of them.

        What they print is added to `parts`.
        """
        settings = self.briefing.settings
        bodies: list[tuple[SectionContext, tuple[Heading, ...]]] = []
        timeline: TimelineContext | None = None
        count = 0
        for section in self.briefing.sections:
            if section.head.view == "handout":
                continue
            is_numbered = section.head.numbered and section.head.id != settings.disclaimer
            count += is_numbered
            bodies.append(self.section(section, chinese_number(count) if is_numbered else ""))
            parts.append(bodies[-1][0].html)
            if settings.timeline.place == section.head.id:
                timeline = self.timeline(parts)
        return bodies, timeline

    def freeze(
        self, key_points: tuple[KeyPoint, ...], triggers: tuple[TriggerRow, ...]
    ) -> tuple[Edition, Changes | None]:
        """Return what an edition would freeze, and what changed since the one that is asked for.

        Once every part has been composed; None where there is no earlier edition.
        """
        state = freeze_edition(
            self.briefing,
            self.as_of,
            self.issue,
            key_points=key_points,
            sections=self.frozen,
            triggers=trigger_states(triggers, self.labels),
            cited=self.numbering.cited,
            uses=self.desk.uses,
            words=self.labels,
        )
        earlier, since = self.issue.earlier, self.issue.since
        if not earlier:
            return state, None
        step = compare(earlier[-1], state)
        state = dataclasses.replace(state, summary=summary(step, self.labels))
        is_last = since == earlier[-1].number
        return state, step if is_last else compare(earlier[since - 1], state, earlier[since:])

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
        earlier_notes = len(self.numbering.notes)
        processed = self.tree.run(section.head.id, convert(self.converter, text), finder)
        context = SectionContext(section.head.id, number, section.head.title, processed.html)
        self.frozen.append(freeze_body(context, self.numbering.notes[earlier_notes:]))
        return context, processed.headings

    def note_of_fact(self, name: str, tree: TreePass, finder: Finder) -> str | None:
        """Return the HTML of a fact's note, its sources as placeholders of citations."""
        location = finder.find(f"[[{name}]]")

        def report(code: Code, message: str, hint: str, needle: str) -> None:
            tree.findings.append(Finding(code, location, message, hint))

        with self.desk.reporting_to(report):
            fact = self.desk.lookup(name)
            is_usable = fact is not None and self.desk.check_usable(fact)
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

    def triggers(self, parts: list[str]) -> tuple[TriggerRow, ...]:
        """Return the conditions for the next step and add what they cite to `parts`; uses are recorded."""
        self.desk.section = "triggers"
        rows = trigger_rows(
            self.briefing,
            self.as_of,
            self.labels,
            self.superseded,
            citations=lambda fact: self.citations([fact]),
            record=self.desk.record,
        )
        parts.append("".join(item.citations for row in rows for item in row.evidence))
        return rows

    def timeline(self, parts: list[str]) -> TimelineContext | None:
        """Return the timeline's context and add what it cites to `parts`; its facts are recorded as used."""
        self.desk.section = "timeline"
        facts = timeline_facts(self.briefing.facts, self.briefing.settings.timeline, self.as_of)
        for fact in facts:
            if fact.date is not None and fact.primary_date is not None:
                self.desk.record(fact.id, f"dates.{fact.primary_date}", print_date(fact.date, self.locale))
        made = timeline_context(
            facts,
            self.briefing.settings.timeline,
            as_of=self.as_of,
            locale=self.locale,
            words=self.labels,
            superseded=self.superseded,
            citations=lambda fact: self.citations([fact]),
        )
        if made is not None:
            parts.append("".join(row.citations for group in made.groups for row in group.rows))
        return made

    def check_links(self, context: BriefingContext) -> None:
        """Report internal links that lead nowhere, now that every anchor is known."""
        known = set(self.numbering.anchors) | {note.anchor for note in context.notes}
        known |= {f"part_{name}" for name in PARTS}
        known |= {entry.anchor for entry in context.references}
        self.tree.findings += [finding for target, finding in self.numbering.links if target not in known]
