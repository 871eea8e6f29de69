"""The list of a clinic's files, and its signature, judged before they are sent: they do not say whose they are.

So they go out only where they are those of exactly the files that go with them, each of which does say it.
"""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from report.copies.record import LISTS, SIGNATURE, SUMS, CopyFile
from report.distribution import Distribution
from report.pipeline.sending_files import COPY_ALTERED, COPY_OUTDATED, COPY_UNREADABLE, ClinicFolder
from report.signing import Settings, SigningError, load_signer
from report.signing.keys import load_certificate
from report.signing.sums import SIGNATURE_FILE, SUMS_FILE, sums

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_NAMES = {SUMS: SUMS_FILE, SIGNATURE: SIGNATURE_FILE}


class Lists:
    """What lists are judged by.

    Attributes:
        is_signing: Whether copies are to be signed.
    """

    def __init__(self, project: Path, distribution: Distribution) -> None:
        """Look into nothing yet.

        Args:
            project: The folder that has `content/`.
            distribution: What it says of `signing:`.
        """
        self._project = project
        self._settings = distribution.signing if isinstance(distribution.signing, Settings) else None
        self.is_signing = self._settings is not None

    def check_record(self, folder: ClinicFolder, files: Mapping[str, CopyFile]) -> None:
        """Raise UnfitError where a record has lists by other names or in part, or none where copies are signed."""
        named = {name: file.format for name, file in files.items() if file.format in LISTS}
        expected = {name: format_ for format_, name in _NAMES.items()}
        if named not in ({}, expected) or len(named) == len(files):
            told = f"the record of the copy has lists by other names than {SUMS_FILE} and {SIGNATURE_FILE}"
            raise folder.unfit(COPY_UNREADABLE, told)
        if self.is_signing and not named:
            told = "the copy is not signed, and `signing:` is set"
            raise folder.unfit(COPY_OUTDATED, told, hint=f"Run `{folder.remedy}`.")

    def check(self, folder: ClinicFolder, files: Mapping[str, CopyFile], lists: Mapping[str, bytes]) -> None:
        """Judge the list and its signature; without them there is nothing to judge.

        Args:
            folder: The clinic's.
            files: All of the record, by name.
            lists: The bytes of the list and of its signature, by format.

        Raises:
            UnfitError: They are not those of the files, or not the publisher's.
        """
        if not lists:
            return
        data = sums({name: file.sha256 for name, file in files.items() if file.format not in LISTS})
        if lists[SUMS] != data:
            told = "the list is not one of exactly the files that go with it"
            raise folder.unfit(COPY_ALTERED, told, SUMS_FILE)
        self._check_signature(folder, data, lists[SIGNATURE])

    def _check_signature(self, folder: ClinicFolder, data: bytes, signature: bytes) -> None:
        from report.signing.checking import check_sums

        try:
            found = check_sums(data, signature, self._publisher)
        except ValueError as error:
            raise folder.unfit(COPY_ALTERED, str(error), SIGNATURE_FILE) from None
        except SigningError as error:
            raise folder.unfit(COPY_UNREADABLE, error.message, SIGNATURE_FILE, error.hint) from None
        if not found.is_intact:
            raise folder.unfit(COPY_ALTERED, "the signature is not that of the list", SIGNATURE_FILE)
        if found.is_by_publisher is False:
            told = f"the copy is signed with another certificate than `signing:` names: {found.fingerprint}"
            raise folder.unfit(COPY_OUTDATED, told, SIGNATURE_FILE, f"Run `{folder.remedy}`.")

    @functools.cached_property
    def _publisher(self) -> "tuple[Certificate, ...]":
        """The publisher's certificate; none where this machine does not have it."""
        if self._settings is None:
            return ()
        try:
            own = load_certificate(self._settings, self._project)
            return (own or load_signer(self._settings, self._project).certificate,)
        except SigningError as error:
            if error.is_elsewhere:
                return ()
            raise
