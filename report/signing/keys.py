"""The publisher's certificate and key: where settings say they are, read once, and never told or sent on.

This module reads the files that settings name.
"""

import base64
import binascii
import datetime
import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from report.addresses import WebAddress
from report.distribution import FilePath
from report.errors import MissingDependencyError
from report.scalars import Schema
from report.secrets import SecretError, SecretRef, resolve

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from report.signing.cms import Template

_LARGEST_BYTES = 1 << 20
_SHORTEST_RSA_BITS = 2048
_GET_ANOTHER = "Get a new one, and name it in distribution.yaml."


class Settings(Schema):
    """What `signing:` of `distribution.yaml` says.

    Attributes:
        certificate: The publisher's certificate and those up to its authority, PEM; or all with the key, PKCS#12.
        key: Its key, PEM; or where a secret is that holds it, in base64 on one line. None for PKCS#12.
        passphrase: Where the passphrase of the key is, or of the PKCS#12 file; None where there is none.
        timestamp_url: A time-stamping authority (RFC 3161), asked for each signature; "" for none.
    """

    certificate: FilePath
    key: SecretRef | FilePath | None = None
    passphrase: SecretRef | None = None
    timestamp_url: WebAddress = ""


class SigningError(MissingDependencyError):
    """A certificate or key is missing, unreadable or of no use.

    Attributes:
        part: The key of `Settings` that it is about; empty where that cannot be said.
        is_elsewhere: Whether this machine lacks what another may have: a file, a secret, a library.
    """

    def __init__(self, message: str, hint: str = "", part: str = "", *, is_elsewhere: bool = False) -> None:
        super().__init__(message, hint)
        self.part = part
        self.is_elsewhere = is_elsewhere


class Signer:
    """A certificate with its key. It cannot be pickled, so that no key leaves its machine."""

    def __init__(
        self, key: Any, certificate: "Certificate", chain: "tuple[Certificate, ...]", timestamp_url: str = ""
    ) -> None:
        """Judge key and certificate.

        Raises:
            SigningError: They do not belong together, or readers' programs do not know their kind.
        """
        self._key = key
        self.certificate = certificate
        self.chain = chain
        self.timestamp_url = timestamp_url
        _judge(key, certificate)

    def __reduce__(self) -> NoReturn:
        """Raise TypeError."""
        raise TypeError("a signing key stays in its process")

    @property
    def name(self) -> str:
        """Whom the certificate names."""
        return name_of(self.certificate)

    @property
    def fingerprint(self) -> str:
        """The certificate's SHA-256, as `openssl x509 -fingerprint` prints it."""
        return fingerprint_of(self.certificate)

    @functools.cached_property
    def template(self) -> "Template":
        """What signatures of PDF files have in common."""
        from report.signing.cms import Template

        return Template(self)

    def sign_raw(self, data: bytes) -> bytes:
        """Return the signature of data with SHA-256; the same for the same data."""
        from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
        from cryptography.hazmat.primitives.hashes import SHA256

        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), SHA256())
        signature: bytes = self._key.sign(data, ec.ECDSA(SHA256(), deterministic_signing=True))
        return signature

    def check_today(self, today: datetime.date) -> None:
        """Raise SigningError where the certificate is not valid at any time of a day, wherever that is."""
        first, last = validity_of(self.certificate)
        if not first <= today <= last:
            message = f"the certificate is valid from {first} to {last}, not on {today}"
            raise SigningError(message, _GET_ANOTHER, "certificate")

    def check_day(self, at: datetime.datetime) -> None:
        """Raise SigningError where the certificate is not valid at a time."""
        first, last = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        if not first <= at <= last:
            message = (
                f"the certificate is valid from {first:%Y-%m-%d} to {last:%Y-%m-%d}, not on {at:%Y-%m-%d}"
            )
            raise SigningError(message, _GET_ANOTHER, "certificate")

    def time_of(self, day: datetime.date) -> datetime.datetime:
        """Return when what was released on a day is signed, whenever that is done: the same bytes come of it.

        That is the day's begin in UTC, or, where the certificate is of later, the begin of its validity.
        """
        begin = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
        return max(begin, self.certificate.not_valid_before_utc)


@functools.lru_cache(maxsize=1)
def load_signer(settings: Settings, project: Path) -> Signer:
    """Return the signer that settings describe; asked again, the one that was opened: an RSA key takes 0.1 s.

    Raises:
        SigningError: A file or a secret is not what it must be, or the extra `sign` is not installed.
    """
    require_libraries()
    passphrase = _secret(settings.passphrase, "passphrase").encode() if settings.passphrase else None
    data = _read(project, settings.certificate, "certificate")
    if settings.key is None:
        return Signer(*_open_pkcs12(data, passphrase, settings.certificate), settings.timestamp_url)
    if isinstance(settings.key, SecretRef):
        told, key = str(settings.key), _decoded(settings.key)
    else:
        told, key = settings.key, _read(project, settings.key, "key")
    certificate, *chain = read_certificates(data, settings.certificate)
    return Signer(_open_key(key, passphrase, told), certificate, tuple(chain), settings.timestamp_url)


def require_libraries() -> None:
    """Raise SigningError where the libraries of the extra `sign` are not installed."""
    try:
        import pyhanko.sign  # noqa: F401
    except ImportError:
        message = "pyHanko is not installed, which signatures are made and checked with"
        raise SigningError(message, "Run pip install 'jianbao[sign]'.", is_elsewhere=True) from None


def load_certificate(settings: Settings, project: Path) -> "Certificate | None":
    """Return the publisher's certificate, without its key; None where only the key's passphrase opens it.

    Raises:
        SigningError: It cannot be read, or is none.
    """
    if settings.key is None:
        return None
    return read_certificates(_read(project, settings.certificate, "certificate"), settings.certificate)[0]


def read_certificates(data: bytes, told: str) -> "list[Certificate]":
    """Return the certificates of a PEM file, of which there is one at least; raises SigningError."""
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError:
        message = f"{told} holds no certificate in PEM"
        raise SigningError(message, "It begins with -----BEGIN CERTIFICATE-----.", "certificate") from None


def name_of(certificate: "Certificate") -> str:
    """Return whom a certificate names: its common name, or all of the name where it has none."""
    from cryptography.x509.oid import NameOID

    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def validity_of(certificate: "Certificate") -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day on which a certificate is valid.

    The first is the day before that in UTC: where a certificate was made in an evening of the Americas, it still is.
    """
    first = certificate.not_valid_before_utc - datetime.timedelta(days=1)
    return first.date(), certificate.not_valid_after_utc.date()


def fingerprint_of(certificate: "Certificate") -> str:
    """Return a certificate's SHA-256 in pairs of digits."""
    from cryptography.hazmat.primitives.hashes import SHA256

    return certificate.fingerprint(SHA256()).hex(":").upper()


def _read(project: Path, told: str, part: str) -> bytes:
    try:
        with (project / told).open("rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"{told} cannot be read: {reason}"
        hint = "Correct `signing:` in distribution.yaml, or put the file there."
        is_outside = told.startswith(("/", "../"))
        raise SigningError(message, hint, part, is_elsewhere=is_outside) from None
    if len(data) > _LARGEST_BYTES:
        raise SigningError(f"{told} is larger than {_LARGEST_BYTES} bytes", "Name the right file.", part)
    return data


def _secret(reference: SecretRef, part: str) -> str:
    try:
        return resolve(reference)
    except SecretError as error:
        raise SigningError(error.message, error.hint, part, is_elsewhere=True) from None


def _decoded(reference: SecretRef) -> bytes:
    try:
        return base64.b64decode(_secret(reference, "key"), validate=True)
    except binascii.Error:
        message = f"{reference} holds no base64"
        raise SigningError(message, "Put there what `base64 -w0` makes of the key.", "key") from None


def _open_key(data: bytes, passphrase: bytes | None, told: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

    load = load_pem_private_key if data.lstrip().startswith(b"-----") else load_der_private_key
    try:
        return load(data, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # What the library says is left out: it might quote what it could not read.
        message = f"{told} holds no private key that can be opened {_with(passphrase)}"
        raise SigningError(message, "Check the key and `passphrase:` of `signing:`.", "key") from None


def _open_pkcs12(
    data: bytes, passphrase: bytes | None, told: str
) -> "tuple[Any, Certificate, tuple[Certificate, ...]]":
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

    try:
        key, certificate, chain = load_key_and_certificates(data, passphrase)
    except (ValueError, TypeError):
        key = certificate = None
    if key is None or certificate is None:
        message = f"{told} holds no key with its certificate that can be opened {_with(passphrase)}"
        hint = "Name a PKCS#12 file there, or the key's own file in `key:`."
        raise SigningError(message, hint, "certificate") from None
    return key, certificate, tuple(chain)


def _with(passphrase: bytes | None) -> str:
    return "without a passphrase" if passphrase is None else "with that passphrase"


def _judge(key: Any, certificate: "Certificate") -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    is_known = (isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _SHORTEST_RSA_BITS) or (
        isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in ("secp256r1", "secp384r1")
    )
    if not is_known:
        message = "the key is none that readers of PDF know"
        raise SigningError(message, "Use RSA of 2048 bits or more, or ECDSA on P-256 or P-384.", "key")
    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    if key.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        message = "the key is not that of the certificate"
        raise SigningError(message, "Put the publisher's own certificate first in its file.", "key")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        message = "the certificate is not for signatures"
        raise SigningError(message, "Get one with digitalSignature in keyUsage.", "certificate")
