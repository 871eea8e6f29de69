"""The words that tests of sending are written in: released editions, clinics and copies without their making."""

import contextlib
import dataclasses
import datetime
import hashlib
import json
from pathlib import Path
from unittest import mock

from report import pipeline
from report.copies.identity import Identity
from report.copies.record import CopyRecord, copy_file, to_json
from report.editions import withdrawals
from report.editions.record import Approval
from report.editions.record import to_json as edition_to_json
from report.ledger import read_ledger
from report.parcels import Receipt
from report.pipeline import sending
from report.pipeline.sending_matter import Request
from report.pipeline.sending_plan import Choice
from tests.dsl import Project, run
from tests.unit.editions.samples import DIGEST, edition

NOW = datetime.datetime(2026, 11, 27, 9, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
DISTRIBUTION = """channels:
  mail: {kind: folder, path: outbox}
  share: {kind: folder, path: share}
"""


def content(clinic, edition=1, since=0, briefing="demo", text="text"):
    """Return the bytes of a copy that says of itself whose it is."""
    return f"COPY\n{clinic}\n{briefing}\n{edition}\n{since}\n{text}".encode()


def identify(data, format_):
    """Read back whose copy a file is, as `report.copies.identity.read` does."""
    mark, _, rest = data.decode(errors="replace").partition("\n")
    if mark != "COPY":
        raise ValueError("the file does not say whose copy it is")
    clinic, briefing, edition, since, _ = rest.split("\n", 4)
    return Identity(clinic, briefing, int(edition), "urn:uuid:0", int(since))


class Scripted:
    """A channel whose answers are given: what each clinic's deliveries come to, in order; then all arrive."""

    REQUIRES = ()
    CAN_FIND = True

    def __init__(self, **answers):
        self.answers = {clinic.replace("_", "-"): list(errors) for clinic, errors in answers.items()}
        self.parcels, self.arrived, self.sought = [], {}, []
        self.before = lambda parcel: None

    def deliver(self, parcel, settings, channel):
        self.before(parcel)
        self.parcels.append(parcel)
        answers = self.answers.get(parcel.clinic.id, [])
        answer = answers.pop(0) if answers else None
        if isinstance(answer, BaseException):
            raise answer
        if answer is not None:
            error, has_arrived = answer
            if has_arrived:
                self.arrived[parcel.key] = parcel.clinic.id
            raise error
        self.arrived[parcel.key] = parcel.clinic.id
        return Receipt(parcel.message_id, "taken")

    def find(self, parcel, settings):
        self.sought.append(parcel)
        return Receipt(parcel.message_id, "found") if parcel.key in self.arrived else None

    @property
    def clinics(self):
        """Whom something was handed over for, in order."""
        return [parcel.clinic.id for parcel in self.parcels]


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, at=NOW):
        self.at = at

    def __call__(self):
        return self.at

    def forward(self, **amount):
        self.at += datetime.timedelta(**amount)


class Sending:
    """The tiny good project with clinics, released editions, and copies that somebody made."""

    def __init__(self, root: Path, *clinics: str, distribution: str = DISTRIBUTION) -> None:
        self.project = Project(root)
        self.root = root
        self.clock = Clock()
        for name in ("outbox", "share"):
            (root / name).mkdir()
        self.distribution(distribution)
        self.clinics(*(clinics or ("GZ-0001", "GZ-0002", "GZ-0003")))
        self.channel = Scripted()

    @property
    def ledger_path(self) -> Path:
        return self.root / "ledger" / "ledger.sqlite3"

    def distribution(self, text: str, **policy: object) -> None:
        lines = "".join(f"  {name}: {value}\n" for name, value in policy.items())
        text += f"policy:\n{lines}" if lines else ""
        (self.root / "content" / "distribution.yaml").write_text(text, encoding="utf-8")

    def clinics(self, *ids: str, **changes: dict) -> None:
        """Write the list; `changes` are keys by id, with _ for -."""
        entries = []
        for name in ids:
            entry = {
                "id": name,
                "name": f"诊所{name}",
                "contact": {"email": f"{name.lower()}@clinic.example"},
                "locale": "zh-Hans",
                "channels": ["mail"],
                **changes.get(name.replace("-", "_"), {}),
            }
            entries.append(json.dumps(entry, ensure_ascii=False))
        path = self.root / "content" / "clinics.yaml"
        path.write_text("".join(f"- {entry}\n" for entry in entries), encoding="utf-8")

    def release(self, number: int = 1, **changes: object) -> None:
        made = dataclasses.replace(edition(number), briefing="demo", **changes)
        self.project.write(f"editions/{number:03}.json", edition_to_json(made))

    def withdraw(self, *numbers: int) -> None:
        records = [withdrawals.Withdrawal(number, NOW.date(), "", "错") for number in numbers]
        self.project.write("withdrawals.json", withdrawals.to_json(records))

    def copies(self, *ids: str, number: int = 1, since: int = 0, text: str = "text") -> None:
        for name in ids:
            self.copy(name, {"demo.pdf": content(name, number, since, text=text)}, number, since)

    def copy(self, clinic: str, files: dict, number: int = 1, since: int = 0, **changes: object) -> Path:
        folder = self.root / "output" / "demo" / "copies" / clinic
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        records = {name: copy_file(data, data, "pdf", "full", "zh-Hans") for name, data in files.items()}
        record = CopyRecord(clinic, "demo", number, since, "0" * 64, records)
        (folder / "copy.json").write_bytes(to_json(dataclasses.replace(record, **changes)))
        return folder

    def all_copies(self, number: int = 1, since: int = 0, text: str = "text") -> None:
        listed = (self.root / "content" / "clinics.yaml").read_text(encoding="utf-8").splitlines()
        self.copies(*(json.loads(line[2:])["id"] for line in listed), number=number, since=since, text=text)

    @contextlib.contextmanager
    def patched(self):
        """Put the scripted channel and the copies' own reader in their places."""
        with (
            mock.patch("report.pipeline.sending.load_channel", return_value=self.channel),
            mock.patch("report.copies.identity.read", identify),
        ):
            yield

    def send(self, *, in_doubt=None, edition=None, control=None, **choice):
        """Send as `report send --yes` does."""
        control = {"identify": identify, **(control or {})}
        with self.patched():
            return sending.send(
                pipeline.start(self.root, NOW.date(), None),
                Request(("demo",), edition, Choice(**choice), in_doubt),
                sending.Control(self.clock, **control),
            )

    def preview(self, *, edition=None, **choice):
        """Plan as `report send` does."""
        with self.patched():
            request = Request(("demo",), edition, Choice(**choice))
            run = pipeline.start(self.root, NOW.date(), None)
            return sending.preview(run, request, self.clock())

    def command(self, *arguments):
        """Run `report send` on the command line, in this process."""
        with self.patched(), mock.patch("tests.dsl.NOW", self.clock()):
            return run("send", *arguments, "--project", str(self.root))

    def states(self, number: int | None = None) -> dict[str, str]:
        """Return how the deliveries stand, by clinic; the latest of each."""
        with read_ledger(self.ledger_path) as ledger:
            return {
                one.clinic: one.state.value
                for one in ledger.deliveries("demo")
                if number is None or one.edition == number
            }


def signed(role: str, digest: str = DIGEST) -> Approval:
    return Approval(role, "王小明", NOW.date(), digest)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
