"""Feeds over a real connection, and builds that look at what was read and ask nobody."""

import dataclasses
import datetime
import json
import socket

import pytest

from report import pipeline
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.monitor.feed_values import FeedOutcome
from report.monitor.vault import Vault
from report.pipeline.outputs import Request
from report.pipeline.refreshing_feeds import feed_findings, refresh_feeds
from report.watch_settings import MonitorSettings
from tests.dsl import TODAY
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
    assert pipeline.build(run, "demo", Request(("html",))).findings == ()
    tomorrow = TODAY + datetime.timedelta(days=1)
    refresh(fed, site, tomorrow)
    later = dataclasses.replace(run, today=tomorrow)
    assert pipeline.build(later, "demo", Request(("html",))).is_current
    site.pages["/trials.json"] = Page(json.dumps({"sites": 14, "resumed": "2024-05-20"}))
    refresh(fed, site, tomorrow)
    outcome = pipeline.build(later, "demo", Request(("html",)))
    assert [finding.code.code for finding in outcome.findings] == ["F040"]
    old = dataclasses.replace(run, today=TODAY + datetime.timedelta(days=40))
    codes = [finding.code.code for finding in pipeline.build(old, "demo", Request(("html",))).findings]
    assert sorted(codes) == ["F040", "F043", "F043", "F043"]
