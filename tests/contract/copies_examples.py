"""What brings forth each code of copies, so that docs/errors.md shows what the program says."""

from report import pipeline
from report.pipeline import copying
from report.pipeline.recipients import read_recipients
from tests.dsl import ROOT, TODAY, Project

CLINIC = """- id: GZ-0042
  name: {name}
  locale: {locale}
  contact: {{address: {address}, phone: 000-0000-0001}}
  channels: [folder]
"""


def found(spoil, *, name="青柏社区诊所", locale="zh-Hans", address="示例市", others=""):
    """Return what is found when copies are made in a project whose templates are spoilt before the release."""

    def findings(path):
        project = Project(path / "project")
        content = project.root / "content"
        clinics = CLINIC.format(name=name, locale=locale, address=address) + others
        (content / "clinics.yaml").write_text(clinics, encoding="utf-8")
        (content / "distribution.yaml").write_text(
            "channels: {folder: {kind: folder, path: outbox}}\n", encoding="utf-8"
        )
        spoil(project)
        released = project.run("release", "-f", "pdf")
        assert released.code == 0, released.out
        recipients, _ = read_recipients(project.root)
        run = pipeline.start(project.root, TODAY, None)
        return copying.make_copies(run, "demo", recipients, recipients.clinics.active, lambda _: {}).findings

    return findings


def nothing(project):
    """Spoil nothing."""


def override(name, old, new):
    """Let a template of the project's own differ from the bundled one."""

    def spoil(project):
        text = (ROOT / "templates" / name).read_text(encoding="utf-8")
        assert old in text
        path = project.root / "templates" / name
        path.parent.mkdir(parents=True)
        path.write_text(text.replace(old, new), encoding="utf-8")

    return spoil


COPIES = {
    "P001": found(nothing, name="诊" * 60, address="路" * 200),
    "P002": found(nothing, locale="en"),
    "P003": found(nothing, name="犇羴诊所"),
    "P004": found(
        override("slots/foot.html", "{{ b.recipient.name }}", "{{ b.recipient.name.split('·')[1] }}"),
        others=CLINIC.format(name="南屿·血液科", locale="zh-Hans", address="示例市").replace("0042", "0043"),
    ),
    "P005": found(override("parts/cover.html", "{{ slot('recipient') }}\n", "")),
}
