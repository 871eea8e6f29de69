"""Why a ledger cannot be used: each reason with what to do, and how SQLite's own errors are told."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from report.errors import ExitCode, MissingDependencyError, ReportError


class LedgerError(MissingDependencyError):
    """The ledger cannot be read or written: a full disk, missing permissions, another program's lock."""


class LedgerDamagedError(ReportError):
    """The file is no ledger, is damaged, or is of a newer program."""

    exit_code = ExitCode.UNREADABLE


NO_HARM = "what it holds is untouched"
_PRIMARY = 0xFF  # the low byte of an extended result code: https://sqlite.org/rescode.html


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Let SQLite's errors be told in words.

    Raises:
        LedgerError: The disk is full or fails, something may not be written, or another program holds a lock.
        LedgerDamagedError: The file is damaged or is no database.
    """
    try:
        yield
    except sqlite3.Error as error:
        # Some are raised by the module itself and bear no code.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & _PRIMARY
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            message = f"{path} is damaged, or is no ledger: {error}"
            hint = "Keep the file, and bring back the last backup of it."
            raise LedgerDamagedError(message, hint) from error
        if code not in _REASONS:
            raise
        reason, hint = _REASONS[code]
        raise LedgerError(f"{path} cannot be used: {reason}; {NO_HARM}", hint) from error


_REASONS = {
    sqlite3.SQLITE_BUSY: (
        "another program has locked it",
        "Close what has the file open, such as a database browser, then run it again.",
    ),
    sqlite3.SQLITE_LOCKED: ("it is locked", "Run it again."),
    sqlite3.SQLITE_FULL: ("the disk is full", "Make room, then run it again."),
    sqlite3.SQLITE_READONLY: ("it may not be written", "Mend the permissions of the file and its folder."),
    sqlite3.SQLITE_PERM: ("it may not be opened", "Mend the permissions of the file and its folder."),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", "Mend the permissions of the file and its folder."),
    sqlite3.SQLITE_IOERR: ("the disk failed or is full", "Look at the disk, then run it again."),
}
