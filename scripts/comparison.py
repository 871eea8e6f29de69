"""Makes the pictures and the table of docs/typography.md from what `make bench` left in output/bench/typesetting/."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from benchmarks.typesetting.documents import LEADING, MARGIN_PT, SIZE_PT
from benchmarks.typesetting.rows import ROWS
from report.typography.printed import read_lines

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "output" / "bench" / "typesetting"
PAGE = ROOT / "docs" / "typography.md"
PICTURES = ROOT / "docs" / "pictures"
# Folder and label, from left to right.
SHOWN = (("ours", "Jianbao"), ("typst", "Typst"), ("chromium", "Chromium"))
# What the first paragraph shown begins with.
OPENING = "美国的Ryoncil"
# The measures in em, with how many lines are shown and how many pixels a point is.
MEASURES = ((18, 20, 2.0), (30, 14, 1.6))
TABLE_BEGINS, TABLE_ENDS = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"
_LABEL_FONT = ROOT / "fonts" / "JianbaoHei-Regular.ttf"
_LABEL_PT, _GAP_PT = 9.0, 18.0
_RULE, _GREY = 190, 90
# From a line's baseline up to the top of its share of the leading, in ems.
_RISE = 1.25
_SHADES = 16


def write_picture(width: int, lines: int, scale: float) -> None:
    """Write the first lines of the same text at a measure, set by everyone, side by side."""
    columns = [
        column(RESULTS / folder / f"running-{width:02}.pdf", width, lines, scale) for folder, _ in SHOWN
    ]
    gap, head = round(_GAP_PT * scale), round(2 * _LABEL_PT * scale)
    sheet = Image.new(
        "L", (sum(each.width + gap for each in columns) + gap, columns[0].height + head + gap), 255
    )
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(_LABEL_FONT, round(_LABEL_PT * scale))
    left = gap
    for image, (_, label) in zip(columns, SHOWN, strict=True):
        draw.text((left, round(_LABEL_PT * scale / 2)), f"{label}, {width} em", fill=_GREY, font=font)
        sheet.paste(image, (left, head))
        left += image.width + gap
    step = 255 // (_SHADES - 1)
    PICTURES.mkdir(parents=True, exist_ok=True)
    shaded = sheet.point([(value + step // 2) // step * step for value in range(256)])
    shaded.save(PICTURES / f"typography-{width}.png", optimize=True)


def column(path: Path, width: int, lines: int, scale: float) -> Image.Image:
    """Return lines of a file from the paragraph on that is shown, a rule at each edge of their measure.

    Raises:
        ValueError: The paragraph is not there.
    """
    left, right = MARGIN_PT * scale, (MARGIN_PT + width * SIZE_PT) * scale
    leading = round(SIZE_PT * LEADING * scale)
    picture = Image.new("L", (round(right - left) + 6, leading * lines), 255)
    data = path.read_bytes()
    document = pypdfium2.PdfDocument(data)
    try:
        for number, (page, baseline) in enumerate(baselines(data)[:lines]):
            whole: Image.Image = document[page - 1].render(scale=scale, grayscale=True).to_pil()
            top = round(whole.height - (baseline + _RISE * SIZE_PT) * scale)
            line = whole.crop((round(left) - 3, top, round(right) + 3, top + leading))
            picture.paste(line, (0, number * leading))
    finally:
        document.close()
    draw = ImageDraw.Draw(picture)
    for x in (0, picture.width - 1):
        draw.line([(x, 0), (x, picture.height)], fill=_RULE)
    return picture


def baselines(data: bytes) -> list[tuple[int, float]]:
    """Return page and height of the lines of a file from the paragraph on that is shown."""
    texts: dict[tuple[int, int], str] = {}
    places: dict[tuple[int, int], tuple[int, float]] = {}
    for line in read_lines(data):
        # What stands far apart on one line was read as two.
        key = line.page, round(line.baseline)
        texts[key] = texts.get(key, "") + line.text.replace(" ", "")
        places.setdefault(key, (line.page, line.baseline))
    for number, text in enumerate(texts.values()):
        if text.startswith(OPENING):
            return list(places.values())[number:]
    raise ValueError(f"no paragraph begins with {OPENING!r}")


def table(record: Mapping[str, Any]) -> str:
    """Return the rows of a benchmark's record as Markdown."""
    names = [name for name, item in record["measured"].items() if not item["failure"]]
    lines = [f"| | {' | '.join(names)} | |", f"|---|{'---:|' * len(names)}---|"]
    forms = {row.name: row.form for row in ROWS}
    for row in record["rows"]:
        cells = [_cell(forms[row["name"]], row["values"].get(name)) for name in names]
        lines.append(f"| {row['name']} | {' | '.join(cells)} | {row['verdict']} |")
    machine = f"Measured: {record['machine']}."
    widths = ", ".join(map(str, record["widths"]))
    text = f"{record['paragraphs']} paragraphs at {widths} em."
    return f"{machine} {text}\n\n" + "\n".join(lines) + "\n"


def _cell(form: str, value: float | None) -> str:
    return "–" if value is None else form.format(value)


def with_table(page: str, made: str) -> str:
    """Return the page with the table put between its marks.

    Raises:
        ValueError: A mark is missing.
    """
    before, begins, rest = page.partition(TABLE_BEGINS)
    _, ends, after = rest.partition(TABLE_ENDS)
    if not begins or not ends:
        raise ValueError(f"there is no place for the table between {TABLE_BEGINS!r} and {TABLE_ENDS!r}")
    return f"{before}{begins}\n{made}\n{ends}{after}"


def main() -> None:
    """Write the pictures, and the table into the page."""
    if not (RESULTS / "results.json").is_file():
        raise SystemExit(f"{RESULTS.relative_to(ROOT)} is empty: run `make bench` first")
    for measure in MEASURES:
        write_picture(*measure)
    record = json.loads((RESULTS / "results.json").read_text(encoding="utf-8"))
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), table(record)), encoding="utf-8")


if __name__ == "__main__":
    main()
