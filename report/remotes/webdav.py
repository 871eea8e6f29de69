"""WebDAV (RFC 4918) over httpx: a file is put beside its place, and moved there.

httpx itself, not fsspec: there a move is a copy and a removal (webdav4 0.11), which is seen half done.
"""

import contextlib
import urllib.parse
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from report.remotes.files import full, in_the_way, later, login_refused, lost, secret, unreachable
from report.remotes.http import client, exchange
from report.remotes.settings import WebDav

if TYPE_CHECKING:
    # 0.1 s to import, which a run without such a channel does not spend.
    import httpx


@contextlib.asynccontextmanager
async def connected(settings: WebDav, seconds: float) -> AsyncIterator["WebDavFiles"]:
    """Yield a client.

    Raises:
        Deferred: Its settings cannot be used.
    """
    login = (settings.user, secret(settings.password)) if settings.password is not None else None
    async with client(settings.ca_file, seconds, login) as opened:
        yield WebDavFiles(opened, settings.url, seconds)


class WebDavFiles:
    """The files below a folder's address."""

    def __init__(self, client: "httpx.AsyncClient", root: str, seconds: float) -> None:
        self._client, self._root, self._seconds = client, root, seconds

    def _url(self, names: tuple[str, ...]) -> str:
        return "/".join((self._root, *(urllib.parse.quote(name, safe="") for name in names)))

    async def _ask(self, method: str, names: tuple[str, ...], *, data: bytes = b"", move_to: str = "",
                   replaces: bool = True, largest_bytes: int = 0) -> tuple[int, bytes]:  # fmt: skip
        """Return the status of an answer and as much of its body as is asked for."""
        headers = {"Destination": move_to, "Overwrite": "T" if replaces else "F"} if move_to else {}
        return await exchange(
            self._client,
            method,
            self._url(names) + ("/" if method == "MKCOL" else ""),
            headers=headers,
            content=data if method == "PUT" else None,
            largest_bytes=largest_bytes,
            seconds=self._seconds,
        )

    async def make_folder(self, names: tuple[str, ...]) -> None:
        """Make folders within each other; see `Files`."""
        for depth in range(1, len(names) + 1):
            status, _ = await self._ask("MKCOL", names[:depth])
            # RFC 4918, 9.3.1: 405 where something is already.
            if status != 405:
                _expect(status, "a new folder")

    async def read(self, names: tuple[str, ...], largest_bytes: int) -> bytes | None:
        """Return a file; see `Files`."""
        status, body = await self._ask("GET", names, largest_bytes=largest_bytes)
        if status == 404:
            return None
        _expect(status, "reading", expected=(200,))
        return body

    async def write(self, names: tuple[str, ...], data: bytes) -> None:
        """Put a whole file in its place; see `Files`."""
        await self._move(names, data, replaces=True)

    async def create(self, names: tuple[str, ...], data: bytes) -> bool:
        """Put a whole file where none is; see `Files`."""
        return await self._move(names, data, replaces=False)

    async def _move(self, names: tuple[str, ...], data: bytes, *, replaces: bool) -> bool:
        beside = (*names[:-1], f"{names[-1][:40]}.part")
        status, _ = await self._ask("PUT", beside, data=data)
        _expect(status, "writing")
        status, _ = await self._ask("MOVE", beside, move_to=self._url(names), replaces=replaces)
        if status == 412 and not replaces:
            await self._ask("DELETE", beside)
            return False
        _expect(status, "moving into place")
        return True


def _expect(status: int, what: str, expected: tuple[int, ...] = (200, 201, 204)) -> None:
    """Raise what a status means, unless it is an expected one (RFC 4918, 11; RFC 9110, 15)."""
    if status in expected:
        return
    told = f"{what}: HTTP {status}"
    if status in (401, 403, 407):
        raise login_refused(told)
    if status in (507, 413):
        raise full(told)
    if status in (408, 423, 425, 429, 503):
        raise later(told)
    if status in (409, 412):
        raise in_the_way(told)
    if status >= 500 or status == 207:
        # Half of it may be done.
        raise lost(told)
    raise unreachable(told)
