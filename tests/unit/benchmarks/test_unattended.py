"""The project that the unattended run is shown with: one source on loopback, and nothing wrong in it."""

import json
import types
import urllib.request

import pytest

from benchmarks import unattended
from report.load.distribution import load_distribution
from tests.dsl import run


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setattr(unattended, "OUT", tmp_path / "bench")
    return unattended.lay_out(types.SimpleNamespace(host="127.0.0.1:9"))


def test_the_project_has_no_finding_and_watches_one_source(project):
    ended = run("check", "--project", str(project), "--strict", "--format", "json")
    assert (ended.code, json.loads(ended.out)) == (0, [])
    sources = (project / "content" / unattended.BRIEFING / "sources.yaml").read_text(encoding="utf-8")
    assert sources.count("URL: http://127.0.0.1:9/notice\n  watch: {}\n") == 1
    distribution, findings = load_distribution(project)
    assert (findings, distribution.policy.in_doubt) == ([], "reconcile")
    assert not list((project / "content" / unattended.BRIEFING).glob("editions/0*.json"))


def test_what_is_accepted_on_the_second_day_is_stated_once_on_the_first(project):
    facts = (project / "content" / unattended.BRIEFING / "facts.yaml").read_text(encoding="utf-8")
    assert facts.count(f'ended: "{unattended.BEFORE}"') == 1


def test_the_page_says_a_day_and_other_advertisements_where_they_are_wanted():
    with unattended.site() as running:

        def body():
            with urllib.request.urlopen(f"http://{running.host}/notice") as answer:
                return answer.read()

        first = body()
        assert body() == first
        running.has_other_ads = True
        other = body()
        assert other != first
        assert unattended.BEFORE in other.decode()
