"""Makes the pictures of the README from the briefing: four pages, and one page as of three days."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from PIL import Image

ROOT = Path(__file__).parent.parent
PDF = ROOT / "output" / "msc-policy" / "msc-policy.pdf"
PICTURES = ROOT / "docs" / "pictures"
# Cover, key points with contents, and by their bookmarks: a section and the timeline.
BOOKMARKS = ("审批与命名", "监管时间线")
# Before Decree 818 was announced, before it was in force, and since.
DAYS = ("2025-06-01", "2025-10-15", "2026-11-22")
TIMELINE = ("监管时间线",)
SCALE = 0.62
GAP = 14
GREY = (214, 217, 220)


def pages_at(document: pypdfium2.PdfDocument, bookmarks: Sequence[str]) -> list[int]:
    """Return the indexes of the pages that bookmarks lead to."""
    return [
        item.get_dest().get_index()
        for item in document.get_toc()
        if any(name in item.get_title() for name in bookmarks)
    ]


def picture(document: pypdfium2.PdfDocument, index: int) -> Image.Image:
    """Return a page as a picture."""
    image: Image.Image = document[index].render(scale=SCALE).to_pil()
    return image.convert("RGB")


def write_sheet(rows: Sequence[Sequence[Image.Image]], path: Path) -> None:
    """Write pages side by side, row below row."""
    widths = [sum(page.width for page in row) + GAP * (len(row) + 1) for row in rows]
    height = sum(row[0].height for row in rows) + GAP * (len(rows) + 1)
    sheet = Image.new("RGB", (max(widths), height), GREY)
    top = GAP
    for row in rows:
        left = GAP
        for page in row:
            sheet.paste(page, (left, top))
            left += page.width + GAP
        top += row[0].height + GAP
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)


def pages_of_days() -> list[list[Image.Image]]:
    """Return the key points and the end of the timeline as of each day, in two rows."""
    rows: list[list[Image.Image]] = [[], []]
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for name in ("content", "templates"):
            shutil.copytree(ROOT / name, project / name)
        for day in DAYS:
            report = [sys.executable, "-m", "report", "build", "msc-policy", "--as-of", day]
            subprocess.run([*report, "--project", str(project)], cwd=ROOT, check=True, capture_output=True)
            document = pypdfium2.PdfDocument(project / "output" / "msc-policy" / "msc-policy.pdf")
            last = pages_at(document, TIMELINE)[0] + 1
            for row, index in zip(rows, (1, last), strict=True):
                row.append(picture(document, index))
    return rows


def main() -> None:
    """Write the pictures."""
    document = pypdfium2.PdfDocument(PDF)
    shown = [0, 1, *pages_at(document, BOOKMARKS)][:4]
    write_sheet([[picture(document, index) for index in shown]], PICTURES / "pages.png")
    write_sheet(pages_of_days(), PICTURES / "time-travel.png")


if __name__ == "__main__":
    main()
