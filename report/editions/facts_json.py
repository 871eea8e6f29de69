"""`facts.json`: the facts of an edition for machines, as the pages print them, with where each comes from.

It lies beside the pages and is embedded in them, so that whoever holds a page holds its data too.
"""

import json
from collections.abc import Mapping

from report.editions.record import Edition, FactState

FORMAT = "jianbao-facts"
VERSION = 1


def facts_json(edition: Edition, *, is_released: bool) -> bytes:
    """Return the facts of an edition as canonical JSON: sorted keys, two spaces, UTF-8, one line end at the end.

    Dates are EDTF (ISO 8601-2) under `dates`, and as printed under `shown`; `sources` at the top holds the
    entries of the references that `sources` of a fact name.
    """
    data = {
        "format": FORMAT,
        "version": VERSION,
        "briefing": edition.briefing,
        "title": edition.title,
        "lang": edition.lang,
        "edition": edition.number,
        "is_released": is_released,
        "is_erratum": edition.is_erratum,
        "as_of": edition.as_of.isoformat(),
        "content_digest": edition.content_digest,
        "facts": {name: _fact(fact) for name, fact in edition.facts.items()},
        "triggers": {
            name: {"label": item.label, "state": item.state, "evidence": item.evidence}
            for name, item in edition.triggers.items()
        },
        "sources": dict(edition.sources),
    }
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _fact(fact: FactState) -> Mapping[str, object]:
    return {
        "kind": fact.kind,
        "status": fact.status,
        "effect": fact.effect,
        "label": fact.label,
        "jurisdiction": fact.jurisdiction,
        "subject": fact.subject,
        "dates": dict(fact.dates),
        "primary_date": fact.primary_date,
        "valid": fact.valid,
        "attrs": dict(fact.attrs),
        "grade": fact.grade,
        "in_force": fact.in_force,
        "superseded_by": fact.superseded_by,
        "contradicts": list(fact.contradicts),
        "sources": [{"ref": source.ref, "locator": source.locator} for source in fact.sources],
        "shown": [{"section": one.section, "field": one.field, "text": one.text} for one in fact.shown],
    }
