"""Fonts cut down to what one text needs of them, to be carried inside a file.

A process reads each font once and keeps what it made of it.
"""

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# Accents put together, and full-width marks that a browser halves at the edges of a line (`text-spacing-trim` asks for
# chws and halt). Forms for lines that this project sets itself stay out.
_FEATURES = ("ccmp", "chws", "halt", "kern", "liga", "mark", "mkmk")
# The forms of Taiwan and Hong Kong: a quarter more glyphs, for those who need them.
_REGIONAL = "locl"
# Only what is set in columns needs these.
_VERTICAL = ("vhea", "vmtx")
# With what the Open Font License has every copy carry: copyright (0) and licence (13, 14), beside the names 1 to 6.
_NAMES = (0, 1, 2, 3, 4, 5, 6, 13, 14)


def subset_font(path: Path, characters: Iterable[str], *, is_regional: bool = False) -> bytes:
    """Return a font with the glyphs of some characters only; the same characters give the same bytes.

    Args:
        path: A TrueType font.
        characters: Those that the font lacks are passed over.
        is_regional: Whether the text has a language that writes them otherwise than the mainland does.
    """
    return _subset(path, "".join(sorted(set(characters))), is_regional)


def covered(path: Path) -> frozenset[int]:
    """Return the code points that a font has."""
    return _covered(path)


@functools.lru_cache(maxsize=32)
def _subset(path: Path, characters: str, is_regional: bool) -> bytes:
    # Imported here: only an EPUB carries fonts as files.
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    # Or it would add what stands for brackets where text runs from right to left.
    wanted.flags |= uharfbuzz.SubsetFlags.NO_BIDI_CLOSURE
    wanted.unicode_set.update(map(ord, characters))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(map(_tag, (*_FEATURES, *([_REGIONAL] if is_regional else []))))
    wanted.drop_table_tag_set.update(map(_tag, _VERTICAL))
    wanted.name_id_set.clear()
    wanted.name_id_set.update(_NAMES)
    data: bytes = uharfbuzz.subset(_face(path), wanted).blob.data
    return data


@functools.lru_cache(maxsize=32)
def _covered(path: Path) -> frozenset[int]:
    return frozenset(_face(path).unicodes)


@functools.lru_cache(maxsize=32)
def _face(path: Path) -> Any:
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))


def _tag(name: str) -> int:
    """Return a feature's name as OpenType writes it: four characters, one number."""
    return int.from_bytes(name.encode("ascii"), "big")
