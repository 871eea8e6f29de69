"""A ledger beside a model of it, as two dictionaries, through whatever may happen, crashes included."""

import datetime
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from report.errors import UsageError
from report.ledger import Event, State, open_ledger, read_ledger
from report.ledger.states import LIVING, TRANSITIONS, TransitionError
from tests.unit.ledger.samples import NOW, entry, message_id, notice

ENTRIES = [
    *(
        entry(f"GZ-000{number}", edition, text=text)
        for number in (1, 2)
        for edition in (1, 2)
        for text in "ab"
    ),
    notice(kind="correction", edition=2),
    notice("GZ-0002"),
]
AFTER_ATTEMPTS = (Event.ACCEPT, Event.DEFER, Event.REFUSE, Event.LOSE)
ENDS = st.sampled_from(AFTER_ATTEMPTS)
OTHERS = st.sampled_from([event for event in Event if event not in (*AFTER_ATTEMPTS, Event.BEGIN)])
ANY = st.sampled_from(ENTRIES)


class LedgerBesideAModel(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ledger-"))
        self.path = self.folder / "ledger.sqlite3"
        self.states, self.attempts, self.answered = {}, {}, set()
        self.at = NOW

    @initialize()
    def open(self):
        self.context = open_ledger(self.path, self.tick())
        self.ledger = self.context.__enter__()

    def tick(self):
        self.at += datetime.timedelta(seconds=1)
        return self.at

    def may(self, one, event):
        return (self.states.get(one.key, State.DUE), event) in TRANSITIONS and self.is_alone(one, event)

    def is_alone(self, one, event):
        """Whether no other of its place is alive, where the event would let this one live."""
        target = TRANSITIONS[self.states.get(one.key, State.DUE), event]
        return target not in LIVING or all(
            self.states.get(other.key) not in LIVING for other in self.others(one)
        )

    def others(self, one):
        return [other for other in ENTRIES if other.place == one.place and other.key != one.key]

    @rule(one=ANY)
    def begin(self, one):
        before = self.snapshot()
        if self.may(one, Event.BEGIN):
            self.ledger.begin(one, self.tick(), message_id=message_id(one))
            self.states[one.key] = State.SENDING
            self.attempts.setdefault(one.key, []).append("")
        else:
            self.refused(lambda: self.ledger.begin(one, self.tick(), message_id=message_id(one)), before)

    @rule(one=ANY, event=ENDS)
    def finish(self, one, event):
        before = self.snapshot()
        until = self.tick() if event is Event.DEFER else None
        if one.key in self.states and self.may(one, event):
            self.ledger.finish(one.key, event, self.tick(), next_attempt_at=until)
            self.states[one.key] = TRANSITIONS[self.states[one.key], event]
            self.attempts[one.key][-1] = {
                Event.ACCEPT: "accepted",
                Event.DEFER: "deferred",
                Event.REFUSE: "refused",
                Event.LOSE: "lost",
            }[event]
        else:
            self.refused(
                lambda: self.ledger.finish(one.key, event, self.tick(), next_attempt_at=until), before
            )

    @rule(one=ANY, event=OTHERS)
    def move(self, one, event):
        before = self.snapshot()
        if one.key in self.states and self.may(one, event):
            self.ledger.move(one.key, event, self.tick())
            self.states[one.key] = TRANSITIONS[self.states[one.key], event]
        else:
            self.refused(lambda: self.ledger.move(one.key, event, self.tick()), before)

    @rule(one=ANY)
    def enqueue(self, one):
        before = self.snapshot()
        if one.key in self.states or self.is_alone(one, Event.BEGIN):
            self.ledger.enqueue(one, message_id=message_id(one))
            self.states.setdefault(one.key, State.DUE)
            self.attempts.setdefault(one.key, [])
        else:
            self.refused(lambda: self.ledger.enqueue(one, message_id=message_id(one)), before)

    @rule(one=ANY)
    def acknowledge(self, one):
        before = self.snapshot()
        state = self.states.get(one.key)
        # A copy that was made anew for one that came back.
        anew = next((other.key for other in self.others(one) if self.states.get(other.key) in LIVING), "")
        if (
            state in (State.SENT, State.IN_DOUBT, State.BOUNCED)
            and self.states.get(anew) is not State.SENDING
        ):
            self.ledger.acknowledge(one.key, "received", self.tick())
            self.answered.add(one.key)
            if self.states.get(anew) in (State.DUE, State.DEFERRED):
                self.states[anew] = State.CANCELLED
            if self.states.get(anew) not in (State.SENT, State.IN_DOUBT):
                self.states[one.key] = State.SENT
        else:
            self.refused(lambda: self.ledger.acknowledge(one.key, "received", self.tick()), before)

    @rule()
    def end_and_open_again(self):
        self.context.__exit__(None, None, None)
        self.open()
        self.recovered()

    @rule()
    def crash_and_open_again(self):
        """What lies on the disk now is all that is left; the process that held the lock is gone."""
        left = self.folder / "left"
        left.mkdir()
        for path in self.folder.glob("ledger.sqlite3*"):
            shutil.copy(path, left / path.name)
        self.context.__exit__(None, None, None)
        for path in self.folder.glob("ledger.sqlite3*"):
            path.unlink()
        for path in left.iterdir():
            path.rename(self.folder / path.name)
        left.rmdir()
        self.open()
        self.recovered()

    def recovered(self):
        for key, state in self.states.items():
            if state is State.SENDING:
                self.states[key] = State.IN_DOUBT
                self.attempts[key][-1] = "lost"

    def refused(self, call, before):
        try:
            call()
        except (TransitionError, UsageError, sqlite3.IntegrityError):
            assert self.snapshot() == before
        else:
            raise AssertionError("what cannot happen happened")

    def snapshot(self):
        return list(self.ledger.deliveries())

    @invariant()
    def it_is_as_the_model(self):
        if not hasattr(self, "ledger"):
            return
        assert {one.key: one.state for one in self.ledger.deliveries()} == self.states
        for key, outcomes in self.attempts.items():
            assert [attempt.outcome for attempt in self.ledger.attempts(key)] == outcomes
        held = {}
        for one in ENTRIES:
            if one.kind == "edition" and self.states.get(one.key) is State.SENT:
                held[one.clinic] = max(one.edition, held.get(one.clinic, 0))
        assert self.ledger.held("demo") == held
        assert {answer.key for answer in self.ledger.acknowledgements()} == self.answered

    @precondition(lambda self: hasattr(self, "ledger"))
    @rule()
    def read_beside(self):
        with read_ledger(self.path) as read:
            assert read.deliveries() == self.ledger.deliveries()
            assert read.check() == ""

    def teardown(self):
        if hasattr(self, "context"):
            self.context.__exit__(None, None, None)
        shutil.rmtree(self.folder)


LedgerBesideAModel.TestCase.settings = hypothesis.settings(
    max_examples=200 if os.environ.get("JIANBAO_SOAK") else 15,
    stateful_step_count=120 if os.environ.get("JIANBAO_SOAK") else 40,
)
TestLedgerBesideAModel = LedgerBesideAModel.TestCase
