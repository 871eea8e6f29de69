"""The desk as an ASGI application: who is let in, the page itself, and where each answer is found."""

import dataclasses
import json
import mimetypes
import os
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from report.compose.pages import PageTemplates
from report.desk.context import Desk, Json, NotThereError, in_thread, read_body
from report.desk.editing import ConflictError
from report.desk.explaining import read_explanations
from report.desk.fact_answers import FactAnswers
from report.desk.guarding import Guard, cookie_name, is_known
from report.desk.preview_answers import PreviewAnswers
from report.desk.proposal_answers import ProposalAnswers
from report.desk.standing_answers import StandingAnswers
from report.desk.wording import LANGUAGES, desk_folder
from report.errors import ReportError
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.scalars import Schema
from report.typography.fonts import bundled_fonts_dir

_COOKIE_SECONDS = 30 * 86400
_STATIC = (".css", ".js")
_FONTS = ("JianbaoSong-Regular", "JianbaoSong-Bold", "JianbaoHei-Regular", "JianbaoHei-Bold")


class Entry(Schema):
    """What somebody shows at the door."""

    secret: str


@dataclasses.dataclass(frozen=True)
class Shell:
    """What the template of the desk's page sees.

    Attributes:
        lang: BCP 47, of the desk.
        words: Its words.
        data: What its scripts start with, as JSON.
        slug: The briefing.
        briefings: All that there are: slug and title.
        other: The language to change to.
    """

    lang: str
    words: Mapping[str, str]
    data: Markup
    slug: str
    briefings: tuple[tuple[str, str], ...]
    other: str


def make_app(desk: Desk) -> Starlette:
    """Return the desk as an ASGI application."""
    shell = _ShellAnswers(desk)
    routes = [
        *shell.routes(),
        *PreviewAnswers(desk).routes(),
        *FactAnswers(desk).routes(),
        *ProposalAnswers(desk).routes(),
        *StandingAnswers(desk).routes(),
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        desk.rooms.close()

    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, address=desk.address)],
        exception_handlers={
            ReportError: _answer_error,
            HTTPException: _answer_http,
            Exception: _answer_bug,
        },
        lifespan=lifespan,
    )


class _ShellAnswers:
    """The page itself, and what it is made of."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        folder = desk_folder()
        self._templates = PageTemplates(
            {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
        )
        self._static = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in _STATIC}

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.first),
            Route("/b/{slug}", self.page),
            Route("/enter", self.enter, methods=["POST"]),
            Route("/static/{name}", self.static),
            Route("/fonts/{name}.ttf", self.font),
            Route("/api/codes", self.codes),
        ]

    async def first(self, request: Request) -> Response:
        if not is_known(request.headers, self._desk.address):
            return self._door(request)
        return RedirectResponse(f"/b/{self._desk.slugs[0]}", 303)

    async def page(self, request: Request) -> Response:
        desk = self._desk
        if not is_known(request.headers, desk.address):
            return self._door(request)
        slug = desk.slug_of(request)
        chosen = request.query_params.get("language", "")
        if chosen in LANGUAGES:
            answer: Response = RedirectResponse(f"/b/{slug}", 303)
            desk.choose_language(answer, chosen)
            return answer
        html = await in_thread(lambda: self._templates.render(self._shell(request, slug), "desk.html"))
        return Response(html, media_type="text/html; charset=utf-8")

    async def enter(self, request: Request) -> Response:
        """Let in whoever has the secret, and give them a cookie that carries it."""
        address = self._desk.address
        if not address.admits((await read_body(request, Entry)).secret):
            return Json({"error": "the address is of another desk, or was used up"}, 403)
        answer = Json({"entered": True})
        answer.set_cookie(
            cookie_name(address.port),
            address.token,
            max_age=_COOKIE_SECONDS,
            httponly=True,
            samesite="strict",
        )
        return answer

    async def static(self, request: Request) -> Response:
        name = str(request.path_params["name"])
        if name not in self._static:
            raise NotThereError("there is no such file", "Load the page again.")
        kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0]
        headers = {"cache-control": "no-cache"}
        return Response(self._static[name], media_type=f"{kind}; charset=utf-8", headers=headers)

    async def font(self, request: Request) -> Response:
        name = str(request.path_params["name"])
        if name not in _FONTS:
            raise NotThereError("there is no such font", "Load the page again.")
        data = await in_thread((bundled_fonts_dir() / f"{name}.ttf").read_bytes)
        headers = {"cache-control": "private, max-age=86400"}
        return Response(data, media_type="font/ttf", headers=headers)

    async def codes(self, request: Request) -> Response:
        """Return what each code means, for those whose language the page of errors is in."""
        is_chinese = self._desk.language_of(request) == "zh-Hans"
        return Json(dict(await in_thread(read_explanations)) if is_chinese else {})

    def _door(self, request: Request) -> Response:
        html = self._templates.render(self._shell(request, ""), "enter.html")
        return Response(html, media_type="text/html; charset=utf-8")

    def _shell(self, request: Request, slug: str) -> Shell:
        desk = self._desk
        language = desk.language_of(request)
        briefings = tuple((name, _title(desk, name)) for name in desk.slugs) if slug else ()
        words = desk.words(language)
        data = {"slug": slug, "language": language, "words": words, "editor": bool(desk.editor.pattern)}
        # `<` would end the script's element (HTML, 4.12.1.3).
        text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
        other = next(item for item in LANGUAGES if item != language)
        return Shell(language, words, Markup(text), slug, briefings, other)


def _title(desk: Desk, slug: str) -> str:
    briefing, _ = load_briefing(read_briefing(desk.project, slug))
    return briefing.text(briefing.settings.title, briefing.settings.language) if briefing else slug


async def _answer_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ReportError)
    status = 404 if isinstance(error, NotThereError) else 409 if isinstance(error, ConflictError) else 422
    return Json({"error": error.message, "hint": error.hint}, status)


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return Json({"error": error.detail, "hint": ""}, error.status_code)


async def _answer_bug(request: Request, error: Exception) -> Response:
    if os.environ.get("JIANBAO_DEBUG"):
        traceback.print_exception(error)
    message = f"a bug in the program: {type(error).__name__}"
    return Json({"error": message, "hint": "Report it; the terminal says more with --debug."}, 500)
