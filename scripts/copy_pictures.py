"""Makes the README's picture of a clinic's copy: its cover, what changed since the edition it holds, a notice."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image

from scripts.pictures import PICTURES, ROOT, picture, write_sheet

BRIEFING = "msc-policy"
WRONG, RIGHT = 'ended: "2012-07-01"', 'ended: "2012-06-30"'
REASON = "停止受理新项目申报的止日写错"
CLINIC = "DEMO-01"


def two_editions(project: Path) -> None:
    """Send edition 1 into a folder, correct a fact, release edition 2 and withdraw the first."""
    subprocess.run(["cp", "-r", str(ROOT / "content"), str(project)], check=True)
    (project / "outbox").mkdir()
    distribution = project / "content/distribution.yaml"
    text = distribution.read_text(encoding="utf-8")
    distribution.write_text(text.replace("seal: false", "seal: true"), encoding="utf-8")
    facts = project / "content" / BRIEFING / "facts.yaml"
    report(project, "release", BRIEFING)
    report(project, "copies", BRIEFING)
    report(project, "send", BRIEFING, "--yes")
    facts.write_text(facts.read_text(encoding="utf-8").replace(WRONG, RIGHT), encoding="utf-8")
    report(project, "release", BRIEFING, "--erratum", "--reason", REASON)
    report(project, "recall", "1", "--briefing", BRIEFING, "--reason", REASON, "--yes")
    report(project, "copies", BRIEFING)


def report(project: Path, *arguments: str) -> None:
    """Run the product."""
    command = [sys.executable, "-m", "report", *arguments, "--project", str(project)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def pages(path: Path, *indexes: int) -> list[Image.Image]:
    """Return pages of a PDF as pictures."""
    document = pypdfium2.PdfDocument(path)
    return [picture(document, index if index >= 0 else len(document) + index) for index in indexes]


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        two_editions(project)
        made = project / "output" / BRIEFING
        copy = made / "copies" / CLINIC / f"{BRIEFING}.pdf"
        (notice,) = (made / "notices" / "001" / CLINIC).glob("*.pdf")
        write_sheet([[*pages(copy, 0, 1, -1), *pages(notice, 0)]], PICTURES / "copies.png")


if __name__ == "__main__":
    main()
