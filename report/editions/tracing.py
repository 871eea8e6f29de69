"""Which editions stated a value of a fact, and where they printed it: what a correction has to be told of."""

import dataclasses
from collections.abc import Iterable, Iterator

from report.editions.record import Edition, FactState, Shown

_STATED = (
    "status",
    "label",
    "jurisdiction",
    "effect",
    "grade",
    "subject",
    "primary_date",
    "valid",
    "in_force",
    "superseded_by",
)


@dataclasses.dataclass(frozen=True)
class StatedValue:
    """A value of a fact in one edition.

    Attributes:
        edition: The number.
        field: `label`, `dates.effective`, `attrs.age_min` …; what is only printed, such as `days_between`, too.
        stated: As the edition records it, dates in EDTF; empty for what is derived from others.
        shown: Where it prints, and as what.
    """

    edition: int
    field: str
    stated: str
    shown: tuple[Shown, ...]


def trace(
    editions: Iterable[Edition], fact: str, *, field: str = "", value: str = ""
) -> tuple[StatedValue, ...]:
    """Return what editions state of a fact, oldest first.

    Args:
        editions: In any order.
        fact: The id.
        field: Only this one; empty for all.
        value: Only where it is stated as this, or prints as this; empty for all.
    """
    ordered = sorted(editions, key=lambda item: item.number)
    return tuple(
        one
        for edition in ordered
        if fact in edition.facts
        for one in _values(edition.number, edition.facts[fact])
        if field in ("", one.field)
        and (not value or value in (one.stated, *(item.text for item in one.shown)))
    )


def _values(number: int, state: FactState) -> Iterator[StatedValue]:
    stated = {name: getattr(state, name) for name in _STATED if getattr(state, name)}
    stated |= {f"dates.{name}": text for name, text in state.dates.items()}
    stated |= {f"attrs.{name}": text for name, text in state.attrs.items()}
    if state.sources:
        stated["sources"] = ", ".join(source.ref for source in state.sources)
    shown: dict[str, list[Shown]] = {}
    for item in state.shown:
        shown.setdefault(item.field, []).append(item)
    for name in dict.fromkeys((*stated, *shown)):
        yield StatedValue(number, name, stated.get(name, ""), tuple(shown.get(name, ())))
