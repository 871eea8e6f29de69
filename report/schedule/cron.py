"""A schedule as a marked block of a crontab; every other line stays byte for byte."""

import shlex

from report.errors import UsageError
from report.schedule.plan import Schedule

_BEGIN, _END = "# >>> {} (report schedule install)", "# <<< {} (report schedule install)"
# crontab(5): Sunday is 0; names of days cannot stand in a list.
_DAYS = (1, 2, 3, 4, 5, 6, 0)


def cron_block(schedule: Schedule) -> str:
    """Return the lines of a schedule between their marks.

    cron mails what a command prints, so it prints only where the run did not end with 0.
    """
    command = " ".join(shlex.quote(word) for word in schedule.command)
    run = f"cd {shlex.quote(schedule.project)} && {command}"
    script = f"out=$({run} 2>&1) || {{ code=$?; printf '%s\\n' \"$out\"; exit $code; }}"
    days = "*" if schedule.times.is_daily else ",".join(str(_DAYS[day]) for day in schedule.times.days)
    hours: dict[int, list[int]] = {}
    for time in schedule.times.at:
        hours.setdefault(time.minute, []).append(time.hour)
    lines = [
        # An unescaped % ends the command, and what follows is its standard input (crontab(5)).
        f"{minute} {','.join(map(str, at))} * * {days} {_escaped(script)}"
        for minute, at in hours.items()
    ]
    return "\n".join([_BEGIN.format(schedule.name), *lines, _END.format(schedule.name)]) + "\n"


def _escaped(script: str) -> str:
    return script.replace("%", "\\%")


def block_of(text: str, name: str) -> str:
    """Return the block of a schedule as it stands in a crontab; empty where it has none.

    Raises:
        UsageError: Its marks do not stand as they were written.
    """
    begin, end = _range(text, name)
    return "".join(text.splitlines(keepends=True)[begin:end])


def with_block(text: str, name: str, block: str) -> str:
    """Return a crontab with a schedule's block in place of the one that it has, else at its end; "" removes it.

    Raises:
        UsageError: Its marks do not stand as they were written.
    """
    lines = text.splitlines(keepends=True)
    begin, end = _range(text, name)
    if block and begin == end and lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    lines[begin:end] = [block] if block else []
    return "".join(lines)


def _range(text: str, name: str) -> tuple[int, int]:
    lines = [line.rstrip("\r\n") for line in text.splitlines(keepends=True)]
    begins = [number for number, line in enumerate(lines) if line == _BEGIN.format(name)]
    ends = [number for number, line in enumerate(lines) if line == _END.format(name)]
    if not begins and not ends:
        return len(lines), len(lines)
    if len(begins) != 1 or len(ends) != 1 or ends[0] < begins[0]:
        raise UsageError(
            f"the marks of {name} in the crontab are not in pairs any more; nothing was changed",
            "Remove its lines by hand with `crontab -e`, then run this again.",
        )
    return begins[0], ends[0] + 1
