"""Who holds which edition, as the ledger knows it."""

import pytest

from report.ledger import Event
from report.ledger.queries import Holding, answers, holdings, notices_of
from tests.unit.ledger.samples import NOW, entry, message_id, notice, sent


def lose(ledger, of):
    ledger.begin(of, NOW, message_id=message_id(of))
    ledger.finish(of.key, Event.LOSE, NOW)


def test_what_was_sent_is_held_and_what_is_in_doubt_perhaps(ledger):
    sent(ledger, entry("GZ-0002"))
    lose(ledger, entry("GZ-0001"))
    ledger.enqueue(entry("GZ-0003"), message_id="<due@example.org>")
    assert holdings(ledger.deliveries(), "demo") == (
        Holding("GZ-0001", 1, False, 0, ("mail",)),
        Holding("GZ-0002", 1, True, 0, ("mail",)),
    )


def test_one_channel_that_got_through_is_enough(ledger):
    lose(ledger, entry("GZ-0001", channel="mail"))
    sent(ledger, entry("GZ-0001", channel="folder"))
    assert holdings(ledger.deliveries(), "demo") == (Holding("GZ-0001", 1, True, 0, ("folder", "mail")),)


def test_a_later_edition_counts_only_where_it_surely_arrived(ledger):
    sent(ledger, entry("GZ-0001", 1))
    sent(ledger, entry("GZ-0001", 3))
    sent(ledger, entry("GZ-0002", 1))
    lose(ledger, entry("GZ-0002", 2))
    found = {(one.clinic, one.edition): one.later for one in holdings(ledger.deliveries(), "demo")}
    assert found == {("GZ-0001", 1): 3, ("GZ-0001", 3): 0, ("GZ-0002", 1): 0, ("GZ-0002", 2): 0}


def test_what_came_back_is_held_by_nobody(ledger):
    sent(ledger, entry("GZ-0001"))
    ledger.move(entry("GZ-0001").key, Event.BOUNCE, NOW)
    assert holdings(ledger.deliveries(), "demo") == ()


@pytest.mark.parametrize("event", [None, Event.DEFER, Event.REFUSE, Event.CANCEL])
def test_what_an_attempt_was_lost_of_may_be_held_whatever_came_of_the_next(ledger, event):
    of = entry("GZ-0001")
    lose(ledger, of)
    ledger.move(of.key, Event.RESEND, NOW)
    if event is Event.CANCEL:
        ledger.move(of.key, event, NOW)
    elif event is not None:
        ledger.begin(of, NOW, message_id=message_id(of))
        ledger.finish(of.key, event, NOW, next_attempt_at=NOW if event is Event.DEFER else None)
    assert holdings(ledger.deliveries(), "demo") == (Holding("GZ-0001", 1, False, 0, ("mail",)),)


def test_what_was_in_doubt_and_came_back_is_held_by_nobody(ledger):
    lose(ledger, entry("GZ-0001"))
    ledger.move(entry("GZ-0001").key, Event.BOUNCE, NOW)
    assert holdings(ledger.deliveries(), "demo") == ()


def test_notices_and_other_briefings_are_no_editions(ledger):
    sent(ledger, notice("GZ-0001"))
    sent(ledger, entry("GZ-0001", briefing="other"))
    assert holdings(ledger.deliveries(), "demo") == ()
    assert [one.clinic for one in notices_of(ledger.deliveries(), "demo", 1)] == ["GZ-0001"]
    assert notices_of(ledger.deliveries(), "demo", 2) == ()


def test_answers_are_found_by_the_delivery(ledger):
    key = sent(ledger, entry("GZ-0001")).key
    assert answers(ledger, "demo") == {}
    ledger.acknowledge(key, "received", NOW)
    assert answers(ledger, "demo") == {key: {"received": NOW}}
