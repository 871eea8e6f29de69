"""`report accept` and `report reject`: what is written, what is refused, and what an interruption leaves."""

import datetime

import pytest

from report.pipeline import deciding
from report.proposals import Evidence, Proposal, read_proposals, write_proposal
from tests import dsl


@pytest.fixture
def decide(project):
    return Decide(project)


class Decide:
    """The tiny good project, and proposals about it."""

    def __init__(self, project):
        self.project = project
        self.number = 0

    def propose(self, kind="source-changed", facts=("trial-halted",), **more):
        self.number += 1
        proposal = Proposal(
            id=f"2026-11-20-notice-{self.number:010d}",
            kind=kind,
            source="" if kind == "feed-value" else "notice",
            facts=facts,
            opened_at=dsl.NOW - datetime.timedelta(days=7),
            evidence=Evidence(url="https://agency.example.org/notice"),
            digests=self.digests(),
            **more,
        )
        write_proposal(self.project.root, "demo", proposal)
        return proposal.id

    def digests(self):
        return dict(deciding.fact_digests(deciding._load(self.project.root, "demo")))

    def accept(self, wanted, *options, by="王医生"):
        return self.project.run("accept", wanted, "--by", by, *options)

    def state(self, wanted):
        found, findings = read_proposals(self.project.root, "demo")
        assert not findings
        return next(one for one in found if one.id == wanted)

    @property
    def facts(self):
        return (self.project.demo / "facts.yaml").read_text(encoding="utf-8")

    @property
    def sources(self):
        return (self.project.demo / "sources.yaml").read_text(encoding="utf-8")


CHECKED = '  last_checked: "2026-11-27"\n  checked_by: 王医生\n'


def test_what_was_checked_and_still_holds_is_dated_and_signed(decide):
    before = decide.facts
    wanted = decide.propose(facts=("trial-halted", "drug-approved"))
    ended = decide.accept(wanted, "--reason", "只改了错字")
    assert (ended.code, ended.codes) == (0, [])
    assert "content/demo/facts.yaml: trial-halted, drug-approved" in ended.out
    assert decide.facts.count(CHECKED) == 2
    assert decide.facts.replace(CHECKED, "") == before
    state = decide.state(wanted)
    assert (state.status, state.decided_by, state.reason) == ("accepted", "王医生", "只改了错字")
    assert state.decided_on == dsl.TODAY


def test_a_value_is_written_where_it_belongs(decide):
    wanted = decide.propose()
    assert (
        decide.accept(wanted, "--value", "dates.effective=2020-03-01", "--value", "attrs.sites=13").code == 0
    )
    assert 'dates: {announced: "2020-01-01", effective: "2020-03-01"}' in decide.facts
    assert "attrs: {sites: 13}" in decide.facts
    assert "2020-02-01" not in decide.facts


def test_of_several_facts_the_one_is_named(decide):
    wanted = decide.propose(facts=("trial-halted", "trial-resumed"))
    refused = decide.accept(wanted, "--value", "attrs.sites=13")
    assert refused.code == 2
    assert "does not say of which fact" in refused.err
    assert decide.accept(wanted, "--value", "trial-halted:attrs.sites=13").code == 0
    assert "attrs: {sites: 13}" in decide.facts
    assert decide.facts.count(CHECKED) == 2


def test_what_a_feed_says_is_written_or_another_value(decide):
    feed = {"kind": "feed-value", "field": "attrs.sites", "old": "12", "new": "13"}
    assert decide.accept(decide.propose(**feed)).code == 0
    assert "attrs: {sites: 13}" in decide.facts
    assert decide.accept(decide.propose(**{**feed, "old": "13", "new": "14"}), "--value", "15").code == 0
    assert "attrs: {sites: 15}" in decide.facts


def test_of_a_quantity_the_number_is_written_and_the_unit_stays(decide):
    decide.project.change("facts.yaml", "{sites: 12}", "{dose: {value: 12, unit: mg}}")
    wanted = decide.propose(kind="feed-value", field="attrs.dose", old="12", new="12.5")
    assert decide.accept(wanted).code == 0
    assert "{dose: {value: 12.5, unit: mg}}" in decide.facts


def test_a_new_address_is_written_to_the_source_and_nothing_to_facts(decide):
    before = decide.facts
    new = "https://agency.example.org/archive/notice"
    old = "https://agency.example.org/notice"
    wanted = decide.propose(kind="source-moved", field="URL", old=old, new=new)
    assert decide.accept(wanted).code == 0
    assert f"  URL: {new}\n" in decide.sources
    assert decide.facts == before


@pytest.mark.parametrize("kind", ["feed-value", "source-changed"])
def test_what_was_changed_since_is_not_overwritten(decide, kind):
    """A fact that somebody corrected after the proposal is not what the proposal is about."""
    more = {"field": "attrs.sites", "old": "12", "new": "13"} if kind == "feed-value" else {}
    wanted = decide.propose(kind=kind, **more)
    decide.project.change("facts.yaml", "{sites: 12}", "{sites: 99}")
    before = decide.facts
    ended = decide.accept(wanted, "--value", "13" if more else "attrs.sites=13")
    assert ended.code == 2
    assert "attrs.sites of trial-halted is '99' now" in ended.err
    assert (decide.facts, decide.state(wanted).status) == (before, "open")


def test_a_change_elsewhere_in_the_file_is_no_hindrance(decide):
    wanted = decide.propose()
    decide.project.change("facts.yaml", "label: 药物获批", "label: 药品获批  # 改")
    assert decide.accept(wanted, "--value", "attrs.sites=13").code == 0
    assert "label: 药品获批  # 改" in decide.facts
    assert "attrs: {sites: 13}" in decide.facts


@pytest.mark.parametrize(
    "value",
    [
        "dates.effective=soon",
        "primary_date=ended",
        "status=true?",
        "kind=x",
        "supersedes=nothing",
        "no_key=1",
        "dates=1",
    ],
)
def test_what_the_briefing_could_not_be_read_with_is_not_written(decide, value):
    wanted = decide.propose()
    before = decide.facts
    ended = decide.accept(wanted, "--value", value)
    assert ended.code in (1, 2, 3)
    assert (decide.facts, decide.state(wanted).status) == (before, "open")
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "value", ["=1", "dates.effective=", "effective", "id=x", "a.b.c.d=1", "drug-approved:status=draft"]
)
def test_what_names_no_field_is_refused(decide, value):
    wanted = decide.propose()
    assert decide.accept(wanted, "--value", value).code == 2
    assert decide.state(wanted).is_open


def test_what_is_decided_stays_decided(decide):
    wanted = decide.propose()
    assert decide.project.run("reject", wanted, "--by", "李", "--reason", "原文没有变").code == 0
    state = decide.state(wanted)
    assert (state.status, state.decided_by, state.reason) == ("rejected", "李", "原文没有变")
    for ended in (decide.accept(wanted), decide.project.run("reject", wanted, "--by", "李", "--reason", "x")):
        assert ended.code == 2
        assert "was rejected by 李 on 2026-11-27" in ended.err


def test_nobody_and_no_reason_are_refused(decide):
    wanted = decide.propose()
    assert decide.accept(wanted, by=" ").code == 2
    assert decide.accept(wanted, by="a\u202eb").code == 2
    assert decide.project.run("reject", wanted, "--by", "李", "--reason", "").code == 2
    assert decide.accept("2030").code == 2
    assert decide.state(wanted).is_open


def test_a_fact_that_is_gone_is_told(decide):
    wanted = decide.propose(facts=("no-such-fact",))
    ended = decide.accept(wanted)
    assert ended.code == 2
    assert "no fact 'no-such-fact' any more" in ended.err


def test_a_briefing_that_cannot_be_read_is_told(decide):
    wanted = decide.propose()
    decide.project.change("facts.yaml", "kind: suspension", "kind: [")
    ended = decide.accept(wanted)
    assert ended.code == 2
    assert "cannot be read: content/demo/facts.yaml:" in ended.err


class _EndedError(BaseException):
    """The run is ended here."""


def test_who_is_interrupted_between_writing_and_deciding_runs_it_again(decide, monkeypatch):
    wanted = decide.propose(kind="feed-value", field="attrs.sites", old="12", new="13")

    def ended(*_, **__):
        raise _EndedError

    with monkeypatch.context() as patch:
        patch.setattr(deciding, "close", ended)
        with pytest.raises(_EndedError):
            decide.accept(wanted)
    assert decide.state(wanted).is_open
    after = decide.facts
    assert "{sites: 13}" in after
    assert decide.accept(wanted).code == 0
    assert (decide.facts, decide.state(wanted).status) == (after, "accepted")


def test_a_file_that_is_changed_while_it_is_decided_is_left_alone(decide, monkeypatch):
    wanted = decide.propose()
    whole = deciding._new_errors

    def meanwhile(*arguments):
        decide.project.change("facts.yaml", "label: 药物获批", "label: 药品获批")
        return whole(*arguments)

    monkeypatch.setattr(deciding, "_new_errors", meanwhile)
    ended = decide.accept(wanted, "--value", "attrs.sites=13")
    assert ended.code == 2
    assert "changed on disk" in ended.err
    assert "药品获批" in decide.facts
    assert "{sites: 12}" in decide.facts
    assert decide.state(wanted).is_open
