"""A section's HTML as a tree: checked, numbered, linked, and made ready for the page."""

import dataclasses
import difflib
import html
import re
import urllib.parse
from collections.abc import Callable, Iterator, Mapping

import lxml.html
from lxml import etree
from markupsafe import Markup

from report.compose.allowed import SCHEMES, check_author_tags, check_elements, seal
from report.compose.fact_marks import FactMarks
from report.compose.finder import Finder
from report.compose.footnotes import check_footnotes, take_footnotes
from report.compose.images import image_problem
from report.compose.list_numbers import check_numbers, write_numbers
from report.compose.marks import fill_mark, link_cluster
from report.compose.markup import Converted
from report.compose.numbering import NoteEntry, Numbering
from report.compose.roles import take_roles
from report.compose.tables import mark_short_cells
from report.findings import Code, Finding
from report.typography.text import bind_last_words, join_lines

HEADING_SKIPPED = Code("S003", "heading-level-skipped")
ANCHOR_DUPLICATE = Code("S004", "anchor-duplicate", is_waivable=False)
LINK_TARGET_MISSING = Code("S005", "link-target-missing", is_waivable=False)
HEADING_LEVEL_ONE = Code("S006", "heading-level-one")
IMAGE_MISSING = Code("S007", "image-missing", is_waivable=False)
IMAGE_ADDRESS = Code("S008", "image-address", is_waivable=False)
IMAGE_UNUSABLE = Code("S009", "image-unusable", is_waivable=False)
CITATION_UNKNOWN = Code("S012", "citation-unknown", is_waivable=False)
LINK_ADDRESS = Code("S013", "link-address", is_waivable=False)
IMAGE_ALT_MISSING = Code("S014", "image-alt-missing")
CITATION_UNREAD = Code("S017", "citation-unread", is_waivable=False)
CITATION_IN_HEADING = Code("S016", "citation-in-heading")

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MARK = re.compile(r"\[@[^\s\]]{0,20}|\[\[[^\s\]]{0,20}|\[\^[^\s\]]{0,20}")
_LOCATED_TEXT = re.compile(r"[^*_`\[\]^~<&{}]{2,}")


@dataclasses.dataclass(frozen=True)
class Heading:
    """A heading below the section's title, for the contents."""

    level: int
    id: str
    text: str


@dataclasses.dataclass(frozen=True)
class Processed:
    """A section's body as it goes to the page, and its headings."""

    html: Markup
    headings: tuple[Heading, ...]


@dataclasses.dataclass
class TreePass:
    """Takes one section (or key point) at a time, in reading order.

    Attributes:
        numbering: Shared by all sections.
        source_ids: What citations may name.
        fact_note: The Markdown-made HTML of a fact's note.
        images: The briefing's images by path.
        labels: The words for figure and table.
        place_tables: Puts tables made from data where their tokens stand.
        is_linking: Whether the values of facts become links to what there is to say of them.
        used_images: Fills with the paths of the images that are shown.
    """

    numbering: Numbering
    source_ids: frozenset[str]
    fact_note: Callable[[str, "TreePass", Finder], str | None]
    images: Mapping[str, bytes]
    labels: Mapping[str, str]
    place_tables: Callable[[lxml.html.HtmlElement], None] = lambda root: None
    is_linking: bool = False
    findings: list[Finding] = dataclasses.field(default_factory=list)
    used_images: set[str] = dataclasses.field(default_factory=set)
    _image_problems: dict[str, str] = dataclasses.field(default_factory=dict)

    def run(self, section_id: str, converted: Converted, finder: Finder) -> Processed:
        """Return a section's finished HTML; findings go to `findings`, numbers to `numbering`."""

        def report(code: Code, needles: tuple[str | re.Pattern[str], ...], message: str, hint: str) -> None:
            self.report(code, finder, needles, message, hint)

        check_author_tags(converted, report)
        root = lxml.html.fragment_fromstring(converted.html or "<p></p>", create_parent="div")
        etree.strip_elements(root, etree.Comment, with_tail=False)
        marks = FactMarks(root)
        join_lines(root)
        take_roles(root, report)
        check_numbers(converted.list_slips, report)
        self.place_tables(root)
        footnotes = take_footnotes(root)
        check_footnotes(root, footnotes, converted, report)
        check_elements(root, report)
        for part in (root, *footnotes.values()):
            write_numbers(part)
        headings = self._take_headings(root, section_id, finder)
        self._check_images(root, finder)
        self._number_captions(root, section_id)
        mark_short_cells(root)
        for body in footnotes.values() if self.is_linking else ():
            marks.link(body)
        self._resolve_references(root, footnotes, finder)
        self._take_anchors(root, section_id, finder)
        self._take_links(root, finder)
        self._check_marks(root, finder)
        bind_last_words(root)
        if self.is_linking:
            marks.link(root)
        return Processed(Markup(seal(_inner_html(root))), headings)

    def report(
        self,
        code: Code,
        finder: Finder,
        needles: tuple[str | re.Pattern[str], ...],
        message: str,
        hint: str,
    ) -> None:
        """Add a finding at the place where one of the texts stands."""
        self.findings.append(Finding(code, finder.find(*needles), message, hint))

    def _check_marks(self, root: lxml.html.HtmlElement, finder: Finder) -> None:
        """Report what looks like a citation or note and was not read as one: it would be printed as it is."""
        for text in root.xpath(".//text()[not(ancestor::code or ancestor::pre or ancestor::kbd)]"):
            for match in _MARK.finditer(text):
                message = f"“{match.group()}” was not read as a citation or a note"
                hint = "Close its bracket; where it is meant as it is, put it between backticks."
                self.report(CITATION_UNREAD, finder, (match.group(), match.group()[:2]), message, hint)

    def _take_headings(
        self, root: lxml.html.HtmlElement, section_id: str, finder: Finder
    ) -> tuple[Heading, ...]:
        headings = []
        previous = 1
        for count, element in enumerate(root.iter(*_HEADINGS), 1):
            level = int(str(element.tag)[1])
            text = _heading_text(element)
            part = _LOCATED_TEXT.search(text)
            start = part.group() if part else text
            # Also one that is underlined with `=` or `-`, and one whose text is not as it was written.
            needles = (
                re.compile(rf"^#{{{level}}} *{re.escape(start)}", re.MULTILINE),
                re.compile(rf"^{re.escape(start)}.*\n[=-]+ *$", re.MULTILINE),
                re.compile(rf"^#{{{level}}}(?!#)", re.MULTILINE),
            )
            if level == 1:
                message = f"the heading “{text}” is of level 1, which is the section's title"
                hint = "Begin it with ##; the section's own title stands in its front matter."
                self.report(HEADING_LEVEL_ONE, finder, needles, message, hint)
                element.tag, level = "h2", 2
            elif level > previous + 1:
                message = f"the heading “{text}” is of level {level} below one of level {previous}"
                hint = f"Begin it with {'#' * (previous + 1)}."
                self.report(HEADING_SKIPPED, finder, needles, message, hint)
            marks = "contains(@class,'cite') or contains(@class,'note-ref') or starts-with(@id,'fnref')"
            if element.xpath(f".//sup[{marks}]"):
                message = f"the heading “{text}” holds a citation or note"
                self.report(CITATION_IN_HEADING, finder, needles, message, "Move it into the text below.")
            previous = level
            if not element.get("id"):
                element.set("id", f"{section_id}-{count}")
            headings.append(Heading(level, str(element.get("id")), text))
        return tuple(headings)

    def _check_images(self, root: lxml.html.HtmlElement, finder: Finder) -> None:
        for element in root.iter("img"):
            address = str(element.get("src") or "")
            if not (element.get("alt") or "").strip():
                hint = "Say in the brackets what the picture shows: ![…](…)."
                needles = (re.compile(rf"!\[\s*\]\({re.escape(address)}"), f"]({address}")
                message = f"the image {address!r} has no text for those who cannot see it"
                self.report(IMAGE_ALT_MISSING, finder, needles, message, hint)
            path = urllib.parse.unquote(address)
            if (
                ":" in path
                or path.startswith("/")
                or ".." in path.split("/")
                or not path.startswith("figures/")
            ):
                message = f"the image address {address[:80]!r} is not a file under figures/"
                hint = "Put the file into the briefing's figures/ folder and write figures/NAME."
                self.report(IMAGE_ADDRESS, finder, _address(address), message, hint)
                continue
            if path not in self.images:
                message = f"there is no image {path!r}"
                close = difflib.get_close_matches(path, list(self.images), n=1)
                hint = f"Did you mean {close[0]}?" if close else "Add the file, or correct its name."
                self.report(IMAGE_MISSING, finder, _address(address), message, hint)
                continue
            problem = self._image_problems.setdefault(path, image_problem(path, self.images[path]))
            if problem:
                hint = "Save it anew, smaller and plain, as PNG, JPEG or SVG."
                self.report(IMAGE_UNUSABLE, finder, _address(address), f"{path}: {problem}", hint)
            element.set("src", f"asset:///{urllib.parse.quote(path)}")
            self.used_images.add(path)

    def _number_captions(self, root: lxml.html.HtmlElement, section_id: str) -> None:
        """Give captions their number: 图 1, 表 2."""
        for figure in root.iter("figure"):
            caption = figure.find("figcaption")
            if caption is None:
                continue
            is_table = figure.find("table") is not None
            if is_table:
                self.numbering.tables += 1
                label, number = self.labels["table"], self.numbering.tables
            else:
                self.numbering.figures += 1
                label, number = self.labels["figure"], self.numbering.figures
            figure.set("class", "table" if is_table else "figure")
            if not figure.get("id"):
                figure.set("id", f"{'table' if is_table else 'figure'}-{number}")
            _unwrap_paragraph(caption)
            mark = lxml.html.Element("span")
            mark.set("class", "caption-number")
            mark.text, mark.tail = f"{label} {number}", caption.text
            caption.text = None
            caption.insert(0, mark)

    def _resolve_references(
        self, root: lxml.html.HtmlElement, footnotes: dict[str, lxml.html.HtmlElement], finder: Finder
    ) -> None:
        """Replace the placeholders of citations, fact notes and footnotes, in reading order."""
        by_footnote: dict[str, NoteEntry] = {}
        for element in list(root.iter("sup")):
            if element.get("data-cite") is not None:
                self._resolve_citation(element, finder)
            elif element.get("data-fact") is not None:
                self._resolve_fact_note(element, finder)
            elif str(element.get("id") or "").startswith("fnref"):
                link = element.find("a")
                name = str(link.get("href") if link is not None else "").lstrip("#")
                note = by_footnote.get(name)
                if note is None:
                    note = by_footnote[name] = self.numbering.new_note()
                    body = footnotes.get(name)
                    if body is not None:
                        self._resolve_references(body, footnotes, finder)
                        note.html = seal(_inner_html(_unwrap_paragraph(body)))
                self._link_note(element, note)

    def _resolve_fact_note(self, element: lxml.html.HtmlElement, finder: Finder) -> None:
        name = str(element.attrib.pop("data-fact"))
        text = self.fact_note(name, self, finder)
        if text is None:
            element.drop_tree()
            return
        note = self.numbering.new_note()
        note.is_of_fact = True
        body = lxml.html.fragment_fromstring(text, create_parent="div")
        self._resolve_references(body, {}, finder)
        note.html = seal(_inner_html(body))
        self._link_note(element, note)

    def _link_note(self, element: lxml.html.HtmlElement, note: NoteEntry) -> None:
        anchor = f"note-ref-{note.number}" + (f"-{len(note.back) + 1}" if note.back else "")
        note.back.append(anchor)
        fill_mark(element, "note-ref", anchor, f'<a href="#{note.anchor}">{note.number}</a>')

    def _resolve_citation(self, element: lxml.html.HtmlElement, finder: Finder) -> None:
        text = str(element.attrib.pop("data-cite"))
        anchor = self.numbering.citation_anchor()
        clusters, locators = self._parse_citation(text, anchor, finder)
        if not clusters:
            element.drop_tree()
            return
        fill_mark(element, "cite", anchor, link_cluster(clusters) + html.escape("".join(locators)))

    def _parse_citation(
        self, text: str, anchor: str, finder: Finder
    ) -> tuple[list[tuple[int, str]], list[str]]:
        """Return (number, source id) of each source that a citation names, and its locators."""
        cited: list[tuple[int, str]] = []
        locators: list[str] = []
        for piece in text.split(";"):
            name, _, locator = piece.strip().partition(",")
            name = name.strip().removeprefix("@")
            if name not in self.source_ids:
                what = f"no source has the id {name!r}" if name else "a citation without the id of a source"
                close = difflib.get_close_matches(name.lower(), sorted(self.source_ids), n=1)
                hint = "Add it to sources.yaml, or correct the citation: [@id] or [@a; @b, 第 3 条]."
                hint = f"Did you mean @{close[0]}?" if close else hint
                self.report(CITATION_UNKNOWN, finder, (f"@{name}", text), what, hint)
                continue
            cited.append((self.numbering.cite(name, anchor), name))
            if locator.strip():
                locators.append(locator.strip())
        return cited, locators

    def _take_anchors(self, root: lxml.html.HtmlElement, section_id: str, finder: Finder) -> None:
        for element in root.iterdescendants():
            anchor = str(element.get("id") or "")
            if not anchor or anchor.startswith(("cite-", "note-ref-")):
                continue
            if anchor in self.numbering.anchors:
                message = f"the anchor {anchor!r} is set twice; first in {self.numbering.anchors[anchor]}"
                self.report(
                    ANCHOR_DUPLICATE,
                    finder,
                    (f"#{anchor}", anchor),
                    message,
                    "Give one of them another name.",
                )
            self.numbering.anchors.setdefault(anchor, section_id)

    def _take_links(self, root: lxml.html.HtmlElement, finder: Finder) -> None:
        for element in root.iter("a"):
            if element.getparent() is not None and element.getparent().tag == "sup":
                continue
            address = str(element.get("href") or "")
            if not address.startswith("#") and urllib.parse.urlsplit(address).scheme in SCHEMES:
                continue
            places = (*_address(address), f"[{_heading_text(element)}]")
            if address.startswith("#"):
                message = f"the link goes to {address!r}, and nothing has that anchor"
                finding = Finding(
                    LINK_TARGET_MISSING,
                    finder.find(*places),
                    message,
                    "Correct it, or set the anchor.",
                )
                self.numbering.links.append((urllib.parse.unquote(address[1:]), finding))
            else:
                message = f"the link {address[:80]!r} is neither a web address nor an anchor"
                message = message if address else "the link has no address"
                self.report(LINK_ADDRESS, finder, places, message, "Write https://… or #anchor.")


def _address(address: str) -> tuple[str | re.Pattern[str], ...]:
    """Return what an address is found by: after a link's text, in angle brackets or behind a colon; then anywhere."""
    if not address:
        return (re.compile(r"\[[^\]\n]*\](\(\s*\))"),)
    return (re.compile(rf"(?:\]\(\s*<?|\]:\s*<?|<|=\"?)({re.escape(address)})"), address)


def _unwrap_paragraph(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    """Remove the paragraph that Markdown puts around a text of one paragraph."""
    paragraphs = element.findall("p")
    if len(paragraphs) == 1 and len(element) == 1:
        element.text = (element.text or "").strip() or None
        paragraphs[0].tail = None
        paragraphs[0].drop_tag()
    return element


def _heading_text(element: lxml.html.HtmlElement) -> str:
    return re.sub(r"\s+", " ", "".join(_texts(element))).strip()


def _texts(element: lxml.html.HtmlElement) -> Iterator[str]:
    is_mark = (
        element.get("data-cite") or element.get("data-fact") or str(element.get("id")).startswith("fnref")
    )
    if element.tag != "sup" or not is_mark:
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""


def _inner_html(element: lxml.html.HtmlElement) -> str:
    parts = [html.escape(element.text or "", quote=False)]
    parts += [lxml.html.tostring(child, encoding="unicode") for child in element]
    return "".join(parts).strip()
