"""The record of the last run: a begin without an end, an end, and damage."""

import datetime

from report.schedule.last_run import FILE, begin_run, end_run, read_last_run

ZONE = datetime.timezone(datetime.timedelta(hours=8))
FIRST = datetime.datetime(2026, 11, 27, 6, 30, tzinfo=ZONE)
HOUR = datetime.timedelta(hours=1)


def test_a_run_has_a_begin_before_it_has_an_end(tmp_path):
    assert read_last_run(tmp_path) is None
    run = begin_run(tmp_path, FIRST)
    assert read_last_run(tmp_path) == run
    assert (run.ended_at, run.exit_code, run.succeeded_at) == (None, None, None)
    ended = end_run(tmp_path, run, FIRST + HOUR, 0, {"sources": 1.5})
    assert read_last_run(tmp_path) == ended
    assert (ended.exit_code, ended.succeeded_at, dict(ended.steps)) == (0, FIRST + HOUR, {"sources": 1.5})


def test_the_last_success_outlives_what_fails_or_is_killed(tmp_path):
    end_run(tmp_path, begin_run(tmp_path, FIRST), FIRST, 1, {})
    end_run(tmp_path, begin_run(tmp_path, FIRST + HOUR), FIRST + HOUR, 7, {})
    killed = begin_run(tmp_path, FIRST + 2 * HOUR)
    assert (killed.succeeded_at, killed.ended_at) == (FIRST, None)


def test_damage_is_no_record_and_is_written_over(tmp_path):
    begin_run(tmp_path, FIRST)
    path = tmp_path / FILE
    good = path.read_bytes()
    for spoilt in (
        b"",
        b"[]",
        good[:-9],
        good.replace(b"+08:00", b""),
        good.replace(b'"version": 1', b'"version": 9'),
    ):
        path.write_bytes(spoilt)
        assert read_last_run(tmp_path) is None
    assert read_last_run(tmp_path) is None
    assert begin_run(tmp_path, FIRST) == read_last_run(tmp_path)
