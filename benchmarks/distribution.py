"""A thousand clinics from end to end: `python -m benchmarks.distribution`.

Builds and releases the sample briefing, makes every clinic's copy, sends them by mail to a server of this machine,
corrects a fact, releases the erratum, withdraws the first edition with a notice to each holder, sends edition 2 with
what changed since the edition that each holds, and has the state told. Prints time and counts of each step, writes
`output/bench-distribution/results.json`, and ends with 0 whatever it measured. Needs the requirements of development
(`make .venv/.ready-dev`), for the mail server.
"""

import argparse
import asyncio
import contextlib
import dataclasses
import email
import email.policy
import hashlib
import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.clinics import clinic_list
from benchmarks.run import BRIEFING, PROJECT, describe_machine

OUT = PROJECT / "output" / "bench-distribution"
WRONG, RIGHT = 'ended: "2012-07-01"', 'ended: "2012-06-30"'
REASON = "停止受理新项目申报的止日写错"
_SENDER = "editors@briefings.example.org"


@dataclasses.dataclass(frozen=True)
class Step:
    """What one command took: wall and processor seconds, of all its processes; and its last line."""

    name: str
    seconds: float
    cpu_seconds: float
    told: str


def lay_out(root: Path, clinics: int, port: int) -> None:
    """Make a project of the sample content, with fictional clinics that get mail."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(PROJECT / "content", root / "content")
    (root / "content/clinics.yaml").write_text(clinic_list(clinics, channel="mail"), encoding="utf-8")
    (root / "content/distribution.yaml").write_text(
        f"""channels:
  mail: {{kind: email, host: 127.0.0.1, port: {port}, security: none, sender: {{address: {_SENDER}}}}}
policy: {{confirm_above: 0}}
copies: {{status_url: "https://briefings.example.org/status/"}}
""",
        encoding="utf-8",
    )


class _Journal:
    """Takes mail and writes down who got what, not the mail itself."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        files = {
            part.get_filename(): hashlib.sha256(part.get_payload(decode=True)).hexdigest()
            for part in message.iter_attachments()
        }
        line = {"to": envelope.rcpt_tos, "id": message["Message-ID"], "files": files}
        with self._path.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(line) + "\n")
        return "250 2.0.0 taken"


def _serve(path: Path, ready: Any) -> None:
    from aiosmtpd.smtp import SMTP

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(_Journal(path), hostname="localhost", data_size_limit=50_000_000), "127.0.0.1", 0
        )
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@contextlib.contextmanager
def mail_server(path: Path) -> Iterator[int]:
    """Run a mail server in a process of its own; yield its port."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(path, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.kill()
        process.join()


class Rehearsal:
    """The steps, each a command as a publisher gives it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.steps: list[Step] = []

    def run(self, name: str, *arguments: str) -> str:
        """Run a command, and return what it says.

        Raises:
            SystemExit: It failed.
        """
        before = _children()
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "report", *arguments, "--project", str(self._root)],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - start
        if done.returncode:
            raise SystemExit(f"{name}: ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        lines = done.stdout.strip().splitlines()
        step = Step(name, seconds, _children() - before, lines[-1][:70] if lines else "")
        self.steps.append(step)
        print(f"{step.name:44} {step.seconds:8.1f} s {step.cpu_seconds:8.1f} s cpu   {step.told}", flush=True)
        return done.stdout


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rehearse(root: Path, clinics: int, journal: Path) -> dict[str, object]:
    """Go through all steps and return what was measured and counted."""
    rehearsal = Rehearsal(root)
    run = rehearsal.run
    run("build and release edition 1", "release", BRIEFING)
    run("copies of edition 1", "copies", BRIEFING)
    run("what would be sent", "send", BRIEFING)
    run("send edition 1", "send", BRIEFING, "--yes", "--confirm-count", str(clinics))
    run("send again: nothing to do", "send", BRIEFING, "--yes")
    run("state", "status", BRIEFING, "--format", "json")
    facts = root / "content" / BRIEFING / "facts.yaml"
    facts.write_text(facts.read_text(encoding="utf-8").replace(WRONG, RIGHT), encoding="utf-8")
    run("correct a fact, release the erratum", "release", BRIEFING, "--erratum", "--reason", REASON)
    run("who got the old value", "status", BRIEFING, "--fact", "cn-halt-filing", "--field", "dates.ended")
    run(
        "withdraw edition 1: a notice each",
        "recall",
        "1",
        "--briefing",
        BRIEFING,
        "--reason",
        REASON,
        "--yes",
    )
    run("copies of edition 2, since edition 1", "copies", BRIEFING)
    planned = json.loads(run("what would be sent", "send", BRIEFING, "--format", "json"))
    count = planned["deliveries"]
    run("send edition 2 and the notices", "send", BRIEFING, "--yes", "--confirm-count", str(count))
    run("one clinic answers", "ack", "DEMO-00000", "1", "--briefing", BRIEFING)
    state = json.loads(run("state", "status", BRIEFING, "--format", "json"))
    return {
        "machine": describe_machine(),
        "load": os.getloadavg(),
        "clinics": clinics,
        "steps": [dataclasses.asdict(step) for step in rehearsal.steps],
        "mail": count_mail(journal, clinics),
        "ledger_bytes": sum(path.stat().st_size for path in (root / "ledger").iterdir()),
        "state": {name: value for name, value in state.items() if not isinstance(value, list)},
    }


def count_mail(journal: Path, clinics: int) -> dict[str, int]:
    """Return how many mails there were, and what is wrong with them."""
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    ids = Counter(line["id"] for line in lines)
    files = [tuple(sorted(line["files"].values())) for line in lines]
    return {
        "mails": len(lines),
        "recipients": len({line["to"][0] for line in lines}),
        "more_than_one_recipient": sum(len(line["to"]) != 1 for line in lines),
        "twice": sum(number - 1 for number in ids.values()),
        "without_files": sum(not line for line in files),
        "files_that_two_clinics_got": len(files) - len(set(files)),
        "clinics_with_none": clinics - len({line["to"][0] for line in lines}),
    }


def main() -> None:
    """Run it as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clinics", type=int, default=1000)
    clinics = parser.parse_args().clinics
    OUT.mkdir(parents=True, exist_ok=True)
    journal = OUT / "journal.jsonl"
    journal.unlink(missing_ok=True)
    root = OUT / "project"
    with mail_server(journal) as port:
        lay_out(root, clinics, port)
        results = rehearse(root, clinics, journal)
    (OUT / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=2), encoding="utf-8")
    print(json.dumps(results["mail"], indent=2))


if __name__ == "__main__":
    main()
