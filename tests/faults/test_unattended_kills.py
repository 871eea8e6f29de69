"""The unattended run, killed at random writes on the way to an edition: nothing is lost, doubled or misdirected."""

import hashlib
import os
import random
import signal
from pathlib import Path

import pytest

from report import pipeline
from report.ledger import read_ledger
from report.pipeline.unattended import Asked, attend
from tests import dsl
from tests.recalls import copied
from tests.sites import Site
from tests.unattended import CLINICS, move_on, received, show, sign_off, unattended_project

IS_LONG = bool(os.environ.get("JIANBAO_SOAK"))
KILLS, ROUNDS = (10, 3) if IS_LONG else (3, 1)


class _Writes:
    """Counts what is made to last, and kills this process before the n-th of it."""

    def __init__(self, deadly):
        self.deadly, self.count, self.pid = deadly, 0, os.getpid()

    def wrap(self, whole):
        def counted(*arguments, **named):
            # Workers that this process forks are not it.
            if os.getpid() == self.pid:
                self.count += 1
                if self.count == self.deadly:
                    os.kill(self.pid, signal.SIGKILL)
            return whole(*arguments, **named)

        return counted


def run_until_killed(project, deadly):
    """Do all in a child that is killed before its n-th write; return how many writes there were, or None."""
    counted = project.root.parent / f"{project.root.name}.writes"
    counted.unlink(missing_ok=True)
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            writes = _Writes(deadly)
            os.fsync = writes.wrap(os.fsync)
            os.ftruncate = writes.wrap(os.ftruncate)
            for name in ("replace", "rename", "hardlink_to", "unlink"):
                setattr(Path, name, writes.wrap(getattr(Path, name)))
            run = pipeline.start(project.root, dsl.NOW.date(), None)
            asked = Asked(("demo",), is_releasing=True, is_sending=True)
            done = attend(run, asked, lambda: dsl.NOW)
            status = int(done.exit_code())
            counted.write_text(str(writes.count), encoding="utf-8")
        finally:
            os._exit(status)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return None
    assert os.WEXITSTATUS(status) == 0
    return int(counted.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def site():
    with Site() as running:
        yield running


@pytest.fixture(scope="module")
def due(site, tmp_path_factory):
    """Return a project whose second edition is signed off, and whose clinics hold the first."""
    show(site, 12)
    project = unattended_project(tmp_path_factory.mktemp("kills") / "project", site)
    assert project.run("refresh", "--release", "--send").code == 0
    project.change("facts.yaml", "attrs: {sites: 12}", "attrs: {sites: 14}")
    move_on(project, "2026-11-26")
    sign_off(project)
    return project


def outcome(project):
    """Return what a run leaves: the edition, what each clinic received, how its deliveries stand; files as hashes."""
    with read_ledger(project.root / "ledger/ledger.sqlite3") as ledger:
        deliveries = sorted((one.clinic, one.edition, one.state.value) for one in ledger.deliveries("demo"))
    places = ("content/demo/editions", "output/demo/editions/002", "outbox")
    files = [
        path for place in places for path in sorted((project.root / place).rglob("[!.]*")) if path.is_file()
    ]
    hashes = {
        path.relative_to(project.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    return deliveries, hashes


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_run_that_is_killed_at_random_is_finished_by_the_next(due, tmp_path, round_, monkeypatch):
    whole = copied(due, tmp_path / "whole")
    writes = run_until_killed(whole, 0)
    assert writes is not None
    assert writes > 20
    wanted = outcome(whole)
    assert received(whole) == sorted((clinic, edition) for clinic in CLINICS for edition in (1, 2))
    killed = copied(due, tmp_path / "killed")
    chosen = random.Random(20261128 + round_)
    deaths = 0
    for _ in range(KILLS):
        # A run that was killed once has less left to do: what is beyond its end, ends well.
        ended = run_until_killed(killed, chosen.randint(1, writes))
        deaths += ended is None
        assert received(killed) == sorted(set(received(killed)))
        assert not (killed.root / "outbox/GZ-0003").exists()
    assert deaths >= 1
    assert run_until_killed(killed, 0) is not None
    assert outcome(killed) == wanted
    assert received(killed) == received(whole)


@pytest.mark.skipif(not IS_LONG, reason="takes minutes: JIANBAO_SOAK=1")
def test_killed_before_every_single_write_the_next_run_ends_the_same(due, tmp_path):
    whole = copied(due, tmp_path / "whole")
    writes = run_until_killed(whole, 0)
    wanted = outcome(whole)
    for deadly in range(1, writes + 1):
        killed = copied(due, tmp_path / f"killed-{deadly}")
        run_until_killed(killed, deadly)
        assert run_until_killed(killed, 0) is not None
        assert outcome(killed) == wanted, deadly
