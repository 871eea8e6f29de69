"""Markdown as sections are written in it: Python-Markdown, with citations and fact notes as placeholders.

What the author typed as HTML is collected, so that the check can tell it from what Markdown made.
"""

import dataclasses
import html.parser
import re
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

# Placeholders carry their argument in `data-`; `report.compose.tree` resolves and removes it.
CITATION = r"\[(@[a-z0-9][^\]\n]*)\]"
FACT_NOTE = r"\[\[([^\]\n]*)\]\]"

# CONTENT: "HTML kept". Roles are classes of `span`; docs/content-guide.md documents them.
AUTHOR_TAGS = {
    "sup": frozenset[str](),
    "sub": frozenset[str](),
    "br": frozenset[str](),
    "kbd": frozenset[str](),
    "ruby": frozenset[str](),
    "rt": frozenset[str](),
    "rp": frozenset[str](),
    "span": frozenset({"lang", "class"}),
}

_EXTENSIONS = (
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "fenced_code",
    "footnotes",
    "sane_lists",
    "tables",
    "pymdownx.blocks.caption",
    "pymdownx.caret",
    "pymdownx.tilde",
)
_SETTINGS: dict[str, dict[str, Any]] = {
    "footnotes": {"BACKLINK_TEXT": "", "SEPARATOR": "-"},
    "tables": {"use_align_attribute": True},
    "pymdownx.blocks.caption": {
        "types": [
            {"name": "figure-caption", "classes": ""},
            {"name": "table-caption", "classes": ""},
            {"name": "caption", "classes": ""},
        ]
    },
    "pymdownx.caret": {"insert": False},
    "pymdownx.tilde": {"delete": False},
}


@dataclasses.dataclass(frozen=True)
class AuthorTag:
    """An HTML tag that the author typed: its name and attributes, and the text to find it by."""

    name: str
    attributes: tuple[str, ...]
    text: str


@dataclasses.dataclass(frozen=True)
class Converted:
    """A section's HTML, and the tags in it that its author typed."""

    html: str
    author_tags: tuple[AuthorTag, ...]


class _Citation(InlineProcessor):
    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        element = Element("sup")
        element.set("class", "cite")
        element.set("data-cite", m.group(1))
        return element, m.start(0), m.end(0)


class _FactNote(InlineProcessor):
    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        element = Element("sup")
        element.set("class", "note-ref")
        element.set("data-fact", m.group(1))
        return element, m.start(0), m.end(0)


class _BriefingExtension(Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        # Before links (160) and short references, which begin with a bracket too.
        md.inlinePatterns.register(_FactNote(FACT_NOTE, md), "fact-note", 179)
        md.inlinePatterns.register(_Citation(CITATION, md), "citation", 178)


class _TagCollector(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[AuthorTag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = tuple(name for name, _ in attrs)
        self.tags.append(AuthorTag(tag, names, self.get_starttag_text() or f"<{tag}"))


def new_converter() -> markdown.Markdown:
    """Return a converter; make one a run and use it for every section (it costs 20 ms)."""
    return markdown.Markdown(
        extensions=[*_EXTENSIONS, _BriefingExtension()], extension_configs=_SETTINGS, output_format="html"
    )


def convert(converter: markdown.Markdown, text: str) -> Converted:
    """Return a section's Markdown as HTML."""
    converter.reset()
    html_text = converter.convert(text)
    collector = _TagCollector()
    for raw in converter.htmlStash.rawHtmlBlocks:
        if isinstance(raw, str) and not raw.startswith(("<pre><code", '<div class="footnote"')):
            collector.feed(raw)
    return Converted(html_text, tuple(collector.tags))
