"""Schedules as units and as lines of a crontab: read back, they are the command that was meant."""

import dataclasses
import re
import subprocess
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import pytest

from report.errors import UsageError
from report.schedule.cron import block_of, cron_block, with_block
from report.schedule.plan import (
    Schedule,
    check_schedule,
    default_name,
    schedule_from_json,
    schedule_to_json,
)
from report.schedule.systemd import quote_word, units
from report.schedule.times import read_times
from tests.programs import require

ODD = '/srv/our "briefings" 100% $HOME\'s 简报'
OTHERS = "MAILTO=me@a.example\r\n# mine\n0 4 * * * /usr/bin/backup 100\\%\n*/5 * * * * a"


def schedule_base():
    return Schedule(
        "systemd",
        "report-demo-1",
        "/srv/b",
        ("/opt/venv/bin/report",),
        ("--release", "--send"),
        read_times("06:30,18:30,07:00", "mon-fri"),
        run_as="briefings",
        environment_file="/etc/briefings env",
        place="/etc/systemd/system",
    )


def replaced(**others):
    return dataclasses.replace(schedule_base(), **others)


def unquoted(line):
    """Return the words of a command line as systemd.service(5) and systemd.unit(5) say they are read."""
    words = [re.sub(r"\\(.)", r"\1", word) for word in re.findall(r'"((?:[^"\\]|\\.)*)"', line)]
    return [word.replace("%%", "%").replace("$$", "$") for word in words]


def cron_command(line):
    """Return what cron hands to the shell: five fields gone, and \\% as it was."""
    command = line.split(" ", 5)[5]
    assert not re.search(r"(?<!\\)%", command)
    return command.replace("\\%", "%")


@hypothesis.given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=30))
def test_any_word_is_read_back_by_systemd_as_it_was(word):
    assert unquoted(quote_word(word)) == [word]


def test_the_service_runs_the_command_in_its_folder_and_writes_nowhere_else():
    service = units(replaced(project=ODD))["report-demo-1.service"]
    lines = dict(line.split("=", 1) for line in service.splitlines() if "=" in line)
    assert unquoted(lines["ExecStart"]) == [
        "/opt/venv/bin/report",
        "refresh",
        "--project",
        ODD,
        "--release",
        "--send",
    ]
    assert lines["WorkingDirectory"] == ODD.replace("%", "%%")
    assert lines["User"] == "briefings"
    assert (lines["ProtectSystem"], lines["NoNewPrivileges"]) == ("strict", "true")
    assert lines["EnvironmentFile"] == "/etc/briefings env"


def test_the_timer_has_each_time_and_makes_up_for_what_was_missed():
    timer = units(schedule_base())["report-demo-1.timer"]
    assert re.findall("OnCalendar=(.*)", timer) == [
        "Mon,Tue,Wed,Thu,Fri *-*-* 06:30:00",
        "Mon,Tue,Wed,Thu,Fri *-*-* 07:00:00",
        "Mon,Tue,Wed,Thu,Fri *-*-* 18:30:00",
    ]
    assert "Persistent=true" in timer


def test_a_users_own_unit_names_no_user():
    service = units(replaced(is_user=True, run_as=""))["report-demo-1.service"]
    assert "User=" not in service
    assert "ProtectSystem" not in service


@pytest.mark.parametrize("is_user", [False, True])
def test_systemd_itself_finds_nothing_wrong(tmp_path, is_user):
    require("systemd-analyze")
    project = tmp_path / 'our "briefings" 100% of it'
    project.mkdir()
    program = project / "report"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    run_as = "" if is_user else "root"
    odd = replaced(
        project=str(project), program=(str(program),), is_user=is_user, run_as=run_as, environment_file=""
    )
    for name, text in units(odd).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "report-demo-1.timer")],
        capture_output=True,
        text=True,
        timeout=60,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin", "LC_ALL": "C"},
    )
    ours = [line for line in said.stderr.splitlines() if "report-demo-1" in line]
    assert ours == []


def test_a_crontab_has_a_line_for_each_minute_and_prints_only_what_failed(tmp_path):
    block = cron_block(replaced(kind="cron"))
    lines = block.splitlines()[1:-1]
    assert [line.split(" ", 5)[:5] for line in lines] == [
        ["30", "6,18", "*", "*", "1,2,3,4,5"],
        ["0", "7", "*", "*", "1,2,3,4,5"],
    ]
    assert (
        cron_block(replaced(kind="cron", times=read_times("06:30", "sun")))
        .splitlines()[1]
        .startswith("30 6 * * 0 ")
    )


@pytest.mark.parametrize(("code", "printed"), [(0, ""), (3, "refresh --project {} --release --send\n")])
def test_the_shell_runs_the_line_in_the_project(tmp_path, code, printed):
    project = tmp_path / 'our "briefings" 100% $HOME\'s \\n'
    project.mkdir()
    program = tmp_path / "the report"
    program.write_text(f'#!/bin/sh\npwd > where\necho "$@" >&2\nexit {code}\n', encoding="utf-8")
    program.chmod(0o755)
    planned = replaced(kind="cron", project=str(project), program=(str(program),))
    line = cron_block(planned).splitlines()[1]
    ended = subprocess.run(["/bin/sh", "-c", cron_command(line)], capture_output=True, text=True, timeout=60)
    assert ended.returncode == code
    assert (project / "where").read_text(encoding="utf-8").strip() == str(project)
    if printed:
        assert "refresh --project" in ended.stdout
    else:
        assert ended.stdout + ended.stderr == ""


def test_every_other_line_of_a_crontab_stays_as_it_is():
    planned = replaced(kind="cron")
    block = cron_block(planned)
    once = with_block(OTHERS, planned.name, block)
    assert once == OTHERS + "\n" + block
    assert with_block(once, planned.name, block) == once
    more = once + "@reboot b\n"
    later = cron_block(replaced(kind="cron", times=read_times("05:00")))
    changed = with_block(more, planned.name, later)
    assert changed == OTHERS + "\n" + later + "@reboot b\n"
    assert block_of(changed, planned.name) == later
    assert with_block(changed, planned.name, "") == OTHERS + "\n@reboot b\n"
    assert with_block(OTHERS, planned.name, "") == OTHERS


def test_two_projects_share_a_crontab():
    first, second = replaced(kind="cron"), replaced(kind="cron", name="report-demo-12")
    both = with_block(with_block("", first.name, cron_block(first)), second.name, cron_block(second))
    assert with_block(both, first.name, "") == cron_block(second)


def test_broken_marks_are_refused():
    planned = replaced(kind="cron")
    broken = cron_block(planned).rpartition("# <<<")[0] + "0 4 * * * mine\n"
    with pytest.raises(UsageError, match="marks"):
        with_block(broken, planned.name, cron_block(planned))


@pytest.mark.parametrize(
    "others",
    [
        {"name": "../evil"},
        {"name": "A b"},
        {"name": ""},
        {"project": "/srv/a\nExecStartPost=/bin/rm"},
        {"project": "/srv/a\\"},
        {"options": ("--release\n",)},
        {"run_as": "root\n[Install]"},
        {"environment_file": "/etc/x\x1b"},
    ],
)
def test_what_would_mean_something_else_is_refused(others):
    with pytest.raises(UsageError):
        check_schedule(replaced(**others))


def test_a_record_is_read_back_and_damage_is_none():
    planned = replaced(project=ODD)
    data = schedule_to_json(planned)
    assert schedule_from_json(data) == planned
    for spoilt in (
        b"",
        b"[]",
        b"{}",
        data[:-20],
        data.replace(b'"06:30"', b'"x"'),
        data.replace(b": 1,", b": 2,", 1),
    ):
        assert schedule_from_json(spoilt) is None


def test_two_projects_of_one_folders_name_have_two_names():
    names = {default_name(Path(path)) for path in ("/a/briefings", "/b/briefings", "/a/简报")}
    assert len(names) == 3
    for name in names:
        check_schedule(replaced(name=name))
