"""`report status --format json` and `--format prometheus`: the health of the scheduled run."""

import datetime
import json

import pytest
from prometheus_client.parser import text_string_to_metric_families

from report.schedule.last_run import begin_run, end_run
from tests.dsl import NOW, run

HOUR = datetime.timedelta(hours=1)


def health(project):
    ended = project.run("status", "--format", "json")
    assert ended.code == 0, ended.out
    return json.loads(ended.out)["health"]


def gauges(project):
    """Return the samples as another library reads them."""
    ended = project.run("status", "--format", "prometheus")
    assert ended.code == 0, ended.err
    return {
        (sample.name.removeprefix("jianbao_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(ended.out + "\n")
        for sample in family.samples
    }


def schedule(project, tmp_path):
    arguments = ("--cron", "--file", str(tmp_path / "crontab"), "--at", "06:30")
    assert run("schedule", "install", "--project", str(project.root), *arguments).code == 0


def test_without_a_run_and_a_schedule_nothing_is_made_up(project):
    found = health(project)
    assert (found["last_run"], found["last_success"], found["next_run"]) == (None, None, None)
    assert found["is_late"] is False
    assert found["proposals_open"] == {"demo": 0}
    names = {name for name, *_ in gauges(project)}
    assert "last_run_start_timestamp_seconds" not in names
    assert "next_run_timestamp_seconds" not in names


def test_the_last_and_the_next_run_are_told(project, tmp_path):
    schedule(project, tmp_path)
    begun = begin_run(project.root, NOW - 3 * HOUR)
    end_run(project.root, begun, NOW - 2 * HOUR, 0, {"sources": 2.5})
    found = health(project)
    assert found["last_run"] == {
        "started_at": "2026-11-26T22:30:00Z",
        "ended_at": "2026-11-26T23:30:00Z",
        "exit_code": 0,
        "seconds_by_step": {"sources": 2.5},
    }
    assert (found["last_success"], found["next_run"]) == ("2026-11-26T23:30:00Z", "2026-11-27T22:30:00Z")
    told = gauges(project)
    assert told["last_run_exit_code",] == 0
    assert told["last_success_timestamp_seconds",] == (NOW - 2 * HOUR).timestamp()
    assert told["next_run_timestamp_seconds",] == (NOW + 21 * HOUR).timestamp()
    assert told["last_run_step_seconds", "sources"] == 2.5
    assert told["run_late",] == 0


@pytest.mark.parametrize(
    ("hours", "is_ended", "is_late"), [(3, True, False), (40, True, True), (7, False, True)]
)
def test_a_run_that_was_missed_or_does_not_end_is_late(project, tmp_path, hours, is_ended, is_late):
    schedule(project, tmp_path)
    begun = begin_run(project.root, NOW - hours * HOUR)
    if is_ended:
        end_run(project.root, begun, NOW - hours * HOUR, 0, {})
    assert health(project)["is_late"] is is_late
    assert gauges(project)["run_late",] == is_late


def test_the_age_of_facts_is_that_of_the_oldest_check(project):
    project.change(
        "facts.yaml", "primary_date: approved", 'primary_date: approved\n  last_checked: "2026-11-17"'
    )
    project.change(
        "facts.yaml",
        "attrs: {sites: 12}",
        'attrs: {sites: 12}\n  last_checked: "2026-11-20"\n  review_by: "2026-11-26"',
    )
    ages = health(project)["age_of_facts"]["demo"]
    assert (ages["oldest_fact"], ages["oldest_check_days"], ages["reviews_due"]) == ("drug-approved", 10, 1)
    told = gauges(project)
    assert told["facts_oldest_check_days", "demo"] == 10
    assert told["facts", "demo", "unchecked"] == 1
    assert told["edition", "demo"] == 0


def test_a_file_for_the_collector_is_written_whole(project, tmp_path):
    target = tmp_path / "briefings.prom"
    target.write_text("old\n", encoding="utf-8")
    ended = project.run("status", "--format", "prometheus", "--to", str(target))
    assert (ended.code, ended.out) == (0, "")
    assert "jianbao_proposals_open" in target.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir() if "prom" in path.name] == ["briefings.prom"]
    assert project.run("status", "--format", "json", "--to", str(target)).code == 2
