"""Makes docs/specimen.pdf: each rule of Chinese typesetting with an example, beside what WeasyPrint alone makes of it.

The chapters in `scripts/specimen/` are Markdown as a briefing's sections are, and go the same way. Between
`::: EMS` and `:::` stands an example, set in a column of so many ems; words behind the number say what is wrong with
the same text left to WeasyPrint, which is then set by its own command, in a process of its own, and shown as a picture.
"""

import dataclasses
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

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
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig, write_whole

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "scripts" / "specimen"
SPECIMEN = ROOT / "docs" / "specimen.pdf"
STYLES = ("theme.css", "base.css", "pdf.css")
LABELS = {"figure": "图", "table": "表"}

_EXAMPLE = re.compile(r"^::: (\d+)(?: ([^\n]+))?\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
# What the composer puts in to keep characters on one line, which WeasyPrint alone is to do without.
_WORD_JOINER = "\u2060"
_PIXELS_PER_POINT = 5
_SHADES = 16
_INK = 250


class Part(NamedTuple):
    """Text, or an example.

    Attributes:
        html: As the composer makes it.
        ems: The measure of an example, 0 for text.
        fault: What is wrong with it as WeasyPrint alone sets it; empty where that is not shown.
        picture: The name of the picture of that, empty without one.
    """

    html: Markup
    ems: int = 0
    fault: str = ""
    picture: str = ""


class Chapter(NamedTuple):
    """A chapter: its title, and its parts in order."""

    title: str
    parts: Sequence[Part]


@dataclasses.dataclass
class Composer:
    """Turns chapters into HTML; notes are numbered through all of them."""

    numbering: Numbering = dataclasses.field(default_factory=Numbering)
    pictures: int = 0

    @property
    def notes(self) -> Sequence[NoteEntry]:
        """The notes so far."""
        return self.numbering.notes

    def chapter(self, path: Path) -> Chapter:
        """Return a chapter; its first line is its title.

        Raises:
            ValueError: The composer found something to say of it.
        """
        title, _, body = path.read_text(encoding="utf-8").partition("\n")
        parts = []
        place = 0
        for match in _EXAMPLE.finditer(body):
            parts.append(Part(self._html(path, len(parts), body[place : match.start()])))
            fault = match[2] or ""
            self.pictures += bool(fault)
            picture = f"alone-{self.pictures}.png" if fault else ""
            parts.append(Part(self._html(path, len(parts), match[3]), int(match[1]), fault, picture))
            place = match.end()
        parts.append(Part(self._html(path, len(parts), body[place:])))
        return Chapter(title.removeprefix("# "), parts)

    def _html(self, path: Path, number: int, text: str) -> Markup:
        tree = TreePass(self.numbering, frozenset(), lambda *_: None, {}, LABELS)
        finder = Finder(SourceFile(path.name, text), 0, {})
        made = tree.run(f"{path.stem}-{number}", convert(new_converter(), text), finder)
        if tree.findings:
            raise ValueError("\n".join(map(str, tree.findings)))
        return made.html


def set_alone(chapters: Sequence[Chapter], render: jinja2.Template, folder: Path) -> dict[str, bytes]:
    """Return by name the pictures of the examples as WeasyPrint sets them by itself, in a process of its own."""
    parts = [part for chapter in chapters for part in chapter.parts if part.picture]
    page = render.render(parts=parts).replace(_WORD_JOINER, "")
    source, target = folder / "alone.html", folder / "alone.pdf"
    source.write_text(page, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "weasyprint", str(source), str(target)], check=True)
    document = pypdfium2.PdfDocument(target)
    if len(document) != len(parts):
        raise ValueError(f"{len(parts)} examples were set on {len(document)} pages")
    pictures = {}
    for number, part in enumerate(parts):
        image: Image.Image = document[number].render(scale=_PIXELS_PER_POINT, grayscale=True).to_pil()
        path = folder / part.picture
        _cut(image).quantize(_SHADES, dither=Image.Dither.NONE).save(path, optimize=True)
        pictures[part.picture] = path.read_bytes()
    document.close()
    return pictures


def _cut(image: Image.Image) -> Image.Image:
    """Return what of a page has ink; the rules at both sides of an example are its height."""
    box = image.point(lambda value: 255 if value < _INK else 0).getbbox()
    assert box is not None
    return image.crop(box)


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
    environment.globals["styles"] = STYLES
    composer = Composer()
    chapters = [composer.chapter(path) for path in sorted(SOURCES.glob("*.md"))]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fonts = write_fontconfig(folder / "fonts.conf", load_registry(bundled_fonts_dir()), folder / "cache")
        os.environ["FONTCONFIG_FILE"] = str(fonts)
        pictures = set_alone(chapters, environment.get_template("alone.html"), folder)
        pdf.prepare(fonts)
        template = environment.get_template("specimen.html")
        html = template.render(chapters=chapters, notes=composer.notes, ppi=_PIXELS_PER_POINT * 72)
        made = pdf.export(Page(html, pictures), lambda _: None)
    if made.messages:
        raise ValueError("\n".join(message.text for message in made.messages))
    write_whole(target, made.data)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else SPECIMEN)
