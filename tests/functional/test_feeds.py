"""Feeds over a real connection, and builds that look at what was read and ask nobody."""

import dataclasses
import datetime
import json
import socket

import pytest

from report import pipeline
from report.errors import UsageError
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.monitor.feed_values import FeedOutcome
from report.monitor.vault import Vault
from report.pipeline import building, deciding, refreshing
from report.pipeline.outputs import Request
from report.pipeline.refreshing_feeds import feed_findings, refresh_feeds
from report.watch_settings import MonitorSettings
from tests.dsl import NOW, TODAY
from tests.sites import Moved, Page, Site

TABLE = """\
- data: data/sites.csv
  url: %s/sites.csv
  columns: {地点: text, 例数: whole}
"""


@pytest.fixture
def site():
    with Site() as site:
        yield site


@pytest.fixture
def fed(project, site):
    """A project with two facts and a table that a site publishes."""
    first = f"{{url: {site.url}/trials.json, pointer: /sites, field: attrs.sites}}"
    second = f"{{url: {site.url}/trials.json, pointer: /resumed}}"
    project.change("facts.yaml", "attrs: {sites: 12}", f"attrs: {{sites: 12}}\n  feed: {first}")
    project.change(
        "facts.yaml", "  supersedes: [trial-halted]", f"  supersedes: [trial-halted]\n  feed: {second}"
    )
    project.write("feeds.yaml", TABLE % site.url)
    project.write("data/sites.csv", "地点,例数\n甲,3\n")
    site.pages["/trials.json"] = Page(json.dumps({"sites": 12, "resumed": "2024-05-20"}))
    site.pages["/sites.csv"] = Page("例数,地点\n3,甲\n")
    return project


def refresh(project, site, today=TODAY):
    run = dataclasses.replace(pipeline.start(project.root, today, None))
    briefing, _ = load_briefing(read_briefing(project.root, "demo"))
    settings = MonitorSettings(allow_hosts=(site.name,), delay_seconds="0", contact="editors@example.org")
    read = refresh_feeds(run, [briefing], settings, Vault(project.root / "vault"))
    return read["demo"], [finding.code.code for finding in feed_findings(run, briefing, read["demo"])]


def test_each_document_is_asked_for_once_and_nothing_of_it_is_left_lying(fed, site):
    read, codes = refresh(fed, site)
    assert codes == []
    assert sorted(site.paths) == ["/sites.csv", "/trials.json"]
    assert {value.outcome for value in read.values.values()} == {FeedOutcome.READ}
    kept = sorted(
        path.relative_to(fed.root).as_posix() for path in (fed.root / "vault").rglob("*") if path.is_file()
    )
    assert kept == ["vault/feeds/demo.json"]


def test_what_differs_is_kept_as_evidence_and_no_file_of_the_briefing_changes(fed, site):
    before = {path: path.read_bytes() for path in fed.demo.rglob("*") if path.is_file()}
    page = json.dumps({"sites": 14, "resumed": "2024-05-20"}).encode()
    site.pages["/trials.json"] = Page(page)
    site.pages["/sites.csv"] = Page("例数,地点\n3,甲\n5,乙\n")
    read, codes = refresh(fed, site)
    assert codes == ["F040", "F040"]
    vault = Vault(fed.root / "vault")
    fact, table = read.differences
    assert (fact.name, fact.old, fact.new, vault.get(fact.sha256)) == ("trial-halted", "12", "14", page)
    assert (table.name, table.new) == ("data/sites.csv", "地点,例数\n甲,3\n乙,5\n")
    assert {path: path.read_bytes() for path in fed.demo.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Page("gone", 410), "it answered 410"),
        (Moved("file:///etc/passwd"), "file:"),
        (Moved("http://10.0.0.1/x.json"), "10.0.0.1"),
    ],
)
def test_what_cannot_be_reached_is_told_and_what_was_read_last_stays(fed, site, page, why):
    refresh(fed, site)
    site.pages["/trials.json"] = page
    read, codes = refresh(fed, site)
    assert codes == ["M020", "M020"]
    value = read.values["trial-halted"]
    assert (value.outcome, value.value, value.read_on) == (FeedOutcome.UNREACHABLE, "12", TODAY)
    assert why in value.message


def test_builds_and_checks_ask_nobody_and_say_from_which_day_the_values_are(fed, site, monkeypatch):
    site.pages["/trials.json"] = Page(json.dumps({"sites": 14, "resumed": "soon"}))
    refresh(fed, site)
    asked = list(site.asked)

    def refuse(*_, **__):
        raise AssertionError("the network is used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    ended = fed.check()
    assert ended.codes == ["F040", "F041"]
    assert f"demo: feeds are not asked; 2 of 3 as they were read on {TODAY}" in ended.err
    assert site.asked == asked


@pytest.mark.slow
def test_a_build_is_made_anew_when_a_feed_says_otherwise_and_not_when_it_is_read_again(fed, site):
    refresh(fed, site)
    run = pipeline.start(fed.root, TODAY, None)
    assert building.build(run, "demo", Request(("html",))).findings == ()
    tomorrow = TODAY + datetime.timedelta(days=1)
    refresh(fed, site, tomorrow)
    later = dataclasses.replace(run, today=tomorrow)
    assert building.build(later, "demo", Request(("html",))).is_current
    site.pages["/trials.json"] = Page(json.dumps({"sites": 14, "resumed": "2024-05-20"}))
    refresh(fed, site, tomorrow)
    outcome = building.build(later, "demo", Request(("html",)))
    assert [finding.code.code for finding in outcome.findings] == ["F040"]
    old = dataclasses.replace(run, today=TODAY + datetime.timedelta(days=40))
    codes = [finding.code.code for finding in building.build(old, "demo", Request(("html",))).findings]
    assert sorted(codes) == ["F040", "F043", "F043", "F043"]


# From the feed to the page: proposed, decided, written


def whole_refresh(project, site, at=NOW):
    """Look at everything, as `report refresh` does."""
    monitor = f"{{delay_seconds: 0, allow_hosts: ['{site.name}'], doi_service: ''}}"
    text = f"channels: {{files: {{kind: folder, path: outbox}}}}\nmonitor: {monitor}\n"
    (project.root / "content/distribution.yaml").write_text(text, encoding="utf-8")
    run = pipeline.start(project.root, at.date(), None)
    return refreshing.refresh(run, ["demo"], at)


def accept(project, proposal, **more):
    return deciding.accept(project.root, ["demo"], proposal.id, by="王医生", today=TODAY, **more)


def test_a_table_is_proposed_whole_and_written_when_somebody_accepts_it(fed, site):
    site.pages["/sites.csv"] = Page("例数,地点\n3,甲\n5,乙\n")
    refreshed = whole_refresh(fed, site)
    [opened] = [one.proposal for one in refreshed.opened]
    assert (opened.kind, opened.subject, opened.new) == ("feed-table", "data/sites.csv", None)
    assert opened.id.startswith("2026-11-27-data-sites-csv-")
    assert opened.diff.splitlines()[2:] == ["@@ -2 +2,2 @@", " 甲,3", "+乙,5"]
    again = whole_refresh(fed, site)
    assert (again.opened, [one.proposal.id for one in again.waiting]) == ((), [opened.id])
    decided = accept(fed, opened)
    assert (decided.changed, decided.proposal.status) == ("content/demo/data/sites.csv", "accepted")
    assert (fed.demo / "data/sites.csv").read_text(encoding="utf-8") == "地点,例数\n甲,3\n乙,5\n"
    assert "F040" not in fed.check().codes
    after = whole_refresh(fed, site)
    assert (after.opened, after.waiting, after.findings) == ((), (), ())


def test_a_table_that_is_not_there_yet_is_made(fed, site):
    (fed.demo / "data/sites.csv").unlink()
    [opened] = [one.proposal for one in whole_refresh(fed, site).opened]
    accept(fed, opened)
    assert (fed.demo / "data/sites.csv").read_text(encoding="utf-8") == "地点,例数\n甲,3\n"


def test_a_table_that_somebody_changed_since_is_left_alone(fed, site):
    site.pages["/sites.csv"] = Page("例数,地点\n5,乙\n")
    [opened] = [one.proposal for one in whole_refresh(fed, site).opened]
    fed.write("data/sites.csv", "地点,例数\n甲,4\n")
    with pytest.raises(UsageError, match="was changed since 2026-11-27"):
        accept(fed, opened)
    assert (fed.demo / "data/sites.csv").read_text(encoding="utf-8") == "地点,例数\n甲,4\n"
    newer = whole_refresh(fed, site)
    [proposal] = [one.proposal for one in newer.opened]
    assert proposal.id != opened.id
    assert newer.waiting == ()
    (fed.root / "vault/objects").rename(fed.root / "lost")
    with pytest.raises(UsageError, match="not in the vault any more"):
        accept(fed, proposal)
    with pytest.raises(UsageError, match="no single value"):
        accept(fed, proposal, values=["例数=5"])


def test_a_feed_that_agrees_again_takes_its_proposal_back(fed, site):
    good = site.pages["/sites.csv"]
    site.pages["/sites.csv"] = Page("例数,地点\n5,乙\n")
    [opened] = [one.proposal for one in whole_refresh(fed, site).opened]
    site.pages["/sites.csv"] = good
    refreshed = whole_refresh(fed, site)
    assert (refreshed.opened, refreshed.waiting) == ((), ())
    with pytest.raises(UsageError, match="superseded"):
        accept(fed, opened)


def test_a_value_that_is_accepted_is_written_and_nothing_else_of_the_file(fed, site):
    before = (fed.demo / "facts.yaml").read_text(encoding="utf-8")
    site.pages["/trials.json"] = Page(json.dumps({"sites": 14, "resumed": "2024-05-20"}))
    [opened] = [one.proposal for one in whole_refresh(fed, site).opened]
    assert (opened.kind, opened.fact, opened.old, opened.new) == ("feed-value", "trial-halted", "12", "14")
    accept(fed, opened)
    after = (fed.demo / "facts.yaml").read_text(encoding="utf-8")
    lines = [line for line in after.splitlines() if line not in before.splitlines()]
    assert lines == ["  attrs: {sites: 14}", '  last_checked: "2026-11-27"', "  checked_by: 王医生"]
    assert "F040" not in fed.check().codes
