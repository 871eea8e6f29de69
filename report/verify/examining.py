"""One file examined: everything that is asked of it, and the evidence that comes of it."""

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence

from report.findings import Code, Finding, Location, Severity, sort_findings
from report.pages import HANDOUT, Content, Extract, Metadata
from report.tools.validators import FAILED, Validation
from report.verify.evidence import Carried, Evidence
from report.verify.judging import FILE_UNREADABLE, judge, judge_file, judge_metadata
from report.verify.parity import check_parity
from report.verify.structure import judge_one_page

FILE_ALTERED = Code("V029", "file-altered", is_waivable=False)
VALIDATOR_FAILED = Code("V030", "validator-failed", is_waivable=False)
FILE_OUTDATED = Code("V031", "file-outdated", Severity.WARNING)


@dataclasses.dataclass(frozen=True)
class Expected:
    """What a file of a briefing must be.

    Attributes:
        metadata: What it says of itself.
        headings: What its outline holds.
        text: What it must let its readers copy.
        attachments: What it carries, by name.
        content: What it must carry, whatever its format.
    """

    metadata: Metadata
    headings: tuple[str, ...]
    text: str
    attachments: Mapping[str, bytes]
    content: Content


@dataclasses.dataclass(frozen=True)
class Subject:
    """A file that is to be examined.

    Attributes:
        path: For the findings.
        format: Such as pdf.
        inspect: Reads it back.
        data: Its bytes; None where the file is gone.
        is_unaltered: Whether they are those of the record of its build; None where there is none.
    """

    path: str
    format: str
    inspect: Callable[[bytes], Extract]
    data: bytes | None
    is_unaltered: bool | None = None


def judge_expected(
    extract: Extract, expected: Expected, *, path: str, families: Collection[str]
) -> tuple[list[Finding], Carried]:
    """Return what is wrong with a file of a briefing, and the evidence of what it carries.

    Args:
        extract: What was read back.
        expected: What it must be.
        path: For the findings.
        families: The font families that may be embedded.
    """
    findings = judge(
        extract,
        path=path,
        families=families,
        title=expected.metadata.title,
        lang=expected.metadata.lang,
        headings=expected.headings,
        text=expected.text,
        attachments=expected.attachments,
    )
    findings += judge_metadata(extract, expected.metadata, path=path)
    if expected.content.view == HANDOUT:
        findings += judge_one_page(extract, path=path)
    differences, carried = check_parity(expected.content, extract, path=path)
    return [*findings, *differences], carried


def examine(
    subject: Subject,
    expected: Expected | None,
    *,
    families: Collection[str],
    excuse: Callable[[list[Finding]], list[Finding]] = lambda findings: findings,
    more: Sequence[Finding] = (),
) -> tuple[Evidence, Extract | None]:
    """Return all that speaks for a file or against it, and what was read back of it, if it could be read.

    Args:
        subject: The file.
        expected: What it must be; None where nothing is known but itself.
        families: The font families that may be embedded.
        excuse: Takes out what a waiver excuses.
        more: What else was found.
    """
    where = Location(subject.path)
    findings = list(more)
    extract, carried = None, None
    if subject.data is None or subject.is_unaltered is False:
        is_gone = subject.data is None
        message = "the file is gone" if is_gone else "its SHA-256 is not the one that its build recorded"
        findings.append(Finding(FILE_ALTERED, where, message, "Build it again, or put it back."))
    if subject.data is not None:
        try:
            extract = subject.inspect(subject.data)
        except ValueError as error:
            findings.append(Finding(FILE_UNREADABLE, where, str(error), "Build it again."))
    if extract and expected:
        found, carried = judge_expected(extract, expected, path=subject.path, families=families)
        findings += excuse(found)
    elif extract:
        findings += judge_file(lambda _: extract, b"", path=subject.path, families=families)
    evidence = Evidence(
        path=subject.path,
        format=subject.format,
        view=expected.content.view if expected else "",
        locale=extract.lang if extract else "",
        pages=extract.pages if extract else 0,
        is_unaltered=subject.is_unaltered,
        carried=carried,
        fonts=extract.fonts if extract else (),
        links=len(extract.dead_links) if extract else 0,
        requests=len(extract.requests) if extract else 0,
        standards=extract.pdf_parts if extract else (),
        has_facts=_has_attachments(extract, expected),
        validations=(),
        findings=tuple(sort_findings(findings)),
    )
    return evidence, extract


def unread(path: str, why: str) -> Evidence:
    """Return the evidence of a file that could not be read, for a reason that is none of its format's."""
    finding = Finding(FILE_UNREADABLE, Location(path), why, "Build it again, and do not open it before.")
    return Evidence(path, "", "", "", 0, None, None, (), 0, 0, (), None, (), (finding,))


def with_validations(evidence: Evidence, validations: tuple[Validation, ...]) -> Evidence:
    """Return the evidence with what validators said of its file."""
    findings = [*evidence.findings, *judge_validations(validations, path=evidence.path)]
    return dataclasses.replace(evidence, validations=validations, findings=tuple(sort_findings(findings)))


def judge_validations(validations: Sequence[Validation], *, path: str) -> list[Finding]:
    """Return what validators found wrong; what was skipped is no finding, and no proof."""
    return [
        Finding(
            VALIDATOR_FAILED,
            Location(path),
            f"{item.tool} {item.version}: {message}",
            "Mend what it names, and build it again.",
        )
        for item in validations
        if item.status == FAILED
        for message in item.messages
    ]


def outdated_build(path: str, briefing: str) -> Finding:
    """Return the finding that a build, by its manifest, is of an earlier state of its briefing."""
    message = "the files were made from an earlier state of the briefing, the program or its fonts"
    return Finding(FILE_OUTDATED, Location(path), message, f"Run `report build {briefing}`.")


def outdated_file(path: str) -> Finding:
    """Return the finding that a file lies beside a build and is not of it."""
    message = "the file is of no build that is known, or of an earlier one than those beside it"
    return Finding(FILE_OUTDATED, Location(path), message, "Build it again, or remove it.")


def _has_attachments(extract: Extract | None, expected: Expected | None) -> bool | None:
    if extract is None or expected is None or not expected.attachments:
        return None
    return all(extract.attachments.get(name) == data for name, data in expected.attachments.items())
