"""The tables of a ledger, step by step from an empty file; `user_version` says how many steps were made."""

import sqlite3
from pathlib import Path

from report.errors import MissingDependencyError
from report.ledger.errors import LedgerDamagedError
from report.ledger.states import LIVING, State

# "JBLG" in ASCII: by it `file` and we tell a ledger from any other database.
APPLICATION_ID = 0x4A424C47
OLDEST_SQLITE = (3, 37, 0)  # STRICT tables: https://sqlite.org/stricttables.html
OUTCOMES = ("accepted", "deferred", "refused", "lost")
ANSWERS = ("received", "taken-out-of-use")


def _one_of(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


_FIRST = (
    f"""
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE CHECK (length(key) = 64),
        kind TEXT NOT NULL CHECK (kind IN ('edition', 'correction', 'withdrawal')),
        briefing TEXT NOT NULL,
        edition INTEGER NOT NULL CHECK (edition >= 0),
        about INTEGER NOT NULL,
        clinic TEXT NOT NULL,
        channel TEXT NOT NULL,
        since INTEGER NOT NULL CHECK (since >= 0),
        message_id TEXT NOT NULL,
        digest TEXT NOT NULL CHECK (length(digest) = 64),
        state TEXT NOT NULL CHECK (state IN ({_one_of(tuple(State))})),
        attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        next_attempt_at TEXT,
        intent_at TEXT,
        done_at TEXT,
        reference TEXT NOT NULL DEFAULT '',
        detail TEXT NOT NULL DEFAULT '',
        CHECK (CASE kind WHEN 'edition' THEN edition >= 1 AND about = 0 ELSE about >= 1 END),
        CHECK ((state = 'deferred') = (next_attempt_at IS NOT NULL))
    ) STRICT
    """,
    f"""
    CREATE UNIQUE INDEX one_living ON deliveries (kind, briefing, edition, about, clinic, channel)
        WHERE state IN ({_one_of(LIVING)})
    """,
    "CREATE INDEX by_briefing ON deliveries (briefing, kind, edition)",
    "CREATE INDEX by_message_id ON deliveries (message_id)",
    f"""
    CREATE TABLE attempts (
        delivery INTEGER NOT NULL REFERENCES deliveries (id),
        number INTEGER NOT NULL CHECK (number >= 1),
        began_at TEXT NOT NULL,
        ended_at TEXT,
        outcome TEXT CHECK (outcome IN ({_one_of(OUTCOMES)})),
        code TEXT NOT NULL DEFAULT '',
        detail TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (delivery, number),
        CHECK ((outcome IS NULL) = (ended_at IS NULL))
    ) STRICT, WITHOUT ROWID
    """,
    f"""
    CREATE TABLE acknowledgements (
        delivery INTEGER NOT NULL REFERENCES deliveries (id),
        answer TEXT NOT NULL CHECK (answer IN ({_one_of(ANSWERS)})),
        at TEXT NOT NULL,
        PRIMARY KEY (delivery, answer)
    ) STRICT, WITHOUT ROWID
    """,
)
MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST,)
VERSION = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, path: Path) -> bool:
    """Bring a ledger to this program's version, all steps or none; an empty file becomes one. Return whether it was.

    Raises:
        LedgerDamagedError: It is another program's database, or of a newer version.
    """
    version = check_version(connection, path)
    if version == VERSION:
        return False
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in MIGRATIONS[version:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return version == 0


def check_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of a ledger; 0 for an empty file.

    Raises:
        LedgerDamagedError: It is another program's database, or of a newer version.
        MissingDependencyError: This machine's SQLite is too old.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE[:2]))
        message = f"SQLite {sqlite3.sqlite_version} is installed, and the ledger needs {wanted}"
        raise MissingDependencyError(message, "Install a newer Python, which brings its own.")
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    is_empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if is_empty and (version, application) == (0, 0):
        return 0
    if application != APPLICATION_ID or not version:
        message = f"{path} is a database of another program"
        raise LedgerDamagedError(message, "Name another file as `ledger` in distribution.yaml.")
    if version > VERSION:
        message = f"{path} is of version {version}, and this program knows versions up to {VERSION}"
        raise LedgerDamagedError(message, "Use the program that wrote it, or a newer one.")
    return version
