"""Clinics and withdrawals as they are while a run sends: read again whenever their files change.

This module asks the disk for the times of those files before each delivery.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from report.clinics import Clinic
from report.editions.withdrawals import read_withdrawals
from report.errors import ExitCode, ReportError
from report.ledger import Entry
from report.load.files import WITHDRAWALS_FILE
from report.pipeline.recipients import Recipients, read_recipients
from report.pipeline.sending_plan import Hindrance

Value = TypeVar("Value")


class RecipientsLostError(ReportError):
    """The list of clinics cannot be read any more, halfway through a run."""

    exit_code = ExitCode.UNREADABLE


class _Watched(Generic[Value]):
    """What a file says, read again when the file is another."""

    def __init__(self, path: Path, read: Callable[[], Value], first: Value) -> None:
        self._path, self._read, self._value = path, read, first
        # Of no file: between the first reading and now it may have changed, so it is read once more.
        self._stamp: tuple[int, int, int] | None = (-1, -1, -1)

    def value(self) -> Value:
        stamp = self._look()
        if stamp != self._stamp:
            # In this order: what is written while it is read is read again the next time.
            self._stamp = stamp
            self._value = self._read()
        return self._value

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


class Current:
    """Whether an entry is still to be delivered."""

    def __init__(self, project: Path, recipients: Recipients, slugs: list[str]) -> None:
        """Take what a run began with.

        Args:
            project: The folder that has `content/`.
            recipients: As they were read.
            slugs: The briefings that are sent.
        """
        self._project = project
        self._clinics = _Watched(
            project / recipients.distribution.clinics, self._read_clinics, by_id(recipients)
        )
        self._withdrawn = {slug: self._watch_withdrawals(slug) for slug in slugs}

    def __call__(self, entry: Entry) -> Clinic | Hindrance:
        """Return the clinic of an entry as it is now, or why it gets nothing any more.

        Raises:
            RecipientsLostError: The list of clinics cannot be read any more.
            EditionError: The record of withdrawals cannot.
        """
        clinic = self._clinics.value().get(entry.clinic)
        if clinic is None or entry.channel not in clinic.channels:
            return Hindrance.REMOVED
        if not clinic.active:
            return Hindrance.INACTIVE
        # Of a notice, that is the edition that it tells its clinic to use.
        if entry.edition in self._withdrawn[entry.briefing].value():
            return Hindrance.RECALLED
        return clinic

    def _watch_withdrawals(self, slug: str) -> _Watched[frozenset[int]]:
        path = self._project / "content" / slug / WITHDRAWALS_FILE
        first = read_withdrawn(self._project, slug)
        return _Watched(path, lambda: read_withdrawn(self._project, slug), first)

    def _read_clinics(self) -> dict[str, Clinic]:
        recipients, findings = read_recipients(self._project)
        if recipients is None:
            first = next((item for item in findings if item.is_error), None)
            what = f": {first.location}: {first.message}" if first else ""
            message = (
                f"the list of clinics was changed meanwhile and cannot be read{what}; the rest is not sent"
            )
            raise RecipientsLostError(message, "Mend the list, then run it again.")
        return by_id(recipients)


def by_id(recipients: Recipients) -> dict[str, Clinic]:
    """Return the clinics by their ids."""
    return {clinic.id: clinic for clinic in recipients.clinics.clinics}


def read_withdrawn(project: Path, slug: str) -> frozenset[int]:
    """Return the numbers of a briefing's editions that are withdrawn.

    Raises:
        EditionError: The record of withdrawals is damaged.
    """
    try:
        data = (project / "content" / slug / WITHDRAWALS_FILE).read_bytes()
    except FileNotFoundError:
        return frozenset()
    return frozenset(item.edition for item in read_withdrawals(data))
