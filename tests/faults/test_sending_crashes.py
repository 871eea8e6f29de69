"""Runs that end where they should not: at every step, by a signal, by a full disk; the next run goes on."""

import collections
import contextlib
import errno
import functools
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from report.ledger import Ledger, LedgerError, State, open_ledger, read_ledger
from report.ledger.deliveries import no_step
from report.parcels import REPLY_LOST, InDoubt, Receipt
from tests.dsl import ROOT
from tests.sending import NOW, Sending

CRASHED = 9


class Journal:
    """A channel that keeps what arrived in a file, as a server would, whatever becomes of the sender."""

    REQUIRES = ()
    CAN_FIND = True

    def __init__(self, path):
        self.path = path
        self.step = no_step

    def deliver(self, parcel, settings, channel):
        self.step("on its way")
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{parcel.key} {parcel.clinic.id} {parcel.files[0].data.decode().split()[1]}\n")
            file.flush()
            os.fsync(file.fileno())
        self.step("arrived")
        return Receipt(parcel.message_id, "taken")

    def find(self, parcel, settings):
        found = any(key == parcel.key for key, _, _ in self.lines())
        return Receipt(parcel.message_id, "found") if found else None

    def lines(self):
        if not self.path.exists():
            return []
        return [line.split() for line in self.path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def sending(tmp_path):
    made = Sending(tmp_path / "project", "GZ-0001", "GZ-0002")
    made.release()
    made.all_copies()
    made.channel = Journal(tmp_path / "journal")
    return made


def in_child(work):
    """Run something in a process of its own; return how that ended."""
    child = os.fork()
    if not child:
        code = 70
        try:
            code = work() or 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def crash_at(sending, number, in_doubt):
    """Send in a process that ends at a step, without a word; return whether it came so far."""

    def work():
        count = 0

        def step(name):
            nonlocal count
            count += 1
            if count == number:
                os._exit(CRASHED)

        sending.channel.step = step
        sending.send(in_doubt=in_doubt, control={"step": step})

    ended = in_child(work)
    assert ended in (0, CRASHED)
    return ended == CRASHED


@pytest.mark.parametrize("in_doubt", ["reconcile", "resend", "hold"])
def test_a_run_may_end_at_any_step(tmp_path, in_doubt):
    duplicates = held = steps = 0
    for number in range(1, 100):
        sending = Sending(tmp_path / f"project-{number}", "GZ-0001", "GZ-0002")
        sending.release()
        sending.all_copies()
        sending.channel = Journal(tmp_path / f"journal-{number}")
        if not crash_at(sending, number, in_doubt):
            break
        steps += 1
        sending.channel.step = no_step
        sending.clock.forward(hours=1)
        sending.send(in_doubt=in_doubt)
        lines = sending.channel.lines()
        times = collections.Counter(clinic for _, clinic, _ in lines)
        assert all(clinic == inside for _, clinic, inside in lines), "misdirected"
        states = sending.states()
        if in_doubt == "hold":
            doubtful = [clinic for clinic, state in states.items() if state == "in_doubt"]
            held += len(doubtful)
            assert len(doubtful) <= 1
            assert set(times) | set(doubtful) == {"GZ-0001", "GZ-0002"}
            assert max(times.values()) == 1
        else:
            assert set(states.values()) == {"sent"}
            assert set(times) == {"GZ-0001", "GZ-0002"}, "lost"
            duplicates += sum(times.values()) - 2
        if in_doubt == "reconcile":
            assert max(times.values()) == 1, "sent twice"
        with open_ledger(sending.ledger_path, NOW) as ledger:
            assert ledger.check() == ""
    # Two deliveries with ten steps each: every commit, and before and after the parcel is handed over.
    assert steps == 20
    # From the arrival to the commit of the outcome there are four steps, from the commit of the intent seven.
    assert duplicates == (8 if in_doubt == "resend" else 0)
    assert held == (14 if in_doubt == "hold" else 0)


def test_after_a_crash_the_file_is_checked(sending, monkeypatch):
    assert crash_at(sending, 4, "hold")
    checked = []
    check = Ledger.check
    monkeypatch.setattr(Ledger, "check", lambda self: checked.append(1) or check(self))
    sending.channel.step = no_step
    sending.send()
    sending.send()
    assert checked == [1]


def test_an_interrupt_lets_the_delivery_that_is_going_on_end(sending):
    """As the command does it: the first signal sets a mark, and the channel's work is not broken off."""
    from report.cli.options import stoppable

    with stoppable() as should_stop:
        sending.channel.step = lambda name: (
            os.kill(os.getpid(), signal.SIGINT) if name == "on its way" else None
        )
        sent = sending.send(control={"should_stop": should_stop})
    assert sent.is_interrupted
    assert [outcome.state for outcome in sent.outcomes] == [State.SENT]
    assert len(sending.channel.lines()) == 1
    sending.channel.step = no_step
    assert len(sending.send().outcomes) == 1
    assert len(sending.channel.lines()) == 2


def test_a_second_interrupt_leaves_the_delivery_in_doubt_and_says_so(sending):
    from report.cli.options import stoppable

    def twice(name):
        if name == "arrived":
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGTERM)

    with stoppable() as should_stop:
        sending.channel.step = twice
        sent = sending.send(control={"should_stop": should_stop})
    assert sent.is_interrupted
    assert sending.states() == {"GZ-0001": "in_doubt"}
    sending.channel.step = no_step
    sending.send(in_doubt="reconcile")
    assert sending.states() == {"GZ-0001": "sent", "GZ-0002": "sent"}
    assert len(sending.channel.lines()) == 2


def test_signals_are_what_they_were_afterwards():
    from report.cli.options import stoppable

    before = signal.getsignal(signal.SIGINT)
    with contextlib.suppress(KeyboardInterrupt), stoppable():
        assert signal.getsignal(signal.SIGINT) is not before
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_channel_that_breaks_down_leaves_its_delivery_in_doubt(sending):
    def fail(name):
        raise ZeroDivisionError

    sending.channel.step = fail
    with pytest.raises(ZeroDivisionError):
        sending.send()
    assert sending.states() == {"GZ-0001": "in_doubt"}


# --- the disk, and other programs ---


def full_at(number, path):
    """Return a step that lets the ledger's disk be full from the step of that number on."""
    count = 0

    def step(name):
        nonlocal count
        count += 1
        if count == number:
            size = path.with_name(path.name + "-wal").stat().st_size
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    return step


@pytest.mark.parametrize("number", range(1, 9))
def test_a_disk_that_fills_up_loses_nothing(sending, number):
    def work():
        # What would be written past the limit is refused with EFBIG, as it is with ENOSPC on a full disk.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        sent = sending.send(control={"step": full_at(number, sending.ledger_path)})
        return 4 if sent.error is not None and sent.error.exit_code == 4 else 1

    assert in_child(work) == 4
    arrived = len(sending.channel.lines())
    with open_ledger(sending.ledger_path, NOW) as ledger:
        assert ledger.check() == ""
        doubtful = [one for one in ledger.deliveries() if one.state is State.IN_DOUBT]
    # A parcel leaves only after its intent is on the disk.
    assert arrived <= 1
    assert len(doubtful) <= 1
    sending.clock.forward(hours=1)
    sending.send(in_doubt="reconcile")
    assert sending.states() == {"GZ-0001": "sent", "GZ-0002": "sent"}
    assert len(sending.channel.lines()) == 2


@pytest.fixture
def small_disk(tmp_path):
    """A disk of half a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_full_is_told_and_room_is_all_it_needs(tmp_path, small_disk):
    sending = Sending(tmp_path / "project", "GZ-0001", "GZ-0002")
    sending.distribution(
        f"ledger: {small_disk}/ledger.sqlite3\nchannels: {{mail: {{kind: folder, path: outbox}}}}\n"
    )
    sending.release()
    sending.all_copies()
    filler = small_disk / "filler"
    with open_ledger(small_disk / "ledger.sqlite3", NOW):
        pass
    with contextlib.suppress(OSError):
        filler.write_bytes(bytes(1024 * 1024))
    ended = sending.command("--yes")
    assert ended.code == 4
    assert "is full" in ended.err
    assert sending.channel.parcels == []
    filler.unlink()
    assert sending.command("--yes").code == 0
    assert len(sending.channel.parcels) == 2


def test_a_disk_that_may_not_be_written_is_told(tmp_path, small_disk):
    sending = Sending(tmp_path / "project", "GZ-0001")
    sending.distribution(
        f"ledger: {small_disk}/ledger.sqlite3\nchannels: {{mail: {{kind: folder, path: outbox}}}}\n"
    )
    sending.release()
    sending.all_copies()
    sending.command("--yes")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    ended = sending.command("--yes")
    assert ended.code == 4
    assert os.strerror(errno.EROFS) in ended.err
    assert "1 delivered already" in sending.command().out
    assert len(sending.channel.parcels) == 1


@pytest.mark.parametrize("at", ["begin", "finish"])
def test_a_ledger_that_another_program_locks_is_told(sending, monkeypatch, at):
    """A database browser that is left open in the middle of a change, say."""
    opened = functools.partial(open_ledger, busy_seconds=0.01)
    monkeypatch.setattr("report.pipeline.sending.open_ledger", opened)
    others = []

    def step(name):
        if name.startswith(at) and name.endswith(": before") and not others:
            others.append(sqlite3.connect(sending.ledger_path, isolation_level=None))
            others[0].execute("BEGIN IMMEDIATE")

    sent = sending.send(control={"step": step})
    others[0].close()
    assert isinstance(sent.error, LedgerError)
    assert "another program has locked it" in sent.error.message
    assert len(sending.channel.lines()) == (1 if at == "finish" else 0)
    sending.send(in_doubt="reconcile")
    assert sending.states() == {"GZ-0001": "sent", "GZ-0002": "sent"}
    assert len(sending.channel.lines()) == 2


# --- a second run ---


FIRST = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from report.ledger import open_ledger
    from tests.sending import NOW

    with open_ledger(Path(sys.argv[1]), NOW):
        print("open", flush=True)
        sys.stdin.readline()
    """
)


def test_a_second_run_is_refused_each_time(sending):
    first = subprocess.Popen(
        [sys.executable, "-c", FIRST, str(sending.ledger_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    try:
        assert first.stdout.readline() == "open\n"
        for _ in range(5):
            ended = sending.command("--yes")
            assert ended.code == 7
            assert f"another run, process {first.pid}, since {NOW.isoformat()}, is using" in ended.err
            assert "nothing was done" in ended.err
        # What only reads is let in.
        assert sending.command().code == 0
    finally:
        first.communicate("\n")
    assert sending.channel.lines() == []
    assert sending.command("--yes").code == 0


def test_a_lost_reply_counts_as_doubt_and_not_as_failure(sending):
    def lose(name):
        if name == "arrived":
            raise InDoubt(REPLY_LOST, "the reply was lost")

    sending.channel.step = lose
    sending.send()
    with read_ledger(sending.ledger_path) as ledger:
        assert {one.state for one in ledger.deliveries()} == {State.IN_DOUBT}
