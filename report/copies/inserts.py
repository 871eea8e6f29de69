"""Pages that stand behind the cover of some copies: what changed since the edition that their clinics hold.

They are laid out once for all who hold the same edition, and written behind the edition's file with all that belongs to
them: structure, bookmark, and the numbers by which a reader's program names pages, which stay those that are printed.
"""

import io
import itertools
from typing import Any

from report.copies import FormError
from report.copies.forms import kids_of
from report.incremental import Base, Update, as_written, reference
from report.tagged_pdf.slots import read_slots

# Behind which page they stand, counted from 1.
_AFTER = 1


def with_pages(edition: bytes, inserted: bytes, label: str) -> bytes:
    """Return the PDF of an edition with the pages of another PDF of this program behind its cover.

    Args:
        edition: Stays as it is; what is added stands behind it.
        inserted: Without links.
        label: What stands before the numbers of these pages, where a program names them.

    Raises:
        FormError: The pages hold what cannot be taken over.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(edition)) as pdf, pikepdf.open(io.BytesIO(inserted)) as other:
        insert = _Insert(Update(Base.read(edition, pdf)), pdf, other)
        insert.pages()
        insert.structure()
        insert.outline()
        insert.labels(label)
        return edition + insert.update.written()


class _Insert:
    def __init__(self, update: Update, pdf: Any, other: Any) -> None:
        self.update = update
        self._pdf = pdf
        self._other = other
        self._taken_over: dict[tuple[int, int], bytes] = {}
        self._document = _document(pdf)
        # What of the other file is what of this one.
        self._taken_over[_document(other).objgen] = _same(self._document)
        own, others = read_slots(pdf), read_slots(other)
        for name in own.keys() & others.keys():
            self._taken_over[(others[name].form, 0)] = reference(own[name].form)
        numbers = _parents(pdf)
        self._key = max(numbers, default=-1) + 1
        self._keys: dict[int, int] = {}
        self._new_pages = [self._reserve(page.obj) for page in other.pages]

    def _reserve(self, item: Any) -> int:
        number = self.update.reserve()
        self._taken_over[item.objgen] = reference(number)
        return number

    def pages(self) -> None:
        """Add the pages to the page tree, which the renderer makes flat (ISO 32000-1, 7.7.3)."""
        import pydyf

        tree = self._pdf.Root.Pages
        for number, page in zip(self._new_pages, self._other.pages, strict=True):
            if "/Annots" in page.obj and len(page.obj.Annots):
                raise FormError("an inserted page holds a link, which it cannot")
            entries = self._dictionary(page.obj, without=frozenset({"/Parent"}))
            self.update.put(number, pydyf.Dictionary({**entries, "Parent": _same(tree)}))
        kids = [_same(kid) for kid in tree.Kids]
        kids[_AFTER:_AFTER] = map(reference, self._new_pages)
        self._put(tree, Kids=pydyf.Array(kids), Count=len(kids))

    def structure(self) -> None:
        """Add the elements of the pages to the document, and what leads to them to the parent tree."""
        import pydyf

        kids = [as_written(kid, _same) for kid in kids_of(self._document)]
        kids[_AFTER:_AFTER] = [self._take_over(kid) for kid in kids_of(_document(self._other))]
        self._put(self._document, K=pydyf.Array(kids))
        tree = self._pdf.Root.StructTreeRoot.ParentTree
        numbers: list[Any] = [as_written(item, _same) for item in tree.Nums]
        others = _parents(self._other)
        for key, own in sorted(self._keys.items(), key=lambda item: item[1]):
            numbers += [own, as_written(others[key], self._take_over, is_whole=True)]
        self._put(tree, Nums=pydyf.Array(numbers))

    def outline(self) -> None:
        """Add a bookmark, as the first."""
        import pydyf

        found, title = self._pdf.Root.get("/Outlines"), self._other.Root.get("/Outlines")
        if found is None or title is None:
            return
        number = self.update.reserve()
        place = pydyf.Array([reference(self._new_pages[0]), "/XYZ", "null", "null", 0])
        item = {"Title": title.First.Title.unparse(), "Parent": _same(found), "Dest": place}
        self.update.put(number, pydyf.Dictionary({**item, "Next": _same(found.First)}))
        self._put(found.First, Prev=reference(number))
        self._put(found, First=reference(number), Count=int(found.Count) + 1)

    def labels(self, prefix: str) -> None:
        """Let programs call the edition's pages what is printed on them (ISO 32000-1, 12.4.2)."""
        import pydyf

        runs = {
            0: {"S": "/D"},
            _AFTER: {"S": "/D", "P": pydyf.String(prefix)},
            _AFTER + len(self._new_pages): {"S": "/D", "St": _AFTER + 1},
        }
        pairs = ((start, pydyf.Dictionary(style)) for start, style in runs.items())
        labels = pydyf.Dictionary({"Nums": pydyf.Array(itertools.chain.from_iterable(pairs))})
        self._put(self._pdf.Root, PageLabels=labels)

    def _put(self, item: Any, **entries: Any) -> None:
        """Write an object of the edition anew, with other values under some keys."""
        import pydyf

        kept = {key[1:]: as_written(value, _same) for key, value in item.items()}
        self.update.put(item.objgen[0], pydyf.Dictionary({**kept, **entries}))

    def _dictionary(self, item: Any, without: frozenset[str] = frozenset()) -> dict[str, Any]:
        entries: dict[str, Any] = {
            key[1:]: as_written(value, self._take_over) for key, value in item.items() if key not in without
        }
        if "/StructParents" in item:
            entries["StructParents"] = self._own_key(int(item["/StructParents"]))
        return entries

    def _own_key(self, key: int) -> int:
        if key not in self._keys:
            self._keys[key] = self._key + len(self._keys)
        return self._keys[key]

    def _take_over(self, item: Any) -> bytes:
        """Return a reference to an object of the other file, written into this one with all that it refers to."""
        import pikepdf
        import pydyf

        if item.objgen not in self._taken_over:
            number = self._reserve(item)
            if isinstance(item, pikepdf.Stream):
                entries = self._dictionary(item.stream_dict, without=frozenset({"/Length"}))
                data = item.read_raw_bytes()
                self.update.put(number, pydyf.Stream([data], pydyf.Dictionary(entries)))
            elif isinstance(item, pikepdf.Dictionary):
                if item.get("/Type") in ("/Catalog", "/StructTreeRoot", "/Pages"):
                    raise FormError(f"an inserted page refers to a {item.Type}")
                self.update.put(number, pydyf.Dictionary(self._dictionary(item)))
            else:
                self.update.put(number, as_written(item, self._take_over, is_whole=True))
        return self._taken_over[item.objgen]


def _document(pdf: Any) -> Any:
    """Return the root element of a structure tree of this program."""
    return kids_of(pdf.Root.StructTreeRoot)[0]


def _parents(pdf: Any) -> dict[int, Any]:
    items = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return {int(key): value for key, value in zip(items[::2], items[1::2], strict=True)}


def _same(item: Any) -> bytes:
    return reference(item.objgen[0])
