"""Documents asked for over the network: only where that is allowed, within limits, and no more often than is polite.

Redirects are followed by hand, and each of them is judged anew.
"""

import asyncio
import dataclasses
import urllib.parse
from collections.abc import Callable, Sequence

from report import event_loops
from report.monitor.answers import Deadline, Fetched, FetchError, Kind, Redirect, Request
from report.monitor.connecting import Connector, check_address
from report.monitor.politeness import MOST_REDIRECTS, Politeness, host_of
from report.watch_settings import MonitorSettings

MOST_AT_ONCE = 8

Done = Callable[[Request, Fetched], None]


def fetch(request: Request, settings: MonitorSettings) -> Fetched:
    """Return what came of one request; whatever the other side does is told in it."""
    found: list[Fetched] = []
    fetch_all([request], settings, lambda _, fetched: found.append(fetched))
    return found[0]


def fetch_all(requests: Sequence[Request], settings: MonitorSettings, done: Done) -> None:
    """Ask for documents, several hosts at once and of each host one after the other; tell each as it comes.

    Args:
        requests: What is asked for.
        settings: How.
        done: Is called once for each request, never twice at once.

    Raises:
        OSError: The file of the authorities cannot be read.
    """
    if requests:
        event_loops.run(_Fetcher(settings).fetch_all(requests, done))


class _Fetcher:
    """One run."""

    def __init__(self, settings: MonitorSettings) -> None:
        self._settings = settings
        self._connector = Connector(settings)
        self._politeness = Politeness(self._connector, settings.delay_seconds)

    async def fetch_all(self, requests: Sequence[Request], done: Done) -> None:
        by_host: dict[str, list[Request]] = {}
        for request in requests:
            by_host.setdefault(host_of(request.url), []).append(request)
        room = asyncio.Semaphore(MOST_AT_ONCE)

        async def ask(of_host: list[Request]) -> None:
            for request in of_host:
                async with room:
                    fetched = await self._fetch(request)
                done(request, fetched)

        try:
            async with asyncio.TaskGroup() as group:
                for of_host in by_host.values():
                    group.create_task(ask(of_host))
        except BaseExceptionGroup as raised:
            # What `done` raised: the others are cancelled, and the run ends as it would without a group.
            raise raised.exceptions[0] from None

    async def _fetch(self, request: Request) -> Fetched:
        import httpx

        url = request.url
        try:
            return await self._follow(request)
        except FetchError as error:
            return Fetched(url, url, error.kind, error.why, error.status, is_robots=error.is_robots)
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, ValueError) as error:
            return Fetched(url, url, Kind.UNREACHABLE, self._connector.told(error))

    async def _follow(self, request: Request) -> Fetched:
        """Return what the last of the redirects answers."""
        import httpx

        url, moved_to, is_permanent = request.url, "", True
        deadline = Deadline.in_seconds(self._settings.timeout_seconds)
        for _ in range(MOST_REDIRECTS + 1):
            check_address(url, request.url)
            if request.heeds_robots:
                await self._politeness.check(url, deadline)
            answer = await self._ask(url, request, deadline)
            if isinstance(answer, Fetched):
                return dataclasses.replace(answer, url=request.url, moved_to=moved_to)
            # httpx writes an address with %-escapes, so that nothing in it can be read as anything else.
            url = urllib.parse.urldefrag(str(httpx.URL(urllib.parse.urljoin(url, answer.target)))).url
            is_permanent = is_permanent and answer.is_permanent
            moved_to = url if is_permanent else moved_to
        raise FetchError(Kind.UNREACHABLE, f"it redirects more than {MOST_REDIRECTS} times")

    async def _ask(self, url: str, request: Request, deadline: Deadline) -> Fetched | Redirect:
        headers = {"Accept": request.accept}
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        async with self._politeness.turn(url, deadline):
            return await self._connector.send(url, headers, deadline, self._settings.largest_bytes)
