"""No more often than is polite: one request to a host at a time, with a delay, where `robots.txt` lets it be asked."""

import asyncio
import contextlib
import time
import urllib.parse
from collections.abc import AsyncIterator, Callable

from report.monitor.answers import Deadline, Fetched, FetchError, Kind, Redirect
from report.monitor.connecting import PRODUCT, Connector, check_address

MOST_REDIRECTS = 5
# RFC 9309, 2.5, has at least 500 KiB read.
_ROBOTS_BYTES = 2 * 1024 * 1024
# A site may ask for a longer delay; one that asks for an hour is looked at all the same.
_LONGEST_DELAY = 30.0

Rules = Callable[[str], bool]


class Politeness:
    """What one run knows of each host."""

    def __init__(self, connector: Connector, delay_seconds: float) -> None:
        self._connector = connector
        self._delay = delay_seconds
        self._locks: dict[str, asyncio.Lock] = {}
        self._next_at: dict[str, float] = {}
        self._delays: dict[str, float] = {}
        self._rules: dict[str, Rules | FetchError] = {}

    @contextlib.asynccontextmanager
    async def turn(self, url: str, deadline: Deadline) -> AsyncIterator[None]:
        """Wait for the turn at a host; the deadline is put off by as long as that took."""
        host = host_of(url)
        began = time.monotonic()
        async with self._locks.setdefault(host, asyncio.Lock()):
            await asyncio.sleep(max(self._next_at.get(host, 0.0) - time.monotonic(), 0))
            deadline.at += time.monotonic() - began
            try:
                yield
            finally:
                self._next_at[host] = time.monotonic() + max(self._delay, self._delays.get(host, 0.0))

    async def check(self, url: str, deadline: Deadline) -> None:
        """Heed a site's `robots.txt` (RFC 9309), which is read once a run.

        Raises:
            FetchError: It does not let the address be asked for, or it could not be read.
        """
        parts = urllib.parse.urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            try:
                self._rules[origin] = await self._read(origin, deadline)
            except FetchError as error:
                why = f"its robots.txt cannot be read: {error.why}"
                self._rules[origin] = FetchError(error.kind, why, error.status)
        rules = self._rules[origin]
        if isinstance(rules, FetchError):
            raise FetchError(rules.kind, rules.why, rules.status)
        if not rules(url):
            raise FetchError(Kind.REFUSED, "the site's robots.txt does not allow it", is_robots=True)

    async def _read(self, origin: str, deadline: Deadline) -> Rules:
        import protego

        url = f"{origin}/robots.txt"
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._ask(url, origin, deadline)
            if isinstance(answer, Redirect):
                url = urllib.parse.urljoin(url, answer.target)
                continue
            # RFC 9309, 2.3.1.3 and 2.3.1.4: where there is none, all is allowed; where the site fails, nothing is.
            if answer.kind is Kind.UNREACHABLE and not (400 <= answer.status < 500 and answer.status != 429):
                raise FetchError(Kind.UNREACHABLE, answer.why)
            if answer.kind is not Kind.BODY:
                break
            rules = protego.Protego.parse(answer.body.decode("utf-8", "replace"))
            delay = float(rules.crawl_delay(PRODUCT) or 0)
            self._delays[host_of(origin)] = min(delay, _LONGEST_DELAY)
            return lambda asked: bool(rules.can_fetch(asked, PRODUCT))
        return lambda _: True

    async def _ask(self, url: str, origin: str, deadline: Deadline) -> Fetched | Redirect:
        check_address(url, origin)
        async with self.turn(url, deadline):
            return await self._connector.send(url, {"Accept": "text/plain"}, deadline, _ROBOTS_BYTES)


def host_of(url: str) -> str:
    """Return host and port of an address; what is no address is a host of its own."""
    try:
        return urllib.parse.urlsplit(url).netloc.lower()
    except ValueError:
        return url
