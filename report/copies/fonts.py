"""The fonts of laid-out slots, cut down to what one copy prints: no character of another clinic's is in them."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from report.copies.update import Update, as_written

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


@dataclasses.dataclass(frozen=True)
class SheetFont:
    """A font of the sheet on which slots are laid out; a composite TrueType font (ISO 32000-1, 9.7).

    Attributes:
        font: Its dictionary, of pikepdf.
        descendant: That of its CIDFont.
        face: Its program, of uharfbuzz.
        texts: What each glyph is copied as.
        widths: The advance of each glyph, in thousandths of the size.
    """

    font: Any
    descendant: Any
    face: Any
    texts: Mapping[int, bytes]
    widths: Mapping[int, float]

    @classmethod
    def read(cls, font: Any) -> "SheetFont":
        """Return what a pikepdf dictionary says of a font."""
        import uharfbuzz

        descendant = font.DescendantFonts[0]
        program = descendant.FontDescriptor.FontFile2.read_bytes()
        texts = {int(code, 16): text for code, text in _MAPPED.findall(font.ToUnicode.read_bytes())}
        face = uharfbuzz.Face(uharfbuzz.Blob(program))
        return cls(font, descendant, face, texts, dict(_widths(descendant.W)))

    def embed(self, update: Update, glyphs: Iterable[int]) -> tuple[bytes, Mapping[int, int]]:
        """Add the font to a file with some of its glyphs only.

        Returns:
            A reference to it, and the new number of each glyph.
        """
        import pydyf
        import uharfbuzz

        wanted = uharfbuzz.SubsetInput()
        wanted.glyph_set.update(glyphs)
        wanted.layout_feature_tag_set.clear()
        plan = uharfbuzz.SubsetPlan(self.face, wanted)
        numbers = {old: plan.old_to_new_glyph_mapping[old] for old in sorted(glyphs)}
        data = plan.execute().blob.data
        program = update.add(pydyf.Stream([data], pydyf.Dictionary({"Length1": len(data)}), compress=True))
        descriptor = _altered(self.descendant.FontDescriptor, FontFile2=program, CIDSet=None)
        widths = ((new, pydyf.Array([self.widths[old]])) for old, new in numbers.items())
        descendant = _altered(
            self.descendant,
            FontDescriptor=update.add(descriptor),
            W=pydyf.Array(item for pair in widths for item in pair),
        )
        font = _altered(
            self.font,
            DescendantFonts=pydyf.Array([update.add(descendant)]),
            ToUnicode=update.add(self._to_unicode(numbers)),
        )
        return update.add(font), numbers

    def _to_unicode(self, numbers: Mapping[int, int]) -> Any:
        import pydyf

        lines = [b"<%04x> <%s>" % (new, self.texts[old]) for old, new in numbers.items() if old in self.texts]
        lists = [lines[start : start + _MOST_IN_LIST] for start in range(0, len(lines), _MOST_IN_LIST)]
        body = b"".join(b"%d beginbfchar\n%s\nendbfchar\n" % (len(one), b"\n".join(one)) for one in lists)
        return pydyf.Stream([_HEAD + body + _FOOT], compress=True)


def _altered(dictionary: Any, **entries: Any) -> Any:
    """Return a dictionary of pikepdf as one of pydyf, with other values under some keys; None stands for no value."""
    import pydyf

    kept = {
        key[1:]: as_written(value, _refuse) for key, value in dictionary.items() if key[1:] not in entries
    }
    return pydyf.Dictionary({**kept, **{key: value for key, value in entries.items() if value is not None}})


def _refuse(item: Any) -> bytes:
    raise ValueError(f"a font of the sheet refers to {item!r}, which is not taken over")


def _widths(array: Any) -> Iterator[tuple[int, float]]:
    """Yield the advance of each glyph; the renderer writes them as lists behind the first one's number."""
    items = list(array)
    for first, widths in zip(items[::2], items[1::2], strict=True):
        for place, width in enumerate(widths):
            yield int(first) + place, float(width)
