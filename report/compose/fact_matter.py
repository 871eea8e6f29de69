"""What is made of facts beside the prose: notes, conditions for the next step, the timeline, cards."""

from markupsafe import escape

from report.compose.citing import cite_facts, linked_references
from report.compose.desk import FactDesk
from report.compose.fact_cards import fact_cards
from report.compose.fact_context import FactCard, TimelineContext, TriggerRow
from report.compose.finder import Finder
from report.compose.numbering import Numbering
from report.compose.timeline import fact_note, timeline_context, timeline_facts
from report.compose.tree import TreePass
from report.compose.triggers import trigger_rows
from report.facts.printing import print_date
from report.findings import Code, Finding
from report.model import Briefing


class FactMatter:
    """Prints the facts of one briefing where no author wrote of them; each use is recorded at the desk.

    What it cites is numbered as it is made: it is asked for in the order in which readers meet it.
    """

    def __init__(self, briefing: Briefing, desk: FactDesk, numbering: Numbering) -> None:
        self._briefing = briefing
        self._desk = desk
        self._numbering = numbering

    def note(self, name: str, tree: TreePass, finder: Finder) -> str | None:
        """Return the HTML of a fact's note, its sources as placeholders of citations."""
        location = finder.find(f"[[{name}]]")

        def report(code: Code, message: str, hint: str, needle: str) -> None:
            tree.findings.append(Finding(code, location, message, hint))

        desk = self._desk
        with desk.reporting_to(report):
            fact = desk.lookup(name)
            is_usable = fact is not None and desk.check_usable(fact)
        if fact is None or not is_usable:
            return None
        parts = [str(escape(part)) for part in fact_note(fact, desk)]
        cited = "; ".join(f"@{reference.ref}" for reference in fact.sources)
        if cited:
            parts.append(
                f'{escape(desk.words["note_sources"])}<sup class="cite" data-cite="{escape(cited)}"></sup>'
            )
        desk.record(name, "note", "")
        return desk.words["note_separator"].join(parts) + desk.words["note_end"]

    def triggers(self) -> tuple[TriggerRow, ...]:
        """Return the conditions for the next step."""
        desk = self._desk
        desk.section = "triggers"
        return trigger_rows(
            self._briefing,
            desk.as_of,
            desk.words,
            desk.superseded,
            citations=lambda fact: cite_facts(self._numbering, [fact]),
            record=desk.record,
        )

    def timeline(self) -> TimelineContext | None:
        """Return the timeline; None where no fact belongs on it."""
        desk, options = self._desk, self._briefing.settings.timeline
        desk.section = "timeline"
        facts = timeline_facts(desk.facts, options, desk.as_of)
        for fact in facts:
            if fact.date is not None and fact.primary_date is not None:
                desk.record(fact.id, f"dates.{fact.primary_date}", print_date(fact.date, desk.locale))
        return timeline_context(facts, options, desk, lambda fact: cite_facts(self._numbering, [fact]))

    def cards(self) -> dict[str, FactCard]:
        """Return a card for each fact that was used so far."""
        desk = self._desk
        shown = dict.fromkeys(use.fact for use in desk.uses)
        return fact_cards(
            [desk.facts[name] for name in shown],
            desk,
            lambda fact: linked_references(self._numbering, fact),
        )
