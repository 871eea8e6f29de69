"""How everything stands, told: on the terminal, to programs, to a spreadsheet; nothing in it names a person."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from report.addresses import quote_cell
from report.ledger import Delivery, State
from report.notices.standing import (
    BriefingStanding,
    DeliveryStanding,
    EditionStanding,
    Standing,
    Traced,
)

FORMAT, VERSION = "jianbao-standing", 1
COLUMNS = (
    "briefing",
    "clinic",
    "channel",
    "kind",
    "edition",
    "about",
    "state",
    "since",
    "attempts",
    "intent_at",
    "done_at",
    "next_attempt_at",
    "received_at",
    "taken_out_of_use_at",
)
TRACE_COLUMNS = ("edition", "state", "field", "stated", "shown", "sections", "clinic", "holds")
# What a table has no row for: most deliveries have arrived, and nothing is to be done about them.
QUIET = frozenset({State.SENT, State.CANCELLED})


def standing_data(standing: Standing) -> dict[str, object]:
    """Return how everything stands as plain data; instants in UTC (RFC 3339)."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "at": _utc(standing.at),
        "briefings": [_briefing_data(item) for item in standing.briefings],
    }


def _briefing_data(item: BriefingStanding) -> dict[str, object]:
    facts = item.facts
    return {
        "briefing": item.slug,
        "title": item.title,
        "current": item.current.number if item.current else None,
        "editions": [_edition_data(edition) for edition in item.editions],
        "clinics_without": list(item.waiting),
        "counts": {state.value: count for state, count in item.by_state().items()},
        "deliveries": [_delivery_data(one) for one in item.deliveries],
        "facts": None
        if facts is None
        else {
            "as_of": facts.as_of.isoformat(),
            "by_verdict": dict(facts.by_verdict),
            "reviews_due": facts.reviews_due,
        },
    }


def _edition_data(edition: EditionStanding) -> dict[str, object]:
    withdrawal = edition.withdrawal
    return {
        "edition": edition.number,
        "state": edition.state,
        "as_of": edition.as_of.isoformat(),
        "released_on": edition.released_on.isoformat(),
        "is_erratum": edition.is_erratum,
        "withdrawn": None
        if withdrawal is None
        else {
            "on": withdrawal.on.isoformat(),
            "reason": withdrawal.reason,
            "replaced_by": withdrawal.replaced_by or None,
            "must_return": withdrawal.must_return,
        },
        "holders": list(edition.holders),
        "may_hold": list(edition.may_hold),
    }


def _delivery_data(one: DeliveryStanding) -> dict[str, object]:
    delivery = one.delivery
    return {
        "clinic": delivery.clinic,
        "channel": delivery.channel,
        "kind": delivery.kind,
        "edition": delivery.edition,
        "about": delivery.about,
        "since": delivery.since,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "intent_at": _utc(delivery.intent_at),
        "done_at": _utc(delivery.done_at),
        "next_attempt_at": _utc(delivery.next_attempt_at),
        "key": delivery.key,
        "answers": {answer: _utc(at) for answer, at in sorted(one.answers.items())},
    }


def standing_csv(standing: Standing) -> str:
    """Return all deliveries as CSV (RFC 4180), formulas quoted."""
    rows = (
        {
            **_delivery_data(one),
            "briefing": item.slug,
            "received_at": _utc(one.answers.get("received")),
            "taken_out_of_use_at": _utc(one.answers.get("taken-out-of-use")),
        }
        for item in standing.briefings
        for one in item.deliveries
    )
    return _csv(COLUMNS, rows)


def traced_csv(traced: Sequence[Traced]) -> str:
    """Return who got which value of a fact as CSV, a row for each clinic."""
    rows = (
        {
            "edition": one.value.edition,
            "state": one.state,
            "field": one.value.field,
            "stated": one.value.stated,
            "shown": " | ".join(dict.fromkeys(item.text for item in one.value.shown)),
            "sections": " ".join(dict.fromkeys(item.section for item in one.value.shown)),
            "clinic": clinic,
            "holds": holds,
        }
        for one in traced
        for clinic, holds in _clinics(one) or [("", "")]
    )
    return _csv(TRACE_COLUMNS, rows)


def _clinics(one: Traced) -> list[tuple[str, str]]:
    """Return the clinics that got it, each with whether it holds it still."""
    return [
        *((clinic, "yes") for clinic in one.holders),
        *((clinic, "perhaps") for clinic in one.may_hold),
        *((clinic, "a later one") for clinic in one.later),
    ]


def traced_data(traced: Sequence[Traced]) -> list[dict[str, object]]:
    """Return who got which value of a fact as plain data."""
    return [
        {
            "edition": one.value.edition,
            "state": one.state,
            "field": one.value.field,
            "stated": one.value.stated,
            "shown": [{"section": item.section, "text": item.text} for item in one.value.shown],
            "holders": list(one.holders),
            "may_hold": list(one.may_hold),
            "hold_later": list(one.later),
        }
        for one in traced
    ]


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(quote_cell(_cell(row.get(column))) for column in columns)
    return out.getvalue()


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _utc(at: datetime.datetime | None) -> str | None:
    return (
        None
        if at is None
        else at.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    )


def standing_lines(standing: Standing, *, everything: bool = False) -> Iterator[str]:
    """Yield how everything stands, for people at a terminal.

    Args:
        standing: What is told.
        everything: Whether deliveries are listed that arrived and of which nothing more is to be done.
    """
    for item in standing.briefings:
        yield from _briefing_lines(item, standing.at, everything)


def _briefing_lines(item: BriefingStanding, at: datetime.datetime, everything: bool) -> Iterator[str]:
    current = item.current
    if not item.editions:
        yield f"{item.slug}: nothing was released"
    elif current is None:
        yield f"{item.slug}: no edition is current"
    else:
        yield f"{item.slug}: edition {current.number} is current"
    head = ("edition", "state", "as of", "released", "held by", "perhaps by")
    rows: list[Sequence[str]] = [head] if item.editions else []
    rows += [_edition_row(edition) for edition in item.editions]
    yield from _table(rows)
    for edition in item.editions:
        if edition.withdrawal is not None:
            must = "; to be taken out of use" if edition.withdrawal.must_return else ""
            yield f"  edition {edition.number} was withdrawn: {edition.withdrawal.reason}{must}"
    if item.facts is not None:
        told = ", ".join(f"{count} {verdict}" for verdict, count in item.facts.by_verdict.items()) or "none"
        due = f"; {item.facts.reviews_due} to be reviewed" if item.facts.reviews_due else ""
        yield f"  facts on {item.facts.as_of}: {told}{due}"
    if item.waiting:
        yield f"  {len(item.waiting)} active {_plural(len(item.waiting), 'clinic')} without an edition"
    counts = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in item.by_state().items())
    if counts:
        yield f"  deliveries: {counts}"
    shown = [one for one in item.deliveries if everything or not _is_quiet(one)]
    rows = [("clinic", "channel", "what", "state", "", "answer")] if shown else []
    yield from _table([*rows, *(_delivery_row(one, at) for one in shown)])


def _is_quiet(one: DeliveryStanding) -> bool:
    """Return whether nothing is to be done: a notice is answered, an edition has arrived."""
    delivery = one.delivery
    return delivery.state in QUIET and (delivery.kind == "edition" or bool(one.answers))


def _edition_row(edition: EditionStanding) -> tuple[str, ...]:
    mark = " (erratum)" if edition.is_erratum else ""
    return (
        f"{edition.number}{mark}",
        edition.state,
        edition.as_of.isoformat(),
        edition.released_on.isoformat(),
        str(len(edition.holders)),
        str(len(edition.may_hold) or "-"),
    )


def _delivery_row(one: DeliveryStanding, at: datetime.datetime) -> tuple[str, ...]:
    delivery = one.delivery
    zone = at.tzinfo
    when = ""
    if delivery.next_attempt_at is not None:
        when = f"until {delivery.next_attempt_at.astimezone(zone):%Y-%m-%d %H:%M}"
    elif delivery.done_at is not None:
        when = f"{delivery.done_at.astimezone(zone):%Y-%m-%d %H:%M}"
    answered = ", ".join(
        f"{answer} {when_:%Y-%m-%d}"
        for answer, when_ in sorted((name, at_.astimezone(zone)) for name, at_ in one.answers.items())
    )
    return delivery.clinic, delivery.channel, what(delivery), delivery.state.replace("_", " "), when, answered


def what(delivery: Delivery) -> str:
    """Return what a delivery is, in a few words."""
    if delivery.kind == "edition":
        return f"edition {delivery.edition}"
    return f"{delivery.kind} of edition {delivery.about}"


def traced_lines(traced: Sequence[Traced], fact: str) -> Iterator[str]:
    """Yield who got which value of a fact, for people at a terminal."""
    if not traced:
        yield f"{fact}: no edition states that value"
    edition = 0
    for one in traced:
        if one.value.edition != edition:
            edition = one.value.edition
            yield f"edition {edition} ({one.state}): {_holders(one)}"
        printed = "; ".join(f"{text} ({', '.join(sections)})" for text, sections in _printed(one).items())
        stated = one.value.stated or "-"
        yield f"  {one.value.field}: {stated}" + (f"; prints as {printed}" if printed else "; is not printed")


def _printed(one: Traced) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in one.value.shown:
        found.setdefault(item.text, []).append(item.section)
    return found


def _holders(one: Traced) -> str:
    parts = [f"held by {', '.join(one.holders) or 'nobody'}"]
    if one.may_hold:
        parts.append(f"perhaps by {', '.join(one.may_hold)}")
    if one.later:
        parts.append(
            f"{', '.join(one.later)} got it and {_plural(len(one.later), 'hold', 'holds')} a later one"
        )
    return "; ".join(parts)


def _plural(count: int, many: str, one: str = "") -> str:
    if one:
        return one if count == 1 else many
    return many if count == 1 else f"{many}s"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
