"""Opens a ledger: for one run alone to write, or for anyone to read."""

import contextlib
import datetime
import os
import sqlite3
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

from report.ledger.deliveries import Ledger, Step, no_step
from report.ledger.errors import LedgerDamagedError, told
from report.ledger.schema import check_version, migrate
from report.run_lock import only_one

BUSY_SECONDS = 10.0


@contextlib.contextmanager
def open_ledger(
    path: Path, now: datetime.datetime, *, busy_seconds: float = BUSY_SECONDS, step: Step = no_step
) -> Iterator[Ledger]:
    """Open a ledger for this run alone, and make it where there is none.

    After a run that ended without saying so, the file is checked and what that run was sending is put in doubt.

    Args:
        path: The file; its folder is made.
        now: The instant, with its time zone.
        busy_seconds: How long another program's lock is waited for.
        step: As for `Ledger`.

    Raises:
        AnotherRunError: Another run has it open.
        LockError: No lock can be written.
        LedgerError: It cannot be written.
        LedgerDamagedError: It is damaged, of a newer program, or no ledger.
    """
    with only_one(path, now) as is_unclean, _connected(str(path), path, busy_seconds) as connection:
        with told(path):
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            # A commit is on disk before the call returns: https://sqlite.org/pragma.html#pragma_synchronous
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            if migrate(connection, path):
                _sync_folder(path.parent)
        if mode != "wal":
            message = f"{path} lies on a disk that does not let SQLite share memory (its mode is {mode})"
            raise LedgerDamagedError(message, "Keep the ledger on a disk of this machine.")
        ledger = Ledger(connection, path, step)
        damage = ledger.check() if is_unclean else ""
        if damage:
            message = f"{path} is damaged: {damage[:300]}"
            raise LedgerDamagedError(message, "Keep the file, and bring back the last backup of it.")
        ledger.recover(now)
        yield ledger


@contextlib.contextmanager
def read_ledger(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> Iterator[Ledger]:
    """Open a ledger to read, beside a run that writes; one that does not exist is empty, and is not made.

    Raises:
        LedgerError: It cannot be read.
        LedgerDamagedError: It is damaged, of a newer program, or no ledger.
    """
    if not path.exists():
        with _empty(path) as ledger:
            yield ledger
        return
    # A reader of a WAL database makes a file beside it, unless nothing can change:
    # https://sqlite.org/wal.html#read_only_databases
    is_at_rest = not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
    options = "?mode=ro&immutable=1" if is_at_rest else "?mode=ro"
    uri = f"file:{urllib.parse.quote(str(path.absolute()))}{options}"
    with _connected(uri, path, busy_seconds, is_uri=True) as connection:
        with told(path):
            version = check_version(connection, path)
        if version:
            yield Ledger(connection, path)
            return
    # Whoever made the file ended before there was a table in it.
    with _empty(path) as ledger:
        yield ledger


@contextlib.contextmanager
def _empty(path: Path) -> Iterator[Ledger]:
    with _connected(":memory:", path, 0) as connection:
        migrate(connection, path)
        yield Ledger(connection, path)


@contextlib.contextmanager
def _connected(
    database: str, path: Path, busy_seconds: float, *, is_uri: bool = False
) -> Iterator[sqlite3.Connection]:
    with told(path):
        connection = sqlite3.connect(database, timeout=busy_seconds, isolation_level=None, uri=is_uri)
    try:
        yield connection
    finally:
        connection.close()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
