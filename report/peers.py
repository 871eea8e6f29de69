"""Who the other side of a connection is: its certificate, its address, how long it may take.

The network is asked for names in `addresses_of` only.
"""

import contextlib
import functools
import ipaddress
import socket
import ssl
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Literal

# RFC 6052, 2.1: an IPv4 address within an IPv6 one, as NAT64 writes it.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by its very name; RFC 6761, 6.3, reserves `localhost`."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


@functools.lru_cache(maxsize=8)
def tls_context(ca_file: str, protocol: Literal["http", "mail"]) -> ssl.SSLContext:
    """Return a context that checks certificate and name, of TLS 1.2 at least; asked again, the one that was made.

    To read the system's authorities takes 15 ms, a quarter of what a letter costs.

    Args:
        ca_file: A PEM file of the authorities that are trusted instead of the system's; "" for those.
        protocol: What is spoken through it. httpx writes HTTP into its context (RFC 7301); no mail server speaks it.

    Raises:
        OSError: The file cannot be read, or holds no certificate.
    """
    context = ssl.create_default_context(cafile=ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def addresses_of(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host, those that its resolver prefers first.

    Raises:
        OSError: The name has none, or the resolver cannot be asked.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Return whether an IP address is of the public Internet, whatever form an IPv4 address has in it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


@contextlib.contextmanager
def time_limit(seconds: float, end: Callable[[], None]) -> Iterator[None]:
    """Call `end`, which should break the connection, if the block has not ended in time.

    The timeout of a socket is for one read; a server that sends a byte at a time never meets it.
    """
    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def break_connection(sock: socket.socket | None) -> None:
    """Shut a socket, so that whoever waits for it is told."""
    if sock is not None:
        with contextlib.suppress(OSError):
            # Not `SSLSocket.shutdown`, which takes the encryption off while the other thread may still write.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)


def endpoint_fault(url: str) -> str:
    """Return why a URL is not one that is spoken to; "" where it is: `https:`, or `http:` to this machine itself."""
    if len(url) > 2000 or not all("!" <= char <= "~" for char in url):
        return "has a space or another character that no address has"
    try:
        parts = urllib.parse.urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no address"
    if not host or "@" in parts.netloc or parts.fragment:
        return "names no host, or has a user name, a password or a # in it"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        return "does not begin with https://"
    return ""
