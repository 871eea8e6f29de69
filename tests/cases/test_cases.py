"""Every folder of `lint/` is a case: files laid over the good project, and what `report check` says of it.

`<CODE>-<slug>/` must bring forth that code; `<CODE>-ok-<slug>/` is a near miss and must not. `args.txt` holds
more arguments for the command, where it needs some. `expected.txt` is what is printed, then the exit code.
"""

import os
import subprocess
import sys

import pytest

from tests.dsl import CASES, ROOT, Project

FOLDERS = sorted(path for path in (CASES / "lint").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_case_is_judged_as_expected(folder, project: Project, update_golden):
    project.lay(folder / "in")
    arguments = folder / "args.txt"
    ended = project.check(*(arguments.read_text(encoding="utf-8").split() if arguments.exists() else ()))
    told = f"{ended.out}exit {ended.code}\n"
    expected = folder / "expected.txt"
    if update_golden:
        expected.write_text(told, encoding="utf-8")
    code, _, slug = folder.name.partition("-")
    if slug.startswith("ok-"):
        assert code not in ended.codes
    else:
        assert code in ended.codes
    assert told == expected.read_text(encoding="utf-8")
    assert "Traceback" not in ended.err


def test_what_is_expected_is_not_rewritten_where_ci_is_set():
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--update-golden",
            "--collect-only",
            "-q",
            "-p",
            "no:cacheprovider",
            __file__,
        ],
        cwd=ROOT,
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 4
    assert "--update-golden is refused where CI is set" in ended.stderr
