"""When a scheduled run is: some times of day, on some days of the week, in the machine's own zone."""

import dataclasses
import datetime
import re

from report.errors import UsageError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_TIMES = 24
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclasses.dataclass(frozen=True)
class Times:
    """Times of day, sorted, on days of the week, Monday 0; all seven stand for every day."""

    at: tuple[datetime.time, ...]
    days: tuple[int, ...] = tuple(range(7))

    @property
    def is_daily(self) -> bool:
        """Whether it is every day of the week."""
        return len(self.days) == len(WEEKDAYS)

    def __str__(self) -> str:
        days = "every day" if self.is_daily else ",".join(WEEKDAYS[day] for day in self.days)
        return f"{days} at {', '.join(f'{time:%H:%M}' for time in self.at)}"


def read_times(at: str, days: str = "") -> Times:
    """Return times as somebody typed them: `06:30,18:30`, and `mon,wed-fri` or nothing for every day.

    Raises:
        UsageError: A part is no time of day or no day of the week.
    """
    times = set()
    for word in at.split(","):
        match = _TIME.fullmatch(word.strip())
        if match is None:
            raise UsageError(f"{word.strip()!r} is no time of day", "Write --at HH:MM, several with commas.")
        times.add(datetime.time(int(match[1]), int(match[2])))
    if len(times) > MOST_TIMES:
        raise UsageError(f"there are {len(times)} times a day", f"Write at most {MOST_TIMES}.")
    chosen: set[int] = set()
    for word in days.lower().split(",") if days.strip() else ():
        first, dash, last = (part.strip() for part in word.partition("-"))
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise UsageError(
                f"{word.strip()!r} is no day of the week", "Write --days mon,wed or --days mon-fri."
            )
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last if dash else first)
        # From Friday to Monday is four days, over the end of the week.
        chosen |= {(begin + step) % 7 for step in range((end - begin) % 7 + 1)}
    return Times(tuple(sorted(times)), tuple(sorted(chosen)) or tuple(range(7)))


def next_run(times: Times, now: datetime.datetime) -> datetime.datetime:
    """Return the first instant after now that a run is due, in the offset of now."""
    for ahead in range(8):
        day = now.date() + datetime.timedelta(days=ahead)
        for time in times.at if day.weekday() in times.days else ():
            due = datetime.datetime.combine(day, time, now.tzinfo)
            if due > now:
                return due
    raise AssertionError(times)
