"""Which of the slots of a sheet, laid out by the renderer, hold more than they have room for."""

from collections.abc import Iterator
from typing import Any

# The class of what holds the place of a slot on a sheet.
SLOT = "slot"
# In CSS pixels: what heights that are added up differ by.
_TOLERANCE = 0.01


def slots_with_room(pages: Any) -> tuple[bool, ...]:
    """Return of each slot, in the order of the source, whether all that is in it has room.

    Args:
        pages: Of the renderer's document, laid out. What runs on to another page than the first has no room.
    """
    found: dict[Any, bool] = {}
    for number, page in enumerate(pages):
        for box in _slots(page._page_box):
            found[box.element] = number == 0 and _has_room(box)
    return tuple(found.values())


def _slots(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        # What is positioned stands in its place as a proxy, which has all that the box has.
        if child.element is not None and SLOT in child.element.get("class", "").split():
            yield child
        else:
            yield from _slots(child)


def _has_room(slot: Any) -> bool:
    bottom = slot.content_box_y() + slot.height + _TOLERANCE
    return all(child.position_y + child.margin_height() <= bottom for child in slot.children)
