"""How two texts of a source differ, for a person to read. Pure."""

import difflib
import re

MOST_LINES = 4_000
_SENTENCE_END = re.compile(r"(?<=[。！？；])(?=[^\s”’」』）])")


def difference(old: str, new: str, old_name: str, new_name: str) -> str:
    """Return what became of a text as a unified difference, sentence by sentence: Chinese pages have long lines."""
    before, after = _sentences(old), _sentences(new)
    start, end = _common(before, after)
    changed_before, changed_after = before[start : len(before) - end], after[start : len(after) - end]
    head = f"--- {old_name}\n+++ {new_name}\n"
    if max(len(changed_before), len(changed_after)) > MOST_LINES:
        # difflib takes the square of it.
        what = (
            f"@@ {len(changed_before):,} lines became {len(changed_after):,}; read both texts in the vault @@"
        )
        return head + what
    from_line = max(start - 3, 0)
    lines = difflib.unified_diff(
        before[from_line : len(before) - max(end - 3, 0)],
        after[from_line : len(after) - max(end - 3, 0)],
        n=2,
        lineterm="",
    )
    return head + "\n".join(list(lines)[2:])


def _sentences(text: str) -> list[str]:
    return [part for line in text.split("\n") for part in _SENTENCE_END.split(line) if part]


def _common(one: list[str], other: list[str]) -> tuple[int, int]:
    """Return how many lines two texts begin with alike, and end with."""
    most = min(len(one), len(other))
    start = next((number for number in range(most) if one[number] != other[number]), most)
    left = most - start
    end = next((number for number in range(left) if one[-1 - number] != other[-1 - number]), left)
    return start, end
