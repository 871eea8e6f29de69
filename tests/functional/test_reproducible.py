"""The same content gives the same bytes: in another folder, process, time zone and hash seed."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]

CIRCUMSTANCES = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "4242", "TZ": "Asia/Shanghai", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "random", "TZ": "America/Los_Angeles", "LC_ALL": "POSIX", "SOURCE_DATE_EPOCH": "1"},
]


@pytest.mark.slow
def test_the_briefing_has_the_same_bytes_everywhere(tmp_path):
    digests = {}
    for number, circumstances in enumerate(CIRCUMSTANCES):
        home = tmp_path / f"home-{'x' * number}{number}"
        project = home / "some" / "project"
        shutil.copytree(ROOT / "templates" / "starter", project)
        figures = project / "content/my-briefing/figures"
        figures.mkdir()
        Image.linear_gradient("L").save(figures / "gradient.png")
        section = project / "content/my-briefing/sections/01-introduction.md"
        section.write_text(
            section.read_text(encoding="utf-8") + "\n\n![由黑到白的渐变](figures/gradient.png)\n",
            encoding="utf-8",
        )
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home), **circumstances}
        environment.pop("XDG_CACHE_HOME", None)
        subprocess.run(
            [sys.executable, "-m", "report", "build"],
            cwd=project,
            env=environment,
            check=True,
            capture_output=True,
        )
        for path in sorted((project / "output/my-briefing").iterdir()):
            digests.setdefault(path.name, set()).add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert sorted(digests) == ["facts.json", "manifest.json", "my-briefing.pdf"]
    assert all(len(found) == 1 for found in digests.values()), digests
