"""Proposals as files: what is written is read back, and nothing that somebody did to one ends in a traceback."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report import proposals
from report.errors import UsageError
from report.load.files import read_briefing
from report.proposals import Evidence, Proposal, Seen, find_proposal, read_proposals, write_proposal

AT = datetime.datetime(2026, 11, 28, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
DAY = AT.date()
KEY = "0123456789"


def proposal(**changes):
    values = {
        "id": f"2026-11-28-demo-notice-{KEY}",
        "kind": "source-changed",
        "source": "demo-notice",
        "facts": ("demo-one",),
        "opened_at": AT,
        "evidence": Evidence(url="https://city.example.org/notice", new=Seen(on=DAY, text="a" * 64)),
        "digests": {"demo-one": "f" * 16},
        "diff": "--- 2026-11-01\n+++ 2026-11-28\n@@ -1 +1 @@\n-第 1 条\n+第 2 条",
    }
    return Proposal(**{**values, **changes})


def test_a_proposal_is_read_as_it_was_written(project):
    write_proposal(project.root, "demo", proposal())
    assert read_proposals(project.root, "demo") == ((proposal(),), [])


PRINTABLE = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufeff"))


@given(st.lists(PRINTABLE, min_size=1).map("\n".join), PRINTABLE)
def test_any_difference_and_any_value_come_back(tmp_path_factory, diff, value):
    root = tmp_path_factory.mktemp("any")
    kept = proposal(diff=diff, old=value, reason=value)
    write_proposal(root, "demo", kept)
    assert read_proposals(root, "demo") == ((kept,), [])


@given(st.binary(max_size=200))
def test_a_file_spoilt_anyhow_is_told(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("spoilt")
    path = write_proposal(root, "demo", proposal())
    path.write_bytes(data)
    found, findings = read_proposals(root, "demo")
    assert not found
    assert findings


def test_a_link_and_a_file_of_another_name_are_told(project):
    path = write_proposal(project.root, "demo", proposal())
    path.rename(path.with_name("2026-11-28-other.yaml"))
    (path.parent / "link.yaml").symlink_to("/etc/passwd")
    found, findings = read_proposals(project.root, "demo")
    assert not found
    assert [finding.code.code for finding in findings] == ["C012", "C009"]


def test_no_build_depends_on_proposals(project):
    before = read_briefing(project.root, "demo")
    write_proposal(project.root, "demo", proposal())
    after = read_briefing(project.root, "demo")
    assert after.digest == before.digest
    assert not after.findings


def test_the_key_tells_changes_apart_and_ids_do_not_meet():
    keys = {
        proposals.key_of(*parts)
        for parts in [
            ("source-changed", "a", "", "x", "y"),
            ("source-changed", "a", "", "y", "x"),
            ("source-changed", "b", "", "x", "y"),
            ("feed-value", "a", "", "x", "y"),
            ("source-changed", "a", "xy", "", ""),
        ]
    }
    assert len(keys) == 5
    first = proposals.id_of(DAY, "a", KEY)
    second = proposals.id_of(DAY, "a", KEY, [first])
    assert (first, second) == (f"2026-11-28-a-{KEY}", f"2026-11-28-a-{KEY}-2")
    assert proposal(id=first).key == proposal(id=second).key == KEY
    assert len(proposals.id_of(DAY, "a" * 300, KEY)) < 200


def test_a_long_difference_says_how_much_is_left_out():
    shown = proposals.shortened("\n".join(f"+{number}" for number in range(1000)))
    assert shown.endswith("+199\n… 800 more lines")
    assert proposals.shortened("+a\n+b") == "+a\n+b"
    assert len(proposals.shortened("\n".join(["+" + "长" * 9000] * 5))) < 25_000


def test_a_proposal_is_found_by_a_beginning_that_no_other_has(project):
    write_proposal(project.root, "demo", proposal())
    write_proposal(project.root, "demo", proposal(id=f"2026-11-29-demo-notice-{KEY}"))
    assert find_proposal(project.root, ["demo"], "2026-11-28")[1] == proposal()
    for wanted, told in [("2026-11", "2 proposals begin"), ("2027", "no proposal"), ("", "no proposal")]:
        with pytest.raises(UsageError) as caught:
            find_proposal(project.root, ["demo"], wanted)
        assert told in caught.value.message


def test_a_source_that_very_many_facts_rest_on_can_be_proposed(project):
    facts = tuple(f"a-fact-with-a-long-name-of-its-own-{number}" for number in range(5_000))
    kept = proposal(facts=facts, digests={name: "f" * 16 for name in facts})
    write_proposal(project.root, "demo", kept)
    assert read_proposals(project.root, "demo") == ((kept,), [])


def test_what_somebody_did_meanwhile_is_not_overruled(project):
    seen = proposal()
    write_proposal(project.root, "demo", seen)
    decided = proposals.close(project.root, "demo", seen, status="accepted", decided_by="王")
    assert read_proposals(project.root, "demo")[0] == (decided,)
    for told in (seen, decided):
        with pytest.raises(UsageError, match="was accepted meanwhile"):
            proposals.close(project.root, "demo", told, status="rejected")
    write_proposal(project.root, "demo", proposal(facts=()))
    with pytest.raises(UsageError, match="was changed meanwhile"):
        proposals.close(project.root, "demo", seen, status="rejected")
