"""Clinics' copies: each is the edition and the clinic's own besides, sound in every format, and nobody else's."""

import base64
import hashlib
import io
import itertools
import os
import re
import subprocess
import sys

import lxml.html
import pikepdf
import pypdfium2
import pytest
import segno
from fontTools import ttLib
from PIL import Image

from report.copies.identity import read
from report.editions import record
from report.formats import pdf
from report.tagged_pdf.slots import read_slots
from report.typography.fonts import bundled_fonts_dir, load_registry
from tests import copying
from tests.dsl import run
from tests.epubs import documents_of, files_of, text_of
from tests.functional.test_pdf_validators import outloud, pdfua, qpdf
from tests.functional.web.test_web_validators import nu
from tests.pages import DOCS, ROOT, blocks
from tests.recalls import copied
from tests.unit.copies.test_inserts import check_parent_tree
from tests.unit.tagged_pdf.conftest import outline_of

pytestmark = pytest.mark.slow

CONTACT = {
    "GZ-0001": '{address: 某市某区某路1号, phone: "020-0000-0001", email: gz@clinics.example.org}',
    "HK-0002": '{address: 南嶼島某道2號, phone: "2000-0002", email: hk@clinics.example.org}',
    "UK-0003": '{address: 3 Harbour Street, phone: "020-0000-0003", email: uk@clinics.example.org}',
}
SUFFIX = {"GZ-0001": "", "HK-0002": ".zh-Hant-HK", "UK-0003": ".en"}
HELD = {"GZ-0001": 1, "HK-0002": 0, "UK-0003": 2}
# Under `copies.status_url`, the page of the edition.
STATE = f"{copying.STATUS}/demo/3.html"


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Three editions in three languages; of three clinics one holds the first, one the second, one none."""
    project = copying.editions(tmp_path_factory.mktemp("copies") / "project")
    for clinic, number in HELD.items():
        if number:
            copying.holds(project, clinic, number)
    return project


@pytest.fixture(scope="module")
def made(released):
    """The same project with every kind of copy."""
    logo = copying.logo(released, "logo.png", (200, 30, 30))
    clinics = {
        name: {**given, "contact": CONTACT[name], "logo": logo} for name, given in copying.CLINICS.items()
    }
    copying.list_clinics(released, clinics)
    ended = released.run("copies")
    assert (ended.code, ended.codes) == (0, []), ended.out + ended.err
    assert "copies of edition 3 for 3 clinics made" in ended.out
    return released


@pytest.fixture(scope="module")
def paths(made):
    """Every copy by its clinic and its name."""
    found = {
        (clinic, name): copying.folder(made, clinic) / name
        for clinic in copying.CLINICS
        for name in copying.record_of(made, clinic).files
    }
    kinds = ("-handout{}.pdf", "{}.epub", "{}.html", "{}.pdf")
    assert sorted(found) == sorted(
        (clinic, "demo" + kind.format(SUFFIX[clinic])) for clinic in copying.CLINICS for kind in kinds
    )
    return found


def of_kind(paths, suffix):
    return {key: path for key, path in paths.items() if path.suffix == suffix}


def full(clinic):
    return f"demo{SUFFIX[clinic]}.pdf"


def squeezed(text):
    return "".join(text.split())


# --- Sound ---


def test_every_copy_is_verified(paths):
    ended = run("verify", *map(str, paths.values()))
    assert (ended.code, ended.codes) == (0, []), ended.out
    assert f"{len(paths)} files are sound" in ended.out


def test_validators_of_pdf_find_nothing(paths, tmp_path):
    files = list(of_kind(paths, ".pdf").values())
    # Files of the same name in several folders.
    for path, findings in pdfua(*files).items():
        assert findings <= {("skipped", "UA-14-001")}, path
    for number, path in enumerate(files):
        assert qpdf(path) == set()
        folder = tmp_path / str(number)
        folder.mkdir()
        (findings,) = outloud(folder, path).values()
        assert [rule for severity, rule in findings if severity == "error"] == [], path
        assert {rule for _, rule in findings}.isdisjoint({"PAG-001", "TAG-003", "LST-002", "NOTE-003"})


def test_validators_of_the_web_find_nothing(paths):
    files = list(of_kind(paths, ".html").values())
    assert nu(*files) == {path: [] for path in files}


def test_epubcheck_is_asked_of_every_epub(paths):
    ended = run("verify", *map(str, of_kind(paths, ".epub").values()))
    if "EPUBCheck passed" not in ended.out:
        if os.environ.get("CI"):
            pytest.fail("EPUBCheck is not installed")
        pytest.skip("EPUBCheck is not installed")
    assert ended.out.count("EPUBCheck passed") == 3


def test_every_pdf_states_both_standards(paths):
    for path in of_kind(paths, ".pdf").values():
        extract = pdf.inspect(path.read_bytes())
        assert extract.pdf_parts == ("PDF/A-3a", "PDF/UA-1")
        assert extract.broken_rules == ()
        assert extract.figures_without_alt == ()
        assert extract.unembedded_fonts == ()


# --- The edition and no other ---


def test_a_pdf_begins_with_the_edition_as_it_was_released(made, paths):
    edition = record.from_json((made.demo / "editions/003.json").read_bytes())
    for (_, name), path in of_kind(paths, ".pdf").items():
        size = (made.root / "output/demo/editions/003" / name).stat().st_size
        data = path.read_bytes()
        assert hashlib.sha256(data[:size]).hexdigest() == edition.artefacts[name]
        assert len(data) > size


def test_what_the_documentation_types_finds_the_edition(made, paths):
    """The block `sh copy` of docs/copies.md."""
    (script,) = [
        body for info, body in blocks((DOCS / "copies.md").read_text(encoding="utf-8")) if info == "sh copy"
    ]
    edition = record.from_json((made.demo / "editions/003.json").read_bytes())
    for (_, name), path in of_kind(paths, ".pdf").items():
        ended = subprocess.run(
            ["bash", "-ec", script.replace("demo.pdf", name)],
            cwd=path.parent,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert ended.stdout.split()[0] == edition.artefacts[name]


def test_an_epub_differs_in_its_slots_and_its_package_document_alone(made, paths):
    for (_, name), path in of_kind(paths, ".epub").items():
        edition = files_of((made.root / "output/demo/editions/003" / name).read_bytes())
        copy = files_of(path.read_bytes())
        assert next(iter(copy)) == "mimetype"
        assert set(copy) - set(edition) == {"EPUB/images/recipient.png"}
        differ = {entry for entry in edition if copy[entry] != edition[entry]}
        documents = {entry for entry, text in edition.items() if b"data-slot=" in text}
        assert differ == {"EPUB/package.opf", *documents}
        assert len(differ) <= 3


def test_what_clinics_have_in_common_is_byte_for_byte_the_same(released, tmp_path):
    project = copied(released, tmp_path / "project")
    logos = [copying.logo(project, f"{number}.png", (number * 90, 0, 0)) for number in range(2)]
    copying.list_clinics(
        project,
        {f"GZ-000{number}": {"name": f"{number}号诊所", "logo": logos[number]} for number in range(2)},
        formats="[epub, html]",
    )
    assert project.run("copies").code == 0
    one, other = (files_of(copying.copies_of(project, f"GZ-000{number}")["demo.epub"]) for number in range(2))
    assert list(one) == list(other)
    differ = {name for name in one if one[name] != other[name]}
    assert {name for name in differ if name.startswith("EPUB/text") or name.endswith(".xhtml")} == {
        name for name, text in one.items() if b"data-slot=" in text
    }
    assert differ - {name for name in differ if name.endswith(".xhtml")} == {
        "EPUB/package.opf",
        "EPUB/images/recipient.png",
    }


# --- What a copy says ---


def test_every_copy_says_whose_it_is(paths):
    identifiers = {}
    for (clinic, _), path in paths.items():
        identity = read(path.read_bytes(), path.suffix[1:])
        assert (identity.clinic, identity.briefing, identity.edition) == (clinic, "demo", 3)
        assert identity.since == HELD[clinic]
        identifiers.setdefault(clinic, set()).add(identity.identifier)
    # The PDF and the EPUB of an edition are one publication, and so are a clinic's copies of them.
    assert {len(own) for own in identifiers.values()} == {3}
    assert len(set().union(*identifiers.values())) == 9


def test_a_record_tells_each_file(made, paths):
    for clinic in copying.CLINICS:
        found = copying.record_of(made, clinic)
        assert (found.clinic, found.briefing, found.edition, found.since) == (clinic, "demo", 3, HELD[clinic])
        for name, file in found.files.items():
            data = paths[clinic, name].read_bytes()
            assert (file.size, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
            assert file.unsigned == file.sha256
            assert file.format == paths[clinic, name].suffix[1:]
            assert file.view == ("handout" if "handout" in name else "full")
            assert file.locale == copying.CLINICS[clinic]["locale"]


WORDS = {
    "GZ-0001": ("本册送交", "本册送达", "某市某区某路1号", "020-0000-0001", "gz@clinics.example.org"),
    "HK-0002": ("本冊送交", "本冊送達", "南嶼島某道2號", "2000-0002", "hk@clinics.example.org"),
    "UK-0003": ("Copy for", "Delivered copy", "3 Harbour Street", "020-0000-0003", "uk@clinics.example.org"),
}


@pytest.mark.parametrize("clinic", copying.CLINICS)
def test_a_pdf_names_the_clinic_in_text_that_is_read_in_its_place(paths, clinic):
    lines = outline_of(paths[clinic, full(clinic)].read_bytes())
    squeezed_lines = [squeezed(line) for line in lines]
    name = squeezed(copying.CLINICS[clinic]["name"])
    places = [at for at, line in enumerate(squeezed_lines) if line.endswith(f"P{name}")]
    cover = next(at for at, line in enumerate(lines) if line.startswith(". Sect"))
    rest = [at for at, line in enumerate(lines) if line == ". Sect" and at > cover]
    # On the cover, which comes first, and on the page of contacts.
    assert len(places) == 2
    assert cover < places[0] < rest[0]
    assert places[1] > rest[-1] or places[1] > rest[0]
    text = "".join(squeezed_lines)
    for words in WORDS[clinic]:
        assert squeezed(words) in text
    for other in set(WORDS) - {clinic}:
        assert squeezed(WORDS[other][2]) not in text
    figures = [line for line in lines if line.endswith("Figure")]
    assert not [line for line in lines if "Figure" in line and any(word in line for word in WORDS[clinic])]
    assert figures


@pytest.mark.parametrize("clinic", copying.CLINICS)
def test_every_page_names_the_clinic_in_its_foot(paths, clinic):
    name = squeezed(copying.CLINICS[clinic]["name"])
    with pypdfium2.PdfDocument(paths[clinic, full(clinic)]) as printed:
        texts = [squeezed(page.get_textpage().get_text_bounded()) for page in printed]
    assert all(f"{squeezed(WORDS[clinic][0])}{name}·{clinic}" in text for text in texts[1:])
    assert name in texts[0]


@pytest.mark.parametrize("clinic", copying.CLINICS)
def test_a_handout_names_who_gives_it(paths, clinic):
    data = paths[clinic, f"demo-handout{SUFFIX[clinic]}.pdf"].read_bytes()
    lines = [squeezed(line) for line in outline_of(data)]
    (line,) = [line for line in lines if squeezed(copying.CLINICS[clinic]["name"]) in line]
    assert line.lstrip(".").startswith("P")
    assert squeezed(WORDS[clinic][3]) in line
    assert pdf.inspect(data).pages == 1


@pytest.mark.parametrize("clinic", copying.CLINICS)
def test_books_and_web_pages_name_the_clinic_too(paths, clinic):
    documents = documents_of(paths[clinic, f"demo{SUFFIX[clinic]}.epub"].read_bytes())
    page = lxml.html.document_fromstring(paths[clinic, f"demo{SUFFIX[clinic]}.html"].read_bytes())
    for text in ("".join(map(text_of, documents.values())), squeezed(page.text_content())):
        for words in (copying.CLINICS[clinic]["name"], clinic, *WORDS[clinic]):
            assert squeezed(words) in text
    (picture,) = page.xpath("//img[@class='recipient-logo']/@src")
    logo = Image.open(io.BytesIO(base64.b64decode(picture.partition(",")[2])))
    assert logo.convert("RGB").getpixel((1, 1)) == (200, 30, 30)


def test_every_stretch_of_text_leads_to_its_element_and_back(paths):
    for path in of_kind(paths, ".pdf").values():
        with pikepdf.open(path) as document:
            check_parent_tree(document)


# --- The QR code ---


def place_of(path, slot_name):
    """The page of a slot, its number, and its box from the left and the top, in points."""
    with pikepdf.open(path) as document:
        slot = read_slots(document)[slot_name]
        number = next(at for at, item in enumerate(document.pages) if item.obj.objgen[0] == slot.page)
        height = float(document.pages[number].mediabox[3])
    top = height - slot.bottom - slot.height
    return number, (slot.left, top, slot.left + slot.width, top + slot.height)


def printed(path, number, scale):
    with pypdfium2.PdfDocument(path) as document:
        return document[number].render(scale=scale).to_pil().convert("L")


def test_the_code_of_a_pdf_leads_to_the_state_of_the_edition(paths):
    """Each module is looked at in its middle, on the printed page."""
    expected = [list(row) for row in segno.make_qr(STATE, error="m").matrix]
    for clinic in copying.CLINICS:
        path = paths[clinic, full(clinic)]
        number, (left, top, right, _) = place_of(path, "qr")
        picture, side = printed(path, number, 8), (right - left) / len(expected)
        middles = [(at + 0.5) * side for at in range(len(expected))]
        found = [
            [int(picture.getpixel((round((left + x) * 8), round((top + y) * 8))) < 128) for x in middles]
            for y in middles
        ]
        assert found == expected
        with pikepdf.open(path) as document:
            figure = document.get_object(read_slots(document)["qr"].element, 0).K[0]
            assert (figure.S, STATE in str(figure.Alt)) == ("/Figure", True)


def test_a_printed_code_has_light_around_it(paths):
    """Four modules (ISO/IEC 18004, 9.1)."""
    path = paths["GZ-0001", full("GZ-0001")]
    number, (left, top, right, bottom) = place_of(path, "qr")
    quiet = 4 * (right - left) / len(segno.make_qr(STATE, error="m").matrix)
    picture = printed(path, number, 4)
    picture.paste(255, [round(length * 4) for length in (left - 1, top - 1, right + 1, bottom + 1)])
    around = picture.crop(
        [round(length * 4) for length in (left - quiet, top - quiet, right + quiet, bottom + quiet)]
    )
    assert around.getextrema()[0] > 200


def test_books_and_web_pages_have_the_code_with_its_text(paths):
    for clinic in copying.CLINICS:
        page = lxml.html.document_fromstring(paths[clinic, f"demo{SUFFIX[clinic]}.html"].read_bytes())
        (drawing,) = page.xpath("//*[@data-slot='qr']//*[local-name()='svg']")
        assert STATE in "".join(drawing.itertext())
        book = documents_of(paths[clinic, f"demo{SUFFIX[clinic]}.epub"].read_bytes()).values()
        drawings = [
            item
            for document in book
            for item in document.xpath("//*[@data-slot='qr']//*[local-name()='svg']")
        ]
        assert STATE in "".join(drawings[0].itertext())


# --- What changed since the edition that a clinic holds ---


def test_a_clinic_is_told_what_changed_since_its_own_edition(made, paths):
    """The first edition had May, the second June, the third July."""
    texts = {}
    for clinic, held in HELD.items():
        with pypdfium2.PdfDocument(paths[clinic, full(clinic)]) as printed:
            texts[clinic] = [squeezed(page.get_textpage().get_text_bounded()) for page in printed]
        edition = pypdfium2.PdfDocument(made.root / "output/demo/editions/003" / full(clinic))
        assert len(texts[clinic]) == len(edition) + bool(held)
        edition.close()
    assert "自第1版以来" in texts["GZ-0001"][1]
    assert "2025年5月→2025年7月" in texts["GZ-0001"][1]
    assert "Sinceedition2" in texts["UK-0003"][1]
    assert "June2025→July2025" in texts["UK-0003"][1]
    assert not [text for text in texts["HK-0002"] if "自您手中" in text]


def test_the_page_stands_behind_the_cover_and_moves_no_number(made, paths):
    for clinic, held in HELD.items():
        copy = pdf.inspect(paths[clinic, full(clinic)].read_bytes())
        edition = pdf.inspect((made.root / "output/demo/editions/003" / full(clinic)).read_bytes())
        added = bool(held)
        assert copy.outline[added:] == edition.outline
        assert copy.outline_pages[added:] == edition.outline_pages
        assert copy.outline_pages[:added] == (0,) * added
        assert copy.pages == edition.pages + added


def test_books_and_web_pages_tell_it_too(paths):
    for clinic, words in (("GZ-0001", "2025年5月"), ("UK-0003", "June 2025")):
        documents = documents_of(paths[clinic, f"demo{SUFFIX[clinic]}.epub"].read_bytes()).values()
        page = lxml.html.document_fromstring(paths[clinic, f"demo{SUFFIX[clinic]}.html"].read_bytes())
        for root in (*documents, page):
            for slot in root.xpath("//*[@data-slot='since']"):
                assert squeezed(words) in squeezed("".join(slot.itertext()))
    page = lxml.html.document_fromstring(paths["HK-0002", "demo.zh-Hant-HK.html"].read_bytes())
    assert [slot.text_content() for slot in page.xpath("//*[@data-slot='since']")] == [""]


# --- The same bytes ---


def test_the_bytes_of_a_copy_do_not_depend_on_who_else_gets_one(made, paths, tmp_path, monkeypatch):
    project = copied(made, tmp_path / "project")
    others = {f"ZZ-{number:04}": {"name": f"第{number}诊所丁香{'医' * number}"} for number in range(7)}
    own = {
        name: {**given, "contact": CONTACT[name], "logo": "logo.png"}
        for name, given in copying.CLINICS.items()
    }
    longest = {"ZZ-9999": {"name": "很长的名字" * 9, "contact": f"{{address: {'某市某区某路' * 12}1号}}"}}
    copying.list_clinics(project, {**dict(reversed(own.items())), **others, **longest})
    # Several batches for each worker, and other companions in each.
    monkeypatch.setattr("report.pipeline.copying.BATCH", 3)
    ended = project.run("copies", "--force")
    assert (ended.code, ended.codes) == (0, []), ended.out + ended.err
    for (clinic, name), path in paths.items():
        assert (copying.folder(project, clinic) / name).read_bytes() == path.read_bytes(), name


def test_the_bytes_do_not_depend_on_the_process(made, paths, tmp_path):
    project = copied(made, tmp_path / "elsewhere")
    environment = {**os.environ, "PYTHONHASHSEED": "4242", "TZ": "America/Los_Angeles", "LC_ALL": "POSIX"}
    command = [sys.executable, "-m", "report", "copies", "--force", "--project", str(project.root)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for (clinic, name), path in paths.items():
        assert (copying.folder(project, clinic) / name).read_bytes() == path.read_bytes(), name


# --- Nobody else's ---

COUNT = 1_000 if os.environ.get("JIANBAO_SOAK") else 100
TOKEN = re.compile(rb"ZQ(\d{4})XK")


def signs(project):
    """Characters that a font has and the edition and its labels do not, one for each clinic."""
    shown = set((ROOT / "templates/labels/zh-Hans.yaml").read_text(encoding="utf-8"))
    for path in (project.root / "output/demo/editions/003").glob("demo*"):
        if path.suffix != ".json":
            shown |= everything(path.name, path.read_bytes())[1]
    face = next(face for face in load_registry(bundled_fonts_dir()) if "Hei" in face.family)
    with ttLib.TTFont(face.path, lazy=True) as font:
        characters = sorted(font.getBestCmap())
    rare = [chr(code) for code in characters if 0x4E00 <= code < 0x9FA0 and chr(code) not in shown]
    return rare[:: len(rare) // COUNT][:COUNT]


def colour(number):
    return (number % 8 * 30 + 10, number // 8 % 8 * 30 + 10, number // 64 * 14 + 10)


def test_no_copy_has_anything_of_another_clinic(released, tmp_path):
    project = copied(released, tmp_path / "project")
    own = signs(project)
    assert len(set(own)) == COUNT
    clinics = {}
    for number, sign in enumerate(own):
        token = f"ZQ{number:04}XK"
        contact = (
            f'{{address: {token}路, phone: "0755-{number:04}", email: {token.lower()}@clinics.example.org}}'
        )
        logo = copying.logo(project, f"{number}.png", colour(number), (9, 6))
        clinics[f"GZ-{number:04}"] = {"name": f"{sign}诊所{token}", "contact": contact, "logo": logo}
    copying.list_clinics(project, clinics)
    ended = project.run("copies")
    assert (ended.code, ended.codes) == (0, []), ended.out[:2000]
    foreign = []
    for number, clinic in enumerate(clinics):
        for name, data in copying.copies_of(project, clinic).items():
            tokens, characters, colours = everything(name, data)
            found = (tokens, characters & set(own), colours & {colour(other) for other in range(COUNT)})
            expected_colours = set() if "handout" in name else {colour(number)}
            if found != ({number}, {own[number]}, expected_colours):
                foreign.append((clinic, name, found))
    assert foreign == []


def everything(name, data):
    """All tokens, characters and colours of pictures in a file, however they are packed."""
    if name.endswith(".pdf"):
        return of_pdf(data)
    if name.endswith(".epub"):
        parts = [of_loose(entry, content) for entry, content in files_of(data).items()]
    else:
        embedded = [base64.b64decode(found) for found in re.findall(rb"base64,([A-Za-z0-9+/=]+)", data)]
        parts = [of_loose("page.html", data), *(of_loose("embedded.png", picture) for picture in embedded)]
    return tuple(set(itertools.chain.from_iterable(kind)) for kind in zip(*parts, strict=True))


def of_loose(name, data):
    if name.endswith((".png", ".jpg")):
        try:
            pixel = Image.open(io.BytesIO(data)).convert("RGB").getpixel((2, 2))
        except OSError:
            return set(), set(), set()
        return set(), set(), {pixel}
    if name.endswith((".ttf", ".otf")):
        return set(), set(map(chr, ttLib.TTFont(io.BytesIO(data), lazy=True).getBestCmap())), set()
    return tokens_of(data), set(data.decode("utf-8", "replace")), set()


def tokens_of(data):
    text = data.upper()
    return {int(found) for found in TOKEN.findall(text) + TOKEN.findall(text.replace(b"\0", b""))}


def of_pdf(data):
    """Also the texts and the programs of its fonts, and what is drawn."""
    tokens, characters, colours = tokens_of(data), set(), set()
    with pikepdf.open(io.BytesIO(data)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary | pikepdf.Array):
                tokens |= tokens_of(item.unparse())
            if not isinstance(item, pikepdf.Stream):
                continue
            content = item.read_bytes() if item.get("/Subtype") != "/Image" else item.read_raw_bytes()
            tokens |= tokens_of(content)
            if item.get("/Subtype") == "/Image":
                colours.add(pikepdf.PdfImage(item).as_pil_image().convert("RGB").getpixel((0, 0)))
            elif b"beginbfchar" in content:
                for text in re.findall(rb"^<\w{4}> <(\w+)>$", content, re.MULTILINE):
                    characters |= set(bytes.fromhex(text.decode()).decode("utf-16-be", "replace"))
            elif content[:4] in (b"\0\1\0\0", b"true"):
                cmap = ttLib.TTFont(io.BytesIO(content), lazy=True).get("cmap")
                characters |= {chr(code) for table in getattr(cmap, "tables", ()) for code in table.cmap}
        characters |= set(document.Root.Metadata.read_bytes().decode())
    with pypdfium2.PdfDocument(data) as printed:
        text = "".join(page.get_textpage().get_text_bounded() for page in printed)
    # What copies are read of must be there: else nothing is proved.
    tokens |= tokens_of(text.encode())
    return tokens, characters | set(text), colours


def test_clinics_of_one_name_have_their_own_pictures(released, tmp_path):
    """WeasyPrint caches pictures by address."""
    project = copied(released, tmp_path / "project")
    colours = {f"GZ-000{number}": (20 + 90 * number, 40, 200 - 80 * number) for number in range(3)}
    clinics = {
        clinic: {"name": "同名诊所", "logo": copying.logo(project, f"{clinic}.png", paint)}
        for clinic, paint in colours.items()
    }
    copying.list_clinics(project, clinics)
    assert project.run("copies").code == 0
    for clinic, paint in colours.items():
        for name, data in copying.copies_of(project, clinic).items():
            _, _, found = everything(name, data)
            assert found & set(colours.values()) == (set() if "handout" in name else {paint}), name


def test_the_canaries_would_be_found(paths):
    """What the search looks into does hold what it looks for."""
    data = paths["GZ-0001", "demo.pdf"].read_bytes()
    _, characters, colours = everything("demo.pdf", data)
    assert set("青柏社区") <= characters
    assert (200, 30, 30) in colours
    with pikepdf.open(io.BytesIO(data)) as document:
        document.Root.Hidden = document.make_stream(b"ZQ0007XK")
        out = io.BytesIO()
        document.save(out, compress_streams=True, recompress_flate=True)
    assert b"ZQ0007XK" not in out.getvalue()
    assert 7 in everything("demo.pdf", out.getvalue())[0]
