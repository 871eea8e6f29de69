"""A container is added to without being packed again, and both ways make the same bytes everywhere."""

import io
import zipfile

from report.publication.archive import extend, pack
from report.publication.opening import is_marked, open_container

FILES = [
    ("META-INF/container.xml", b"<container/>"),
    ("EPUB/a.xhtml", "文".encode() * 500),
    ("EPUB/b.png", b"\x89PNG" * 9),
]
MORE = [("EPUB/cover.xhtml", "诊所".encode() * 300), ("EPUB/images/recipient.png", bytes(range(256)))]


def entries(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.infolist()


def test_all_files_are_in_it_and_the_mark_stays():
    data = extend(pack(FILES), MORE)
    assert is_marked(data)
    assert list(open_container(data).items()) == [("mimetype", b"application/epub+zip"), *FILES, *MORE]


def test_what_was_packed_stays_byte_for_byte():
    before = pack(FILES)
    data = extend(before, MORE)
    end = before.index(b"PK\1\2")
    assert data[:end] == before[:end]
    assert [entry.header_offset for entry in entries(data)][: len(FILES) + 1] == [
        entry.header_offset for entry in entries(before)
    ]


def test_it_is_what_packing_at_once_makes():
    assert extend(pack(FILES), MORE) == pack([*FILES, *MORE])
    assert extend(pack(FILES), []) == pack(FILES)
    assert extend(pack([]), FILES) == pack(FILES)


def test_nothing_tells_when_or_where_it_was_made():
    for entry in entries(extend(pack(FILES), MORE)):
        assert (entry.date_time, entry.create_system, entry.external_attr >> 16) == (
            (1980, 1, 1, 0, 0, 0),
            3,
            0o100644,
        )
        assert not entry.extra


def test_pictures_are_stored_and_text_is_not():
    methods = {entry.filename: entry.compress_type for entry in entries(extend(pack(FILES), MORE))}
    assert (
        methods["EPUB/images/recipient.png"]
        == methods["EPUB/b.png"]
        == methods["mimetype"]
        == zipfile.ZIP_STORED
    )
    assert methods["EPUB/cover.xhtml"] == zipfile.ZIP_DEFLATED
