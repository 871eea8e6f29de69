"""A refresh that is killed at random writes: the next one ends with what it would have had, and nothing twice."""

import os
import random
import signal
from pathlib import Path

import pytest

from report import pipeline
from report.monitor.vault import Vault
from report.pipeline.refreshing import refresh
from report.proposals import read_proposals
from tests import dsl
from tests.dsl import Project
from tests.sites import Moved, Page, Site
from tests.watching import ARTICLE, Watched

SOURCES = 6
KILLS = 10


def in_child(work):
    """Do something in a process of its own; return the signal that ended it, 0 for none."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


class _Writes:
    """Counts what is written to last, and kills this process before the n-th of it."""

    def __init__(self, deadly):
        self.deadly, self.count = deadly, 0

    def wrap(self, whole):
        def counted(*arguments, **named):
            self.count += 1
            if self.count == self.deadly:
                os.kill(os.getpid(), signal.SIGKILL)
            return whole(*arguments, **named)

        return counted


@pytest.fixture
def site():
    with Site() as running:
        yield running


def watched_project(root, site, monkeypatch):
    """Make a project of `SOURCES` watched pages."""
    made = Watched(Project(root), site, monkeypatch)
    entry = (made.project.demo / "sources.yaml").read_text(encoding="utf-8")
    more = "".join(entry.replace("notice", f"notice-{number}") for number in range(1, SOURCES))
    made.project.write("sources.yaml", entry + more)
    for number in range(1, SOURCES):
        site.pages[f"/notice-{number}"] = Page(ARTICLE.format(ad="甲", sites=number))
    return made


def look(watched):
    run = pipeline.start(watched.project.root, dsl.NOW.date(), None)
    return refresh(run, ["demo"], dsl.NOW)


def look_until_killed(watched, deadly):
    """Refresh in a child that is killed before its n-th write; return the signal, and how many writes there were."""
    counted = watched.project.root / "writes"

    def work():
        writes = _Writes(deadly)
        os.fsync = writes.wrap(os.fsync)
        Path.replace = writes.wrap(Path.replace)
        Path.write_bytes = writes.wrap(Path.write_bytes)
        look(watched)
        counted.write_text(str(writes.count))

    ended = in_child(work)
    return ended, int(counted.read_text()) if not ended else 0


def change(site, round_):
    """Let every source do something: most say otherwise, one goes and comes back, one has moved."""
    for number in range(1, SOURCES - 2):
        site.pages[f"/notice-{number}"] = Page(ARTICLE.format(ad=round_, sites=100 * round_ + number))
    gone, moved = SOURCES - 2, SOURCES - 1
    here = Page(ARTICLE.format(ad=round_, sites=gone))
    site.pages[f"/notice-{gone}"] = Page("", 404) if round_ % 2 else here
    site.pages["/elsewhere"] = Page(ARTICLE.format(ad=round_, sites=moved))
    site.pages[f"/notice-{moved}"] = Moved("/elsewhere", 301)


def state(watched):
    """Return what a run leaves: open proposals as they read, and each text that each source was seen with."""
    proposals, findings = read_proposals(watched.project.root, "demo")
    assert not findings
    waiting = sorted((one.kind, one.source, one.diff, str(one.new)) for one in proposals if one.is_open)
    vault = Vault(watched.project.root / "vault")
    said = {}
    for path in sorted((vault.root / "sources" / "demo").glob("*.jsonl")):
        looks = vault.looks("demo", path.stem)
        for sha256 in {sha256 for one in looks for sha256 in (one.text, one.kept) if sha256}:
            vault.get(sha256)
        said[path.stem] = list(dict.fromkeys(one.text for one in looks if one.has_text)), looks[-1].outcome
    return waiting, said


def test_a_refresh_killed_at_random_writes_loses_and_doubles_nothing(tmp_path, site, monkeypatch):
    killed, whole = (watched_project(tmp_path / name, site, monkeypatch) for name in ("killed", "whole"))
    for one in (killed, whole):
        look(one)
    change(site, 1)
    look(whole)
    ended, most = look_until_killed(killed, 0)
    assert (ended, most > KILLS, state(killed)) == (0, True, state(whole))
    chance = random.Random(7)
    ends = []
    for number, deadly in enumerate(chance.sample(range(1, most), KILLS), start=2):
        killed.today(number)
        change(site, number)
        ends.append(look_until_killed(killed, deadly)[0])
        look(killed)
        look(whole)
        assert state(killed) == state(whole), deadly
        assert len(state(whole)[0]) >= SOURCES - 2
    assert ends.count(signal.SIGKILL) > KILLS / 2
