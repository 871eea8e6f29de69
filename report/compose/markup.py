"""Markdown as sections are written in it: Python-Markdown, with citations and fact notes as placeholders.

What the author typed as HTML is collected, so that the check can tell it from what Markdown made.
"""

import dataclasses
import html.parser
import re
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrTreeprocessor
from markdown.extensions.attr_list import get_attrs_and_remainder
from markdown.extensions.footnotes import FootnoteExtension
from markdown.inlinepatterns import LINK_RE, InlineProcessor, LinkInlineProcessor
from markdown.postprocessors import Postprocessor

from report.compose.numbered_lists import ListSlip, register

# Placeholders carry their argument in `data-`; `report.compose.tree` resolves and removes it.
# A link's text may begin with `@`.
CITATION = r"\[(@[^\]\[\n]*)\](?!\()"
FACT_NOTE = r"\[\[([^\]\[\n]*)\]\]"
FOOTNOTE = r"\[\^([^\]\[\s\x02\x03]*)\]"
# Directly behind the brackets of a span.
_ATTRIBUTES = re.compile(r"\{:?[ ]*([^{}\n]+)\}")

# What no tree takes but from a parser (XML 1.0, 2.2), as itself or as a reference. A check refuses it where it stands.
_NO_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
    "|&#(?:0*(?:[0-8]|1[12]|1[4-9]|2[0-9]|3[01]|6553[45])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF]));"
)

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
    "sane_lists",
    "tables",
    "pymdownx.blocks.caption",
    "pymdownx.caret",
    "pymdownx.tilde",
)
_SETTINGS: dict[str, dict[str, Any]] = {
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
    """A section's HTML, and what of its Markdown cannot be told from it any more.

    Attributes:
        html: Without the tags that are not allowed.
        author_tags: The tags that the author typed.
        repeated_footnotes: Those that are defined more than once.
        list_slips: Numbers of lists that are printed otherwise than they are typed.
    """

    html: str
    author_tags: tuple[AuthorTag, ...]
    repeated_footnotes: tuple[str, ...] = ()
    list_slips: tuple[ListSlip, ...] = ()


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


class _BracketedSpan(LinkInlineProcessor):
    """`[text]{.role-dots}`, `[text]{lang=en}`, `[text]{ruby="tún"}`: Pandoc's bracketed spans."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        text, index, is_closed = self.getText(data, m.end(0))
        found = _ATTRIBUTES.match(data, index) if is_closed else None
        if found is None:
            return None, None, None
        element = Element("span")
        element.text = text
        attributes: Sequence[tuple[str, str | None]] = get_attrs_and_remainder(found[1])[0]
        for key, given in attributes:
            # A word alone is a role without its dot.
            name, value = (key, given) if given is not None else (".", key)
            if name == ".":
                name, value = "class", f"{element.get('class', '')} {value}".strip()
            element.set(name, value)
        return element, m.start(0), found.end()


class _UndefinedFootnote(InlineProcessor):
    """Takes the references that the footnotes' own pattern, which comes before, has left."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        element = Element("sup")
        element.set("data-footnote", m.group(1))
        return element, m.start(0), m.end(0)


class _AuthorHtml(Postprocessor):
    """Collects what the author typed as HTML before it is put back, and leaves out what is not allowed."""

    def run(self, text: str) -> str:
        self.tags: list[AuthorTag] = []
        for index, raw in enumerate(self.md.htmlStash.rawHtmlBlocks):
            if not isinstance(raw, str) or raw.startswith(("<pre><code", '<div class="footnote"')):
                continue
            collector = _TagCollector({tag.name for tag in self.tags})
            collector.feed(raw)
            collector.close()
            self.tags += collector.tags
            if not all(is_allowed(tag) for tag in collector.tags):
                self.md.htmlStash.rawHtmlBlocks[index] = ""
        return text


def is_allowed(tag: AuthorTag) -> bool:
    """Return whether an author may write a tag with these attributes."""
    return tag.name in AUTHOR_TAGS and AUTHOR_TAGS[tag.name].issuperset(tag.attributes)


class _Footnotes(FootnoteExtension):
    """Remembers the footnotes that are defined again; Python-Markdown keeps the last one silently."""

    def reset(self) -> None:
        super().reset()
        self.repeated: list[str] = []

    def setFootnote(self, id: str, text: str) -> None:  # noqa: N802 - Python-Markdown's names
        if id in self.footnotes:
            self.repeated.append(id)
        super().setFootnote(id, text)


class _Abbreviations(AbbrTreeprocessor):
    """Finds abbreviations next to Han too: Python-Markdown asks for a word's end, and Han are letters."""

    def run(self, root: Element) -> None:
        if self.abbrs:
            longest_first = sorted(self.abbrs, key=len, reverse=True)
            names = "|".join(map(re.escape, longest_first))
            self.RE = re.compile(f"(?<![A-Za-z0-9_])(?:{names})(?![A-Za-z0-9_])")
            self.iter_element(root)


class _BriefingExtension(Extension):
    list_slips: list[ListSlip]

    def reset(self) -> None:
        self.list_slips.clear()

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        # Before links (160) and short references, which begin with a bracket too.
        md.inlinePatterns.register(_FactNote(FACT_NOTE, md), "fact-note", 179)
        md.inlinePatterns.register(_Citation(CITATION, md), "citation", 178)
        # After footnotes (175).
        md.inlinePatterns.register(_UndefinedFootnote(FOOTNOTE, md), "undefined-footnote", 174)
        # Before links, whose text may hold a span; `[text]` alone may be a short reference (130).
        md.inlinePatterns.register(_BracketedSpan(LINK_RE, md), "bracketed-span", 165)
        self.list_slips = register(md)
        md.registerExtension(self)
        abbreviations = md.treeprocessors["abbr"].abbrs  # type: ignore[attr-defined]
        md.treeprocessors.register(_Abbreviations(md, abbreviations), "abbr", 7)
        # Before raw HTML is put back (30).
        md.postprocessors.register(_AuthorHtml(md), "author-html", 31)


class _TagCollector(html.parser.HTMLParser):
    def __init__(self, opened: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[AuthorTag] = []
        self._opened = opened

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = tuple(name for name, _ in attrs)
        self._opened.add(tag)
        self.tags.append(AuthorTag(tag, names, self.get_starttag_text() or f"<{tag}"))

    def handle_endtag(self, tag: str) -> None:
        if tag not in AUTHOR_TAGS and tag not in self._opened:
            self.tags.append(AuthorTag(f"/{tag}", (), f"</{tag}"))

    def handle_pi(self, data: str) -> None:
        self.tags.append(AuthorTag("?", (), f"<?{data[:20]}"))

    def handle_decl(self, decl: str) -> None:
        self.tags.append(AuthorTag("!", (), f"<!{decl[:20]}"))

    def unknown_decl(self, data: str) -> None:
        self.tags.append(AuthorTag("!", (), f"<![{data[:20]}"))


def new_converter() -> markdown.Markdown:
    """Return a converter; make one a run and use it for every section (it costs 20 ms)."""
    footnotes = _Footnotes(BACKLINK_TEXT="", SEPARATOR="-")
    return markdown.Markdown(
        extensions=[*_EXTENSIONS, footnotes, _BriefingExtension()],
        extension_configs=_SETTINGS,
        output_format="html",
    )


def convert(converter: markdown.Markdown, text: str) -> Converted:
    """Return a section's Markdown as HTML."""
    converter.reset()
    if not text.strip():
        # Python-Markdown returns at once, and what it collected before would be told of this text.
        return Converted("", ())
    html_text = _NO_XML.sub("\ufffd", converter.convert(text))
    tags = converter.postprocessors["author-html"].tags  # type: ignore[attr-defined]
    extensions = converter.registeredExtensions
    repeated = next(item.repeated for item in extensions if isinstance(item, _Footnotes))
    slips = next(item.list_slips for item in extensions if isinstance(item, _BriefingExtension))
    return Converted(html_text, tuple(tags), tuple(repeated), tuple(slips))
