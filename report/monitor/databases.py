"""Databases that feeds read: one SELECT, on a connection that cannot write, within limits.

SQLite refuses everything but reading by its own authorizer. In others, the transaction is read-only where they know
such, and is rolled back always; the account should be one that may read only what is meant.
"""

import contextlib
import dataclasses
import sqlite3
import time
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report.facts.feeds import Sql
from report.monitor.feed_documents import FeedError
from report.monitor.feed_judging import Raw
from report.monitor.feed_values import FeedOutcome
from report.peers import time_limit
from report.secrets import REDACTOR, SecretError, SecretRef, resolve

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

TIME_LIMIT_SECONDS = 20.0
MAX_VALUE_BYTES = 1_000_000
PASSWORD = "FEED_PASSWORD_"
# What https://www.sqlite.org/c3ref/c_alter_table.html calls reading; everything else is denied.
_READING = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
# Instructions of SQLite's machine between two looks at the clock.
_STEPS = 10_000


@dataclasses.dataclass(frozen=True)
class Databases:
    """Which databases may be read.

    Attributes:
        folder: The briefing's; SQLite files lie below it.
        allowed: Addresses of others, as `monitor.allow_databases` names them.
        environment: Where their passwords are: `FEED_PASSWORD_` and the host, or that and `_FILE`.
    """

    folder: Path
    allowed: Sequence[str] = ()
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)


def answer(sql: Sql, databases: Databases, most: int) -> tuple[list[str], list[tuple[Raw, ...]]]:
    """Return the names of a query's columns, and its rows.

    Args:
        sql: The query.
        databases: Which may be read.
        most: Rows; one more is a failure.

    Raises:
        FeedError: It may not be asked, cannot be reached, or refuses.
    """
    import sqlalchemy

    engine = _engine(sql, databases)
    try:
        with _reading(engine) as connection:
            result = connection.execute(sqlalchemy.text(sql.query), dict(sql.parameters))
            names = list(map(str, result.keys()))
            rows = result.fetchmany(most + 1)
            if len(rows) > most:
                raise FeedError(FeedOutcome.MISSING, f"the query answers with more than {most:,} rows")
            return names, [tuple(_raw(value) for value in row) for row in rows]
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise _failure(error) from None
    except (sqlite3.Error, OSError) as error:
        raise FeedError(FeedOutcome.UNREADABLE, f"the database refuses: {_first_line(error)}") from None
    finally:
        engine.dispose()


def _failure(error: Exception) -> FeedError:
    cause = getattr(error, "orig", None) or error
    said = _first_line(cause)
    if "interrupted" in said:
        return FeedError(FeedOutcome.UNREADABLE, f"the query takes more than {TIME_LIMIT_SECONDS:g} seconds")
    if type(cause).__name__ in ("OperationalError", "InterfaceError") and not isinstance(
        cause, sqlite3.Error
    ):
        return FeedError(FeedOutcome.UNREACHABLE, f"the database cannot be reached: {said}")
    return FeedError(FeedOutcome.UNREADABLE, f"the database refuses: {said}")


def _first_line(error: object) -> str:
    return REDACTOR.redact((str(error).splitlines() or [type(error).__name__])[0][:200])


def _raw(value: object) -> Raw:
    if value is None:
        return Raw("")
    if isinstance(value, bytes | bytearray | memoryview):
        raise FeedError(FeedOutcome.WRONG_TYPE, "the query answers with bytes, and no text")
    if isinstance(value, bool):
        return Raw("true" if value else "false")
    if isinstance(value, float):
        # As SQLite itself shows it: 12.0 is 12.0.
        return Raw(repr(value), is_text=False)
    return Raw(str(value), is_text=isinstance(value, str))


def _engine(sql: Sql, databases: Databases) -> "Engine":
    import sqlalchemy

    if sql.file is not None:
        path = databases.folder / sql.file
        check_inner_file(databases.folder, sql.file)
        return sqlalchemy.create_engine(
            "sqlite://", creator=lambda: _open_sqlite(path), poolclass=sqlalchemy.pool.NullPool
        )
    if sql.url not in databases.allowed:
        message = "the database is not among those that `monitor.allow_databases` of distribution.yaml names"
        raise FeedError(FeedOutcome.UNREACHABLE, message)
    url = sqlalchemy.make_url(sql.url)
    try:
        password = _password(url.host or "", databases.environment)
        return sqlalchemy.create_engine(url.set(password=password), poolclass=sqlalchemy.pool.NullPool)
    except SecretError as error:
        raise FeedError(FeedOutcome.UNREACHABLE, error.message) from None
    except (ImportError, sqlalchemy.exc.SQLAlchemyError) as error:
        message = f"this machine cannot speak to it: {_first_line(error)}"
        raise FeedError(FeedOutcome.UNREACHABLE, message) from None


def check_inner_file(folder: Path, name: str) -> None:
    """Check that a file lies below a folder, and that no link leads to it.

    Raises:
        FeedError: It does not.
    """
    parts = name.split("/")
    is_linked = any(folder.joinpath(*parts[: count + 1]).is_symlink() for count in range(len(parts)))
    if is_linked or not (folder / name).is_file():
        raise FeedError(FeedOutcome.UNREADABLE, f"there is no file {name}, or it is a link")


def _password(host: str, environment: Mapping[str, str]) -> str | None:
    """Return the password for a host; None where there is none.

    Raises:
        SecretError: The file that is named cannot be read.
    """
    name = PASSWORD + "".join(char if char.isalnum() else "_" for char in host.upper())
    if name in environment:
        return resolve(SecretRef(env=name), environment)
    if f"{name}_FILE" in environment:
        return resolve(SecretRef(file_env=f"{name}_FILE"), environment)
    return None


def _open_sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{urllib.parse.quote(str(path))}?mode=ro", uri=True, timeout=5, check_same_thread=False
    )
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
    connection.set_authorizer(_authorize)
    deadline = time.monotonic() + TIME_LIMIT_SECONDS
    connection.set_progress_handler(lambda: int(time.monotonic() > deadline), _STEPS)
    return connection


def _authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
    # SQLAlchemy asks how isolated the connection is; nothing is set by that.
    is_asking = action == sqlite3.SQLITE_PRAGMA and first == "read_uncommitted" and second is None
    is_reading = action in _READING or action == sqlite3.SQLITE_TRANSACTION or is_asking
    return sqlite3.SQLITE_OK if is_reading else sqlite3.SQLITE_DENY


@contextlib.contextmanager
def _reading(engine: "Engine") -> "Iterator[Connection]":
    """Yield a connection in a transaction that only reads; it is rolled back, and ended if it takes too long."""
    options = {"postgresql": {"postgresql_readonly": True}}.get(engine.dialect.name, {})
    with engine.connect() as plain:
        connection = plain.execution_options(**options)
        raw = connection.connection.driver_connection
        close = getattr(raw, "cancel", None) or getattr(raw, "close", None)
        end = close if engine.dialect.name != "sqlite" and close is not None else lambda: None
        try:
            with time_limit(TIME_LIMIT_SECONDS, end):
                yield connection
        finally:
            connection.rollback()
