"""Typst with none but the given fonts: `typst_compile.py TEXT.typ OUT.pdf FONTS`."""

import sys

import typst  # type: ignore[import-not-found]

if __name__ == "__main__":
    typst.compile(
        sys.argv[1],
        output=sys.argv[2],
        font_paths=[sys.argv[3]],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )
