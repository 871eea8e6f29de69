"""A project that runs by itself: one watched source on loopback, two clinics that receive and one that does not."""

import json

from tests import dsl
from tests.dsl import Project
from tests.sites import Page
from tests.watching import ARTICLE, URL

ROLE = "医学审校"
CLINICS = ("GZ-0001", "GZ-0002")
_CLINIC = (
    "- {{id: {id}, name: 诊所{id}（示例）, locale: zh-Hans, channels: [post], active: {active}, "
    "contact: {{email: {id}@clinics.example.org}}}}\n"
)
_DISTRIBUTION = """channels: {{post: {{kind: folder, path: outbox}}}}
policy: {{in_doubt: reconcile, settle_seconds: 0}}
monitor: {{allow_hosts: ['{host}'], delay_seconds: 0, doi_service: ''}}
"""


def show(site, sites, ad="甲"):
    """Let the source say in how many places the trial is."""
    site.pages["/notice"] = Page(ARTICLE.format(ad=ad, sites=sites))


def unattended_project(root, site) -> Project:
    """Return the project, its first edition signed off and released."""
    project = Project(root)
    show(site, 12)
    project.change("sources.yaml", URL, f"{site.url}/notice\n  watch: {{}}")
    project.change("briefing.yaml", "disclaimer: closing", f"disclaimer: closing\napprovals: [{ROLE}]")
    content = root / "content"
    (content / "distribution.yaml").write_text(_DISTRIBUTION.format(host=site.name), encoding="utf-8")
    lines = [_CLINIC.format(id=name, active="true") for name in CLINICS]
    lines.append(_CLINIC.format(id="GZ-0003", active="false"))
    (content / "clinics.yaml").write_text("".join(lines), encoding="utf-8")
    (root / "outbox").mkdir()
    sign_off(project)
    assert project.run("release", "-f", "pdf").code == 0
    return project


def sign_off(project):
    """Let somebody sign off the content as it is."""
    ended = project.run("approve", "--by", "王小明", "--role", ROLE)
    assert ended.code == 0, ended.out


def move_on(project, day):
    """State the facts for another day."""
    text = (project.demo / "briefing.yaml").read_text(encoding="utf-8")
    before = text.partition('as_of: "')[2].partition('"')[0]
    project.change("briefing.yaml", f'as_of: "{before}"', f'as_of: "{day}"')


def attend(project, *arguments):
    """Run all that is to be done, and return the code and what it told machines."""
    ended = project.run("refresh", "--release", "--send", "--format", "json", *arguments)
    assert ended.out, ended.err
    return ended.code, json.loads(ended.out)


def received(project):
    """Return which clinics have which edition in their folders, whole."""
    return sorted(
        (path.parts[-4], int(path.parts[-2]))
        for path in (project.root / "outbox").glob("*/demo/*/MANIFEST.json")
    )


def set_clock(monkeypatch, day, hour=6):
    """Let the clock stand at an hour of a day of December."""
    monkeypatch.setattr(dsl, "NOW", dsl.NOW.replace(month=12, day=day, hour=hour))
