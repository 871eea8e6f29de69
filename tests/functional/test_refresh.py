"""`report refresh` over a site on loopback: what a source does, what is proposed, what is kept, what is told."""

import json
import subprocess
import sys

import pytest

from report.monitor import looking
from report.pipeline import proposing, refreshing_sources
from report.run_lock import only_one
from tests import dsl
from tests.sites import Moved, Page, Site
from tests.watching import Watched


@pytest.fixture
def site():
    with Site() as running:
        yield running


@pytest.fixture
def watched(project, site, monkeypatch):
    return Watched(project, site, monkeypatch)


def test_a_first_look_keeps_what_is_there_and_proposes_nothing(watched):
    ended = watched.refresh()
    assert (ended.code, ended.codes) == (0, [])
    assert "sources: 1 looked at: 1 first" in ended.out
    (look,) = watched.vault.looks("demo", "notice")
    assert "12 个地点" in watched.vault.get(look.text).decode()
    assert "广告" not in watched.vault.get(look.text).decode()
    assert not watched.proposals


def test_what_did_not_change_is_not_sent_again(watched):
    watched.show(etag='"1"')
    assert watched.outcomes() == {"notice": "first"}
    watched.today(1)
    assert watched.outcomes() == {"notice": "unchanged"}
    assert watched.site.asked[-1][1]["If-None-Match"] == '"1"'
    assert [look.status for look in watched.vault.looks("demo", "notice")] == [200, 304]


def test_an_advertisement_raises_no_alarm_and_is_not_kept(watched):
    watched.refresh()
    kept = {path.name for path in (watched.vault.root / "objects").rglob("*")}
    watched.today(1)
    watched.show(ad="清仓 99 元")
    ended = watched.refresh()
    assert (ended.codes, watched.proposals) == ([], ())
    assert {path.name for path in (watched.vault.root / "objects").rglob("*")} == kept


def test_one_changed_number_is_proposed_with_both_texts_as_evidence(watched):
    watched.refresh()
    facts = watched.facts()
    watched.today(1)
    watched.show(sites=13)
    ended = watched.refresh()
    assert (ended.code, ended.places) == (0, ["sources.yaml:5:3 M001"])
    (proposal,) = watched.open
    assert (proposal.kind, proposal.source, proposal.confidence) == ("source-changed", "notice", "none")
    assert proposal.facts == ("trial-halted", "trial-resumed", "drug-approved")
    assert (proposal.old, proposal.new) == (None, None)
    assert "-一、试验在 12 个地点进行" in proposal.diff
    assert "+一、试验在 13 个地点进行" in proposal.diff
    assert str(proposal.evidence.old.on) == "2026-11-27"
    for seen, number in ((proposal.evidence.old, 12), (proposal.evidence.new, 13)):
        assert f"{number} 个地点" in watched.vault.get(seen.text).decode()
        assert f"{number} 个地点" in watched.vault.get(seen.bytes).decode()
    assert watched.facts() == facts
    assert proposal.id in ended.out


def test_a_proposal_waits_and_is_not_made_twice(watched):
    watched.refresh()
    watched.show(sites=13)
    watched.refresh()
    watched.today(3)
    ended = watched.refresh()
    assert ended.codes == ["M014"]
    assert "waits for a decision for 6 days" in ended.out
    assert len(watched.proposals) == 1
    assert watched.refresh("--strict").code == 1


def test_what_changes_again_before_anybody_decides_is_one_proposal(watched):
    watched.refresh()
    for day, sites in ((1, 13), (2, 14)):
        watched.today(day)
        watched.show(sites=sites)
        watched.refresh()
    first, second = watched.proposals
    assert (first.status, second.status) == ("superseded", "open")
    assert second.id in first.reason
    assert "-一、试验在 12 个地点" in second.diff
    assert "+一、试验在 14 个地点" in second.diff


def test_what_changes_back_needs_no_decision_and_the_next_change_does(watched):
    watched.refresh()
    for day, sites in ((1, 13), (2, 12)):
        watched.today(day)
        watched.show(sites=sites)
        ended = watched.refresh()
    assert (ended.codes, watched.open) == ([], [])
    assert "as it did" in watched.proposals[0].reason
    watched.today(3)
    watched.show(sites=13)
    watched.refresh()
    assert len(watched.open) == 1


def test_a_source_that_is_gone_is_told_until_somebody_decides(watched):
    watched.refresh()
    watched.site.pages["/notice"] = Page("", 410)
    for day in (1, 2):
        watched.today(day)
        ended = watched.refresh()
    assert ended.places == ["sources.yaml:5:3 M002"]
    assert "gone, since 2026-12-01: it answered 410" in ended.out
    (proposal,) = watched.proposals
    assert (proposal.kind, proposal.evidence.note) == ("source-gone", "it answered 410")
    assert "12 个地点" in watched.vault.get(proposal.evidence.old.text).decode()
    assert watched.project.run("reject", proposal.id, "--by", "王", "--reason", "已归档").code == 0
    assert watched.refresh().codes == []


def test_a_source_that_is_there_again_needs_no_decision(watched):
    watched.refresh()
    watched.site.pages["/notice"] = Page("", 404)
    watched.refresh()
    watched.show()
    ended = watched.refresh()
    assert (ended.codes, watched.open) == ([], [])
    assert watched.proposals[0].reason == "it is there again"


@pytest.mark.parametrize(
    ("page", "code", "told"),
    [
        (Page("", 503), "M003", "it answered 503"),
        (Moved("http://10.0.0.1/"), "M005", "not public"),
        (Moved("file:///etc/passwd"), "M005", "neither https: nor http:"),
        (Page("<html><body></body></html>"), "M007", "no text"),
        (Page(b"%PDF-1.7 and nothing"), "M007", "no PDF"),
    ],
)
def test_what_cannot_be_seen_changes_nothing_that_is_known(watched, page, code, told):
    watched.refresh()
    watched.site.pages["/notice"] = page
    ended = watched.refresh()
    assert (ended.code, ended.codes) == (int(code == "M005"), [code])
    assert told in ended.out
    watched.show(sites=13)
    assert watched.outcomes() == {"notice": "changed"}


def test_a_machine_without_a_network_is_told_so_once(watched):
    entry = (watched.project.demo / "sources.yaml").read_text(encoding="utf-8")
    more = "".join(entry.replace("notice", f"notice-{number}") for number in range(3))
    watched.project.write("sources.yaml", entry + more)
    for name in ("notice", "notice-0", "notice-1", "notice-2"):
        watched.site.pages[f"/{name}"] = Page("", 503)
    ended = watched.refresh()
    assert ended.codes == ["M003"]
    assert "none of 4 sources can be reached from here: it answered 503" in ended.out
    watched.show()
    assert watched.refresh().codes == ["M003"] * 3


def test_a_source_that_moved_is_proposed_at_its_new_address(watched):
    watched.refresh()
    watched.site.pages["/new"] = watched.site.pages["/notice"]
    watched.site.pages["/notice"] = Moved("/new", 301)
    watched.today(1)
    ended = watched.refresh()
    assert ended.codes == ["M004"]
    (proposal,) = watched.open
    assert (proposal.kind, proposal.field, proposal.new) == ("source-moved", "URL", f"{watched.site.url}/new")
    assert watched.project.run("accept", proposal.id, "--by", "王").code == 0
    assert f"URL: {watched.site.url}/new\n" in (watched.project.demo / "sources.yaml").read_text()
    watched.today(2)
    assert watched.outcomes() == {"notice": "unchanged"}
    assert not watched.open


def test_robots_txt_is_heeded(watched):
    watched.site.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /\n")
    ended = watched.refresh()
    assert ended.codes == ["M008"]
    assert watched.site.paths == ["/robots.txt"]


def test_a_selector_that_finds_nothing_is_an_error(watched):
    watched.project.change("sources.yaml", "watch: {}", "watch: {selector: '#main'}")
    ended = watched.refresh()
    assert (ended.code, ended.codes) == (1, ["M006"])
    assert "nothing in it fits the selector '#main'" in ended.out


@pytest.mark.parametrize("selector", ["p[", "p:foo(", "a::before::after", ">"])
def test_what_is_no_selector_is_told_by_check_already(watched, selector):
    watched.project.change("sources.yaml", "watch: {}", f"watch: {{selector: '{selector}'}}")
    ended = watched.project.check()
    assert ended.code == 3
    assert "sources.yaml:5:21 C012" in ended.places
    assert "is no CSS selector" in ended.out
    assert watched.refresh().code == 3
    assert not watched.site.asked


def test_another_selector_is_no_change_of_the_source(watched):
    watched.show(etag='"1"')
    watched.refresh()
    watched.project.change("sources.yaml", "watch: {}", "watch: {selector: h1}")
    assert watched.outcomes() == {"notice": "unchanged"}
    watched.show(sites=13)
    assert watched.outcomes() == {"notice": "unchanged"}
    watched.project.change("sources.yaml", "selector: h1", "selector: article")
    watched.show(sites=14)
    assert watched.outcomes() == {"notice": "changed"}


def test_a_source_without_an_address_cannot_be_watched(watched):
    watched.project.change("sources.yaml", f"  URL: {watched.site.url}/notice\n", "")
    ended = watched.refresh()
    assert (ended.code, ended.codes) == (1, ["M015"])


def test_sources_without_watch_are_looked_at_when_asked_for(watched):
    watched.project.change("sources.yaml", "  watch: {}\n", "")
    ended = watched.refresh()
    assert "nothing to look at" in ended.out
    assert not watched.site.asked
    assert watched.outcomes("--all") == {"notice": "first"}


def test_evidence_that_was_altered_is_told_and_looking_goes_on(watched):
    watched.refresh()
    path = watched.vault.journal_of("demo", "notice")
    path.write_bytes(path.read_bytes().replace(b"first", b"fresh"))
    look = watched.project.run("evidence", "demo", "notice")
    assert look.code == 0
    watched.refresh()
    path.write_bytes(path.read_bytes().replace(b"first", b"other", 1).replace(b"fresh", b"other", 1))
    ended = watched.refresh()
    assert (ended.code, ended.codes) == (1, ["M009"])
    assert list(path.parent.glob("notice.jsonl.damaged-*"))
    assert watched.outcomes() == {"notice": "unchanged"}


def test_a_waiver_excuses_what_was_thought_through(watched):
    watched.project.write(
        "waivers.yaml",
        "- {code: M003, path: content/demo/sources.yaml, reason: 国内打不开, owner: 王, expires: '2027-06-01'}\n",
    )
    watched.site.pages["/notice"] = Page("", 503)
    assert watched.refresh().codes == []
    assert "C041" not in watched.project.check().codes


def test_what_a_source_said_on_a_day_can_be_shown(watched):
    watched.today(1)
    watched.refresh()
    watched.today(5)
    watched.show(sites=13)
    watched.refresh()
    for day, number in ((None, 13), ("2026-12-05", 13), ("2026-12-04", 12)):
        shown = watched.project.run("evidence", "demo", "notice", *(("--on", day) if day else ()))
        assert shown.code == 0
        assert f"在 {number} 个地点" in shown.out
    data = json.loads(watched.project.run("evidence", "demo", "notice", "--format", "json").out)
    assert [look["outcome"] for look in data["looks"]] == ["first", "changed"]
    for arguments in (("notice", "--on", "2026-11-30"), ("other",), ("../../x",), ("notice", "--on", "soon")):
        assert watched.project.run("evidence", "demo", *arguments).code == 2


def test_a_second_run_at_once_does_nothing(watched):
    with only_one(watched.vault.root / "refresh", dsl.NOW):
        ended = watched.refresh()
    assert ended.code == 7
    assert "another run" in ended.err
    assert not watched.site.asked


class _EndedError(BaseException):
    """The run is ended here."""


PLACES = [
    (refreshing_sources, "look_at"),
    (proposing, "write_proposal"),
    (looking, "extract"),
    (refreshing_sources, "finding_of"),
]


@pytest.mark.parametrize(("module", "name"), PLACES, ids=[name for _, name in PLACES])
@pytest.mark.parametrize("is_after", [False, True])
def test_a_run_that_is_ended_anywhere_loses_nothing_and_doubles_nothing(
    watched, monkeypatch, module, name, is_after
):
    watched.refresh()
    watched.today(1)
    watched.show(sites=13)
    whole = getattr(module, name)

    def ended(*arguments, **named):
        if is_after:
            whole(*arguments, **named)
        raise _EndedError

    with monkeypatch.context() as patch:
        patch.setattr(module, name, ended)
        with pytest.raises(_EndedError):
            watched.refresh()
    again = watched.refresh()
    assert again.code == 0
    (proposal,) = watched.proposals
    assert "+一、试验在 13 个地点" in proposal.diff
    assert [look.outcome for look in watched.vault.looks("demo", "notice")] == ["first", "changed"]
    assert not (watched.vault.root / "incoming").exists() or not list(
        (watched.vault.root / "incoming").iterdir()
    )


def test_a_run_that_is_gone_on_with_does_not_ask_again(watched, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(refreshing_sources, "finding_of", lambda *_, **__: (_ for _ in ()).throw(_EndedError()))
        with pytest.raises(_EndedError):
            watched.refresh()
    asked = len(watched.site.asked)
    assert watched.outcomes() == {"notice": "first"}
    assert len(watched.site.asked) == asked
    watched.outcomes()
    assert len(watched.site.asked) > asked


def test_settings_that_cannot_be_used_are_told(watched):
    watched.configure("ca_file: nowhere.pem")
    assert watched.refresh().code == 2
    watched.configure("vault: content/x")
    assert watched.refresh().codes == ["C088"]
    path = watched.project.root / "content" / "distribution.yaml"
    path.write_text("monitor: [")
    assert (watched.refresh().code, watched.refresh().codes) == (3, ["C002"])


def test_what_is_wrong_with_channels_keeps_nobody_from_looking(watched):
    path = watched.project.root / "content" / "distribution.yaml"
    path.write_text(path.read_text().replace("kind: folder", "kind: pigeon"))
    assert watched.outcomes() == {"notice": "first"}


def test_nothing_to_look_at_is_said_and_imports_nothing_heavy(project):
    code = (
        "import sys; sys.argv = ['report', 'refresh', '--project', sys.argv[1]]\n"
        "from report import cli\n"
        "try:\n    cli.main()\nexcept SystemExit: pass\n"
        "print([name for name in ('httpx', 'trafilatura', 'lxml', 'weasyprint') if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(project.root)], capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines()[0] == "nothing to look at: no source has `watch`, `DOI` or a feed"
    assert ended.stdout.splitlines()[-1] == "[]"
