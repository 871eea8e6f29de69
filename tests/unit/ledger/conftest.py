"""A ledger in a folder of its own, and entries for it."""

import datetime

import pytest

from report.ledger import open_ledger
from tests.unit.ledger.samples import NOW


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger" / "ledger.sqlite3"


@pytest.fixture
def ledger(path):
    with open_ledger(path, NOW) as opened:
        yield opened


@pytest.fixture
def later():
    """Instants, each a minute after the one before."""

    def instants():
        at = NOW
        while True:
            at += datetime.timedelta(minutes=1)
            yield at

    return instants()
