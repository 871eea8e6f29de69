"""The places that cite: which of them a back link names."""

import re
from collections.abc import Iterable, Sequence

_IDS = re.compile(r'\sid="([^"]+)"')


def first_in_each_part(anchors: Iterable[str], parts: Sequence[str]) -> tuple[str, ...]:
    """Return the first anchor of each part, in the order of the parts, so that a page is seldom named twice.

    Args:
        anchors: The ids of the places that cite one entry, in reading order; those in no part come last.
        parts: The HTML of the parts that begin on a page of their own, in the order of the pages.
    """
    homes = {anchor: index for index, part in enumerate(parts) for anchor in _IDS.findall(part)}
    found: dict[int, str] = {}
    for anchor in anchors:
        found.setdefault(homes.get(anchor, len(parts)), anchor)
    return tuple(found[index] for index in sorted(found))
