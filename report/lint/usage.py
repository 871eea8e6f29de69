"""Facts (family F): how those in use are told, and which of them nothing uses."""

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping

from report.facts.errors import DerivedError
from report.facts.judgement import is_known, superseded_by
from report.facts.models import Fact
from report.facts.selection import FactIndex, Selection, read_kind
from report.facts.terms import Kind, Status, Tier
from report.findings import Code, Finding, Location, Severity
from report.lint import Ground
from report.model import Briefing
from report.passages import EXPRESSION, VALUE, Mention, Passage
from report.scalars import LocalText

CONTESTED_UNHEDGED = Code("F030", "contested-unhedged")
DRAFT_NOT_SHOWN = Code("F031", "draft-not-shown", Severity.WARNING)
ORPHAN = Code("F033", "fact-orphan", Severity.WARNING)
MARKETING_ONLY = Code("F034", "marketing-only", Severity.WARNING)

# These forms ask about a fact without telling what it says.
_ASKING = ("known", "in_force", "is_first")
# What prints the standing of a draft beside the value, by itself.
_SHOWS_DRAFT = re.compile(r"date|dates(?:\.\w+)?|label|attr\.\w+|status|valid|in_force")
# What is computed from a draft says so itself too.
_COMPUTED = frozenset({"days_between", "years_between", "age", "days_since", "days_to_review"})
# 没有争议 and “undisputed” hold the word and say the opposite.
_DENIED = re.compile(r"(?:[没沒不未非无無][\u2060]*|\b(?:not|no longer|never|hardly) |\bun)\Z", re.IGNORECASE)

_LITERAL = re.compile(r"""(['"])(?P<id>[a-z0-9-]+)(?:\.[a-z_]+)?\1""")
_COUNT = re.compile(r"\b(?:count|first|is_first)\((?P<asked>[^()]*)\)")
_ASKED = re.compile(r"""\b(kind|of|entity|jurisdiction|subject)\s*=\s*['"]([^'"]*)['"]""")
_LISTING = re.compile(r"\{%-?\s*(?:set|for)\b.*?%\}", re.DOTALL)
_OF_A_LIST = re.compile(r"\b(?:fact|past)\(\s*[A-Za-z_]")


def check(briefing: Briefing, ground: Ground) -> list[Finding]:
    """Return contested and draft facts that are told as if they were sure, marketing claims, and orphans."""
    findings: list[Finding] = []
    partners = _partners(briefing.facts)
    for passage in ground.passages:
        told = _told(passage, briefing.facts)
        if told:
            findings += _check_contested(passage, told, ground, partners)
            findings += _check_drafts(passage, told, ground)
    findings += _check_key_points(briefing, ground, partners)
    findings += _check_trigger_labels(briefing, ground)
    used = _used(briefing, ground)
    findings += _check_marketing(briefing, ground, used)
    findings += _check_orphans(briefing, ground, used)
    return findings


def _partners(facts: Mapping[str, Fact]) -> dict[str, set[str]]:
    """Return the facts that each is known to disagree with, whichever of the two says so; none is retracted."""
    found: dict[str, set[str]] = {}
    retracted = {fact.id for fact in facts.values() if fact.status is Status.RETRACTED}
    for fact in facts.values():
        for other in fact.contradicts:
            if not {fact.id, other} & retracted:
                found.setdefault(fact.id, set()).add(other)
                found.setdefault(other, set()).add(fact.id)
    return found


def _told(passage: Passage, facts: Mapping[str, Fact]) -> list[tuple[Mention, Fact]]:
    """Return the mentions that print something of a fact: a value, what is computed of it, or a note."""
    if not passage.mentions and VALUE not in passage.text:
        return []
    found = []
    for mention in (*passage.mentions, *_listed(passage)):
        is_printed = mention.form == "note" or passage.text[mention.offset] == VALUE
        if is_printed and mention.form not in _ASKING and mention.fact in facts:
            found.append((mention, facts[mention.fact]))
    return found


def _listed(passage: Passage) -> Iterator[Mention]:
    """Yield the facts of a list that the passage goes through, printing a value of each: `fact(name).date`."""
    raw = passage.file.text[passage.start : passage.start + len(passage.text)] if passage.is_verbatim else ""
    if "{%" not in raw:
        return
    values = (match for match in re.finditer(r"\{\{.*?\}\}", raw) if _OF_A_LIST.search(match.group()))
    printed = next((match.start() for match in values), None)
    if printed is None:
        return
    for statement in _LISTING.finditer(raw):
        for literal in _LITERAL.finditer(statement.group()):
            yield Mention(literal["id"], "fact", "date", printed)


def _says(text: str, words: Iterable[str]) -> bool:
    return any(
        not _DENIED.search(text, 0, match.start())
        for word in words
        for match in re.finditer(re.escape(word), text, re.IGNORECASE)
    )


def _check_contested(
    passage: Passage, told: list[tuple[Mention, Fact]], ground: Ground, partners: Mapping[str, set[str]]
) -> Iterator[Finding]:
    contested = {fact.id: mention for mention, fact in reversed(told) if fact.status is Status.CONTESTED}
    words = ground.words_in(passage.locale).contested
    if not contested or _says(passage.text, words):
        return
    named = {fact.id for _, fact in told}
    told_as_such = {fact.id for mention, fact in told if mention.field == "status"}
    for name, mention in contested.items():
        if name not in told_as_such and not partners.get(name, set()) & named:
            yield _unhedged(name, passage.at(mention.offset), passage.kind, words, partners)


def _unhedged(
    name: str, place: Location, kind: str, words: tuple[str, ...], partners: Mapping[str, set[str]]
) -> Finding:
    where = {"item": "list item", "table": "table row"}.get(kind, kind).replace("-", " ")
    other = min(partners.get(name, ()), default="")
    message = f"{name!r} is contested, and the {where} does not say {words[0]}"
    hint = f"Write {words[0]} in it, and tell both sides."
    if other:
        message += f", nor tells {other!r}, which disagrees"
        hint = f"Write {words[0]} in it, or tell {other!r} there as well."
    return Finding(CONTESTED_UNHEDGED, place, message, hint)


def _check_drafts(passage: Passage, told: list[tuple[Mention, Fact]], ground: Ground) -> Iterator[Finding]:
    drafts = {fact.id: mention for mention, fact in reversed(told) if fact.status is Status.DRAFT}
    words = ground.words_in(passage.locale).unconfirmed
    # A draft in a key point is an error of its own, and no word mends it.
    if not drafts or passage.kind == "key-point" or _says(passage.text, words):
        return
    shown = {
        fact.id
        for mention, fact in told
        if mention.form in _COMPUTED or _SHOWS_DRAFT.fullmatch(mention.field)
    }
    for name, mention in drafts.items():
        if name not in shown:
            what = "a note" if mention.form == "note" else "a value that does not show it"
            message = f"{name!r} is a draft, and is told here by {what}, without {words[0]}"
            hint = f"Write （{words[0]}） behind the statement."
            yield Finding(DRAFT_NOT_SHOWN, passage.at(mention.offset), message, hint)


def _check_key_points(
    briefing: Briefing, ground: Ground, partners: Mapping[str, set[str]]
) -> Iterator[Finding]:
    """Yield contested facts that a key point rests on, where its text names them in no template expression."""
    for index, point in enumerate(briefing.settings.key_points):
        named = {name for text in point.text.texts.values() for name in _names(text)}
        for place, name in enumerate(point.facts):
            fact = briefing.facts.get(name)
            if fact is None or fact.status is not Status.CONTESTED or name in named:
                continue
            words = _missing_words(point.text, ground)
            if words and not partners.get(name, set()) & {*point.facts, *named}:
                location = briefing.files["briefing.yaml"].locate("key_points", index, "facts", place)
                yield _unhedged(name, location, "key-point", words, partners)


def _check_trigger_labels(briefing: Briefing, ground: Ground) -> Iterator[Finding]:
    for index, trigger in enumerate(briefing.settings.triggers):
        fact = briefing.facts.get(trigger.when.fact or "")
        if fact is None or fact.status is not Status.CONTESTED:
            continue
        words = _missing_words(trigger.label, ground)
        if words and (trigger.note is None or _missing_words(trigger.note, ground)):
            location = briefing.files["briefing.yaml"].locate("triggers", index, "label")
            yield _unhedged(fact.id, location, "trigger's label", words, {})


def _missing_words(text: LocalText, ground: Ground) -> tuple[str, ...]:
    """Return the hedges of the first locale whose text has none of them; none where each has one."""
    for locale, own in text.texts.items():
        words = ground.words_in(locale or ground.language).contested
        if not _says(own, words):
            return words
    return ()


def _used(briefing: Briefing, ground: Ground) -> frozenset[str]:
    """Return the facts that a section, key point, trigger, the timeline or a computed value uses."""
    settings = briefing.settings
    texts = [section.body for section in briefing.sections] + list(briefing.parts.values())
    texts += [text for point in settings.key_points for text in point.text.texts.values()]
    used = {name for text in texts for name in _names(text)}
    used.update(name for point in settings.key_points for name in point.facts)
    used.update(trigger.when.fact for trigger in settings.triggers if trigger.when.fact is not None)
    used.update(fact.id for fact in briefing.facts.values() if settings.timeline.takes(fact))
    used.update(_counted(texts, briefing, ground))
    return frozenset(used)


def _counted(texts: Iterable[str], briefing: Briefing, ground: Ground) -> Iterator[str]:
    """Yield the facts that expressions and triggers count, or find the first of."""
    asked = {tuple(_ASKED.findall(call["asked"])) for text in texts for call in _COUNT.finditer(text)}
    counts = [trigger.when.count for trigger in briefing.settings.triggers if trigger.when.count is not None]
    given = [dict(keywords) for keywords in asked]
    given += [
        {key: str(value) for key, value in count.model_dump(exclude_none=True).items()} for count in counts
    ]
    index = FactIndex(briefing.facts.values() if given else (), ground.as_of)
    for keywords in given:
        kind = keywords.get("kind", keywords.get("of"))
        # What cannot be selected is a finding where the expression is run.
        with contextlib.suppress(DerivedError):
            wanted = Selection(
                kind=None if kind is None else read_kind(kind),
                entity=keywords.get("entity"),
                jurisdiction=keywords.get("jurisdiction"),
                subject=keywords.get("subject"),
            )
            yield from (fact.id for fact in index.select(wanted))


def _names(text: str) -> Iterator[str]:
    """Yield what may be ids of facts in a text: in its notes, and between quotes in its template expressions."""
    for match in EXPRESSION.finditer(text):
        if match["note"] is not None:
            yield match["note"].strip()
        elif match["template"] is not None:
            yield from (literal["id"] for literal in _LITERAL.finditer(match["template"]))


def _check_marketing(briefing: Briefing, ground: Ground, used: frozenset[str]) -> Iterator[Finding]:
    """Yield facts in use that only marketing bears out; that somebody holds an opinion, their own page tells."""
    for fact in briefing.facts.values():
        is_relied_on = fact.status in (Status.VERIFIED, Status.CONTESTED) and fact.kind is not Kind.OPINION
        if not is_relied_on or fact.id not in used or not fact.sources:
            continue
        sources = [briefing.sources.get(reference.ref) for reference in fact.sources]
        if all(source is not None and source.tier is Tier.MARKETING for source in sources):
            names = ", ".join(dict.fromkeys(repr(reference.ref) for reference in fact.sources))
            message = f"{fact.id!r} is {fact.status.value}, and rests on marketing alone: {names}"
            location = briefing.files["facts.yaml"].locate(ground.places[fact.id], "sources", key=True)
            hint = "Add a source that is not the seller's own, or set its status to draft."
            yield Finding(MARKETING_ONLY, location, message, hint)


def _check_orphans(briefing: Briefing, ground: Ground, used: frozenset[str]) -> Iterator[Finding]:
    superseded = superseded_by(briefing.facts.values(), ground.as_of)
    if _has_lost_ids(briefing):
        return
    for fact in briefing.facts.values():
        is_past = fact.status is Status.RETRACTED or fact.id in superseded
        if fact.id in used or is_past or fact.kind is Kind.OPINION or not is_known(fact, ground.as_of):
            continue
        message = (
            f"nothing uses {fact.id!r}: no section, key point, trigger or computed value, nor the timeline"
        )
        location = briefing.files["facts.yaml"].locate(ground.places[fact.id], "id")
        yield Finding(ORPHAN, location, message, "Tell it somewhere, or remove it.")


def _has_lost_ids(briefing: Briefing) -> bool:
    """Return whether the timeline lists an id that does not exist: which fact it means cannot be told."""
    facts = briefing.settings.timeline.facts
    root = briefing.files["briefing.yaml"].root
    timeline = root.value.get("timeline") if root is not None and isinstance(root.value, dict) else None
    listed = (
        timeline.value.get("facts") if timeline is not None and isinstance(timeline.value, dict) else None
    )
    names = listed.value if listed is not None and isinstance(listed.value, list) else []
    return isinstance(facts, tuple) and len(facts) < len(names)
