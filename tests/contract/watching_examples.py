"""What brings forth the codes of sources that are looked at, so that docs/errors.md shows what the program says."""

import datetime
import json
import shutil
from unittest import mock

from report import pipeline
from report.installation import bundled_templates
from report.monitor.answers import Fetched, Kind
from report.monitor.vault import Vault
from report.pipeline.refreshing import refresh
from tests.pages import TODAY

FIRST = datetime.datetime(2026, 11, 20, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
NOW = FIRST + datetime.timedelta(days=7)
PAGE = "<html><body><article><p>60 岁以上的居民可以接种，自 2026 年 10 月 1 日起执行。</p></article></body></html>"
URL = "https://city.example.org/notice"
DOI = "10.1000/example"
HEAD = "- id: demo-notice-text\n"


def body(text=PAGE, **more):
    return Fetched(URL, URL, Kind.BODY, status=200, body=text.encode(), media_type="text/html", **more)


def unreachable(why="it answered 503"):
    return Fetched(URL, URL, Kind.UNREACHABLE, why, 503)


def project_with(folder, watch):
    project = folder / "project"
    shutil.copytree(bundled_templates() / "starter", project)
    path = project / "content/my-briefing/sources.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(HEAD, f"{HEAD}  {watch}\n"), encoding="utf-8")
    return project


def looked(project, at, answer):
    """Look at the sources on a day, the network answering so."""

    def fetch_all(requests, settings, done):
        for request in requests:
            done(request, answer(request.url) if callable(answer) else answer)

    with (
        mock.patch("report.pipeline.refreshing_sources.fetch_all", fetch_all),
        mock.patch("report.pipeline.refreshing_works.fetch_all", fetch_all),
    ):
        return list(refresh(pipeline.start(project, TODAY, None), ["my-briefing"], at).findings)


def seen(*answers, watch="watch: {selector: article}"):
    """Return what is told at the last of some looks, each with its answer."""

    def examine(folder):
        project = project_with(folder, watch)
        for number, answer in enumerate(answers):
            last = NOW if number == len(answers) - 1 else FIRST + datetime.timedelta(days=number)
            findings = looked(project, last, answer)
        return findings

    return examine


def damaged(folder):
    project = project_with(folder, "watch: {}")
    looked(project, FIRST, body())
    path = Vault(project / "vault").journal_of("my-briefing", "demo-notice-text")
    path.write_bytes(path.read_bytes().replace(b"previous", b"before"))
    return looked(project, NOW, body())


def without_address(folder):
    project = project_with(folder, "watch: {}")
    path = project / "content/my-briefing/sources.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(f"  URL: {URL}\n", ""), encoding="utf-8")
    return looked(project, NOW, body())


def noticed(kind):
    """Return what is told of a work that has a notice."""
    notice = {"DOI": "10.1000/notice", "type": kind, "updated": {"date-parts": [[2026, 11, 20]]}}

    def answer(url):
        found = {"DOI": DOI, "updated-by": [notice]} if "?" not in url else {"items": []}
        return body(json.dumps({"message": found}))

    return seen(answer, watch=f"DOI: {DOI}")


WATCHES = {
    "M001": seen(body(), body(PAGE.replace("60", "55"))),
    "M002": seen(body(), Fetched(URL, URL, Kind.GONE, "it answered 404", 404)),
    "M003": seen(body(), unreachable(), unreachable()),
    "M004": seen(body(), body(moved_to="https://city.example.org/archive/notice")),
    "M005": seen(
        Fetched(URL, URL, Kind.REFUSED, "10.0.0.1:80 is this machine, or of a network that is not public")
    ),
    "M006": seen(body(), watch="watch: {selector: '#main'}"),
    "M007": seen(body("<html><body></body></html>"), watch="watch: {}"),
    "M008": seen(Fetched(URL, URL, Kind.REFUSED, "the site's robots.txt does not allow it", is_robots=True)),
    "M009": damaged,
    "M010": noticed("retraction"),
    "M011": noticed("expression_of_concern"),
    "M012": seen(Fetched(URL, URL, Kind.GONE, "it answered 404", 404), watch=f"DOI: {DOI}"),
    "M013": seen(unreachable(), watch=f"DOI: {DOI}"),
    "M014": seen(body(), body(PAGE.replace("60", "55")), body(PAGE.replace("60", "55"))),
    "M015": without_address,
}
