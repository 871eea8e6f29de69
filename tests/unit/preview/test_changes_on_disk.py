"""Changes of files are told, also where the system does not tell."""

import contextlib
import queue
import threading

import pytest
import watchfiles

from report.preview import changes_on_disk
from report.preview.changes_on_disk import changes


@pytest.fixture
def watched(tmp_path):
    """Return a function that watches folders, and what it told."""
    stop, told = threading.Event(), queue.Queue()
    threads = []

    def watch(*names):
        def run():
            for _ in changes([tmp_path / name for name in names], stop):
                told.put("changed")
            told.put("stopped")

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return told, stop

    yield watch
    stop.set()
    for thread in threads:
        thread.join()


def written_until_told(path, told):
    """Write a file until it is told: a watch that begins does not say when it has begun."""
    for number in range(200):
        path.write_text(str(number), encoding="utf-8")
        try:
            return told.get(timeout=0.25)
        except queue.Empty:
            continue
    return "nothing"


def until_quiet(told):
    """Take what is still told of what was done before."""
    with contextlib.suppress(queue.Empty):
        while True:
            told.get(timeout=1)


def test_a_file_that_is_written_is_told(tmp_path, watched):
    (tmp_path / "content").mkdir()
    told, stop = watched("content", "templates")
    assert written_until_told(tmp_path / "content" / "a.md", told) == "changed"
    stop.set()
    while told.get(timeout=60) != "stopped":
        pass


def test_a_folder_that_is_made_later_is_watched_too(tmp_path, watched):
    (tmp_path / "content").mkdir()
    told, _ = watched("content", "templates")
    # Only a watch that has begun finds a folder that was not there when it did.
    assert written_until_told(tmp_path / "content" / "a.md", told) == "changed"
    until_quiet(told)
    (tmp_path / "templates").mkdir()
    assert told.get(timeout=60) == "changed"
    until_quiet(told)
    assert written_until_told(tmp_path / "templates" / "a.css", told) == "changed"


@pytest.mark.parametrize("error", [OSError(28, "inotify watch limit reached"), ImportError("watchfiles")])
def test_where_the_system_does_not_tell_it_is_looked(monkeypatch, watched, error):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(watchfiles, "watch", fail)
    monkeypatch.setattr(changes_on_disk, "LOOK_EVERY_SECONDS", 0.01)
    told, _ = watched("content")
    assert [told.get(timeout=60) for _ in range(3)] == ["changed"] * 3
