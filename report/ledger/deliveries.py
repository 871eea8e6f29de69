"""Deliveries in a ledger: each change is one transaction, on disk before the call returns."""

import contextlib
import dataclasses
import datetime
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from report.errors import UsageError
from report.ledger.entries import Acknowledgement, Attempt, Delivery, Entry
from report.ledger.errors import told
from report.ledger.states import Event, State, advance

LONGEST_DETAIL = 500
# What an attempt came to, by the event that ends it.
_OUTCOMES = {
    Event.ACCEPT: "accepted",
    Event.DEFER: "deferred",
    Event.REFUSE: "refused",
    Event.LOSE: "lost",
}
_FIELDS = tuple(field.name for field in dataclasses.fields(Delivery))
_INSTANTS = ("next_attempt_at", "intent_at", "done_at")
# What no column holds: it is asked of the attempts.
_WAS_LOST = "EXISTS (SELECT 1 FROM attempts a WHERE a.delivery = d.id AND a.outcome = 'lost')"
_COLUMNS = ", ".join(_WAS_LOST if name == "was_lost" else name for name in _FIELDS)

Step = Callable[[str], None]


def no_step(step: str) -> None:
    """Go on at every step."""


class Ledger:
    """An open ledger.

    Attributes:
        path: The file.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, step: Step = no_step) -> None:
        """Take an open connection.

        Args:
            connection: In autocommit mode, migrated.
            path: The file.
            step: Is told of each point between two effects that last, so that a test can end the process there.
        """
        self._connection = connection
        self._step = step
        self.path = path

    def begin(self, entry: Entry, at: datetime.datetime, *, message_id: str) -> Delivery:
        """Write down that an entry is about to be sent; a new one is put in.

        Args:
            entry: What, to whom, by which channel.
            at: The instant.
            message_id: What its message bears; at a later attempt it is the one of the first.

        Raises:
            LedgerError: It could not be written; nothing may be sent.
        """
        with self._writing(f"begin {entry.key}"):
            found = self._one(entry.key) or self._insert(entry, message_id)
            state = advance(found.state, Event.BEGIN)
            if found.intent_at is None:
                self._update(found.key, message_id=message_id)
            self._update(
                found.key,
                state=state,
                attempts=found.attempts + 1,
                intent_at=at,
                next_attempt_at=None,
                done_at=None,
            )
            self._connection.execute(
                "INSERT INTO attempts (delivery, number, began_at) SELECT d.id, 1 + (SELECT count(*) FROM attempts"
                " WHERE delivery = d.id), ? FROM deliveries d WHERE d.key = ?",
                (_text(at), found.key),
            )
        return self.get(found.key)

    def finish(
        self,
        key: str,
        event: Event,
        at: datetime.datetime,
        *,
        next_attempt_at: datetime.datetime | None = None,
        reference: str = "",
        code: str = "",
        detail: str = "",
    ) -> Delivery:
        """Write down what came of an attempt: one of ACCEPT, DEFER, REFUSE and LOSE.

        Raises:
            LedgerError: It could not be written; the delivery is in doubt for the next run.
        """
        detail = detail[:LONGEST_DETAIL]
        with self._writing(f"finish {key}"):
            found = self.get(key)
            state = advance(found.state, event)
            self._update(
                key,
                state=state,
                next_attempt_at=next_attempt_at,
                done_at=at,
                reference=reference or found.reference,
                detail=detail,
            )
            self._connection.execute(
                "UPDATE attempts SET ended_at = ?, outcome = ?, code = ?, detail = ? WHERE outcome IS NULL AND"
                " delivery = (SELECT id FROM deliveries WHERE key = ?)",
                (_text(at), _OUTCOMES[event], code, detail, key),
            )
        return self.get(key)

    def move(
        self, key: str, event: Event, at: datetime.datetime, *, reference: str = "", detail: str = ""
    ) -> Delivery:
        """Write down what happened to a delivery without an attempt, such as that it was found.

        One that a person has tried again (RETRY) begins anew: its attempts are counted from 0, and its Message-ID is
        another one.

        Raises:
            UsageError: There is no such delivery.
        """
        with self._writing(f"move {key}"):
            found = self.get(key)
            state = advance(found.state, event)
            self._update(
                key,
                state=state,
                next_attempt_at=None,
                done_at=at,
                reference=reference or found.reference,
                detail=detail[:LONGEST_DETAIL],
            )
            if event is Event.RETRY:
                domain = found.message_id.rpartition("@")[2].removesuffix(">")
                made = len(self.attempts(key))
                self._update(key, attempts=0, message_id=found.identify(domain, again=made))
        return self.get(key)

    def enqueue(self, entry: Entry, *, message_id: str) -> Delivery:
        """Put an entry in as due; one that is there stays as it is."""
        with self._writing(f"enqueue {entry.key}"):
            found = self._one(entry.key) or self._insert(entry, message_id)
        return found

    def recover(self, at: datetime.datetime) -> tuple[Delivery, ...]:
        """Put in doubt whatever a run that ended was sending, and return it."""
        left = [one for one in self.deliveries() if one.state is State.SENDING]
        detail = "the run that was sending it ended"
        return tuple(self.finish(one.key, Event.LOSE, at, detail=detail) for one in left)

    def acknowledge(self, key: str, answer: str, at: datetime.datetime) -> Delivery:
        """Write down what a clinic answered; whoever answers has it, so a doubt or a bounce ends.

        Of one that came back, and was made anew since, what waits to be sent is not; where that has been sent, the
        bounce stays.

        Raises:
            UsageError: There is no such delivery, or it was not sent.
        """
        found = self.get(key)
        if found.state not in (State.SENT, State.IN_DOUBT, State.BOUNCED):
            message = f"the delivery to {found.clinic} by {found.channel} is {found.state}, and was not sent"
            raise UsageError(message, "Look at `report status` for what was.")
        others = self._others(found)
        for one in others:
            if one.state in (State.DUE, State.DEFERRED):
                self.move(one.key, Event.CANCEL, at, detail="its clinic says that it has it")
        if found.state is not State.SENT and not any(
            one.state in (State.SENT, State.IN_DOUBT) for one in others
        ):
            self.move(key, Event.FIND, at, detail="its clinic says that it has it")
        with self._writing(f"acknowledge {key}"):
            self._connection.execute(
                "INSERT OR IGNORE INTO acknowledgements (delivery, answer, at)"
                " SELECT id, ?, ? FROM deliveries WHERE key = ?",
                (answer, _text(at), key),
            )
        return self.get(key)

    def get(self, key: str) -> Delivery:
        """Return a delivery.

        Raises:
            UsageError: There is none of that key.
        """
        found = self._one(key)
        if found is None:
            raise UsageError(f"the ledger has no delivery {key[:12]}…", "Look at `report status`.")
        return found

    def by_message_id(self, message_id: str) -> Delivery | None:
        """Return the delivery that a message is of; None where it is none of this ledger's."""
        return next(iter(self._select("WHERE message_id = ?", message_id)), None)

    def deliveries(self, briefing: str | None = None) -> tuple[Delivery, ...]:
        """Return all deliveries, or those of a briefing, in the order in which they were put in."""
        if briefing is None:
            return self._select("")
        return self._select("WHERE briefing = ?", briefing)

    def held(self, briefing: str, *, before: int | None = None) -> dict[str, int]:
        """Return the highest edition of a briefing that each clinic holds.

        Args:
            briefing: The slug.
            before: Count only editions before this one; None counts all.
        """
        with told(self.path):
            rows = self._connection.execute(
                "SELECT clinic, max(edition) FROM deliveries WHERE kind = 'edition' AND state = 'sent'"
                " AND briefing = ? AND (? IS NULL OR edition < ?) GROUP BY clinic",
                (briefing, before, before),
            ).fetchall()
        return dict(rows)

    def attempts(self, key: str) -> tuple[Attempt, ...]:
        """Return the attempts to make a delivery, oldest first."""
        with told(self.path):
            rows = self._connection.execute(
                "SELECT a.number, a.began_at, a.ended_at, coalesce(a.outcome, ''), a.code, a.detail FROM attempts a"
                " JOIN deliveries d ON d.id = a.delivery WHERE d.key = ? ORDER BY a.number",
                (key,),
            ).fetchall()
        return tuple(
            Attempt(number, _required(began), _instant(ended), outcome, code, detail)
            for number, began, ended, outcome, code, detail in rows
        )

    def acknowledgements(self, briefing: str | None = None) -> tuple[Acknowledgement, ...]:
        """Return what clinics answered, to all deliveries or those of a briefing."""
        with told(self.path):
            rows = self._connection.execute(
                "SELECT d.key, a.answer, a.at FROM acknowledgements a JOIN deliveries d ON d.id = a.delivery"
                " WHERE ? IS NULL OR d.briefing = ? ORDER BY d.id, a.at",
                (briefing, briefing),
            ).fetchall()
        return tuple(Acknowledgement(key, answer, _required(at)) for key, answer, at in rows)

    def check(self) -> str:
        """Return what is wrong with the file, in SQLite's words; nothing where it is sound."""
        with told(self.path):
            found = [row[0] for row in self._connection.execute("PRAGMA integrity_check")]
            strays = self._connection.execute("PRAGMA foreign_key_check").fetchall()
        if strays:
            found.append(f"{len(strays)} rows belong to no delivery")
        return "; ".join(text for text in found if text != "ok")

    @contextlib.contextmanager
    def _writing(self, what: str) -> Iterator[None]:
        with told(self.path):
            self._step(f"{what}: before")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._step(f"{what}: before commit")
                self._connection.execute("COMMIT")
            except BaseException:
                # After some errors, a full disk among them, SQLite has rolled back by itself.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._step(f"{what}: after")

    def _insert(self, entry: Entry, message_id: str) -> Delivery:
        self._connection.execute(
            "INSERT INTO deliveries (key, kind, briefing, edition, about, clinic, channel, since, digest,"
            " message_id, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'due')",
            (entry.key, *entry.place, entry.since, entry.digest, message_id),
        )
        return self.get(entry.key)

    def _update(self, key: str, **values: Any) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        written = [
            _text(value) if isinstance(value, datetime.datetime) else value for value in values.values()
        ]
        self._connection.execute(f"UPDATE deliveries SET {names} WHERE key = ?", (*written, key))

    def _one(self, key: str) -> Delivery | None:
        return next(iter(self._select("WHERE key = ?", key)), None)

    def _others(self, of: Entry) -> tuple[Delivery, ...]:
        """Return what was made of the same by other copies."""
        columns = "kind = ? AND briefing = ? AND edition = ? AND about = ? AND clinic = ? AND channel = ?"
        return self._select(f"WHERE {columns} AND key != ?", *of.place, of.key)

    def _select(self, where: str, *values: object) -> tuple[Delivery, ...]:
        with told(self.path):
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM deliveries d {where} ORDER BY id", values
            ).fetchall()
        return tuple(_delivery(dict(zip(_FIELDS, row, strict=True))) for row in rows)


def _delivery(row: dict[str, Any]) -> Delivery:
    instants = {name: _instant(row[name]) for name in _INSTANTS}
    return Delivery(**{**row, **instants, "state": State(row["state"]), "was_lost": bool(row["was_lost"])})


def _text(at: datetime.datetime) -> str:
    # Of one length and in one zone, so that texts sort as instants do.
    return at.astimezone(datetime.UTC).isoformat(timespec="microseconds")


def _instant(text: str | None) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(text)


def _required(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)
