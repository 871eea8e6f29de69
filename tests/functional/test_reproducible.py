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


HANDOUT = """---
id: patients
title: 给患者的一页
view: handout
---

## 这是什么

流感疫苗。
"""


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
        settings = project / "content/my-briefing/briefing.yaml"
        text = settings.read_text(encoding="utf-8")
        text = text.replace("[zh-Hans]", "[zh-Hans, zh-Hant-HK]").replace(
            "disclaimer]", "disclaimer, patients]"
        )
        settings.write_text(text, encoding="utf-8")
        (section.parent / "90-patients.md").write_text(HANDOUT, encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home), **circumstances}
        environment.pop("XDG_CACHE_HOME", None)
        subprocess.run(
            [sys.executable, "-m", "report", "build", "-f", "pdf,epub,html"],
            cwd=project,
            env=environment,
            check=True,
            capture_output=True,
        )
        for path in sorted((project / "output/my-briefing").iterdir()):
            digests.setdefault(path.name, set()).add(hashlib.sha256(path.read_bytes()).hexdigest())
    stems = ["my-briefing", "my-briefing.zh-Hant-HK"]
    files = {f"{stem}.{suffix}" for stem in stems for suffix in ("pdf", "epub", "html")}
    files |= {"my-briefing-handout.pdf", "my-briefing-handout.zh-Hant-HK.pdf", "facts.json", "manifest.json"}
    assert set(digests) == files
    assert all(len(found) == 1 for found in digests.values()), digests
