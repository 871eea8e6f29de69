"""What there is to say of each fact that a page shows, for readers who ask: its dates, standing, sources."""

import datetime
from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup

from report.compose.fact_context import Badge, DatedName, FactCard, PrintedDate
from report.compose.timeline import badge
from report.facts.dates import date_of_day
from report.facts.judgement import in_force
from report.facts.models import Fact
from report.facts.printing import print_date

Words = Mapping[str, str]


def fact_cards(
    facts: Iterable[Fact],
    *,
    as_of: datetime.date,
    locale: str,
    words: Words,
    superseded: Mapping[str, str],
    references: Callable[[Fact], Markup],
) -> dict[str, FactCard]:
    """Return a card for each fact, by id, in the order given.

    Args:
        facts: Those that the page shows.
        as_of: 数据截至.
        locale: BCP 47.
        words: The labels of the locale.
        superseded: The fact that took its place, by id.
        references: Gives the links to a fact's entries in the references; empty where none is there.
    """
    return {fact.id: _card(fact, as_of, locale, words, superseded, references) for fact in facts}


def _card(
    fact: Fact,
    as_of: datetime.date,
    locale: str,
    words: Words,
    superseded: Mapping[str, str],
    references: Callable[[Fact], Markup],
) -> FactCard:
    status = "superseded" if fact.id in superseded else fact.status.value
    checked = fact.last_checked
    dates = [
        DatedName(words[f"date_{name}"], PrintedDate(print_date(date, locale), date.text))
        for name, date in fact.dates.items()
    ]
    return FactCard(
        id=fact.id,
        label=fact.label.for_locale(locale, locale) or "",
        kind=words[f"kind_{fact.kind.value}"],
        jurisdiction=words.get(f"jurisdiction_{fact.jurisdiction}", fact.jurisdiction),
        status=Badge(status, "", words[f"status_{status}"]),
        effect=badge(fact, as_of, words),
        in_force=words[f"in_force_{in_force(fact, as_of).value}"] if "effective" in fact.dates else "",
        dates=tuple(dates),
        last_checked=PrintedDate(print_date(date_of_day(checked), locale), checked.isoformat())
        if checked
        else PrintedDate("", ""),
        references=references(fact),
    )
