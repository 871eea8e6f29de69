"""Typst with one compiler for all edits, as `typst watch` keeps it: `typst_edits.py TEXT.typ FONTS EDITS.json`.

Each edit is a pair of texts, what stands in the file and what comes in its place. Prints as JSON the seconds from the
saved file to the PDF, as `typst watch` writes it, and to it and the PNG of all pages at two pixels a point.
"""

import json
import sys
import time
from pathlib import Path

import typst  # type: ignore[import-not-found]


def main() -> None:
    """Compile the text, then once more after each edit."""
    name, fonts, edits = sys.argv[1:]
    path = Path(name)
    compiler = typst.Compiler(name, font_paths=[fonts], ignore_system_fonts=True)
    start = time.perf_counter()
    before = compiler.compile(format="pdf")
    first = time.perf_counter() - start
    seconds, with_images = [], []
    for old, new in json.loads(Path(edits).read_text(encoding="utf-8")):
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise SystemExit(f"{old!r} stands {text.count(old)} times in the text")
        path.write_text(text.replace(old, new), encoding="utf-8")
        start = time.perf_counter()
        data = compiler.compile(format="pdf")
        seconds.append(time.perf_counter() - start)
        if data == before:
            raise SystemExit("an edit changed nothing")
        before = data
        compiler.compile(format="png", ppi=144)
        with_images.append(time.perf_counter() - start)
    print(json.dumps({"first": first, "seconds": seconds, "with_images": with_images}))


if __name__ == "__main__":
    main()
