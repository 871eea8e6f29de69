"""Editions made by hand, and by Hypothesis, for the tests of this folder and of what prints them."""

import dataclasses
import datetime
from typing import Any

from hypothesis import strategies as st

from report.editions.record import (
    Approval,
    CitedSource,
    Edition,
    FactState,
    KeyPointState,
    SectionState,
    Shown,
    TriggerState,
)
from report.editions.state import freeze_section

DIGEST = "0" * 64
FIRST_DAY, SECOND_DAY = datetime.date(2025, 10, 15), datetime.date(2026, 11, 22)


def fact(**changes: Any) -> FactState:
    """Return a decree that is announced, not in force, and shows in the section `rules`."""
    made = FactState(
        kind="regulation",
        status="verified",
        label="国务院令第818号",
        jurisdiction="CN",
        dates={"effective": "2026-05-01", "published": "2025-10-10"},
        primary_date="effective",
        sources=(CitedSource("gov-818", "第 3 条"),),
        known_since=datetime.date(2025, 10, 10),
        in_force="no",
        shown=(Shown("rules", "dates.effective", "2026年5月1日"),),
    )
    return dataclasses.replace(made, **changes)


def section(section_id: str = "rules", title: str = "规则", *paragraphs: str) -> SectionState:
    """Return a section with one paragraph where none is given."""
    return freeze_section(section_id, title, paragraphs or ("条例自2026年5月1日起施行。",))


def edition(number: int = 1, **changes: Any) -> Edition:
    """Return an edition of one fact, section, key point, trigger and source."""
    day = FIRST_DAY if number == 1 else SECOND_DAY
    made = Edition(
        number=number,
        briefing="msc-policy",
        title="间充质干细胞简报",
        lang="zh-Hans",
        as_of=day,
        released_on=day,
        content_digest=DIGEST,
        facts={"cn-818": fact()},
        key_points=(KeyPointState("条例已公布，尚未施行。", ("cn-818",)),),
        triggers={"rules": TriggerState("新规则施行", "not_met", "国务院令第818号")},
        sections=(section(),),
        sources={"gov-818": "国务院. 条例[EB/OL]. (2025-10-10)."},
    )
    return dataclasses.replace(made, **changes)


_texts = st.text(st.characters(codec="utf-8"), max_size=8)
_days = st.dates()
_ids = st.sampled_from(["a", "b", "c", "key-points", "rules"])
_dates = st.sampled_from(
    ["2025", "2025-05", "2025-05-20", "2024-12~", "2011-12-16/2012-07-01", "../2025-01-02"]
)
_digests = st.sampled_from([DIGEST, "f" * 64, "0123456789abcdef" * 4])
_shown = st.builds(Shown, _ids, st.sampled_from(["label", "dates.effective", "days_between", "note"]), _texts)

facts = st.builds(
    FactState,
    kind=_texts,
    status=st.sampled_from(["draft", "verified", "contested", "retracted"]),
    label=_texts,
    jurisdiction=_texts,
    effect=_texts,
    grade=_texts,
    subject=_texts,
    dates=st.dictionaries(st.sampled_from(["approved", "effective", "published"]), _dates),
    primary_date=st.sampled_from(["", "approved", "effective"]),
    valid=st.sampled_from(["", "2025/..", "../2026-05"]),
    attrs=st.dictionaries(_ids, _texts, max_size=2),
    sources=st.lists(st.builds(CitedSource, _ids, _texts), max_size=2).map(tuple),
    known_since=st.none() | _days,
    in_force=st.sampled_from(["yes", "no", "unclear"]),
    superseded_by=st.sampled_from(["", "a", "b"]),
    contradicts=st.lists(_ids, max_size=2).map(tuple),
    shown=st.lists(_shown, max_size=3).map(tuple),
)
_sections = st.builds(freeze_section, _ids, _texts, st.lists(_texts, max_size=3))

editions = st.builds(
    Edition,
    number=st.integers(1, 999),
    briefing=_ids,
    title=_texts,
    lang=st.just("zh-Hans"),
    as_of=_days,
    released_on=_days,
    content_digest=_digests,
    is_erratum=st.booleans(),
    reason=_texts,
    approvals=st.lists(st.builds(Approval, _texts, _texts, _days, _digests), max_size=2).map(tuple),
    facts=st.dictionaries(_ids, facts, max_size=3),
    key_points=st.lists(
        st.builds(KeyPointState, _texts, st.lists(_ids, max_size=2).map(tuple)), max_size=3
    ).map(tuple),
    triggers=st.dictionaries(_ids, st.builds(TriggerState, _texts, _texts, _texts), max_size=2),
    sections=st.lists(_sections, max_size=3, unique_by=lambda item: item.id).map(tuple),
    sources=st.dictionaries(_ids, _texts, max_size=2),
    artefacts=st.dictionaries(_ids, _digests, max_size=1),
    versions=st.dictionaries(_ids, _texts, max_size=1),
)
