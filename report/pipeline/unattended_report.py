"""What an unattended run came to, as lines and as data."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from report.pipeline.refreshing_report import refreshed_data, refreshed_lines
from report.pipeline.unattended import Unattended
from report.pipeline.unattended_outcome import BriefingRelease, Released

if TYPE_CHECKING:
    from report.pipeline.sending import Sent


def unattended_lines(done: Unattended) -> Iterator[str]:
    """Yield what a run came to, for the journal of a machine."""
    if done.refreshed is not None:
        yield from refreshed_lines(done.refreshed)
    if done.is_settled:
        yield "nothing has changed since a run found nothing to release, to copy or to send"
    for one in done.releases:
        yield _release_line(one)
    for slug, copied in done.copies.items():
        yield (
            f"{slug}: copies of edition {copied.edition}: {len(copied.made)} made, {len(copied.current)} up to date"
        )
    if done.published:
        yield f"pages of the state: {done.published} written"
    if done.sent is not None:
        counts = sorted(_counts(done.sent).items())
        yield (
            ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts)
            or "nothing was to be sent"
        )
    if done.reminded is not None and done.reminded.reminders:
        states = [one.state for one in done.reminded.reminders]
        yield "reminders: " + ", ".join(f"{states.count(one)} {one}" for one in sorted(set(states)))


def _release_line(one: BriefingRelease) -> str:
    restored = "; its files were made again" if one.is_restored else ""
    said = {
        Released.UNREADABLE: "cannot be read",
        Released.NO_EDITION: "no edition yet; a person releases the first",
        Released.UNCHANGED: f"nothing has changed since edition {one.edition}{restored}",
        Released.WAITS: f"changed since edition {one.edition}; waits for sign-off by "
        + (", ".join(filter(None, one.waits_for)) or "anybody"),
        Released.STOPPED: f"signed off, and not released as edition {one.edition + 1}",
        Released.RELEASED: f"edition {one.edition} released",
    }
    return f"{one.briefing}: {said[one.state]}"


def unattended_data(done: Unattended) -> dict[str, object]:
    """Return the same as data: what a refresh tells, and what became of editions, copies and deliveries."""
    sent = done.sent
    return {
        **(refreshed_data(done.refreshed) if done.refreshed is not None else {}),
        "is_settled": done.is_settled,
        "releases": [
            {
                "briefing": one.briefing,
                "state": one.state.value,
                "edition": one.edition or None,
                "waits_for": list(one.waits_for),
                "is_restored": one.is_restored,
            }
            for one in done.releases
        ],
        "copies": [
            {
                "briefing": slug,
                "edition": copied.edition,
                "made": sorted(copied.made),
                "up_to_date": sorted(copied.current),
            }
            for slug, copied in done.copies.items()
        ],
        "pages_written": done.published,
        "sent": None
        if sent is None
        else {
            "counts": _counts(sent),
            "deliveries": [
                {
                    "briefing": one.entry.briefing,
                    "kind": one.entry.kind,
                    "edition": one.entry.edition,
                    "about": one.entry.about,
                    "clinic": one.entry.clinic,
                    "channel": one.entry.channel,
                    "state": one.state.value if one.state else None,
                    "hindrance": one.hindrance.name.lower() if one.hindrance else None,
                }
                for one in sent.outcomes
            ],
            "left": sent.preview.count - len(sent.outcomes),
            "is_interrupted": sent.is_interrupted,
        },
        "reminders": [
            {"owner": one.owner, "facts": one.facts, "state": one.state}
            for one in (done.reminded.reminders if done.reminded else ())
        ],
        "seconds": dict(done.seconds),
        "errors": [{"message": error.message, "hint": error.hint} for error in done.errors],
    }


def _counts(sent: "Sent") -> Mapping[str, int]:
    # Imported here: a run with nothing to send must not pay for what sends.
    from report.pipeline.sending_delivery import outcomes_by_state

    return outcomes_by_state(sent.outcomes)
