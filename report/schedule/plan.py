"""What is scheduled: which program, for which project, when; kept in the project, to be shown and removed."""

import dataclasses
import datetime
import hashlib
import json
import re
from pathlib import Path
from typing import Any, Literal

from report.errors import UsageError
from report.schedule.times import WEEKDAYS, Times

FILE = "ledger/schedule.json"
VERSION = 1
Kind = Literal["systemd", "cron"]
# What every run does where nothing else is said.
DEFAULT_OPTIONS = ("--release", "--send")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_CONTROL = re.compile(r"[\0-\x1f\x7f-\x9f\u2028\u2029]")


@dataclasses.dataclass(frozen=True)
class Schedule:
    """A scheduled run.

    Attributes:
        kind: What starts it.
        name: Of its units, or of its block in a crontab.
        project: The project, absolute.
        program: The words that start `report`, the first an absolute path.
        options: What `report refresh` is given.
        times: When.
        is_user: Whether it belongs to a user's own systemd.
        run_as: The user that a system's unit runs as.
        environment_file: Where its passwords are, as systemd reads it; empty for none.
        place: The folder of the units, or the crontab file; empty for the crontab of the user.
    """

    kind: Kind
    name: str
    project: str
    program: tuple[str, ...]
    options: tuple[str, ...]
    times: Times
    is_user: bool = False
    run_as: str = ""
    environment_file: str = ""
    place: str = ""

    @property
    def command(self) -> tuple[str, ...]:
        """The words of the command."""
        return (*self.program, "refresh", "--project", self.project, *self.options)


def default_name(project: Path) -> str:
    """Return a name that no other project on this machine has: its folder's, as far as it is ASCII, and a hash."""
    folder = re.sub(r"[^a-z0-9]+", "-", project.name.lower()).strip("-")[:30]
    return "-".join(filter(None, ["report", folder, hashlib.sha256(str(project).encode()).hexdigest()[:8]]))


def check_schedule(schedule: Schedule) -> None:
    """Refuse what could not be written into a unit or a crontab without meaning something else.

    Raises:
        UsageError: A name or a path has such a character.
    """
    if not _NAME.fullmatch(schedule.name):
        raise UsageError(
            f"{schedule.name!r} is no name of a schedule", "Write lower-case letters, digits and hyphens."
        )
    for text in (*schedule.command, schedule.environment_file, schedule.run_as):
        if _CONTROL.search(text) or text.endswith("\\"):
            raise UsageError(
                f"{text!r} cannot stand in a unit or a crontab", "Use a path without control characters."
            )


def schedule_to_json(schedule: Schedule) -> bytes:
    """Return the record of a schedule as JSON."""
    data = dataclasses.asdict(schedule)
    data["times"] = {
        "at": [f"{time:%H:%M}" for time in schedule.times.at],
        "days": [WEEKDAYS[day] for day in schedule.times.days],
    }
    return (json.dumps({"version": VERSION, **data}, ensure_ascii=False, indent=2) + "\n").encode()


def schedule_from_json(data: bytes) -> Schedule | None:
    """Return a recorded schedule; None where the bytes are not one of this version."""
    try:
        raw: Any = json.loads(data)
        if raw.pop("version") != VERSION:
            return None
        times = raw.pop("times")
        raw["times"] = Times(
            tuple(datetime.time.fromisoformat(text) for text in times["at"]),
            tuple(WEEKDAYS.index(day) for day in times["days"]),
        )
        raw["program"], raw["options"] = tuple(raw["program"]), tuple(raw["options"])
        schedule = Schedule(**raw)
        check_schedule(schedule)
    except (ValueError, TypeError, KeyError, AttributeError, UsageError):
        return None
    return schedule if schedule.times.at and schedule.kind in ("systemd", "cron") else None


def read_schedule(project: Path) -> Schedule | None:
    """Return the schedule of a project; None where there is none that can be read."""
    try:
        return schedule_from_json((project / FILE).read_bytes())
    except OSError:
        return None
