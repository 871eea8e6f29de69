"""Makes the pictures of what can be done on the web page: a value opened, the timeline filtered, a sheet of paper."""

import io
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from playwright.sync_api import sync_playwright

from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "output" / "msc-policy" / "msc-policy.html"
PICTURES = ROOT / "docs" / "pictures"
SCALE = 0.6
# The bundled fonts have the space between Han and Latin of their own.
FONTS = (
    "* { text-autospace: no-autospace !important } "
    ":root { --song: 'Jianbao Song'; --hei: 'Jianbao Hei'; --kai: 'Jianbao Kai' }"
)


def opened(browser: Any, width: int, scheme: str) -> Any:
    """Return the page in a window of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        offline=True,
        bypass_csp=True,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(PAGE.as_uri())
    page.add_style_tag(content=FONTS)
    return page


def write(data: bytes, name: str) -> None:
    """Write a screenshot, smaller and in few colours."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    image = image.resize((round(image.width * SCALE), round(image.height * SCALE)), Image.Resampling.LANCZOS)
    image.quantize(64, dither=Image.Dither.NONE).save(PICTURES / f"web-{name}.png", optimize=True)


def main() -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        faces = load_registry(bundled_fonts_dir(), Path(folder) / "none")
        fonts = write_fontconfig(Path(folder) / "fonts.conf", faces, Path(folder) / "cache")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--font-render-hinting=none"],
            env={"FONTCONFIG_FILE": str(fonts)},
        )
        for name, width, scheme in (("value", 1280, "light"), ("value-320", 320, "dark")):
            page = opened(browser, width, scheme)
            page.evaluate("document.getElementById('progress').scrollIntoView()")
            page.locator("#progress .prose p a.fact").first.click()
            write(page.screenshot(), name)
        page = opened(browser, 1280, "light")
        page.locator("#filter_jurisdiction").select_option("美国")
        page.locator("tr.row:visible summary").last.click()
        page.evaluate("document.querySelector('.filters').scrollIntoView()")
        write(page.screenshot(), "filtered")
        page = opened(browser, 1280, "light")
        document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
        out = io.BytesIO()
        document[0].render(scale=1.2).to_pil().save(out, "PNG")
        write(out.getvalue(), "paper")
        browser.close()


if __name__ == "__main__":
    main()
