"""One look at a source: what it is taken for beside the looks before it, and what is kept."""

import dataclasses
import datetime

import pytest

from report.monitor import extraction
from report.monitor.answers import Fetched, Kind
from report.monitor.looking import look_at
from report.monitor.outcomes import Outcome
from report.monitor.vault import Vault

NOW = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)
URL = "https://city.example.org/notice"


class Looking:
    """A vault, and looks at one source one after the other."""

    def __init__(self, folder):
        self.vault = Vault(folder)
        self.looks = ()

    def at(self, body="", *, kind=Kind.BODY, selector="", url=URL, **more):
        data = body if isinstance(body, bytes) else body.encode()
        fetched = Fetched(url, more.pop("final_url", url), kind, **{"media_type": "text/html", **more})
        now = NOW + datetime.timedelta(days=len(self.looks))
        looked = look_at(self.vault, self.looks, fetched, data, selector, now)
        self.looks += (looked.look,)
        return looked


@pytest.fixture
def looking(tmp_path):
    return Looking(tmp_path / "vault")


def page(number, ad="甲", more=""):
    return f"<html><body><div class=ad>{ad}</div><p id=a>满 {number} 周岁</p>{more}</body></html>"


def test_the_marks_of_the_last_answer_are_kept_where_the_next_has_none(looking):
    looking.at(page(14), etag='"1"', last_modified="x")
    looked = looking.at(kind=Kind.UNMODIFIED)
    assert looked.outcome is Outcome.UNCHANGED
    assert (looked.look.etag, looked.look.last_modified) == ('"1"', "x")
    assert looked.look.text == looking.looks[0].text


def test_nothing_changed_is_no_answer_to_a_first_question(looking):
    assert looking.at(kind=Kind.UNMODIFIED).outcome is Outcome.UNREACHABLE


def test_what_could_not_be_seen_lies_between(looking):
    looking.at(page(14))
    looking.at(kind=Kind.UNREACHABLE, why="it answered 503")
    looking.at("<html></html>")
    looking.at(kind=Kind.GONE)
    looked = looking.at(page(15))
    assert (looked.outcome, looked.before.at) == (Outcome.CHANGED, NOW)
    assert "-满 14 周岁" in looked.diff


def test_a_newer_library_that_reads_otherwise_is_no_change(looking, monkeypatch):
    looking.at(page(14), etag='"1"')
    monkeypatch.setattr(extraction, "VERSION", 2)
    assert looking.at(page(14, ad="乙")).outcome is Outcome.UNCHANGED
    monkeypatch.setattr(extraction, "VERSION", 3)
    unmodified = looking.at(kind=Kind.UNMODIFIED)
    assert (unmodified.outcome, unmodified.look.how[0]) == (Outcome.UNCHANGED, "3")
    monkeypatch.setattr(extraction, "VERSION", 4)
    assert looking.at(page(15)).outcome is Outcome.CHANGED


def test_a_new_selector_that_the_old_page_lacks_begins_anew(looking):
    looking.at(page(14))
    assert looking.at(page(14, more="<div id=new>新</div>"), selector="#new").outcome is Outcome.FIRST


def test_a_selector_that_fits_no_more_is_told_also_where_nothing_changed(looking):
    looking.at(page(14), etag='"1"')
    looked = looking.at(kind=Kind.UNMODIFIED, selector="#none")
    assert (looked.outcome, looked.is_selector, looked.look.etag) == (Outcome.UNREADABLE, True, "")


def test_another_page_that_the_editor_names_begins_anew_and_a_new_address_of_the_same_does_not(looking):
    looking.at(page(14), final_url="https://city.example.org/new")
    assert looking.at(page(15), url="https://city.example.org/new").outcome is Outcome.CHANGED
    assert looking.at(page(16), url="https://city.example.org/other").outcome is Outcome.FIRST


def test_a_page_that_becomes_a_pdf_is_compared_by_its_text(looking):
    looking.at("满 14 周岁", media_type="text/plain")
    assert looking.at(page(14)).outcome is Outcome.UNCHANGED
    assert looking.at(page(15)).outcome is Outcome.CHANGED


def test_a_picture_is_compared_by_its_bytes(looking):
    looking.at(b"\x89PNG\0" + b"1", media_type="image/png")
    assert looking.at(b"\x89PNG\0" + b"1", media_type="image/png").outcome is Outcome.UNCHANGED
    looked = looking.at(b"\x89PNG\0" + b"2", media_type="image/png")
    assert (looked.outcome, looked.look.text) == (Outcome.CHANGED, "")
    assert looked.look.kept in looked.diff


def test_lost_evidence_is_told_and_the_change_is_seen_all_the_same(looking):
    first = looking.at(page(14)).look
    looking.vault.path_of(first.text).unlink()
    looked = looking.at(page(15))
    assert (looked.outcome, "-满 14 周岁" in looked.diff) == (Outcome.CHANGED, True)
    assert "cannot be read" in looked.damage
    for sha256 in (looked.look.text, looked.look.kept):
        looking.vault.path_of(sha256).unlink()
    again = looking.at(page(16))
    assert (again.outcome, "+满 16 周岁" in again.diff) == (Outcome.CHANGED, True)
    assert "cannot be read" in again.damage


def test_lost_evidence_of_what_did_not_change_is_put_back(looking):
    first = looking.at(page(14), etag='"1"').look
    for sha256 in (first.text, first.kept):
        looking.vault.path_of(sha256).unlink()
    unmodified = looking.at(kind=Kind.UNMODIFIED)
    assert (unmodified.outcome, unmodified.look.etag) == (Outcome.UNCHANGED, "")
    assert "cannot be read" in unmodified.damage
    looked = looking.at(page(14))
    assert (looked.outcome, looked.damage) == (Outcome.UNCHANGED, "")
    assert looking.vault.get(looked.look.kept) == page(14).encode()
    assert dataclasses.replace(looked.look, at=NOW).text == first.text
