"""`report schedule`: units or lines of a crontab planned, written, shown and removed."""

import contextlib
import dataclasses
import os
import pwd
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from report import store
from report.errors import UsageError
from report.schedule.cron import block_of, cron_block, with_block
from report.schedule.plan import (
    DEFAULT_OPTIONS,
    FILE,
    Kind,
    Schedule,
    check_schedule,
    default_name,
    read_schedule,
    schedule_to_json,
)
from report.schedule.systemd import MARK, unit_names, units
from report.schedule.times import Times
from report.tools.crontab import read_crontab, write_crontab

SYSTEM_UNITS = "/etc/systemd/system"


@dataclasses.dataclass(frozen=True)
class Asked:
    """What a schedule is asked to be; what is empty is chosen.

    Attributes:
        kind: What starts it.
        times: When.
        is_user: Whether it belongs to a user's own systemd.
        name: Of the units or the block.
        run_as: The user of a system's unit.
        environment_file: Where passwords are.
        place: The folder of the units, or the crontab file.
        options: Of `report refresh`.
    """

    kind: Kind
    times: Times
    is_user: bool = False
    name: str = ""
    run_as: str = ""
    environment_file: str = ""
    place: str = ""
    options: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Written:
    """What a schedule consists of.

    Attributes:
        schedule: It.
        texts: The units, or the block of the crontab, by where each is.
        commands: What is still to be run by hand.
    """

    schedule: Schedule
    texts: Mapping[str, str]
    commands: tuple[str, ...] = ()


def plan_schedule(project: Path, asked: Asked) -> Schedule:
    """Return what would be installed.

    Raises:
        UsageError: A name, a path or an option cannot stand there.
    """
    place = asked.place and str(Path(asked.place).absolute())
    if asked.kind == "systemd" and not place:
        place = str(_user_units()) if asked.is_user else SYSTEM_UNITS
    owner = ""
    if asked.kind == "systemd" and not asked.is_user:
        owner = asked.run_as or _owner(project)
    schedule = Schedule(
        asked.kind,
        asked.name or default_name(project),
        str(project),
        _program(),
        asked.options or DEFAULT_OPTIONS,
        asked.times,
        asked.is_user,
        owner,
        asked.environment_file and str(Path(asked.environment_file).absolute()),
        place,
    )
    check_schedule(schedule)
    return schedule


def written_as(schedule: Schedule) -> Written:
    """Return what a schedule consists of, and what is to be run so that it holds."""
    if schedule.kind == "cron":
        return Written(schedule, {schedule.place or "crontab": cron_block(schedule)})
    control = "systemctl --user" if schedule.is_user else "systemctl"
    texts = {str(Path(schedule.place) / name): text for name, text in units(schedule).items()}
    timer = unit_names(schedule)[1]
    return Written(schedule, texts, (f"{control} daemon-reload", f"{control} enable --now {timer}"))


def install(project: Path, schedule: Schedule) -> Written:
    """Write a schedule; one that this project had before under another name or kind gives way to it.

    Raises:
        UsageError: A unit of that name was written by somebody else.
        MissingDependencyError: A file cannot be written, or there is no cron; nothing was changed then.
    """
    written = written_as(schedule)
    before = read_schedule(project)
    _refuse_others(schedule)
    # The record comes first: what is written and not recorded could not be removed.
    if before is not None and (before.kind, before.name, before.place) != (
        schedule.kind,
        schedule.name,
        schedule.place,
    ):
        remove(project)
    store.replace(project / FILE, schedule_to_json(schedule))
    if schedule.kind == "cron":
        _put_crontab(schedule, cron_block(schedule))
    else:
        for path, text in written.texts.items():
            store.replace(Path(path), text.encode())
    return written


def show(project: Path) -> tuple[Written, bool]:
    """Return the schedule of a project as it lies there, and whether that is as it was written.

    Raises:
        UsageError: There is none.
    """
    schedule = _require(project)
    wanted = written_as(schedule)
    texts = {}
    for where in wanted.texts:
        if schedule.kind == "cron":
            texts[where] = block_of(_crontab(schedule), schedule.name)
        else:
            with contextlib.suppress(OSError):
                texts[where] = Path(where).read_text(encoding="utf-8", errors="replace")
    return Written(schedule, texts, wanted.commands), texts == dict(wanted.texts)


def remove(project: Path) -> Written:
    """Take a schedule away; what else stands in a crontab or a folder of units stays.

    Raises:
        UsageError: There is none, or its marks in the crontab are broken.
    """
    schedule = _require(project)
    commands: Sequence[str] = ()
    if schedule.kind == "cron":
        _put_crontab(schedule, "")
    else:
        control = "systemctl --user" if schedule.is_user else "systemctl"
        service, timer = unit_names(schedule)
        folder = Path(schedule.place)
        for name in (timer, service):
            if _is_ours(folder / name):
                store.drop(folder / name)
        wants = folder / "timers.target.wants" / timer
        if wants.is_symlink():
            store.drop(wants)
        commands = (f"{control} stop {timer}", f"{control} daemon-reload")
    store.drop(project / FILE)
    return Written(schedule, {}, tuple(commands))


def _refuse_others(schedule: Schedule) -> None:
    if schedule.kind == "cron":
        block_of(_crontab(schedule), schedule.name)
        return
    for name in unit_names(schedule):
        path = Path(schedule.place) / name
        if os.path.lexists(path) and not _is_ours(path):
            raise UsageError(
                f"{path} was not written by `report schedule install`", "Give this one another --name."
            )


def _is_ours(path: Path) -> bool:
    try:
        return path.read_bytes().startswith(MARK.encode()) and not path.is_symlink()
    except OSError:
        return False


def _put_crontab(schedule: Schedule, block: str) -> None:
    before = _crontab(schedule)
    after = with_block(before, schedule.name, block)
    if after == before:
        return
    if schedule.place:
        # Bytes that are no UTF-8 come back as they were.
        store.replace(Path(schedule.place), after.encode("utf-8", "surrogateescape"))
    else:
        write_crontab(after)


def _crontab(schedule: Schedule) -> str:
    if not schedule.place:
        return read_crontab()
    try:
        return Path(schedule.place).read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UsageError(
            f"{schedule.place} cannot be read: {error.strerror}", "Name a crontab with --file."
        ) from error


def _require(project: Path) -> Schedule:
    schedule = read_schedule(project)
    if schedule is None:
        raise UsageError(
            f"no schedule was installed for {project}", "`report schedule install --systemd` installs one."
        )
    return schedule


def _program() -> tuple[str, ...]:
    """Return the words that start this program with this interpreter, from anywhere."""
    beside = Path(sys.executable).with_name("report")
    if beside.is_file():
        return (str(beside),)
    return (sys.executable, "-m", "report")


def _owner(project: Path) -> str:
    number = project.stat().st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _user_units() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME", "")
    root = Path(base) if base.startswith("/") else Path.home() / ".config"
    return root / "systemd" / "user"
