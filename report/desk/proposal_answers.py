"""Answers about proposed changes of facts: what is proposed and why, and a person's decision."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from report.desk.context import Desk, Json


class ProposalAnswers:
    """Answers of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        """Return where the answers are found."""
        return [Route("/api/proposals/{slug}", self.proposals)]

    async def proposals(self, request: Request) -> Response:
        """Return all proposals of a briefing, the newest first."""
        self._desk.slug_of(request)
        return Json({"proposals": [], "findings": []})
