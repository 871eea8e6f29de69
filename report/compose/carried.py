"""What every file of a view must carry, told from what the templates are given and not from what they make of it."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

import lxml.html

from report.compose.context import BriefingContext, SectionContext
from report.compose.register import Use
from report.pages import FULL, CarriedRow, CarriedSection, CarriedValue, Content
from report.readback import seen, text_of

KEY_POINTS, TRIGGERS, TIMELINE, NOTES = "key-points", "triggers", "timeline", "notes"
# The labels that are the titles of the parts.
_TITLES = {KEY_POINTS: "key_points"} | {
    name: name for name in (TRIGGERS, TIMELINE, NOTES, "references", "glossary")
}


def content_of(context: BriefingContext, uses: Iterable[Use], view: str) -> Content:
    """Return what every file of a view must carry.

    Args:
        context: All that the templates see.
        uses: Where each fact shows, in the order of the document.
        view: `full` or `handout`.
    """
    sections = tuple(map(_section, context.sections))
    disclaimer = _section(context.disclaimer) if context.disclaimer else None
    rows = [row for group in context.timeline.groups for row in group.rows] if context.timeline else []
    # The timeline prints its dates in figures, whatever form prose has.
    dates = {row.fact_id: row.date.text for row in rows}
    uses = (
        dataclasses.replace(use, text=dates.get(use.fact, use.text)) if use.section == TIMELINE else use
        for use in uses
    )
    key_points = tuple(_text(point.html) for point in context.key_points)
    notes = tuple((note.number, _text(note.html)) for note in context.notes)
    triggers = tuple((row.label, row.state.word) for row in context.triggers)
    timeline = tuple(CarriedRow(row.fact_id, row.date.text, row.event) for row in rows)
    printed = {
        **{section.id: section.text for section in (*sections, *filter(None, [disclaimer]))},
        KEY_POINTS: "".join(key_points),
        TRIGGERS: "".join(_trigger_texts(context)),
        TIMELINE: "".join(row.date + row.event for row in timeline),
        NOTES: "".join(text for _, text in notes),
    }
    return Content(
        view=view,
        locale=context.lang,
        title=context.title,
        edition=context.edition,
        as_of=context.as_of.text,
        as_of_label=context.labels["as_of"],
        sections=sections,
        disclaimer=disclaimer,
        key_points=key_points,
        triggers=triggers,
        timeline=timeline,
        notes=notes,
        references=tuple((entry.number, _text(entry.html)) for entry in context.references),
        # A handout has no room for what its few words do not need.
        glossary=tuple(
            (entry.term, _text(entry.definition)) for entry in (context.glossary if view == FULL else ())
        ),
        values=tuple(_values(uses, {name: seen(text) for name, text in printed.items()})),
        appendix=context.labels["appendix"],
        back_words=tuple(text for key, text in context.labels.items() if key.startswith("cited_on")),
        part_titles={name: context.labels[label] for name, label in _TITLES.items()},
    )


def _values(uses: Iterable[Use], printed: Mapping[str, str]) -> Iterator[CarriedValue]:
    """Yield each value once for each place it is printed in; what only decided a condition is printed nowhere.

    A value of a section may be printed in a note of that section.
    """
    told: dict[CarriedValue, None] = {}
    for use in uses:
        text = seen(use.text)
        for section in (use.section, NOTES) if text else ():
            if text in printed.get(section, ""):
                told.setdefault(CarriedValue(use.fact, use.field, use.text, section))
                break
    yield from told


def _section(context: SectionContext) -> CarriedSection:
    return CarriedSection(context.id, context.number, context.title, _text(context.html))


def _trigger_texts(context: BriefingContext) -> Iterator[str]:
    for row in context.triggers:
        yield from (row.label, row.note, row.basis, row.state.word, row.count)
        for item in row.evidence:
            yield item.event + item.check + item.date.text


def _text(html: str) -> str:
    if not html.strip():
        return ""
    return text_of(lxml.html.fragment_fromstring(html, create_parent="div"))
