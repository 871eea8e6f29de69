"""A project whose one source is a page of a site on loopback, and the commands that look at it, day by day."""

import datetime
import json

from report.monitor.vault import Vault
from report.proposals import read_proposals
from tests import dsl
from tests.sites import Page

ARTICLE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>公告</title></head><body>
<nav><a href="/">首页</a></nav><div class="ad">广告：{ad}</div><article><h1>关于试验的公告</h1>
<p>根据有关规定，现就有关事项公告如下，请各有关单位认真贯彻执行，并及时报告进展情况。</p>
<p>一、试验在 {sites} 个地点进行，受试者应当签署知情同意书。</p></article></body></html>"""
URL = "https://agency.example.org/notice"


class Watched:
    """The tiny good project, its source watched.

    `today(n)` moves the clock to the n-th of December; a fresh one stands at `dsl.NOW`.
    """

    def __init__(self, project, site, monkeypatch):
        self.project, self.site, self._patch = project, site, monkeypatch
        project.change("sources.yaml", URL, f"{site.url}/notice\n  watch: {{}}")
        self.configure()
        self.show()

    def configure(self, more=""):
        settings = f"allow_hosts: ['{self.site.name}'], delay_seconds: 0, doi_service: '', {more}"
        path = self.project.root / "content" / "distribution.yaml"
        path.write_text(f"channels: {{folder: {{kind: folder, path: outbox}}}}\nmonitor: {{{settings}}}\n")

    def show(self, *, ad="买一送一", sites=12, **page):
        self.site.pages["/notice"] = Page(ARTICLE.format(ad=ad, sites=sites), **page)

    def today(self, day, hour=9):
        zone = datetime.timezone(datetime.timedelta(hours=8))
        self._patch.setattr(dsl, "NOW", datetime.datetime(2026, 12, day, hour, 30, tzinfo=zone))

    def refresh(self, *options):
        return self.project.run("refresh", *options)

    def outcomes(self, *options):
        """Refresh; return the outcome of each source, by its id."""
        ended = self.refresh("--format", "json", *options)
        return {one["source"]: one["outcome"] for one in json.loads(ended.out)["sources"]}

    @property
    def proposals(self):
        found, findings = read_proposals(self.project.root, "demo")
        assert not findings
        return found

    @property
    def open(self):
        return [one for one in self.proposals if one.is_open]

    @property
    def vault(self):
        return Vault(self.project.root / "vault")

    def facts(self):
        return (self.project.demo / "facts.yaml").read_text(encoding="utf-8")
