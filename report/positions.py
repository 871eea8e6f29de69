"""Where each value of a content file stands, so that every finding can say line and column."""

import dataclasses
from collections.abc import Iterator

from report.findings import Location

Key = str | int


@dataclasses.dataclass(slots=True)
class Node:
    """A value of a YAML file, with its place.

    Attributes:
        value: Text, None, a list of nodes, or a dict of nodes by key.
        line: From 1.
        column: From 1, in characters.
        key_line: Where its key stands, in a mapping; else the same as `line`.
        key_column: The same for the column.
    """

    value: "str | list[Node] | dict[str, Node] | None"
    line: int
    column: int
    key_line: int = 0
    key_column: int = 0

    def plain(self) -> object:
        """Return the value without places: dicts, lists, texts and None."""
        value = self.value
        if type(value) is str:
            return value
        if isinstance(value, dict):
            return {key: node.plain() for key, node in value.items()}
        if isinstance(value, list):
            return [node.plain() for node in value]
        return value

    def walk(self, path: tuple[Key, ...] = ()) -> Iterator[tuple[tuple[Key, ...], "Node"]]:
        """Yield every node below and including this one, with its path, in the order of the file."""
        yield path, self
        if isinstance(self.value, dict):
            for key, node in self.value.items():
                yield from node.walk((*path, key))
        elif isinstance(self.value, list):
            for index, node in enumerate(self.value):
                yield from node.walk((*path, index))


@dataclasses.dataclass(frozen=True)
class SourceFile:
    """A text file of a project.

    Attributes:
        path: Relative to the project, with `/`.
        text: Without a byte order mark, lines ended by `LF`.
        root: Its YAML, or the YAML of its front matter; None where there is none.
    """

    path: str
    text: str
    root: Node | None = None

    def locate(self, *path: Key, key: bool = False) -> Location:
        """Return where the value at a path stands, or the nearest that exists above it.

        `key` asks for the place of its key and not of its value.
        """
        node = self.root
        if node is None:
            return Location(self.path)
        found = node
        for step in path:
            below: Node | None = None
            if isinstance(found.value, dict):
                below = found.value.get(str(step))
            elif isinstance(found.value, list) and isinstance(step, int) and step < len(found.value):
                below = found.value[step]
            if below is None:
                return Location(self.path, found.line, found.column)
            found = below
        return self.locate_node(found, key=key)

    def locate_node(self, node: Node, *, key: bool = False) -> Location:
        """Return where a node of the file's YAML stands; `key` asks for the place of its key."""
        if key and node.key_line:
            return Location(self.path, node.key_line, node.key_column)
        return Location(self.path, node.line, node.column)

    def at(self, offset: int) -> Location:
        """Return the place of a character by its offset in the text."""
        line_start = self.text.rfind("\n", 0, offset) + 1
        return Location(self.path, self.text.count("\n", 0, offset) + 1, offset - line_start + 1)
