"""Facts (family F): how they stand on the as-of day, and what key points and triggers may rest on."""

from collections.abc import Iterator

from report.facts.judgement import Verdict, find_supersession_cycles, freshness, limits_for, superseded_by
from report.facts.models import Fact
from report.facts.terms import Status
from report.findings import Code, Finding, Location, Severity
from report.lint import Ground
from report.model import Briefing

STALE = Code("F003", "fact-stale")
AGEING = Code("F010", "fact-ageing", Severity.WARNING)
REVIEW_DUE = Code("F004", "review-due", Severity.WARNING)
SUPERSESSION_CYCLE = Code("F011", "supersession-cycle", is_waivable=False)
DRAFT_IN_KEY_POINT = Code("F012", "draft-in-key-point")
SUPERSEDED_IN_KEY_POINT = Code("F014", "superseded-in-key-point")
RETRACTED_IN_KEY_POINT = Code("F013", "retracted-in-key-point", is_waivable=False)
DRAFT_IN_TRIGGER = Code("F015", "draft-in-trigger")
RETRACTED_IN_TRIGGER = Code("F016", "retracted-in-trigger", is_waivable=False)
SUPERSEDED_IN_TRIGGER = Code("F017", "superseded-in-trigger")
UNCHECKED = Code("F018", "fact-unchecked", Severity.WARNING)

# These forms ask about a fact without telling what it says.
_ASKING = ("known", "in_force", "is_first")


def check(briefing: Briefing, ground: Ground) -> list[Finding]:
    """Return stale facts, reviews that are due, circles of supersession, and what rests on unfit facts."""
    places = ground.places
    findings: list[Finding] = []
    for fact in briefing.facts.values():
        findings += _check_freshness(fact, briefing, ground, places[fact.id])
    for cycle in find_supersession_cycles(briefing.facts.values()):
        file = briefing.files["facts.yaml"]
        message = f"these facts supersede each other in a circle: {' → '.join((*cycle, cycle[0]))}"
        location = file.locate(places[cycle[0]], "supersedes", key=True)
        findings.append(Finding(SUPERSESSION_CYCLE, location, message, "Remove one of the links."))
    superseded = superseded_by(briefing.facts.values(), ground.as_of)
    findings += _check_key_points(briefing, ground, superseded)
    findings += _check_key_point_texts(briefing, ground)
    findings += _check_triggers(briefing, ground, superseded)
    return findings


def _check_freshness(fact: Fact, briefing: Briefing, ground: Ground, index: int) -> list[Finding]:
    def place(key: str) -> Location:
        return briefing.files["facts.yaml"].locate(index, key)

    judged = freshness(fact, ground.as_of, briefing.settings.freshness)
    findings = []
    if judged.verdict in (Verdict.STALE, Verdict.AGEING):
        message = (
            f'"{fact.id}" was last checked on {fact.last_checked}, {judged.age_days} days ago '
            f"(limit {judged.limit_days})"
        )
        code = STALE if judged.verdict is Verdict.STALE else AGEING
        findings.append(Finding(code, place("last_checked"), message, "Check it again and set last_checked."))
    is_unchecked = judged.verdict is Verdict.UNCHECKED and fact.status is Status.VERIFIED
    if is_unchecked and _has_limit(fact, briefing):
        message = f'"{fact.id}" is verified, and nothing says when it was last checked: it would never age'
        findings.append(Finding(UNCHECKED, place("status"), message, "Check it and set last_checked."))
    if judged.is_review_due:
        message = f'"{fact.id}" was to be reviewed by {fact.review_by}'
        findings.append(Finding(REVIEW_DUE, place("review_by"), message, "Review it and set a later day."))
    return findings


def _has_limit(fact: Fact, briefing: Briefing) -> bool:
    limits = limits_for(fact, briefing.settings.freshness)
    return limits.warn_after_days is not None or limits.error_after_days is not None


def _check_key_points(briefing: Briefing, ground: Ground, superseded: dict[str, str]) -> Iterator[Finding]:
    for index, point in enumerate(briefing.settings.key_points):
        for place, name in enumerate(point.facts):
            fact = briefing.facts.get(name)
            location = briefing.files["briefing.yaml"].locate("key_points", index, "facts", place)
            if fact is not None and fact.status is Status.DRAFT:
                yield _draft_in_key_point(name, location)
            elif fact is not None and fact.status is Status.RETRACTED:
                message = f"the key point rests on {name!r}, which is retracted"
                yield Finding(RETRACTED_IN_KEY_POINT, location, message, "Drop the point.")
            elif name in superseded:
                message = f"the key point rests on {name!r}, which {superseded[name]!r} supersedes on {ground.as_of}"
                hint = f"Rest it on {superseded[name]!r}, and read its text again."
                yield Finding(SUPERSEDED_IN_KEY_POINT, location, message, hint)


def _check_key_point_texts(briefing: Briefing, ground: Ground) -> Iterator[Finding]:
    """Yield drafts that a key point's text tells of, though it does not say that it rests on them.

    Retracted and superseded facts are found in any prose while the templates run.
    """
    bound = {name for point in briefing.settings.key_points for name in point.facts}
    for passage in ground.passages:
        if passage.kind != "key-point":
            continue
        for mention in passage.mentions:
            fact = briefing.facts.get(mention.fact)
            is_told = mention.form not in _ASKING and mention.fact not in bound
            if is_told and fact is not None and fact.status is Status.DRAFT:
                yield _draft_in_key_point(fact.id, passage.at(mention.offset))


def _draft_in_key_point(name: str, location: Location) -> Finding:
    message = f"the key point rests on {name!r}, which is a draft"
    return Finding(DRAFT_IN_KEY_POINT, location, message, "Verify the fact, or drop the point.")


def _check_triggers(briefing: Briefing, ground: Ground, superseded: dict[str, str]) -> Iterator[Finding]:
    for index, trigger in enumerate(briefing.settings.triggers):
        name, wanted = trigger.when.fact, trigger.when.is_
        fact = briefing.facts.get(name) if name is not None else None
        if fact is None:
            continue
        location = briefing.files["briefing.yaml"].locate("triggers", index, "when", "fact")
        rests = f"the trigger {trigger.id!r} rests on {fact.id!r}, which"
        if fact.status is Status.RETRACTED:
            yield Finding(RETRACTED_IN_TRIGGER, location, f"{rests} is retracted", "Drop the trigger.")
        elif fact.status is Status.DRAFT and wanted != "verified":
            # To wait until a draft is verified is what `is: verified` is for.
            hint = "Verify the fact, or wait for that by `is: verified`."
            yield Finding(DRAFT_IN_TRIGGER, location, f"{rests} is a draft", hint)
        elif fact.id in superseded and wanted != "superseded":
            newer = superseded[fact.id]
            message = f"{rests} {newer!r} supersedes on {ground.as_of}"
            hint = f"Rest it on {newer!r}, or say `is: superseded`."
            yield Finding(SUPERSEDED_IN_TRIGGER, location, message, hint)
