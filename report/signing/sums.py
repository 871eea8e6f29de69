"""`SHA256SUMS`: the SHA-256 of each file beside it, as sha256sum(1) writes and checks it; signed in a file of its own.

The signature is CMS in DER, apart from what it signs (RFC 5652, 5.2): OpenSSL checks it, and so does Windows.
"""

import datetime
import functools
import hashlib
import re
from collections.abc import Mapping

from report.signing.cms import Template, require_signing_time
from report.signing.keys import Signer

SUMS_FILE = "SHA256SUMS"
SIGNATURE_FILE = "SHA256SUMS.p7s"
LARGEST_SUMS_BYTES = 4 << 20
_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](.+)")


def sums(digests: Mapping[str, str]) -> bytes:
    """Return what `SHA256SUMS` holds.

    Args:
        digests: SHA-256 (hex) by name; folders are told by `/`.

    Raises:
        ValueError: A name has a character that sha256sum writes otherwise.
    """
    for name in digests:
        if not name or re.search(r"[\\\x00-\x1f]", name):
            raise ValueError(f"{name!r} is no name of a file that can be listed")
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()


def read_sums(data: bytes) -> dict[str, str]:
    """Return SHA-256 (hex, small letters) by name.

    Raises:
        ValueError: It is no such list, or names a file twice with different sums.
    """
    if len(data) > LARGEST_SUMS_BYTES:
        raise ValueError(f"the list is larger than {LARGEST_SUMS_BYTES >> 20} MB")
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ValueError("the list is no UTF-8 text") from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"line {number} is no SHA-256 with the name of a file")
        digest, name = match[1].lower(), match[2].removeprefix("./")
        if found.setdefault(name, digest) != digest:
            raise ValueError(f"line {number} names {name!r} a second time, with another SHA-256")
    return found


def sign_sums(data: bytes, signer: Signer, at: datetime.datetime) -> bytes:
    """Return the signature of a list, to be kept as `SHA256SUMS.p7s`.

    Args:
        data: The list.
        signer: Whose signature.
        at: When, as the signature tells; with a time zone.

    Raises:
        SigningError: The certificate is not valid then, or a time stamp was not to be had.
    """
    at = require_signing_time(at)
    signer.check_day(at)
    return _template(signer, at).sign(hashlib.sha256(data).digest())


@functools.lru_cache(maxsize=8)
def _template(signer: Signer, at: datetime.datetime) -> Template:
    """Return what all signatures of a time have in common: the lists of an edition's copies are signed alike."""
    return Template(signer, at)
