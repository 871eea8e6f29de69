"""Copies of a PDF: its bytes, and behind them what fills its slots and says whose copy it is."""

import functools
import io
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from report.copies import Filling, qr
from report.copies.forms import Filler
from report.copies.identity import (
    NAMESPACE,
    PROPERTIES,
    Identity,
    identity_from,
    read_properties,
    text_of,
    values,
)
from report.incremental import Base, Update, stream
from report.tagged_pdf.slots import Slot, read_slots

# What comes of asking a damaged file for what it has not.
_BROKEN = (AttributeError, LookupError, RuntimeError, TypeError, ValueError)
_DC_IDENTIFIER = "{http://purl.org/dc/elements/1.1/}identifier"
_IDENTIFIER = re.compile("<dc:identifier>([^<]*)</dc:identifier>")
# PDF/A wants each property described, in the one list of such descriptions (ISO 19005-3, 6.6.2.3).
_END_OF_SCHEMAS = "</rdf:Bag></pdfaExtension:schemas>"
_END = "</rdf:RDF>"
_SCHEMA = """\
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Copies of editions</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>copy</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>
</rdf:li>
"""
_PROPERTY = """\
<rdf:li rdf:parseType="Resource">
<pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType>
<pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>The {name} of a copy of an edition</pdfaProperty:description>
</rdf:li>
"""
_TOLD = """\
<rdf:Description rdf:about="" xmlns:copy="{namespace}">
{told}</rdf:Description>
"""


class PdfEdition:
    """A PDF with slots."""

    def __init__(self, data: bytes) -> None:
        """Read a file.

        Raises:
            ValueError: It is no PDF that this program made.
        """
        import pikepdf

        try:
            with pikepdf.open(io.BytesIO(data)) as pdf:
                self._base = Base.read(data, pdf)
                self._places: Mapping[str, Slot] = read_slots(pdf)
                self._xmp_number = pdf.Root.Metadata.objgen[0]
                self._xmp = pdf.Root.Metadata.read_bytes().decode()
        except (pikepdf.PikepdfError, *_BROKEN) as error:
            raise ValueError(f"the file is no PDF of an edition: {error}") from None
        found = _IDENTIFIER.search(self._xmp)
        if found is None or _END_OF_SCHEMAS not in self._xmp:
            raise ValueError("the file does not say which edition it is")
        self.identifier = found.group(1)

    @property
    def slots(self) -> frozenset[str]:
        """The names of its slots."""
        return frozenset(self._places)

    @property
    def places(self) -> Mapping[str, Slot]:
        """Its slots by name."""
        return self._places

    def copied(self, filling: Filling, identity: Identity) -> bytes:
        """Return a copy: the file as it is, and what is written behind it."""
        update = Update(self._base)
        if filling.sheet is not None:
            forms = {name: form for name, form in filling.forms.items() if name in self._places}
            Filler(update, filling.sheet, forms).fill(self._places)
        if filling.code is not None and qr.SLOT in self._places:
            qr.fill(update, self._places[qr.SLOT], filling.code)
        update.put(self._xmp_number, _metadata(self._stated(identity)))
        return self._base.data + update.written()

    def _stated(self, identity: Identity) -> str:
        """Return the file's XMP as a copy has it: its own identifier, and whose it is."""
        told = "".join(
            f"<copy:{name}>{escape(value)}</copy:{name}>\n" for name, value in values(identity).items()
        )
        xmp = self._xmp.replace(self.identifier, identity.identifier)
        xmp = xmp.replace(_END_OF_SCHEMAS, _schema() + _END_OF_SCHEMAS)
        return xmp.replace(_END, _TOLD.format(namespace=NAMESPACE, told=told) + _END)


@functools.cache
def _schema() -> str:
    properties = "".join(_PROPERTY.format(name=name) for name in PROPERTIES)
    return _SCHEMA.format(namespace=NAMESPACE, properties=properties)


def _metadata(xmp: str) -> bytes:
    """Return the stream of XMP; plain, so that programs which know no PDF find it (ISO 32000-1, 14.3.2)."""
    return stream({"Type": b"/Metadata", "Subtype": b"/XML"}, xmp.encode(), is_compressed=False)


def open_edition(data: bytes) -> PdfEdition:
    """Return an edition's PDF, to be copied.

    Raises:
        ValueError: It is no PDF that this program made.
    """
    return PdfEdition(data)


def read_identity(data: bytes) -> Identity:
    """Return whose copy a PDF is.

    Raises:
        ValueError: It is no copy, or no PDF.
    """
    import pikepdf
    from lxml import etree

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            xmp = pdf.Root.Metadata.read_bytes()
        root = etree.fromstring(xmp, etree.XMLParser(resolve_entities=False, no_network=True))
    except (pikepdf.PikepdfError, etree.XMLSyntaxError, *_BROKEN) as error:
        raise ValueError(f"the file is no PDF of a copy: {error}") from None
    identifiers = [text_of(element) for element in root.iter(_DC_IDENTIFIER)]
    if len(identifiers) > 1:
        raise ValueError("the file has two identifiers")
    return identity_from(read_properties(root), *identifiers or [""])
