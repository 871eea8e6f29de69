"""The list of an edition's files and its signature: beside them when it is released, and on the pages of its state.

This module reads `distribution.yaml` and what `signing:` names there.
"""

import dataclasses
import datetime
import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING

from report import store
from report.editions.record import Edition
from report.findings import Finding

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from report.signing import Settings, Signer, SigningError


@dataclasses.dataclass(frozen=True)
class Publisher:
    """What tells whose signatures are: the certificate, PEM, without any other; and its SHA-256."""

    certificate: bytes
    fingerprint: str


class EditionSigner:
    """Signs the lists of editions where `signing:` is set and this machine can.

    Attributes:
        findings: Why it cannot, where it is set.
    """

    def __init__(self, project: Path, today: datetime.date) -> None:
        """Read what is set.

        Args:
            project: The folder that has `content/`.
            today: The day on which the certificate has to be valid.
        """
        self._project, self._today = project, today
        self._settings = _settings(project)
        self.findings: list[Finding] = []

    @functools.cached_property
    def signer(self) -> "Signer | None":
        """Certificate and key; None where nothing is signed, or they are of no use here or today."""
        from report.signing import SigningError, load_signer

        if self._settings is None:
            return None
        try:
            signer = load_signer(self._settings, self._project)
            signer.check_today(self._today)
        except SigningError as error:
            self._tell(error)
            return None
        return signer

    @functools.cached_property
    def _certificate(self) -> "Certificate | None":
        from report.signing.keys import SigningError, load_certificate

        if self._settings is None:
            return None
        try:
            found = load_certificate(self._settings, self._project)
        except SigningError as error:
            self._tell(error)
            return None
        return found or (self.signer.certificate if self.signer else None)

    @property
    def publisher(self) -> Publisher | None:
        """What clinics compare; None where nothing is signed, or this machine lacks it."""
        certificate = self._certificate
        if certificate is None:
            return None
        from cryptography.hazmat.primitives.serialization import Encoding

        from report.signing.keys import fingerprint_of

        return Publisher(certificate.public_bytes(Encoding.PEM), fingerprint_of(certificate))

    def signature(self, data: bytes, released_on: datetime.date, there: bytes = b"") -> bytes:
        """Return the signature of an edition's list; empty where there is none.

        Args:
            data: The list.
            released_on: The day of the edition, which the signature tells.
            there: A signature from before; it stays as long as it is good, with any time stamp that it has.
        """
        from report.signing import SigningError
        from report.signing.sums import sign_sums

        if self._certificate is None:
            return b""
        if there and self._is_good(data, there, self._certificate):
            return there
        if self.signer is None:
            return b""
        try:
            return sign_sums(data, self.signer, self.signer.time_of(released_on))
        except SigningError as error:
            self._tell(error)
            return b""

    def _is_good(self, data: bytes, signature: bytes, certificate: "Certificate") -> bool:
        from report.signing import SigningError
        from report.signing.checking import check_sums

        try:
            found = check_sums(data, signature, (certificate,))
        except (ValueError, SigningError):
            return False
        return found.is_intact and found.is_by_publisher is True

    def _tell(self, error: "SigningError") -> None:
        from report.load.signing import finding_of

        found = finding_of(self._project, error)
        if found not in self.findings:
            self.findings.append(found)


def put_lists(folders: tuple[Path, ...], edition: Edition, signer: EditionSigner) -> None:
    """Put the list of an edition, and its signature where there is one, into folders that hold its files.

    Raises:
        MissingDependencyError: The disk is full, or a folder cannot be written.
    """
    from report.signing.sums import SIGNATURE_FILE, SUMS_FILE, sums

    data = sums(edition.artefacts)
    signature = signer.signature(data, edition.released_on)
    for folder in folders:
        store.replace(folder / SUMS_FILE, data)
        if signature:
            store.replace(folder / SIGNATURE_FILE, signature)
        else:
            store.drop(folder / SIGNATURE_FILE)


def drop_lists(folder: Path) -> None:
    """Remove the list of an edition from a folder whose files are others now.

    Raises:
        MissingDependencyError: The folder cannot be written.
    """
    from report.signing.sums import SIGNATURE_FILE, SUMS_FILE

    for name in (SUMS_FILE, SIGNATURE_FILE):
        store.drop(folder / name)


def _settings(project: Path) -> "Settings | None":
    from report.load.distribution import DISTRIBUTION_FILE, load_distribution
    from report.signing import Settings

    if not os.path.lexists(project / DISTRIBUTION_FILE):
        return None
    distribution, _ = load_distribution(project)
    # What is wrong with the file is told by `check`, and by what sends.
    settings = distribution.signing if distribution else None
    return settings if isinstance(settings, Settings) else None
