"""The health of the scheduled run: the last and the next, how old facts are, what waits for a person."""

import dataclasses
import datetime
from collections.abc import Mapping

from report.notices.standing import Standing
from report.pipeline.run import Run
from report.proposals import read_proposals
from report.schedule.last_run import LastRun, read_last_run
from report.schedule.plan import read_schedule
from report.schedule.times import next_run

# How long after it was due a run may begin, or go on, before it counts as missed.
_GRACE = datetime.timedelta(hours=6)


@dataclasses.dataclass(frozen=True)
class Health:
    """How the scheduled run is.

    Attributes:
        last: The last run; None where there was none.
        next_at: When the next is due; None where none is scheduled.
        is_late: Whether one was due since the last began, and six hours have gone by; or one has gone on so long.
        proposals: How many wait for a person, by briefing.
    """

    last: LastRun | None
    next_at: datetime.datetime | None
    is_late: bool
    proposals: Mapping[str, int]


def health(run: Run, standing: Standing) -> Health:
    """Return the health of a project at the instant of its standing; nothing is written."""
    schedule, last = read_schedule(run.project), read_last_run(run.project)
    waiting = {}
    for item in standing.briefings:
        proposals, _ = read_proposals(run.project, item.slug)
        waiting[item.slug] = sum(one.is_open for one in proposals)
    now = standing.at
    next_at = next_run(schedule.times, now) if schedule else None
    is_late = False
    if last is not None and last.ended_at is None:
        is_late = now - last.started_at > _GRACE
    elif last is not None and schedule is not None:
        is_late = next_run(schedule.times, last.started_at.astimezone(now.tzinfo)) + _GRACE < now
    return Health(last, next_at, is_late, waiting)


def health_data(found: Health, standing: Standing) -> dict[str, object]:
    """Return the health as plain data; instants in UTC (RFC 3339)."""
    last = found.last
    return {
        "last_run": None
        if last is None
        else {
            "started_at": _utc(last.started_at),
            "ended_at": _utc(last.ended_at),
            "exit_code": last.exit_code,
            "seconds_by_step": dict(last.steps),
        },
        "last_success": _utc(last.succeeded_at) if last else None,
        "next_run": _utc(found.next_at),
        "is_late": found.is_late,
        "age_of_facts": {
            item.slug: {
                "oldest_fact": item.facts.oldest or None,
                "oldest_check_days": item.facts.oldest_age_days,
                "by_verdict": dict(item.facts.by_verdict),
                "reviews_due": item.facts.reviews_due,
            }
            for item in standing.briefings
            if item.facts is not None
        },
        "proposals_open": dict(found.proposals),
    }


def _utc(instant: datetime.datetime | None) -> str | None:
    if instant is None:
        return None
    return instant.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
