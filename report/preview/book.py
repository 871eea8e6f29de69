"""The pages of a briefing with the parts they belong to, and what becomes of them as parts change."""

import dataclasses
import difflib
import itertools
from collections.abc import Iterator, Mapping, Sequence

from report.preview.snapshot import Box


@dataclasses.dataclass(frozen=True)
class PrintedLine:
    """A line of text on a page."""

    text: str
    box: Box


@dataclasses.dataclass(frozen=True)
class LaidPage:
    """A page that was laid out.

    Attributes:
        digest: Of its image.
        width_px: At one pixel a point, as `height_px`.
        height_px: Its height.
        source: The PDF that it is drawn in, by a hash; `index` is its place there.
        index: From 0.
        section: The id of the section that it begins in.
        body: Where text stands, between head and foot.
        lines: What stands there.
        anchors: The ids of the places on it.
        strings: The named strings of the style sheet as they are at its end, those that are set on it.
        is_exact: Whether it is as it will print.
    """

    digest: str
    width_px: int
    height_px: int
    source: str
    index: int
    section: str
    body: Box
    lines: tuple[PrintedLine, ...]
    anchors: tuple[str, ...]
    strings: Mapping[str, str]
    is_exact: bool


@dataclasses.dataclass(frozen=True)
class Group:
    """Parts that share pages with each other and with no other part.

    Attributes:
        parts: The digest of each.
        pages: In order; none where the part stands on no page, as a running element of the margins.
        targets: The anchors whose page numbers may be printed on them.
    """

    parts: tuple[str, ...]
    pages: tuple[LaidPage, ...]
    targets: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True)
class Stretch:
    """Neighbouring parts that have to be laid out.

    Attributes:
        first: The place of the first among the parts of the page.
        end: That behind the last.
        place: How many groups of the book come before.
        replaced: How many groups it comes in the place of.
    """

    first: int
    end: int
    place: int
    replaced: int


@dataclasses.dataclass(frozen=True)
class Book:
    """All pages, group by group."""

    groups: tuple[Group, ...] = ()

    @property
    def pages(self) -> tuple[LaidPage, ...]:
        """All of them, in order."""
        return tuple(itertools.chain.from_iterable(group.pages for group in self.groups))

    @property
    def anchors(self) -> dict[str, int]:
        """The page of each place, from 1."""
        found: dict[str, int] = {}
        for number, page in enumerate(self.pages, 1):
            for anchor in page.anchors:
                found.setdefault(anchor, number)
        return found

    def pages_before(self, place: int) -> tuple[LaidPage, ...]:
        """Return the pages of the groups before the one at a place."""
        return Book(self.groups[:place]).pages

    def strings_before(self, place: int) -> dict[str, str]:
        """Return the named strings as they are where the group at a place begins."""
        strings: dict[str, str] = {}
        for page in self.pages_before(place):
            strings |= page.strings
        return strings

    def stretches(self, parts: Sequence[str]) -> list[Stretch]:
        """Return what has to be laid out where the page has these parts, by their digests.

        That is everything where one changed that stands on no page of its own: it may stand on all of them.
        """
        kept = list(_kept(self.groups, parts))
        places = {place for place, _ in kept}
        if any(not group.pages and place not in places for place, group in enumerate(self.groups)):
            return [Stretch(0, len(parts), 0, len(self.groups))]
        stretches = []
        group_end = part_end = 0
        for place, first in [*kept, (len(self.groups), len(parts))]:
            if place > group_end or first > part_end:
                stretches += self._divided(Stretch(part_end, first, group_end, place - group_end))
            if place < len(self.groups):
                group_end, part_end = place + 1, first + len(self.groups[place].parts)
        return stretches

    def _divided(self, stretch: Stretch) -> list[Stretch]:
        """Return a stretch group by group, where as many parts come as there were: each is shown the sooner."""
        groups = self.groups[stretch.place : stretch.place + stretch.replaced]
        if sum(len(group.parts) for group in groups) != stretch.end - stretch.first:
            return [stretch]
        ends = itertools.accumulate((len(group.parts) for group in groups), initial=stretch.first)
        return [
            Stretch(first, end, place, 1)
            for place, (first, end) in enumerate(itertools.pairwise(ends), stretch.place)
        ]

    def spliced(self, stretch: Stretch, groups: Sequence[Group]) -> "Book":
        """Return the book with other groups in the place of some; what depends on them is exact no more."""
        behind = stretch.place + stretch.replaced
        made = Book((*self.groups[: stretch.place], *groups, *self.groups[behind:]))
        behind_now = len(made.groups) - (len(self.groups) - behind)
        pairs = {place: place for place in range(stretch.place)}
        pairs |= {behind_now + offset: behind + offset for offset in range(len(self.groups) - behind)}
        doubted = [
            group
            if place not in pairs or self._reads(pairs[place]) == made._reads(place)
            else _doubted(group)
            for place, group in enumerate(made.groups)
        ]
        return Book(tuple(doubted))

    def doubted(self) -> "Book":
        """Return the book with no page exact."""
        return Book(tuple(map(_doubted, self.groups)))

    def _reads(self, place: int) -> tuple[object, ...]:
        """Return all that the pages of a group depend on besides its parts."""
        anchors = self.anchors
        numbers = {name: anchors.get(name) for name in self.groups[place].targets}
        return len(self.pages_before(place)), len(self.pages), numbers, self.strings_before(place)


def _kept(groups: Sequence[Group], parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the place of each group all of whose parts are there as they were, and the place of its first part."""
    old = [part for group in groups for part in group.parts]
    blocks = difflib.SequenceMatcher(None, old, parts, autojunk=False).get_matching_blocks()
    now = {block.a + step: block.b + step for block in blocks for step in range(block.size)}
    start = 0
    for place, group in enumerate(groups):
        places = [now.get(start + offset, -1) for offset in range(len(group.parts))]
        start += len(group.parts)
        if places and places[0] >= 0 and places == list(range(places[0], places[0] + len(places))):
            yield place, places[0]


def grouped(
    parts: Sequence[str], targets: Sequence[frozenset[str]], pages: Sequence[tuple[Sequence[int], LaidPage]]
) -> tuple[Group, ...]:
    """Return pages as groups of the parts that stand on them.

    Args:
        parts: The digests of neighbouring parts.
        targets: What each refers to.
        pages: Each with the places of the parts that stand on it.
    """
    held = 0
    stands: list[tuple[int, int]] = []
    for places, _ in pages:
        # A page without any part belongs to the one before it.
        held = max(places, default=held)
        stands.append((min(places, default=held), held))
    ends = [place for place in range(len(parts)) if not any(low <= place < high for low, high in stands)]
    groups = []
    for begin, end in zip([0, *(place + 1 for place in ends)], ends, strict=False):
        own = [page for (low, _), (_, page) in zip(stands, pages, strict=True) if begin <= low <= end]
        span = slice(begin, end + 1)
        groups.append(Group(tuple(parts[span]), tuple(own), frozenset().union(*targets[span])))
    return tuple(groups)


def _doubted(group: Group) -> Group:
    pages = tuple(dataclasses.replace(page, is_exact=False) for page in group.pages)
    return dataclasses.replace(group, pages=pages)
