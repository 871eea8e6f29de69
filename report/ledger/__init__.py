"""Who was sent what: SQLite, written before and after every attempt, and nothing in it that names a person."""

from report.ledger.deliveries import Ledger
from report.ledger.entries import Acknowledgement, Attempt, Delivery, Entry, content_digest
from report.ledger.errors import LedgerDamagedError, LedgerError
from report.ledger.opening import open_ledger, read_ledger
from report.ledger.states import Event, State

__all__ = [
    "Acknowledgement",
    "Attempt",
    "Delivery",
    "Entry",
    "Event",
    "Ledger",
    "LedgerDamagedError",
    "LedgerError",
    "State",
    "content_digest",
    "open_ledger",
    "read_ledger",
]
