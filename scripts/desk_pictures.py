"""Makes the pictures of the editor's desk: an edit as it shows, a fact before it is saved, a phone in the dark."""

import contextlib
import datetime
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from report.proposals import Evidence, Proposal, Seen, write_proposal
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig
from scripts.web_pictures import PICTURES

ROOT = Path(__file__).parent.parent
BRIEFING = "msc-policy"
SECTION = "sections/05-progress.md"
WAIT_MS = 90_000
SCALE = 0.7
# The bundled fonts have the space between Han and Latin of their own.
FONTS = "* { text-autospace: no-autospace !important }"
PROPOSAL = Proposal(
    id="2026-11-26-nmpa-20250102-3f1c9a0d2b",
    kind="source-changed",
    source="nmpa-20250102",
    facts=("cn-amimestrocel",),
    opened_at=datetime.datetime(2026, 11, 26, 6, 0, tzinfo=datetime.UTC),
    evidence=Evidence(
        old=Seen(on=datetime.date(2026, 11, 20), text="0" * 64),
        new=Seen(on=datetime.date(2026, 11, 26), text="1" * 64),
    ),
    diff="\n".join(
        (
            "@@ -3,3 +3,3 @@",
            " 近日，国家药品监督管理局附条件批准艾米迈托赛注射液上市。",
            "-用于治疗14岁以上消化道受累为主的激素治疗失败的急性移植物抗宿主病。",
            "+用于治疗12岁以上消化道受累为主的激素治疗失败的急性移植物抗宿主病。",
        )
    ),
)


@contextlib.contextmanager
def desk(project: Path) -> Iterator[str]:
    """Yield the address of a desk that runs for a project."""
    command = [sys.executable, "-m", "report", "preview", "--no-open", "--project", str(project)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(project / "cache")}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


def prepared(folder: Path) -> Path:
    """Return a project of the sample briefing: one edition sent, one proposal open."""
    shutil.copytree(ROOT / "content", folder / "content")
    (folder / "outbox").mkdir()
    for arguments in (("release", BRIEFING), ("copies", BRIEFING), ("send", BRIEFING, "--yes")):
        command = [sys.executable, "-m", "report", *arguments, "--project", str(folder)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    write_proposal(folder, BRIEFING, PROPOSAL)
    return folder


def opened(browser: Any, address: str, width: int, scheme: str) -> Any:
    """Return the desk in a window of its own, once its pages are there."""
    context = browser.new_context(
        viewport={"width": width, "height": 860},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,
    )
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#state[data-exact=true]", state="attached")
    page.wait_for_selector("#sheets img[src]")
    page.add_style_tag(content=FONTS)
    return page


def show(page: Any, view: str, ready: str) -> None:
    """Go to a view."""
    page.evaluate("view => { location.hash = view; }", view)
    page.wait_for_selector(ready)
    page.wait_for_timeout(300)


def edited(page: Any, project: Path) -> None:
    """Save a section that says something else, and go to what changed."""
    path = project / "content" / BRIEFING / SECTION
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("时间相近", "时间接近"), encoding="utf-8")
    page.wait_for_selector("figure.changed", state="attached")
    page.wait_for_selector("#state[data-exact=true]")
    page.click("#to-change")
    page.wait_for_timeout(1500)


def tried(page: Any) -> None:
    """Change a date in the form, and look at what comes of it."""
    show(page, "#facts/cn-amimestrocel", "#edit-fact")
    page.click("#edit-fact")
    page.fill('[name="attrs.age_min"]', "12")
    page.click("[type=submit]")
    page.wait_for_selector(".effect")
    page.wait_for_selector(".thumbs img, .despite")
    page.wait_for_timeout(1500)
    page.evaluate("document.querySelector('.outcome').scrollIntoView()")


def write(data: bytes, name: str) -> None:
    """Write a screenshot, smaller and in few colours."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    image = image.resize((round(image.width * SCALE), round(image.height * SCALE)), Image.Resampling.LANCZOS)
    image.quantize(96, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)


def main() -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        project = prepared(Path(name))
        faces = load_registry(bundled_fonts_dir(), project / "none")
        fonts = write_fontconfig(project / "fonts.conf", faces, project / "font-cache")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--font-render-hinting=none"],
            env={"FONTCONFIG_FILE": str(fonts)},
        )
        with desk(project) as address:
            page = opened(browser, address, 1280, "light")
            edited(page, project)
            write(page.screenshot(), "desk")
            tried(page)
            write(page.screenshot(), "desk-fact")
            show(page, "#proposals", ".proposal")
            write(page.screenshot(), "desk-proposals")
            page = opened(browser, address, 390, "dark")
            show(page, "#facts", "tr[data-fact]")
            write(page.screenshot(), "desk-390")
        browser.close()


if __name__ == "__main__":
    main()
