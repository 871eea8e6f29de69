"""The pages that say which edition is the latest: the same on any machine, for every reader, of no clinic."""

import datetime
import json
import re

import pytest

from report.compose.context import PublisherContext
from report.compose.matter import read_labels
from report.editions.withdrawals import Withdrawal
from report.installation import bundled_templates
from report.load.files import read_templates
from report.locales.conversion import Conversion
from report.notices.status_site import Site, SiteLocale, status_site
from tests.dsl import GOOD
from tests.unit.editions.samples import edition, fact

TEMPLATES = read_templates(GOOD, bundled_templates())
SENDER = PublisherContext("示例编辑部", "https://news.example.org", "", "editors@news.example.org")
WITHDRAWN = Withdrawal(1, datetime.date(2026, 11, 27), "王小明", "日期<写错>", 2, must_return=True)
EDITIONS = (
    edition(1, artefacts={"msc-policy.pdf": "a" * 64}),
    edition(
        2,
        facts={"cn-818": fact(dates={"effective": "2026-06-01", "published": "2025-10-10"})},
        artefacts={"msc-policy.pdf": "b" * 64},
        is_erratum=True,
        reason="施行日期写错",
    ),
)


def locale(name, translate=None):
    return SiteLocale(name, read_labels(TEMPLATES, name), translate, SENDER)


def site(withdrawals=(), *others, editions=EDITIONS):
    return status_site(Site("msc-policy", editions, withdrawals, (locale("zh-Hans"), *others)), TEMPLATES)


def said(page):
    return "".join(re.sub("<[^>]*>", " ", page.decode().partition("</head>")[2]).split())


def test_there_is_a_page_of_the_briefing_and_one_of_each_edition():
    lists = ["1.sha256sums", "2.sha256sums"]
    assert sorted(site()) == sorted(["1.html", "2.html", "editions.json", "index.html", *lists])


def test_an_edition_is_current_superseded_or_withdrawn():
    assert "●现行您手上的是现行版次。" in said(site()["2.html"])
    assert "○已被替换您手上的不是现行版次。" in said(site()["1.html"])
    page = site([WITHDRAWN])["1.html"]
    assert "▲已撤回您手上的版次已撤回，请勿再用。" in said(page)
    assert "事由日期&lt;写错&gt;" in said(page)
    assert "须否收回须收回" in said(page)
    assert '<a href="2.html">现行版次是第2版' in page.decode()


def test_where_the_last_edition_is_withdrawn_none_is_current():
    files = site([Withdrawal(2, WITHDRAWN.on, "", "又错")])
    assert "目前没有现行版次。" in said(files["index.html"])
    assert "目前没有现行版次。" in said(files["1.html"])
    assert json.loads(files["editions.json"])["current"] is None


def test_what_changed_since_an_edition_is_told():
    page = site()["1.html"].decode()
    assert "自第1版以来" in page
    assert "<del>2026年5月1日</del> → <ins>2026年6月1日</ins>" in page
    assert "施行日期写错" in page
    assert "自第1版以来" in site()["2.html"].decode()


def test_the_hashes_of_the_files_are_those_of_the_edition():
    assert "a" * 64 in site()["1.html"].decode()
    assert "b" * 64 in site()["2.html"].decode()


def test_the_list_of_an_edition_lies_beside_its_page():
    files = site()
    assert files["1.sha256sums"] == f"{'a' * 64}  msc-policy.pdf\n".encode()
    assert (
        '清单文件：<a href="1.sha256sums" download="SHA256SUMS">SHA256SUMS</a></p>'
        in files["1.html"].decode()
    )
    for name in ("1.html", "index.html"):
        assert "指纹" not in files[name].decode()


def test_where_the_publisher_signs_every_page_tells_the_fingerprint():
    told = Site(
        "msc-policy",
        EDITIONS,
        (),
        (locale("zh-Hans"), locale("en", {}.get)),
        signatures={2: b"signature"},
        certificate=b"certificate",
        fingerprint="AB:CD",
    )
    files = status_site(told, TEMPLATES)
    assert (files["publisher.pem"], files["2.sha256sums.p7s"]) == (b"certificate", b"signature")
    assert "1.sha256sums.p7s" not in files
    for name in ("index.html", "1.html", "2.html", "index.en.html", "1.en.html", "2.en.html"):
        page = files[name].decode()
        assert "<dd><code>AB:CD</code></dd>" in page
        assert '<a href="publisher.pem" download>publisher.pem</a>' in page
        links = set(re.findall(r'href="([^":]*)"', page))
        assert links <= files.keys()
        assert ("2.sha256sums.p7s" in links) == name.startswith("2.")


def test_programs_are_told_the_same():
    data = json.loads(site([WITHDRAWN])["editions.json"])
    assert (data["format"], data["version"], data["current"]) == ("jianbao-status", 1, 2)
    assert [(item["edition"], item["state"], item["page"]) for item in data["editions"]] == [
        (1, "withdrawn", "1.html"),
        (2, "current", "2.html"),
    ]
    assert data["editions"][0]["withdrawn"] == {
        "on": "2026-11-27",
        "reason": "日期<写错>",
        "replaced_by": 2,
        "must_return": True,
    }
    assert data["editions"][0]["sha256"] == {"msc-policy.pdf": "a" * 64}


def test_every_page_is_there_in_every_locale_and_names_the_others():
    files = site((), locale("zh-Hant-HK", Conversion("zh-Hans", "zh-Hant-HK", ()).text), locale("en", {}.get))
    assert {"1.zh-Hant-HK.html", "index.zh-Hant-HK.html", "2.en.html"} <= files.keys()
    page = files["1.zh-Hant-HK.html"].decode()
    assert '<html lang="zh-Hant-HK">' in page
    assert "您手上的不是現行版次。" in page
    assert '<a href="1.html" lang="zh-Hans" hreflang="zh-Hans">简体中文</a>' in page
    assert 'href="2.zh-Hant-HK.html"' in page
    english = files["1.en.html"].decode()
    assert '<span lang="zh-Hans">间充质干细胞简报</span>' in english


@pytest.mark.parametrize("name", ["index.html", "1.html"])
def test_a_page_runs_no_script_and_asks_for_nothing(name):
    page = site([WITHDRAWN])[name].decode()
    assert not re.search(r"<script|<img|<iframe|@import|url\(|src=|\bon\w+=", page)
    assert "default-src 'none'" in page
    links = {"1.html", "2.html", "1.sha256sums", "https://news.example.org"}
    assert set(re.findall(r'href="([^"]*)"', page)) <= links


def test_the_same_editions_make_the_same_bytes():
    assert site([WITHDRAWN]) == site([WITHDRAWN])
