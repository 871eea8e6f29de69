"""The words that tests of clinics' copies are written in: three editions in three languages, clinics, their copies."""

import io
import shutil
from pathlib import Path

from PIL import Image

from report.copies.record import FILE_NAME, CopyRecord, from_json
from tests.dsl import CASES, Project
from tests.recalls import entry, give

ENGLISH = CASES / "lint" / "S031-ok-marked" / "in"
HANDOUT = "---\nid: patients\ntitle: {title}\nview: handout\n---\n\n{text}\n"
CLINICS = {
    "GZ-0001": {"name": "青柏社区诊所（示例）", "locale": "zh-Hans"},
    "HK-0002": {"name": "南嶼血液病診所（示例）", "locale": "zh-Hant-HK"},
    "UK-0003": {"name": "Harbour Street Practice (sample)", "locale": "en"},
}
ALL = {"views": "[full, handout]", "formats": "[pdf, epub, html]"}
STATUS = "https://status.example.org"


def editions(root: Path, count: int = 3) -> Project:
    """Return a project in three languages with handouts, and so many editions: the last of all formats."""
    project = Project(root)
    shutil.copytree(ENGLISH, root, dirs_exist_ok=True)
    project.change("briefing.yaml", "locales: [zh-Hans, en]", "locales: [zh-Hans, zh-Hant-HK, en]")
    project.change("briefing.yaml", "spine: [opening, closing]", "spine: [opening, closing, patients]")
    project.write(
        "sections/90-patients.md", HANDOUT.format(title="给患者的一页", text="这是一种还在研究的治疗。")
    )
    text = HANDOUT.format(title="One page for patients", text="This treatment is still under study.")
    project.write("sections/90-patients.en.md", text)
    list_clinics(project, CLINICS)
    for number in range(1, count + 1):
        if number > 1:
            project.change("facts.yaml", f'approved: "2025-0{number + 3}"', f'approved: "2025-0{number + 4}"')
        released = project.run("release", *([] if number == count else ["-f", "html"]))
        assert released.code == 0, released.out + released.err
    return project


def list_clinics(project: Project, clinics: dict, distribution: str = "", **others: object) -> None:
    """Write the list of clinics: by id, what each has besides what all have; and the distribution."""
    lines = []
    for name, given in clinics.items():
        keys = {"locale": "zh-Hans", **ALL, "channels": "[post]", **others, **given}
        lines += [f"- id: {name}", *(f"  {key}: {value}" for key, value in keys.items())]
    content = project.root / "content"
    (content / "clinics.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    copies = distribution or f"copies: {{seal: true, status_url: {STATUS}}}\n"
    (content / "distribution.yaml").write_text(
        f"channels: {{post: {{kind: folder, path: outbox}}}}\n{copies}", encoding="utf-8"
    )


def logo(project: Project, name: str, colour: tuple[int, int, int], size: tuple[int, int] = (60, 40)) -> str:
    """Put a picture of one colour beside the list of clinics, and return its name."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    (project.root / "content" / name).write_bytes(out.getvalue())
    return name


def holds(project: Project, clinic: str, edition: int) -> None:
    """Let the ledger say that a clinic received an edition."""
    give(project, entry(clinic, edition))


def folder(project: Project, clinic: str) -> Path:
    return project.root / "output" / "demo" / "copies" / clinic


def record_of(project: Project, clinic: str) -> CopyRecord:
    """Return the record of a clinic's copies, which has to be there."""
    found = from_json((folder(project, clinic) / FILE_NAME).read_bytes())
    assert found is not None
    return found


def copies_of(project: Project, clinic: str) -> dict[str, bytes]:
    """Return a clinic's copies by name, as its record names them."""
    return {name: (folder(project, clinic) / name).read_bytes() for name in record_of(project, clinic).files}
