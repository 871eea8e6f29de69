"""How a project stands, for Prometheus: gauges in its text format, and in none of them the name of a clinic."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from report.notices.standing import BriefingStanding, Standing
from report.pipeline.health import Health

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

Sample = tuple[tuple[str, ...], float]


def metrics_text(standing: Standing, health: Health) -> str:
    """Return the gauges of a project as text, as node_exporter's textfile collector reads it."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry()
    _runs(registry, health)
    _briefings(registry, standing.briefings, health)
    return generate_latest(registry).decode()


def _gauge(
    registry: "CollectorRegistry", name: str, what: str, labels: Sequence[str], samples: Iterable[Sample]
) -> None:
    from prometheus_client import Gauge

    gauge = Gauge(f"jianbao_{name}", what, labels, registry=registry)
    for values, number in samples:
        (gauge.labels(*values) if labels else gauge).set(number)


def _runs(registry: "CollectorRegistry", health: Health) -> None:
    last = health.last
    # What is not known has no sample: a gauge that says 0 would be a run of 1970.
    known = {
        "last_run_start_timestamp_seconds": ("When the last run began.", last.started_at if last else None),
        "last_run_end_timestamp_seconds": ("When the last run ended.", last.ended_at if last else None),
        "last_success_timestamp_seconds": (
            "When the last run ended well.",
            last.succeeded_at if last else None,
        ),
        "next_run_timestamp_seconds": ("When the next run is due.", health.next_at),
    }
    for name, (what, instant) in known.items():
        if instant is not None:
            _gauge(registry, name, what, (), [((), instant.timestamp())])
    if last is not None and last.exit_code is not None:
        _gauge(
            registry, "last_run_exit_code", "What the last run told the shell.", (), [((), last.exit_code)]
        )
    _gauge(registry, "run_late", "Whether a run was missed, or does not end.", (), [((), health.is_late)])
    steps: list[Sample] = [((name,), seconds) for name, seconds in (last.steps if last else {}).items()]
    _gauge(registry, "last_run_step_seconds", "How long each step of the last run took.", ["step"], steps)


def _briefings(registry: "CollectorRegistry", briefings: Sequence[BriefingStanding], health: Health) -> None:
    facts = [(item.slug, item.facts) for item in briefings if item.facts is not None]
    current = [(item.slug, item.current) for item in briefings]
    _gauge(
        registry,
        "facts",
        "Facts by how far their last check lies back.",
        ["briefing", "verdict"],
        [((slug, verdict), count) for slug, one in facts for verdict, count in one.by_verdict.items()],
    )
    _gauge(
        registry,
        "facts_oldest_check_days",
        "Days since the check of the fact that was checked longest ago.",
        ["briefing"],
        [((slug,), one.oldest_age_days) for slug, one in facts if one.oldest_age_days is not None],
    )
    _gauge(
        registry,
        "facts_reviews_due",
        "Facts whose day of review has gone by.",
        ["briefing"],
        [((slug,), one.reviews_due) for slug, one in facts],
    )
    _gauge(
        registry,
        "proposals_open",
        "Proposed changes that wait for a person.",
        ["briefing"],
        [((slug,), count) for slug, count in health.proposals.items()],
    )
    _gauge(
        registry,
        "edition",
        "The number of the edition that is current; 0 where none is.",
        ["briefing"],
        [((slug,), one.number if one else 0) for slug, one in current],
    )
    _gauge(
        registry,
        "deliveries",
        "Deliveries by state.",
        ["briefing", "state"],
        [((item.slug, state.value), count) for item in briefings for state, count in item.by_state().items()],
    )
    _gauge(
        registry,
        "clinics_without_edition",
        "Active clinics that hold no edition.",
        ["briefing"],
        [((item.slug,), len(item.waiting)) for item in briefings],
    )
