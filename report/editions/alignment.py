"""Which block of text of one edition became which of the next: kept, edited, moved, added or removed."""

import bisect
import collections
import dataclasses
import difflib
import itertools
from collections.abc import Sequence
from typing import Literal

from report.editions.redline import Piece, redline

BlockKind = Literal["same", "changed", "moved", "added", "removed"]

# Shares of pairs of characters that two texts have in common (Dice): from the first on a block counts as
# edited, from the second as found again elsewhere, which takes more to be believed.
_SIMILAR = 0.4
_SURELY_SIMILAR = 0.7
# Below this many characters, single ones count as well.
_SHORT = 12
# How many blocks in a row are compared each with each.
_WINDOW = 120


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, item or row.

    Attributes:
        kind: A moved one stands at its new place, and `pieces` says whether it was edited as well; a
            removed one stands where it stood.
        pieces: Its redline.
    """

    kind: BlockKind
    pieces: tuple[Piece, ...]

    @property
    def old(self) -> str:
        """The older text."""
        return "".join(piece.text for piece in self.pieces if piece.kind != "inserted")

    @property
    def new(self) -> str:
        """The newer text."""
        return "".join(piece.text for piece in self.pieces if piece.kind != "deleted")


def align(old: Sequence[str], new: Sequence[str], lang: str) -> tuple[Block, ...]:
    """Return the blocks of both in reading order: each of `new` once, in its order, and what was removed.

    What was removed stands before what was put in its place. Blocks that stayed or were edited are matched in
    order; what is left over on both sides and is nearly the same has moved.

    Args:
        old: The blocks of the older edition.
        new: Those of the newer one.
        lang: BCP 47.
    """
    partner = _match_in_order(old, new)
    moved = _match_moved(old, new, partner)
    blocks: list[Block] = []
    following = 0
    for place, (text, until) in enumerate(zip(new, _next_origins(partner, len(old), len(new)), strict=True)):
        blocks += _removed(old, range(following, until), moved)
        following = until
        origin = partner.get(place)
        if origin is not None:
            following += 1
            kind: BlockKind = "same" if old[origin] == text else "changed"
            blocks.append(Block(kind, redline(old[origin], text, lang)))
        elif place in moved:
            blocks.append(Block("moved", redline(old[moved[place]], text, lang)))
        else:
            blocks.append(Block("added", (Piece("inserted", text),) if text else ()))
    blocks += _removed(old, range(following, len(old)), moved)
    return tuple(blocks)


def find_moved(old: Sequence[str], new: Sequence[str]) -> frozenset[str]:
    """Return which of the ids on both lists were moved: the fewest that explain the new order."""
    place = {item: index for index, item in enumerate(old)}
    common = [item for item in new if item in place]
    # The longest run of ids whose order is kept (patience sorting); what is not in it was moved.
    tops: list[int] = []
    top_items: list[str] = []
    before: dict[str, str | None] = {}
    for item in common:
        pile = bisect.bisect_left(tops, place[item])
        before[item] = top_items[pile - 1] if pile else None
        if pile == len(tops):
            tops.append(place[item])
            top_items.append(item)
        else:
            tops[pile], top_items[pile] = place[item], item
    kept: set[str] = set()
    last = top_items[-1] if top_items else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return frozenset(common) - kept


def similarity(one: str, other: str) -> float:
    """Return how much two texts have in common, from 0 to 1 (Dice's coefficient of pairs of characters)."""
    return _dice(_pairs(one), _pairs(other))


def _pairs(text: str) -> frozenset[tuple[str, int]]:
    """Return the pairs of characters of a text, each with how many of it came before: a multiset as a set."""
    units = list(map("".join, itertools.pairwise(text)))
    # One number that changed breaks most pairs of a short row; its characters tell that it is the same row.
    if len(text) < _SHORT:
        units += text or [text]
    counts: dict[str, int] = {}
    found = []
    for unit in units:
        count = counts.get(unit, 0)
        found.append((unit, count))
        counts[unit] = count + 1
    return frozenset(found)


def _dice(one: frozenset[tuple[str, int]], other: frozenset[tuple[str, int]]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


def _match_in_order(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return the old place by the new one, for what stayed or was edited; both rise together."""
    partner: dict[int, int] = {}
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            partner.update(zip(range(j1, j2), range(i1, i2), strict=True))
        elif tag == "replace":
            for start in range(0, max(i2 - i1, j2 - j1), _WINDOW):
                olds = range(min(i1 + start, i2), min(i1 + start + _WINDOW, i2))
                news = range(min(j1 + start, j2), min(j1 + start + _WINDOW, j2))
                partner.update(_best_pairs(old, olds, new, news))
    return partner


def _best_pairs(old: Sequence[str], olds: range, new: Sequence[str], news: range) -> dict[int, int]:
    """Return the pairs in order whose similarities add up to most (Needleman and Wunsch, without cost of gaps)."""
    old_pairs = [_pairs(old[i]) for i in olds]
    new_pairs = [_pairs(new[j]) for j in news]
    best = [[0.0] * (len(news) + 1) for _ in range(len(olds) + 1)]
    likeness = [[_dice(one, other) for other in new_pairs] for one in old_pairs]
    for i in range(len(olds) - 1, -1, -1):
        for j in range(len(news) - 1, -1, -1):
            paired = best[i + 1][j + 1] + likeness[i][j] if likeness[i][j] >= _SIMILAR else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    found: dict[int, int] = {}
    i = j = 0
    while i < len(olds) and j < len(news):
        if likeness[i][j] >= _SIMILAR and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            found[news[j]] = olds[i]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _match_moved(old: Sequence[str], new: Sequence[str], partner: dict[int, int]) -> dict[int, int]:
    """Return the old place by the new one, for what was left over and stands elsewhere now."""
    taken = set(partner.values())
    olds = [i for i in range(len(old)) if i not in taken and old[i]]
    news = [j for j in range(len(new)) if j not in partner and new[j]]
    exact: dict[str, collections.deque[int]] = {}
    for i in olds:
        exact.setdefault(old[i], collections.deque()).append(i)
    moved = {j: exact[new[j]].popleft() for j in news if exact.get(new[j])}
    gone = set(moved.values())
    olds = [i for i in olds if i not in gone][:_WINDOW]
    old_pairs = {i: _pairs(old[i]) for i in olds}
    for j in [j for j in news if j not in moved][:_WINDOW]:
        own = _pairs(new[j])
        likeness = {i: _dice(own, pairs) for i, pairs in old_pairs.items()}
        nearest = max(likeness, key=lambda i: (likeness[i], -i), default=None)
        if nearest is not None and likeness[nearest] >= _SURELY_SIMILAR:
            moved[j] = nearest
            del old_pairs[nearest]
    return moved


def _next_origins(partner: dict[int, int], olds: int, news: int) -> list[int]:
    """Return, for each new place, the old place of the next block from there on that stayed or was edited."""
    origins = [olds] * (news + 1)
    for place in range(news - 1, -1, -1):
        origins[place] = partner.get(place, origins[place + 1])
    return origins[:news]


def _removed(old: Sequence[str], places: range, moved: dict[int, int]) -> list[Block]:
    found_again = set(moved.values())
    return [
        Block("removed", (Piece("deleted", old[i]),) if old[i] else ())
        for i in places
        if i not in found_again
    ]
