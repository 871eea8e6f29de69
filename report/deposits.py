"""A parcel as files in a folder of its own, the last of which says that it is whole.

The folder is `CLINIC-ID/briefing/003/`, with `-correction-…` or `-withdrawal-…` behind the number for a notice about an
edition. Where `MANIFEST.json` is, everything that it names is.
"""

import json

from report.parcels import (
    PARCEL_UNFIT,
    TARGET_OCCUPIED,
    File,
    Parcel,
    Receipt,
    Refused,
    check_parcel,
)

MANIFEST = "MANIFEST.json"
LETTER = "README.txt"
VERSION = 1
MAX_MANIFEST_BYTES = 1024 * 1024


def folder_of(parcel: Parcel) -> tuple[str, str, str]:
    """Return the names of the three folders within each other that a parcel goes into."""
    number = f"{parcel.edition:03d}"
    last = number if parcel.kind == "edition" else f"{number}-{parcel.kind}-{parcel.key[:12]}"
    return parcel.clinic.id, parcel.briefing, last


def contents_of(parcel: Parcel) -> tuple[File, ...]:
    """Return the files of a parcel, checked, and its letter as one.

    Raises:
        Refused: Something of it cannot be put into a folder.
    """
    check_parcel(parcel)
    if any(file.name.casefold() in (MANIFEST.casefold(), LETTER.casefold()) for file in parcel.files):
        message = f"a file is called {MANIFEST} or {LETTER}, which the channel writes itself"
        raise Refused(PARCEL_UNFIT, message, "Give the file another name.")
    parts = [parcel.subject, parcel.text.strip()]
    if parcel.link and parcel.link not in parcel.text:
        parts.append(parcel.link)
    letter = "\n\n".join(parts) + "\n"
    return (*parcel.files, File.of(LETTER, "text/plain; charset=utf-8", letter.encode()))


def manifest_of(parcel: Parcel, contents: tuple[File, ...]) -> bytes:
    """Return `MANIFEST.json`, the same for the same files."""
    record = {
        "version": VERSION,
        "key": parcel.key,
        "kind": parcel.kind,
        "clinic": parcel.clinic.id,
        "briefing": parcel.briefing,
        "edition": parcel.edition,
        "files": [{"name": file.name, "size": len(file.data), "sha256": file.sha256} for file in contents],
    }
    return (json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def receipt_of(parcel: Parcel, manifest: bytes) -> Receipt | None:
    """Return the receipt that a manifest stands for; None where it is of another parcel, or none at all."""
    try:
        record = json.loads(manifest)
        files = record["files"]
        total = sum(int(file["size"]) for file in files)
        is_of_parcel = record["version"] == VERSION and record["key"] == parcel.key
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not is_of_parcel:
        return None
    return Receipt("/".join((*folder_of(parcel), MANIFEST)), f"{len(files)} files, {total} bytes")


def receipt_or_refusal(parcel: Parcel, manifest: bytes) -> Receipt:
    """Return the receipt of a parcel that was there already.

    Raises:
        Refused: What is there is something else.
    """
    receipt = receipt_of(parcel, manifest)
    if receipt is None:
        message = f"{'/'.join(folder_of(parcel))} holds another delivery"
        raise Refused(TARGET_OCCUPIED, message, "Look at its MANIFEST.json, and move the folder away.")
    return receipt
