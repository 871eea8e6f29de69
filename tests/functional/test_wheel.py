"""The wheel carries all it needs: installed in an empty environment, it makes and builds a project."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_wheel_works_outside_the_checkout(tmp_path):
    run(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(tmp_path / "dist"),
        str(ROOT),
    )
    (wheel,) = (tmp_path / "dist").glob("jianbao-*.whl")
    environment = tmp_path / "empty"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--no-deps",
        "--no-index",
        "--quiet",
        str(wheel),
    )
    # The dependencies are those of this environment; a .pth file puts them after the wheel itself, and the
    # checkout, which another .pth file here names, is not followed from there.
    site = next(environment.glob("lib/python3*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    project = tmp_path / "somewhere" / "project"
    project.parent.mkdir()
    report = environment / "bin" / "report"
    run(str(report), "new", str(project), cwd=project.parent)
    where = run(str(python), "-c", "import report; print(report.__file__)", cwd=project).stdout
    assert str(environment) in where
    built = run(str(report), "build", "-f", "pdf,epub,html", cwd=project)
    assert "my-briefing.pdf" in built.stdout
    for suffix in ("pdf", "epub", "html"):
        assert (project / f"output/my-briefing/my-briefing.{suffix}").stat().st_size > 10_000
    assert "VERIFIED" in run(str(report), "verify", "--no-validators", cwd=project).stdout
    # The desk has its page, its words, and what the codes mean.
    told = "from report.desk import explaining as e, wording as w; print(len(e.read_explanations()), w.desk_folder())"
    count, folder = run(str(python), "-c", told, cwd=project).stdout.split()
    assert int(count) > 200
    assert (Path(folder) / "desk.html").is_file()
    assert str(environment) in folder


def run(*command, cwd=None):
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")
    }
    ended = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended
