"""S3 with s3fs: an object is whole or not there; the manifest is put only where none is (`If-None-Match: *`)."""

import asyncio
import contextlib
import errno
import functools
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from report.parcels import DeliveryError
from report.remotes.files import (
    full,
    later,
    login_refused,
    lost,
    missing,
    secret,
    unreachable,
    untrusted,
    within,
)
from report.remotes.settings import S3

if TYPE_CHECKING:
    # 0.6 s to import, which a run without such a channel does not spend.
    import s3fs

_LATER = ("SlowDown", "ServiceUnavailable", "RequestLimitExceeded", "Throttling", "TooManyRequests")
_LOGIN = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "ExpiredToken", "403", "401")
_FULL = ("QuotaExceeded", "EntityTooLarge", "InsufficientStorage", "507")


@contextlib.asynccontextmanager
async def connected(settings: S3, seconds: float) -> AsyncIterator["S3Files"]:
    """Yield a session.

    Raises:
        Deferred: There is none.
    """
    try:
        import s3fs
    except ImportError:
        raise missing("s3fs") from None
    client: dict[str, Any] = {"region_name": settings.region or None}
    if settings.ca_file:
        client["verify"] = settings.ca_file
    system = s3fs.S3FileSystem(
        session=_session(),
        key=secret(settings.access_key),
        secret=secret(settings.secret_key),
        endpoint_url=settings.endpoint or None,
        client_kwargs=client,
        config_kwargs={
            "connect_timeout": seconds,
            "read_timeout": seconds,
            # One attempt: the ledger tries again, and knows that it does.
            "retries": {"max_attempts": 0},
            # The newer checksums are not known to every server of this kind.
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        },
        asynchronous=True,
        loop=asyncio.get_running_loop(),
        skip_instance_cache=True,
        use_listings_cache=False,
    )
    system.retries = 1
    async with within(seconds):
        with _translated():
            session = await system.set_session()
    try:
        yield S3Files(system, "/".join(filter(None, (settings.bucket, settings.prefix))), seconds)
    finally:
        with contextlib.suppress(Exception):
            await session.close()


@functools.cache
def _session() -> Any:
    """Return a session of botocore; it keeps the descriptions of services, which take 0.4 s to read."""
    from aiobotocore.session import AioSession

    return AioSession()


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (DeliveryError, FileExistsError):
        raise
    except Exception as error:  # botocore, aiohttp and s3fs have no base in common but this
        raise _failure(error) from None


def _failure(error: Exception) -> DeliveryError:
    """Return what an error of the libraries means; its words may hold keys, so only its kind is told."""
    cause = error.__cause__ if error.__cause__ is not None else error
    code = _code(cause)
    name = code or type(cause).__name__
    if "SSL" in name or "Certificate" in name:
        return untrusted(
            "its certificate is not trusted", "Check endpoint; name a private authority as ca_file."
        )
    if isinstance(error, PermissionError) or code in _LOGIN:
        return login_refused(name)
    if code in _LATER:
        return later(name)
    if code in _FULL or getattr(error, "errno", None) == errno.ENOSPC:
        return full(name)
    if isinstance(error, FileNotFoundError) or "NoSuchBucket" in name:
        return unreachable("the bucket does not exist")
    if "EndpointConnection" in name or "ConnectTimeout" in name or "ClientConnector" in name:
        return unreachable(name)
    return lost(name)


def _code(error: BaseException | None) -> str:
    """Return the code of S3 that an error of botocore carries; "" for none."""
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


class S3Files:
    """The objects below a prefix."""

    def __init__(self, system: "s3fs.S3FileSystem", root: str, seconds: float) -> None:
        self._system, self._root, self._seconds = system, root, seconds

    @contextlib.asynccontextmanager
    async def _asked(self) -> AsyncIterator[None]:
        async with within(self._seconds):
            with _translated():
                yield

    def _path(self, names: tuple[str, ...]) -> str:
        return "/".join((self._root, *names))

    async def make_folder(self, names: tuple[str, ...]) -> None:
        """S3 has no folders."""

    async def read(self, names: tuple[str, ...], largest_bytes: int) -> bytes | None:
        """Return an object; see `Files`."""
        async with self._asked():
            try:
                data = await self._system._cat_file(self._path(names), start=0, end=largest_bytes)
            except FileNotFoundError as error:
                if _code(error.__cause__) == "NoSuchBucket":
                    raise
                return None
        return bytes(data)

    async def write(self, names: tuple[str, ...], data: bytes) -> None:
        """Put a whole object in its place; see `Files`."""
        async with self._asked():
            await self._system._pipe_file(self._path(names), data)

    async def create(self, names: tuple[str, ...], data: bytes) -> bool:
        """Put a whole object where none is; see `Files`."""
        async with self._asked():
            try:
                await self._system._pipe_file(self._path(names), data, mode="create")
            except FileExistsError:
                return False
            except OSError as error:
                if error.errno == errno.ENOSYS:
                    # A server without conditional writes (501); the ledger lets one run deliver at a time.
                    return await self._create_unconditionally(names, data)
                raise
        return True

    async def _create_unconditionally(self, names: tuple[str, ...], data: bytes) -> bool:
        with contextlib.suppress(FileNotFoundError):
            await self._system._cat_file(self._path(names), start=0, end=1)
            return False
        await self._system._pipe_file(self._path(names), data)
        return True
