"""The Containerfile, without an engine: what it says, and its steps run in a clean directory."""

import dataclasses
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from report.tools.libraries import LIBRARIES

ROOT = Path(__file__).parents[2]
IS_LONG = bool(os.environ.get("JIANBAO_SOAK"))


@dataclasses.dataclass(frozen=True)
class Step:
    """An instruction: its word, its stage, and the rest."""

    word: str
    stage: int
    rest: str


def steps():
    found, stage = [], -1
    for line in (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        stage += word == "FROM"
        found.append(Step(word, stage, rest))
    return found


def rests(word):
    return [step.rest for step in steps() if step.word == word]


def copies():
    """Return what is copied from the checkout, and where to."""
    return [rest.split() for rest in rests("COPY") if not rest.startswith("--from=")]


def test_the_libraries_are_those_that_the_doctor_asks_for():
    (install,) = [rest for rest in rests("RUN") if rest.startswith("apt-get")]
    packages = set(re.findall(r"\blib[a-z0-9.+-]+", install)) - {"lists"}
    assert {library.package for library in LIBRARIES} == {name for name in packages if "/" not in name}


def test_packages_come_from_the_lock_alone():
    pips = [rest for rest in rests("RUN") if "pip install" in rest]
    assert len(pips) == 1
    assert "--require-hashes" in pips[0]
    assert "--only-binary :all:" in pips[0]
    assert not rests("ADD")
    assert not [rest for rest in rests("RUN") if re.search(r"\b(curl|wget|git)\b|https?:", rest)]


def test_what_is_copied_is_there_and_nothing_else_is_sent():
    sources = [source for source, _ in copies()]
    assert sources == ["requirements.txt", "report", "templates", "fonts", "docs/errors.md"]
    for source in sources:
        assert (ROOT / source).exists()
    for name in (".containerignore", ".dockerignore"):
        lines = [
            line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line[:1] not in "#"
        ]
        assert lines[0] == "*"
        assert [line[1:] for line in lines if line.startswith("!")] == sources


def test_it_runs_the_unattended_run_as_nobody_in_particular():
    assert rests("USER") == ["briefings"]
    assert rests("ENTRYPOINT") == ['["/opt/briefings/venv/bin/report"]']
    assert rests("CMD") == ['["refresh", "--release", "--send"]']
    last = max(step.stage for step in steps())
    words = [step.word for step in steps() if step.stage == last]
    assert "RUN" not in words[words.index("USER") :]


@pytest.mark.slow
@pytest.mark.parametrize(
    "is_whole", [False, pytest.param(True, marks=pytest.mark.skipif(not IS_LONG, reason="soak"))]
)
def test_its_steps_make_an_installation_that_builds(tmp_path, is_whole):
    """Packages are this environment's own, and in a soak those of the lock, from the registry."""
    root = tmp_path / "root"
    moved = {"/opt/briefings": root / "opt/briefings", "/var/cache": root / "var/cache", "/srv": root / "srv"}

    def inside(text):
        for path, place in moved.items():
            text = text.replace(path, str(place))
        return text

    for place in moved.values():
        place.mkdir(parents=True)
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    for step in steps():
        if step.word == "COPY" and not step.rest.startswith("--from="):
            source, target = step.rest.split()
            place = Path(inside(target))
            place.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(ROOT / source, place)
        elif step.word == "ENV":
            environment |= dict(word.split("=", 1) for word in shlex.split(inside(step.rest)))
        elif step.word == "RUN" and not step.rest.startswith(("apt-get", "useradd")):
            command = inside(step.rest)
            if "pip install" in command and not is_whole:
                site = next((root / "opt/briefings/venv").glob("lib/python3*/site-packages"))
                text = sysconfig.get_path("purelib") + "\n"
                (site / "dependencies.pth").write_text(text, encoding="utf-8")
                continue
            if command.startswith("python "):
                command = f"{shlex.quote(sys.executable)} {command.removeprefix('python ')}"
            run(["/bin/sh", "-c", command], environment, root)
    report = root / "opt/briefings/venv/bin/report"
    where = run(
        [report.with_name("python"), "-c", "import report; print(report.__file__)"], environment, root
    )
    assert where.startswith(str(root / "opt/briefings/report"))
    run([report, "doctor"], environment, root)
    project = root / "srv/briefings"
    run([report, "new", project], environment, root)
    built = run([report, "build"], environment, project)
    assert "my-briefing.pdf" in built
    attended = run([report, "refresh", "--release", "--send"], environment, project)
    assert "my-briefing: no edition yet" in attended
    assert (root / "var/cache/briefings").exists()


def run(command, environment, folder):
    ended = subprocess.run(
        [str(word) for word in command],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout
