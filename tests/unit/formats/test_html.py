"""The web page as a file: everything in it, a policy that fits it, and read back as it was written."""

import base64
import datetime
import hashlib
import html.parser
import re

import pytest

from report.formats import html as web
from report.pages import Attachment, Metadata, Page

DAY = datetime.date(2026, 11, 22)
HEAD = '<!DOCTYPE html>\n<html lang="zh-Hans">\n<head>\n<meta charset="utf-8">\n<title>简报</title>\n'
PNG = b"\x89PNG\r\n\x1a\n"
METADATA = Metadata(
    identifier="urn:uuid:1",
    title="简报",
    subtitle="",
    lang="zh-Hans",
    authors=("甲",),
    publisher="甲",
    description="",
    keywords=(),
    edition="第1版",
    edition_number=1,
    is_released=True,
    as_of=DAY,
    as_of_text="2026年11月22日",
)


def made(body="<p>甲</p>", head="", **parts):
    page = Page(f"{HEAD}{head}</head>\n<body>\n{body}\n</body>\n</html>\n", parts.pop("assets", {}), **parts)
    return web.export(page, lambda text: None).data


def text_of(data):
    return data.decode("utf-8")


class Elements(html.parser.HTMLParser):
    """Attributes and text of the elements of one kind, by a parser of another kind than reads it back."""

    def __init__(self, kind, data):
        super().__init__()
        self.kind, self.found, self.is_within = kind, [], False
        self.feed(text_of(data))

    def handle_starttag(self, tag, attrs):
        self.is_within = tag == self.kind
        if self.is_within:
            self.found.append([dict(attrs), ""])

    def handle_endtag(self, tag):
        self.is_within = False

    def handle_data(self, data):
        if self.is_within:
            self.found[-1][1] += data


def policy(data):
    (content,) = [
        attributes["content"]
        for attributes, _ in Elements("meta", data).found
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    return dict(part.strip().split(" ", 1) for part in content.split(";"))


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_images_are_within():
    body = '<p><img src="asset:///figures/a%20b.png" alt="x"><img src="asset:///figures/c.svg" alt="y"></p>'
    data = made(body, assets={"figures/a b.png": PNG, "figures/c.svg": b"<svg/>"})
    sources = [attributes["src"] for attributes, _ in Elements("img", data).found]
    assert sources == [
        f"data:image/png;base64,{base64.b64encode(PNG).decode()}",
        f"data:image/svg+xml;base64,{base64.b64encode(b'<svg/>').decode()}",
    ]
    assert web.inspect(data).requests == ()


def test_the_policy_names_the_scripts_and_styles_of_the_page_and_lets_nothing_else_in():
    data = made(
        head="<style>p { color: red }</style>\n<script>let a = 1 < 2;</script>\n<script>let b;</script>\n"
    )
    found = policy(data)
    assert found["script-src"].split() == [digest("let a = 1 < 2;"), digest("let b;")]
    assert found["style-src"] == digest("p { color: red }")
    assert found["default-src"] == found["base-uri"] == found["form-action"] == "'none'"
    assert found["img-src"] == "data:"
    assert "unsafe" not in str(found)


def test_a_page_without_scripts_may_run_none():
    assert policy(made())["script-src"] == "'none'"


def test_the_policy_stands_before_what_it_is_about():
    text = text_of(made(head="<style>p { color: red }</style><script>let a;</script>"))
    assert text.index("Content-Security-Policy") < min(
        text.index("<style"), text.index("<script"), text.index("<title")
    )


@pytest.mark.parametrize(
    "value",
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "a\\u003cb <",
        "\\\\<",
        "甲 & 乙 > 丙",
    ],
)
def test_data_is_within_whole_and_ends_no_script(value):
    import json

    content = json.dumps({"label": value}, ensure_ascii=False).encode()
    data = made(attachments=(Attachment("facts.json", content, "", DAY),))
    ((attributes, text),) = Elements("script", data).found
    assert attributes == {"type": "application/json", "id": "facts.json"}
    assert json.loads(text) == {"label": value}
    assert web.inspect(data).attachments == {"facts.json": content}


def test_what_the_typesetter_adds_is_left_out_and_where_marks_may_break_is_kept():
    text = text_of(
        made('<p>恢\u2060复<sup class="cite">[<a href="#a">1</a>,\u200b<a href="#b">3</a>]</sup></p>')
    )
    assert '恢复<sup class="cite">[<a href="#a">1</a>,<wbr><a href="#b">3</a>]' in text
    assert not re.search("[\u2060\u200b]", text)


def test_the_same_page_is_the_same_bytes():
    parts = {"assets": {"figures/a.png": PNG}, "metadata": METADATA}
    body = '<p><img src="asset:///figures/a.png" alt="x"></p>'
    assert made(body, **parts) == made(body, **parts)


def test_it_says_which_edition_it_is():
    assert web.inspect(made(metadata=METADATA)).stated["identifier"] == "urn:uuid:1"


# --- Read back ---


def test_what_is_read_back():
    head = '<meta name="publisher" content="甲社"><meta name="dcterms.modified" content="2026-11-22">'
    body = (
        '<nav><a href="#one">目录</a></nav><h1>题名</h1><section id="one"><h1>第一章</h1><h2>小节</h2>'
        "<p>正文<script>let a;</script></p></section>"
    )
    extract = web.inspect(made(body, head))
    assert (extract.title, extract.lang, extract.pages) == ("简报", "zh-Hans", 0)
    assert extract.outline == ("题名", "第一章", "小节")
    assert extract.headings == ((1, "题名"), (1, "第一章"), (2, "小节"))
    assert extract.sections == (("题名", ""), ("第一章", "小节正文"))
    assert "let a" not in extract.text
    assert "目录" in extract.text
    assert extract.stated == {"publisher": "甲社", "as_of": "2026-11-22"}


@pytest.mark.parametrize(
    "body",
    [
        '<img src="https://a.example/x.png" alt="">',
        '<img srcset="https://a.example/x.png 2x" alt="">',
        '<link rel="stylesheet" href="https://a.example/x.css">',
        '<script src="https://a.example/x.js"></script>',
        "<style>@import 'https://a.example/x.css';</style>",
        '<p style="background: url(https://a.example/x.png)">甲</p>',
        "<script>fetch('https://a.example/x.json')</script>",
        '<svg><image href="https://a.example/x.png"/></svg>',
        '<iframe src="//a.example/"></iframe>',
    ],
)
def test_what_it_would_ask_for_is_told(body):
    assert any("a.example" in url for url in web.inspect(made(body)).requests)


def test_links_that_a_reader_follows_are_no_requests():
    assert web.inspect(made('<a href="https://a.example/">甲</a>')).requests == ()


def test_links_that_lead_nowhere_or_say_nothing_are_told():
    extract = web.inspect(made('<p id="a"><a href="#a">甲</a><a href="#b">乙</a><a href="#a"></a></p>'))
    assert extract.dead_links == (": #b",)
    assert extract.links_without_text == ("#a",)
    assert web.inspect(made('<img src="data:,">')).figures_without_alt


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", "\ufeff甲".encode("utf-16"), b"{}"])
def test_what_is_no_page_is_refused(data):
    with pytest.raises(ValueError, match="no "):
        web.inspect(data)
