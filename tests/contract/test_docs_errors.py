"""docs/errors.md says what the program says: every code, and examples that are run."""

import re
import shutil

import pytest

from report import pipeline
from report.findings import Finding, Location, Severity, exit_code
from report.installation import bundled_templates
from report.pipeline import building, releasing
from report.pipeline.outputs import Request
from report.pipeline.recipients import check_recipients
from tests.contract.channel_examples import OUTCOMES
from tests.contract.copies_examples import COPIES
from tests.contract.feed_examples import FEEDS
from tests.contract.judgement_examples import JUDGEMENTS
from tests.contract.project_examples import BREAKAGES, RELEASES
from tests.contract.recall_examples import RECALLS
from tests.contract.recipient_examples import RECIPIENTS, distribute
from tests.contract.sending_examples import SENDINGS
from tests.contract.watching_examples import WATCHES
from tests.pages import DOCS, ERRORS, TODAY, all_codes

SECTIONS = {
    match[1]: match
    for match in re.finditer(
        r"^## ([A-Z][0-9]{3}) (\S+)\n\n(.+?)\n\n(.*?)(?=^## |\Z)", ERRORS, re.DOTALL | re.MULTILINE
    )
}

# What is done with an edition once it is released, and with what is read from elsewhere.
AFTER_RELEASE = {**COPIES, **SENDINGS, **OUTCOMES, **RECALLS, **FEEDS, **WATCHES}
EXAMPLES = sorted({*BREAKAGES, *JUDGEMENTS, *RELEASES, *RECIPIENTS, *AFTER_RELEASE})


def test_every_code_is_explained_and_no_other():
    assert sorted(SECTIONS) == sorted(all_codes())


@pytest.mark.parametrize("code", sorted(SECTIONS))
def test_an_explanation_agrees_with_the_code(code):
    rule = all_codes()[code]
    _, name, standing, body = SECTIONS[code].groups()
    ending = int(exit_code([Finding(rule, Location("x"), "x")]))
    severity = "错误" if rule.severity is Severity.ERROR else "警告"
    waiver = "可豁免" if rule.is_waivable else "不可豁免"
    assert (name, standing) == (rule.name, f"{severity} · 退出码 {ending} · {waiver}")
    for part in ("**何时出现：**", "**怎么办：**"):
        assert part in body


def test_every_code_has_an_example():
    assert sorted(all_codes()) == EXAMPLES


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_is_what_the_program_says(code, tmp_path, update_golden):
    if code in JUDGEMENTS:
        findings = JUDGEMENTS[code]()
    elif code in AFTER_RELEASE:
        findings = AFTER_RELEASE[code](tmp_path)
    else:
        project = tmp_path / "project"
        shutil.copytree(bundled_templates() / "starter", project)
        run = pipeline.start(project, TODAY, None)
        if code in RECIPIENTS:
            distribute("")(project)
            findings = RECIPIENTS[code](project) or check_recipients(project, TODAY)
        elif code in RELEASES:
            RELEASES[code](project)
            findings = list(releasing.release(run, "my-briefing", Request(("pdf",))).findings)
        else:
            BREAKAGES[code](project)
            findings = list(building.check(run, "my-briefing").findings)
    shown = next(str(finding) for finding in findings if finding.code.code == code)
    if update_golden:
        old = re.sub(r"(?<=```text\n).*?(?=\n```)", lambda _: shown, SECTIONS[code][4], flags=re.DOTALL)
        page = (DOCS / "errors.md").read_text(encoding="utf-8").replace(SECTIONS[code][4], old)
        (DOCS / "errors.md").write_text(page, encoding="utf-8")
        return
    assert f"```text\n{shown}\n```" in SECTIONS[code][4]
