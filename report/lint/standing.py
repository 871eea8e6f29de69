"""Facts (family F): how they stand on the as-of day, each at its place in facts.yaml."""

from report.facts.judgement import Verdict, find_supersession_cycles, freshness, superseded_by
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


def check(briefing: Briefing, ground: Ground) -> list[Finding]:
    """Return stale facts, reviews that are due, circles of supersession, and key points on unfit facts."""
    places = _places(briefing)
    findings: list[Finding] = []
    for fact in briefing.facts.values():
        findings += _check_freshness(fact, briefing, ground, places[fact.id])
    for cycle in find_supersession_cycles(briefing.facts.values()):
        file = briefing.files["facts.yaml"]
        message = f"these facts supersede each other in a circle: {' → '.join((*cycle, cycle[0]))}"
        location = file.locate(places[cycle[0]], "supersedes", key=True)
        findings.append(Finding(SUPERSESSION_CYCLE, location, message, "Remove one of the links."))
    return findings + _check_key_points(briefing, ground)


def _places(briefing: Briefing) -> dict[str, int]:
    """Return where in facts.yaml each fact stands."""
    root = briefing.files["facts.yaml"].root if "facts.yaml" in briefing.files else None
    places: dict[str, int] = {}
    for index, node in enumerate(root.value if root is not None and isinstance(root.value, list) else []):
        if isinstance(node.value, dict) and "id" in node.value:
            places.setdefault(str(node.value["id"].value), index)
    return places


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
    if judged.is_review_due:
        message = f'"{fact.id}" was to be reviewed by {fact.review_by}'
        findings.append(Finding(REVIEW_DUE, place("review_by"), message, "Review it and set a later day."))
    return findings


def _check_key_points(briefing: Briefing, ground: Ground) -> list[Finding]:
    findings = []
    superseded = superseded_by(briefing.facts.values(), ground.as_of)
    for index, point in enumerate(briefing.settings.key_points):
        for place, name in enumerate(point.facts):
            fact = briefing.facts.get(name)
            location = briefing.files["briefing.yaml"].locate("key_points", index, "facts", place)
            if fact is not None and fact.status is Status.DRAFT:
                message = f"the key point rests on {name!r}, which is a draft"
                findings.append(
                    Finding(DRAFT_IN_KEY_POINT, location, message, "Verify the fact, or drop the point.")
                )
            elif fact is not None and fact.status is Status.RETRACTED:
                message = f"the key point rests on {name!r}, which is retracted"
                findings.append(Finding(RETRACTED_IN_KEY_POINT, location, message, "Drop the point."))
            elif name in superseded:
                message = f"the key point rests on {name!r}, which {superseded[name]!r} supersedes on {ground.as_of}"
                hint = f"Rest it on {superseded[name]!r}, and read its text again."
                findings.append(Finding(SUPERSEDED_IN_KEY_POINT, location, message, hint))
    return findings
