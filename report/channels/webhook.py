"""A signed JSON POST to an address of the clinic's, or a message of a robot in a group of 企业微信, 钉钉 or 飞书.

The POST has `Jianbao-Timestamp`, the seconds since 1970, and `Jianbao-Signature`, `v1=` and in hexadecimal the
HMAC-SHA256, by the channel's secret, of the timestamp, a dot and the body. `Idempotency-Key` is the parcel's key: who
receives one a second time has it already.
"""

import asyncio
import dataclasses
import hashlib
import hmac
import json
import logging
import ssl
import urllib.parse
from typing import Annotated, Any, Literal, Self

import pydantic
from pydantic_core import PydanticCustomError

from report import event_loops
from report.local_paths import PathText
from report.parcels import (
    ARCHIVE_MISSING,
    CHANNEL_UNREACHABLE,
    CONNECTION_LOST,
    LOGIN_REFUSED,
    PEER_UNTRUSTED,
    RECIPIENT_REFUSED,
    REPLY_LOST,
    SECRET_UNAVAILABLE,
    TARGET_UNSAFE,
    TRY_LATER,
    Deferred,
    DeliveryError,
    InDoubt,
    Parcel,
    Receipt,
    Refused,
    check_parcel,
)
from report.peers import addresses_of, endpoint_fault, is_public, tls_context
from report.robots import code_of, failure, message, signed
from report.scalars import Schema, TrueOrFalse, WholeNumber
from report.secrets import REDACTOR, SecretError, SecretRef, resolve

REQUIRES: tuple[str, ...] = ()
CAN_FIND = False
MAX_REPLY_BYTES = 64 * 1024
VERSION = 1


def _refused(text: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("scalar_invalid", "{message}", {"message": text, "hint": hint})


def _url(value: object) -> object:
    if isinstance(value, str):
        fault = endpoint_fault(value)
        if fault:
            raise _refused(f"the address {fault}", "Write an https address, or {env: NAME}.")
    return value


def _seconds(value: int) -> int:
    if not 1 <= value <= 600:
        raise _refused(f"{value} is not within 1 and 600", "Choose another.")
    return value


class Settings(Schema):
    """The keys of such a channel.

    Attributes:
        shape: `json`, or whose robot it is.
        url: The address; of a robot it lets everybody in who knows it, so it is a secret.
        secret: What signs; `json` needs it, 钉钉 (加签) and 飞书 (签名校验) may have it, 企业微信 has none.
        allow_private: Whether the address may be one of this machine or of the network that it is in.
        ca_file: The authorities that are trusted instead of the system's, as PEM.
        timeout_seconds: How long connecting, the handshake and each wait may take; the whole, three times as long.
    """

    shape: Literal["json", "wecom", "dingtalk", "feishu"] = "json"
    url: Annotated[str | SecretRef, pydantic.BeforeValidator(_url)]
    secret: SecretRef | None = None
    allow_private: TrueOrFalse = False
    ca_file: PathText = ""
    timeout_seconds: Annotated[WholeNumber, pydantic.AfterValidator(_seconds)] = 20

    @pydantic.model_validator(mode="after")
    def _check_secrets(self) -> Self:
        if self.shape != "json" and isinstance(self.url, str):
            raise _refused("the address of a robot is a secret", "Write {env: NAME} or {file_env: NAME}.")
        if self.shape == "json" and self.secret is None:
            raise _refused("nothing to sign with", "Write `secret`, such as {env: WEBHOOK_SECRET}.")
        if self.shape == "wecom" and self.secret is not None:
            raise _refused("a robot of 企业微信 has no secret besides its address", "Remove `secret`.")
        return self


@dataclasses.dataclass(frozen=True)
class _Request:
    """What is sent, and where to."""

    url: str
    body: bytes = dataclasses.field(repr=False)
    headers: dict[str, str] = dataclasses.field(repr=False)


@dataclasses.dataclass
class _Progress:
    """How far a request got."""

    is_sending: bool = False


def deliver(parcel: Parcel, settings: Settings, channel: str) -> Receipt:
    """Post what there is to say of a parcel; its files are named, and told as a link.

    Raises:
        Deferred: It was not taken, and may be later.
        Refused: It will not be, or the address is of a network that is not allowed.
        InDoubt: It was sent, and the answer did not come or cannot be read.
    """
    check_parcel(parcel)
    request = _request(parcel, settings)
    status, reply = event_loops.run(_post(request, settings))
    return _judge(status, reply, settings, parcel)


def find(parcel: Parcel, settings: Settings) -> Receipt | None:
    """Raise `Deferred`: nobody can tell what arrived."""
    text = "a webhook cannot be asked what arrived"
    raise Deferred(ARCHIVE_MISSING, text, "Ask the clinic.", is_of_channel=True)


def _request(parcel: Parcel, settings: Settings) -> _Request:
    """Return the signed request."""
    url = settings.url if isinstance(settings.url, str) else _secret(settings.url)
    if not isinstance(settings.url, str):
        _hide_parts(url)
    fault = endpoint_fault(url)
    if fault:
        text = f"the address {fault}"
        raise Deferred(CHANNEL_UNREACHABLE, text, "Correct the secret.", is_of_channel=True)
    secret = _secret(settings.secret) if settings.secret is not None else ""
    headers = {"Content-Type": "application/json; charset=utf-8", "Accept-Encoding": "identity"}
    if settings.shape == "json":
        body = _encoded(_record(parcel))
        stamp = str(int(parcel.at.timestamp()))
        sign = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers |= {
            "Jianbao-Timestamp": stamp,
            "Jianbao-Signature": f"v1={sign}",
            "Idempotency-Key": parcel.key,
        }
        return _Request(url, body, headers)
    told = message(parcel, settings.shape)
    if secret:
        url, told = signed(settings.shape, url, told, secret, parcel.at)
    return _Request(url, _encoded(told), headers)


def _record(parcel: Parcel) -> dict[str, Any]:
    """Return the body of the shape `json`; nothing of the clinic but its id."""
    files = [
        {"name": file.name, "media_type": file.media_type, "size": len(file.data), "sha256": file.sha256}
        for file in parcel.files
    ]
    return {
        "version": VERSION,
        "key": parcel.key,
        "kind": parcel.kind,
        "clinic": parcel.clinic.id,
        "briefing": parcel.briefing,
        "title": parcel.title,
        "edition": parcel.edition,
        "edition_text": parcel.edition_text,
        "as_of_text": parcel.as_of_text,
        "locale": parcel.locale,
        "subject": parcel.subject,
        "text": parcel.text,
        "changes": list(parcel.changes),
        "files": files,
        "link": parcel.link,
    }


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _secret(reference: SecretRef) -> str:
    try:
        return resolve(reference)
    except SecretError as error:
        raise Deferred(SECRET_UNAVAILABLE, error.message, error.hint, is_of_channel=True) from None


def _hide_parts(url: str) -> None:
    """Let the redactor know what of a secret address lets one in: it is logged with another host and query."""
    parts = urllib.parse.urlsplit(url)
    for part in (parts.path.rpartition("/")[2], *(value for _, value in urllib.parse.parse_qsl(parts.query))):
        if len(part) >= 12:
            REDACTOR.add(part)


async def _post(request: _Request, settings: Settings) -> tuple[int, bytes]:
    """Return status and body of the answer.

    Raises:
        DeliveryError: There is none.
    """
    import httpx

    progress = _Progress()
    try:
        return await _post_to_first(request, settings, progress)
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, UnicodeError) as error:
        raise _broken(error, is_sending=progress.is_sending) from None


async def _post_to_first(request: _Request, settings: Settings, progress: _Progress) -> tuple[int, bytes]:
    """Post to the first address of the host that can be reached."""
    import httpx

    url = httpx.URL(request.url)
    port = url.port or {"https": 443, "http": 80}[url.scheme]
    # Looked up once and then held to, so that what was judged is what is spoken to.
    addresses = await asyncio.to_thread(addresses_of, url.host, port)
    if not settings.allow_private and not all(map(is_public, addresses)):
        text = "the address is of this machine, or of a network that is not public"
        hint = "Correct it, or set `allow_private: true` if that is meant."
        raise Refused(TARGET_UNSAFE, text, hint, is_of_channel=True)
    logging.getLogger("httpx").addFilter(REDACTOR)
    for number, address in enumerate(addresses):
        try:
            # httpx limits connecting, the handshake and each single read, which a server that drips never meets. What
            # is here for all of it is longer, because httpcore leaves a socket open that is given up in a handshake.
            async with asyncio.timeout(3 * settings.timeout_seconds):
                return await _post_to(request, settings, progress, url.copy_with(host=address))
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if number == len(addresses) - 1:
                raise
    raise httpx.ConnectError("no address")


async def _post_to(request: _Request, settings: Settings, progress: _Progress, url: Any) -> tuple[int, bytes]:
    import httpx

    async def trace(event: str, _: dict[str, Any]) -> None:
        # From here on the last byte may be on its way.
        progress.is_sending = progress.is_sending or event == "http11.send_request_body.started"

    named = httpx.URL(request.url)
    headers = {**request.headers, "Host": named.netloc.decode("ascii")}
    extensions = {"sni_hostname": named.host, "trace": trace}
    context = tls_context(settings.ca_file, "http")
    client = httpx.AsyncClient(
        verify=context, timeout=settings.timeout_seconds, follow_redirects=False, trust_env=False
    )
    async with client:
        outgoing = client.build_request(
            "POST", url, content=request.body, headers=headers, extensions=extensions
        )
        answer = await client.send(outgoing, stream=True)
        try:
            body = b""
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) > MAX_REPLY_BYTES:
                    break
            return answer.status_code, body[: MAX_REPLY_BYTES + 1]
        finally:
            await answer.aclose()


def _broken(error: BaseException, *, is_sending: bool) -> DeliveryError:
    import httpx

    reason = (
        "it took too long"
        if isinstance(error, TimeoutError | httpx.TimeoutException)
        else type(error).__name__
    )
    if is_sending:
        text = f"the request was sent, and no answer came: {reason}"
        return InDoubt(REPLY_LOST, text, "Ask the clinic whether it came, or set policy.in_doubt.")
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            text = f"the server's certificate is not trusted: {cause.verify_message}"
            hint = "Check the address; name a private authority as ca_file."
            return Deferred(PEER_UNTRUSTED, text, hint, is_of_channel=True)
        cause = cause.__cause__ or cause.__context__
    unreachable = (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL, OSError, UnicodeError)
    if isinstance(error, unreachable):
        text = f"the server cannot be reached: {reason}"
        return Deferred(CHANNEL_UNREACHABLE, text, "Check the address and ca_file.", is_of_channel=True)
    text = f"the connection broke before the request was sent: {reason}"
    return Deferred(CONNECTION_LOST, text, "Nothing arrived; it is tried again.")


def _judge(status: int, body: bytes, settings: Settings, parcel: Parcel) -> Receipt:
    """Return the receipt that an answer is, or raise what it means."""
    if not 200 <= status < 300:
        raise _of_status(status)
    if settings.shape == "json":
        return Receipt(parcel.key, f"HTTP {status}")
    try:
        reply: Any = json.loads(body) if len(body) <= MAX_REPLY_BYTES else None
    except (ValueError, RecursionError):
        reply = None
    code = code_of(reply)
    if code is None:
        text = f"the robot answered HTTP {status}, and what it says cannot be read"
        raise InDoubt(REPLY_LOST, text, "Look into the group, or set policy.in_doubt.")
    if code != 0:
        raise failure(settings.shape, code, reply)
    return Receipt(parcel.key, f"HTTP {status}, code 0")


def _of_status(status: int) -> DeliveryError:
    """Return what a status of RFC 9110, 15, means for a request that was sent whole."""
    text = f"the server answered HTTP {status}"
    if status in (408, 425, 429, 503):
        return Deferred(TRY_LATER, text, "It is tried again.")
    if status in (401, 403, 407):
        hint = "Compare the secret with the server's."
        return Deferred(LOGIN_REFUSED, text, hint, is_of_channel=True)
    if status >= 500:
        # A gateway that gives up does not know what is behind it.
        return InDoubt(REPLY_LOST, text, "Ask the clinic whether it came, or set policy.in_doubt.")
    if status < 400:
        hint = "Write the address that it leads to; redirects are not followed."
        return Refused(RECIPIENT_REFUSED, text, hint, is_of_channel=True)
    return Refused(
        RECIPIENT_REFUSED, text, "Ask who runs the server.", is_of_channel=status in (404, 405, 410)
    )
