"""Signing off, releasing, and telling what has changed, step by step."""

import dataclasses
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from report import store
from report.editions.record import Approval, approvals_to_json, to_json
from report.errors import RenderingError, UsageError
from report.findings import Finding, sort_findings
from report.installation import versions
from report.load.files import APPROVALS_FILE, read_briefing
from report.pages import Page
from report.pipeline.building import digest_inputs, output_folder, render, write
from report.pipeline.composing import Work, compose_briefing
from report.pipeline.edition_lists import EditionSigner, put_lists
from report.pipeline.gate import check_day, check_release
from report.pipeline.issuing import Release, read_editions
from report.pipeline.kept_editions import edition_folder, keep_edition
from report.pipeline.making import start_renderer
from report.pipeline.outputs import Request
from report.pipeline.run import Outcome, Run
from report.typography.fonts import coverage

LONGEST_NAME = 80
LONGEST_REASON = 500


@dataclasses.dataclass(frozen=True)
class SignedOff:
    """What a sign-off came to.

    Attributes:
        findings: What stands against it, and the warnings that do not.
        approval: The sign-off; None where there is an error.
        is_new: Whether it was written, and had not been given before.
    """

    findings: tuple[Finding, ...]
    approval: Approval | None = None
    is_new: bool = False


@dataclasses.dataclass(frozen=True)
class Told:
    """What has changed since an edition.

    Attributes:
        findings: What was found on the way.
        text: For people; None where there is an error.
        data: For machines (`report.editions.changes_json`).
    """

    findings: tuple[Finding, ...]
    text: str | None = None
    data: Mapping[str, object] = dataclasses.field(default_factory=dict)


def approve(run: Run, slug: str, *, by: str, role: str) -> SignedOff:
    """Sign off a briefing's text and facts, as they are, in a role.

    Raises:
        UsageError: The name or the role cannot be taken.
    """
    run.progress(f"{slug}: checking")
    files = read_briefing(run.project, slug)
    made = compose_briefing(run, files)
    findings = list(made.findings)
    work = made.work
    if work is not None:
        _require_role(work, role)
        findings += check_day(work.briefing, run.today)
    require_printable(run, by, "name", LONGEST_NAME)
    require_printable(run, role, "role", LONGEST_NAME)
    if work is None or any(finding.is_error for finding in findings):
        return SignedOff(tuple(sort_findings(findings)))
    approval = Approval(role, by, run.today, work.issue.content_digest)
    path = run.project / "content" / slug / APPROVALS_FILE
    with store.locked(path.parent):
        # Read again under the lock: another may have signed while this one was being checked.
        _, approvals, damages = read_editions(read_briefing(run.project, slug))
        if damages:
            return SignedOff(tuple(sort_findings([*findings, *damages])))
        given = [item for item in approvals if (item.role, item.by) == (role, by)]
        is_new = not any(item.content_digest == approval.content_digest for item in given)
        if is_new:
            store.replace(path, approvals_to_json((*approvals, approval)))
    return SignedOff(tuple(sort_findings(findings)), approval, is_new)


def release(run: Run, slug: str, request: Request, *, erratum: str = "") -> Outcome:
    """Freeze the next edition of a briefing, and put its files in their places.

    The record is written before the files: it is what makes an edition, and the files can be made again from
    the content it names, byte for byte.

    Args:
        run: What every step needs.
        slug: The briefing.
        request: Which files it consists of.
        erratum: The mistake of the publisher's own that the edition mends; empty where it mends none.

    Raises:
        UsageError: There is no earlier edition to mend, or the number was taken meanwhile.
    """
    files = read_briefing(run.project, slug)
    editions, approvals, _ = read_editions(files)
    if erratum and not editions:
        raise UsageError(
            "there is no edition yet that an erratum could mend", "Release it without --erratum."
        )
    if erratum:
        require_printable(run, erratum, "reason", LONGEST_REASON)
    asked = Release(run.today, is_erratum=bool(erratum), reason=erratum)
    signer = EditionSigner(run.project, run.today)
    rendered = render(
        run, files, request, release=asked, gate=lambda made: check_release(made, approvals, run.today)
    )
    work = rendered.made.work
    if work is None or not rendered.files:
        return Outcome(slug, rendered.findings)
    artefacts = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(rendered.files.items())}
    edition = dataclasses.replace(work.composed.state, artefacts=artefacts, versions=dict(versions()))
    folder = run.project / "content" / slug / "editions"
    store.create(folder / f"{edition.number:03}.json", to_json(edition))
    # With the record there is one file more. What was edited meanwhile is not in the pages: they are of no inputs.
    now = read_briefing(run.project, slug)
    is_same = (now.texts, now.images) == (files.texts, files.images)
    inputs = digest_inputs(run, now) if is_same else ""
    outcome = write(run, rendered, inputs, output_folder(run, slug))
    keep_edition(run.project, slug, edition.number, rendered.files)
    kept = edition_folder(run.project, slug, edition.number)
    put_lists((output_folder(run, slug), kept), edition, signer)
    findings = (*outcome.findings, *signer.findings)
    return dataclasses.replace(outcome, edition=edition.number, findings=findings)


def tell_changes(run: Run, slug: str, since: int | None, redline: Path | None = None) -> Told:
    """Say what has changed since an edition, and write the whole text marked up where it is asked for.

    Args:
        run: What every step needs.
        slug: The briefing.
        since: The edition to tell from; None stands for the last before this content.
        redline: Where the marked-up text goes, as HTML or PDF by its suffix.

    Raises:
        UsageError: There is no such edition before this content.
    """
    from report.compose.changes import changes_context, changes_text
    from report.compose.matter import read_labels
    from report.compose.redline import render_redline
    from report.compose.theme import theme_css
    from report.editions.changes_json import changes_data
    from report.editions.comparison import compare

    run.progress(f"{slug}: comparing")
    made = compose_briefing(run, read_briefing(run.project, slug), since=since)
    work = made.work
    if work is None or any(finding.is_error for finding in made.findings):
        return Told(tuple(sort_findings(made.findings)))
    issue = work.issue
    if not issue.since:
        message = f"there is no edition before this one (edition {issue.number}) to compare with"
        raise UsageError(message, "Release it; what changes afterwards can be told.")
    words = read_labels(run.templates, work.briefing.settings.language)
    editions = (*issue.earlier, work.composed.state)
    changes = compare(editions[issue.since - 1], editions[-1], editions[issue.since :])
    context = changes_context(editions, words, changes, is_released=issue.is_released)
    if redline is not None:
        css = theme_css(work.briefing.settings.theme)
        html = render_redline(run.templates, changes, words, theme_css=css, is_released=issue.is_released)
        store.replace(redline, html.encode() if redline.suffix.lower() == ".html" else _as_pdf(run, html))
    data = changes_data(changes, is_released=issue.is_released)
    return Told(tuple(sort_findings(made.findings)), changes_text(context, words), data)


def _as_pdf(run: Run, html: str) -> bytes:
    """Return a page as a PDF.

    Raises:
        RenderingError: The renderer had something to say against it.
    """
    with start_renderer(run) as worker:
        exported = worker.run(Page(html, {}), run.progress)
    if exported.messages:
        raise RenderingError(f"the redline: {exported.messages[0].text}", "Mend the template.")
    return exported.data


def _require_role(work: Work, role: str) -> None:
    roles = work.briefing.settings.approvals
    if roles and role not in roles:
        raise UsageError(
            f"{work.briefing.slug} asks for no sign-off by {role!r}; it asks for {', '.join(roles)}",
            "Name one of these, or add the role to `approvals` in briefing.yaml.",
        )


def require_printable(run: Run, text: str, what: str, longest: int) -> None:
    """Refuse what could not be printed where it is to stand.

    Raises:
        UsageError: It is empty, too long, of several lines, or has a character that no bundled font has.
    """
    if not text.strip() or len(text) > longest or re.search(r"[\0-\x1f\x7f-\x9f]", text):
        hint = f"Write a {what} as it is to be printed, in one line of at most {longest} characters."
        raise UsageError(f"{text[:LONGEST_NAME]!r} is no {what}", hint)
    is_covered = coverage(run.faces).is_covered
    lacking = sorted({char for char in text if not char.isspace() and not is_covered(char)})
    if lacking:
        raise UsageError(
            f"no bundled font has {'、'.join(lacking)}, and the {what} is printed in the edition",
            f"Run `report fonts add {' '.join(f'U+{ord(char):04X}' for char in lacking)}`.",
        )
