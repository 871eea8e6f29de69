"""What changed between two editions, for machines: the values as the editions record them."""

import dataclasses
from collections.abc import Iterable

from report.editions.difference import (
    Change,
    Changes,
    Correction,
    Event,
    FactChange,
    FieldChange,
    KeyPointChange,
    SectionChange,
    TriggerChange,
)

FORMAT = "jianbao-changes"
VERSION = 1


def changes_data(changes: Changes, *, is_released: bool) -> dict[str, object]:
    """Return what changed as plain data; dates of facts are EDTF, texts of sections as printed.

    Of sections, the blocks that changed are told and not those that stayed.
    """
    old, new = changes.old, changes.new
    return {
        "format": FORMAT,
        "version": VERSION,
        "briefing": new.briefing,
        "since": {"edition": old.number, "as_of": old.as_of.isoformat()},
        "edition": {"edition": new.number, "as_of": new.as_of.isoformat(), "is_released": is_released},
        "weight": changes.weight.value if changes.weight else None,
        "corrections": [_correction(item) for item in changes.corrections],
        "key_points": [_key_point(item) for item in changes.key_points],
        "triggers": [_trigger(item) for item in changes.triggers],
        "facts": [_fact(item) for item in changes.facts],
        "sections": [_section(item) for item in changes.sections],
        "title": None if changes.title is None else {"old": old.title, "new": new.title},
        "sources": [
            {"id": item.id, "old": old.sources.get(item.id), "new": new.sources.get(item.id)}
            | _judged(item, [item.event])
            for item in changes.sources
        ],
    }


def _correction(item: Correction) -> dict[str, object]:
    return {"edition": item.number, "released_on": item.released_on.isoformat(), "reason": item.reason}


def _key_point(item: KeyPointChange) -> dict[str, object]:
    old, new = item.old.text if item.old else None, item.new.text if item.new else None
    return {"index": item.index, "old": old, "new": new} | _judged(item, [item.event])


def _trigger(item: TriggerChange) -> dict[str, object]:
    return {"id": item.id, "fields": _fields(item.fields)} | _judged(item, [item.event])


def _fact(item: FactChange) -> dict[str, object]:
    told = {"id": item.id, "fields": _fields(item.fields), "sections": list(item.sections)}
    return told | _judged(item, item.events)


def _section(item: SectionChange) -> dict[str, object]:
    blocks = [
        {"kind": block.kind, "old": block.old, "new": block.new}
        for block in item.blocks
        if block.kind != "same"
    ]
    return {"id": item.id, "blocks": blocks} | _judged(item, item.events)


def _fields(fields: Iterable[FieldChange]) -> list[dict[str, str]]:
    return [dataclasses.asdict(field) for field in fields]


def _judged(item: Change, events: Iterable[Event]) -> dict[str, object]:
    """Return what every item says of itself: what happened, how much it matters, whether a mistake was mended."""
    told = [event.value for event in events]
    return {"events": told, "weight": item.weight.value, "is_erratum": item.is_erratum}
