"""A composed page cut into its parts: what stands directly in the body or in `main`, each to be laid out by itself."""

import dataclasses
import hashlib
import re
from collections.abc import Collection, Iterator

from report.typography.part_layout import HIDDEN

# What template authors may put around parts; a part is everything else that stands directly in the body.
CONTAINER = "main"
_VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
_RAW = ("script", "style", "textarea", "title")
_TOKEN = re.compile(
    r"<!--.*?-->|<!DOCTYPE[^>]*>|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>",
    re.DOTALL | re.IGNORECASE,
)
_ID = re.compile(r"""\sid=(?:"([^"]*)"|'([^']*)')""")
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.DOTALL | re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class PagePart:
    """One part of a page.

    Attributes:
        start_tag: Of its element.
        rest: What follows that, with the end tag.
        end_tag: Of its element.
        before: What stands before it and is no part: white space, the tags of the container.
    """

    start_tag: str
    rest: str
    end_tag: str
    before: str

    @property
    def digest(self) -> str:
        """A hash of what it says."""
        return hashlib.sha256((self.start_tag + self.rest).encode()).hexdigest()

    @property
    def id(self) -> str:
        """Its element's id; empty where it has none."""
        found = _ID.search(self.start_tag)
        return (found.group(1) or found.group(2) or "") if found else ""

    @property
    def hidden(self) -> str:
        """An element in its place of which nothing is shown: rules for neighbours hold as they did."""
        return _hide(self.start_tag) + self.end_tag


@dataclasses.dataclass(frozen=True)
class CutPage:
    """A page in parts; put together again they are the page.

    Attributes:
        head: All up to the first part, less what is its `before`.
        parts: In order.
        foot: All behind the last one.
    """

    head: str
    parts: tuple[PagePart, ...]
    foot: str

    @property
    def styles(self) -> tuple[str, ...]:
        """Its style sheets: with others, no part looks as it did."""
        return tuple(_STYLE.findall(self.head))

    def shown(self, indices: Collection[int]) -> str:
        """Return the page with some of its parts, the others hidden; a container without any is hidden too."""
        pieces = [self.head]
        container = -1
        has_shown = True
        for index, part in enumerate(self.parts):
            start = re.search(rf"<{CONTAINER}\b", part.before)
            if start:
                has_shown, container = False, len(pieces)
            pieces += [part.before, part.start_tag + part.rest if index in indices else part.hidden]
            has_shown |= index in indices
            ends = index + 1 == len(self.parts) or f"</{CONTAINER}" in self.parts[index + 1].before
            if container >= 0 and ends:
                if not has_shown:
                    pieces[container] = re.sub(
                        rf"<{CONTAINER}\b[^>]*>", lambda found: _hide(found.group()), pieces[container]
                    )
                container = -1
        return "".join([*pieces, self.foot])


def _hide(start_tag: str) -> str:
    name = re.match(r"<[^\s/>]+", start_tag)
    assert name is not None
    return f'{name.group()} style="{HIDDEN}"{start_tag[name.end() :]}'


def cut(html: str) -> CutPage | None:
    """Return a page in parts; None where its tags do not pair, so that where a part ends is not known."""
    opened: list[str] = []
    begun: tuple[int, int] | None = None
    head_end = last = -1
    parts: list[PagePart] = []
    for name, is_end, start, end in _tags(html):
        if name == "body" and not is_end:
            head_end = last = end
            opened = []
            continue
        if head_end < 0 or name in _VOID:
            continue
        if name == "body":
            return CutPage(html[:head_end], tuple(parts), html[last:]) if not opened else None
        if not is_end:
            if not opened or opened == [CONTAINER]:
                begun = (start, end) if name != CONTAINER or opened else None
            if not html[start:end].endswith("/>"):
                opened.append(name)
            elif begun is not None and begun == (start, end):
                return None
            continue
        if not opened or opened.pop() != name:
            return None
        if begun is not None and (not opened or opened == [CONTAINER]):
            first, second = begun
            parts.append(PagePart(html[first:second], html[second:end], html[start:end], html[last:first]))
            last, begun = end, None
    return None


def _tags(html: str) -> Iterator[tuple[str, bool, int, int]]:
    """Yield name, whether it is an end tag, start and end of each tag; what stands in raw text is none."""
    position = 0
    while match := _TOKEN.search(html, position):
        position = match.end()
        if match.group("name") is None:
            continue
        name = match.group("name").lower()
        yield name, bool(match.group("end")), match.start(), match.end()
        if name in _RAW and not match.group("end"):
            closing = re.compile(rf"</{name}", re.IGNORECASE).search(html, position)
            position = closing.start() if closing else len(html)
