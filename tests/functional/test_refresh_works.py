"""`report refresh` asks about DOIs, and reads feeds, of sites on loopback: notices and values become proposals."""

import json

import pytest

from tests.sites import Page, Site
from tests.watching import Watched

DOI = "10.1000/example"
WORK, SEARCH = f"/works/{DOI}", "/works"


@pytest.fixture
def site():
    with Site() as running:
        yield running


@pytest.fixture
def watched(project, site, monkeypatch):
    made = Watched(project, site, monkeypatch)
    project.change("sources.yaml", "watch: {}", f"DOI: {DOI}")
    path = project.root / "content" / "distribution.yaml"
    path.write_text(path.read_text().replace("doi_service: ''", f"doi_service: '{site.url}'"))
    answer(site)
    return made


def notice(kind, doi="10.1000/notice", **more):
    return {"DOI": doi, "type": kind, "updated": {"date-parts": [[2026, 11, 20]]}, **more}


def answer(site, updated_by=(), items=()):
    work = {"status": "ok", "message": {"DOI": DOI, "updated-by": list(updated_by)}}
    found = {"status": "ok", "message": {"items": list(items)}}
    site.pages[WORK] = Page(json.dumps(work), media_type="application/json")
    site.pages[SEARCH] = Page(json.dumps(found), media_type="application/json")


def test_a_work_of_which_nothing_is_said(watched):
    ended = watched.refresh()
    assert (ended.code, ended.codes) == (0, [])
    assert "works: 1 asked about: 0 with notices" in ended.out
    assert watched.site.paths == [WORK, "/works?filter=updates:10.1000%2Fexample&rows=100"]


def test_a_retraction_is_an_error_until_it_is_decided(watched):
    answer(watched.site, [notice("retraction")])
    for _ in range(2):
        ended = watched.refresh()
        assert (ended.code, ended.places) == (1, ["sources.yaml:5:3 M010"])
    (proposal,) = watched.proposals
    assert (proposal.kind, proposal.new) == ("retraction", None)
    assert proposal.evidence.note == "retraction of 2026-11-20, DOI 10.1000/notice"
    assert proposal.facts == ("trial-halted", "trial-resumed", "drug-approved")
    accepted = watched.project.run(
        "accept", proposal.id, "--by", "王", "--value", "drug-approved:status=retracted"
    )
    assert accepted.code == 0
    assert "status: retracted" in watched.facts()
    assert watched.refresh().codes == []


def test_a_notice_that_only_names_the_work_is_found_too(watched):
    items = [{"DOI": "10.1000/eoc", "update-to": [notice("expression_of_concern", DOI)]}]
    answer(watched.site, [notice("correction")], items)
    assert watched.refresh().codes == ["M011", "M011"]
    assert len(watched.open) == 2
    ids = [one.id for one in watched.open]
    assert watched.project.run("reject", ids[0], "--by", "王", "--reason", "不相干").code == 0
    assert watched.refresh().codes == ["M011"]
    assert [one.id for one in watched.open] == ids[1:]


def test_a_doi_that_is_not_known_is_told(watched):
    watched.site.pages[WORK] = Page("Resource not found.", 404)
    assert watched.refresh().codes == ["M012"]


@pytest.mark.parametrize(
    "page",
    [Page("", 503), Page("<html>"), Page('{"message": {"DOI": "10.1000/other"}}'), Page('{"message": 1}')],
)
def test_a_service_that_tells_nothing_is_told_once(watched, page):
    watched.site.pages[WORK] = page
    ended = watched.refresh()
    assert (ended.code, ended.codes) == (0, ["M013"])
    assert "1 of 1 DOIs" in ended.out


def test_no_service_is_asked_where_none_is_named(watched):
    watched.configure()
    assert "nothing to look at" in watched.refresh().out
    assert not watched.site.asked


def test_what_a_feed_says_otherwise_is_proposed_accepted_and_told_no_more(watched):
    watched.configure()
    watched.site.pages["/sites.json"] = Page('{"sites": 13}', media_type="application/json")
    feed = f"  feed: {{url: '{watched.site.url}/sites.json', pointer: /sites, field: attrs.sites}}\n"
    watched.project.change("facts.yaml", "attrs: {sites: 12}\n", f"attrs: {{sites: 12}}\n{feed}")
    ended = watched.refresh()
    assert ended.codes == ["F040"]
    (proposal,) = watched.open
    assert (proposal.kind, proposal.fact, proposal.field) == ("feed-value", "trial-halted", "attrs.sites")
    assert (proposal.old, proposal.new) == ("12", "13")
    assert watched.vault.get(proposal.evidence.new.bytes) == b'{"sites": 13}'
    assert watched.refresh().codes == ["F040"]
    assert watched.project.run("accept", proposal.id, "--by", "王").code == 0
    assert "attrs: {sites: 13}" in watched.facts()
    assert watched.refresh().codes == []
    assert not watched.open


def test_a_feed_that_agrees_again_needs_no_decision(watched):
    watched.configure()
    watched.site.pages["/sites.json"] = Page('{"sites": 13}')
    feed = f"  feed: {{url: '{watched.site.url}/sites.json', pointer: /sites, field: attrs.sites}}\n"
    watched.project.change("facts.yaml", "attrs: {sites: 12}\n", f"attrs: {{sites: 12}}\n{feed}")
    watched.refresh()
    watched.site.pages["/sites.json"] = Page('{"sites": 14}')
    watched.refresh()
    assert [(one.status, one.new) for one in watched.proposals] == [("superseded", "13"), ("open", "14")]
    watched.site.pages["/sites.json"] = Page('{"sites": 12}')
    assert watched.refresh().codes == []
    assert not watched.open
