"""What there is to say of each fact that a page shows, for readers who ask: its dates, standing, sources."""

from collections.abc import Callable, Iterable

from markupsafe import Markup

from report.compose.fact_context import Badge, DatedName, FactCard, PrintedDate, printed_day
from report.compose.register import Register
from report.compose.timeline import badge
from report.facts.judgement import in_force
from report.facts.models import Fact
from report.facts.printing import print_date


def fact_cards(
    facts: Iterable[Fact], register: Register, references: Callable[[Fact], Markup]
) -> dict[str, FactCard]:
    """Return a card for each fact, by id, in the order given.

    Args:
        facts: Those that the page shows.
        register: The day and the language that they are told for.
        references: Gives the links to a fact's entries in the references; empty where none is there.
    """
    return {fact.id: _card(fact, register, references(fact)) for fact in facts}


def _card(fact: Fact, register: Register, references: Markup) -> FactCard:
    locale, words = register.locale, register.words
    status = register.standing_of(fact)
    checked = fact.last_checked
    dates = [
        DatedName(words[f"date_{name}"], PrintedDate(print_date(date, locale), date.text))
        for name, date in fact.dates.items()
    ]
    force = in_force(fact, register.as_of)
    return FactCard(
        id=fact.id,
        label=register.label_of(fact),
        kind=words[f"kind_{fact.kind.value}"],
        jurisdiction=register.jurisdiction_of(fact.jurisdiction),
        status=Badge(status, "", words[f"status_{status}"]),
        effect=badge(fact, register.as_of, words),
        in_force=words[f"in_force_{force.value}"] if "effective" in fact.dates else "",
        dates=tuple(dates),
        last_checked=printed_day(checked, locale) if checked else PrintedDate("", ""),
        references=references,
    )
