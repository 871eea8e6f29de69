"""The forms of characters that the bundled fonts have for Chinese typesetting, and the features that give them."""

import unicodedata

CLOSING = "、。，．：；！？’”）〕］｝〉》」』】〗"
# Of these, what traditional Chinese has in the middle of the square; the last two are never narrowed (CLREQ 3.1.6.1).
CENTRED = "、。，．：；"
CENTRED_FIXED = "！？"
OPENING = "‘“（〔［｛〈《「『【〖"

HALF = "hwid"
# The advances in ems of a full-width mark whose blank side is narrowed or widened, and their features.
MARK_WIDTHS = {
    0.79: "cv11",
    0.86: "cv12",
    0.93: "cv13",
    1.1: "cv14",
    1.2: "cv15",
    1.3: "cv16",
    1.4: "cv17",
    1.5: "cv18",
    1.6: "cv19",
}
# A mark in the middle of its square, without the blank behind it: at the end of a line of traditional Chinese.
CENTRED_END = "cv20"
CENTRED_END_WIDTH = 0.75
# A Han with a twentieth of an em more behind it.
WIDENED = "cv31"
WIDENED_BY = 0.05
SPACE_BEFORE = "cv21"
SPACE_AFTER = "cv22"
SPACE_AROUND = "cv23"
PROPORTIONAL = "pwid"
# The space between Han and Latin, in ems of the Latin text.
GAP = 0.167

_SIGNS = frozenset("%‰°¥$€£®™µ")


def takes_space(char: str) -> bool:
    """Return whether a Latin character is spaced from the Han beside it."""
    return (
        char in _SIGNS or unicodedata.category(char)[0] == "L" or unicodedata.category(char) in ("Nd", "No")
    )
