"""A container is written the same every time, and opened only within limits."""

import io
import struct
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from report.publication import opening
from report.publication.archive import pack
from report.publication.opening import is_marked, open_container
from tests.epubs import packed

FILES = [
    ("META-INF/container.xml", b"<x/>"),
    ("EPUB/text.xhtml", b"text " * 100),
    ("EPUB/a.png", b"\x89PNG" * 99),
]


def test_the_media_type_comes_first_and_stored():
    data = pack(FILES)
    assert data[30:58] == b"mimetypeapplication/epub+zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == ["mimetype", *(name for name, _ in FILES)]
    assert not any(entry.extra for entry in entries)
    methods = [entry.compress_type for entry in entries]
    assert methods == [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]


def test_the_same_files_are_the_same_bytes_whatever_the_day_and_the_system(monkeypatch):
    first = pack(FILES)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setattr("sys.platform", "win32")
    assert pack(FILES) == first


def test_what_was_packed_is_opened():
    data = pack(FILES)
    assert open_container(data) == {"mimetype": b"application/epub+zip"} | dict(FILES)
    assert is_marked(data)


@pytest.mark.parametrize(
    "data",
    [
        packed({"a": b"", "mimetype": b"application/epub+zip"}),
        packed({"mimetype": b"application/epub+zip"}, stored=()),
        packed({"mimetype": b"application/zip"}),
        packed({"mimetype": b" application/epub+zip"}),
    ],
    ids=["not first", "packed", "another type", "blank before"],
)
def test_a_container_that_does_not_begin_with_its_media_type_is_not_marked(data):
    assert not is_marked(data)


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.7", pack(FILES)[:-30], pack(FILES)[:200]])
def test_what_is_no_container_is_refused(data):
    with pytest.raises(ValueError, match="no EPUB that can be read"):
        open_container(data)


def test_broken_packing_is_refused():
    data = bytearray(pack(FILES))
    start = data.index(b"EPUB/text.xhtml") + len("EPUB/text.xhtml")
    data[start : start + 2] = b"\xff\xff"
    with pytest.raises(ValueError, match="no EPUB that can be read"):
        open_container(bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_file_packed_another_way_is_refused(method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("a", b"text " * 100)
    with pytest.raises(ValueError, match=f"'a' is packed by method {method}"):
        open_container(out.getvalue())


@given(
    st.lists(st.tuples(st.integers(0, len(pack(FILES)) - 1), st.integers(0, 255)), min_size=1, max_size=20)
)
@example([(80, 255), (81, 255)])
def test_a_damaged_container_is_read_or_refused(changes):
    data = bytearray(pack(FILES))
    for place, value in changes:
        data[place] = value
    try:
        found = open_container(bytes(data))
    except ValueError:
        return
    assert len(found) <= len(FILES) + 1


def test_too_many_files_are_refused(monkeypatch):
    monkeypatch.setattr(opening, "MAX_ENTRIES", 3)
    with pytest.raises(ValueError, match="holds 4 files; the limit is 3"):
        open_container(pack(FILES))


def test_too_much_is_refused_before_it_is_read(monkeypatch):
    data = pack(FILES)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("a file was read"))
    with pytest.raises(ValueError, match="the limit is 500"):
        open_container(data, max_bytes=500)


def test_a_bomb_is_refused_before_it_is_read(monkeypatch):
    data = packed({"mimetype": b"application/epub+zip", "EPUB/a.xhtml": b"\0" * 5_000_000})
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("a file was read"))
    with pytest.raises(ValueError, match=r"packed [0-9]+ to 1; the limit is 200"):
        open_container(data)


def test_a_file_that_lies_about_its_size_is_refused():
    data = bytearray(packed({"a": b"x" * 1000}))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 10)
    with pytest.raises(ValueError, match=r"another size|no EPUB that can be read"):
        open_container(bytes(data))


@pytest.mark.parametrize("name", ["/etc/passwd", "../a", "EPUB/../../a", "a\\b"])
def test_names_that_lead_out_of_the_container_are_refused(name):
    with pytest.raises(ValueError, match="leads out of the container"):
        open_container(packed({name: b""}))


def test_a_name_that_stands_twice_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a", b"2")
    with pytest.raises(ValueError, match="'a' stands twice"):
        open_container(out.getvalue())


def test_an_encrypted_file_is_refused():
    data = bytearray(packed({"a": b"x"}))
    data[6] |= 1
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 8] |= 1
    with pytest.raises(ValueError, match="'a' is encrypted"):
        open_container(bytes(data))
