"""How much of what belongs on one page stands on the next ones."""

import dataclasses
from collections.abc import Iterable

from report.pages import Block

_MM_A_POINT = 25.4 / 72


@dataclasses.dataclass(frozen=True)
class Overflow:
    """What stands behind the first page: lines, characters, and the height from its first line to its last, in mm."""

    lines: int
    characters: int
    height_mm: float


def overflow(blocks: Iterable[Block], first: int = 1) -> Overflow | None:
    """Return what is printed behind a page, as far as tags hold it; None where nothing is."""
    behind = [line for block in blocks if block.kind for line in block.lines if line.page > first]
    if not behind:
        return None
    # Each further page holds what is between its highest and its lowest line, and one line's own height.
    height = 0.0
    for page in sorted({line.page for line in behind}):
        baselines = [line.baseline for line in behind if line.page == page]
        size = max(glyph.size for line in behind if line.page == page for glyph in line.glyphs)
        height += max(baselines) - min(baselines) + size
    text = "".join(line.text for line in behind)
    return Overflow(len(behind), len("".join(text.split())), height * _MM_A_POINT)
