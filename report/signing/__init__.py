"""The publisher's signature: behind a PDF, and beside the SHA-256 of all files of an edition (the extra `sign`)."""

from report.signing.keys import Settings, Signer, SigningError, load_signer

__all__ = ["Settings", "Signer", "SigningError", "load_signer"]
