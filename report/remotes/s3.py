"""S3: an object is whole or not there; the manifest is put only where none is (`If-None-Match: *`).

httpx sends, and AWS's own runtime signs (Signature Version 4). Whole clients take keys, proxies and authorities from
elsewhere than the settings.
"""

import contextlib
import hashlib
import re
import urllib.parse
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING

from report.parcels import DeliveryError
from report.remotes.files import full, later, login_refused, lost, missing, secret, unreachable
from report.remotes.http import client, exchange
from report.remotes.settings import S3

if TYPE_CHECKING:
    # 0.1 s to import, which a run without such a channel does not spend.
    import httpx

_MAX_ERROR_BYTES = 64 * 1024
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and what OSS, COS and Ceph say besides.
_LATER = frozenset(
    {
        "SlowDown",
        "ServiceUnavailable",
        "RequestLimitExceeded",
        "RequestTimeout",
        "Throttling",
        "TooManyRequests",
    }
)
_LOGIN = frozenset(
    {"InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "ExpiredToken", "RequestTimeTooSkewed"}
)
_FULL = frozenset({"QuotaExceeded", "EntityTooLarge", "InsufficientStorage"})
_ADDRESS = frozenset(
    {"NoSuchBucket", "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed"}
    | {"SecondLevelDomainForbidden", "PathStyleDomainForbidden"}
)
_KNOWN = _LATER | _LOGIN | _FULL | _ADDRESS


@contextlib.asynccontextmanager
async def connected(settings: S3, seconds: float) -> AsyncIterator["S3Files"]:
    """Yield a client.

    Raises:
        Deferred: Its settings cannot be used.
    """
    signer = Signer(secret(settings.access_key), secret(settings.secret_key), settings.region or "us-east-1")
    async with client(settings.ca_file, seconds) as opened:
        yield S3Files(opened, signer, root_of(settings), seconds)


def root_of(settings: S3) -> str:
    """Return the address below which a channel's objects are, without a / at its end."""
    region = settings.region or "us-east-1"
    top = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    parts = urllib.parse.urlsplit(settings.endpoint or f"https://s3.{region}.{top}")
    style = settings.addressing_style
    if not style:
        # A certificate for *.s3.… is not one for a bucket with a dot.
        style = "path" if settings.endpoint or "." in settings.bucket else "virtual"
    host, path = (
        (f"{settings.bucket}.{parts.netloc}", parts.path)
        if style == "virtual"
        else (parts.netloc, f"{parts.path}/{settings.bucket}")
    )
    prefix = f"/{_quoted(settings.prefix, '/')}" if settings.prefix else ""
    return f"{parts.scheme}://{host}{path}{prefix}"


def _quoted(text: str, safe: str = "") -> str:
    """Return a name as Signature Version 4 wants it in a path: all but the unreserved characters of RFC 3986."""
    return urllib.parse.quote(text, safe=safe)


class Signer:
    """Signs requests with one key for one region; it looks for no other key anywhere.

    Raises:
        Deferred: The extra is not installed, or the key cannot be one.
    """

    def __init__(self, access_key: str, secret_key: str, region: str) -> None:
        try:
            from awscrt import auth
        except ImportError:
            raise missing("awscrt") from None
        self._region = region
        try:
            self._credentials = auth.AwsCredentialsProvider.new_static(access_key, secret_key)
        except RuntimeError:
            raise login_refused("an access key or secret is empty") from None

    def headers(self, method: str, url: str, headers: Mapping[str, str], data: bytes) -> dict[str, str]:
        """Return the headers of a request with `Host` and the signature among them.

        Raises:
            Deferred: It cannot be signed.
        """
        from awscrt import auth, exceptions, http

        parts = urllib.parse.urlsplit(url)
        request = http.HttpRequest(
            method, parts.path, http.HttpHeaders([("Host", parts.netloc), *headers.items()])
        )
        config = auth.AwsSigningConfig(
            algorithm=auth.AwsSigningAlgorithm.V4,
            signature_type=auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
            credentials_provider=self._credentials,
            region=self._region,
            service="s3",
            use_double_uri_encode=False,
            should_normalize_uri_path=False,
            signed_body_value=hashlib.sha256(data).hexdigest(),
            signed_body_header_type=auth.AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA_256,
        )
        try:
            # With a key that is at hand, it is done before it returns.
            signed = auth.aws_sign_request(request, config).result(timeout=10)
        except (exceptions.AwsCrtError, TimeoutError):
            raise login_refused("the request cannot be signed with this key") from None
        return {str(name): str(value) for name, value in signed.headers}


class S3Files:
    """The objects below an address."""

    def __init__(self, client: "httpx.AsyncClient", signer: Signer, root: str, seconds: float) -> None:
        self._client, self._signer, self._root, self._seconds = client, signer, root, seconds

    async def _ask(self, method: str, names: tuple[str, ...], *, data: bytes = b"", is_new: bool = False,
                   largest_bytes: int = 0) -> tuple[int, bytes]:  # fmt: skip
        url = "/".join((self._root, *(_quoted(name) for name in names)))
        headers = self._signer.headers(method, url, {"If-None-Match": "*"} if is_new else {}, data)
        return await exchange(
            self._client,
            method,
            url,
            headers=headers,
            content=data if method == "PUT" else None,
            largest_bytes=max(largest_bytes, _MAX_ERROR_BYTES),
            seconds=self._seconds,
        )

    async def make_folder(self, names: tuple[str, ...]) -> None:
        """S3 has no folders."""

    async def read(self, names: tuple[str, ...], largest_bytes: int) -> bytes | None:
        """Return an object; see `Files`."""
        status, body = await self._ask("GET", names, largest_bytes=largest_bytes)
        if status == 404 and _code(body) != "NoSuchBucket":
            return None
        _expect(status, body, "reading")
        return body[:largest_bytes]

    async def write(self, names: tuple[str, ...], data: bytes) -> None:
        """Put a whole object in its place; see `Files`."""
        status, body = await self._ask("PUT", names, data=data)
        _expect(status, body, "writing")

    async def create(self, names: tuple[str, ...], data: bytes) -> bool:
        """Put a whole object where none is; see `Files`."""
        status, body = await self._ask("PUT", names, data=data, is_new=True)
        if status == 412:
            return False
        if status == 501 or _code(body) == "NotImplemented":
            # A server without conditional writes; the ledger lets one run deliver at a time.
            if await self.read(names, 1) is not None:
                return False
            await self.write(names, data)
            return True
        _expect(status, body, "writing")
        return True


def _code(body: bytes) -> str:
    """Return the code of S3 in the body of an error; "" for none."""
    found = re.search(rb"<Code>\s*([A-Za-z0-9.]{1,64})\s*</Code>", body)
    return found[1].decode("ascii") if found else ""


def _expect(status: int, body: bytes, what: str) -> None:
    if status != 200:
        raise _failure(status, _code(body), what)


def _failure(status: int, code: str, what: str) -> DeliveryError:
    """Return what an answer means; only codes that are known are told, for other words may hold keys."""
    told = f"{what}: HTTP {status}" + (f", {code}" if code in _KNOWN else "")
    if code in _FULL or status in (413, 507):
        return full(told)
    if code == "NoSuchBucket":
        return unreachable("the bucket does not exist")
    if code in _ADDRESS:
        return unreachable(told)
    # 409: another request for the same object was under way, and nothing was done.
    if code in _LATER or status in (408, 409, 425, 429, 503):
        return later(told)
    if code in _LOGIN or status in (401, 403, 407):
        return login_refused(told)
    if status >= 500:
        # It may be done all the same.
        return lost(told)
    return unreachable(told)
