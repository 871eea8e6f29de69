"""How everything stands as one page that needs no other file and asks for none; nothing in it names a person."""

import dataclasses
import datetime
from collections.abc import Mapping

from report.compose.fact_context import Badge
from report.compose.pages import render_page
from report.ledger import State
from report.notices.context import Said, edition_badge
from report.notices.standing import BriefingStanding, DeliveryStanding, EditionStanding, Standing

ENTRY = "status/overview.html"
# Whoever looks is to find what wants doing, in colour or without.
_GLYPHS = {
    State.DUE: "○",
    State.SENDING: "◐",
    State.SENT: "●",
    State.DEFERRED: "◔",
    State.REFUSED: "▲",
    State.IN_DOUBT: "◆",
    State.BOUNCED: "▲",
    State.CANCELLED: "–",
}

Words = Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class EditionRow:
    """An edition: as printed, its state, its days, and how many clinics hold it, or may."""

    edition: str
    state: Badge
    as_of: str
    released_on: str
    holders: int
    may_hold: int
    reason: str


@dataclasses.dataclass(frozen=True)
class DeliveryRow:
    """A delivery: to whom, by what, what, how it stands, since or until when, and what was answered."""

    clinic: str
    channel: str
    what: str
    state: Badge
    when: str
    answers: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class BriefingOverview:
    """A briefing: its title, its editions, its deliveries, and in sentences what else there is to say."""

    slug: str
    title: Said
    facts: tuple[str, ...]
    waiting: str
    counts: tuple[str, ...]
    editions: tuple[EditionRow, ...]
    deliveries: tuple[DeliveryRow, ...]


@dataclasses.dataclass(frozen=True)
class OverviewContext:
    """All that the template of the page sees; `at` is the instant it is of, as printed."""

    lang: str
    at: str
    briefings: tuple[BriefingOverview, ...]
    labels: Words


def overview_html(standing: Standing, words: Words, locale: str, templates: Mapping[str, str]) -> str:
    """Return how everything stands as a page.

    Raises:
        RenderingError: The template cannot be run.
    """
    at = f"{standing.at:%Y-%m-%d %H:%M}"
    briefings = tuple(_Told(words, locale, standing.at).briefing(item) for item in standing.briefings)
    return render_page(templates, OverviewContext(locale, at, briefings, words), ENTRY)


@dataclasses.dataclass(frozen=True)
class _Told:
    words: Words
    locale: str
    at: datetime.datetime

    def briefing(self, item: BriefingStanding) -> BriefingOverview:
        words = self.words
        facts: list[str] = []
        if item.facts is not None:
            told = item.facts.by_verdict.items()
            facts = [words[f"overview_{verdict}"].format(count=count) for verdict, count in told]
            if item.facts.reviews_due:
                facts.append(words["overview_reviews_due"].format(count=item.facts.reviews_due))
        waiting = len(item.waiting)
        return BriefingOverview(
            item.slug,
            Said(item.title or item.slug, item.lang if item.lang != self.locale else ""),
            tuple(facts),
            words["overview_waiting"].format(count=waiting) if waiting else "",
            tuple(
                f"{_GLYPHS[state]} {words[f'overview_{state.value}']} {count}"
                for state, count in item.by_state().items()
            ),
            tuple(map(self.edition, item.editions)),
            tuple(map(self.delivery, item.deliveries)),
        )

    def edition(self, edition: EditionStanding) -> EditionRow:
        return EditionRow(
            self.number(edition.number),
            edition_badge(edition.state, self.words),
            edition.as_of.isoformat(),
            edition.released_on.isoformat(),
            len(edition.holders),
            len(edition.may_hold),
            edition.withdrawal.reason if edition.withdrawal else "",
        )

    def delivery(self, one: DeliveryStanding) -> DeliveryRow:
        delivery, words = one.delivery, self.words
        if delivery.kind == "edition":
            what = words["overview_edition"].format(edition=self.number(delivery.edition))
        else:
            kind = words[f"notice_{delivery.kind}"]
            what = words["overview_notice"].format(kind=kind, edition=self.number(delivery.about))
        when = self.time(delivery.done_at)
        if delivery.next_attempt_at is not None:
            when = words["overview_until"].format(at=self.time(delivery.next_attempt_at))
        state = delivery.state
        return DeliveryRow(
            delivery.clinic,
            delivery.channel,
            what,
            Badge(state.value, _GLYPHS[state], words[f"overview_{state.value}"]),
            when,
            tuple(
                f"{words[f'overview_answer_{answer}']} {self.time(at)}"
                for answer, at in sorted(one.answers.items())
            ),
        )

    def number(self, edition: int) -> str:
        return self.words["edition_number"].format(number=edition)

    def time(self, at: datetime.datetime | None) -> str:
        return "" if at is None else f"{at.astimezone(self.at.tzinfo):%Y-%m-%d %H:%M}"
