"""The fonts of laid-out slots, cut down to what one copy prints: no character of another clinic's is in them."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from report.copies import FormError
from report.incremental import Update, as_written, dictionary, stream

_MAPPED = re.compile(rb"^<([0-9a-f]{4})> <([0-9a-f]*)>$", re.MULTILINE)
# How many entries a list of a character map may have (Adobe Technical Note 5411, 1.4.1).
_MOST_IN_LIST = 100
_HEAD = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
_FOOT = b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"


# All that an embedded TrueType program needs (ISO 32000-1, 9.9); other tables tell what the PDF tells.
_TABLES = frozenset({"glyf", "head", "hhea", "hmtx", "loca", "maxp", "cvt ", "fpgm", "prep"})


@dataclasses.dataclass(frozen=True)
class SheetFont:
    """A font of the sheet on which slots are laid out; a composite TrueType font (ISO 32000-1, 9.7).

    Attributes:
        of_font: What its dictionary says, as it is written, without what differs from copy to copy.
        of_descendant: Likewise that of its CIDFont.
        of_descriptor: Likewise that of its descriptor.
        face: Its program, of uharfbuzz.
        unused: The tables of the program that are left out.
        texts: What each glyph is copied as.
        widths: The advance of each glyph, in thousandths of the size, as it is written.
    """

    of_font: Mapping[str, bytes]
    of_descendant: Mapping[str, bytes]
    of_descriptor: Mapping[str, bytes]
    face: Any
    unused: frozenset[int]
    texts: Mapping[int, bytes]
    widths: Mapping[int, bytes]

    @classmethod
    def read(cls, font: Any) -> "SheetFont":
        """Return what a pikepdf dictionary says of a font.

        Raises:
            FormError: It lacks characters that the sheet shows.
        """
        import uharfbuzz

        if font.Encoding != "/Identity-H":
            # The renderer writes one of its own where glyphs are missing.
            raise FormError("a slot shows a character that no font has")
        descendant = font.DescendantFonts[0]
        program = descendant.FontDescriptor.FontFile2.read_bytes()
        texts = {int(code, 16): text for code, text in _MAPPED.findall(font.ToUnicode.read_bytes())}
        face = uharfbuzz.Face(uharfbuzz.Blob(program))
        return cls(
            _kept(font, "DescendantFonts", "ToUnicode"),
            _kept(descendant, "FontDescriptor", "W"),
            _kept(descendant.FontDescriptor, "FontFile2", "CIDSet"),
            face,
            frozenset(int.from_bytes(tag.encode(), "big") for tag in face.table_tags if tag not in _TABLES),
            texts,
            dict(_widths(descendant.W)),
        )

    def embed(self, update: Update, glyphs: Iterable[int]) -> tuple[bytes, Mapping[int, int]]:
        """Add the font to a file with some of its glyphs only.

        Returns:
            A reference to it, and the new number of each glyph.
        """
        import uharfbuzz

        wanted = uharfbuzz.SubsetInput()
        wanted.glyph_set.update(glyphs)
        wanted.layout_feature_tag_set.clear()
        wanted.drop_table_tag_set.update(self.unused)
        plan = uharfbuzz.SubsetPlan(self.face, wanted)
        numbers = {old: plan.old_to_new_glyph_mapping[old] for old in sorted(glyphs)}
        data = plan.execute().blob.data
        program = update.add(stream({"Length1": b"%d" % len(data)}, data))
        descriptor = update.add(dictionary({**self.of_descriptor, "FontFile2": program}))
        widths = b" ".join(b"%d [%s]" % (new, self.widths[old]) for old, new in numbers.items())
        own = {"FontDescriptor": descriptor, "W": b"[%s]" % widths}
        descendant = update.add(dictionary({**self.of_descendant, **own}))
        to_unicode = update.add(stream({}, self._to_unicode(numbers)))
        own = {"DescendantFonts": b"[%s]" % descendant, "ToUnicode": to_unicode}
        return update.add(dictionary({**self.of_font, **own})), numbers

    def _to_unicode(self, numbers: Mapping[int, int]) -> bytes:
        lines = [b"<%04x> <%s>" % (new, self.texts[old]) for old, new in numbers.items() if old in self.texts]
        lists = [lines[start : start + _MOST_IN_LIST] for start in range(0, len(lines), _MOST_IN_LIST)]
        body = b"".join(b"%d beginbfchar\n%s\nendbfchar\n" % (len(one), b"\n".join(one)) for one in lists)
        return _HEAD + body + _FOOT


def _kept(item: Any, *without: str) -> dict[str, bytes]:
    """Return what a dictionary of pikepdf says, as it is written, without some keys."""
    return {key[1:]: as_written(value, _refuse) for key, value in item.items() if key[1:] not in without}


def _refuse(item: Any) -> bytes:
    raise FormError(f"a font of the sheet refers to {item!r}, which is not taken over")


def _widths(array: Any) -> Iterator[tuple[int, bytes]]:
    """Yield the advance of each glyph; the renderer writes them as lists behind the first one's number."""
    items = list(array)
    for first, widths in zip(items[::2], items[1::2], strict=True):
        for place, width in enumerate(widths):
            yield int(first) + place, as_written(width, _refuse)
