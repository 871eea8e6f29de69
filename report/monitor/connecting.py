"""Connections to where it is allowed: a host's name is looked up once, judged, and that address is spoken to.

As in `channels/webhook.py`: what was judged is what is spoken to, so that a name that changes in between (DNS
rebinding) leads nowhere.
"""

import asyncio
import os
import ssl
import urllib.parse
import urllib.request

from report import __version__
from report.monitor.answers import Deadline, Fetched, FetchError, Kind, Redirect, judge
from report.peers import addresses_of, is_loopback, is_public, tls_context
from report.watch_settings import MonitorSettings

PRODUCT = "jianbao"
_PORTS = {"https": 443, "http": 80}
# RFC 6762, RFC 9476 and ICANN's resolution of 2024: names that no public resolver answers for.
_PRIVATE_NAMES = (".local", ".localhost", ".internal", ".home.arpa", ".lan")


class Connector:
    """Sends requests, each to a checked address or through a proxy."""

    def __init__(self, settings: MonitorSettings) -> None:
        self._settings = settings
        self._context = tls_context(settings.ca_file, "http")
        self._agent = f"{PRODUCT}/{__version__}{_contact(settings.contact)}"

    async def send(
        self, url: str, headers: dict[str, str], deadline: Deadline, largest: int
    ) -> Fetched | Redirect:
        """Return what one address answers; redirects are not followed.

        Raises:
            FetchError: The address is not one that is asked, or what it sends cannot be taken.
            Exception: Whatever httpx, the resolver and the network raise; `told` has words for it.
        """
        import httpx

        parts = urllib.parse.urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        is_allowed = shown in self._settings.allow_hosts
        proxy = self._proxy_for(parts.scheme, host)
        if proxy:
            # The proxy looks the name up; this machine may not be able to.
            if not is_allowed and not _may_be_public(host):
                raise FetchError(Kind.REFUSED, _not_public(shown))
            return await self._send_to(url, url, headers, deadline, largest, proxy)
        looked_up = asyncio.to_thread(addresses_of, host, port)
        addresses = await asyncio.wait_for(looked_up, deadline.left)
        if not is_allowed and not all(map(is_public, addresses)):
            raise FetchError(Kind.REFUSED, _not_public(shown))
        for number, address in enumerate(addresses):
            target = str(httpx.URL(url).copy_with(host=address))
            try:
                return await self._send_to(url, target, headers, deadline, largest, "")
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if number == len(addresses) - 1:
                    raise
        raise FetchError(Kind.UNREACHABLE, "the host has no address")

    async def _send_to(
        self,
        url: str,
        target: str,
        headers: dict[str, str],
        deadline: Deadline,
        largest: int,
        proxy: str,
    ) -> Fetched | Redirect:
        import httpx

        named = httpx.URL(url)
        sent = {
            "User-Agent": self._agent,
            "Accept-Encoding": "gzip",
            "Host": named.netloc.decode("ascii"),
            **headers,
        }
        client = httpx.AsyncClient(
            verify=self._context,
            timeout=max(self._settings.timeout_seconds / 3, 1),
            follow_redirects=False,
            trust_env=False,
            proxy=proxy or None,
        )
        async with asyncio.timeout(deadline.left), client:
            extensions = {} if proxy else {"sni_hostname": named.host}
            outgoing = client.build_request("GET", target, headers=sent, extensions=extensions)
            answer = await client.send(outgoing, stream=True)
            try:
                return await judge(answer, url, largest)
            finally:
                await answer.aclose()

    def _proxy_for(self, scheme: str, host: str) -> str:
        if is_loopback(host):
            return ""
        if self._settings.proxy:
            return self._settings.proxy
        proxies = urllib.request.getproxies()
        found = proxies.get(scheme) or proxies.get("all", "")
        return "" if not found or urllib.request.proxy_bypass(host) else found

    def told(self, error: BaseException) -> str:
        """Return in words what `send` raised."""
        import httpx

        if isinstance(error, TimeoutError | httpx.TimeoutException):
            return f"it took longer than {self._settings.timeout_seconds} s"
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return f"its certificate is not trusted: {cause.verify_message}"
            if isinstance(cause, OSError) and cause.strerror:
                # asyncio puts its own words there; a resolver's errors have numbers below 0.
                return os.strerror(cause.errno) if cause.errno and cause.errno > 0 else cause.strerror
            cause = cause.__cause__ or cause.__context__
        if isinstance(error, httpx.RemoteProtocolError):
            return "it broke off, or what it sent is not HTTP"
        return f"no answer came: {type(error).__name__}"


def _contact(contact: str) -> str:
    # Crossref serves those better who say `mailto:`; what crawlers write before an address is `+`.
    return f" ({'mailto:' if '@' in contact and '/' not in contact else '+'}{contact})" if contact else ""


def check_address(url: str, asked: str) -> None:
    """Refuse what is neither `https:` nor `http:`, and a way from the one to the other.

    Args:
        url: What is to be asked.
        asked: What was asked for, from which redirects led here.

    Raises:
        FetchError: It is refused.
    """
    what = "the address" if url == asked else f"it redirects to {url[:200]!r}, which"
    try:
        parts = urllib.parse.urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise FetchError(Kind.REFUSED, f"{what} is no address") from None
    if parts.scheme not in _PORTS or not host:
        raise FetchError(Kind.REFUSED, f"{what} is neither https: nor http:")
    if "@" in parts.netloc:
        raise FetchError(Kind.REFUSED, f"{what} has a user name or a password in it")
    if asked.startswith("https:") and parts.scheme == "http":
        raise FetchError(Kind.REFUSED, f"{what} is not encrypted any more")


def _may_be_public(host: str) -> bool:
    """Return whether a host is a name, or an address that is public."""
    try:
        return is_public(host)
    except ValueError:
        return not is_loopback(host) and not host.rstrip(".").endswith(_PRIVATE_NAMES)


def _not_public(shown: str) -> str:
    return f"{shown[:100]} is this machine, or of a network that is not public"
