"""What a PDF says it is and conforms to."""

import datetime
import io
import xml.etree.ElementTree as ET

import pikepdf
import pytest
import weasyprint

from report.pages import Metadata
from report.tagged_pdf.identification import read_statements

BRIEFING = Metadata(
    identifier="urn:uuid:6e480a06-85fa-5b5f-8624-6a114663826b",
    title="题",
    subtitle="",
    lang="zh-Hans",
    authors=("甲", "乙"),
    publisher="丙 & 丁 <社>",
    description="",
    keywords=("戊，己", "庚, 辛"),
    edition="第3版",
    edition_number=3,
    is_released=True,
    as_of=datetime.date(2026, 11, 22),
    as_of_text="2026年11月22日",
)
PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
}


def test_both_standards_are_stated_and_the_second_is_described(export):
    with pikepdf.open(io.BytesIO(export("<p>甲").data)) as document:
        assert read_statements(document) == (("PDF/A-3a", "PDF/UA-1"), {})
        xmp = document.Root.Metadata
        assert "/Filter" not in xmp
        root = ET.fromstring(xmp.read_bytes())
        assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert document.Root.OutputIntents[0].DestOutputProfile.N == 3
        assert "/ID" in document.trailer
    assert len(root.findall("rdf:RDF", PREFIXES)) == 1
    schema = root.find(".//pdfaExtension:schemas/rdf:Bag/rdf:li", PREFIXES)
    assert schema.findtext("pdfaSchema:namespaceURI", None, PREFIXES) == "http://www.aiim.org/pdfua/ns/id/"
    assert schema.findtext(".//pdfaProperty:name", None, PREFIXES) == "part"
    assert schema.findtext(".//pdfaProperty:valueType", None, PREFIXES) == "Integer"


def test_a_briefing_says_which_it_is(export):
    with pikepdf.open(io.BytesIO(export("<p>甲", metadata=BRIEFING).data)) as document:
        _, stated = read_statements(document)
        root = ET.fromstring(document.Root.Metadata.read_bytes())
    assert stated == {
        "identifier": BRIEFING.identifier,
        "publisher": "丙 & 丁 <社>",
        "keywords": "戊，己; 庚, 辛",
    }
    assert root.findtext(".//xmpMM:VersionID", None, PREFIXES) == "3"
    assert root.findtext(".//xmpMM:DocumentID", None, PREFIXES) == BRIEFING.identifier


def test_the_tags_of_another_renderer_are_not_vouched_for(export, monkeypatch):
    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    with pikepdf.open(io.BytesIO(export("<p>甲").data)) as document:
        assert read_statements(document)[0] == ("PDF/A-3a",)


@pytest.mark.parametrize("data", [None, b"", b"<x", b"<x/>"])
def test_without_metadata_nothing_is_stated(data):
    with pikepdf.new() as document:
        if data is not None:
            document.Root.Metadata = document.make_stream(data)
        assert read_statements(document) == ((), {})
