"""Mail through a server that fails, from a sender that is killed again and again: nothing is lost or misdirected."""

import collections
import contextlib
import dataclasses
import json
import os
import random
import selectors
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from report.ledger import open_ledger, read_ledger
from tests.dsl import ROOT
from tests.sending import NOW, Sending

PROCESSES = Path(__file__).parent / "processes"
IS_LONG = bool(os.environ.get("JIANBAO_SOAK"))
MAILS, KILLS = (500, 50) if IS_LONG else (40, 4)
MOST_RUNS = 400
MAIL = """channels:
  mail:
    kind: email
    host: 127.0.0.1
    port: {port}
    security: none
    sender: {{name: 编辑部, address: desk@briefings.example}}
attempts: {{most: 50}}
policy: {{confirm_above: 1000, settle_seconds: 0}}
"""


@dataclasses.dataclass
class Process:
    """A process whose lines are read as they come."""

    process: subprocess.Popen

    @classmethod
    def start(cls, script, *arguments):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-u", str(PROCESSES / script), *map(str, arguments)]
        pipe = subprocess.PIPE
        return cls(
            subprocess.Popen(
                command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, env=environment, cwd=ROOT
            )
        )

    def line(self):
        line = self.process.stdout.readline().decode().strip()
        assert line, "the process ended"
        return line

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.wait()

    def wait(self):
        code = self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        return code


@contextlib.contextmanager
def mail_server(journal, seed):
    server = Process.start("mail_server.py", journal, seed)
    try:
        yield server, int(server.line())
    finally:
        server.kill()


def drain(server):
    """Wait until every talk with a sender that is gone has ended: what it handed over is taken, or is lost."""
    server.process.stdin.write(b"drain\n")
    server.process.stdin.flush()
    while server.line() != "drained":
        pass


def run_sender(server, sender, kill_after):
    """Let a sender run, and kill it after so many steps of the server's talks; return whether it was killed."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(server.process.stdout, selectors.EVENT_READ)
        waiting.register(sender.process.stdout, selectors.EVENT_READ)
        said = b""
        while True:
            for key, _ in waiting.select():
                data = os.read(key.fd, 65536)
                if key.fileobj is sender.process.stdout:
                    said += data
                    if not data:
                        code = sender.wait()
                        assert code == 0, said.decode()
                        return False
                else:
                    kill_after -= data.count(b"\n")
                    if kill_after <= 0:
                        sender.kill()
                        return True


@pytest.mark.slow
@pytest.mark.parametrize("in_doubt", ["reconcile", "resend"])
def test_a_sender_that_is_killed_loses_nothing_and_misdirects_nothing(tmp_path, in_doubt, capsys):
    clinics = [f"GZ-{number:04}" for number in range(1, MAILS + 1)]
    journal = tmp_path / "journal"
    chance = random.Random(f"kills {in_doubt}")
    with mail_server(journal, seed=6) as (server, port):
        sending = Sending(tmp_path / "project", *clinics, distribution=MAIL.format(port=port))
        sending.release()
        sending.all_copies()
        killed = runs = 0
        # A delivery is four steps of the server's: on an average, the last kill comes at five eighths of the way.
        apart = 5 * MAILS // KILLS
        while runs < MOST_RUNS:
            runs += 1
            after = chance.randrange(1, apart) if killed < KILLS else sys.maxsize
            sender = Process.start("sender.py", sending.root, journal, in_doubt, runs)
            killed += run_sender(server, sender, after)
            drain(server)
            stand = list(states(sending).values())
            if len(stand) == MAILS and set(stand) == {"sent"}:
                break
    arrived = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    times = collections.Counter(mail["copies"][0] for mail in arrived)
    lost = sorted(set(clinics) - set(times))
    misdirected = [
        mail
        for mail in arrived
        if mail["recipients"] != [f"{mail['copies'][0].lower()}@clinic.example"]
        or mail["to"] != mail["recipients"][0]
        or len(mail["copies"]) != 1
    ]
    duplicates = sum(times.values()) - len(times)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{in_doubt}: {MAILS} mails, {killed} kills, {runs} runs: {len(lost)} lost, "
            f"{len(misdirected)} misdirected, {duplicates} sent twice\n"
        )
    assert killed == KILLS
    assert set(states(sending).values()) == {"sent"}
    assert (lost, misdirected) == ([], [])
    # The same message, by which a mailbox may tell.
    assert len({mail["id"] for mail in arrived}) == MAILS
    if in_doubt == "reconcile":
        assert duplicates == 0
    with open_ledger(sending.ledger_path, NOW) as ledger:
        assert ledger.check() == ""


def states(sending):
    with read_ledger(sending.ledger_path) as ledger:
        return {one.clinic: one.state.value for one in ledger.deliveries("demo")}
