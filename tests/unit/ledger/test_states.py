import datetime
import itertools
import re

import pytest

from report.ledger.states import LIVING, TRANSITIONS, Event, State, TransitionError, advance, wait
from tests.dsl import ROOT

ALL = list(itertools.product(State, Event))


@pytest.mark.parametrize(("state", "event"), ALL, ids=lambda item: str(item))
def test_an_event_leads_where_the_table_says_and_else_nowhere(state, event):
    if (state, event) in TRANSITIONS:
        assert advance(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(TransitionError):
            advance(state, event)


def test_a_channel_is_called_after_an_intent_only():
    ends = {Event.ACCEPT, Event.DEFER, Event.REFUSE, Event.LOSE}
    assert {state for state, event in TRANSITIONS if event in ends} == {State.SENDING}
    assert {target for (_, event), target in TRANSITIONS.items() if event is Event.BEGIN} == {State.SENDING}


def test_what_was_sent_or_may_have_been_is_sent_again_by_a_decision_only():
    begun = {state for state, event in TRANSITIONS if event is Event.BEGIN}
    assert begun == {State.DUE, State.DEFERRED}
    to_due = {state: event for (state, event), target in TRANSITIONS.items() if target is State.DUE}
    assert State.SENT not in to_due
    assert {event for (state, event), target in TRANSITIONS.items() if target is State.DUE} == {
        Event.MISS,
        Event.RESEND,
        Event.RETRY,
    }


def test_every_state_can_be_reached_and_left():
    reached = {State.DUE}
    for _ in State:
        reached |= {target for (state, _), target in TRANSITIONS.items() if state in reached}
    assert reached == set(State)
    assert {state for state, _ in TRANSITIONS} == set(State)
    assert set(LIVING) == set(State) - {State.REFUSED, State.BOUNCED, State.CANCELLED}


def test_the_documented_table_is_the_table():
    text = (ROOT / "docs" / "sending.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \|", text, re.MULTILINE)
    assert {(State(state), Event(event)): State(target) for state, event, target in rows} == TRANSITIONS
    assert len(rows) == len(TRANSITIONS)


WAITS = {"first_wait_seconds": 60, "factor": 4.0, "longest_wait_seconds": 21_600}


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 60), (2, 240), (3, 960), (4, 3840), (5, 15360), (6, 21600), (5000, 21600)]
)
def test_waits_grow_up_to_the_longest(attempts, seconds):
    assert wait(attempts, **WAITS) == datetime.timedelta(seconds=seconds)


def test_a_factor_of_one_waits_the_same_each_time():
    assert wait(50, **{**WAITS, "factor": 1.0}) == datetime.timedelta(seconds=60)
