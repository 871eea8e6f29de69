"""The publisher's signature on copies: each worker opens the key itself, where the settings say, and it never travels.

This module reads the files that settings name.
"""

import dataclasses
import datetime
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

from report.copies.record import SIGNATURE, SUMS, CopyFile, copy_file
from report.distribution import Distribution
from report.errors import RenderingError
from report.signing import Settings, Signer, SigningError, load_signer
from report.signing.pdf import Signable, sign_pdf
from report.signing.sums import SIGNATURE_FILE, SUMS_FILE, sign_sums, sums

_SIGNED = "pdf"


@dataclasses.dataclass(frozen=True)
class Signing:
    """How the copies of an edition are signed.

    Attributes:
        settings: Where certificate and key are.
        project: The folder that has `content/`, on each machine that signs.
        fingerprint: The certificate's SHA-256; a worker that has another certificate signs nothing.
        at: When, as each signature tells.
    """

    settings: Settings
    project: Path
    fingerprint: str
    at: datetime.datetime

    def open(self) -> Signer:
        """Return certificate and key, as this process finds them.

        Raises:
            SigningError: They are not here, or others than the run began with.
        """
        signer = load_signer(self.settings, self.project)
        if signer.fingerprint != self.fingerprint:
            message = f"this worker has another certificate, {signer.fingerprint}, than the run began with"
            hint = "Put the same certificate and key on every machine that signs."
            raise SigningError(message, hint, "certificate")
        return signer


def signing_of(
    distribution: Distribution, project: Path, released_on: datetime.date, today: datetime.date
) -> Signing | None:
    """Return how copies of an edition are signed; None where nothing is.

    Args:
        distribution: What it says of `signing:`.
        project: The folder that has `content/`.
        released_on: The day of the edition, which the signatures tell: copies that are made again are the same bytes.
        today: The certificate must not have expired on it: a signature of an earlier day would be a lie.

    Raises:
        SigningError: Certificate or key cannot be used, here or on one of these days.
    """
    settings = distribution.signing
    if not isinstance(settings, Settings):
        return None
    signer = load_signer(settings, project)
    signer.check_today(today)
    at = signer.time_of(released_on)
    signer.check_day(at)
    return Signing(settings, project, signer.fingerprint, at)


def signed_copy(signing: Signing | None, data: bytes, format_: str, edition: Path, sha256: str) -> bytes:
    """Return a copy with the signature behind it, where it is a PDF and anything is signed.

    Args:
        signing: How.
        data: The copy.
        format_: Its format.
        edition: The file of the edition that it is a copy of.
        sha256: Of that file.

    Raises:
        SigningError: Certificate or key is not what it was, or a time stamp was not to be had.
        RenderingError: The file cannot be signed.
    """
    if signing is None or format_ != _SIGNED:
        return data
    try:
        return sign_pdf(data, signing.open(), signing.at, _signable(edition, sha256))
    except ValueError as error:
        raise RenderingError(
            f"{edition.name}: {error}", "Release the next edition, without a form."
        ) from None


def signed_list(
    signing: Signing | None, files: Mapping[str, CopyFile], locale: str
) -> Iterator[tuple[str, bytes, CopyFile]]:
    """Yield name, bytes and record of the list of a clinic's files, and of its signature; nothing where none is signed.

    What they are before any signature is the list of the files before theirs.
    """
    if signing is None:
        return
    unsigned = sums({name: file.unsigned for name, file in files.items()})
    data = sums({name: file.sha256 for name, file in files.items()})
    yield SUMS_FILE, data, copy_file(data, unsigned, SUMS, "", locale)
    signature = sign_sums(data, signing.open(), signing.at)
    yield SIGNATURE_FILE, signature, copy_file(signature, unsigned, SIGNATURE, "", locale)


@functools.lru_cache(maxsize=16)
def _signable(path: Path, sha256: str) -> Signable:
    """Return a file of an edition as signatures know it; `sha256` tells one from another of the same name."""
    return Signable.read(path.read_bytes())
