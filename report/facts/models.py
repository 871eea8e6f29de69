"""Facts and entities as `facts.yaml` and `entities.yaml` state them, one frozen model an entry.

Every error lies at the key it is about (`("dates", "announced")`; a trailing `"[key]"` means the key
itself and not its value) and, where there is more to say, carries `ctx["hint"]`. Errors of pydantic's
own have none: `missing`, `extra_forbidden`, and those that say a list or a mapping is expected.
"""

import datetime
import itertools
from typing import Annotated, Any

import pydantic

from report.facts.attributes import Attribute, AttributeName
from report.facts.dates import FactDate
from report.facts.errors import refusal, refusals_at
from report.facts.feeds import Feed
from report.facts.terms import DateName, EffectWord, GradeWord, Jurisdiction, KindWord, StatusWord
from report.scalars import Day, LocalText, Many, Schema, Slug, Text


def _empty_mapping(value: Any) -> Any:
    return {} if value is None else value


def _span(value: FactDate | None) -> FactDate | None:
    if value is not None and not value.is_interval:
        raise refusal(
            "span_invalid",
            f"{value.text!r} is a date, where a span of time is meant",
            f"write {value.text}/.. or {value.text}/ and the last day",
        )
    return value


Span = Annotated[FactDate | None, pydantic.AfterValidator(_span)]


class SourceRef(Schema):
    """Where a fact is found.

    Attributes:
        ref: A source's id.
        locator: The place within it, such as 第 3 条.
        supports: What it bears out: names of dates, `attrs.NAME`, `label`, `valid`.
    """

    ref: Slug
    locator: Text | None = None
    supports: Many[Text] = ()


class Fact(Schema):
    """One dated, sourced, checkable claim.

    Attributes:
        subject: What the claim is about; facts of one subject are compared with each other.
        dates: By name, one of `DATE_NAMES`; an interval means some day within it.
        primary_date: The name of the date that places the fact in time.
        valid: The span in which it holds, an interval.
        supersedes: Ids of the facts that it replaces once it is in force.
        contradicts: Ids of facts that it is known to disagree with.
        last_checked: When a person last compared it with its sources.
        note: For authors; no reader sees it.
    """

    id: Slug
    kind: KindWord
    status: StatusWord
    effect: EffectWord = None
    jurisdiction: Jurisdiction
    subject: Text | None = None
    label: LocalText
    dates: Annotated[dict[DateName, FactDate], pydantic.BeforeValidator(_empty_mapping)] = pydantic.Field(
        default_factory=dict, validate_default=True
    )
    primary_date: Text | None = pydantic.Field(default=None, validate_default=True)
    valid: Span = None
    attrs: Annotated[dict[AttributeName, Attribute], pydantic.BeforeValidator(_empty_mapping)] = (
        pydantic.Field(default_factory=dict)
    )
    entities: Many[Slug] = ()
    sources: Many[SourceRef] = ()
    supersedes: Many[Slug] = ()
    contradicts: Many[Slug] = ()
    grade: GradeWord = None
    last_checked: Day | None = None
    checked_by: Text | None = None
    review_by: Day | None = None
    feed: Feed | None = None
    note: Text | None = None

    @property
    def date(self) -> FactDate | None:
        """The primary date; None where a scientific fact or an opinion has none."""
        return self.dates[self.primary_date] if self.primary_date else None

    @pydantic.field_validator("dates")
    @classmethod
    def _has_dates(cls, value: dict[str, FactDate], info: pydantic.ValidationInfo) -> dict[str, FactDate]:
        kind = info.data.get("kind")
        if not value and kind is not None and kind.needs_dates:
            raise refusal(
                "required_key",
                f"a fact of kind {kind} has no dates",
                'write one, such as dates: {announced: "2025-01-02"}',
            )
        return value

    @pydantic.field_validator("primary_date")
    @classmethod
    def _names_a_date(cls, value: str | None, info: pydantic.ValidationInfo) -> str | None:
        dates, kind = info.data.get("dates"), info.data.get("kind")
        if dates is None or kind is None:
            return value
        if value is None and kind.needs_dates:
            raise refusal(
                "required_key", f"a fact of kind {kind} has no primary_date", f"write {_one_of(dates)}"
            )
        if value is not None and value not in dates:
            hint = f"write {_one_of(dates)}" if dates else "leave it out, or add the date to dates"
            raise refusal("primary_date_unknown", f"the fact has no date {value[:40]!r}", hint)
        return value

    @pydantic.field_validator("supersedes", "contradicts")
    @classmethod
    def _names_others(cls, value: tuple[str, ...], info: pydantic.ValidationInfo) -> tuple[str, ...]:
        own = info.data.get("id")
        error = refusal("self_link", f"{own!r} names itself", "name another fact, or drop the line")
        places = [((index,), error) for index, other in enumerate(value) if other == own]
        if places:
            raise refusals_at(places)
        return value


class DatedName(Schema):
    """A name, and the span in which it was borne; None stands for always."""

    name: LocalText
    valid: Span = None


class Entity(Schema):
    """A body or a product, by the names it has borne."""

    id: Slug
    names: tuple[DatedName, ...]

    @pydantic.field_validator("names")
    @classmethod
    def _follow_each_other(cls, value: tuple[DatedName, ...]) -> tuple[DatedName, ...]:
        if not value:
            raise refusal("required_key", "an entity has no name", "write at least one: - name: …")
        places = []
        for (first, one), (second, other) in itertools.combinations(enumerate(value), 2):
            if _surely_overlap(one.valid, other.valid):
                error = refusal(
                    "names_overlap",
                    f"names {first + 1} and {second + 1} of the entity hold at the same time",
                    "end the older name's `valid` before the newer one's begins",
                )
                places.append(((second, "valid") if other.valid else (second,), error))
        if places:
            raise refusals_at(places)
        return value

    def names_on(self, date: FactDate) -> tuple[DatedName, ...]:
        """Return the names that may have been borne on some day that the date allows."""
        return tuple(one for one in self.names if one.valid is None or _may_meet(one.valid, date))


def _surely_overlap(one: FactDate | None, other: FactDate | None) -> bool:
    """Whether two spans share a day however their coarse ends fall: 2013/2018 and 2018/.. need not."""
    if one is None or other is None or one == other:
        return True
    spans = (one, other)
    last_start = max((s.start.latest for s in spans if s.start), default=datetime.date.min)
    first_end = min((s.end.earliest for s in spans if s.end), default=datetime.date.max)
    return last_start <= first_end


def _may_meet(span: FactDate, date: FactDate) -> bool:
    first = max((span.earliest or datetime.date.min), (date.earliest or datetime.date.min))
    last = min((span.latest or datetime.date.max), (date.latest or datetime.date.max))
    return first <= last


def _one_of(dates: dict[str, FactDate]) -> str:
    return next(iter(dates)) if len(dates) == 1 else f"one of {', '.join(dates)}"
