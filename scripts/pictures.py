"""Makes the picture of four pages that the README shows, from the built briefing."""

from pathlib import Path

import pypdfium2
from PIL import Image

ROOT = Path(__file__).parent.parent
PDF = ROOT / "output" / "msc-policy" / "msc-policy.pdf"
PICTURE = ROOT / "docs" / "pictures" / "pages.png"
# Cover, key points with contents, and by their bookmarks: a section and the timeline.
BOOKMARKS = ("审批与命名", "监管时间线")
SCALE = 0.62
GAP = 14


def chosen_pages(document: pypdfium2.PdfDocument) -> list[int]:
    """Return the indexes of the pages that are shown."""
    pages = [0, 1]
    for item in document.get_toc():
        if any(name in item.get_title() for name in BOOKMARKS):
            pages.append(item.get_dest().get_index())
    return pages[:4]


def main() -> None:
    """Write the picture."""
    document = pypdfium2.PdfDocument(PDF)
    shown = [document[index].render(scale=SCALE).to_pil().convert("RGB") for index in chosen_pages(document)]
    width = sum(page.width for page in shown) + GAP * (len(shown) + 1)
    sheet = Image.new("RGB", (width, shown[0].height + 2 * GAP), (214, 217, 220))
    left = GAP
    for page in shown:
        sheet.paste(page, (left, GAP))
        left += page.width + GAP
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(64, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
