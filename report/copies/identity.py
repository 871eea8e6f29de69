"""What a copy says of itself: whose it is, of which edition; read back of every format before it is sent."""

import dataclasses
import re
import uuid
from typing import Any

from report.clinics import CLINIC_ID

# The namespace of the properties that a copy has besides, in XMP and in an EPUB's package document.
NAMESPACE = "urn:jianbao:copy:1"
PROPERTIES = ("recipient", "briefing", "edition", "since")
_BRIEFING = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
_IDENTIFIER = re.compile("urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER = re.compile("0|[1-9][0-9]{0,5}")


@dataclasses.dataclass(frozen=True)
class Identity:
    """What a copy says of itself.

    Attributes:
        clinic: The id of whom it is for.
        briefing: A slug.
        edition: Its number.
        identifier: `urn:uuid:…`: of this copy, and of no other.
        since: The edition that the changes in it are told from; 0 where there are none.
    """

    clinic: str
    briefing: str
    edition: int
    identifier: str
    since: int = 0


def identity_of(original: str, clinic: str, briefing: str, edition: int, since: int) -> Identity:
    """Return the identity of a copy: the same copy has the same.

    Args:
        original: The identifier of the edition's file, `urn:uuid:…`.
        clinic: Whom the copy is for.
        briefing: A slug.
        edition: Its number.
        since: The edition that the changes in it are told from.
    """
    space = uuid.UUID(original.removeprefix("urn:uuid:"))
    return Identity(clinic, briefing, edition, uuid.uuid5(space, f"{clinic}\n{since}").urn, since)


def values(identity: Identity) -> dict[str, str]:
    """Return the properties of a copy by name."""
    told = (identity.clinic, identity.briefing, str(identity.edition), str(identity.since))
    return dict(zip(PROPERTIES, told, strict=True))


def identity_from(found: dict[str, str], identifier: str) -> Identity:
    """Return an identity from the properties that a file has.

    Raises:
        ValueError: It is no copy, or says of itself what cannot be.
    """
    if not set(PROPERTIES) <= found.keys():
        raise ValueError("the file does not say whose copy it is")
    if not CLINIC_ID.fullmatch(found["recipient"]):
        raise ValueError("what the file has as its recipient is no clinic's id")
    if not _IDENTIFIER.fullmatch(identifier):
        raise ValueError("the file has no identifier")
    if not _BRIEFING.fullmatch(found["briefing"]):
        raise ValueError("the file does not say of which briefing it is")
    if not all(_NUMBER.fullmatch(found[name]) for name in ("edition", "since")):
        raise ValueError("the file does not say which edition it is")
    return Identity(
        found["recipient"], found["briefing"], int(found["edition"]), identifier, int(found["since"])
    )


def read(data: bytes, format_: str) -> Identity:
    """Return what a copy says of itself.

    Args:
        data: The file.
        format_: Such as pdf.

    Raises:
        ValueError: It is no copy, or cannot be read.
    """
    from report.copies import load_filler

    found: Identity = load_filler(format_).read_identity(data)
    return found


def read_properties(root: Any) -> dict[str, str]:
    """Return the properties of a copy that stand as elements in an XML tree, by name.

    Raises:
        ValueError: One stands there twice.
    """
    found: dict[str, str] = {}
    for name in PROPERTIES:
        texts = [text_of(element) for element in root.iter(f"{{{NAMESPACE}}}{name}")]
        if len(texts) > 1:
            raise ValueError("the file says twice whose copy it is")
        found.update(zip([name], texts, strict=False))
    return found


def text_of(element: Any) -> str:
    """Return the text of an element of XML; empty where it holds more than text, such as an entity."""
    return "" if len(element) else element.text or ""
