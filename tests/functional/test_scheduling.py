"""`report schedule`: what is written, shown and removed, and what is left alone."""

import os

import pytest

MINE = "0 4 * * * /usr/bin/backup\n"


@pytest.fixture
def units(tmp_path):
    folder = tmp_path / "units"
    folder.mkdir()
    return folder


def install(project, *arguments):
    return project.run_words("schedule", "install", *arguments)


@pytest.fixture
def scheduled(project):
    """The project, with the option --project after the words of a command of two words."""

    def run_words(first, second, *rest):
        from tests.dsl import run

        return run(first, second, "--project", str(project.root), *rest)

    project.run_words = run_words
    return project


def test_units_are_written_shown_and_removed(scheduled, units):
    ended = install(
        scheduled, "--systemd", "--user", "--folder", str(units), "--name", "morning", "--at", "06:30"
    )
    assert ended.code == 0, ended.err
    assert sorted(path.name for path in units.iterdir()) == ["morning.service", "morning.timer"]
    service = (units / "morning.service").read_text(encoding="utf-8")
    assert f'"refresh" "--project" "{scheduled.root}" "--release" "--send"' in service
    assert service.rstrip() in ended.out
    assert "systemctl --user enable --now morning.timer" in ended.out
    assert "every day at 06:30; the next run is 2026-11-28 06:30" in ended.out
    shown = scheduled.run_words("schedule", "show")
    assert (shown.code, service.rstrip() in shown.out) == (0, True)
    (units / "timers.target.wants").mkdir()
    (units / "timers.target.wants" / "morning.timer").symlink_to(units / "morning.timer")
    (units / "other.service").write_text("[Unit]\n", encoding="utf-8")
    removed = scheduled.run_words("schedule", "remove")
    assert removed.code == 0
    assert sorted(path.name for path in units.rglob("*")) == ["other.service", "timers.target.wants"]
    assert scheduled.run_words("schedule", "show").code == 2


def test_options_after_the_dashes_are_those_of_the_run(scheduled, units):
    ended = install(
        scheduled, "--systemd", "--user", "--folder", str(units), "--name", "n", "--", "demo", "--all"
    )
    assert ended.code == 0, ended.err
    assert '"demo" "--all"' in (units / "n.service").read_text(encoding="utf-8")


def test_a_dry_run_writes_nothing(scheduled, units):
    ended = install(scheduled, "--systemd", "--user", "--folder", str(units), "--dry-run")
    assert ended.code == 0
    assert "[Service]" in ended.out
    assert list(units.iterdir()) == []
    assert not (scheduled.root / "ledger").exists()


def test_a_unit_of_somebody_else_is_left_alone(scheduled, units):
    (units / "n.service").write_text("[Service]\n", encoding="utf-8")
    ended = install(scheduled, "--systemd", "--user", "--folder", str(units), "--name", "n")
    assert (ended.code, "was not written by" in ended.err) == (2, True)
    assert [path.name for path in units.iterdir()] == ["n.service"]
    assert not (scheduled.root / "ledger/schedule.json").exists()


def test_what_somebody_changed_is_told(scheduled, units):
    install(scheduled, "--systemd", "--user", "--folder", str(units), "--name", "n")
    with (units / "n.timer").open("a", encoding="utf-8") as file:
        file.write("OnCalendar=hourly\n")
    shown = scheduled.run_words("schedule", "show")
    assert (shown.code, "is not what was written" in shown.out) == (1, True)


def test_lines_of_a_crontab_come_and_go_and_nothing_else(scheduled, tmp_path):
    crontab = tmp_path / "crontab"
    crontab.write_text(MINE, encoding="utf-8")
    ended = install(scheduled, "--cron", "--file", str(crontab), "--at", "06:30,18:30", "--days", "mon-fri")
    assert ended.code == 0, ended.err
    text = crontab.read_text(encoding="utf-8")
    assert text.startswith(MINE + "# >>> report-")
    assert "30 6,18 * * 1,2,3,4,5 " in text
    assert install(scheduled, "--cron", "--file", str(crontab), "--at", "05:00").code == 0
    assert crontab.read_text(encoding="utf-8").count("# >>> ") == 1
    assert scheduled.run_words("schedule", "remove").code == 0
    assert crontab.read_text(encoding="utf-8") == MINE


def test_the_users_own_crontab_goes_through_its_program(scheduled, tmp_path, monkeypatch):
    kept = tmp_path / "spool"
    kept.write_text(MINE, encoding="utf-8")
    program = tmp_path / "bin" / "crontab"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = -l ]; then cat "{kept}"; else cat > "{kept}.new" && mv "{kept}.new" "{kept}"; fi\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    assert install(scheduled, "--cron").code == 0
    assert kept.read_text(encoding="utf-8").startswith(MINE + "# >>> ")
    assert scheduled.run_words("schedule", "show").code == 0
    assert scheduled.run_words("schedule", "remove").code == 0
    assert kept.read_text(encoding="utf-8") == MINE


def test_a_crontab_that_refuses_is_as_it_was(scheduled, tmp_path, monkeypatch):
    program = tmp_path / "bin" / "crontab"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\n[ "$1" = -l ] && { echo "no crontab for me" >&2; exit 1; }\necho "bad minute" >&2\nexit 1\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    ended = install(scheduled, "--cron")
    assert (ended.code, "bad minute; the crontab is as it was" in ended.err) == (4, True)


def test_another_kind_takes_the_place_of_the_first(scheduled, units, tmp_path):
    crontab = tmp_path / "crontab"
    crontab.write_text(MINE, encoding="utf-8")
    install(scheduled, "--cron", "--file", str(crontab))
    assert install(scheduled, "--systemd", "--user", "--folder", str(units), "--name", "n").code == 0
    assert crontab.read_text(encoding="utf-8") == MINE


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say what starts the run"),
        (("--systemd", "--cron"), "say what starts the run"),
        (("--systemd", "--at", "25:00"), "is no time of day"),
        (("--cron", "--user"), "--user is not of --cron"),
        (("--systemd", "--file", "x"), "--file is not of --systemd"),
        (("--systemd", "--user", "--run-as", "a"), "--run-as names another"),
        (("--systemd", "--name", "../../x"), "is no name of a schedule"),
    ],
)
def test_what_cannot_be_scheduled_is_a_usage_error(scheduled, arguments, said):
    ended = install(scheduled, *arguments)
    assert (ended.code, said in ended.err) == (2, True), ended.err
