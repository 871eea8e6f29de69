"""SFTP with asyncssh: host keys are pinned, files are renamed into their place, no link is followed below the folder.

asyncssh itself, not its fsspec: that one trusts every host unless it is told otherwise, has no fsync, and renames
through `cp` of a shell where a server lacks posix-rename (sshfs 2026.8).
"""

import contextlib
import posixpath
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, cast

from report.parcels import Deferred, DeliveryError
from report.remotes.files import (
    full,
    in_the_way,
    login_refused,
    lost,
    missing,
    secret,
    unreachable,
    untrusted,
    within,
)
from report.remotes.settings import Sftp

if TYPE_CHECKING:
    # 0.3 s to import, which a run without such a channel does not spend.
    import asyncssh


@contextlib.asynccontextmanager
async def connected(settings: Sftp, seconds: float) -> AsyncIterator["SftpFiles"]:
    """Yield a connection.

    Raises:
        Deferred: There is none, or its server is not the one whose key is pinned.
    """
    try:
        import asyncssh
    except ImportError:
        raise missing("asyncssh") from None
    password = secret(settings.password) if settings.password is not None else None
    try:
        host_keys = [asyncssh.import_public_key(key) for key in settings.host_keys]
        keys = [_private_key(settings)] if settings.key_file else None
        with contextlib.ExitStack() as stack:
            stack.enter_context(_translated(is_open=False))
            async with within(seconds):
                connection = await asyncssh.connect(
                    settings.host,
                    settings.port,
                    username=settings.user,
                    password=password,
                    client_keys=keys,
                    known_hosts=(host_keys, [], []),
                    # Nothing of what this machine's user has set up for ssh.
                    config=None,
                    agent_path=None,
                    gss_host=None,
                )
        try:
            async with within(seconds):
                with _translated():
                    client = await connection.start_sftp_client()
            yield SftpFiles(client, settings.path, seconds)
        finally:
            connection.abort()
            with contextlib.suppress(Exception):
                async with within(seconds):
                    await connection.wait_closed()
    except asyncssh.KeyImportError as error:
        raise untrusted(f"a key cannot be read: {error}", "Correct host_keys or key_file.") from None


def _private_key(settings: Sftp) -> "asyncssh.SSHKey":
    import asyncssh

    passphrase = secret(settings.passphrase) if settings.passphrase is not None else None
    try:
        return asyncssh.read_private_key(settings.key_file, passphrase)
    except OSError as error:
        raise login_refused(f"the key file cannot be read: {error.strerror}") from None
    except asyncssh.KeyEncryptionError:
        raise login_refused("the passphrase does not open the key file") from None


@contextlib.contextmanager
def _translated(*, is_open: bool = True) -> Iterator[None]:
    import asyncssh

    try:
        yield
    except DeliveryError:
        raise
    except asyncssh.HostKeyNotVerifiable:
        hint = "Ask who runs it whether its key changed; only then pin the new one as host_keys."
        raise untrusted("its host key is not pinned", hint) from None
    except asyncssh.PermissionDenied:
        raise login_refused("permission denied") from None
    except (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded) as error:
        raise full(type(error).__name__) from None
    except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.DisconnectError) as error:
        raise lost(type(error).__name__) from None
    except asyncssh.SFTPError as error:
        raise unreachable(type(error).__name__) from None
    except (asyncssh.Error, OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise (lost(reason) if is_open else unreachable(reason)) from None


class SftpFiles:
    """The files behind a connection."""

    def __init__(self, client: "asyncssh.SFTPClient", root: str, seconds: float) -> None:
        self._client, self._root, self._seconds = client, root, seconds

    @contextlib.asynccontextmanager
    async def _asked(self) -> AsyncIterator[None]:
        async with within(self._seconds):
            with _translated():
                yield

    def _path(self, names: tuple[str, ...]) -> str:
        return posixpath.join(self._root, *names)

    async def make_folder(self, names: tuple[str, ...]) -> None:
        """Make folders within each other; see `Files`."""
        import asyncssh

        for depth in range(1, len(names) + 1):
            path = self._path(names[:depth])
            async with self._asked():
                with contextlib.suppress(asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                    await self._client.mkdir(path)
                found = await self._client.lstat(path)
                if found.type != asyncssh.FILEXFER_TYPE_DIRECTORY:
                    raise in_the_way(f"{'/'.join(names[:depth])} is a link or a file")

    async def read(self, names: tuple[str, ...], largest_bytes: int) -> bytes | None:
        """Return a file; see `Files`."""
        import asyncssh

        async with self._asked():
            try:
                found = await self._client.lstat(self._path(names))
                if found.type != asyncssh.FILEXFER_TYPE_REGULAR:
                    raise in_the_way(f"{'/'.join(names)} is a link or a folder")
                async with self._client.open(self._path(names), "rb") as file:
                    # Of mode rb, which the stubs do not tell from r.
                    return cast(bytes, await file.read(largest_bytes))
            except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                return None

    async def write(self, names: tuple[str, ...], data: bytes) -> None:
        """Put a whole file in its place; see `Files`."""
        import asyncssh

        beside = await self._beside(names, data)
        async with self._asked():
            try:
                await self._client.posix_rename(beside, self._path(names))
            except asyncssh.SFTPOpUnsupported:
                # Without the extension a rename replaces nothing (SFTP version 3, 6.5).
                with contextlib.suppress(asyncssh.SFTPError):
                    await self._client.remove(self._path(names))
                await self._client.rename(beside, self._path(names))

    async def create(self, names: tuple[str, ...], data: bytes) -> bool:
        """Put a whole file where none is; see `Files`."""
        import asyncssh

        beside = await self._beside(names, data)
        async with self._asked():
            try:
                # Plain rename: servers refuse it where something is (SFTP version 3, 6.5).
                await self._client.rename(beside, self._path(names))
            except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                if not await self._client.lexists(self._path(names)):
                    raise
                await self._client.remove(beside)
                return False
        return True

    async def _beside(self, names: tuple[str, ...], data: bytes) -> str:
        """Write a file beside its place, to the server's disk where it says so, and return where."""
        import asyncssh

        beside = self._path((*names[:-1], f".{names[-1][:40]}.part"))
        async with self._asked():
            # What is left of an earlier attempt may be a link by now.
            with contextlib.suppress(asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                await self._client.remove(beside)
            try:
                async with self._client.open(beside, "xb") as file:
                    await file.write(data)
                    with contextlib.suppress(asyncssh.SFTPOpUnsupported):
                        await file.fsync()
            except BaseException:
                with contextlib.suppress(asyncssh.SFTPError, Deferred):
                    await self._client.remove(beside)
                raise
        return beside
