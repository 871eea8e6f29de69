"""Signatures judged: whether what they sign is as it was, and whose they are. Asks nobody, and believes no certificate.

A certificate says who somebody is on the word of whoever made it. So a signature is the publisher's only where it was
made with the certificate that the reader got from the publisher, or with one that this vouches for.
"""

import dataclasses
import datetime
import functools
import io
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from report import event_loops
from report.signing.keys import fingerprint_of, name_of, require_libraries

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


@dataclasses.dataclass(frozen=True)
class FoundSignature:
    """What there is to say of a signature.

    Attributes:
        is_intact: Whether what it covers is what was signed.
        is_whole: Whether it covers the whole file, so that nothing was put behind it.
        name: Whom its certificate names, on nobody's word.
        fingerprint: The SHA-256 of its certificate.
        told_at: When it was made, as it says itself; None where it does not.
        is_stamped: Whether a time-stamping authority vouches that it is no younger than that.
        is_by_publisher: Whether it was made with a certificate that was given, or that one of these vouches for; None
            where none was given.
    """

    is_intact: bool
    is_whole: bool
    name: str
    fingerprint: str
    told_at: datetime.datetime | None
    is_stamped: bool
    is_by_publisher: bool | None


def check_pdf(data: bytes, publisher: "Sequence[Certificate]" = ()) -> tuple[FoundSignature, ...]:
    """Return the signatures of a PDF, in the order in which they were made.

    Args:
        data: The file, which may be anything.
        publisher: The certificates that are the publisher's.

    Raises:
        ValueError: The file, or a signature in it, cannot be read.
        SigningError: The extra `sign` is not installed.
    """
    require_libraries()
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    _quieten()
    try:
        embedded = PdfFileReader(io.BytesIO(data), strict=False).embedded_regular_signatures
        return tuple(
            _found(
                functools.partial(_validated, async_validate_pdf_signature, signature),
                signature.self_reported_timestamp,
                publisher,
                is_whole=signature.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE,
            )
            for signature in embedded
        )
    except Exception as error:
        raise ValueError(f"its signatures cannot be read: {type(error).__name__}") from None


def _validated(validate: Any, signature: Any, context: Any) -> Any:
    return event_loops.run(validate(signature, context, skip_diff=True))


def check_sums(data: bytes, signature: bytes, publisher: "Sequence[Certificate]" = ()) -> FoundSignature:
    """Return what there is to say of a signature that lies beside what it signs.

    Args:
        data: What it signs.
        signature: The signature, CMS in DER.
        publisher: The certificates that are the publisher's.

    Raises:
        ValueError: The signature cannot be read.
        SigningError: The extra `sign` is not installed.
    """
    require_libraries()

    from asn1crypto import cms
    from pyhanko.sign.validation.generic_cms import async_validate_detached_cms

    _quieten()
    try:
        signed = cms.ContentInfo.load(signature, strict=True)["content"]
        told_at = _signing_time(signed)

        def validate(context: Any) -> Any:
            return event_loops.run(async_validate_detached_cms(data, signed, context))

        return _found(validate, told_at, publisher, is_whole=True)
    except Exception as error:
        raise ValueError(f"the signature cannot be read: {type(error).__name__}") from None


def _signing_time(signed: Any) -> datetime.datetime | None:
    for attribute in signed["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "signing_time":
            told: datetime.datetime = attribute["values"][0].native
            return told
    return None


def _found(
    validate: Callable[[Any], Any],
    told_at: datetime.datetime | None,
    publisher: "Sequence[Certificate]",
    *,
    is_whole: bool,
) -> FoundSignature:
    from cryptography import x509

    status = validate(_context((), told_at))
    certificate = x509.load_der_x509_certificate(status.signing_cert.dump())
    return FoundSignature(
        is_intact=bool(status.intact and status.valid),
        is_whole=is_whole,
        name=name_of(certificate),
        fingerprint=fingerprint_of(certificate),
        told_at=told_at,
        is_stamped=status.timestamp_validity is not None and bool(status.timestamp_validity.intact),
        is_by_publisher=_is_vouched_for(certificate, validate, told_at, publisher) if publisher else None,
    )


def _is_vouched_for(
    certificate: "Certificate",
    validate: Callable[[Any], Any],
    told_at: datetime.datetime | None,
    publisher: "Sequence[Certificate]",
) -> bool:
    """Return whether a certificate is the publisher's, or one that a certificate of the publisher's vouches for."""
    if any(item == certificate for item in publisher):
        return True
    try:
        return bool(validate(_context(publisher, told_at)).trusted)
    except Exception:
        # Certificates that belong to others of the same name make the library fail, and vouch for nothing.
        return False


def _context(publisher: "Sequence[Certificate]", at: datetime.datetime | None) -> Any:
    """Return what certificates are judged by: those of the publisher, on the day of the signature, and no network."""
    from asn1crypto import x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko_certvalidator import ValidationContext

    roots = [x509.Certificate.load(item.public_bytes(Encoding.DER)) for item in publisher]
    return ValidationContext(trust_roots=roots, allow_fetching=False, moment=at, best_signature_time=at)


def _quieten() -> None:
    """Keep pyHanko from saying what is wrong with a file besides: what matters is in what is returned."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
