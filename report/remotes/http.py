"""One exchange of HTTP with a server of files, for WebDAV and S3: nothing but the settings says where it goes."""

import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING

from report.parcels import DeliveryError
from report.peers import tls_context
from report.remotes.files import lost, unreachable, untrusted, within

if TYPE_CHECKING:
    # 0.1 s to import, which a run without such a channel does not spend.
    import httpx


@contextlib.asynccontextmanager
async def client(
    ca_file: str, seconds: float, login: tuple[str, str] | None = None
) -> AsyncIterator["httpx.AsyncClient"]:
    """Yield a client that checks certificates, and follows neither redirects nor what the environment says.

    Args:
        ca_file: The authorities that are trusted instead of the system's; "" for those.
        seconds: How long connecting, one read and one write may take.
        login: User and password of HTTP Basic.

    Raises:
        Deferred: `ca_file` cannot be used.
    """
    import httpx

    try:
        context = tls_context(ca_file, "http")
    except OSError as error:
        raise untrusted(
            f"ca_file cannot be used: {error.strerror or 'no certificate'}", "Correct ca_file."
        ) from None
    # No proxy, no .netrc: what the environment says is not what the settings say.
    async with httpx.AsyncClient(
        auth=login, verify=context, timeout=seconds, follow_redirects=False, trust_env=False
    ) as opened:
        yield opened


async def exchange(
    client: "httpx.AsyncClient",
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes | None,
    largest_bytes: int,
    seconds: float,
) -> tuple[int, bytes]:
    """Return the status of an answer and as much of its body as is asked for.

    Raises:
        Deferred: There is no answer; `CONNECTION_LOST` where what was asked may have been done.
    """
    headers = {**headers, "Accept-Encoding": "identity"}
    # Longer than what httpx limits by itself: httpcore leaves a socket open that is given up in a handshake.
    async with within(3 * seconds):
        with _translated():
            async with client.stream(method, url, content=content, headers=headers) as answer:
                body = b""
                async for chunk in answer.aiter_raw():
                    body += chunk
                    if len(body) >= largest_bytes:
                        break
                return answer.status_code, body[:largest_bytes]


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    import httpx

    try:
        yield
    except DeliveryError:
        raise
    except httpx.ConnectError as error:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                hint = "Check its address; name a private authority as ca_file."
                raise untrusted(cause.verify_message, hint) from None
            cause = cause.__cause__ or cause.__context__
        raise unreachable("nobody answers there") from None
    except (httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL, UnicodeError):
        raise unreachable("nobody answers there") from None
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise lost(type(error).__name__) from None
