"""WeasyPrint on pages, alone or as the product adapts it: `-m benchmarks.typesetting.set_pages [--ours] FONTS PAGE…`.

Writes a PDF beside each page, tagged as PDF/UA-1, and prints the seconds of processor time of each as JSON.
"""

import json
import os
import sys
import time
from pathlib import Path

import lxml.html


def prepare_text(page: str) -> str:
    """Return a page as the product hands it to its renderer."""
    from report.typography.text import bind_last_words, join_lines

    root = lxml.html.document_fromstring(page)
    join_lines(root)
    bind_last_words(root)
    return str(lxml.html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>"))


def main() -> None:
    """Set every page, one after the other, in this process."""
    arguments = sys.argv[1:]
    is_ours = arguments[0] == "--ours"
    fonts, *pages = map(Path, arguments[1:] if is_ours else arguments)
    if is_ours:
        from report.formats.pdf import prepare

        prepare(fonts)
    else:
        os.environ["FONTCONFIG_FILE"] = str(fonts)
    import weasyprint

    seconds = []
    for path in pages:
        page = path.read_text(encoding="utf-8")
        if is_ours:
            # The product does this as it composes a page, before there is one to set.
            page = prepare_text(page)
        start = time.process_time()
        weasyprint.HTML(string=page).write_pdf(path.with_suffix(".pdf"), pdf_variant="pdf/ua-1")
        seconds.append(time.process_time() - start)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
