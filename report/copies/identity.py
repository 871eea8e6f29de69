"""What a copy says of itself: whose it is, of which edition; read back of every format before it is sent."""

import dataclasses
import uuid
from typing import Any

# The namespace of the properties that a copy has besides, in XMP and in an EPUB's package document.
NAMESPACE = "urn:jianbao:copy:1"
PROPERTIES = ("recipient", "briefing", "edition", "since")


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
    if not identifier.startswith("urn:uuid:"):
        raise ValueError("the file has no identifier")
    numbers = [found[name] for name in ("edition", "since")]
    if not all(number.isascii() and number.isdigit() and len(number) < 7 for number in numbers):
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
    """Return the properties of a copy that stand as elements in an XML tree, by name."""
    found: dict[str, str] = {}
    for name in PROPERTIES:
        texts = [element.text or "" for element in root.iter(f"{{{NAMESPACE}}}{name}")]
        if len(texts) == 1:
            found[name] = texts[0]
    return found
