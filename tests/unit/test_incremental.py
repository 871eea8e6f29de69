"""What is written behind a PDF: the file before it stays, and other programs read just the objects that were given."""

import io
import re
import subprocess
import zlib

import pikepdf
import pydyf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.incremental import Base, Update, as_written, reference
from tests.programs import require

OWN = 12


def made(mode=pikepdf.ObjectStreamMode.generate):
    """A PDF of one page with objects of its own, each in the catalogue's list."""
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(90, 60))
        own = [document.make_indirect(pikepdf.Dictionary(Number=number)) for number in range(OWN)]
        document.Root.Own = pikepdf.Array(own)
        document.docinfo["/Title"] = "简报"
        out = io.BytesIO()
        document.save(out, object_stream_mode=mode, deterministic_id=True)
    return out.getvalue()


EDITION = made()


def base_of(data):
    with pikepdf.open(io.BytesIO(data)) as document:
        return Base.read(data, document)


def own_numbers(data):
    with pikepdf.open(io.BytesIO(data)) as document:
        return [item.objgen[0] for item in document.Root.Own]


# Control characters mean others in text of a PDF (ISO 32000-1, D.3).
texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12)
names = st.text("abcXYZ09", min_size=1, max_size=6)
leaves = st.integers(-(10**6), 10**6) | st.booleans() | names | texts
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(names, values, max_size=5) | st.binary(max_size=200)


def written(value):
    """A value as pydyf writes it."""
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, dict):
        return pydyf.Dictionary({key: written(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return pydyf.Array(map(written, value))
    if isinstance(value, bytes):
        return pydyf.Stream([value], compress=len(value) % 2 == 0)
    return pydyf.String(value) if isinstance(value, str) else value


def read(item):
    """A value of pikepdf as Python has it."""
    if isinstance(item, pikepdf.Stream):
        return item.read_bytes().rstrip(b"\n")
    if isinstance(item, pikepdf.Dictionary):
        return {key[1:]: read(value) for key, value in item.items()}
    if isinstance(item, pikepdf.Array):
        return [read(value) for value in item]
    return str(item) if isinstance(item, pikepdf.String) else item


def expected(value):
    return value.rstrip(b"\n") if isinstance(value, bytes) else value


@settings(max_examples=60)
@given(
    replaced=st.dictionaries(st.integers(0, OWN - 1), objects),
    added=st.lists(objects, max_size=6),
    end=st.sampled_from([b"", b"\n"]),
)
def test_other_programs_read_just_what_was_written(replaced, added, end):
    data = EDITION.rstrip(b"\n") + end
    numbers = own_numbers(data)
    update = Update(base_of(data))
    for index, value in replaced.items():
        update.put(numbers[index], written(value))
    new = [update.add(written(value)) for value in added]
    copied = data + update.written()
    with pikepdf.open(io.BytesIO(copied)) as document:
        assert document.check_pdf_syntax() == []
        for index, number in enumerate(numbers):
            kept = {"Number": index}
            assert read(document.get_object(number, 0)) == expected(replaced.get(index, kept))
        for place, value in zip(new, added, strict=True):
            assert read(document.get_object(int(place.split()[0]), 0)) == expected(value)
        assert document.docinfo["/Title"] == "简报"
    with pypdfium2.PdfDocument(copied) as printed:
        assert len(printed) == 1
        assert printed.get_metadata_value("Title") == "简报"
    with pikepdf.open(io.BytesIO(copied[: len(data)])) as edition:
        assert read(edition.Root.Own) == [{"Number": index} for index in range(OWN)]
    assert all(
        copied[offset:].startswith(b"%d 0 obj\n" % number) for number, offset in entries(copied).items()
    )
    assert len(entries(copied)) == len(replaced) + len(added) + 1


def entries(data):
    """The objects of the last section of cross-references and where it says that they begin (ISO 32000-1, 7.5.8)."""
    section = data[int(data[data.rindex(b"startxref") :].split()[1]) :]
    index = [int(number) for number in re.search(rb"/Index \[([\d ]*)\]", section)[1].split()]
    numbers = [
        first + number
        for first, count in zip(index[::2], index[1::2], strict=True)
        for number in range(count)
    ]
    rows = zlib.decompress(section[section.index(b"stream\n") + 7 : section.index(b"\nendstream")])
    assert len(rows) == 6 * len(numbers)
    assert numbers == sorted(set(numbers))
    return {number: int.from_bytes(rows[6 * row + 1 : 6 * row + 5]) for row, number in enumerate(numbers)}


def test_qpdf_and_a_second_update_find_nothing_wrong(tmp_path):
    numbers = own_numbers(EDITION)
    first = Update(base_of(EDITION))
    first.put(numbers[3], pydyf.Dictionary({"Number": 33}))
    once = EDITION + first.written()
    second = Update(base_of(once))
    second.put(numbers[3], pydyf.Dictionary({"Number": 333, "More": second.add(pydyf.String("更多"))}))
    twice = once + second.written()
    with pikepdf.open(io.BytesIO(twice)) as document:
        assert read(document.Root.Own[3]) == {"Number": 333, "More": "更多"}
        assert bytes(document.trailer["/ID"][0]) == base_of(EDITION).identifier
    require("qpdf")
    path = tmp_path / "twice.pdf"
    path.write_bytes(twice)
    said = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False, timeout=60)
    assert (said.returncode, said.stderr) == (0, "")


def test_the_second_identifier_is_of_the_contents():
    def identifiers(title):
        update = Update(base_of(EDITION))
        update.put(own_numbers(EDITION)[0], pydyf.String(title))
        with pikepdf.open(io.BytesIO(EDITION + update.written())) as document:
            return [bytes(part) for part in document.trailer["/ID"]]

    one, same, other = identifiers("甲"), identifiers("甲"), identifiers("乙")
    assert one == same
    assert one[0] == other[0]
    assert one[1] != other[1]


def test_an_update_of_nothing_is_a_file():
    copied = EDITION + Update(base_of(EDITION)).written()
    with pikepdf.open(io.BytesIO(copied)) as document:
        assert document.check_pdf_syntax() == []


def test_a_table_of_cross_references_is_refused():
    data = made(pikepdf.ObjectStreamMode.disable)
    with pytest.raises(ValueError, match="has a table of cross-references; this program writes streams"):
        base_of(data)


@pytest.mark.parametrize("end", [b"", b"startxref", b"startxref\n%%EOF\n", b"startxref x\n%%EOF\n"])
def test_a_file_that_does_not_end_as_a_pdf_is_refused(end):
    with pikepdf.open(io.BytesIO(EDITION)) as document, pytest.raises(ValueError, match="does not say where"):
        Base.read(b"%PDF-1.7\n" + end, document)


@pytest.mark.parametrize("key", ["/Info", "/ID"])
def test_a_file_without_information_or_identifier_is_refused(key):
    with pikepdf.open(io.BytesIO(EDITION)) as document:
        del document.trailer[key]
        with pytest.raises(ValueError, match="names no catalogue, no information or no identifier"):
            Base.read(EDITION, document)


def test_values_of_another_file_are_written_as_they_are():
    with pikepdf.new() as document:
        other = document.make_indirect(pikepdf.Dictionary())
        item = pikepdf.Dictionary(
            A=pikepdf.Array([1, 2.5, True, pikepdf.String("文(字)"), pikepdf.Name("/N#20m")]),
            B=other,
            C=pikepdf.Dictionary(D=7),
        )
        update = Update(base_of(EDITION))
        number = own_numbers(EDITION)[0]
        update.put(number, as_written(item, lambda _: reference(number)))
        with pikepdf.open(io.BytesIO(EDITION + update.written())) as copied:
            found = copied.get_object(number, 0)
            assert found.A == item.A
            assert found.C == item.C
            assert found.B.objgen == (number, 0)
