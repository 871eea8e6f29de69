"""What tests of withdrawn editions share: two editions, clinics that hold them, and a ledger that says so."""

import shutil

from report.ledger import Entry, Event, open_ledger
from tests.dsl import NOW, Project

CLINICS = {
    "GZ-0001": ("青柏社区诊所（示例）", "zh-Hans"),
    "HK-0002": ("南嶼血液病診所（示例）", "zh-Hant-HK"),
    "UK-0003": ("Harbour Street Practice (sample)", "en"),
}
REASON = "恢复日期写错一日"


def two_editions(root) -> Project:
    """Return the tiny project with an erratum as its second edition, whose facts, key points and text changed."""
    project = Project(root)
    project.change("briefing.yaml", "试验已恢复。", "试验于{{ fact('trial-resumed').date }}恢复。")
    project.change("briefing.yaml", "publisher: 示例编辑部", PUBLISHER)
    write_clinics(project)
    assert project.run("release", "-f", "pdf").code == 0
    project.change("facts.yaml", '{announced: "2024-05-20", effective: "2024-06-01"}', DATES)
    project.change("facts.yaml", 'dates: {approved: "2025-05"}', 'dates: {approved: "2025-06"}')
    project.change("briefing.yaml", 'as_of: "2026-11-22"', 'as_of: "2026-11-25"')
    assert project.run("release", "-f", "pdf", "--erratum", "--reason", REASON).code == 0
    return project


PUBLISHER = "publisher: {name: 示例编辑部, contact: editors@news.example.org, url: https://news.example.org}"
DATES = '{announced: "2024-05-21", effective: "2024-06-01"}'


def write_clinics(project: Project, names=CLINICS) -> None:
    """Write the list of clinics, and a channel for them."""
    lines = [
        f"- id: {name}\n  name: {shown}\n  locale: {locale}\n  contact: {{email: {name.lower()}@clinics.example.org}}\n"
        "  channels: [post]\n"
        for name, (shown, locale) in names.items()
    ]
    content = project.root / "content"
    (content / "clinics.yaml").write_text("".join(lines), encoding="utf-8")
    (content / "distribution.yaml").write_text(
        "channels:\n  post:\n    kind: folder\n    path: outbox\ncopies: {status_url: https://status.example.org}\n",
        encoding="utf-8",
    )


def copied(project: Project, root) -> Project:
    """Return a copy of a project, to be changed by one test."""
    made = object.__new__(Project)
    shutil.copytree(project.root, root)
    made.root, made.demo = root, root / "content" / "demo"
    return made


def entry(clinic: str, edition: int = 1, channel: str = "post", kind="edition", about: int = 0) -> Entry:
    """Return an entry of the briefing of the tests."""
    digest = f"{clinic}{edition}{channel}".encode().hex()
    return Entry(kind, "demo", edition, about, clinic, channel, 0, digest[:64].ljust(64, "0"))


def give(project: Project, *entries: Entry, event: Event | None = Event.ACCEPT) -> None:
    """Write down that entries were sent, with what came of each; None leaves them due."""
    with open_ledger(ledger_of(project), NOW) as ledger:
        for one in entries:
            if event is None:
                ledger.enqueue(one, message_id=one.identify("tests.invalid"))
            else:
                ledger.begin(one, NOW, message_id=one.identify("tests.invalid"))
                ledger.finish(one.key, event, NOW)


def ledger_of(project: Project):
    """Return the ledger's file."""
    return project.root / "ledger" / "ledger.sqlite3"
