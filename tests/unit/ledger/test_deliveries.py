import dataclasses
import sqlite3

import pytest

from report.errors import UsageError
from report.ledger import Event, State, open_ledger
from report.ledger.states import TransitionError
from tests.unit.ledger.samples import NOW, entry, message_id, notice, sent


def test_a_key_is_of_what_is_delivered_and_of_nothing_else():
    one = entry()
    others = [
        entry("GZ-0002"),
        entry(edition=2),
        entry(channel="folder"),
        entry(text="two"),
        entry(briefing="other"),
        notice(),
        notice(kind="correction"),
        notice(about=2),
        notice(edition=3),
    ]
    assert len({one.key, *(other.key for other in others)}) == len(others) + 1
    assert entry(since=1).key == one.key
    # No two fields can be told for each other's.
    assert (
        dataclasses.replace(one, clinic="A", channel="Bc").key
        != dataclasses.replace(one, clinic="AB", channel="c").key
    )


def test_an_intent_stands_before_and_an_outcome_after(ledger, later):
    begun = ledger.begin(entry(), NOW, message_id=message_id(entry()))
    assert (begun.state, begun.attempts, begun.intent_at) == (State.SENDING, 1, NOW)
    [going] = ledger.attempts(begun.key)
    assert (going.number, going.outcome, going.ended_at) == (1, "", None)
    at = next(later)
    done = ledger.finish(begun.key, Event.ACCEPT, at, reference="<x@y>", detail="250 ok")
    assert (done.state, done.done_at, done.reference, done.detail) == (State.SENT, at, "<x@y>", "250 ok")
    [made] = ledger.attempts(begun.key)
    assert (made.outcome, made.began_at, made.ended_at) == ("accepted", NOW, at)


def test_what_is_put_off_knows_until_when(ledger, later):
    first, until, again = next(later), next(later), next(later)
    one = entry()
    ledger.begin(one, first, message_id=message_id(one))
    put_off = ledger.finish(one.key, Event.DEFER, first, next_attempt_at=until, code="D004", detail="451")
    assert (put_off.state, put_off.next_attempt_at) == (State.DEFERRED, until)
    begun = ledger.begin(one, again, message_id=message_id(one))
    assert (begun.attempts, begun.next_attempt_at) == (2, None)
    assert [attempt.outcome for attempt in ledger.attempts(one.key)] == ["deferred", ""]


def test_what_is_being_sent_is_not_begun_again(ledger):
    ledger.begin(entry(), NOW, message_id=message_id(entry()))
    with pytest.raises(TransitionError):
        ledger.begin(entry(), NOW, message_id=message_id(entry()))
    sent(ledger, entry("GZ-0002"))
    with pytest.raises(TransitionError):
        ledger.begin(entry("GZ-0002"), NOW, message_id=message_id(entry("GZ-0002")))
    assert len(ledger.attempts(entry("GZ-0002").key)) == 1


def test_of_one_place_two_are_never_alive(ledger):
    sent(ledger, entry())
    other = entry(text="made anew")
    with pytest.raises(sqlite3.IntegrityError):
        ledger.begin(other, NOW, message_id=message_id(other))
    assert [one.key for one in ledger.deliveries()] == [entry().key]
    ledger.move(entry().key, Event.BOUNCE, NOW)
    assert ledger.begin(other, NOW, message_id=message_id(other)).state is State.SENDING


def test_a_transaction_that_fails_leaves_nothing(ledger):
    with pytest.raises(sqlite3.IntegrityError):
        ledger.begin(dataclasses.replace(entry(), since=-1), NOW, message_id="<x@y>")
    assert ledger.deliveries() == ()
    sent(ledger, entry())
    assert ledger.check() == ""


def test_a_clinic_holds_the_highest_edition_that_reached_it(ledger):
    for edition in (1, 2, 4):
        sent(ledger, entry(edition=edition))
    sent(ledger, entry("GZ-0002", 3))
    ledger.begin(entry("GZ-0002", 4), NOW, message_id=message_id(entry("GZ-0002", 4)))
    sent(ledger, entry("GZ-0003", 4, briefing="other"))
    sent(ledger, notice("GZ-0004"))
    assert ledger.held("demo") == {"GZ-0001": 4, "GZ-0002": 3}
    assert ledger.held("demo", before=4) == {"GZ-0001": 2, "GZ-0002": 3}
    ledger.move(entry(edition=4).key, Event.BOUNCE, NOW)
    assert ledger.held("demo")["GZ-0001"] == 2


def test_a_run_that_ended_leaves_doubt_and_nothing_else(path, later):
    with open_ledger(path, NOW) as ledger:
        sent(ledger, entry("GZ-0001"))
        ledger.begin(entry("GZ-0002"), NOW, message_id=message_id(entry("GZ-0002")))
        ledger.enqueue(entry("GZ-0003"), message_id=message_id(entry("GZ-0003")))
    with open_ledger(path, next(later)) as ledger:
        states = {one.clinic: one.state for one in ledger.deliveries()}
        assert states == {"GZ-0001": State.SENT, "GZ-0002": State.IN_DOUBT, "GZ-0003": State.DUE}
        assert ledger.attempts(entry("GZ-0002").key)[0].outcome == "lost"


def test_a_person_may_have_it_tried_again_from_the_first_wait(ledger):
    one = entry()
    ledger.begin(one, NOW, message_id=message_id(one))
    ledger.finish(one.key, Event.REFUSE, NOW, code="D005", detail="550 no such user")
    again = ledger.move(one.key, Event.RETRY, NOW)
    assert (again.state, again.attempts, again.detail) == (State.DUE, 0, "")
    assert again.message_id == f"<{one.key[:40]}.1@example.org>"
    ledger.begin(one, NOW, message_id=message_id(one))
    assert [attempt.number for attempt in ledger.attempts(one.key)] == [1, 2]


@pytest.mark.parametrize("ends", [Event.ACCEPT, Event.LOSE])
def test_who_answers_has_it(ledger, ends):
    one = entry()
    ledger.begin(one, NOW, message_id=message_id(one))
    ledger.finish(one.key, ends, NOW)
    assert ledger.acknowledge(one.key, "received", NOW).state is State.SENT
    ledger.acknowledge(one.key, "received", NOW)
    [answer] = ledger.acknowledgements("demo")
    assert (answer.key, answer.answer, answer.at) == (one.key, "received", NOW)
    assert ledger.acknowledgements("other") == ()


@pytest.mark.parametrize(
    ("then", "states"),
    [
        (Event.ACCEPT, [State.BOUNCED, State.SENT]),
        (Event.LOSE, [State.BOUNCED, State.IN_DOUBT]),
        (Event.DEFER, [State.SENT, State.CANCELLED]),
        (Event.REFUSE, [State.SENT, State.REFUSED]),
    ],
)
def test_who_answers_after_a_copy_was_made_anew_for_one_that_came_back_has_it(ledger, later, then, states):
    sent(ledger, entry())
    ledger.move(entry().key, Event.BOUNCE, NOW)
    anew = entry(text="with another address")
    ledger.begin(anew, NOW, message_id=message_id(anew))
    ledger.finish(anew.key, then, NOW, next_attempt_at=next(later) if then is Event.DEFER else None)
    ledger.acknowledge(entry().key, "received", NOW)
    assert [one.state for one in ledger.deliveries()] == states
    assert [answer.key for answer in ledger.acknowledgements()] == [entry().key]


def test_what_was_not_sent_is_not_acknowledged(ledger):
    ledger.enqueue(entry(), message_id=message_id(entry()))
    with pytest.raises(UsageError, match="GZ-0001 by mail is due"):
        ledger.acknowledge(entry().key, "received", NOW)
    with pytest.raises(UsageError, match="no delivery"):
        ledger.acknowledge("0" * 64, "received", NOW)


def test_a_message_is_found_by_its_id(ledger):
    sent(ledger, entry())
    found = ledger.by_message_id(message_id(entry()))
    assert found is not None
    assert found.key == entry().key
    assert ledger.by_message_id("<other@example.org>") is None


def test_what_stands_in_the_queue_already_stays_as_it_is(ledger):
    sent(ledger, notice())
    assert ledger.enqueue(notice(), message_id=message_id(notice())).state is State.SENT
    assert len(ledger.deliveries()) == 1
