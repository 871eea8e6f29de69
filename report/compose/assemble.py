"""Briefing to HTML pages: its parts put together in reading order and handed to the templates."""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from report.compose.carried import content_of
from report.compose.changes_in_locale import Translate, told_changes
from report.compose.citing import cite_facts
from report.compose.composed import Composed, Frozen
from report.compose.context import BriefingContext, ChangesContext, KeyPoint, SectionContext
from report.compose.data_tables import DataTables
from report.compose.desk import FactDesk
from report.compose.fact_context import TimelineContext, TriggerRow
from report.compose.fact_marks import without_links
from report.compose.fact_matter import FactMatter
from report.compose.finder import Finder
from report.compose.freezing import compare_with_earlier, freeze_body, freeze_edition
from report.compose.handout import check_length, check_notes, without_references
from report.compose.issue import Issue
from report.compose.markup import convert, new_converter
from report.compose.matter import (
    Colophon,
    briefing_context,
    contents_entries,
    metadata_of,
    read_labels,
    reference_entries,
)
from report.compose.numbering import Numbering
from report.compose.numerals import section_number
from report.compose.pages import ENTRY, render_page
from report.compose.prose import Prose, ProseTools
from report.compose.tree import Heading, TreePass
from report.compose.triggers import trigger_states
from report.compose.views import decimal_number, precision, whole_number
from report.editions.record import SectionState
from report.facts.judgement import is_known, superseded_by
from report.model import Briefing, Section
from report.pages import FULL, HANDOUT
from report.positions import SourceFile

# The entry templates of web pages.
WEB = "html/"

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


def compose(
    briefing: Briefing,
    templates: Mapping[str, str],
    as_of: datetime.date,
    colophon: Colophon,
    issue: Issue,
    *,
    view: str = FULL,
    entries: Sequence[str] = (ENTRY,),
    handout: Composed | None = None,
    frozen: Frozen | None = None,
    translate: Translate | None = None,
) -> Composed:
    """Return one view of a briefing in its language, as of a day, as the edition that it is.

    Args:
        briefing: In the language that is wanted.
        templates: By name.
        as_of: 数据截至.
        colophon: How files are made.
        issue: Which edition it is.
        view: `full` or `handout`.
        entries: The templates whose pages are wanted.
        handout: The handout of the same briefing, whose text the edition of the full view freezes too.
        frozen: What the edition freezes, where that is another language's; else it is told from this text.
        translate: Tells a text of the editions in the briefing's language, where that is not theirs.
    """
    composer = _Composer(briefing, templates, as_of, colophon, issue, view, entries)
    return composer.handout() if view == HANDOUT else composer.full(handout, frozen, translate)


class _Composer:
    """Puts one briefing together, part by part, in the order that a reader meets them."""

    def __init__(
        self,
        briefing: Briefing,
        templates: Mapping[str, str],
        as_of: datetime.date,
        colophon: Colophon,
        issue: Issue,
        view: str,
        entries: Sequence[str],
    ) -> None:
        self.view = view
        self.entries = entries
        # On a web page a reader asks for more than pages print.
        self.is_web = any(entry.startswith(WEB) for entry in entries)
        self.briefing = briefing
        self.templates = templates
        self.as_of = as_of
        self.colophon = colophon
        self.issue = issue
        self.locale = briefing.settings.language
        self.labels = read_labels(templates, self.locale)
        self.numbering = Numbering()
        self.desk = FactDesk(
            briefing.facts,
            superseded_by(briefing.facts.values(), as_of),
            as_of,
            self.locale,
            self.labels,
            lambda *args: self.prose.report(*args),
            briefing.entities,
        )
        self.matter = FactMatter(briefing, self.desk, self.numbering)
        self.tables = DataTables(
            briefing.data,
            self.locale,
            lambda *args: self.prose.report(*args),
            frozenset(feed.data for feed in briefing.table_feeds),
        )
        self.prose = Prose(self._prose_tools())
        self.tree = TreePass(
            self.numbering,
            frozenset(briefing.sources),
            self.matter.note,
            briefing.images,
            self.labels,
            self.tables.place,
            self.is_web,
        )
        self.converter = new_converter()
        prefix = briefing.prefix
        self.parts = {name: SourceFile(f"{prefix}/{name}", text) for name, text in briefing.parts.items()}
        self.frozen: list[SectionState] = []

    def _prose_tools(self) -> ProseTools:
        """Return what authors may write in prose."""
        briefing = self.briefing
        return ProseTools(
            functions={**self.desk.functions(), "table": self.tables.table},
            filters={"precision": precision, "int": whole_number, "float": decimal_number},
            fact_ids=frozenset(briefing.facts),
            entity_ids=frozenset(briefing.entities),
            parts=briefing.parts,
            journal=self.desk.uses,
        )

    def full(self, handout: Composed | None, frozen: Frozen | None, translate: Translate | None) -> Composed:
        """Return the view for clinicians, with all its front and back matter."""
        settings = self.briefing.settings
        self.claim_anchors()
        key_points = self.key_points()
        # In page order: what each part cites is numbered, and linked back to, as it is met.
        parts = ["".join(point.html for point in key_points)]
        bodies, timeline = self.bodies(parts)
        triggers = self.triggers(parts)
        place = settings.timeline.place
        if place not in [context.id for context, _ in bodies]:
            timeline = self.timeline(parts)
        parts.append("".join(note.html for note in self.numbering.notes))
        references = reference_entries(self.briefing, self.numbering.cited, parts)
        frozen = frozen or self.freeze(key_points, triggers, handout)
        disclaimer = next((context for context, _ in bodies if context.id == settings.disclaimer), None)
        bodies = [(context, headings) for context, headings in bodies if context is not disclaimer]
        context = self.context(
            key_points=key_points,
            contents=contents_entries(bodies),
            sections=tuple(context for context, _ in bodies),
            disclaimer=disclaimer,
            timeline=timeline,
            # No other page asks for them.
            facts=self.matter.cards() if self.is_web else {},
            timeline_place=place,
            triggers=triggers,
            changes=told_changes(
                (*self.issue.earlier, frozen.state),
                self.labels,
                frozen.compared,
                self.locale,
                translate,
                is_released=self.issue.is_released,
                is_each=self.is_web,
            ),
            references=references,
        )
        return self.composed(context, frozen)

    def handout(self) -> Composed:
        """Return the view for patients: its sections, without references and notes, and nothing else."""
        self.claim_anchors()
        bodies, _ = self.bodies([])
        where = next(self.sections()).file.locate("id")
        self.tree.findings += check_length((context.html for context, _ in bodies), where)
        own_notes = [note.html for note in self.numbering.notes if not note.is_of_fact]
        self.tree.findings += check_notes(own_notes, where)
        self.numbering.notes.clear()
        return self.composed(self.context(sections=tuple(context for context, _ in bodies)), None)

    def claim_anchors(self) -> None:
        """Take the sections' anchors, all at once: one within an earlier section may not take a later one's name."""
        self.numbering.anchors.update((section.head.id, section.head.id) for section in self.sections())

    def sections(self) -> Iterator[Section]:
        """Yield the sections of the view."""
        return (section for section in self.briefing.sections if section.head.view in (self.view, "both"))

    def context(self, **parts: object) -> BriefingContext:
        """Return what the templates see: the parts that are given, the others empty."""
        nothing: dict[str, object] = {
            "key_points": (),
            "contents": (),
            "disclaimer": None,
            "timeline": None,
            "facts": {},
            "timeline_place": "end",
            "triggers": (),
            "changes": ChangesContext(()),
            "references": (),
        }
        return briefing_context(
            self.briefing,
            self.labels,
            self.as_of,
            self.colophon,
            self.issue,
            self.numbering.notes,
            **nothing | parts,
        )

    def composed(self, context: BriefingContext, frozen: Frozen | None) -> Composed:
        """Return the pages that the templates make, with all that was found and recorded."""
        self.check_links(context)
        # A handout is the same as long as its own text is, whatever is written in the full view.
        digest = self.issue.content_digest if self.view == FULL else repr(self.frozen)
        return Composed(
            view=self.view,
            pages={entry: self.page(context, entry) for entry in self.entries},
            images=tuple(sorted(self.tree.used_images)),
            uses=tuple(self.desk.uses),
            findings=(*self.prose.findings, *self.tree.findings, *self.tables.findings),
            metadata=metadata_of(self.briefing, context, self.as_of, self.issue, self.view, digest),
            labels=self.labels,
            headings=tuple(section.title for section in context.sections),
            bodies=tuple(self.frozen),
            content=content_of(context, self.desk.uses, self.view),
            frozen=frozen,
        )

    def page(self, context: BriefingContext, entry: str) -> str:
        """Return the page of an entry template; only web pages have what values of facts would link to."""
        page = render_page(self.templates, context, entry)
        return page if entry.startswith(WEB) or not self.is_web else without_links(page)

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
        for section in self.sections():
            is_numbered = section.head.numbered and section.head.id != settings.disclaimer
            count += is_numbered
            bodies.append(self.section(section, section_number(count, self.locale) if is_numbered else ""))
            parts.append(bodies[-1][0].html)
            if settings.timeline.place == section.head.id:
                timeline = self.timeline(parts)
        return bodies, timeline

    def freeze(
        self, key_points: tuple[KeyPoint, ...], triggers: tuple[TriggerRow, ...], handout: Composed | None
    ) -> Frozen:
        """Return what an edition would freeze, once every part has been composed."""
        shared = {section.id for section in self.frozen}
        own = [body for body in (handout.bodies if handout else ()) if body.id not in shared]
        state = freeze_edition(
            self.briefing,
            self.as_of,
            self.issue,
            key_points=key_points,
            sections=[*self.frozen, *own],
            triggers=trigger_states(triggers, self.labels),
            cited=self.numbering.cited,
            uses=[*self.desk.uses, *(handout.uses if handout else ())],
            words=self.labels,
        )
        return compare_with_earlier(state, self.issue, self.labels)

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
            # A plain text: `re` joins what it found by the method of what it was given, and Markup would escape it.
            html = re.sub(r"\A<p>(.*)</p>\Z", r"\1", str(processed.html), flags=re.DOTALL)
            known = [fact for fact in facts if is_known(fact, self.as_of)]
            points.append(KeyPoint(Markup(html) + cite_facts(self.numbering, known), point.facts))
        return tuple(points)

    def section(self, section: Section, number: str) -> tuple[SectionContext, tuple[Heading, ...]]:
        self.desk.section = section.head.id
        finder = Finder(section.file, section.body_offset, self.parts)
        self.numbering.anchors.setdefault(section.head.id, section.head.id)
        text = self.prose.render(section.body, finder)
        earlier_notes = len(self.numbering.notes)
        processed = self.tree.run(section.head.id, convert(self.converter, text), finder)
        html = processed.html if self.view == FULL else Markup(without_references(processed.html))
        context = SectionContext(section.head.id, number, section.head.title, html)
        self.frozen.append(freeze_body(context, self.numbering.notes[earlier_notes:]))
        return context, processed.headings

    def triggers(self, parts: list[str]) -> tuple[TriggerRow, ...]:
        """Return the conditions for the next step and add what they cite to `parts`."""
        rows = self.matter.triggers()
        parts.append("".join(item.citations for row in rows for item in row.evidence))
        return rows

    def timeline(self, parts: list[str]) -> TimelineContext | None:
        """Return the timeline's context and add what it cites to `parts`."""
        made = self.matter.timeline()
        if made is not None:
            parts.append("".join(row.citations for group in made.groups for row in group.rows))
        return made

    def check_links(self, context: BriefingContext) -> None:
        """Report internal links that lead nowhere, now that every anchor is known."""
        known = set(self.numbering.anchors) | {note.anchor for note in context.notes}
        known |= {f"part_{name}" for name in PARTS}
        known |= {entry.anchor for entry in context.references}
        self.tree.findings += [finding for target, finding in self.numbering.links if target not in known]
