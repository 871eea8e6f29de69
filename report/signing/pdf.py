"""An invisible signature behind a finished PDF, which stays as it is, byte for byte (ISO 32000-1, 7.5.6 and 12.8).

It certifies that nothing may be changed any more (12.8.2.2). Its field has no extent and lies outside the page:
PDF/A does not let it be hidden (ISO 19005-3, 6.3.2), and PDF/UA wants what is on the page tagged (ISO 14289-1, 7.18).
"""

import dataclasses
import datetime
import hashlib
import io
import re
from typing import Any

from report.incremental import Base, Update, reference, start_of_references
from report.signing.cms import require_signing_time
from report.signing.keys import Signer

FIELD = "Signature"
_OUTSIDE = "-9999 -9999 -9999 -9999"
_PRINTED_AND_LOCKED = 4 | 128
# Signatures exist, and changes are only ever appended (table 219).
_SIGNATURE_FLAGS = 3
_NO_CHANGES = 1
_RANGE = b"[0 0000000000 0000000000 0000000000]"


@dataclasses.dataclass(frozen=True)
class Signable:
    """A finished PDF, as far as a signature behind it, or behind a copy of it, has to know it.

    Attributes:
        data: The file.
        root: The number of its catalogue.
        catalogue: Its catalogue, as written, without the last `>>`.
        page: The number of its first page.
        leaf: Its first page likewise, with an array of annotations that is not closed.
        info: What its trailer says of the document information, such as `b"5 0 R"`; may be empty.
        identifier: The first of the two strings of its /ID.
    """

    data: bytes
    root: int
    catalogue: bytes
    page: int
    leaf: bytes
    info: bytes
    identifier: bytes

    @classmethod
    def read(cls, data: bytes) -> "Signable":
        """Return what a file says of itself.

        Raises:
            ValueError: It is no PDF, has a form or a signature already, or is encrypted.
        """
        import pikepdf

        try:
            with pikepdf.open(io.BytesIO(data)) as pdf:
                return cls._of(data, pdf)
        except (pikepdf.PdfError, AttributeError, KeyError, IndexError, TypeError) as error:
            raise ValueError(f"the file cannot be signed: {error}") from None

    @classmethod
    def _of(cls, data: bytes, pdf: Any) -> "Signable":
        import pikepdf

        root, page = pdf.Root, pdf.Root.Pages
        if pdf.is_encrypted or "/AcroForm" in root or "/Perms" in root:
            raise ValueError("the file cannot be signed: it is encrypted, or has a form or a signature")
        while "/Kids" in page:
            page = page.Kids[0]
        annotations = [item.unparse() for item in page.get("/Annots", [])]
        if annotations:
            del page["/Annots"]
        page.Tabs = pikepdf.Name.S
        info = pdf.trailer.get("/Info")
        return cls(
            data,
            root.objgen[0],
            _without_end(root),
            page.objgen[0],
            _without_end(page) + b" /Annots [" + b" ".join(annotations),
            b"" if info is None else reference(info.objgen[0]),
            bytes(pdf.trailer["/ID"][0]),
        )

    def is_for(self, data: bytes) -> bool:
        """Whether another file is this one with something behind it that leaves catalogue and first page alone."""
        if not data.startswith(self.data):
            return False
        behind = data[len(self.data) :]
        return not any(b"\n%d 0 obj" % number in b"\n" + behind for number in (self.root, self.page))


def _without_end(dictionary: Any) -> bytes:
    written: bytes = dictionary.unparse(resolved=True)
    return written.rstrip()[:-2]


def sign_pdf(data: bytes, signer: Signer, at: datetime.datetime, like: Signable | None = None) -> bytes:
    """Return a PDF with an invisible signature behind it; without a time stamp, the same for the same arguments.

    Args:
        data: The file; the first bytes of what is returned.
        signer: Whose signature.
        at: When, as the signature tells; with a time zone.
        like: What `Signable.read` says of the edition that the file is a copy of: it is not read again then.

    Raises:
        ValueError: The file cannot be signed.
        SigningError: The certificate is not valid then, or a time stamp was not to be had.
    """
    at = require_signing_time(at)
    signer.check_day(at)
    if like is None or not like.is_for(data):
        like = Signable.read(data)
    largest = signer.template.largest_bytes
    update, hole = _update(data, like, largest, at)
    whole = bytearray(data + update)
    before = len(data) + hole
    after = before + 2 * largest + 2
    place = whole.index(_RANGE, len(data))
    told = b"[0 %d %d %d]" % (before, after, len(whole) - after)
    whole[place : place + len(_RANGE)] = told.ljust(len(_RANGE))
    digest = hashlib.sha256(memoryview(whole)[:before])
    digest.update(memoryview(whole)[after:])
    signature = signer.template.sign(digest.digest()).hex().encode()
    if len(signature) > after - before - 2:
        raise ValueError("the signature is longer than the room that was left for it")
    whole[before + 1 : before + 1 + len(signature)] = signature
    return bytes(whole)


def _base(data: bytes, like: Signable) -> Base:
    """Return what an update of a file has to know of it, which is written behind it or behind what stands there.

    Raises:
        ValueError: It does not end as a PDF does.
    """
    try:
        start = start_of_references(data)
    except ValueError as error:
        raise ValueError(f"the file cannot be signed: {error}") from None
    section = data[start:]
    is_table = section.startswith(b"xref")
    size = re.search(rb"/Size\s+(\d{1,9})", section[section.rfind(b"trailer") if is_table else 0 :])
    if size is None:
        raise ValueError("the file cannot be signed: it does not end as a PDF does")
    return Base(data, int(size[1]), start, reference(like.root), like.info, like.identifier)


def _update(data: bytes, like: Signable, largest: int, at: datetime.datetime) -> tuple[bytes, int]:
    """Return what is to stand behind a file, and where in that the signature is to stand, brackets included."""
    update = Update(_base(data, like))
    field, signature = update.reserve(), update.reserve()
    update.put(
        like.root,
        like.catalogue
        + b" /AcroForm << /Fields [%d 0 R] /SigFlags %d >>" % (field, _SIGNATURE_FLAGS)
        + b" /Perms << /DocMDP %d 0 R >> >>" % signature,
    )
    update.put(like.page, like.leaf + b" %d 0 R] >>" % field)
    told = (
        f"<< /Type /Annot /Subtype /Widget /FT /Sig /T ({FIELD}) /TU ({FIELD}) /F {_PRINTED_AND_LOCKED}"
        f" /Rect [{_OUTSIDE}] /P {like.page} 0 R /V {signature} 0 R >>"
    )
    update.put(field, told.encode())
    head = (
        b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (%s)"
        b" /Reference [<< /Type /SigRef /TransformMethod /DocMDP"
        b" /TransformParams << /Type /TransformParams /V /1.2 /P %d >> >>]"
        b" /ByteRange %s /Contents " % (f"D:{at:%Y%m%d%H%M%S}Z".encode(), _NO_CHANGES, _RANGE)
    )
    update.put(signature, head + b"<" + b"0" * (2 * largest) + b"> >>")
    written = update.written()
    return written, written.index(head) + len(head)
