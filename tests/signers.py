"""Keys and certificates of nobody, for tests that sign."""

import datetime
import functools

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from report.signing import Signer

AT = datetime.datetime(2026, 11, 27, 8, 30, tzinfo=datetime.UTC)
KINDS = ("rsa-2048", "rsa-3072", "p-256", "p-384")
PASSPHRASE = b"correct horse"


def key(kind="p-256"):
    """The key of a kind; the same for all tests of a run."""
    return _key(kind)


@functools.cache
def _key(kind):
    match kind:
        case "p-256":
            return ec.generate_private_key(ec.SECP256R1())
        case "p-384":
            return ec.generate_private_key(ec.SECP384R1())
        case "p-521":
            return ec.generate_private_key(ec.SECP521R1())
        case "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa-")))


def certificate(private, name="某出版者", *, issuer=None, issuer_key=None, is_ca=False, usage=True, first=AT):
    """A certificate of a key, by itself or by an authority; valid for two years from the year before `first`."""
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])
    by = issuer_key or private
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first - datetime.timedelta(days=365))
        .not_valid_after(first + datetime.timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(
            x509.KeyUsage(usage, usage, False, False, not usage, is_ca, is_ca, False, False), critical=True
        )
    return builder.sign(by, None if isinstance(by, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def signer(kind="p-256"):
    return _signer(kind)


@functools.cache
def _signer(kind):
    return Signer(key(kind), certificate(key(kind)), ())


def pem(*certificates):
    return b"".join(item.public_bytes(Encoding.PEM) for item in certificates)


def key_pem(private, passphrase=None):
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def key_der(private):
    return private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def pkcs12_of(private, own, chain=(), passphrase=PASSPHRASE):
    return pkcs12.serialize_key_and_certificates(
        b"publisher", private, own, chain, BestAvailableEncryption(passphrase)
    )
