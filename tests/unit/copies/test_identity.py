"""Whose copy a file is: read back of each format, and of whatever is hostile or damaged a ValueError at most."""

import dataclasses
import functools
import io
import zipfile

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.copies import Filling, load_filler
from report.copies.identity import Identity, identity_of, read
from tests.epubs import changed, files_of, packed

ORIGINAL = "urn:uuid:6f0d5e7c-93a1-4d3a-8f43-9d8a6f1f2b11"
CLINIC = "GZ-0001"
XMP = f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<dc:identifier>{ORIGINAL}</dc:identifier>
<pdfaExtension:schemas><rdf:Bag><rdf:li/></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
OPF = f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">{ORIGINAL}</dc:identifier></metadata>
<manifest/><spine/></package>"""
HTML = '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>简报</title></head><body></body></html>'


@functools.cache
def edition(format_):
    """The smallest file of an edition."""
    if format_ == "html":
        return HTML.encode()
    if format_ == "epub":
        return packed({"mimetype": b"application/epub+zip", "EPUB/package.opf": OPF.encode()})
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Title"] = "简报"
        document.Root.Metadata = document.make_stream(XMP.encode())
        document.Root.StructTreeRoot = pikepdf.Dictionary()
        out = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.generate
        document.save(out, object_stream_mode=mode, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue()


def identity(original=ORIGINAL, **changes):
    return dataclasses.replace(identity_of(original, CLINIC, "demo", 3, 1), **changes)


@functools.cache
def copy(format_):
    opened = load_filler(format_).open_edition(edition(format_))
    return opened.copied(Filling({}), identity(opened.identifier))


FORMATS = ("pdf", "epub", "html")


@pytest.mark.parametrize("format_", FORMATS)
def test_a_copy_says_whose_it_is(format_):
    opened = load_filler(format_).open_edition(edition(format_))
    assert read(copy(format_), format_) == identity(opened.identifier)


@pytest.mark.parametrize("format_", FORMATS)
def test_an_edition_is_no_copy(format_):
    with pytest.raises(ValueError, match="does not say whose copy it is"):
        read(edition(format_), format_)


def test_every_copy_has_an_identifier_of_its_own():
    others = [
        identity_of(ORIGINAL, "GZ-0002", "demo", 3, 1),
        identity_of(ORIGINAL, CLINIC, "demo", 3, 0),
        identity_of(ORIGINAL.replace("6f", "7f", 1), CLINIC, "demo", 3, 1),
    ]
    identifiers = {item.identifier for item in [identity(), *others]}
    assert len(identifiers - {ORIGINAL}) == 4
    assert identity() == identity()


@pytest.mark.parametrize("format_", ["", "docx", "../pdf", "identity"])
def test_there_are_copies_of_some_formats_only(format_):
    with pytest.raises((ValueError, AttributeError)):
        read(b"", format_)


# --- What says something that cannot be ---

WRONG = {
    "recipient": ["", "gz-0001", "GZ 0001", "GZ-0001\n", "../GZ", "GZ-0001" * 9, "诊所"],
    "briefing": ["", "Demo", "../demo", "demo/", "-demo"],
    "edition": ["", "-1", "1.0", "0x1", "１", "٣", "1 ", "01", "9999999"],
    "since": ["", "none", "+1"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in WRONG for value in WRONG[name]])
@pytest.mark.parametrize("format_", FORMATS)
def test_what_cannot_be_is_refused(format_, name, value):
    with pytest.raises(ValueError, match=r"the file does not say|no clinic's id"):
        read(altered(format_, name, [value]), format_)


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("format_", FORMATS)
def test_what_is_missing_or_stands_twice_is_refused(format_, name):
    told = {"recipient": CLINIC, "briefing": "demo", "edition": "3", "since": "1"}[name]
    assert read(altered(format_, name, [told]), format_).clinic == CLINIC
    with pytest.raises(ValueError, match="does not say whose"):
        read(altered(format_, name, []), format_)
    for values in ([told, told], [told, "GZ-0002"], ["", told]):
        with pytest.raises(ValueError, match="says twice"):
            read(altered(format_, name, values), format_)


def altered(format_, name, values):
    """A copy that has other values of a property, in the order given, or none."""
    pieces = {
        "pdf": ("<copy:{name}>{value}</copy:{name}>\n", xmp_replaced),
        "epub": ('<meta property="copy:{name}">{value}</meta>', opf_replaced),
        "html": ('\n<meta name="copy.{name}" content="{value}">', html_replaced),
    }
    shape, replaced = pieces[format_]
    told = {"recipient": CLINIC, "briefing": "demo", "edition": "3", "since": "1"}[name]
    return replaced(
        shape.format(name=name, value=told), "".join(shape.format(name=name, value=value) for value in values)
    )


def xmp_replaced(old, new):
    with pikepdf.open(io.BytesIO(copy("pdf"))) as document:
        xmp = document.Root.Metadata.read_bytes().decode()
        assert xmp.count(old) == 1
        document.Root.Metadata = document.make_stream(xmp.replace(old, new).encode())
        out = io.BytesIO()
        document.save(out, fix_metadata_version=False)
    return out.getvalue()


def opf_replaced(old, new):
    text = files_of(copy("epub"))["EPUB/package.opf"].decode()
    assert text.count(old) == 1
    return packed({**files_of(copy("epub")), "EPUB/package.opf": text.replace(old, new).encode()})


def html_replaced(old, new):
    text = copy("html").decode()
    assert text.count(old) == 1
    return text.replace(old, new).encode()


# --- What is hostile ---

BOMB = "".join(
    f'<!ENTITY {name} "{inner * 10}">'
    for name, inner in zip("bcdefg", ["&a;", "&b;", "&c;", "&d;", "&e;", "&f;"], strict=True)
)


@pytest.mark.parametrize(
    "declared",
    ['<!ENTITY a "GZ-0001">', '<!ENTITY a SYSTEM "file:///etc/hostname">', f'<!ENTITY a "GZ">{BOMB}'],
)
@pytest.mark.parametrize("text", ["&a;", "GZ-&a;", "&g;", "<b>GZ-0001</b>", "GZ-0001<b/>"])
def test_no_entity_is_followed_and_text_is_text(declared, text):
    xmp = xmp_replaced(f"<copy:recipient>{CLINIC}<", f"<copy:recipient>{text}<")
    with pikepdf.open(io.BytesIO(xmp)) as document:
        told = document.Root.Metadata.read_bytes()
        document.Root.Metadata = document.make_stream(f"<!DOCTYPE x [{declared}]>".encode() + told)
        out = io.BytesIO()
        document.save(out, fix_metadata_version=False)
    opf = changed(
        copy("epub"),
        "package.opf",
        lambda told: told.replace(f">{CLINIC}<", f">{text}<").replace(
            "<package", f"<!DOCTYPE package [{declared}]><package"
        ),
    )
    for data, format_ in ((out.getvalue(), "pdf"), (opf, "epub")):
        with pytest.raises(ValueError, match=r"no clinic's id|no PDF of a copy|cannot be read"):
            read(data, format_)


def test_two_identifiers_are_refused():
    twice = f"<dc:identifier>{ORIGINAL}</dc:identifier>"
    with pytest.raises(ValueError, match="two identifiers"):
        read(xmp_replaced("<pdfaExtension:schemas>", f"{twice}<pdfaExtension:schemas>"), "pdf")
    with pytest.raises(ValueError, match="two identifiers"):
        read(
            changed(
                copy("epub"),
                "package.opf",
                lambda told: told.replace("<dc:identifier", f"{twice}<dc:identifier"),
            ),
            "epub",
        )


@pytest.mark.parametrize(
    "identifier", ["", "urn:uuid:", "urn:uuid:x", "urn:isbn:1", f"{ORIGINAL} ", ORIGINAL.upper()]
)
def test_what_is_no_identifier_is_refused(identifier):
    own = {format_: read(copy(format_), format_).identifier for format_ in FORMATS}
    for format_, replaced in (("pdf", xmp_replaced), ("epub", opf_replaced), ("html", html_replaced)):
        with pytest.raises(ValueError, match="no identifier"):
            read(replaced(own[format_], identifier), format_)


def test_a_web_page_says_it_in_its_head_however_it_is_written():
    line = f'<meta name="copy.recipient" content="{CLINIC}">'
    same = html_replaced(line, f"<META content='{CLINIC}' NAME=copy.recipient>")
    assert read(same, "html").clinic == CLINIC
    # What a browser does not take for an element says nothing.
    with pytest.raises(ValueError, match="does not say whose"):
        read(html_replaced(line, f"<!-- {line} -->"), "html")
    other = line.replace(CLINIC, "GZ-0002").replace('"', "'")
    with pytest.raises(ValueError, match="says twice"):
        read(html_replaced(line, line + other), "html")
    inside = copy("html").decode().replace("<body>", f"<body>{other}")
    assert read(inside.encode(), "html").clinic == CLINIC


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    "data", [b"", b"\0", b"%PDF-1.7\n%%EOF\n", b"PK\5\6" + b"\0" * 18, b"<html>", b"\xff" * 99, b"<body"]
)
def test_what_is_no_such_file_is_refused(format_, data):
    with pytest.raises(ValueError):  # noqa: PT011 - each format has its own words
        read(data, format_)
    if format_ != "html":
        with pytest.raises(ValueError):  # noqa: PT011
            load_filler(format_).open_edition(data)


def test_a_pdf_whose_metadata_is_something_else_is_refused():
    for wrong in (pikepdf.Dictionary(), pikepdf.Array([1]), pikepdf.Name("/X")):
        with pikepdf.open(io.BytesIO(copy("pdf"))) as document:
            document.Root.Metadata = wrong
            out = io.BytesIO()
            document.save(out, fix_metadata_version=False)
        with pytest.raises(ValueError, match="no PDF of a copy"):
            read(out.getvalue(), "pdf")
        with pytest.raises(ValueError, match="no PDF of an edition"):
            load_filler("pdf").open_edition(out.getvalue())


def test_a_pdf_that_wants_a_password_is_refused():
    with pikepdf.open(io.BytesIO(copy("pdf"))) as document:
        out = io.BytesIO()
        document.save(
            out, fix_metadata_version=False, encryption=pikepdf.Encryption(user="secret", owner="secret")
        )
    with pytest.raises(ValueError, match="no PDF of a copy"):
        read(out.getvalue(), "pdf")


def unpacked(data):
    """An EPUB with nothing compressed, so that damage reaches what is in it."""
    return packed(files_of(data), stored=tuple(files_of(data)))


@settings(max_examples=150)
@given(st.sampled_from(FORMATS), st.data())
def test_damage_is_refused_or_not_noticed(format_, drawn):
    data = bytearray(unpacked(copy(format_)) if format_ == "epub" else copy(format_))
    for _ in range(drawn.draw(st.integers(1, 6))):
        place = drawn.draw(st.integers(0, len(data) - 1))
        if drawn.draw(st.booleans()):
            data[place] = drawn.draw(st.integers(0, 255))
        else:
            del data[place : place + drawn.draw(st.integers(1, 40))]
        if not data:
            break
    try:
        found = read(bytes(data), format_)
    except ValueError:
        return
    assert isinstance(found, Identity)


def test_an_epub_without_a_package_document_is_refused():
    files = {name: text for name, text in files_of(copy("epub")).items() if name != "EPUB/package.opf"}
    with pytest.raises(ValueError, match="no EPUB of a copy"):
        read(packed(files), "epub")
    assert zipfile.is_zipfile(io.BytesIO(copy("epub")))
