"""The forms of characters that the bundled fonts have for Chinese typesetting, and the features that give them."""

import unicodedata

CLOSING = "、。，．：；！？’”）〕］｝〉》」』】〗"
OPENING = "‘“（〔［｛〈《「『【〖"

HALF = "hwid"
# The advance in ems of a narrowed full-width mark, and its feature.
NARROWED = {0.93: "ss11", 0.86: "ss12", 0.79: "ss13"}
SPACE_BEFORE = "ss14"
SPACE_AFTER = "ss15"
SPACE_AROUND = "ss16"
PROPORTIONAL = "pwid"
# The space between Han and Latin, in ems of the Latin text.
GAP = 0.167

_SIGNS = frozenset("%‰°¥$€£®™µ")


def takes_space(char: str) -> bool:
    """Return whether a Latin character is spaced from the Han beside it."""
    return (
        char in _SIGNS or unicodedata.category(char)[0] == "L" or unicodedata.category(char) in ("Nd", "No")
    )
