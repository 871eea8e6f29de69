import json
import os
import sqlite3

import pytest

from report.errors import ExitCode
from report.ledger import (
    LedgerDamagedError,
    LedgerError,
    open_ledger,
    read_ledger,
)
from report.ledger.schema import APPLICATION_ID, VERSION
from report.run_lock import AnotherRunError, LockError, only_one
from tests.unit.ledger.samples import NOW, entry, sent


def test_a_ledger_is_made_whole_and_strict(path):
    with open_ledger(path, NOW):
        pass
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        tables = dict(connection.execute("SELECT name, strict FROM pragma_table_list WHERE type = 'table'"))
        own = {name: strict for name, strict in tables.items() if not name.startswith("sqlite_")}
        assert own == {"deliveries": 1, "attempts": 1, "acknowledgements": 1}
    finally:
        connection.close()


def test_commits_wait_for_the_disk(ledger):
    assert ledger._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert ledger._connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_second_run_is_refused_and_told_who_is_first(path):
    with open_ledger(path, NOW) as ledger:
        sent(ledger, entry())
        for _ in range(5):
            with pytest.raises(AnotherRunError) as refused, open_ledger(path, NOW):
                pass
            assert f"process {os.getpid()}, since 2026-11-27T09:00:00+00:00," in refused.value.message
            assert refused.value.exit_code is ExitCode.DELIVERY
        sent(ledger, entry("GZ-0002"))
    with open_ledger(path, NOW) as ledger:
        assert len(ledger.deliveries()) == 2


def test_a_clean_end_empties_the_lock_and_any_other_does_not(path):
    lock = path.with_name(path.name + ".lock")
    with open_ledger(path, NOW):
        assert json.loads(lock.read_bytes())["pid"] == os.getpid()
    assert lock.read_bytes() == b""
    with pytest.raises(KeyboardInterrupt), open_ledger(path, NOW):
        raise KeyboardInterrupt
    with only_one(path, NOW) as is_unclean:
        assert is_unclean
    with only_one(path, NOW) as is_unclean:
        assert not is_unclean


def damage(path):
    """Write into a page of the table, so that SQLite can open the file and not trust it."""
    with open_ledger(path, NOW) as ledger:
        for number in range(200):
            sent(ledger, entry(f"GZ-{number:04}"))
    data = bytearray(path.read_bytes())
    for page in range(5, len(data) // 4096, 3):
        data[page * 4096 : page * 4096 + 64] = bytes(64)
    path.write_bytes(data)


def test_after_an_unclean_end_the_file_is_checked(path):
    damage(path)
    path.with_name(path.name + ".lock").write_text('{"pid": 1, "since": "2026-11-26"}')
    with pytest.raises(LedgerDamagedError) as refused, open_ledger(path, NOW):
        pass
    assert "is damaged" in refused.value.message
    assert refused.value.exit_code is ExitCode.UNREADABLE


def test_after_an_unclean_end_a_sound_file_is_used(path):
    with open_ledger(path, NOW) as ledger:
        sent(ledger, entry())
    path.with_name(path.name + ".lock").write_text("{")
    with open_ledger(path, NOW) as ledger:
        assert len(ledger.deliveries()) == 1


@pytest.mark.parametrize("opened", [lambda path: open_ledger(path, NOW), read_ledger])
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (f"PRAGMA user_version = {VERSION + 1}", f"is of version {VERSION + 1}, and this program knows"),
        ("PRAGMA application_id = 7", "a database of another program"),
        ("PRAGMA user_version = 0", "a database of another program"),
    ],
)
def test_what_is_not_this_programs_is_refused_and_left_alone(path, opened, spoil, said):
    with open_ledger(path, NOW):
        pass
    connection = sqlite3.connect(path)
    connection.execute(spoil)
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LedgerDamagedError, match=said), opened(path):
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize("opened", [lambda path: open_ledger(path, NOW), read_ledger])
def test_what_is_no_database_is_refused(path, opened):
    path.parent.mkdir()
    path.write_bytes(b"this is a text, and no database at all, however long it may be " * 40)
    with pytest.raises(LedgerDamagedError, match="is damaged, or is no ledger"), opened(path):
        pass


def test_to_read_makes_nothing(path):
    with read_ledger(path) as ledger:
        assert ledger.deliveries() == ()
    assert not path.parent.exists()


def test_an_empty_file_is_an_empty_ledger(path):
    path.parent.mkdir()
    path.touch()
    with read_ledger(path) as ledger:
        assert ledger.deliveries() == ()
    assert path.read_bytes() == b""
    with open_ledger(path, NOW) as ledger:
        sent(ledger, entry())


def test_it_is_read_while_a_run_writes(path):
    with open_ledger(path, NOW) as ledger:
        sent(ledger, entry())
        with read_ledger(path) as read:
            assert len(read.deliveries()) == 1
            sent(ledger, entry("GZ-0002"))
            assert len(read.deliveries()) == 2
            with pytest.raises(LedgerError, match="may not be written"):
                sent(read, entry("GZ-0003"))


def test_a_lock_of_another_program_is_told(path):
    with open_ledger(path, NOW, busy_seconds=0) as ledger:
        sent(ledger, entry())
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            with pytest.raises(LedgerError) as refused:
                sent(ledger, entry("GZ-0002"))
            assert "another program has locked it" in refused.value.message
            assert refused.value.exit_code is ExitCode.MISSING
        finally:
            other.close()
        assert len(ledger.deliveries()) == 1
        sent(ledger, entry("GZ-0002"))


def send_many(ledger):
    for number in range(2, 1000):
        sent(ledger, entry(f"GZ-{number:04}"))


def test_a_full_disk_is_told_and_what_is_there_stays(path):
    with open_ledger(path, NOW) as ledger:
        sent(ledger, entry())
        pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
        ledger._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LedgerError, match="the disk is full"):
            send_many(ledger)
        kept = ledger.deliveries()
        assert ledger.check() == ""
    with open_ledger(path, NOW) as ledger:
        assert [one.key for one in ledger.deliveries()] == [one.key for one in kept]


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "ledger").write_text("a file")
    with (
        pytest.raises(LockError, match=r"cannot be written"),
        open_ledger(tmp_path / "ledger" / "x.sqlite3", NOW),
    ):
        pass


def test_a_lock_that_is_a_link_is_not_followed(path, tmp_path):
    path.parent.mkdir()
    target = tmp_path / "target"
    target.write_text("kept")
    path.with_name(path.name + ".lock").symlink_to(target)
    with pytest.raises(LockError, match="cannot be written"), open_ledger(path, NOW):
        pass
    assert target.read_text() == "kept"
