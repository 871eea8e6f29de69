"""The publisher's signature: behind a PDF, and beside the SHA-256 of all files of an edition (the extra `sign`)."""

from report.signing.keys import Settings, Signer, SigningError, load_signer
from report.signing.pdf import Signable, sign_pdf

__all__ = ["Settings", "Signable", "Signer", "SigningError", "load_signer", "sign_pdf"]
