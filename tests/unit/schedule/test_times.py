"""Times of day and days of the week: read as typed, and the next of them."""

import datetime

import hypothesis
import hypothesis.strategies as st
import pytest

from report.errors import UsageError
from report.schedule.times import Times, next_run, read_times

ZONE = datetime.timezone(datetime.timedelta(hours=8))
FRIDAY = datetime.datetime(2026, 11, 27, 9, 30, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("at", "days", "told"),
    [
        ("06:30", "", "every day at 06:30"),
        ("18:00, 06:30,06:30", "", "every day at 06:30, 18:00"),
        ("06:30", "mon-fri", "mon,tue,wed,thu,fri at 06:30"),
        ("06:30", "Sat,mon", "mon,sat at 06:30"),
        ("06:30", "fri-mon", "mon,fri,sat,sun at 06:30"),
        ("06:30", "mon-sun", "every day at 06:30"),
    ],
)
def test_times_are_read_as_they_are_typed(at, days, told):
    assert str(read_times(at, days)) == told


@pytest.mark.parametrize(
    ("at", "days", "said"),
    [
        ("6:30", "", "'6:30' is no time of day"),
        ("24:00", "", "'24:00' is no time of day"),
        ("06:30,", "", "'' is no time of day"),
        ("06:30", "monday", "'monday' is no day of the week"),
        ("06:30", "mon-", "'mon-' is no day of the week"),
        (",".join(f"{hour:02}:{minute}" for hour in range(13) for minute in (10, 40)), "", "26 times a day"),
    ],
)
def test_what_is_no_time_is_refused(at, days, said):
    with pytest.raises(UsageError) as caught:
        read_times(at, days)
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("at", "days", "due"),
    [
        ("09:31", "", "2026-11-27T09:31"),
        ("09:30", "", "2026-11-28T09:30"),
        ("06:30,18:00", "", "2026-11-27T18:00"),
        ("06:30", "mon", "2026-11-30T06:30"),
        ("06:30", "fri", "2026-12-04T06:30"),
    ],
)
def test_the_next_run_comes_after_now(at, days, due):
    assert next_run(read_times(at, days), FRIDAY).isoformat().startswith(due)


@hypothesis.given(
    st.lists(st.times(), min_size=1, max_size=3),
    st.sets(st.integers(0, 6), min_size=1),
    st.datetimes(timezones=st.just(ZONE)).filter(lambda now: 1900 < now.year < 2100),
)
def test_the_next_run_is_one_of_the_times_within_eight_days(times, days, now):
    wanted = Times(
        tuple(sorted({time.replace(second=0, microsecond=0) for time in times})), tuple(sorted(days))
    )
    due = next_run(wanted, now)
    assert now < due <= now + datetime.timedelta(days=8)
    assert (due.time(), due.weekday()) in {(time, day) for time in wanted.at for day in wanted.days}
