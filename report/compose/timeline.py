"""The timeline: which facts it takes, in which order, and how each row and mark is printed."""

import datetime
from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from report.compose.fact_context import Badge, PrintedDate, TimelineContext, TimelineGroup, TimelineRow
from report.compose.figure import FigureEvent, figure_alt, figure_caption, timeline_figure
from report.compose.register import Register
from report.facts.judgement import is_future, is_known, timeline_order
from report.facts.models import Fact
from report.facts.printing import print_date, print_date_compact
from report.facts.terms import Effect, Kind
from report.model import TimelineOptions

GLYPHS = {
    Effect.HALT: "■",
    Effect.REGULATE: "◆",
    Effect.EASE: "○",
    Effect.WITHDRAW: "▽",
    Effect.NEUTRAL: "●",
}
FUTURE_GLYPH = "◇"
OTHER_GLYPH = "□"

Words = Mapping[str, str]


def timeline_facts(
    facts: Mapping[str, Fact], options: TimelineOptions, as_of: datetime.date
) -> tuple[Fact, ...]:
    """Return the facts of the timeline in its order (CONTENT: Timeline): known, dated, and not left out."""
    chosen = [fact for fact in facts.values() if options.takes(fact) and is_known(fact, as_of)]
    return tuple(sorted(chosen, key=timeline_order))


def badge(fact: Fact, as_of: datetime.date, words: Words) -> Badge:
    """Return what a fact does, as glyph and word; `◇ 未施行` while it is announced and not in force."""
    if is_future(fact, as_of):
        return Badge("future", FUTURE_GLYPH, words["effect_future"])
    effect = fact.effect or Effect.NEUTRAL
    if effect is Effect.NEUTRAL and fact.kind not in (Kind.NAMING, Kind.SCIENTIFIC):
        return Badge("other", OTHER_GLYPH, words["effect_other"])
    return Badge(effect.value, GLYPHS[effect], words[f"effect_{effect.value}"])


def timeline_context(
    facts: Sequence[Fact], options: TimelineOptions, register: Register, citations: Callable[[Fact], Markup]
) -> TimelineContext | None:
    """Return what the templates print of the timeline; None where there is nothing to print.

    Args:
        facts: In its order.
        options: How it is printed.
        register: The day and the language that it is told for.
        citations: Returns the mark of a fact's sources; called in the order of the facts.
    """
    if not facts:
        return None
    rows = [_row(fact, order, register, citations(fact)) for order, fact in enumerate(facts)]
    groups = [TimelineGroup("", tuple(rows))]
    if options.group_by == "jurisdiction":
        names = dict.fromkeys(row.jurisdiction for row in rows)
        groups = [
            TimelineGroup(name, tuple(row for row in rows if row.jurisdiction == name)) for name in names
        ]
    events = [_event(fact, row) for fact, row in zip(facts, rows, strict=True)]
    alternative = figure_alt(events, labels=register.words)
    legend = {row.badge.key: row.badge for row in rows}
    order = [*(effect.value for effect in GLYPHS), "other", "future"]
    return TimelineContext(
        groups=tuple(groups),
        legend=tuple(legend[key] for key in order if key in legend),
        figure=Markup(timeline_figure(events, title=alternative)),
        figure_alt=alternative,
        figure_caption=figure_caption(events, labels=register.words),
    )


def _row(fact: Fact, order: int, register: Register, citations: Markup) -> TimelineRow:
    date, words = fact.date, register.words
    assert date is not None
    check = register.standing_of(fact)
    return TimelineRow(
        fact_id=fact.id,
        date=PrintedDate(print_date_compact(date, register.locale), date.text),
        jurisdiction=register.jurisdiction_of(fact.jurisdiction),
        event=register.label_of(fact),
        kind=words[f"kind_{fact.kind.value}"],
        badge=badge(fact, register.as_of, words),
        citations=citations,
        check=words[f"status_{check}"],
        check_key=check,
        is_future=is_future(fact, register.as_of),
        country=register.jurisdiction_of(fact.jurisdiction.partition("-")[0]),
        order=order,
    )


def _event(fact: Fact, row: TimelineRow) -> FigureEvent:
    date = fact.date
    assert date is not None
    return FigureEvent(
        earliest=date.earliest,
        latest=date.latest,
        precision=date.precision.value,
        lane=row.country,
        glyph=row.badge.glyph,
        key=row.badge.key,
        label=row.event,
        is_future=row.is_future,
    )


def fact_note(fact: Fact, register: Register) -> list[str]:
    """Return what a fact's note says before its sources: label, dates by name, standing."""
    words = register.words
    parts = [register.label_of(fact)]
    parts += [
        f"{words[f'date_{name}']} {print_date(date, register.locale)}" for name, date in fact.dates.items()
    ]
    parts.append(f"{words['note_status']} {words[f'status_{fact.status.value}']}")
    return parts
