"""Answers about proposed changes of facts: what is proposed and why, and a person's decision."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from report.desk.context import Desk, Json, in_thread, read_body
from report.desk.telling import Editor, finding_data
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.model import Briefing
from report.pipeline.deciding import Decided, accept, reject
from report.proposals import FOLDER, Proposal, Seen, read_proposals
from report.scalars import Schema


class Decision(Schema):
    """What somebody decides.

    Attributes:
        by: Who.
        values: What is written, as `report accept --value` takes it; empty for what is proposed.
        reason: Why.
    """

    by: str
    values: tuple[str, ...] = ()
    reason: str = ""


class ProposalAnswers:
    """Answers of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        """Return where the answers are found."""
        return [
            Route("/api/proposals/{slug}", self.proposals),
            Route("/api/proposals/{slug}/{id}/accept", self.accept, methods=["POST"]),
            Route("/api/proposals/{slug}/{id}/reject", self.reject, methods=["POST"]),
        ]

    async def proposals(self, request: Request) -> Response:
        """Return all proposals of a briefing, the newest first."""
        desk, slug = self._desk, self._desk.slug_of(request)

        def work() -> dict[str, object]:
            found, findings = read_proposals(desk.project, slug)
            briefing, _ = load_briefing(read_briefing(desk.project, slug)) if found else (None, [])
            folder = f"content/{slug}/{FOLDER}"
            return {
                "proposals": [_proposal_data(one, briefing, desk.editor, folder) for one in reversed(found)],
                "findings": [finding_data(item, desk.editor) for item in findings],
            }

        return Json(await in_thread(work))

    async def accept(self, request: Request) -> Response:
        """Accept a proposal; with it, what is proposed is written."""
        desk, slug, wanted = self._desk, self._desk.slug_of(request), str(request.path_params["id"])
        asked = await read_body(request, Decision)
        today = desk.clock().date()

        def work() -> Decided:
            return accept(
                desk.project,
                [slug],
                wanted,
                by=asked.by,
                today=today,
                values=asked.values,
                reason=asked.reason,
            )

        return self._told(await in_thread(work))

    async def reject(self, request: Request) -> Response:
        """Reject a proposal; no fact is changed."""
        desk, slug, wanted = self._desk, self._desk.slug_of(request), str(request.path_params["id"])
        asked = await read_body(request, Decision)
        today = desk.clock().date()

        def work() -> Decided:
            return reject(desk.project, [slug], wanted, by=asked.by, today=today, reason=asked.reason)

        return self._told(await in_thread(work))

    def _told(self, decided: Decided) -> Response:
        findings = [finding_data(item, self._desk.editor) for item in decided.findings]
        return Json({"decided": not findings, "changed": decided.changed, "findings": findings})


def _proposal_data(
    one: Proposal, briefing: Briefing | None, editor: Editor, folder: str
) -> dict[str, object]:
    source = briefing.sources.get(one.source) if briefing is not None else None
    return {
        "id": one.id,
        "kind": one.kind,
        "status": one.status,
        "title": source.title if source is not None else one.source or _label(briefing, one.subject),
        "facts": [{"id": name, "label": _label(briefing, name)} for name in one.facts],
        "field": one.field,
        "old": one.old,
        "new": one.new,
        "on": one.opened_at.date().isoformat(),
        "url": one.evidence.url,
        "note": one.evidence.note,
        "seen": {"old": _seen_data(one.evidence.old), "new": _seen_data(one.evidence.new)},
        "diff": one.diff.splitlines(),
        "decided_by": one.decided_by,
        "decided_on": one.decided_on.isoformat() if one.decided_on else "",
        "reason": one.reason,
        "link": editor.link(f"{folder}/{one.id}.yaml"),
    }


def _label(briefing: Briefing | None, name: str) -> str:
    fact = briefing.facts.get(name) if briefing is not None else None
    if briefing is None or fact is None:
        return name
    return briefing.text(fact.label, briefing.settings.language) or name


def _seen_data(seen: Seen | None) -> Mapping[str, str] | None:
    return None if seen is None else {"on": seen.on.isoformat(), "text": seen.text[:12]}
