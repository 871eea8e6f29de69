"""Makes the pictures of the README from the briefing: pages, one page as of three days, EPUB and web page."""

import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "output" / "msc-policy"
PDF = OUTPUT / "msc-policy.pdf"
PICTURES = ROOT / "docs" / "pictures"
# Cover, key points with contents, and by their bookmarks: a section and the timeline.
BOOKMARKS = ("审批与命名", "监管时间线")
# Before Decree 818 was announced, before it was in force, and since.
DAYS = ("2025-06-01", "2025-10-15", "2026-11-22")
TIMELINE = ("监管时间线",)
SCALE = 0.62
GAP = 14
# Widths of the web page, and whether it is dark; then what is shown of the EPUB, at the width of a phone.
SCREENS = ((320, False), (768, False), (1280, False), (1280, True))
DOCUMENTS = (("safety.xhtml", False), ("part_timeline.xhtml", False), ("part_notes.xhtml", True))
PHONE = 360
SCREEN_HEIGHT = 800
SCREEN_SCALE = 0.5
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
    write(sheet, path)


def write(sheet: Image.Image, path: Path) -> None:
    """Write a picture small: a page is few colours."""
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
            report += ["--view", "full", "--locale", "zh-Hans", "--project", str(project)]
            subprocess.run(report, cwd=ROOT, check=True, capture_output=True)
            document = pypdfium2.PdfDocument(project / "output" / "msc-policy" / "msc-policy.pdf")
            last = pages_at(document, TIMELINE)[0] + 1
            for row, index in zip(rows, (1, last), strict=True):
                row.append(picture(document, index))
    return rows


def screen(browser: Any, url: str, width: int, *, is_dark: bool, target: str = "") -> Image.Image:
    """Return the first screen of a page, or that of an element, as a picture."""
    scheme = "dark" if is_dark else "light"
    context = browser.new_context(
        viewport={"width": width, "height": SCREEN_HEIGHT},
        color_scheme=scheme,
        reduced_motion="reduce",
        offline=True,
        bypass_csp=True,
    )
    try:
        page = context.new_page()
        page.goto(url)
        if is_dark:
            # As a reading system does that is dark; the web page asks for it by itself.
            page.add_style_tag(content="html { color-scheme: dark; }")
        if target:
            page.evaluate(f"document.querySelector('{target}').scrollIntoView()")
        page.evaluate("document.fonts.ready")
        image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    finally:
        context.close()
    size = (round(image.width * SCREEN_SCALE), round(image.height * SCREEN_SCALE))
    return image.resize(size, Image.Resampling.LANCZOS)


def web_screens(browser: Any) -> list[list[Image.Image]]:
    """Return the web page at three widths and in the dark: how it begins, and its timeline."""
    url = (OUTPUT / "msc-policy.html").as_uri()
    return [
        [screen(browser, url, width, is_dark=is_dark, target=target) for width, is_dark in SCREENS]
        for target in ("", ".timeline-table")
    ]


def epub_screens(browser: Any) -> list[list[Image.Image]]:
    """Return documents of the EPUB as a phone shows them."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(OUTPUT / "msc-policy.epub") as archive:
            archive.extractall(folder)
        shown = []
        for name, is_dark in DOCUMENTS:
            path = next(Path(folder).rglob(name))
            shown.append(screen(browser, path.as_uri(), PHONE, is_dark=is_dark))
    return [shown]


def write_screens() -> None:
    """Write the pictures of what is read on screens, with the bundled fonts so that they are the same everywhere."""
    from playwright.sync_api import sync_playwright

    from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        faces = load_registry(bundled_fonts_dir(), Path(folder) / "none")
        fonts = write_fontconfig(Path(folder) / "fonts.conf", faces, Path(folder) / "cache")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
            env={"FONTCONFIG_FILE": str(fonts)},
        )
        try:
            write_sheet(web_screens(browser), PICTURES / "web.png")
            write_sheet(epub_screens(browser), PICTURES / "epub.png")
        finally:
            browser.close()


def main() -> None:
    """Write the pictures."""
    document = pypdfium2.PdfDocument(PDF)
    shown = [0, 1, *pages_at(document, BOOKMARKS)][:4]
    write_sheet([[picture(document, index) for index in shown]], PICTURES / "pages.png")
    write_sheet(pages_of_days(), PICTURES / "time-travel.png")
    traditional = pypdfium2.PdfDocument(OUTPUT / "msc-policy.zh-Hant-HK.pdf")
    handout = pypdfium2.PdfDocument(OUTPUT / "msc-policy-handout.pdf")
    first = [picture(traditional, index) for index in (0, pages_at(traditional, ("監管時間線",))[0])]
    write_sheet([[*first, picture(handout, 0)]], PICTURES / "traditional-and-handout.png")
    write_screens()


if __name__ == "__main__":
    main()
