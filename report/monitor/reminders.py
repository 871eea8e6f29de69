"""Facts that want checking again, gathered by who checked them: one letter for each owner. Pure."""

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping

from report.facts.judgement import Verdict, freshness
from report.facts.models import Fact
from report.findings import Location
from report.model import Briefing

# The owner of facts that nobody else owns.
DEFAULT_OWNER = "default"
MOST_LISTED = 200
_LONGEST_LABEL = 80

_WORDS = {
    "zh": {
        "subject": "有 {count} 条事实要复核",
        "greeting": "{owner}：",
        "to_nobody": "您好：",
        "intro": "下面的事实要再看一遍出处。看过以后，在 facts.yaml 里写上新的 last_checked 和 review_by。",
        "title": "《{title}》（{slug}）",
        "stale": "{days} 天前（{day}）核对，超过 {limit} 天",
        "review": "应当在 {day} 以前复核",
        "line": "- {label}（{fact}）：{why}\n  {place}",
        "and": "；",
        "more": "还有 {count} 条，见 report check。",
        "again": "{days} 天以内不会再提醒。",
    },
    "en": {
        "subject": "Facts to check again: {count}",
        "greeting": "{owner},",
        "to_nobody": "Hello,",
        "intro": "The sources of the facts below want another look. Then set last_checked and review_by in facts.yaml.",
        "title": "{title} ({slug})",
        "stale": "checked {days} days ago ({day}), over the limit of {limit}",
        "review": "to be reviewed by {day}",
        "line": "- {label} ({fact}): {why}\n  {place}",
        "and": "; ",
        "more": "And {count} more; `report check` lists them.",
        "again": "You will not be reminded again within {days} days.",
    },
}


@dataclasses.dataclass(frozen=True)
class DueFact:
    """A fact that wants checking again.

    Attributes:
        briefing: The slug.
        title: The briefing's title.
        language: The briefing's, BCP 47.
        fact: The fact's id.
        label: What it says.
        owner: Who checked it; "" where nobody is named.
        place: Where it stands.
        reasons: `stale` or `review`, each with what it is told with.
    """

    briefing: str
    title: str
    language: str
    fact: str
    label: str
    owner: str
    place: Location
    reasons: tuple[tuple[str, Mapping[str, str]], ...]


@dataclasses.dataclass(frozen=True)
class Digest:
    """What one owner is reminded of.

    Attributes:
        address: Where the letter goes.
        owner: The name it begins with; "" where it is nobody's own.
        facts: What it tells.
    """

    address: str = dataclasses.field(repr=False)
    owner: str
    facts: tuple[DueFact, ...]

    @property
    def recipient(self) -> str:
        """A hash that stands for the address where that shall not be seen."""
        return hashlib.sha256(self.address.casefold().encode()).hexdigest()[:32]

    @property
    def locale(self) -> str:
        """The language that the letter is in: English where all its briefings are."""
        return "en" if all(fact.language.startswith("en") for fact in self.facts) else "zh-Hans"

    def key(self, at: datetime.datetime) -> str:
        """Return a hash of whom is reminded of what on which day, the same at every attempt of that day."""
        told = [self.recipient, f"{at:%Y-%m-%d}", *(f"{fact.briefing} {fact.fact}" for fact in self.facts)]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @property
    def subject(self) -> str:
        """The subject line."""
        return self._words["subject"].format(count=len(self.facts))

    def text(self, every_days: int) -> str:
        """Return the letter."""
        words = self._words
        greeting = words["greeting"].format(owner=self.owner) if self.owner else words["to_nobody"]
        lines = [greeting, "", words["intro"]]
        title = None
        for fact in self.facts[:MOST_LISTED]:
            if (fact.briefing, fact.title) != title:
                title = (fact.briefing, fact.title)
                lines += ["", words["title"].format(title=fact.title, slug=fact.briefing)]
            why = words["and"].join(words[name].format(**values) for name, values in fact.reasons)
            lines.append(words["line"].format(label=fact.label, fact=fact.fact, why=why, place=fact.place))
        if len(self.facts) > MOST_LISTED:
            lines += ["", words["more"].format(count=len(self.facts) - MOST_LISTED)]
        return "\n".join([*lines, "", words["again"].format(days=every_days)]) + "\n"

    @property
    def _words(self) -> Mapping[str, str]:
        return _WORDS["en" if self.locale == "en" else "zh"]


def due_facts(briefing: Briefing, today: datetime.date) -> list[DueFact]:
    """Return the facts of a briefing that are stale or to be reviewed, the most pressing first.

    They are judged by the clock and not by the as-of day: an edition of long ago wants looking at today.
    """
    settings, language = briefing.settings, briefing.settings.language
    file = briefing.files.get("facts.yaml")
    root = file.root.value if file is not None and file.root is not None else []
    places = {
        str(node.value["id"].value): index
        for index, node in enumerate(root if isinstance(root, list) else [])
        if isinstance(node.value, dict) and "id" in node.value
    }
    found = []
    for fact in sorted(briefing.facts.values(), key=lambda one: _pressing(one, briefing, today)):
        reasons = _reasons(fact, briefing, today)
        if reasons and file is not None:
            where = file.locate(places.get(fact.id, 0))
            label = briefing.text(fact.label, language)
            found.append(
                DueFact(
                    briefing=briefing.slug,
                    title=briefing.text(settings.title, language),
                    language=language,
                    fact=fact.id,
                    label=label if len(label) <= _LONGEST_LABEL else f"{label[:_LONGEST_LABEL]}……",
                    owner=fact.checked_by or "",
                    place=dataclasses.replace(where, column=0),
                    reasons=tuple(reasons),
                )
            )
    return found


def _pressing(fact: Fact, briefing: Briefing, today: datetime.date) -> tuple[bool, datetime.date]:
    is_stale = freshness(fact, today, briefing.settings.freshness).verdict is Verdict.STALE
    return not is_stale, fact.review_by or datetime.date.max


def _reasons(fact: Fact, briefing: Briefing, today: datetime.date) -> list[tuple[str, Mapping[str, str]]]:
    judged = freshness(fact, today, briefing.settings.freshness)
    reasons: list[tuple[str, Mapping[str, str]]] = []
    if judged.verdict in (Verdict.STALE, Verdict.AGEING):
        values = {
            "days": str(judged.age_days),
            "day": str(fact.last_checked),
            "limit": str(judged.limit_days),
        }
        reasons.append(("stale", values))
    if judged.is_review_due:
        reasons.append(("review", {"day": str(fact.review_by)}))
    return reasons


def digests(
    facts: Iterable[DueFact], owners: Mapping[str, str]
) -> tuple[tuple[Digest, ...], tuple[DueFact, ...]]:
    """Return a digest for each address, and the facts whose owner has none.

    Args:
        facts: What is due.
        owners: Addresses by name; `default` for all others.
    """
    by_address: dict[str, list[DueFact]] = {}
    names: dict[str, str] = {}
    unowned = []
    for fact in facts:
        address = owners.get(fact.owner) or owners.get(DEFAULT_OWNER, "")
        if not address:
            unowned.append(fact)
            continue
        by_address.setdefault(address, []).append(fact)
        if fact.owner in owners and fact.owner != DEFAULT_OWNER:
            names.setdefault(address, fact.owner)
    found = (
        Digest(address, names.get(address, ""), tuple(facts_of)) for address, facts_of in by_address.items()
    )
    return tuple(found), tuple(unowned)
