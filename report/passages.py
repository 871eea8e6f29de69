"""A briefing's prose, block by block, as checks of wording read it: with what is no prose masked in place.

A mask has the length of what it covers, so a place in a passage is a place in its file.
"""

import dataclasses
import re
from collections.abc import Iterator

from report.findings import Location
from report.model import Briefing, Section
from report.positions import Key, Node, SourceFile

VALUE = "\ufffc"
NOTHING = "\u2060"

# Of HTML and of Jinja; `{#id}` on a heading is no comment but its anchor.
COMMENT = r"<!--.*?-->|\{#(?![\w-]+(?: [^{}#\n]*)?\}).*?#\}"

# What prints nothing, and what prints a value; in the order in which they take precedence.
_MASKS = re.compile(
    rf"(?P<comment>{COMMENT})"
    r"|(?P<raw>\{%-?\s*raw\s*-?%\}|\{%-?\s*endraw\s*-?%\})"
    r"|(?P<statement>\{%.*?%\})"
    r"|(?P<value>\{\{.*?\}\})"
    r"|(?P<fence>^(?P<ticks>```+|~~~+)[^\n]*\n.*?^(?P=ticks)[^\n]*$)"
    r"|(?P<code>(?P<tick>`+)(?!`).*?(?<!`)(?P=tick)(?!`))"
    r"|(?P<image>!\[[^\]\n]*\]\([^)\n]*\))"
    r"|(?P<note>\[\[[^\]\[\n]*\]\]|\[\^[^\]\[\s]*\]:?)"
    r"|(?P<citation>\[@[^\]\[\n]*\](?!\())"
    r"|(?P<target>\]\([^)\n]*\))"
    r"|(?P<attributes>\]?\{:?[ ]?(?:[#.]|(?:lang|ruby)=)[^{}\n]*\})"
    r"|(?P<address><https?://[^>\s]+>|https?://[!-~]+)"
    r"|(?P<tag></?[A-Za-z][^<>\n]*>)"
    r"|(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<escape>\\(?=[!-/:-@\[-`{-~]))"
    r"|(?P<emphasis>\*+|(?<![A-Za-z0-9])_+(?=\S)|(?<=\S)_+(?![A-Za-z0-9]))"
    r"|(?P<bracket>\[(?=[^\]\[\n]*\][({]))",
    re.DOTALL | re.MULTILINE,
)
# A template's expression or a fact's note; what stands in a comment is neither.
EXPRESSION = re.compile(
    rf"{COMMENT}"
    r"|(?P<template>\{\{.*?\}\}|\{%.*?%\})|\[\[(?P<note>[^\]\[\n]*)\]\]",
    re.DOTALL,
)
_CALL = re.compile(
    r"""\b(?P<form>[a-z_]+)\(\s*(?:(?P<word>\w+)\s*=\s*)?(?P<quote>['"])(?P<first>[^'"]*)(?P=quote)"""
    r"""(?:\s*,\s*(?:(?P<keyword>\w+)\s*=\s*)?(?P<quote2>['"])(?P<second>[^'"]*)(?P=quote2))?[^()]*\)"""
    r"""(?P<field>(?:\.[a-z_]+(?:\(\s*['"][^'"]*['"]\s*\))?)*)"""
)
_OF_TWO_FACTS = frozenset({"days_between", "years_between"})
_CITED = re.compile(r"@([a-z0-9-]+)")
_BLOCK = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+")
# As they number items where a block begins with one (compose/numbered_lists); within prose they number its clauses.
_NUMBERED_ITEM = re.compile(
    r"[ \t]*(?:[一二三四五六七八九十]{1,3}、|[（(](?:[一二三四五六七八九十]{1,3}|\d{1,3})[）)]|[\u2460-\u2473])"
)
_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]")
_SENTENCE_END = re.compile(
    r"[。！？；!?]+[”’」』）)\u2060]*|(?<=[a-z0-9)])\.(?=\s|\Z)[\u2060]*|\n(?=[ \t]*\n)"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a passage's text, from `start` up to `end`."""

    start: int
    end: int


@dataclasses.dataclass(frozen=True, slots=True)
class Mention:
    """A fact that a template expression or a note names.

    Attributes:
        fact: Its id.
        form: The function (`fact`, `past`, `known`, `in_force`, `days_between` …) or `note`.
        field: What is asked of it: `date`, `dates.effective`, `label`, `attr.age_min`; may be empty.
        offset: Where the expression begins in the passage's text.
    """

    fact: str
    form: str
    field: str
    offset: int


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """One block of prose, or one text of a YAML file.

    Attributes:
        file: Where it stands.
        section: The section's id; `key-points`, or the YAML file's name.
        locale: BCP 47.
        view: `full`, `handout` or `both`.
        kind: paragraph heading item quotation table note title label key-point definition.
        text: As in the file, but for masks: `VALUE` for what prints a value, `NOTHING` for what prints none.
        start: Where it begins in the file's text.
        mentions: The facts it names, in order.
        citations: The sources it cites, in order.
        is_verbatim: Whether the file holds the text as it is; a folded or escaped YAML value is not.
    """

    file: SourceFile
    section: str
    locale: str
    view: str
    kind: str
    text: str
    start: int
    mentions: tuple[Mention, ...] = ()
    citations: tuple[str, ...] = ()
    is_verbatim: bool = True

    def at(self, offset: int) -> Location:
        """Return the place of a character; of a folded value, the line that holds the same few characters."""
        if self.is_verbatim:
            return self.file.at(self.start + offset)
        for size in (12, 6, 3, 1):
            needle = self.text[offset : offset + size]
            if VALUE in needle or NOTHING in needle or "\n" in needle:
                continue
            found = self.file.text.find(needle, self.start) if needle else -1
            if 0 <= found < self.start + 2 * len(self.text) + 200:
                return self.file.at(found)
        return self.file.at(self.start)

    def sentences(self) -> tuple[Span, ...]:
        """Return its sentences in order; together they cover the text."""
        spans: list[Span] = []
        start = 0
        for match in _SENTENCE_END.finditer(self.text):
            spans.append(Span(start, match.end()))
            start = match.end()
        if self.text[start:].strip(f" \t\n{NOTHING}") or not spans:
            spans.append(Span(start, len(self.text)))
        return tuple(spans)


def passages(briefing: Briefing) -> tuple[Passage, ...]:
    """Return all prose: settings and key points, then the sections and parts, then what YAML files say."""
    language = briefing.settings.language
    found = list(_settings(briefing, language))
    for section in briefing.sections:
        found += _of_markdown(section.file, section.body_offset, section.head.id, section)
    for name in briefing.parts:
        file = SourceFile(f"{briefing.prefix}/{name}", briefing.parts[name])
        found += _of_markdown(file, 0, name, None, language)
    found += _of_lists(briefing, language)
    return tuple(found)


def mask(text: str) -> str:
    """Return Markdown with Jinja, with what is no prose covered, at the same length."""
    return _MASKS.sub(_cover, text)


def _cover(match: re.Match[str]) -> str:
    sign = VALUE if match.lastgroup in ("value", "image", "entity") else NOTHING
    return re.sub(r"[^\n]", sign, match.group())


def mentions(text: str) -> tuple[Mention, ...]:
    """Return the facts that a text's template expressions and notes name, in order; comments name none."""
    found: list[Mention] = []
    for match in EXPRESSION.finditer(text):
        if match["note"] is not None:
            found.append(Mention(match["note"].strip(), "note", "", match.start()))
            continue
        for call in _CALL.finditer(match["template"] or ""):
            found += _of_call(call, match.start())
    return tuple(found)


def _of_call(call: re.Match[str], offset: int) -> Iterator[Mention]:
    form = call["form"]
    if form in ("name", "table", "count", "first", "precision") or call["word"]:
        return
    field = re.sub(r"\(\s*['\"]([^'\"]*)['\"]\s*\)", r".\1", call["field"]).lstrip(".")
    for reference in (call["first"], call["second"] if form in _OF_TWO_FACTS else None):
        if reference:
            fact, _, name = reference.partition(".")
            yield Mention(fact, form, f"dates.{name}" if name else field, offset)


def _of_markdown(
    file: SourceFile, offset: int, name: str, section: Section | None, language: str = ""
) -> Iterator[Passage]:
    """Yield the blocks of a Markdown file from an offset on."""
    raw = file.text[offset:]
    masked = mask(raw)
    locale = section.locale if section is not None else language
    view = section.head.view if section is not None else "both"
    if section is not None:
        yield from _texts(file, (("title",),), name, locale, "title", view)
    for block in _BLOCK.finditer(masked):
        for start, end, kind in _pieces(masked, block.start(), block.end()):
            text = masked[start:end]
            if not text.strip(f" \t\n{NOTHING}") and "[[" not in raw[start:end]:
                continue
            own = raw[start:end]
            has_braces = "{" in own or "[[" in own
            yield Passage(
                file,
                name,
                locale,
                view,
                kind,
                text,
                offset + start,
                mentions(own) if has_braces else (),
                tuple(_CITED.findall(own)) if "[@" in own else (),
            )


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Yield the parts of a block of lines that are read apart: items, rows and headings; else the block."""
    first = text[start:end].lstrip(f" \t{NOTHING}")
    if first.startswith(">"):
        yield start, end, "quotation"
        return
    kind, begin = "", start
    for line in re.finditer(r"[^\n]*(?:\n|\Z)", text[start:end]):
        if not line.group():
            continue
        content = line.group().lstrip(NOTHING)
        own = "paragraph"
        if _HEADING.match(content):
            own = "heading"
        elif content.lstrip(" \t").startswith("|"):
            own = "table"
        elif _ITEM.match(content) or (kind in ("", "item") and _NUMBERED_ITEM.match(content)):
            own = "item"
        elif kind in ("item", "note") or kind == "paragraph" or (kind and not content.strip()):
            continue
        if kind:
            yield begin, start + line.start(), kind
        kind, begin = own, start + line.start()
    if kind:
        yield begin, end, kind


def _settings(briefing: Briefing, language: str) -> Iterator[Passage]:
    file = briefing.files["briefing.yaml"]
    yield from _texts(file, (("title",), ("subtitle",)), "briefing.yaml", language, "title")
    yield from _texts(file, (("disclosure",),), "briefing.yaml", language, "label")
    for index in range(len(briefing.settings.key_points)):
        path = ("key_points", index, "text")
        yield from _texts(file, (path,), "key-points", language, "key-point")
    for index in range(len(briefing.settings.triggers)):
        paths = (("triggers", index, "label"), ("triggers", index, "note"))
        yield from _texts(file, paths, "briefing.yaml", language, "label")


def _of_lists(briefing: Briefing, language: str) -> Iterator[Passage]:
    for name, keys, kind in (
        ("facts.yaml", ("label",), "label"),
        ("glossary.yaml", ("term", "label", "definition"), "definition"),
    ):
        file = briefing.files.get(name)
        if file is None or file.root is None or not isinstance(file.root.value, list):
            continue
        starts = _line_starts(file)
        for index in range(len(file.root.value)):
            paths = tuple((index, key) for key in keys)
            yield from _texts(file, paths, name, language, kind, starts=starts)


def _line_starts(file: SourceFile) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", file.text))]


def _texts(
    file: SourceFile,
    paths: tuple[tuple[Key, ...], ...],
    section: str,
    language: str,
    kind: str,
    view: str = "both",
    starts: list[int] | None = None,
) -> Iterator[Passage]:
    """Yield the texts at some paths of a YAML file, one for each locale that is written."""
    starts = starts or _line_starts(file)
    for path in paths:
        node = _node(file.root, path)
        if node is None or node.value is None or isinstance(node.value, list):
            continue
        by_locale = node.value.items() if isinstance(node.value, dict) else ((language, node),)
        for locale, own in by_locale:
            if not isinstance(own.value, str):
                continue
            start = starts[own.line - 1] + own.column - 1
            raw = own.value
            # A quoted value begins after its quotation mark.
            at = next((start + skip for skip in (0, 1) if file.text.startswith(raw, start + skip)), None)
            has_marks = kind == "key-point" or kind == "definition"
            yield Passage(
                file,
                section,
                locale,
                view,
                kind,
                mask(raw) if has_marks else raw,
                start if at is None else at,
                mentions(raw) if has_marks and "{" in raw else (),
                tuple(_CITED.findall(raw)) if has_marks and "[@" in raw else (),
                at is not None,
            )


def _node(root: Node | None, path: tuple[Key, ...]) -> Node | None:
    found = root
    for step in path:
        below: Node | None = None
        if found is not None and isinstance(found.value, dict):
            below = found.value.get(str(step))
        elif found is not None and isinstance(found.value, list) and isinstance(step, int):
            below = found.value[step] if step < len(found.value) else None
        found = below
    return found
