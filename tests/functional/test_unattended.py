"""`report refresh --release --send`: what changed becomes an edition where people said so, and reaches its clinics."""

import json
import subprocess
import sys

import pytest

from report.pipeline.unattended import LOCK
from report.run_lock import only_one
from tests.dsl import NOW
from tests.recalls import copied
from tests.sites import Site
from tests.unattended import attend, move_on, received, set_clock, show, sign_off, unattended_project


@pytest.fixture(scope="module")
def site():
    with Site() as running:
        yield running


@pytest.fixture(scope="module")
def released(site, tmp_path_factory):
    return unattended_project(tmp_path_factory.mktemp("unattended") / "project", site)


@pytest.fixture
def project(released, site, tmp_path):
    show(site, 12)
    return copied(released, tmp_path / "project")


def states(told):
    return [(one["state"], one["edition"]) for one in told["releases"]]


def test_from_a_changed_source_to_the_right_clinics(project, site, monkeypatch):
    # Day 1: the first edition goes out; then nothing is left to do, and the next run knows it.
    code, told = attend(project)
    assert (code, states(told), told["sent"]["counts"]) == (0, [("unchanged", 1)], {"sent": 2})
    assert received(project) == [("GZ-0001", 1), ("GZ-0002", 1)]
    code, told = attend(project)
    assert (code, told["sent"]["counts"], told["is_settled"]) == (0, {}, False)
    code, told = attend(project)
    assert (code, told["sent"], told["is_settled"]) == (0, None, True)
    # Day 2: the source says otherwise. That is a proposal, and nothing else.
    set_clock(monkeypatch, 1)
    show(site, 14)
    facts = (project.demo / "facts.yaml").read_bytes()
    code, told = attend(project)
    assert [one["kind"] for one in told["opened"]] == ["source-changed"]
    assert ((project.demo / "facts.yaml").read_bytes(), received(project)) == (
        facts,
        [("GZ-0001", 1), ("GZ-0002", 1)],
    )
    # A person accepts it; nobody has signed it off.
    proposal = told["opened"][0]["id"]
    accepted = project.run("accept", proposal, "--by", "王小明", "--value", "trial-halted:attrs.sites=14")
    assert accepted.code == 0, accepted.out + accepted.err
    move_on(project, "2026-12-01")
    code, told = attend(project)
    assert states(told) == [("waits for sign-off", 1)]
    assert told["releases"][0]["waits_for"] == ["医学审校"]
    assert told["sent"]["counts"] == {}
    # It is signed off: the next run releases, copies and sends it, once.
    sign_off(project)
    code, told = attend(project)
    assert states(told) == [("released", 2)]
    assert told["copies"][0]["made"] == ["GZ-0001", "GZ-0002"]
    assert {(one["clinic"], one["edition"]) for one in told["sent"]["deliveries"]} == {
        ("GZ-0001", 2),
        ("GZ-0002", 2),
    }
    assert received(project) == [("GZ-0001", 1), ("GZ-0001", 2), ("GZ-0002", 1), ("GZ-0002", 2)]
    code, told = attend(project)
    assert (states(told), told["sent"]["counts"]) == ([("unchanged", 2)], {})
    assert not (project.root / "outbox/GZ-0003").exists()


# What a run with nothing to do has no use for, and each would cost it as much time as all the rest of some step.
HEAVY = ("weasyprint", "jinja2", "sqlalchemy", "trafilatura", "lxml", "pygments", "edtf", "report.compose")


def test_a_run_with_nothing_to_do_imports_nothing_heavy(project):
    for _ in range(2):
        attend(project)
    words = f"-X importtime -m report refresh --project {project.root} --release --send".split()
    ended = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)
    imported = {
        line.rpartition("|")[2].strip()
        for line in ended.stderr.splitlines()
        if line.startswith("import time:")
    }
    assert "nothing has changed since a run found nothing" in ended.stdout
    assert "httpx" in imported
    assert [name for name in HEAVY if any(f"{one}.".startswith(f"{name}.") for one in imported)] == []


def test_the_summary_for_people_says_what_was_done(project):
    ended = project.run("refresh", "--release", "--send")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0].startswith("sources: 1 looked at")
    assert lines[1:] == [
        "demo: nothing has changed since edition 1",
        "demo: copies of edition 1: 2 made, 0 up to date",
        "2 sent",
    ]


def test_what_is_edited_and_not_signed_off_is_never_released(project):
    attend(project)
    project.opening("半句")
    _, told = attend(project)
    assert states(told) == [("waits for sign-off", 1)]
    assert len(list((project.demo / "editions").glob("0*.json"))) == 1


def test_without_roles_somebody_has_to_sign_off_all_the_same(project):
    project.change("briefing.yaml", "approvals: [医学审校]", "")
    project.opening("另一句")
    _, told = attend(project)
    assert (states(told), told["releases"][0]["waits_for"]) == ([("waits for sign-off", 1)], [""])
    path = project.root / "content/distribution.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("policy: {", "policy: {approvals_required: false, "),
        encoding="utf-8",
    )
    _, told = attend(project)
    assert states(told) == [("released", 2)]


def test_what_is_signed_off_and_has_a_warning_is_not_released_and_says_why(project):
    project.opening("这是一个很好的很好的的的事。TODO")
    move_on(project, "2026-11-20")
    signed = project.run("approve", "--by", "王小明", "--role", "医学审校")
    assert signed.code == 0, signed.out
    code, told = attend(project)
    assert states(told) == [("stopped", 1)]
    assert "C046" in {one["code"] for one in told["findings"]}
    assert code == 1


def test_the_first_edition_is_left_to_a_person(project):
    for path in (project.demo / "editions").glob("0*.json"):
        path.unlink()
    sign_off(project)
    code, told = attend(project)
    assert (code, told["releases"][0]["state"], told["releases"][0]["edition"]) == (0, "no edition", None)
    assert received(project) == []


def test_only_one_runs_and_the_other_does_nothing(project):
    with only_one(project.root / LOCK, NOW):
        ended = project.run("refresh", "--release", "--send")
    assert (ended.code, "nothing was done" in ended.err) == (7, True)
    assert not (project.root / "ledger/last-run.json").exists()
    assert received(project) == []


def test_a_source_that_cannot_be_reached_keeps_nothing_from_going_out(project, site):
    del site.pages["/notice"]
    _, told = attend(project)
    assert told["sent"]["counts"] == {"sent": 2}
    assert [one["outcome"] for one in told["sources"]] != ["unchanged"]


def test_a_list_of_clinics_that_cannot_be_read_ends_with_its_code_and_sends_nothing(project):
    (project.root / "content/clinics.yaml").write_text("- {id: [}\n", encoding="utf-8")
    code, _ = attend(project)
    assert code == 3
    assert not received(project)
    last = json.loads((project.root / "ledger/last-run.json").read_text(encoding="utf-8"))
    assert (last["exit_code"], last["succeeded_at"]) == (3, None)


def test_each_step_takes_part_in_the_record_of_the_run(project):
    attend(project)
    last = json.loads((project.root / "ledger/last-run.json").read_text(encoding="utf-8"))
    assert (last["exit_code"], set(last["steps"])) == (
        0,
        {"sources", "editions", "copies", "sending", "reminders"},
    )
    status = json.loads(project.run("status", "--format", "json").out)
    assert status["health"]["last_run"]["exit_code"] == 0
    assert status["health"]["last_success"] is not None


def test_releasing_alone_sends_nothing_and_sending_alone_releases_nothing(project):
    move_on(project, "2026-11-26")
    sign_off(project)
    ended = project.run("refresh", "--send", "--format", "json")
    assert (ended.code, received(project)) == (0, [("GZ-0001", 1), ("GZ-0002", 1)])
    ended = project.run("refresh", "--release", "--format", "json")
    assert states(json.loads(ended.out)) == [("released", 2)]
    assert received(project) == [("GZ-0001", 1), ("GZ-0002", 1)]


def test_the_files_of_an_edition_are_made_again_where_a_run_was_ended_before_them(project):
    before = {
        path.name: path.read_bytes() for path in (project.root / "output/demo").iterdir() if path.is_file()
    }
    kept = project.root / "output/demo/editions/001"
    names = sorted(path.name for path in kept.iterdir())
    for path in sorted((project.root / "output").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    _, told = attend(project)
    assert told["releases"][0]["is_restored"] is True
    assert sorted(path.name for path in kept.iterdir()) == names
    assert (kept / "demo.pdf").read_bytes() == before["demo.pdf"]
    assert received(project) == [("GZ-0001", 1), ("GZ-0002", 1)]


def test_an_edition_that_was_withdrawn_is_not_sent_again(project):
    attend(project)
    assert project.run("recall", "1", "--reason", "写错", "--yes").code == 0
    _, told = attend(project)
    assert told["copies"] == []
    assert {(one["kind"], one["clinic"]) for one in told["sent"]["deliveries"]} == {
        ("withdrawal", "GZ-0001"),
        ("withdrawal", "GZ-0002"),
    }


def test_a_project_that_nobody_receives_runs_all_the_same(project):
    for name in ("clinics.yaml", "distribution.yaml"):
        (project.root / "content" / name).unlink()
    project.change("sources.yaml", "\n  watch: {}", "")
    code, told = attend(project)
    assert (code, told["sent"], told["copies"], told["reminders"]) == (0, None, [], [])
