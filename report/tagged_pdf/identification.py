"""What a PDF says it is and conforms to, in XMP (ISO 16684-1; ISO 19005-3, 6.6; ISO 14289-1, 5)."""

import functools
from typing import Any
from xml.sax.saxutils import escape

from report.pages import Metadata

# PDF/A knows the properties of its own schemas and XMP's; of any other it wants a description (ISO 19005-3, 6.6.2.3).
_UA_SCHEMA = """\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
"""
_BRIEFING = """\
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">
<dc:identifier>{identifier}</dc:identifier>
<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>
<dc:publisher><rdf:Bag><rdf:li>{publisher}</rdf:li></rdf:Bag></dc:publisher>
<dc:subject><rdf:Bag>{keywords}</rdf:Bag></dc:subject>
<xmpMM:DocumentID>{identifier}</xmpMM:DocumentID>
<xmpMM:VersionID>{edition}</xmpMM:VersionID>
</rdf:Description>
"""
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
# What of `Metadata` has which property.
_STATED = {
    "identifier": "dc:identifier",
    "authors": "dc:creator",
    "publisher": "dc:publisher",
    "description": "dc:description",
    "keywords": "dc:subject",
    "as_of": "xmp:ModifyDate",
}


def identify(document: Any, metadata: Metadata | None, *, is_tagged: bool) -> None:
    """Let a document of the renderer say in its XMP what it conforms to and which briefing it is.

    WeasyPrint 70 names one standard only, that of its variant.

    Args:
        document: Rendered.
        metadata: Of the briefing; None for a page that is none.
        is_tagged: Whether its tags are those of this package, so that it is PDF/UA-1.
    """
    added = _UA_SCHEMA if is_tagged else ""
    if metadata is not None:
        added += _BRIEFING.format(
            identifier=escape(metadata.identifier),
            lang=escape(metadata.lang),
            publisher=escape(metadata.publisher),
            keywords="".join(f"<rdf:li>{escape(keyword)}</rdf:li>" for keyword in metadata.keywords),
            edition=metadata.edition_number,
        )
    stock = document.metadata.generate_rdf_metadata
    document.metadata.generate_rdf_metadata = functools.partial(_rdf, stock, added)


def _rdf(stock: Any, added: str, *arguments: Any) -> bytes:
    head, end, rest = bytes(stock(*arguments)).rpartition(b"</rdf:RDF>")
    return head + added.encode() + end + rest


def read_statements(pdf: Any) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return what a pikepdf document says in its XMP: the standards it conforms to, and what it is.

    Returns:
        The standards, such as PDF/A-3a and PDF/UA-1, and values by the attribute of `Metadata`.
    """
    xmp = _xmp(pdf)
    archival = "".join(_values(xmp, "pdfaid:part") + _values(xmp, "pdfaid:conformance")).lower()
    standards = [f"PDF/A-{archival}"] if archival else []
    standards += [f"PDF/UA-{part}" for part in _values(xmp, "pdfuaid:part")]
    stated = {name: "; ".join(_values(xmp, key)) for name, key in _STATED.items()}
    return tuple(standards), {name: text for name, text in stated.items() if text}


def is_described(pdf: Any) -> bool:
    """Return whether the property of PDF/UA, where a pikepdf document has it, is described as PDF/A wants it."""
    xmp = _xmp(pdf)
    described = {} if xmp is None else {item.text for item in xmp.iter(f"{_SCHEMA}namespaceURI")}
    return not _values(xmp, "pdfuaid:part") or _NAMESPACES["pdfuaid"] in described


def _xmp(pdf: Any) -> Any:
    """Return the root element of the XMP; None where there is none that can be read."""
    import pikepdf
    from lxml import etree

    stream = pdf.Root.get("/Metadata")
    if not isinstance(stream, pikepdf.Stream):
        return None
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.fromstring(stream.read_bytes(), parser)
    except (etree.XMLSyntaxError, pikepdf.PdfError):
        return None


def _values(xmp: Any, name: str) -> list[str]:
    """Return the value of a property, the items of an array one by one; it is an attribute or an element (XMP 1, 7)."""
    if xmp is None:
        return []
    prefix, _, local = name.partition(":")
    key = f"{{{_NAMESPACES[prefix]}}}{local}"
    for description in xmp.iter(f"{_RDF}Description"):
        if key in description.attrib:
            return [str(description.attrib[key])]
        element = description.find(key)
        if element is not None:
            items = list(element.iter(f"{_RDF}li"))
            return [(item.text or "").strip() for item in items or [element]]
    return []
