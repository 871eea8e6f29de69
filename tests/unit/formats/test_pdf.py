"""The PDF as it is made in a build: in a child, with our fonts only, sealed, tagged, the same every time."""

import io

import pikepdf
import pytest
import weasyprint

from report.formats import pdf
from report.pages import Page
from report.sandbox import Worker
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig
from report.verify import judge_messages

HEAD = '<html lang="zh-Hans"><head><title>题</title></head>'


@pytest.fixture(scope="module")
def fontconfig(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fonts")
    return write_fontconfig(folder / "fonts.conf", load_registry(bundled_fonts_dir()), folder / "cache")


@pytest.fixture
def export(fontconfig):
    def run(body, assets=None, head=HEAD):
        with Worker(pdf.export, name="making the pdf", prepare=lambda: pdf.prepare(fontconfig)) as worker:
            return worker.run(Page(f"<!DOCTYPE html>{head}<body>{body}</body></html>", assets or {}))

    return run


@pytest.mark.parametrize(
    "family",
    ["DejaVu Sans", "Noto Sans CJK SC", "sans-serif", "serif", "monospace", "system-ui", "No Such Font"],
)
def test_only_the_bundled_fonts_are_ever_embedded(export, family):
    made = export(f'<p style="font-family: {family}">汉字 Latin 123</p>')
    extract = pdf.inspect(made.data)
    assert extract.fonts
    assert all(name.startswith("Jianbao") for name in extract.fonts)
    assert not extract.unembedded_fonts


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="x" src="file:///etc/passwd">',
        '<img alt="x" src="http://127.0.0.1:9/x.png">',
        '<img alt="x" src="data:image/png;base64,iVBORw0KGgo=">',
        '<img alt="x" src="figures/not-given.png">',
        '<img alt="x" src="asset:///../../etc/passwd">',
        '<img alt="x" src="asset:///figures/a.png?x">',
        '<p style="background: url(file:///etc/hostname)">x</p>',
        "<style>@import url(http://127.0.0.1:9/x.css);</style><p>x</p>",
        "<style>@font-face { font-family: x; src: url(file:///etc/hosts) } p { font-family: x }</style><p>x</p>",
        '<link rel="stylesheet" href="file:///etc/passwd"><p>x</p>',
        '<object data="file:///etc/passwd"></object>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd" width="9" height="9"/></svg>',
    ],
)
def test_nothing_outside_the_page_is_fetched(export, body):
    made = export(body, {"figures/a.png": b""})
    assert any(message.is_error for message in made.messages), made.messages
    assert b"root:" not in made.data


def test_an_attachment_from_outside_is_refused(export):
    made = export(
        "<p>x</p>", head=HEAD.replace("<title>", '<link rel="attachment" href="file:///etc/passwd"><title>')
    )
    assert any(message.is_error for message in made.messages)


def test_what_the_renderer_says_is_told(export):
    made = export('<p style="text-spacing-trim: none">x</p><p><a href="#nowhere">y</a></p>')
    said = {message.text: message.is_error for message in made.messages}
    assert any("text-spacing-trim" in text for text in said)
    assert any("nowhere" in text and is_error for text, is_error in said.items())


def test_progress_is_told_in_the_words_of_the_product(fontconfig):
    told = []
    two_pages = '<p>一</p><p style="break-before: page">二</p>'
    with Worker(pdf.export, name="making the pdf", prepare=lambda: pdf.prepare(fontconfig)) as worker:
        worker.run(Page(f"<!DOCTYPE html>{HEAD}<body>{two_pages}</body></html>", {}), told.append)
    assert told[:3] == ["reading the page", "applying the style sheets", "building the boxes"]
    assert "laying out, page 2" in told
    assert told[-1] == "drawing"
    assert not [line for line in told if "(" in line]


def test_tags_are_complete(export):
    table = (
        "<table><thead><tr><th>甲</th><th>乙</th></tr></thead>"
        '<tbody><tr><th scope="row">丙</th><td>1</td></tr></tbody></table><p><a href="https://a.example">链接</a></p>'
    )
    made = export(table)
    with pikepdf.open(io.BytesIO(made.data)) as document:
        scopes = [
            str(item.A.Scope) for item in document.objects if is_dictionary(item) and item.get("/S") == "/TH"
        ]
        flags = [
            int(item.F)
            for item in document.objects
            if is_dictionary(item) and item.get("/Subtype") == "/Link"
        ]
    assert sorted(scopes) == ["/Column", "/Column", "/Row"]
    assert flags == [4]
    extract = pdf.inspect(made.data)
    assert extract.is_tagged
    assert (extract.title, extract.lang, extract.pages) == ("题", "zh-Hans", 1)
    assert "链接" in extract.text


def test_bytes_that_are_no_pdf_are_refused():
    with pytest.raises(ValueError, match="no PDF that can be read"):
        pdf.inspect(b"%PDF-1.7 and no more")


def is_dictionary(item):
    return isinstance(item, pikepdf.Dictionary)


def test_another_renderer_than_the_pinned_one_is_told(export, monkeypatch):
    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    (message,) = export("<p>汉字").messages
    assert message.text.startswith("WeasyPrint 71.0 is installed, not 70.0")
    assert not message.is_error
    (finding,) = judge_messages([message], "x.pdf")
    assert finding.code.code == "R005"


def test_the_lines_of_a_file_are_read_by_their_tags(export):
    extract = pdf.inspect(export("<h1>题</h1><p>汉<b>字</b><br>乙").data)
    assert [(block.kind, *(line.text for line in block.lines)) for block in extract.blocks] == [
        ("H1", "题"),
        ("P", "汉字", "乙"),
    ]
    assert extract.passages == ("题", "汉", "字", "乙")
