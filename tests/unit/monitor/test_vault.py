"""The evidence vault: what was put in comes out, damage is told, and a run ended anywhere loses nothing."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.errors import MissingDependencyError
from report.monitor.vault import DamagedError, Look, Vault, first_said, last_said, said_on

ZONE = datetime.timezone(datetime.timedelta(hours=8))


def at(day, hour=9):
    return datetime.datetime(2026, 11, day, hour, tzinfo=ZONE)


def look(day, text="", outcome="unchanged", **more):
    return Look(at(day), outcome, "https://city.example.org/notice", fingerprint=text, text=text, **more)


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "vault")


def test_bytes_are_kept_once_under_their_hash(vault):
    sha256 = vault.put("甲".encode())
    assert vault.put("甲".encode()) == sha256
    assert vault.get(sha256) == "甲".encode()
    assert [path.relative_to(vault.root).as_posix() for path in vault.root.rglob("*") if path.is_file()] == [
        f"objects/{sha256[:2]}/{sha256[2:]}"
    ]


def test_bytes_that_were_altered_or_lost_are_told_and_can_be_put_right(vault):
    sha256 = vault.put(b"right")
    vault.path_of(sha256).write_bytes(b"wrong")
    with pytest.raises(DamagedError, match="hash is another"):
        vault.get(sha256)
    vault.put(b"right")
    assert vault.get(sha256) == b"right"
    vault.path_of(sha256).unlink()
    with pytest.raises(DamagedError, match="cannot be read"):
        vault.get(sha256)


def test_looks_are_read_as_they_were_written(vault):
    looks = (look(1, "a" * 64, "first", etag='"1"', status=200), look(2, why="it answered 503\n", status=503))
    for one in looks:
        vault.append("demo", "notice", one)
    assert vault.looks("demo", "notice") == looks
    assert vault.looks("demo", "other") == ()


@given(cut=st.integers(min_value=1, max_value=400))
def test_half_a_line_of_a_run_that_was_ended_is_cut_off(tmp_path_factory, cut):
    vault = Vault(tmp_path_factory.mktemp("vault"))
    vault.append("demo", "notice", look(1, "a"))
    path = vault.journal_of("demo", "notice")
    whole = path.read_bytes()
    vault.append("demo", "notice", look(2, "b"))
    added = path.read_bytes()[len(whole) :]
    path.write_bytes(whole + added[: min(cut, len(added) - 1)])
    assert vault.looks("demo", "notice") == (look(1, "a"),)
    vault.append("demo", "notice", look(3, "c"))
    assert vault.looks("demo", "notice") == (look(1, "a"), look(3, "c"))


def test_a_line_that_was_altered_or_taken_out_is_told(vault):
    for day in (1, 2, 3):
        vault.append("demo", "notice", look(day, "a"))
    path = vault.journal_of("demo", "notice")
    lines = path.read_bytes().splitlines(keepends=True)
    for spoilt in (
        [lines[0], lines[2]],
        [lines[0].replace(b"unchanged", b"changed!!"), *lines[1:]],
        [lines[1], lines[2]],
        [b"[]\n", *lines],
        [lines[0], b"\n", *lines[1:]],
        [lines[0].replace(b'"text":"a"', b'"text":1'), lines[1], lines[2]],
    ):
        path.write_bytes(b"".join(spoilt))
        with pytest.raises(DamagedError, match="line"):
            vault.looks("demo", "notice")


@given(st.binary(max_size=300))
def test_a_journal_spoilt_anyhow_is_told(tmp_path_factory, data):
    vault = Vault(tmp_path_factory.mktemp("vault"))
    vault.append("demo", "notice", look(1, "a"))
    vault.journal_of("demo", "notice").write_bytes(data + b"\n")
    with pytest.raises(DamagedError):
        vault.looks("demo", "notice")


def test_a_damaged_journal_is_set_aside_and_not_lost(vault):
    vault.append("demo", "notice", look(1, "a"))
    aside = vault.set_aside("demo", "notice", at(2))
    assert aside is not None
    assert aside.name == "notice.jsonl.damaged-20261102090000"
    assert vault.looks("demo", "notice") == ()
    assert vault.set_aside("demo", "notice", at(2)) is None


def test_what_a_source_said_on_a_day():
    looks = (look(1, "a"), look(3), look(5, "b"), look(6, "b"), look(7), look(8, "b"))
    assert last_said(looks) == looks[5]
    assert said_on(looks, at(4).date()) == looks[0]
    assert said_on(looks, datetime.date(2026, 10, 31)) is None
    assert first_said(looks, "b") == looks[2]
    assert first_said(looks, "a") is None


def test_what_is_spooled_is_cleared(vault):
    path = vault.spool(b"x")
    assert path.read_bytes() == b"x"
    vault.clear_spool()
    assert not path.exists()
    vault.clear_spool()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "vault").write_text("a file")
    vault = Vault(tmp_path / "vault")
    for act in (
        lambda: vault.put(b"x"),
        lambda: vault.spool(b"x"),
        lambda: vault.append("demo", "a", look(1)),
    ):
        with pytest.raises(MissingDependencyError):
            act()
