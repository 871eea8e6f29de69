"""Writes the product's finished page and the same text for the peers: `python -m benchmarks.page …`.

It runs in a process of its own, so that the one that measures stays small.
"""

import datetime
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import lxml.html

from report import pipeline
from report.formats import pdf
from report.load.files import read_briefing
from report.pipeline.composing import compose_briefing
from report.typography.fonts import write_fontconfig

_HERE = Path(__file__).parent
_LINK = re.compile(r"#link\(<([^>]+)>\)\[((?:[^\[\]\\]|\\.)*)\]")
_LABEL = re.compile(r"(?<!link\()<([^<>\s]+)>")
BACK_LINK = "页"


def write_page(project: Path, slug: str, folder: Path) -> str:
    """Write `page.html`, its images, and `fonts.conf`; return the briefing's title.

    The page is the one that the product hands to its renderer, so that bare WeasyPrint has the same work.

    Raises:
        ValueError: The briefing has errors.
    """
    run = pipeline.start(project, datetime.datetime.now().astimezone().date(), None)
    made = compose_briefing(run, read_briefing(project, slug))
    if made.work is None or any(finding.is_error for finding in made.findings):
        raise ValueError("\n".join(str(finding) for finding in made.findings))
    composed = made.work.composed
    source = project / "content" / slug
    html = composed.pages["pdf/briefing.html"].replace("asset:///", "")
    for image in composed.images:
        target = folder / image
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((source / image).read_bytes())
    (folder / "page.html").write_text(html, encoding="utf-8")
    write_fontconfig(folder / "fonts.conf", run.faces, folder / "fontconfig")
    return composed.metadata.title


def body_for_peers(html: str) -> str:
    """Return the page's text without cover, contents and drawings, which each peer has its own way to make."""
    body: Any = lxml.html.document_fromstring(html).find("body")
    for element in [
        *body.iter("nav", "svg", "img"),
        *body.xpath(".//*[@class='cover' or @class='opening-number']"),
    ]:
        element.drop_tree()
    for link in body.xpath(".//*[@class='back-links']//a"):
        link.text = BACK_LINK
    # Pandoc would keep nothing but <main>, and Typst breaks no page inside a block.
    for section in body.xpath(".//section[@id][.//h1]"):
        next(section.iter("h1")).set("id", section.get("id"))
    for element in list(body.iter("main", "section", "header", "div")):
        element.drop_tag()
    # A figure without its drawing is its caption.
    for element in body.xpath(".//figure[not(.//table)]"):
        element.tag = "blockquote"
        for caption in list(element.iter("figcaption")):
            caption.tag = "p"
    # Pandoc keeps no id of a list item or a raised text; it keeps that of a span.
    for element in body.xpath(".//li[@id] | .//sup[@id]"):
        span = lxml.html.Element("span", id=element.attrib.pop("id"))
        span.text, element.text = element.text, None
        span.extend(list(element))
        element.append(span)
    return str(lxml.html.tostring(body, encoding="unicode"))


def typst_markup(converted: str, title: str) -> str:
    """Return a whole Typst document: links whose target was lost become text, back links page numbers."""
    labels = set(_LABEL.findall(converted))

    def link(match: re.Match[str]) -> str:
        name, text = match.groups()
        if name not in labels:
            return text
        if text == BACK_LINK:
            text = f"#context counter(page).at(<{name}>).first()"
        return f"#link(<{name}>)[{text}]"

    preamble = (_HERE / "peers" / "preamble.typ").read_text(encoding="utf-8").replace("BENCH-TITLE", title)
    # Typst would read a full stop between `)` or `]` and a letter as the access to a field.
    return preamble + _LINK.sub(link, re.sub(r"(?<=[\])])\.(?=\w)", r"\.", converted))


def write_texts(folder: Path, title: str, pandoc: str) -> None:
    """Write `text.md` and `text.typ`, both made from `page.html`."""
    body = body_for_peers((folder / "page.html").read_text(encoding="utf-8"))

    def convert(to: str) -> str:
        command = [pandoc, "--from", "html", "--to", to, "--wrap", "none"]
        return subprocess.run(command, input=body, capture_output=True, text=True, check=True).stdout

    header = f"---\ntitle: {title}\nlang: zh-Hans\n---\n\n"
    # Pandoc's "smart" would write “ as a straight quotation mark.
    markdown = header + convert("markdown-smart").replace(f"[{BACK_LINK}](", "[](")
    (folder / "text.md").write_text(markdown, encoding="utf-8")
    (folder / "text.typ").write_text(typst_markup(convert("typst"), title), encoding="utf-8")


def page_count(path: Path) -> int:
    """Return how many pages a PDF has."""
    return pdf.inspect(path.read_bytes()).pages


def main() -> None:
    """`PROJECT SLUG FOLDER [PANDOC]` writes a page; `--pages FILE` prints how many pages a file has."""
    if sys.argv[1] == "--pages":
        print(page_count(Path(sys.argv[2])))
        return
    project, slug, folder = Path(sys.argv[1]).resolve(), sys.argv[2], Path(sys.argv[3])
    os.umask(0o022)
    folder.mkdir(parents=True, exist_ok=True)
    title = write_page(project, slug, folder)
    if len(sys.argv) > 4:
        write_texts(folder, title, sys.argv[4])


if __name__ == "__main__":
    main()
