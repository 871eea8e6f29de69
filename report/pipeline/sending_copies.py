"""A clinic's copy as it lies on the disk, judged anew each time before it is sent.

Nothing is believed: whose a copy is has to be said alike by its folder, its record, each of its files and the ledger.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from report.copies.record import FILE_NAME, LISTS, CopyFile, CopyRecord, from_json
from report.distribution import Distribution
from report.findings import Finding
from report.ledger import Entry, content_digest
from report.media_types import media_type
from report.parcels import File
from report.pipeline.sending_files import (
    COPY_ALTERED,
    COPY_MISDIRECTED,
    COPY_MISSING,
    COPY_OF_ANOTHER,
    COPY_OUTDATED,
    COPY_UNREADABLE,
    MAX_RECORD_BYTES,
    ClinicFolder,
    UnfitError,
    opened,
)
from report.pipeline.sending_lists import Lists
from report.pipeline.sending_plan import CopyOffer


class Says(Protocol):
    """What a copy says of itself (`report.copies.identity.Identity`)."""

    @property
    def clinic(self) -> str:
        """The id of whom it is for."""

    @property
    def briefing(self) -> str:
        """A slug."""

    @property
    def edition(self) -> int:
        """Its number."""

    @property
    def since(self) -> int:
        """The edition that the changes in it are told from."""


ReadIdentity = Callable[[bytes, str], Says]


def read_identity(data: bytes, format_: str) -> Says:
    """Return what a copy says of itself.

    Raises:
        ValueError: It is no copy, or cannot be read.
    """
    from report.copies.identity import read

    return read(data, format_)


class Copies:
    """The copies of one edition, as they lie on the disk at the moment."""

    def __init__(
        self,
        project: Path,
        briefing: str,
        edition: int,
        identify: ReadIdentity = read_identity,
        lists: Lists | None = None,
    ) -> None:
        """Look into nothing yet.

        Args:
            project: The folder that has `content/`.
            briefing: The slug.
            edition: The number.
            identify: Reads back whose copy a file is.
            lists: What lists of files are judged by; None stands for a distribution that signs nothing.
        """
        self._lists = lists or Lists(project, Distribution())
        self._project, self._briefing, self._edition = project, briefing, edition
        self._identify = identify
        self._remedy = f"report copies {briefing}"

    def offer(self, clinic: str, since: int) -> CopyOffer | Finding:
        """Return a clinic's copy by its record alone, or what is wrong with it.

        Args:
            clinic: The id.
            since: The edition that its changes have to be told from.
        """
        try:
            with opened(self._project, *self._where(clinic)) as folder:
                record = self._record(folder, clinic)
                if record.since != since:
                    told, has = _edition(record.since), _edition(since)
                    message = f"the copy tells what changed since {told}, and {clinic} has {has}"
                    raise folder.unfit(COPY_OUTDATED, message, FILE_NAME, f"Run `{self._remedy}`.")
        except UnfitError as error:
            return error.finding
        return CopyOffer(record.since, _digest(record), {name: file.size for name, file in _in_order(record)})

    def read(self, entry: Entry) -> tuple[File, ...]:
        """Return the files of an entry, each read, hashed and asked whose it is.

        Raises:
            UnfitError: Something is not as the record, the ledger or the folder has it; nothing may be sent.
        """
        with opened(self._project, *self._where(entry.clinic)) as folder:
            record = self._record(folder, entry.clinic)
            if (record.since, _digest(record)) != (entry.since, entry.digest):
                message = "the copy is another than the one that was planned"
                raise folder.unfit(COPY_ALTERED, message, FILE_NAME, "Run it again.")
            self._lists.check_record(folder, record.files)
            read = [
                (copied.format, self._file(folder, entry, name, copied)) for name, copied in _in_order(record)
            ]
            lists = {format_: file.data for format_, file in read if format_ in LISTS}
            self._lists.check(folder, record.files, lists)
            return tuple(file for _, file in read)

    def _where(self, clinic: str) -> tuple[str, str, str]:
        what = f"copy of {_edition(self._edition)} for {clinic}"
        return f"output/{self._briefing}/copies/{clinic}", self._remedy, what

    def _file(self, folder: ClinicFolder, entry: Entry, name: str, copied: CopyFile) -> File:
        data = folder.read(name)
        if len(data) != copied.size or hashlib.sha256(data).hexdigest() != copied.sha256:
            message = f"the file is not the one that was made: {FILE_NAME} has another SHA-256"
            raise folder.unfit(COPY_ALTERED, message, name)
        if copied.format not in LISTS:
            self._check_identity(folder, entry, name, data, copied.format)
        return File(name, media_type(name), data, copied.sha256)

    def _check_identity(
        self, folder: ClinicFolder, entry: Entry, name: str, data: bytes, format_: str
    ) -> None:
        try:
            said = self._identify(data, format_)
        except ValueError as error:
            raise folder.unfit(COPY_UNREADABLE, f"the file does not say whose it is: {error}", name) from None
        if said.clinic != entry.clinic:
            message = (
                f"the file is the copy of {said.clinic[:48]!r}, and lies in the folder of {entry.clinic}"
            )
            raise folder.unfit(COPY_MISDIRECTED, message, name)
        if (said.briefing, said.edition, said.since) != (entry.briefing, entry.edition, entry.since):
            message = (
                f"the file is of {_edition(said.edition)} of {said.briefing[:60]!r}, with changes since "
                f"{_edition(said.since)}; wanted is {_edition(entry.edition)} of {entry.briefing!r}, since "
                f"{_edition(entry.since)}"
            )
            raise folder.unfit(COPY_OF_ANOTHER, message, name)

    def _record(self, folder: ClinicFolder, clinic: str) -> CopyRecord:
        record = from_json(folder.read(FILE_NAME, MAX_RECORD_BYTES, COPY_MISSING))
        if record is None or not record.files or not all(map(_is_whole, record.files.values())):
            message = "the record of the copy is damaged, or of another version"
            raise folder.unfit(COPY_UNREADABLE, message, FILE_NAME)
        if record.clinic != clinic:
            message = f"the copy is that of {record.clinic[:48]!r}, and lies in the folder of {clinic}"
            raise folder.unfit(COPY_MISDIRECTED, message, FILE_NAME)
        if (record.briefing, record.edition) != (self._briefing, self._edition):
            message = (
                f"the copy is of {_edition(record.edition)} of {record.briefing[:60]!r}, not of "
                f"{_edition(self._edition)} of {self._briefing!r}"
            )
            raise folder.unfit(COPY_OF_ANOTHER, message, FILE_NAME, f"Run `{self._remedy}`.")
        return record


def _is_whole(copied: CopyFile) -> bool:
    # JSON may hold anything.
    values = (copied.size, copied.sha256, copied.unsigned, copied.format)
    return tuple(map(type, values)) == (int, str, str, str)


def _in_order(record: CopyRecord) -> list[tuple[str, CopyFile]]:
    """Return the files of a record by name, its lists last."""
    return sorted(record.files.items(), key=lambda item: (item[1].format in LISTS, item[0]))


def _digest(record: CopyRecord) -> str:
    """Return the digest of a copy: lists are left out, so that a copy is the same delivery signed and unsigned."""
    return content_digest(
        {name: file.unsigned for name, file in record.files.items() if file.format not in LISTS}
    )


def _edition(number: int) -> str:
    return f"edition {number}" if number else "no edition"
