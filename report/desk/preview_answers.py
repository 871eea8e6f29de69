"""Answers about pages: the stream of what changes, images, the web edition."""

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from report.desk.context import Desk, Json, NotThereError, in_thread
from report.desk.rooms import Room, Wanted
from report.desk.telling import snapshot_data
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.pages import VIEWS
from report.pipeline.outputs import variants_of
from report.scalars import LOCALES

# How long the stream is silent at most: the page takes a longer silence for a server that is gone.
HEARTBEAT_SECONDS = 2.0
SCALES = (1.0, 1.5, 2.0, 3.0, 4.0)
# The author's page: as it is for readers, without what it could do here. Its scripts run only where it has a tab of its
# own, and there it is of no origin, so that it can ask for nothing with the editor's cookie.
_STILL = (
    "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
)
_ALIVE = (
    "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src data:; font-src data:"
)


# The page that it is in asks again once there are newer pages.
_NOT_YET = b"<!DOCTYPE html><title>-</title>"


class PreviewAnswers:
    """Answers of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        """Return where the answers are found."""
        look = "{slug}/{view}/{locale}"
        return [
            Route(f"/api/events/{look}", self.events),
            Route(f"/api/snapshot/{look}", self.snapshot),
            Route(f"/pages/{look}/{{digest}}.png", self.image),
            Route(f"/web/{look}", self.web),
        ]

    async def events(self, request: Request) -> Response:
        """Stream pages and what else changes, from what there is now on (Server-sent events, WHATWG HTML 9.2)."""
        room = await self._room(request)
        slug = self._desk.slug_of(request)
        return StreamingResponse(
            self._stream(room, slug),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    async def snapshot(self, request: Request) -> Response:
        """Return the pages as they are now."""
        return Json(snapshot_data((await self._room(request)).latest(), self._desk.editor))

    async def image(self, request: Request) -> Response:
        """Return a page's image; of one digest it never changes."""
        room = await self._room(request)
        try:
            asked = float(request.query_params.get("scale", "2"))
        except ValueError:
            asked = 2.0
        scale = next((size for size in SCALES if size >= asked), SCALES[-1])
        digest = str(request.path_params["digest"])
        data = await in_thread(lambda: room.session.page_png(digest, scale))
        if data is None:
            raise NotThereError("the page has gone", "Wait for the next ones.")
        headers = {"cache-control": "private, max-age=31536000, immutable"}
        return Response(data, media_type="image/png", headers=headers)

    async def web(self, request: Request) -> Response:
        """Return the web edition: still within the desk, alive in a tab of its own."""
        room = await self._room(request)
        data = await in_thread(room.session.web_page)
        is_alone = request.query_params.get("alone") == "1"
        policy = (
            f"{_ALIVE if is_alone else _STILL}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
        )
        return Response(
            data or _NOT_YET,
            media_type="text/html; charset=utf-8",
            headers={"content-security-policy": policy},
        )

    async def _room(self, request: Request) -> Room:
        desk, slug = self._desk, self._desk.slug_of(request)
        wanted = Wanted(slug, str(request.path_params["view"]), str(request.path_params["locale"]))

        # An image must not wait for the briefing to be read again.
        found = desk.rooms.find(wanted)
        if found is not None:
            return found

        def enter() -> Room:
            if not _has_view(desk, wanted):
                raise NotThereError("the briefing has no such view", "Choose another.")
            return desk.rooms.enter(wanted)

        return await in_thread(enter)

    async def _stream(self, room: Room, slug: str) -> AsyncIterator[str]:
        desk = self._desk
        with room.looking():
            yield f"retry: 1000\n{_event('hello', {'instance': desk.instance})}"
            latest, stamp = room.latest(), ""
            yield _event("pages", snapshot_data(latest, desk.editor))
            while True:
                found = await in_thread(lambda: desk.stamp(slug))
                if found != stamp:
                    stamp = found
                    yield _event("state", {"stamp": stamp})
                newer = await room.after(latest.revision, HEARTBEAT_SECONDS)
                if newer is None:
                    yield _event("beat", {})
                else:
                    latest = newer
                    yield _event("pages", snapshot_data(latest, desk.editor))
                # Where pages come one after the other, others are let in between.
                await asyncio.sleep(0)


def _has_view(desk: Desk, wanted: Wanted) -> bool:
    """Return whether a view and locale can be looked at; of a briefing that cannot be read, nobody knows which can."""
    briefing, _ = load_briefing(read_briefing(desk.project, wanted.slug))
    if briefing is None:
        return wanted.view in VIEWS and wanted.locale in LOCALES
    return (wanted.view, wanted.locale) in variants_of(briefing)


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
