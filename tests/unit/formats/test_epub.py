"""The EPUB as it is made in a build: complete, sealed, the same every time, and read back as it is."""

import dataclasses
import datetime
import io
import json

import pytest
from fontTools.ttLib import TTFont
from lxml import etree
from PIL import Image

from report.formats import epub
from report.pages import Attachment, FontFile, Metadata, Page, PageStart
from report.publication.package_document import CONFORMS
from report.typography.fonts import bundled_fonts_dir, load_registry
from tests.epubs import OPF, OPS, XHTML, changed, documents_of, files_of, packed

DAY = datetime.date(2026, 11, 22)
METADATA = Metadata(
    identifier="urn:uuid:7d567ea7-da2d-5031-b5b8-bd4c8d991ae3",
    title="题名",
    subtitle="副题",
    lang="zh-Hans",
    authors=("甲", "乙"),
    publisher="示例社",
    description="说明",
    keywords=("词一", "词二"),
    edition="第1版",
    edition_number=1,
    is_released=False,
    as_of=DAY,
    as_of_text="2026年11月22日",
)
LABELS = {
    "accessibility_summary": "可朗读。",
    "list_separator": "、",
    "mentioned_in": "见于：",
    "page_list": "页码",
    "page_source": "{edition}的PDF",
}
CSS = 'h1 { font-family: "Jianbao Song"; } em { font-family: "Jianbao Kai"; } table { font-family: "Jianbao Hei"; }'
BODY = """
<div data-document="part_contents"><nav epub:type="toc" role="doc-toc"><h1>目录</h1>
<ol><li><a href="#one">一　甲章</a></li></ol></nav></div>
<div data-document="one" data-type="chapter" data-title="甲章"><section class="chapter" id="one"><h1>甲章</h1>
<p>正文与<em>楷体</em>，<sup class="note-ref" id="note-ref-1"><a href="#note-1">1</a></sup>见<a href="#two">后</a>。
<img alt="图" src="asset:///figures/a.png"></p>
<table><thead><tr><th>表头</th></tr></thead><tbody><tr><td>表格</td></tr></tbody></table></section></div>
<div data-document="two" data-type="footnotes" data-title="注释"><section id="two"><h1>注释</h1>
<div id="note-1" epub:type="footnote" role="doc-footnote"><span>1</span>注文<span class="back-links">
<a href="#note-ref-1"></a></span></div>
</section></div>
"""
STARTS = (PageStart("1", "", "甲章正文"), PageStart("2", "two", "注释注文"))


def png():
    out = io.BytesIO()
    Image.new("RGB", (2, 3)).save(out, "PNG")
    return out.getvalue()


def page(body=BODY, css=CSS, **more):
    faces = load_registry(bundled_fonts_dir())
    fields = {
        "assets": {"figures/a.png": png(), "cover.png": png()},
        "attachments": (Attachment("facts.json", b'{"facts": []}', "数据", DAY),),
        "metadata": METADATA,
        "labels": LABELS,
        "page_starts": STARTS,
        "fonts": tuple(FontFile(face.family, face.weight, face.path) for face in faces),
    }
    html = (
        f"<html lang='zh-Hans'><head><title>题</title><style>{css}</style></head><body>{body}</body></html>"
    )
    return Page(html, **(fields | more))


def export(*arguments, **more):
    made = epub.export(page(*arguments, **more), lambda _: None)
    assert made.messages == ()
    return made.data


@pytest.fixture(scope="module")
def made():
    return export()


def test_the_same_page_is_the_same_bytes(made):
    assert export() == made


def test_it_is_read_back_as_it_was_made(made):
    found = epub.inspect(made)
    assert (found.title, found.lang, found.pages, found.is_tagged) == ("题名", "zh-Hans", 0, True)
    assert found.outline == ("一　甲章",)
    assert [title for title, _ in found.sections if title] == ["甲章", "注释"]
    assert dict(found.attachments) == {"facts.json": b'{"facts": []}'}
    assert found.fonts == ("JianbaoHei-Bold", "JianbaoHei-Regular", "JianbaoKai-Regular", "JianbaoSong-Bold")
    nothing = (
        "unembedded_fonts",
        "dead_links",
        "requests",
        "broken_rules",
        "figures_without_alt",
        "links_without_text",
    )
    assert {name: getattr(found, name) for name in nothing} == dict.fromkeys(nothing, ())
    assert found.stated == {
        "identifier": METADATA.identifier,
        "subtitle": "副题",
        "authors": "甲; 乙",
        "publisher": "示例社",
        "description": "说明",
        "keywords": "词一; 词二",
        "edition": "第1版",
        "as_of": "2026-11-22",
    }


def test_empty_metadata_is_left_out():
    data = export(
        metadata=dataclasses.replace(METADATA, subtitle="", description="", authors=(), keywords=())
    )
    package = files_of(data)["EPUB/package.opf"].decode()
    assert [name for name in ("creator", "subject", "description", "subtitle") if name in package] == []
    assert epub.inspect(data).stated["subtitle"] == ""


def test_the_package_says_what_readers_may_expect(made):
    package = etree.fromstring(files_of(made)["EPUB/package.opf"])
    said: dict[str, list[str]] = {}
    for meta in package.iter(f"{OPF}meta"):
        said.setdefault(meta.get("property") or meta.get("name"), []).append(meta.text or meta.get("content"))
    assert said["dcterms:conformsTo"] == [CONFORMS]
    assert said["dcterms:modified"] == ["2026-11-22T00:00:00Z"]
    assert said["schema:accessModeSufficient"] == ["textual", "textual,visual"]
    assert {"pageNavigation", "tableOfContents"} <= set(said["schema:accessibilityFeature"])
    assert said["schema:accessibilityHazard"] == ["none"]
    assert said["pageBreakSource"] == ["第1版的PDF"]
    assert said["cover"] == ["cover-image"]
    items = {item.get("id"): item for item in package.iter(f"{OPF}item")}
    assert (items["cover-image"].get("href"), items["cover-image"].get("properties")) == (
        "images/cover.png",
        "cover-image",
    )


def test_without_a_pdf_no_pages_are_promised():
    data = export(page_starts=())
    package = files_of(data)["EPUB/package.opf"].decode()
    assert "pageBreakMarkers" not in package
    assert "pageBreakSource" not in package
    assert "page-list" not in files_of(data)["EPUB/part_contents.xhtml"].decode()


def test_notes_and_what_refers_to_them_are_paired(made):
    documents = documents_of(made)
    (reference,) = documents["one.xhtml"].xpath("//*[@role='doc-noteref']")
    assert reference.get(f"{OPS}type") == "noteref"
    assert reference.get("href") == "two.xhtml#note-1"
    (note,) = documents["two.xhtml"].xpath("//*[@role='doc-footnote']")
    assert (note.get("id"), note.get(f"{OPS}type")) == ("note-1", "footnote")
    (back,) = note.iter(f"{XHTML}a")
    assert (back.text, back.get("href"), back.get("role")) == ("甲章", "one.xhtml#note-ref-1", "doc-backlink")


def test_the_page_list_is_that_of_the_marks(made):
    documents = documents_of(made)
    listed = [
        (link.text, link.get("href"))
        for link in documents["part_contents.xhtml"].xpath("//*[@role='doc-pagelist']//*[@href]")
    ]
    assert listed == [("1", "one.xhtml#page_1"), ("2", "two.xhtml#page_2")]


def test_each_font_has_exactly_the_characters_that_are_set_in_it(made):
    files = files_of(made)
    held = {}
    for name, data in files.items():
        if name.endswith(".ttf"):
            with TTFont(io.BytesIO(data)) as font:
                held[name.removeprefix("EPUB/fonts/")] = {chr(code) for code in font.getBestCmap()}
    assert held == {
        "JianbaoSong-Bold.ttf": set("目录甲章注释"),
        "JianbaoKai-Regular.ttf": set("楷体"),
        "JianbaoHei-Bold.ttf": set("表头"),
        "JianbaoHei-Regular.ttf": set("表格"),
    }
    sheet = files["EPUB/style.css"].decode()
    assert sheet.count("@font-face") == 4
    assert sheet.endswith(CSS)


def test_the_licence_goes_with_each_font(made):
    for name, data in files_of(made).items():
        if name.endswith(".ttf"):
            with TTFont(io.BytesIO(data)) as font:
                said = " ".join(item.toUnicode() for item in font["name"].names)
            assert "SIL Open Font License" in said
            assert "Copyright" in said or "(c)" in said


def test_regional_forms_are_carried_for_who_needs_them():
    body = BODY.replace("表格", "骨角戶")
    plain, regional = export(body), export(body, metadata=dataclasses.replace(METADATA, lang="zh-Hant-TW"))

    def glyphs(data):
        with TTFont(io.BytesIO(files_of(data)["EPUB/fonts/JianbaoHei-Regular.ttf"])) as font:
            return font["maxp"].numGlyphs

    assert glyphs(regional) > glyphs(plain) == len("骨角戶") + 1


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="x" src="http://127.0.0.1/x.png">',
        '<img alt="x" src="data:image/png;base64,iVBORw0KGgo=">',
        '<img alt="x" src="asset:///../a.png">',
        "<script>alert(1)</script>",
        '<iframe src="x"></iframe>',
        '<object data="file:///etc/passwd"></object>',
    ],
)
def test_what_cannot_go_in_is_an_error(body):
    made = epub.export(page(BODY + f'<div data-document="x">{body}</div>'), lambda _: None)
    assert made.data == b""
    assert [message.is_error for message in made.messages] == [True]


def test_a_page_without_contents_is_an_error():
    made = epub.export(page("<div data-document='x'><p>文</p></div>"), lambda _: None)
    assert (made.data, [message.is_error for message in made.messages]) == (b"", [True])


def test_what_a_style_sheet_would_load_is_told():
    data = export(css="p { background: url(http://127.0.0.1/x.png) }")
    assert epub.inspect(data).requests == ("http://127.0.0.1/x.png",)


def test_a_family_that_is_named_and_not_there_is_told():
    data = export(css='p { font-family: "No Such", "Jianbao Hei", serif }')
    assert epub.inspect(data).unembedded_fonts == ("No Such",)


RULES = {
    "5.6.2": lambda data: packed(
        {name: text for name, text in files_of(data).items() if "facts" not in name}
    ),
    "5.6.1": lambda data: packed(files_of(data) | {"EPUB/more.txt": b"x"}),
    "5.7.2": lambda data: changed(
        data, "package.opf", lambda text: text.replace('idref="document-2"', 'idref="x"')
    ),
    "5.5.4": lambda data: changed(
        data, "package.opf", lambda text: text.replace("dcterms:modified", "dcterms:created")
    ),
    "7.1": lambda data: changed(data, "package.opf", lambda text: text.replace(' properties="nav"', "")),
    "4.3": lambda data: packed(dict(reversed(files_of(data).items()))),
    "4.2": lambda data: changed(data, "two.xhtml", lambda text: text.replace("page_2", "page_3")),
}


@pytest.mark.parametrize("clause", RULES)
def test_a_broken_rule_is_told_with_its_clause(made, clause):
    (told,) = [rule for rule in epub.inspect(RULES[clause](made)).broken_rules if f"{clause})" in rule]
    assert told


def test_pages_out_of_order_are_told(made):
    def swap(text):
        first, second = (
            f'<li><a href="{name}.xhtml#page_{n}">{n}</a></li>' for name, n in (("one", 1), ("two", 2))
        )
        return text.replace(first + second, second + first)

    told = epub.inspect(changed(made, "part_contents.xhtml", swap)).broken_rules
    assert any("page list" in rule for rule in told)


@pytest.mark.parametrize(
    ("name", "old", "new", "field", "expected"),
    [
        ("one.xhtml", 'alt="图" ', "", "figures_without_alt", ("img images/figures-a.png",)),
        ("one.xhtml", "#note-1", "#note-9", "dead_links", ("EPUB/one.xhtml: two.xhtml#note-9",)),
        ("one.xhtml", ">后</a>", "></a>", "links_without_text", ("two.xhtml#two",)),
        (
            "one.xhtml",
            'src="images/',
            'src="http://x.example/',
            "requests",
            ("http://x.example/figures-a.png",),
        ),
        ("one.xhtml", ' lang="zh-Hans"', "", "is_tagged", False),
        ("package.opf", "<dc:language>zh-Hans</dc:language>", "", "lang", ""),
    ],
)
def test_what_was_altered_is_noticed(made, name, old, new, field, expected):
    assert getattr(epub.inspect(changed(made, name, lambda text: text.replace(old, new))), field) == expected


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: packed({"mimetype": b"application/epub+zip"}),
        lambda data: packed({name: text for name, text in files_of(data).items() if "package" not in name}),
        lambda data: changed(data, "package.opf", lambda text: text.replace("</package>", "")),
        lambda data: changed(data, "one.xhtml", lambda text: text.replace("</p>", "", 1)),
        lambda data: data[:-100],
    ],
)
def test_what_cannot_be_read_is_refused(made, spoil):
    with pytest.raises(ValueError, match="no EPUB that can be read"):
        epub.inspect(spoil(made))


def test_entities_are_not_followed(made, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("内情", encoding="utf-8")
    doctype = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    data = changed(
        made, "one.xhtml", lambda text: text.replace("<!DOCTYPE html>", doctype).replace("正文", "正文&x;")
    )
    assert "内情" not in epub.inspect(data).text


def test_characters_of_other_scripts_are_not_lost():
    body = BODY.replace("正文", "𠀀𮧵 ไทย Ünïcödé αβγ 한글 <b>№</b>")
    found = epub.inspect(export(body)).text
    assert all(char in found for char in "𠀀𮧵ไทยÜïöéαβγ한글№")


def test_data_is_json_and_named_in_every_head(made):
    files = files_of(made)
    assert json.loads(files["EPUB/facts.json"]) == {"facts": []}
    for document in documents_of(made).values():
        assert [link.get("href") for link in document.iter(f"{XHTML}link")] == ["style.css", "facts.json"]
