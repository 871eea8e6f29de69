"""The briefing of pictures, built once, and the comparison with what was kept."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dsl import ROOT
from tests.programs import require
from tests.visual.pictures import Tolerance, apart, distance, png
from tests.visual.screens import chromium

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The folder with every file of the briefing of pictures."""
    root = tmp_path_factory.mktemp("pictures") / "project"
    shutil.copytree(HERE / "project", root)
    # In a process of its own: children inherit the address space of this one, which other tests have filled.
    command = [sys.executable, "-m", "report", "build", "--project", str(root), "-f", "pdf,html"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return root / "output" / "pictures"


@pytest.fixture
def looks_as_kept(update_golden, tmp_path):
    """Return what tells how a picture differs from the one that was kept, or keeps it with `--update-golden`.

    It returns an empty text where they are alike.
    """
    from PIL import Image

    def compare(name: str, picture: Image.Image, tolerance: Tolerance) -> str:
        kept = GOLDEN / f"{name}.png"
        if update_golden:
            if not kept.is_file() or not tolerance.covers(distance(Image.open(kept), picture)):
                GOLDEN.mkdir(exist_ok=True)
                kept.write_bytes(png(picture))
            return ""
        if not kept.is_file():
            return f"there is no {kept}; look at the picture, then keep it with --update-golden"
        golden = Image.open(kept)
        found = distance(golden, picture)
        if tolerance.covers(found):
            return ""
        (tmp_path / f"{name}.actual.png").write_bytes(png(picture))
        (tmp_path / f"{name}.difference.png").write_bytes(png(apart(golden, picture)))
        return (
            f"{name} looks otherwise: {found.anywhere:.0f} steps of grey at worst (at most "
            f"{tolerance.anywhere:g}), {found.mean:.2f} in the mean (at most {tolerance.mean:g}); "
            f"look at {tmp_path}/{name}.difference.png: kept, found, difference"
        )

    return compare


@pytest.fixture
def browser(tmp_path):
    """Chromium with the bundled fonts; without it, the test is skipped here and fails in CI.

    For one test: Playwright runs once in a process, and other tests have theirs.
    """
    executable = require("chromium", "run: sudo apt-get install -y chromium")
    with chromium(executable, tmp_path) as launched:
        yield launched
