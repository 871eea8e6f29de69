"""YAML as the project reads it: every scalar is text, and every value knows its place.

PyYAML's own constructors turn `NO`, `2025`, `1.10` and `2025-02-30` into something else or crash; here
only the C parser is used, as a stream of events, so that limits hold before a tree is built.
"""

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import yaml

from report.findings import Code, Finding, Location
from report.positions import Node

YAML_SYNTAX = Code("C002", "yaml-syntax", is_unreadable=True, is_waivable=False)
YAML_DUPLICATE_KEY = Code("C003", "yaml-duplicate-key", is_unreadable=True, is_waivable=False)
YAML_ALIAS_OR_TAG = Code("C004", "yaml-alias-or-tag", is_unreadable=True, is_waivable=False)
YAML_LIMIT = Code("C005", "yaml-limit", is_unreadable=True, is_waivable=False)

MAX_DEPTH = 40
MAX_SCALAR_BYTES = 64 * 1024
NULLS = frozenset({"", "~", "null"})


@dataclasses.dataclass(slots=True)
class _Open:
    """A collection being filled; of a mapping, `key` waits for its value, and `line` and `column` are the key's."""

    node: Node
    key: str | None = None
    line: int = 0
    column: int = 0
    is_skipped: bool = False


class _Builder:
    """Fills a tree from parser events; collects findings and goes on where it can.

    A file may have half a million events, so the way of a plain scalar through it is short.
    """

    def __init__(self, path: str, line_offset: int) -> None:
        self.path = path
        self.first_line = line_offset + 1
        self.findings: list[Finding] = []
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.is_stopped = False
        self.handlers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self.scalar,
            yaml.MappingStartEvent: self.collection,
            yaml.SequenceStartEvent: self.collection,
            yaml.MappingEndEvent: self.end,
            yaml.SequenceEndEvent: self.end,
            yaml.AliasEvent: self.alias,
        }

    def place(self, mark: Any) -> Location:
        """Return a mark's place in the file; the C parser gives every event one."""
        return Location(self.path, mark.line + self.first_line, mark.column + 1)

    def report(self, code: Code, mark: Any, message: str, hint: str) -> None:
        self.findings.append(Finding(code, self.place(mark), message, hint))

    def add(self, value: "str | list[Node] | dict[str, Node] | None", event: Any) -> Node | None:
        """Put a value, finished or opened, where it belongs; return its node, None where it is a key."""
        mark = event.start_mark
        node = Node(value, mark.line + self.first_line, mark.column + 1)
        if not self.stack:
            self.root = node
            return node
        parent = self.stack[-1]
        siblings = parent.node.value
        if type(siblings) is list:
            siblings.append(node)
            return node
        if parent.key is None:
            self.take_key(parent, event)
            return None if type(event) is yaml.ScalarEvent else node
        node.key_line, node.key_column = parent.line, parent.column
        if not parent.is_skipped:
            siblings[parent.key] = node  # type: ignore[index, call-overload] # it is a dict
        parent.key = None
        return node

    def take_key(self, parent: _Open, event: Any) -> None:
        mark = event.start_mark
        parent.line, parent.column = mark.line + self.first_line, mark.column + 1
        if not isinstance(event, yaml.ScalarEvent):
            self.report(YAML_SYNTAX, mark, "a key is a list or a mapping", "Write a word as the key.")
            parent.key, parent.is_skipped = "", True
            return
        parent.key = event.value
        if event.value == "<<" and not event.style:
            hint = "Remove it, and write out the keys that it stands for."
            self.report(YAML_ALIAS_OR_TAG, mark, "a merge key, <<", hint)
            parent.is_skipped = True
            return
        assert isinstance(parent.node.value, dict)
        earlier = parent.node.value.get(event.value)
        parent.is_skipped = earlier is not None
        if earlier is not None:
            self.report(
                YAML_DUPLICATE_KEY,
                mark,
                f"the key {event.value!r} stands here a second time; the first is on line {earlier.key_line}",
                "Keep one of the two.",
            )

    def scalar(self, event: Any) -> None:
        if event.tag is not None or event.anchor is not None:
            self.check_properties(event)
        value = event.value
        # No character takes more than four bytes.
        if len(value) > MAX_SCALAR_BYTES // 4:
            size = len(value.encode("utf-8", "surrogatepass"))
            if size > MAX_SCALAR_BYTES:
                self.report(
                    YAML_LIMIT,
                    event.start_mark,
                    f"a text of {size:,} bytes; the limit is {MAX_SCALAR_BYTES:,}",
                    "Shorten it, or move it into a section.",
                )
        self.add(None if value in NULLS and not event.style else value, event)

    def alias(self, event: Any) -> None:
        self.report(
            YAML_ALIAS_OR_TAG,
            event.start_mark,
            f"an alias, *{event.anchor}",
            "Write the value out again; text that begins with * goes between quotes.",
        )
        self.add(None, event)

    def collection(self, event: Any) -> None:
        if event.tag is not None or event.anchor is not None:
            self.check_properties(event)
        node = self.add({} if type(event) is yaml.MappingStartEvent else [], event)
        assert node is not None
        self.stack.append(_Open(node))
        if len(self.stack) > MAX_DEPTH:
            self.report(
                YAML_LIMIT,
                event.start_mark,
                f"nested more than {MAX_DEPTH} levels deep",
                "Make the structure flatter.",
            )
            self.is_stopped = True

    def end(self, event: Any) -> None:
        self.stack.pop()

    def check_properties(self, event: Any) -> None:
        if event.tag is not None:
            name = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            hint = "Remove it; text that begins with ! goes between quotes."
            self.report(YAML_ALIAS_OR_TAG, event.start_mark, f"a tag, {name}", hint)
        else:
            hint = "Remove it; text that begins with & goes between quotes."
            self.report(YAML_ALIAS_OR_TAG, event.start_mark, f"an anchor, &{event.anchor}", hint)


def parse_yaml(text: str, path: str, *, line_offset: int = 0) -> tuple[Node | None, list[Finding]]:
    """Return the tree of a YAML text and all findings; the tree is None for an empty or unreadable text.

    Args:
        text: The YAML; one document.
        path: For the findings, relative to the project.
        line_offset: Lines that stand before the text in its file (front matter).
    """
    builder = _Builder(path, line_offset)
    handlers = builder.handlers
    documents = 0
    try:
        next_event = yaml.CSafeLoader(text).get_event
        while (event := next_event()) is not None:
            handler = handlers.get(type(event))
            if handler is not None:
                handler(event)
                if builder.is_stopped:
                    break
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    builder.report(
                        YAML_SYNTAX, event.start_mark, "a second document begins", "Remove the line `---`."
                    )
                    break
    except yaml.MarkedYAMLError as error:
        builder.findings.append(_syntax_finding(error, text, builder))
    except yaml.reader.ReaderError as error:
        builder.findings.append(_character_finding(error, text, builder))
    failed = any(finding.code in (YAML_SYNTAX, YAML_LIMIT) for finding in builder.findings)
    root = None if failed else builder.root
    return (None if root is not None and root.value is None else root), builder.findings


def comments_in(text: str) -> int:
    """Return the line of the first comment of a YAML text, from 1; 0 where there is none, or it is no YAML."""
    end = 0
    try:
        # What no token covers is space and comments (YAML 1.1, 5.4).
        for token in yaml.scan(text, Loader=yaml.CSafeLoader):
            between = text[end : token.start_mark.index]
            if "#" in between:
                return text.count("\n", 0, end + between.index("#")) + 1
            end = max(end, token.end_mark.index)
    except yaml.YAMLError:
        return 0
    return text.count("\n", 0, text.index("#", end)) + 1 if "#" in text[end:] else 0


def _character_finding(error: yaml.reader.ReaderError, text: str, builder: _Builder) -> Finding:
    """Report a character that YAML does not allow (YAML 1.1, 5.1); libyaml gives its place in bytes."""
    match = _NOT_YAML.search(text)
    offset = match.start() if match else len(text.encode()[: error.position].decode(errors="ignore"))
    line = text.count("\n", 0, offset)
    place = Location(builder.path, line + builder.first_line, offset - text.rfind("\n", 0, offset))
    what = f"U+{ord(match.group()):04X}" if match else "this character"
    return Finding(
        YAML_SYNTAX, place, f"the control character {what} does not belong in a text", "Remove it."
    )


# What libyaml refuses: C0 and C1 controls but tab, line ends and NEL; a BOM within; and non-characters.
_NOT_YAML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_QUOTES = "text that has `: `, `#` or a quote in it goes between quotes"
# What libyaml says, and the same in words an editor knows, with what to do.
_PROBLEMS = (
    ("did not find expected ',' or ']'", "a list opens here with [ and is not closed", "Write ] at its end."),
    (
        "did not find expected ',' or '}'",
        "a mapping opens here with { and is not closed",
        "Write } at its end.",
    ),
    ("end of stream", "a quote opens here and is not closed", "Write the same quote at the end of the text."),
    (
        "mapping values are not allowed",
        "a colon where none can stand",
        "Put the text between quotes, or each key on a line of its own.",
    ),
    ("could not find expected ':'", "a line without a colon after its key", "Write it as `key: value`."),
    (
        "did not find expected key",
        "this does not continue what stands before it",
        f"Indent lines of one list or mapping alike, and close every quote before this; {_QUOTES}.",
    ),
    (
        "did not find expected '-' indicator",
        "this line does not continue the list",
        "Indent it as its entries are.",
    ),
    ("cannot start any token", "a text cannot begin with this character", "Put the text between quotes."),
    (
        "did not find expected node content",
        "a value is missing here",
        "Write it, or remove what waits for it.",
    ),
    ("did not find expected <document start>", "text before the file's first key", "Remove it."),
    ("unknown escape character", "a backslash with a character that has no meaning after it", r"Write \\."),
    ("invalid Unicode character", "an escape for a character that does not exist", "Write the character."),
)
_OPENED = ("while parsing a flow", "while scanning a quoted", "while scanning a simple key")


def _syntax_finding(error: yaml.MarkedYAMLError, text: str, builder: _Builder) -> Finding:
    mark = error.problem_mark or error.context_mark
    said = f"{error.context or ''}: {error.problem or 'not YAML'}".strip(" :")
    if (error.context or "").startswith(_OPENED) and "escape" not in said and error.context_mark is not None:
        # The quote or bracket that is never closed says more than where that was noticed.
        mark = error.context_mark
    if mark is None:
        return Finding(YAML_SYNTAX, Location(builder.path), said, "Mend the YAML.")
    lines = text.split("\n")
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in line[: mark.column + 1] or "'\\t'" in str(error):
        return Finding(
            YAML_SYNTAX,
            builder.place(mark),
            "a tab; YAML is indented with spaces",
            "Replace the tab by spaces.",
        )
    for sign in _FULL_WIDTH:
        wide = _wide_key(sign, lines, mark.line)
        if wide is not None:
            place = Location(builder.path, wide[0] + builder.first_line, wide[1] + 1)
            message = f"a full-width {sign} where YAML has {_FULL_WIDTH[sign]}"
            return Finding(
                YAML_SYNTAX, place, message, f"Write `{_FULL_WIDTH[sign]} ` with a space after it."
            )
    message, hint = next(((words, hint) for part, words, hint in _PROBLEMS if part in said), (said, ""))
    return Finding(YAML_SYNTAX, builder.place(mark), message, hint or f"Mend this line; {_QUOTES}.")


_FULL_WIDTH = {"：": ":", "－": "-"}


def _wide_key(sign: str, lines: list[str], number: int) -> tuple[int, int] | None:
    """Return line and column, from 0, of a full-width sign that was meant as YAML's, here or on the line before."""
    pattern = r"\s*(?:- )?[\w-]+(：)" if sign == "：" else r"\s*(－)"
    for index in range(min(number, len(lines) - 1), max(number - 2, -1), -1):
        match = re.match(pattern, lines[index])
        if match:
            return index, match.start(1)
    return None
