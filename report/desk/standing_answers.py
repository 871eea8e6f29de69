"""Answers about editions and deliveries: read only."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from report.desk.context import Desk, Json, in_thread
from report.desk.deliveries import standing_data
from report.desk.effects import Effect, effect_data
from report.desk.telling import finding_data
from report.load.files import read_briefing


class StandingAnswers:
    """Answers of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        """Return where the answers are found."""
        return [
            Route("/api/standing/{slug}", self.standing),
            Route("/api/changes/{slug}", self.changes),
        ]

    async def standing(self, request: Request) -> Response:
        """Return how editions and deliveries stand, and what would be sent."""
        desk, slug, language = self._desk, self._desk.slug_of(request), self._desk.language_of(request)

        def work() -> dict[str, object]:
            run = desk.start_run()
            return standing_data(run, slug, desk.clock(), desk.labels(run, language), language, desk.editor)

        return Json(await in_thread(work))

    async def changes(self, request: Request) -> Response:
        """Return what changed since the last edition, or since the one that is asked for."""
        desk, slug = self._desk, self._desk.slug_of(request)
        asked = request.query_params.get("since", "")
        since = int(asked) if asked.isascii() and asked.isdigit() else None

        def work() -> dict[str, object]:
            found = desk.effects.since(desk.start_run(), read_briefing(desk.project, slug), since)
            effect = Effect(found.summary, found.groups)
            return {
                **effect_data(effect),
                "old": found.old,
                "new": found.new,
                "released": found.is_released,
                "findings": [finding_data(item, desk.editor) for item in found.findings],
            }

        return Json(await in_thread(work))
