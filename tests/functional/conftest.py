"""What functional tests share: a briefing with all that a page may show, and what remote channels need."""

import datetime
import shutil
from pathlib import Path

import pytest
from PIL import Image

from report import pipeline
from report.pipeline import building
from report.pipeline.outputs import Request
from tests.file_servers import PASSWORD, s3_server

ROOT = Path(__file__).parents[2]
ROWS = "\n".join(f"| 第{number}批 | {number}支 | 合格 |" for number in range(1, 61))
SHOWN = f"""

## 一张长表

- 先看表头
    1. 再看批号
    2. 然后看支数
- 最后看结论

| 批号 | 支数 | 结论 |
|---|---|---|
{ROWS}

![由黑到白的渐变](figures/gradient.png)

### 读音与外文

[重庆]{{ruby="chóng qìng"}}的报告写作[“stem cells”]{{lang=en}}，见[公告](https://a.example/notice)，以当地的为准[^local]。

[^local]: 各区的公告时间不同。
"""


@pytest.fixture(scope="session")
def rich_pdf(tmp_path_factory):
    """The PDF of the starter, with a table of several pages, a picture, nested lists, glosses and notes."""
    project = tmp_path_factory.mktemp("rich") / "project"
    shutil.copytree(ROOT / "templates" / "starter", project)
    briefing = project / "content" / "my-briefing"
    (briefing / "figures").mkdir()
    # Larger than it is shown, so that the renderer would ask for interpolation.
    Image.linear_gradient("L").save(briefing / "figures" / "gradient.png")
    section = briefing / "sections" / "01-introduction.md"
    section.write_text(section.read_text(encoding="utf-8") + SHOWN, encoding="utf-8")
    run = pipeline.start(project, datetime.date(2026, 11, 22), None)
    outcome = building.build(run, "my-briefing", Request(("pdf",), views=("full",)))
    assert not [str(finding) for finding in outcome.findings if finding.is_error]
    return project / "output" / "my-briefing" / "my-briefing.pdf"


@pytest.fixture
def file_secrets(monkeypatch):
    """The secrets that the settings of `tests.remote_channels` name."""
    for name, value in {
        "PASSWORD": PASSWORD,
        "ACCESS": "access-key-id",
        "SECRET": "canary-secret-key",
    }.items():
        monkeypatch.setenv(f"FILES_{name}", value)


@pytest.fixture(scope="module")
def moto():
    """The address of a server that speaks S3."""
    with s3_server() as address:
        yield address
