"""Who is let in: this machine's own browser, with the secret, from the desk's own pages; nobody else.

A desk listens where every page of the web that the editor has open can knock too. So each request has to name this
machine (a foreign name that was made to lead here is told by `Host`), and one that changes something has to come from
the desk's own page (`Origin`); a cookie that no other site's request carries (`SameSite=Strict`) holds the secret.
"""

import hmac
import http.cookies
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from report.desk.address import HOST, Address

# What anybody may have: it says nothing of the project.
OPEN = ("/enter", "/static/", "/fonts/")
# What shows the door to those that are not let in yet.
_SHELL = "/b/"
_HOSTS = (HOST, "localhost")
_READING = ("GET", "HEAD")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


def cookie_name(port: int) -> str:
    """Return the cookie's name: cookies know no ports, and two desks must not undo each other's."""
    return f"desk-{port}"


class Guard:
    """ASGI middleware that answers those that are not let in, and says of every answer what it may do."""

    def __init__(self, app: ASGIApp, *, address: Address) -> None:
        self._app, self._address = app, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope) if scope["type"] == "http" else PlainTextResponse("no", 403)
        await (refusal or self._app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        host = headers.get("host", "")
        if _name_in(host) not in _HOSTS:
            return PlainTextResponse("This desk answers to this machine's own name only.", 421)
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not _is_shell(path):
            return PlainTextResponse("Another site asked for this.", 403)
        if scope["method"] not in _READING:
            is_own = headers.get("origin") == f"http://{host}"
            if not is_own or headers.get("content-type", "").partition(";")[0] != "application/json":
                return PlainTextResponse("Only the desk's own page may change something.", 403)
        if not _is_shell(path) and not path.startswith(OPEN) and not is_known(headers, self._address):
            return PlainTextResponse("Open the address that `report preview` printed.", 401)
        return None


def _is_shell(path: str) -> bool:
    return path == "/" or path.startswith(_SHELL)


def _name_in(host: str) -> str:
    """Return the name of a `Host` header without its port; empty where it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_known(headers: Headers, address: Address) -> bool:
    """Return whether a request carries the desk's secret in its cookie."""
    try:
        cookies = http.cookies.SimpleCookie(headers.get("cookie", ""))
    except http.cookies.CookieError:
        return False
    morsel = cookies.get(cookie_name(address.port))
    return morsel is not None and hmac.compare_digest(morsel.value.encode(), address.token.encode())
