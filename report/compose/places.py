"""The places that cite: which of them a back link names."""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence

_IDS = re.compile(r'\sid="([^"]+)"')


def part_of_anchors(parts: Sequence[str]) -> dict[str, int]:
    """Return which part each anchor stands in, by its place among the parts.

    Args:
        parts: The HTML of the parts that begin on a page of their own, in the order of the pages.
    """
    return {anchor: index for index, part in enumerate(parts) for anchor in _IDS.findall(part)}


def first_in_each_part(anchors: Iterable[str], homes: Mapping[str, int]) -> tuple[str, ...]:
    """Return the first anchor of each part, in the order of the parts, so that a page is seldom named twice.

    Args:
        anchors: The ids of the places that cite one entry, in reading order; those in no part come last.
        homes: What `part_of_anchors` returned.
    """
    found: dict[int, str] = {}
    for anchor in anchors:
        found.setdefault(homes.get(anchor, sys.maxsize), anchor)
    return tuple(found[index] for index in sorted(found))
