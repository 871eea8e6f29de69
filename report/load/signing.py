"""Whether the publisher's certificate and key are what `signing:` of `distribution.yaml` needs; reads them."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from report.findings import Code, Finding, Location, Severity
from report.load.distribution import DISTRIBUTION_FILE
from report.load.files import MAX_YAML_BYTES, read_file, read_utf8
from report.load.yaml_tree import parse_yaml
from report.positions import Key, SourceFile
from report.signing.keys import Settings, SigningError, load_certificate, load_signer, validity_of

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

SIGNING_UNUSABLE = Code("C085", "signing-unusable", is_waivable=False)
CERTIFICATE_EXPIRES = Code("C086", "certificate-expires", Severity.WARNING)
SIGNING_ELSEWHERE = Code("C087", "signing-elsewhere", Severity.WARNING)
WARN_DAYS = 30


def check_signing(project: Path, settings: Settings, today: datetime.date) -> Iterator[Finding]:
    """Yield what keeps copies from being signed, or soon will.

    That this machine lacks what may lie on another, such as the key, is told, and no error.

    Args:
        project: The folder that has `content/`.
        settings: What `distribution.yaml` says.
        today: The day on which the certificate has to be valid.
    """
    try:
        certificate = load_certificate(settings, project)
        if certificate is not None:
            yield from _check_days(project, certificate, today)
        signer = load_signer(settings, project)
    except SigningError as error:
        yield finding_of(project, error)
    else:
        if certificate is None:
            yield from _check_days(project, signer.certificate, today)


def finding_of(project: Path, error: SigningError) -> Finding:
    """Return what an error says, where the settings have what it is about."""
    if not error.is_elsewhere:
        return Finding(SIGNING_UNUSABLE, _place(project, error.part), error.message, error.hint)
    message = f"nothing can be signed on this machine: {error.message}"
    hint = f"{error.hint.removesuffix('.')}; or have copies made where it is."
    return Finding(SIGNING_ELSEWHERE, _place(project, error.part), message, hint)


def _check_days(project: Path, certificate: "Certificate", today: datetime.date) -> Iterator[Finding]:
    first, last = validity_of(certificate)
    left = (last - today).days
    place = _place(project, "certificate")
    hint = "Get a new one, and give clinics its fingerprint."
    if today < first:
        yield Finding(SIGNING_UNUSABLE, place, f"the certificate is not valid before {first}", hint)
    elif left < 0:
        yield Finding(SIGNING_UNUSABLE, place, f"the certificate expired on {last}", hint)
    elif left < WARN_DAYS:
        message = f"the certificate expires on {last}, in {left} days (limit {WARN_DAYS})"
        yield Finding(CERTIFICATE_EXPIRES, place, message, hint)


def _place(project: Path, part: str) -> Location:
    """Return where the settings have one of their keys, or all of them where they lack it."""
    data = read_file(project / DISTRIBUTION_FILE, DISTRIBUTION_FILE, MAX_YAML_BYTES)
    text = data if isinstance(data, Finding) else read_utf8(data, DISTRIBUTION_FILE)
    if isinstance(text, Finding):
        return text.location
    root, _ = parse_yaml(text, DISTRIBUTION_FILE)
    path: tuple[Key, ...] = ("signing", part) if part else ("signing",)
    return SourceFile(DISTRIBUTION_FILE, text, root).locate(*path)
