"""The structure tree of a finished PDF, read back (ISO 32000-1, 14.7), as plain values."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

# Deeper than this no sound document is.
_DEEPEST = 60
_MOST_ROLES = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Node:
    """One structure element.

    Attributes:
        kind: Its structure type, by the role map.
        page: The page that it, or what it is in, says it is on; 0 where none does.
        kids: The elements in it.
        marks: The marked content directly in it: page and number.
        annotations: The annotations directly in it, by their object's number and generation.
        entries: What else its dictionary says that is text, without the slash: Alt, ID …
        attributes: What its attribute objects say, without the slash: Scope, ColSpan …
    """

    kind: str
    page: int
    kids: tuple["Node", ...] = ()
    marks: tuple[tuple[int, int], ...] = ()
    annotations: tuple[tuple[int, int], ...] = ()
    entries: Mapping[str, str] = dataclasses.field(default_factory=dict)
    attributes: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def below(self) -> Iterator["Node"]:
        """Yield this element and all in it, in reading order."""
        yield self
        for kid in self.kids:
            yield from kid.below()


def read_structure(pdf: Any) -> Node | None:
    """Return the root of a pikepdf document's structure tree; None where it has none. What is no tag is passed over."""
    import pikepdf

    root = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, pikepdf.Dictionary):
        return None
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
    roles: Any = root.get("/RoleMap")
    names = roles.items() if isinstance(roles, pikepdf.Dictionary) else ()
    return _Reader(pages, {str(key): str(value) for key, value in names}).node(root, 0, 0)


def dictionary(item: Any) -> Any:
    """Return a pikepdf dictionary; an empty one for anything else, as damaged files have it."""
    import pikepdf

    return item if isinstance(item, pikepdf.Dictionary) else pikepdf.Dictionary()


def array(item: Any) -> Any:
    """Return a pikepdf array; an empty one for anything else."""
    import pikepdf

    return item if isinstance(item, pikepdf.Array) else pikepdf.Array()


class _Reader:
    """One walk through the tree, each element once."""

    def __init__(self, pages: Mapping[tuple[int, int], int], roles: Mapping[str, str]) -> None:
        self._pages = pages
        self._roles = roles
        self._seen: set[tuple[int, int]] = set()

    def node(self, element: Any, page: int, depth: int) -> Node:
        import pikepdf

        self._seen.add(element.objgen)
        page = self._page(element, page)
        kids: list[Node] = []
        marks: list[tuple[int, int]] = []
        annotations: list[tuple[int, int]] = []
        found = element.get("/K")
        for kid in found if isinstance(found, pikepdf.Array) else (found,):
            if isinstance(kid, int):
                marks.append((page, kid))
            elif isinstance(kid, pikepdf.Dictionary):
                target: Any = kid.get("/Obj")
                number: Any = kid.get("/MCID")
                if isinstance(number, int):
                    marks.append((self._page(kid, page), number))
                elif isinstance(target, pikepdf.Dictionary):
                    annotations.append(target.objgen)
                elif "/S" in kid and depth < _DEEPEST and not (kid.is_indirect and kid.objgen in self._seen):
                    kids.append(self.node(kid, page, depth + 1))
        return Node(
            self._kind(str(element.get("/S", ""))),
            page,
            tuple(kids),
            tuple(marks),
            tuple(annotations),
            {key[1:]: str(value) for key, value in element.items() if isinstance(value, pikepdf.String)},
            dict(_attributes(element.get("/A"))),
        )

    def _kind(self, name: str) -> str:
        for _ in range(_MOST_ROLES):
            if name not in self._roles:
                break
            name = self._roles[name]
        return name[1:]

    def _page(self, item: Any, otherwise: int) -> int:
        import pikepdf

        page = item.get("/Pg")
        return self._pages.get(page.objgen, otherwise) if isinstance(page, pikepdf.Dictionary) else otherwise


def _attributes(found: Any) -> Iterator[tuple[str, str]]:
    """Yield the attributes of an element: one attribute object or several (ISO 32000-1, 14.7.5)."""
    import pikepdf

    for item in found if isinstance(found, pikepdf.Array) else (found,):
        if isinstance(item, pikepdf.Dictionary):
            yield from ((key[1:], str(value)) for key, value in item.items() if key != "/O")
