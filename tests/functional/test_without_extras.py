"""What a publisher does who installed `requirements.txt` and no extra: no command needs more."""

import importlib.metadata
import os
import re
import subprocess
import sys
import textwrap

import pytest

from tests.dsl import ROOT, Project
from tests.recalls import CLINICS, write_clinics

# A finder that stands before all others knows no module that a package beyond the requirements brought.
_BLOCKED = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
"""


def beyond_requirements() -> set[str]:
    """Return the modules that only packages beyond `requirements.txt` bring."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    named = {_normal(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}
    return {
        module
        for module, packages in importlib.metadata.packages_distributions().items()
        if not named & {_normal(package) for package in packages} and module not in ("report", "_virtualenv")
    }


def _normal(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    root = tmp_path_factory.mktemp("bare")
    modules = beyond_requirements()
    assert {"cryptography", "pyhanko", "asyncssh", "keyring", "distributed", "pytest"} <= modules
    (root / "sitecustomize.py").write_text(f"MODULES = {modules!r}\n{textwrap.dedent(_BLOCKED)}")
    project = Project(root / "project")
    write_clinics(project, {"GZ-0001": CLINICS["GZ-0001"]})
    (project.root / "outbox").mkdir()

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        paths = os.pathsep.join([str(root), str(ROOT)])
        return subprocess.run(
            [sys.executable, "-m", "report", *arguments, "--project", str(project.root)],
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_an_edition_goes_out_and_is_withdrawn(run):
    commands = (
        ("release", "-f", "pdf"),
        ("copies",),
        ("send", "--yes"),
        ("status", "--site"),
        ("verify",),
        ("recall", "1", "--reason", "日期写错一日", "--yes"),
        ("send", "--yes"),
        ("status",),
    )
    for command in commands:
        ended = run(*command)
        assert (command, ended.returncode, ended.stdout[-600:] if ended.returncode else "") == (
            command,
            0,
            "",
        )
    assert "no edition is current" in ended.stdout
