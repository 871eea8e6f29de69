"""The EPUB of whole briefings: pages, notes, links, fonts, and how a reading system shows it."""

import base64
import io
import os
import re
import shutil
import subprocess
import sys

import pytest
from fontTools.ttLib import TTFont

from report.formats import epub
from tests.browser import launched, npm_package
from tests.dsl import ROOT, run
from tests.epubs import OPS, XHTML, documents_of, files_of, text_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with the EPUB of the briefing that comes with the program, and the PDF whose pages it tells."""
    project = tmp_path_factory.mktemp("epub")
    shutil.copytree(ROOT / "content", project / "content")
    ended = run("build", "msc-policy", "-f", "epub", "--locale", "zh-Hans", "--project", str(project))
    assert ended.code == 0, ended.out + ended.err
    return project / "output/msc-policy"


@pytest.fixture(scope="module")
def briefing(built):
    return (built / "msc-policy.epub").read_bytes()


@pytest.fixture(scope="module")
def documents(briefing):
    return documents_of(briefing)


# Joiners, and the numbers of items, which the publication has as lists have them.
NOT_IN_TEXT = re.compile(r"[\u2060\ufffe]|^[0-9]+\. |^• |^\[[0-9]+\] ?")


def with_role(document, role):
    return document.xpath(f"//*[contains(concat(' ', @role, ' '), ' {role} ')]")


def test_one_file_a_section_in_reading_order(documents):
    names = list(documents)
    assert names[:4] == [
        "part_title.xhtml",
        "part_key-points.xhtml",
        "part_contents.xhtml",
        "introduction.xhtml",
    ]
    assert [len(list(document.iter(f"{XHTML}h1"))) for document in documents.values()][3:11] == [1] * 8
    assert names[-6:] == [
        "part_timeline.xhtml",
        "part_notes.xhtml",
        "part_references.xhtml",
        "part_glossary.xhtml",
        "disclaimer.xhtml",
        "part_contact.xhtml",
    ]


def test_each_page_of_the_pdf_is_listed_once_in_order_at_its_words(built, documents):
    """pdfium reads the PDF, and what it reads first on a page stands behind the page's mark."""
    import pypdfium2

    document = pypdfium2.PdfDocument((built / "msc-policy.pdf").read_bytes())
    printed = []
    for page in document:
        lines = page.get_textpage().get_text_bounded().splitlines()
        page.close()
        printed.append(["".join(NOT_IN_TEXT.sub("", line).split()) for line in lines])
    document.close()
    (pages,) = with_role(documents["part_contents.xhtml"], "doc-pagelist")
    links = list(pages.iter(f"{XHTML}a"))
    assert [link.text for link in links] == [str(number) for number in range(1, len(printed) + 1)]
    marks = [
        (name, mark) for name, document in documents.items() for mark in with_role(document, "doc-pagebreak")
    ]
    assert [link.get("href") for link in links] == [f"{name}#{mark.get('id')}" for name, mark in marks]
    assert [mark.get("aria-label") for _, mark in marks] == [link.text for link in links]
    for (_, mark), lines in zip(marks, printed, strict=True):
        behind = "".join(
            "".join(mark.xpath("following::text()[not(ancestor::*[@data-furniture])]")[:60]).split()
        )
        # Before it are read the head of the page, of a table that goes on, and the number of an item.
        assert 0 <= "".join(lines).find(behind[:6]) < 60, behind[:20]


def test_every_note_is_referred_to_and_leads_back(documents):
    notes = {note.get("id"): note for note in with_role(documents["part_notes.xhtml"], "doc-footnote")}
    assert len(notes) > 30
    references = {}
    for name, document in documents.items():
        for link in with_role(document, "doc-noteref"):
            assert link.get(f"{OPS}type") == "noteref"
            references.setdefault(link.get("href").partition("#")[2], []).append(
                f"{name}#{link.getparent().get('id')}"
            )
    assert references.keys() == notes.keys()
    for name, note in notes.items():
        assert note.get(f"{OPS}type") == "footnote"
        back = [link.get("href") for link in note.iter(f"{XHTML}a") if link.get("role") == "doc-backlink"]
        assert back
        assert set(back) <= set(references[name])


def test_terms_and_references_are_linked_both_ways(documents):
    glossary, references = documents["part_glossary.xhtml"], documents["part_references.xhtml"]
    for holder, role in ((glossary, "doc-glossref"), (references, "doc-biblioref")):
        there = {link.get("href") for document in documents.values() for link in with_role(document, role)}
        back = with_role(holder, "doc-backlink")
        ids = {element.get("id") for element in holder.iter() if element.get("id")}
        assert there
        assert back
        assert {href.partition("#")[2] for href in there} <= ids
        # An entry leads back to a document once.
        places = [(link.getparent(), link.get("href").partition("#")[0]) for link in back]
        assert len(places) == len(set(places))
    # A term is linked once in a section.
    for name, document in documents.items():
        terms = [link.get("href") for link in with_role(document, "doc-glossref")]
        assert len(terms) == len(set(terms)), name


def test_the_text_says_edition_and_as_of_date(documents):
    title = text_of(documents["part_title.xhtml"])
    assert "第1版" in title
    assert "数据截至2026年11月22日" in title


def test_fonts_hold_no_character_that_is_nowhere_set_and_the_file_is_small(briefing, documents):
    text = set("".join("".join(document.itertext()) for document in documents.values()))
    labels = {
        cell.get("data-label") or ""
        for document in documents.values()
        for cell in document.iter(f"{XHTML}td")
    }
    for name, data in files_of(briefing).items():
        if name.endswith(".ttf"):
            with TTFont(io.BytesIO(data)) as font:
                held = {chr(code) for code in font.getBestCmap()}
            assert held <= text | set("".join(labels)) | set("▲ ")
    assert len(briefing) < 500_000


def test_no_size_is_in_pixels_and_no_family_is_forced_on_the_body(briefing):
    sheet = files_of(briefing)["EPUB/style.css"].decode()
    assert not re.search(r"\b[0-9.]+px\b", sheet)
    bodies = re.findall(r"^(?:html|body)[^{]*\{([^}]*)\}", sheet, re.MULTILINE)
    assert bodies
    assert not any(
        re.search(r"(?<!-)\b(font-family|font-size|color|background)\s*:", body) for body in bodies
    )


PROGRAM = """
import hashlib, pickle, sys
from report.formats import epub
page = pickle.load(sys.stdin.buffer)
print(hashlib.sha256(epub.export(page, lambda _: None).data).hexdigest())
"""


def test_other_processes_make_the_same_bytes(tmp_path, monkeypatch):
    import hashlib
    import pickle

    from tests.unit.formats.test_epub import page

    wanted = hashlib.sha256(epub.export(page(), lambda _: None).data).hexdigest()
    for seed, zone in (("0", "UTC"), ("1", "Asia/Shanghai")):
        said = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=pickle.dumps(page()),
            capture_output=True,
            check=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
        )
        assert said.stdout.decode().strip() == wanted


# --- In a reading system ---

READER = """
async ([data, width, height]) => {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const book = ePub(bytes.buffer);
  const rendition = book.renderTo('reader', {width, height, flow: 'paginated', spread: 'none'});
  await book.ready;
  const shown = [];
  for (const item of book.spine.spineItems) {
    await rendition.display(item.href);
    const [contents] = rendition.getContents();
    await contents.document.fonts.ready;
    shown.push({
      name: item.href,
      text: contents.document.body.textContent.replace(/\\s+/g, ''),
      height: contents.document.body.getBoundingClientRect().height,
      fonts: [...contents.document.fonts].filter((face) => face.status === 'error').map((face) => face.family),
    });
  }
  const navigation = await book.loaded.navigation;
  return {
    shown,
    toc: navigation.toc.length,
    landmarks: navigation.landmarks.length,
    pages: book.pageList ? book.pageList.pageList.length : 0,
    cover: Boolean(await book.coverUrl()),
    title: (await book.loaded.metadata).title,
  };
}
"""


@pytest.fixture(scope="module")
def browser():
    with launched() as found:
        yield found


@pytest.mark.parametrize(("width", "height"), [(360, 640), (1000, 700)])
def test_a_reading_system_shows_every_document_and_complains_of_nothing(
    browser, briefing, documents, width, height
):
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    context.route("http://reader.invalid/", lambda route: route.fulfill(body="<div id='reader'></div>"))
    page.goto("http://reader.invalid/")
    page.add_script_tag(path=str(npm_package("jszip/dist/jszip.min.js")))
    page.add_script_tag(path=str(npm_package("epubjs/dist/epub.min.js")))
    found = page.evaluate(READER, [base64.b64encode(briefing).decode(), width, height])
    context.close()
    assert [item["name"] for item in found["shown"]] == list(documents)
    for item in found["shown"]:
        assert item["text"] == text_of(documents[item["name"]].find(f"{XHTML}body"))
        assert item["height"] > 0
        assert item["fonts"] == []
    assert (found["toc"], found["pages"]) == (
        len(epub.inspect(briefing).outline) - found_below(documents),
        25,
    )
    assert found["landmarks"] >= 5
    assert found["cover"]
    assert found["title"] == "间充质干细胞为何被叫停、何时松绑"
    assert said == []
    assert [url for url in asked if not url.startswith(("blob:", "data:", "http://reader.invalid/"))] == []


def found_below(documents):
    """How many entries of the contents stand below another."""
    return len(
        documents["part_contents.xhtml"].xpath(
            "//*[@role='doc-toc']//*[local-name()='ol']//*[local-name()='ol']//*[@href]"
        )
    )


@pytest.fixture
def opened(browser, briefing, tmp_path):
    """Open a document of the publication as a reading system of one column does."""
    for name, data in files_of(briefing).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    contexts = {}

    def open_document(name, width, scheme="light"):
        if (width, scheme) not in contexts:
            viewport = {"width": width, "height": 700}
            context = browser.new_context(viewport=viewport, color_scheme=scheme, offline=True)
            contexts[width, scheme] = context, context.new_page()
        _, page = contexts[width, scheme]
        page.goto((tmp_path / "EPUB" / name).as_uri())
        return page

    yield open_document
    for context, _ in contexts.values():
        context.close()


CELL = "getComputedStyle(document.querySelector('.timeline-table tbody td.c-kind'))"


def test_the_timeline_is_a_table_on_a_wide_screen_and_cards_on_a_narrow_one(opened):
    wide, narrow = opened("part_timeline.xhtml", 1000), opened("part_timeline.xhtml", 360)
    assert wide.evaluate(f"{CELL}.display") == "table-cell"
    assert narrow.evaluate(f"{CELL}.display") == "inline-block"
    label = "getComputedStyle(document.querySelector('.timeline-table tbody td.c-kind'), '::before').content"
    assert narrow.evaluate(label) == '"类型"'
    for page, width in ((wide, 1000), (narrow, 360)):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    # Heads stay for those who do not see the cards.
    assert narrow.evaluate("document.querySelector('.stacked thead').getBoundingClientRect().width") > 0
    assert (
        narrow.evaluate("getComputedStyle(document.querySelector('.stacked thead')).visibility") == "visible"
    )


@pytest.mark.parametrize("width", [320, 360, 700, 1000])
def test_no_document_is_wider_than_the_screen(opened, documents, width):
    for name in documents:
        page = opened(name, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


PAPERS = {
    "white": ("#ffffff", "#000000"),
    "sepia": ("#fbf0d9", "#5f4b32"),
    "night": ("#121212", "#ffffff"),
    "black": ("#000000", "#fefefe"),
}


@pytest.mark.parametrize("paper", PAPERS)
def test_text_is_legible_on_every_paper(opened, documents, paper):
    """axe measures the contrast of each text, WCAG 2.2, 1.4.3; systems set paper and ink as they like."""
    ground, ink = PAPERS[paper]
    for name in documents:
        page = opened(name, 360, "dark" if paper in ("night", "black") else "light")
        page.add_style_tag(content=f"html {{ background: {ground}; color: {ink}; }}")
        page.add_script_tag(path=str(npm_package("axe-core/axe.min.js")))
        found = page.evaluate("axe.run({runOnly: ['color-contrast', 'link-in-text-block', 'target-size']})")
        assert [(name, item["id"], item["nodes"][0]["html"]) for item in found["violations"]] == []


def test_the_figure_is_drawn_in_the_readers_ink(opened):
    page = opened("part_timeline.xhtml", 1000, "dark")
    page.add_style_tag(content="html { background: black; color: rgb(1, 200, 3) }")
    colours = page.evaluate(
        "[...document.querySelectorAll('.timeline-figure [fill], .timeline-figure [stroke]')]"
        ".flatMap((item) => [getComputedStyle(item).fill, getComputedStyle(item).stroke])"
    )
    assert set(colours) == {"none", "rgb(1, 200, 3)"}
