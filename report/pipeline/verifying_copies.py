"""`verify --copy`: files that a clinic holds, told what they are and whether they are what the publisher sent."""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report import formats
from report.copies import identity
from report.editions.record import Edition, from_json
from report.editions.sealed import EditionError
from report.errors import RenderingError, ReportError, UsageError
from report.findings import Finding
from report.load.files import briefing_slugs, read_file
from report.sandbox import Limits, Worker
from report.signing.checking import FoundSignature, check_pdf, check_sums
from report.signing.keys import SigningError, read_certificates
from report.signing.sums import LARGEST_SUMS_BYTES, read_sums
from report.verify.copy import CopyVerdict, Told, Vouchers, judge_copy, unread_copy
from report.verify.judging import FILE_UNREADABLE

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_LARGEST_FILE_BYTES = 200_000_000
_LARGEST_RECORD_BYTES = 50_000_000
_LIMITS = Limits(cpu_seconds=60, wall_seconds=60.0)
_SIGNED = "pdf"


@dataclasses.dataclass(frozen=True)
class _Read:
    """What was read of a file in a child: what it tells, its signatures, and why they cannot be looked at."""

    told: Told
    signatures: tuple[FoundSignature, ...] | None
    unread: str


def verify_copies(
    paths: Sequence[Path],
    project: Path | None,
    sums: Path | None = None,
    certificate: Path | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> list[CopyVerdict]:
    """Return what there is to say of each file.

    Args:
        paths: The files; they may be anything.
        project: Whose records of editions are asked; None where there is none.
        sums: A list of SHA-256 that the reader has from the publisher; its signature lies beside it, where it has one.
        certificate: The publisher's certificates, PEM.
        progress: Is told of each.

    Raises:
        UsageError: A file is not there, or no format has its suffix; or the list is none.
        SigningError: The certificate is none, or the libraries for it are not installed.
    """
    by_suffix = {formats.load_format(name).SUFFIX: name for name in formats.format_names()}
    certificates = _certificates(certificate) if certificate else []
    given = Vouchers(are_certificates_given=bool(certificates))
    if sums:
        given = _with_list(given, sums, certificates)
    verdicts = []
    for path in paths:
        if path.suffix.lower() not in by_suffix:
            raise UsageError(
                f"{path} is no copy", f"Name a file that ends with {', '.join(sorted(by_suffix))}."
            )
        progress(f"verifying {path.name}")
        data = _bytes(path, _LARGEST_FILE_BYTES)
        reading = functools.partial(_read, by_suffix[path.suffix.lower()], certificates)
        try:
            with Worker(reading, name="reading it", limits=_LIMITS) as worker:
                found = worker.run(data)
        except ReportError as error:
            verdicts.append(unread_copy(str(path), data, error.message, FILE_UNREADABLE, given))
            continue
        vouchers = dataclasses.replace(given, signatures=found.signatures, unread=found.unread)
        if project is not None and (record := _record(project, found.told)):
            vouchers = dataclasses.replace(
                vouchers, released=record.artefacts, released_on=record.released_on.isoformat()
            )
        verdicts.append(judge_copy(str(path), data, found.told, vouchers))
    return verdicts


class UnreadableCopyError(RenderingError):
    """A file is not of the format that its name tells."""


def _read(format_: str, certificates: "list[Certificate]", data: bytes, progress: object) -> _Read:
    """Return what a file tells; for a child."""
    try:
        extract = formats.load_format(format_).inspect(data)
    except ValueError as error:
        raise UnreadableCopyError(str(error)) from None
    told = Told(
        title=extract.title,
        publisher=extract.stated.get("publisher", ""),
        as_of=extract.stated.get("as_of", ""),
        identifier=extract.stated.get("identifier", ""),
        facts=extract.attachments.get("facts.json"),
    )
    try:
        own = identity.read(data, format_)
        told = dataclasses.replace(
            told, edition=own.edition, clinic=own.clinic, briefing=own.briefing, identifier=own.identifier
        )
    except ValueError:
        # It may be an edition's own file, which is nobody's copy.
        pass
    if format_ != _SIGNED:
        return _Read(told, None, "")
    try:
        return _Read(told, check_pdf(data, certificates), "")
    except SigningError as error:
        return _Read(told, None, f"{error.message} ({error.hint})")
    except ValueError as error:
        return _Read(told, None, str(error))


def _certificates(path: Path) -> "list[Certificate]":
    from report.signing.keys import require_libraries

    require_libraries()
    return read_certificates(_bytes(path, _LARGEST_RECORD_BYTES), str(path))


def _with_list(given: Vouchers, path: Path, certificates: "list[Certificate]") -> Vouchers:
    """Return what copies are held against, with a list, and with its signature where that lies beside it."""
    data = _bytes(path, LARGEST_SUMS_BYTES)
    try:
        listed = read_sums(data)
        beside = path.with_name(f"{path.name}.p7s")
        signature = check_sums(data, _bytes(beside, 1 << 20), certificates) if beside.exists() else None
    except ValueError as error:
        raise UsageError(f"{path}: {error}", "Name the SHA256SUMS that the publisher gave you.") from None
    return dataclasses.replace(given, listed=listed, list_signature=signature)


def _bytes(path: Path, limit: int) -> bytes:
    data = read_file(path.resolve(), str(path), limit)
    if isinstance(data, Finding):
        raise UsageError(f"{path}: {data.message}", "Name a file that can be read.")
    return data


def _record(project: Path, told: Told) -> Edition | None:
    """Return the record of the edition that a file says it is of; None where the project has none."""
    if not (project / "content").is_dir() or told.briefing not in briefing_slugs(project):
        return None
    path = project / "content" / told.briefing / "editions" / f"{told.edition:03}.json"
    data = read_file(path, path.name, _LARGEST_RECORD_BYTES) if path.is_file() else None
    if not isinstance(data, bytes):
        return None
    try:
        return from_json(data)
    except EditionError:
        return None
