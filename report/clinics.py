"""The clinics that receive copies, as `clinics.yaml` names them (CONTENT: Clinics).

Whatever is typed here reaches a cover, a mail header, a folder's name or a spreadsheet, so a `Clinic` cannot hold what
would be dangerous there: each field is checked when one is made, wherever it comes from.
"""

import dataclasses
import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

import pydantic

from report.addresses import (
    EMPTY,
    UNSAFE,
    EmailAddress,
    Line,
    PhoneNumber,
    WebAddress,
    check_line,
    refusal,
)
from report.scalars import LOCALES, Schema

CLINIC_ID = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,46}[A-Z0-9])?")
# Microsoft, "Naming Files, Paths, and Namespaces": no file can be called so there, whatever its suffix.
DEVICE_NAMES = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(10))]
)
MAX_NAME = 60
MAX_GROUP = 40
MAX_LOGO_NAME = 100
# What a refusal is of; `report.load.clinics` gives each its code.
ID, LOGO, REPEATED, CHOICE = "clinic_id_invalid", "logo_name_invalid", "entry_repeated", "choice_invalid"

Item = TypeVar("Item")


def _clinic_id(value: str) -> str:
    if not CLINIC_ID.fullmatch(value):
        message = "is no clinic's id, which is 1 to 48 capital letters, digits and hyphens within"
        near = re.sub("[^A-Z0-9]+", "-", value.upper()).strip("-") if value.isascii() else ""
        hint = f"Write {near}." if CLINIC_ID.fullmatch(near) else "Write such as GZ-0042."
        raise refusal(ID, message, hint)
    if value in DEVICE_NAMES:
        raise refusal(ID, f"is {value}, the name of a device on Windows", "Add a number, such as GZ-0042.")
    return value


def _name(value: str) -> str:
    check_line(value, MAX_NAME)
    if not value:
        raise refusal(EMPTY, "is empty", "Write the clinic's name.")
    if re.search(r"[/\\]|\.\.", value):
        hint = "Leave it out, or write a hyphen or a full-width sign."
        raise refusal(UNSAFE, "has a sign that parts the names of files: / or \\ or ..", hint)
    return value


def _group(value: str) -> str:
    check_line(value, MAX_GROUP)
    if re.search("[,;，；、|]", value):
        raise refusal(UNSAFE, "has a sign that parts lists", "A clinic is of one group.")
    return value


def _logo(value: str) -> str:
    check_line(value, MAX_LOGO_NAME)
    if value and (re.search(r"[/\\:]", value) or value.startswith(".")):
        raise refusal(LOGO, "is more than the name of a file", "Put the picture beside the list of clinics.")
    if value and not re.search(r"\.(?:png|jpe?g)\Z", value, re.IGNORECASE):
        raise refusal(LOGO, "ends in neither .png nor .jpg", "Name a PNG or JPEG picture.")
    return value


# The two below are as in `report.scalars` and `report.model`, but for the value: what slipped into the wrong column of
# a table is somebody's address.
def _locale(value: str) -> str:
    if value not in LOCALES:
        raise refusal(CHOICE, "is no locale this version knows", f"Write one of {', '.join(LOCALES)}.")
    return value


def _true_or_false(value: object) -> object:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise refusal(CHOICE, "is neither true nor false", "Write true or false.")
        return value == "true"
    return value


def _each_once(values: tuple[Item, ...]) -> tuple[Item, ...]:
    if len(set(values)) < len(values):
        raise refusal(REPEATED, "has an entry twice", "Keep one of the two.")
    return values


ClinicId = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_clinic_id)]
_Names = Annotated[tuple[Line, ...], pydantic.Field(min_length=1), pydantic.AfterValidator(_each_once)]
_Views = Annotated[
    tuple[Literal["full", "handout"], ...],
    pydantic.Field(min_length=1),
    pydantic.AfterValidator(_each_once),
]


class Contact(Schema):
    """How a clinic is reached; personal, so none of it goes into logs, findings, the ledger or others' copies.

    Attributes:
        address: Where it is, one line.
        phone: One number as it is dialled.
        email: Exactly one addr-spec of RFC 5322, in ASCII.
    """

    # `repr=False`: whatever prints or logs a clinic prints none of it.
    address: Annotated[Line, pydantic.Field(repr=False)] = ""
    phone: Annotated[PhoneNumber, pydantic.Field(repr=False)] = ""
    email: Annotated[EmailAddress, pydantic.Field(repr=False)] = ""


class Clinic(Schema):
    """One recipient of copies.

    Attributes:
        id: 1 to 48 of `A-Z`, `0-9` and inner hyphens: safe as the name of a folder on every system.
        name: As printed on its copies; markup in it is text, and is escaped wherever it is put into HTML.
        contact: How it is reached.
        logo: The name of a PNG or JPEG beside the list of clinics; "" for none.
        locale: The language of its copies and of what is written to it.
        views: `full`, `handout`, or both.
        formats: Names of formats, such as `pdf`.
        channels: Names of channels of `distribution.yaml`.
        qr: The https address that its QR code holds; "" leaves that to the status page.
        group: By which it can be chosen; "" for none.
        active: False keeps the record and sends nothing more.
    """

    id: ClinicId
    name: Annotated[str, pydantic.Field(strict=True, repr=False), pydantic.AfterValidator(_name)]
    contact: Contact = Contact()
    logo: Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_logo)] = ""
    locale: Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_locale)]
    views: _Views = ("full",)
    formats: _Names = ("pdf",)
    channels: _Names
    qr: WebAddress = ""
    group: Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_group)] = ""
    active: Annotated[bool, pydantic.BeforeValidator(_true_or_false), pydantic.Field(strict=True)] = True


@dataclasses.dataclass(frozen=True)
class ClinicList:
    """A list of clinics that could be read.

    Attributes:
        path: The file, relative to the project where it lies in it, as findings print it.
        clinics: In the order of the file, those that are not active too.
        logos: The pictures by the names that `Clinic.logo` has.
    """

    path: str
    clinics: tuple[Clinic, ...]
    logos: Mapping[str, bytes] = dataclasses.field(default_factory=dict, repr=False)

    @property
    def active(self) -> tuple[Clinic, ...]:
        """The clinics that are sent copies."""
        return tuple(clinic for clinic in self.clinics if clinic.active)
