"""A composed briefing as the record of an edition holds it: every fact as it prints, every block of text."""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence

from report.compose.blocks import blocks_of
from report.compose.changes import summary
from report.compose.composed import Frozen
from report.compose.context import KeyPoint, SectionContext
from report.compose.issue import Issue
from report.compose.numbering import NoteEntry
from report.editions.comparison import compare
from report.editions.record import Edition, KeyPointState, SectionState, TriggerState
from report.editions.state import Use, freeze_facts, freeze_section
from report.model import Briefing
from report.references import plain_text


def freeze_edition(
    briefing: Briefing,
    as_of: datetime.date,
    issue: Issue,
    *,
    key_points: Iterable[KeyPoint],
    sections: Iterable[SectionState],
    triggers: Mapping[str, TriggerState],
    cited: Iterable[str],
    uses: Iterable[Use],
    words: Mapping[str, str],
) -> Edition:
    """Return what an edition of this content would freeze, but for the files that are made of it.

    Args:
        briefing: The briefing.
        as_of: 数据截至.
        issue: Which edition it is, or would be.
        key_points: As composed.
        sections: In reading order.
        triggers: By id.
        cited: The ids of the sources in the references, in order.
        uses: Where facts show.
        words: The labels of the briefing's language.
    """
    language = briefing.settings.language
    return Edition(
        number=issue.number,
        briefing=briefing.slug,
        title=briefing.text(briefing.settings.title, language),
        lang=language,
        as_of=as_of,
        released_on=issue.released_on or as_of,
        content_digest=issue.content_digest,
        is_erratum=issue.is_erratum,
        reason=issue.reason,
        approvals=issue.approvals,
        facts=freeze_facts(briefing, as_of, uses, words),
        key_points=tuple(
            KeyPointState(" ".join(blocks_of(str(point.html))), point.facts) for point in key_points
        ),
        triggers=dict(triggers),
        sections=tuple(sections),
        sources={name: plain_text(briefing.sources[name], language) for name in sorted(cited)},
    )


def freeze_body(section: SectionContext, notes: Sequence[NoteEntry]) -> SectionState:
    """Return a section with the notes that its author wrote; notes of facts are those facts' own."""
    blocks = list(blocks_of(str(section.html)))
    for note in notes:
        if not note.is_of_fact:
            blocks += blocks_of(note.html)
    return freeze_section(section.id, section.title, blocks)


def compare_with_earlier(state: Edition, issue: Issue, words: Mapping[str, str]) -> Frozen:
    """Return a state with a sentence on what it changed, and what changed since the edition that is asked for."""
    earlier, since = issue.earlier, issue.since
    if not earlier:
        return Frozen(state)
    step = compare(earlier[-1], state)
    state = dataclasses.replace(state, summary=summary(step, words))
    is_last = since == earlier[-1].number
    return Frozen(state, step if is_last else compare(earlier[since - 1], state, earlier[since:]))
