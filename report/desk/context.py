"""What every answer of the desk is made from, and how a request is read."""

import dataclasses
import datetime
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import pydantic
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from report.compose.matter import read_labels
from report.desk.address import Address
from report.desk.effects import Effects
from report.desk.rooms import Rooms
from report.desk.telling import Editor
from report.desk.wording import LANGUAGES, read_wording
from report.errors import UsageError
from report.pipeline.run import Run
from report.scalars import Schema

LARGEST_BODY = 1 << 20
_LANGUAGE_COOKIE = "desk-language"

Body = TypeVar("Body", bound=Schema)


class NotThereError(UsageError):
    """What is asked for does not exist."""


@dataclasses.dataclass(frozen=True)
class Desk:
    """What the desk is of.

    Attributes:
        project: The project.
        slugs: The briefings that it shows.
        start_run: Returns what the steps of a run need, as templates and fonts are by now.
        clock: Tells the instant, with its time zone.
        rooms: The pages that are looked at.
        address: Where it listens, and who is let in.
        editor: How a place in a file is opened.
        language: The desk's own, where nobody chose another.
        instance: Of this process; another after the server was started anew.
        effects: What changes would do.
    """

    project: Path
    slugs: tuple[str, ...]
    start_run: Callable[[], Run]
    clock: Callable[[], datetime.datetime]
    rooms: Rooms
    address: Address
    editor: Editor
    language: str
    instance: str
    effects: Effects = dataclasses.field(default_factory=Effects)

    def slug_of(self, request: Request) -> str:
        """Return the briefing that a request is about.

        Raises:
            NotThereError: It is none of the desk's.
        """
        slug = str(request.path_params["slug"])
        if slug not in self.slugs:
            raise NotThereError(f"there is no briefing {slug[:80]!r} here", "Open the desk's first page.")
        return slug

    def language_of(self, request: Request) -> str:
        """Return the language that the editor chose, else the desk's own."""
        chosen = request.cookies.get(_LANGUAGE_COOKIE, "")
        return chosen if chosen in LANGUAGES else self.language

    def choose_language(self, response: Response, language: str) -> None:
        """Keep the language that the editor chose."""
        response.set_cookie(_LANGUAGE_COOKIE, language, max_age=31_536_000, httponly=True, samesite="strict")

    def words(self, language: str) -> Mapping[str, str]:
        """Return the desk's own words."""
        return read_wording(language)

    def labels(self, run: Run, language: str) -> Mapping[str, str]:
        """Return the words that briefings are printed with, in the desk's language."""
        return read_labels(run.templates, language)

    def stamp(self, slug: str) -> str:
        """Return what changes where anything does that the desk shows beside pages: a hash of names, sizes, times."""
        folder = self.project / "content"
        own = folder / slug
        found = hashlib.sha256()
        for path in (
            folder / "clinics.yaml",
            folder / "distribution.yaml",
            *(own / name for name in ("facts.yaml", "sources.yaml", "briefing.yaml", "withdrawals.json")),
            *_listed(own / "sections"),
            *_listed(own / "proposals"),
            *_listed(own / "editions"),
            *_listed(self.project / "ledger"),
            *_listed(self.project / "output" / slug / "copies"),
        ):
            try:
                status = path.stat()
            except OSError:
                continue
            found.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
        return found.hexdigest()[:16]


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(Path(entry.path) for entry in os.scandir(folder))
    except OSError:
        return []


class Json(Response):
    """Data as JSON; Han as it is."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        """Return the bytes."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


async def read_body(request: Request, model: type[Body]) -> Body:
    """Return what a request says.

    Raises:
        UsageError: It says something else.
    """
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST_BODY:
            raise UsageError("the request is too large", "Change less at once.")
    try:
        return model.model_validate_json(bytes(data))
    except pydantic.ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise UsageError(f"the request is none: {place}: {first['msg']}", "Load the page again.") from None


Result = TypeVar("Result")


async def in_thread(work: Callable[[], Result]) -> Result:
    """Return what work returns that reads the disk or composes, without keeping other requests waiting."""
    return await run_in_threadpool(work)
