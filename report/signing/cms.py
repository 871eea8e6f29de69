"""Signatures in CMS (RFC 5652), as PAdES wants them (ETSI EN 319 142-1, B-B): pyHanko lays one out, the rest follow.

What pyHanko lays out is the same in all signatures of a certificate, but for the digest and the signature itself.
Laid out anew for each, it takes 10 ms and more; put together here, well under 1 ms beside the key's own work.
"""

import datetime
import functools
import hashlib
from typing import TYPE_CHECKING, Any

from report import event_loops

if TYPE_CHECKING:
    from report.signing.keys import Signer

_STAND_IN = hashlib.sha256(b"the place of a digest").digest()
_SEQUENCE, _SET, _OCTETS, _FIRST, _SECOND = 0x30, 0x31, 0x04, 0xA0, 0xA1
# A token with the certificates of its authority; those of public ones have 4 to 8 KB.
_TOKEN_BYTES = 16 * 1024


class Template:
    """The parts of a signature that do not change."""

    def __init__(self, signer: "Signer", signing_time: datetime.datetime | None = None) -> None:
        """Lay out a signature.

        Args:
            signer: Whose.
            signing_time: Told in the signature; None for PDF, which tells it elsewhere (EN 319 142-1, 6.3).
        """
        self._signer = signer
        model = _laid_out(signer, signing_time)
        data = model["content"]
        info = data["signer_infos"][0]
        self._head = b"".join(
            data[name].dump()
            for name in ("version", "digest_algorithms", "encap_content_info", "certificates")
        )
        self._type = model["content_type"].dump()
        self._info = b"".join(info[name].dump() for name in ("version", "sid", "digest_algorithm"))
        self._attributes = info["signed_attrs"].contents
        self._algorithm = info["signature_algorithm"].dump()
        assert self._attributes.count(_STAND_IN) == 1
        assert self._built(self._attributes, info["signature"].native, b"") == model.dump()
        self.largest_bytes = len(model.dump()) + 64 + (_TOKEN_BYTES if signer.timestamp_url else 0)

    def sign(self, digest: bytes) -> bytes:
        """Return the signature of whatever has a SHA-256, as DER.

        Raises:
            SigningError: The time-stamping authority did not answer.
        """
        attributes = self._attributes.replace(_STAND_IN, digest)
        # The attributes are signed as the SET that they are (RFC 5652, 5.4), and written as [0].
        signature = self._signer.sign_raw(_tlv(_SET, attributes))
        unsigned = b""
        if self._signer.timestamp_url:
            unsigned = _tlv(_SECOND, _timestamp(self._signer.timestamp_url, signature))
        return self._built(attributes, signature, unsigned)

    def _built(self, attributes: bytes, signature: bytes, unsigned: bytes) -> bytes:
        info = self._info + _tlv(_FIRST, attributes) + self._algorithm + _tlv(_OCTETS, signature) + unsigned
        data = _tlv(_SEQUENCE, self._head + _tlv(_SET, _tlv(_SEQUENCE, info)))
        return _tlv(_SEQUENCE, self._type + _tlv(_FIRST, data))


def _tlv(tag: int, content: bytes) -> bytes:
    """Return a value in DER (X.690, 8.1)."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _laid_out(signer: "Signer", signing_time: datetime.datetime | None) -> Any:
    """Return a signature over `_STAND_IN`, as an object of asn1crypto."""
    from asn1crypto import x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    class Loaded(SimpleSigner):
        """pyHanko's signer with a key that is not loaded anew each time."""

        def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
            return signer.sign_raw(data)

    certificates = [
        x509.Certificate.load(item.public_bytes(Encoding.DER)) for item in (signer.certificate, *signer.chain)
    ]
    new_store: Any = SimpleCertificateStore  # its types are published in part
    store = new_store()
    store.register_multiple(certificates[1:])
    loaded = Loaded(signing_cert=certificates[0], signing_key=None, cert_registry=store)
    is_pdf = signing_time is None
    return event_loops.run(
        loaded.async_sign(
            _STAND_IN,
            "sha256",
            use_pades=is_pdf,
            is_pdf_sig=is_pdf,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=signing_time),
        )
    )


def _timestamp(url: str, signature: bytes) -> bytes:
    """Return a time-stamping authority's word over a signature, as an attribute."""
    from asn1crypto import cms

    from report.signing.keys import SigningError

    try:
        digest = hashlib.sha256(signature).digest()
        token = event_loops.run(_stamper(url).async_timestamp(digest, "sha256"))
    except Exception as error:
        message = f"the time-stamping authority at {url} gave no time stamp: {type(error).__name__}"
        raise SigningError(message, "Try again later, or leave timestamp_url out.") from None
    attribute = cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})
    return bytes(attribute.dump())


@functools.lru_cache(maxsize=1)
def _stamper(url: str) -> Any:
    from pyhanko.sign.timestamps import HTTPTimeStamper

    return HTTPTimeStamper(url)


def require_signing_time(at: datetime.datetime) -> datetime.datetime:
    """Return a time in UTC to the second; raises ValueError where it has no zone."""
    if at.tzinfo is None:
        raise ValueError("a signature's time needs a zone")
    return at.astimezone(datetime.UTC).replace(microsecond=0)
