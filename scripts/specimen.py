"""Makes docs/specimen.pdf: each rule of Chinese typesetting with an example, beside what WeasyPrint alone makes of it.

The chapters in `scripts/specimen/` are Markdown as a briefing's sections are, and go the same way. Between
`::: EMS` and `:::` stands an example, set in a column of so many ems; words behind the number say what is wrong with
the same text left to WeasyPrint, which is then set by its own command, in a process of its own, and shown as a picture.
"""

import dataclasses
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import jinja2
import pypdfium2
from markupsafe import Markup
from PIL import Image

from report.compose.finder import Finder
from report.compose.markup import convert, new_converter
from report.compose.numbering import NoteEntry, Numbering
from report.compose.tree import TreePass
from report.formats import pdf
from report.pages import Page
from report.positions import SourceFile
from report.typography.fitting import MOST_STRETCH
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig, write_whole
from report.typography.paragraph import NARROWEST_MARK, TIGHTEST_HAN

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "scripts" / "specimen"
SPECIMEN = ROOT / "docs" / "specimen.pdf"
STYLES = ("theme.css", "base.css", "pdf.css")
LABELS = {"figure": "图", "table": "表"}
# What the texts say of limits, in ems, as the code has them.
LIMITS = {
    "narrowest_mark": NARROWEST_MARK,
    "tightest_han": TIGHTEST_HAN,
    "most_stretch": MOST_STRETCH,
}

_EXAMPLE = re.compile(r"^::: (\d+)(?: ([^\n]+))?\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
# What the composer puts in to keep characters on one line, which WeasyPrint alone is to do without.
_WORD_JOINER = "\u2060"
_PIXELS_PER_POINT = 5
# Shades of grey, white included, and the lightest that is ink.
_SHADES, _INK = 16, 250


@dataclasses.dataclass(frozen=True)
class Example:
    """A text at a measure.

    Attributes:
        html: As the composer makes it.
        ems: The measure.
        fault: What is wrong with it as WeasyPrint alone sets it; empty where that is not shown.
        picture: The name of the picture that shows it.
    """

    html: Markup
    ems: int
    fault: str
    picture: str


@dataclasses.dataclass
class Rule:
    """What is said, the examples that follow it, and the notes that these refer to."""

    html: Markup
    examples: list[Example] = dataclasses.field(default_factory=list)
    notes: list[NoteEntry] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Chapter:
    """A chapter of the booklet."""

    title: str
    rules: Sequence[Rule]


class Composer:
    """Turns chapters into HTML; notes are numbered through all of them."""

    def __init__(self) -> None:
        self.numbering = Numbering()
        self.examples: list[Example] = []

    def chapter(self, path: Path) -> Chapter:
        """Return a chapter; its first line is its title.

        Raises:
            ValueError: The composer found something to say of it.
        """
        text = jinja2.Template(path.read_text(encoding="utf-8"), undefined=jinja2.StrictUndefined)
        title, _, body = text.render(LIMITS).partition("\n")
        rules: list[Rule] = []
        place = 0
        for match in _EXAMPLE.finditer(body):
            text = body[place : match.start()].strip()
            place = match.end()
            if text:
                rules.append(Rule(self._html(f"{path.stem}-{len(rules) + 1}", text)))
            self._add_example(rules[-1], match)
        return Chapter(title.removeprefix("# "), rules)

    def _add_example(self, rule: Rule, match: re.Match[str]) -> None:
        name = f"example-{len(self.examples) + 1}"
        known = len(self.numbering.notes)
        example = Example(self._html(name, match[3]), int(match[1]), match[2] or "", f"{name}.png")
        self.examples.append(example)
        rule.examples.append(example)
        rule.notes += self.numbering.notes[known:]

    def _html(self, name: str, text: str) -> Markup:
        tree = TreePass(self.numbering, frozenset(), lambda *_: None, {}, LABELS)
        made = tree.run(name, convert(new_converter(), text), Finder(SourceFile(name, text), 0, {}))
        if tree.findings:
            raise ValueError("\n".join(map(str, tree.findings)))
        return made.html


def set_alone(examples: Sequence[Example], page: str, folder: Path) -> dict[str, bytes]:
    """Return by name the pictures of examples that WeasyPrint sets by itself, one on each page."""
    source, target = folder / "alone.html", folder / "alone.pdf"
    source.write_text(page.replace(_WORD_JOINER, ""), encoding="utf-8")
    command = [sys.executable, "-m", "weasyprint", "--quiet", str(source), str(target)]
    subprocess.run(command, check=True)
    document = pypdfium2.PdfDocument(target)
    try:
        pages = [page.render(scale=_PIXELS_PER_POINT, grayscale=True).to_pil() for page in document]
    finally:
        document.close()
    pictures = {}
    for example, image in zip(examples, pages, strict=True):
        path = folder / example.picture
        _cut(image).save(path, optimize=True)
        pictures[example.picture] = path.read_bytes()
    return pictures


def _cut(image: Image.Image) -> Image.Image:
    """Return what of a page has ink, in a few shades; the rules at both sides of an example are as high as it is."""
    box = image.point([255 * (value < _INK) for value in range(256)]).getbbox()
    assert box is not None
    step = 255 // (_SHADES - 1)
    return image.crop(box).point([(value + step // 2) // step * step for value in range(256)])


def make(target: Path) -> None:
    """Write the specimen.

    Raises:
        ValueError: The composer or the renderer found something to say of it.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([SOURCES, ROOT / "templates" / "css"]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(styles=STYLES, dpi=_PIXELS_PER_POINT * 72)
    composer = Composer()
    chapters = [composer.chapter(path) for path in sorted(SOURCES.glob("*.md"))]
    replaced = [example for example in composer.examples if example.fault]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fonts = write_fontconfig(folder / "fonts.conf", load_registry(bundled_fonts_dir()), folder / "cache")
        pdf.prepare(fonts)
        alone = environment.get_template("alone.html").render(examples=replaced)
        pictures = set_alone(replaced, alone, folder)
        booklet = environment.get_template("specimen.html")
        html = booklet.render(chapters=chapters)
        made = pdf.export(Page(html, pictures), lambda _: None)
    if made.messages:
        raise ValueError("\n".join(message.text for message in made.messages))
    write_whole(target, made.data)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else SPECIMEN)
