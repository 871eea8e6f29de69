"""Entries of a ledger, as tests need them."""

import datetime

from report.ledger import Entry, Event, content_digest

NOW = datetime.datetime(2026, 11, 27, 9, 0, tzinfo=datetime.UTC)


def entry(clinic="GZ-0001", edition=1, *, channel="mail", since=0, text="one", briefing="demo"):
    digest = content_digest({"demo.pdf": text})
    return Entry("edition", briefing, edition, 0, clinic, channel, since, digest)


def notice(clinic="GZ-0001", *, kind="withdrawal", edition=0, about=1, channel="mail"):
    return Entry(kind, "demo", edition, about, clinic, channel, 0, content_digest({"notice.pdf": "x"}))


def message_id(of):
    return of.identify("example.org")


def sent(ledger, of, at=NOW):
    """Put an entry in and send it."""
    ledger.begin(of, at, message_id=message_id(of))
    return ledger.finish(of.key, Event.ACCEPT, at, reference=message_id(of), detail="250 ok")
