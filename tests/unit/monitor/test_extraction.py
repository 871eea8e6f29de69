"""What a document says: advertisements raise no alarm, one changed number does, and nothing breaks the program."""

import io

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report.monitor import extraction
from report.monitor.extraction import Document, extract
from report.sandbox import Limits

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>公告</title>
<script>var visits = {visits};</script></head>
<body><nav><a href="/">首页</a> <a href="/b">栏目 {menu}</a></nav><div class="top-ad">广告：{ad}</div>
<article><h1>关于开展试点的公告</h1>
<p>根据有关规定，现就有关事项公告如下，请各有关单位认真贯彻执行，并及时报告进展情况。</p>
<div id="adBox_1">推广 {ad}</div>
<p>一、申请人的年龄应当满 {age} 周岁，并提交知情同意书，详细说明治疗的风险与收益。</p>
<table><tr><th>项目</th><th>数值</th></tr><tr><td>例数</td><td>{count}</td></tr></table></article>
<aside>相关阅读：{menu}</aside><footer>访问量 {visits}</footer></body></html>"""
USUAL = {"visits": 1, "menu": "甲", "ad": "买一送一", "age": 14, "count": 30}


def page(selector="", **changes):
    body = PAGE.format(**{**USUAL, **changes}).encode()
    return extract(Document(body, "text/html", "utf-8", selector))


@pytest.mark.parametrize("selector", ["", "article p, article table"])
@pytest.mark.parametrize("change", [{"visits": 2}, {"menu": "乙"}, {"ad": "清仓 99 元"}])
def test_what_stands_around_the_text_raises_no_alarm(change, selector):
    assert page(selector).fingerprint == page(selector, **change).fingerprint


@pytest.mark.parametrize("selector", ["", "article"])
@pytest.mark.parametrize("change", [{"age": 15}, {"count": 31}])
def test_one_changed_number_does(change, selector):
    assert page(selector).fingerprint != page(selector, **change).fingerprint


LONG = "<p>根据有关规定，现就有关事项公告如下，请各有关单位认真贯彻执行，并及时报告进展情况。</p>" * 4
AROUND = (
    "<!DOCTYPE html><html><body><nav><a href=/>首页</a></nav>{}"
    "<aside>热点 {{}}</aside><footer>{{}}</footer></body></html>"
)
PLACES = {
    "paragraph": "<article>LONG<p>满 {} 周岁</p></article>",
    "no paragraph": "<div class=content>LONG满 {} 周岁</div>",
    "division": "<div class=content>LONG<div>满 {} 周岁</div></div>",
    "heading": "<div class=content>LONG<h2>第 {} 批</h2></div>",
    "title": "<h1>公告 {} 号</h1><div class=content>LONG</div>",
    "table": "<div class=content>LONG<table><tr><td>例数</td><td>{}</td></tr></table></div>",
    "table beside": "<div class=content>LONG</div>"
    "<table><tr><td>甲</td><td>{}</td></tr><tr><td>乙</td><td>3</td></tr></table>",
    "link": "<div class=content>LONG<p><a href=x>第 {} 批名单</a></p></div>",
    "caption": "<div class=content>LONG<figure><figcaption>图 {}</figcaption></figure></div>",
    "raised": "<div class=content>LONG<p>10<sup>{}</sup> 个细胞</p></div>",
    "list": "<div class=content>LONG<dl><dt>例数</dt><dd>{}</dd></dl><ul><li>甲</li></ul></div>",
    "broken lines": "<div class=content>LONG<p>一、甲<br>二、满 {} 周岁<br>三、丙</p></div>",
    "laid out": "<table><tr><td><div>LONG<p>满 {} 周岁</p></div></td><td>栏</td></tr></table>",
    "list of links": "<ul>"
    + "".join(f"<li><a href=/{n}>第 {{}} 号公告</a></li>" for n in range(8))
    + "</ul>",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_number_counts_wherever_in_the_text_it_stands(place):
    """trafilatura alone passes over what is short: bare text, a heading at the end, a table or a title beside it."""

    def read(number, around):
        inner = AROUND.format(PLACES[place].replace("LONG", LONG).replace("{}", str(number)))
        return extract(Document(inner.format(around, around).encode(), "text/html")).fingerprint

    assert read(14, "甲") != read(15, "甲")
    if place != "list of links":
        assert read(14, "甲") == read(14, "乙")


def test_a_long_table_is_read_in_time():
    rows = 4_000
    cells = "".join(f"<tr><td>第 {n} 家</td><td>{n}</td></tr>" for n in range(rows))
    got = extract(Document(f"<html><body>{LONG}<table>{cells}</table></body></html>".encode(), "text/html"))
    assert got.fault == ""
    assert f"第 {rows - 1} 家" in got.text


def test_the_region_is_read_whole_and_once():
    got = page("article, table td")
    assert got.text.splitlines()[0] == "关于开展试点的公告"
    assert "项目 | 数值" in got.text
    assert got.text.count("例数") == 1
    assert "首页" not in got.text


def test_how_it_was_read_is_told():
    assert page("article").how != page("table").how != page().how
    assert "trafilatura" in page().how


@pytest.mark.parametrize(
    ("selector", "told"), [("p[", "no CSS selector"), ("#none", "nothing in it fits"), ("p:foo(", "no CSS")]
)
def test_a_selector_that_finds_nothing_is_told(selector, told):
    got = page(selector)
    assert told in got.fault
    assert got.is_selector


def test_a_page_without_running_text_is_compared_as_a_whole():
    one, other = (extract(Document(f"<p>x {number}</p>".encode(), "text/html")) for number in (1, 2))
    assert one.text == "x 1"
    assert one.fingerprint != other.fingerprint


def pdf(*texts):
    out = pikepdf.new()
    for text in texts:
        out.add_blank_page(page_size=(300, 300))
        sheet = out.pages[-1]
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        sheet.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        sheet.Contents = out.make_stream(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
    data = io.BytesIO()
    out.save(data)
    return data.getvalue()


def test_the_text_of_a_pdf_is_compared():
    one = extract(Document(pdf("Age 14 years", "Page two"), "application/octet-stream"))
    assert one.text == "Age 14 years\nPage two"
    assert one.fingerprint != extract(Document(pdf("Age 15 years", "Page two"))).fingerprint


def test_a_pdf_without_text_and_one_that_is_none_are_told():
    assert "no text" in extract(Document(pdf(""))).fault
    assert "no PDF" in extract(Document(b"%PDF-1.7 and nothing")).fault


def test_json_is_compared_by_its_values():
    one = extract(Document(b'{"b": 1, "a": [2]}', "application/json"))
    assert one.fingerprint == extract(Document(b'{"a":[2],"b":1}', "application/ld+json")).fingerprint
    assert one.fingerprint != extract(Document(b'{"b": 2, "a": [2]}', "application/json")).fingerprint
    assert extract(Document(b"{broken", "application/json")).text == "{broken"


def test_what_has_no_text_is_compared_by_its_bytes():
    one, other = (extract(Document(b"\x89PNG\0" + end, "image/png")) for end in (b"1", b"2"))
    assert (one.text, one.fault) == ("", "")
    assert one.fingerprint != other.fingerprint


def test_a_document_that_takes_too_long_ends_no_run(monkeypatch):
    monkeypatch.setattr(extraction, "LIMITS", Limits(wall_seconds=0.0))
    assert "more than 0 s" in page().fault


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 100_000,
        b"<html><body>" + b"<table><tr><td>" * 3000 + b"1",
        b"<!DOCTYPE html><!ENTITY a 'b'><html>&a;" + b"&lt;" * 1000,
        b"<?xml version='1.0' encoding='utf-8'?><html><p>x</p></html>",
        b"<html>\0<p>\xff",
    ],
    ids=["deep", "cells", "entities", "declared", "spoilt"],
)
def test_a_page_that_is_meant_to_break_a_reader_is_read_or_told(body):
    got = extract(Document(body, "text/html"))
    assert bool(got.fault) != bool(got.text)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=300),
    st.sampled_from(["text/html", "application/pdf", "application/json", "text/plain", "", "image/png"]),
)
def test_any_bytes_are_read_or_told(body, media_type):
    got = extract(Document(body, media_type))
    assert got.how
    assert bool(got.fingerprint) != bool(got.fault)
