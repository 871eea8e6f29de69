"""What brings forth each code of withdrawing, so that docs/errors.md shows what the program says."""

from report import pipeline
from report.pipeline.recalling import Decision, carry_out, plan_recall
from tests.dsl import NOW, ROOT, TODAY
from tests.recalls import CLINICS, REASON, entry, give, two_editions, write_clinics


def found(spoil):
    """Return what is found when an edition is withdrawn in a project in which something is spoilt."""

    def findings(path):
        project = two_editions(path / "project")
        give(project, *map(entry, CLINICS))
        spoil(project)
        run = pipeline.start(project.root, TODAY, None)
        return carry_out(run, plan_recall(run, "demo", 1, Decision(REASON)), NOW).findings

    return findings


def enlarge(name):
    """Let a style sheet of the project's own set all text much larger."""

    def spoil(project):
        folder = project.root / "templates/css"
        folder.mkdir(parents=True)
        sheet = (ROOT / "templates/css" / name).read_text(encoding="utf-8")
        (folder / name).write_text(
            f"{sheet}\np {{ font-size: 90pt; line-height: 120pt; }}\n", encoding="utf-8"
        )

    return spoil


def forget(project):
    write_clinics(project, {"GZ-0001": CLINICS["GZ-0001"]})


def retire(project):
    clinics = project.root / "content/clinics.yaml"
    clinics.write_text(clinics.read_text(encoding="utf-8") + "  active: false\n", encoding="utf-8")


RECALLS = {
    "P020": found(enlarge("notice.css")),
    "P021": found(enlarge("addressees.css")),
    "P023": found(forget),
    "P024": found(retire),
}
