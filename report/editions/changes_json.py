"""What changed between two editions, for machines: the values as the editions record them."""

import dataclasses
from collections.abc import Iterable, Sequence

from report.editions.alignment import Block
from report.editions.difference import Changes, FieldChange, SectionChange

FORMAT = "jianbao-changes"
VERSION = 1


def changes_data(changes: Changes, *, is_released: bool) -> dict[str, object]:
    """Return what changed as plain data; dates of facts are EDTF, texts of sections as printed.

    Of sections, the blocks that changed are told and not those that stayed.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "briefing": changes.new.briefing,
        "since": {"edition": changes.old.number, "as_of": changes.old.as_of.isoformat()},
        "edition": {
            "edition": changes.new.number,
            "as_of": changes.new.as_of.isoformat(),
            "is_released": is_released,
        },
        "weight": changes.weight.value if changes.weight else None,
        "corrections": [
            {"edition": item.number, "released_on": item.released_on.isoformat(), "reason": item.reason}
            for item in changes.corrections
        ],
        "key_points": [
            {
                "index": item.index,
                "events": [item.event.value],
                "old": item.old.text if item.old else None,
                "new": item.new.text if item.new else None,
                **_judged(item.weight.value, item.is_erratum),
            }
            for item in changes.key_points
        ],
        "triggers": [
            {
                "id": item.id,
                "events": [item.event.value],
                "fields": _fields(item.fields),
                **_judged(item.weight.value, item.is_erratum),
            }
            for item in changes.triggers
        ],
        "facts": [
            {
                "id": item.id,
                "events": _values(item.events),
                "fields": _fields(item.fields),
                "sections": list(item.sections),
                **_judged(item.weight.value, item.is_erratum),
            }
            for item in changes.facts
        ],
        "sections": [_section(item) for item in changes.sections],
        "title": None if changes.title is None else {"old": changes.old.title, "new": changes.new.title},
        "sources": [
            {
                "id": item.id,
                "events": [item.event.value],
                "old": changes.old.sources.get(item.id),
                "new": changes.new.sources.get(item.id),
                **_judged(item.weight.value, item.is_erratum),
            }
            for item in changes.sources
        ],
    }


def _section(item: SectionChange) -> dict[str, object]:
    return {
        "id": item.id,
        "events": _values(item.events),
        "blocks": [_block(block) for block in item.blocks if block.kind != "same"],
        **_judged(item.weight.value, item.is_erratum),
    }


def _block(block: Block) -> dict[str, object]:
    return {"kind": block.kind, "old": block.old, "new": block.new}


def _fields(fields: Iterable[FieldChange]) -> list[dict[str, str]]:
    return [dataclasses.asdict(field) for field in fields]


def _values(events: Sequence[object]) -> list[str]:
    return [str(event) for event in events]


def _judged(weight: str, is_erratum: bool) -> dict[str, object]:
    return {"weight": weight, "is_erratum": is_erratum}
