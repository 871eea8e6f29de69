"""Pages of the web as Chromium draws them, with the bundled fonts and no others, and without a network."""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig
from tests.browser import playwright

# What differs between machines with one version of Chromium: hinting, colours at the edges of letters, the GPU.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-lcd-text",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)


@contextlib.contextmanager
def chromium(executable: str, folder: Path) -> Iterator[Any]:
    """Yield a browser that knows the bundled fonts only; what it keeps goes into a folder."""
    faces = load_registry(bundled_fonts_dir(), folder / "none")
    fontconfig = write_fontconfig(folder / "fonts.conf", faces, folder / "fontconfig")
    browser = playwright().chromium.launch(
        executable_path=executable, args=list(_FLAGS), env={"FONTCONFIG_FILE": str(fontconfig)}
    )
    try:
        yield browser
    finally:
        browser.close()


def screen(browser: Any, path: Path, width: int, height: int) -> Image.Image:
    """Return the first screen of a page, in grey."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        offline=True,
        color_scheme="light",
        reduced_motion="reduce",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        page.evaluate("document.fonts.ready")
        return Image.open(io.BytesIO(page.screenshot())).convert("L")
    finally:
        context.close()
