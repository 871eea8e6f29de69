"""A folder behind SFTP, S3 or WebDAV.

Each parcel has a folder of its own. Each file is put in its place whole, read back and compared; `MANIFEST.json` is put
last, and only where none is.
"""

import hashlib
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Self

import pydantic
from pydantic_core import PydanticCustomError

from report import event_loops
from report.deposits import (
    MANIFEST,
    MAX_MANIFEST_BYTES,
    contents_of,
    folder_of,
    manifest_of,
    receipt_of,
    receipt_or_refusal,
)
from report.parcels import (
    CONNECTION_LOST,
    COPY_DIFFERS,
    REPLY_LOST,
    Deferred,
    DeliveryError,
    File,
    InDoubt,
    Parcel,
    Receipt,
    check_parcel,
)
from report.remotes.files import Files
from report.remotes.settings import S3, Sftp, WebDav
from report.scalars import Schema, WholeNumber

REQUIRES: tuple[str, ...] = ()
CAN_FIND = True


def _seconds(value: int) -> int:
    if not 1 <= value <= 3600:
        message = f"{value} is not within 1 and 3600"
        raise PydanticCustomError(
            "scalar_invalid", "{message}", {"message": message, "hint": "Choose another."}
        )
    return value


class Settings(Schema):
    """The keys of such a channel.

    Attributes:
        sftp: A folder behind SFTP.
        s3: A prefix of a bucket.
        webdav: A folder behind WebDAV; exactly one of the three.
        timeout_seconds: How long one file may take.
    """

    sftp: Sftp | None = None
    s3: S3 | None = None
    webdav: WebDav | None = None
    timeout_seconds: Annotated[WholeNumber, pydantic.AfterValidator(_seconds)] = 120

    @pydantic.model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(part is not None for part in (self.sftp, self.s3, self.webdav)) != 1:
            message = "a channel is one of sftp, s3 and webdav"
            hint = "Keep one of them, and make a channel of its own for another."
            raise PydanticCustomError("scalar_invalid", "{message}", {"message": message, "hint": hint})
        return self


def deliver(parcel: Parcel, settings: Settings, channel: str) -> Receipt:
    """Put a parcel's files into its folder, and the manifest when they are there.

    Raises:
        Deferred: The server cannot be used now, or gave back other bytes than it was given.
        Refused: Something else is in the way, or the parcel cannot be put into a folder.
        InDoubt: The connection broke while the manifest was put, or it could not be read back.
    """
    contents = contents_of(parcel)
    return event_loops.run(_deliver(parcel, settings, contents, manifest_of(parcel, contents)))


def find(parcel: Parcel, settings: Settings) -> Receipt | None:
    """Return the receipt of a parcel whose manifest is there.

    Raises:
        Deferred: The server cannot be asked.
    """
    check_parcel(parcel)
    there = event_loops.run(_find(parcel, settings))
    return receipt_of(parcel, there) if there is not None else None


def _connected(settings: Settings) -> AbstractAsyncContextManager[Files]:
    if settings.sftp is not None:
        from report.remotes import sftp

        return sftp.connected(settings.sftp, settings.timeout_seconds)
    if settings.s3 is not None:
        from report.remotes import s3

        return s3.connected(settings.s3, settings.timeout_seconds)
    from report.remotes import webdav

    assert settings.webdav is not None
    return webdav.connected(settings.webdav, settings.timeout_seconds)


async def _deliver(
    parcel: Parcel, settings: Settings, contents: tuple[File, ...], manifest: bytes
) -> Receipt:
    folder = folder_of(parcel)
    place = (*folder, MANIFEST)
    async with _connected(settings) as files:
        there = await files.read(place, MAX_MANIFEST_BYTES)
        if there is not None:
            return receipt_or_refusal(parcel, there)
        await files.make_folder(folder)
        for file in contents:
            await files.write((*folder, file.name), file.data)
            await _compare(files, (*folder, file.name), file)
        is_put = False
        try:
            is_new = await files.create(place, manifest)
            is_put = True
            there = await files.read(place, MAX_MANIFEST_BYTES)
        except DeliveryError as error:
            # Once it was put, nothing that fails says that it is not there.
            if not is_put and error.code is not CONNECTION_LOST:
                raise
            message = f"the files are there, and the manifest may be: {error.message}"
            raise InDoubt(
                REPLY_LOST,
                message,
                "Look whether it is there, or let the run find it.",
                is_of_channel=error.is_of_channel,
            ) from None
    if is_new and there != manifest:
        message = f"{MANIFEST} was put, and something else was read back"
        raise InDoubt(REPLY_LOST, message, "Look at the folder; another program may write there.")
    return receipt_or_refusal(parcel, there or b"")


async def _compare(files: Files, place: tuple[str, ...], file: File) -> None:
    """Read a file back.

    Raises:
        Deferred: It is another.
    """
    back = await files.read(place, len(file.data) + 1)
    if back is None or hashlib.sha256(back).hexdigest() != file.sha256:
        what = "is not there" if back is None else "reads back as other bytes"
        message = f"{file.name} was put, and {what}"
        raise Deferred(COPY_DIFFERS, message, "It is tried again; look at the server if it stays so.")


async def _find(parcel: Parcel, settings: Settings) -> bytes | None:
    async with _connected(settings) as files:
        return await files.read((*folder_of(parcel), MANIFEST), MAX_MANIFEST_BYTES)
