"""The page of one view and locale, composed within the preview's own process, and the file that it would become."""

import dataclasses

from report import formats
from report.findings import Finding, sort_findings
from report.pages import Page
from report.pipeline.building import facts_attachment, page_of
from report.pipeline.composing import Made, Work, compose_briefing
from report.pipeline.making import Job
from report.pipeline.outputs import Output, Request, outputs_of
from report.preview.messages import Edit
from report.preview.parts import cut
from report.preview.printing import Printable, printable


@dataclasses.dataclass(frozen=True)
class ComposedEdit:
    """What came of composing.

    Attributes:
        findings: Sorted.
        wanted: What is to be laid out; None where there is nothing.
        job: The file that it would become, for those who judge it.
        work: The briefing.
        error: Why there is nothing.
    """

    findings: tuple[Finding, ...]
    wanted: Printable | None = None
    job: Job | None = None
    work: Work | None = None
    error: str = ""


def compose_edit(edit: Edit) -> ComposedEdit:
    """Return what is to be laid out of the state of some files.

    Raises:
        ReportError: A template cannot be run, or what is asked for is none of the briefing's.
    """
    made = _compose(edit, "pdf")
    found = tuple(sort_findings(made.findings))
    if made.work is None:
        return ComposedEdit(found, error="it cannot be read; what was found says where")
    job = _job(edit, made.work, "pdf")
    if job is None:
        return ComposedEdit(found, error=f"there is no {edit.view} in {edit.locale}")
    parts = cut(job.page.html)
    if parts is None:
        return ComposedEdit(found, error="the tags of a page template do not pair")
    return ComposedEdit(found, printable(job.page, parts), job, made.work)


def web_page_of(edit: Edit) -> Page | None:
    """Return the page of the web edition; None where there is none."""
    work = _compose(edit, "html").work
    job = _job(edit, work, "html") if work is not None else None
    return job.page if job is not None else None


def _compose(edit: Edit, format_: str) -> Made:
    request = Request((format_,), (edit.view,), (edit.locale,))
    return compose_briefing(edit.run, edit.files, request, is_in_child=True)


def _job(edit: Edit, work: Work, format_: str) -> Job | None:
    """Return what is made into the file of a format; None where that has none of the view."""
    output = _output(edit, work, format_)
    composed = work.views.get((edit.view, edit.locale))
    if output is None or composed is None:
        return None
    page = page_of(edit.run, work.briefing, composed, output.entry, facts_attachment(work))
    families = frozenset(face.family for face in edit.run.faces)
    return Job(output, page, composed.content, composed.headings, families)


def _output(edit: Edit, work: Work, format_: str) -> Output | None:
    if edit.view not in formats.load_format(format_).VIEWS:
        return None
    briefing = work.briefing
    shown = ((edit.view, edit.locale),)
    return outputs_of(briefing.slug, briefing.settings.language, shown, Request((format_,)))[-1]
