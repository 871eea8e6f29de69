"""Names, addresses and numbers of recipients as somebody typed them: each one line, and each exactly one.

They end up in file names, mail headers, spreadsheets and printed pages, so whatever could be read there as something
else is refused here. A message goes on from the field's name, and does not quote the value: it may be personal.
"""

import functools
import re
import unicodedata
import urllib.parse
from typing import Annotated

import pydantic
from pydantic_core import PydanticCustomError

# What a refusal is of; `report.load.clinics` gives each its code.
UNSAFE, FORMULA, TOO_LONG, EMPTY = "line_unsafe", "line_formula", "line_too_long", "line_empty"
EMAIL, PHONE, WEB = "email_invalid", "phone_invalid", "web_address_invalid"

MAX_LINE = 200
MAX_EMAIL = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets of a path
MAX_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1
MAX_WEB_ADDRESS = 300

# RFC 5322, 3.2.3, dot-atom; of ASCII only, because a server need not know SMTPUTF8.
_LOCAL_PART = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = rf"(?:{_LABEL}\.)+{_LABEL}"
_EMAIL = re.compile(rf"({_LOCAL_PART})@({_DOMAIN})")
_PHONE = re.compile(
    r"\+?(?:[0-9]|\([0-9]+\)|（[0-9]+）)(?:[ -]?(?:[0-9]|\([0-9]+\)|（[0-9]+）))+(?: ?(?:转|ext\.?|x) ?[0-9]{1,6})?"
)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
# Characters without a shape of their own that are not of category Cf (Unicode, Default_Ignorable_Code_Point), and the
# blank pattern of Braille.
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]")
_SPACES = (" ", "\u3000")


def refusal(kind: str, message: str, hint: str) -> PydanticCustomError:
    """Return the error of a value that is refused, with what is wrong and what to do."""
    return PydanticCustomError(kind, "{message}", {"message": message, "hint": hint})


def starts_formula(text: str) -> bool:
    """Return whether a spreadsheet would reckon with a text; numbers and phone numbers are only read.

    OWASP, "CSV Injection": `=`, `+`, `-`, `@`, tab and carriage return; full-width forms of the signs count too.
    """
    if not text or text[0] in "\t\r":
        return bool(text)
    is_sign = unicodedata.normalize("NFKC", text[0])[:1] in ("=", "+", "-", "@")
    return is_sign and not _NUMBER.fullmatch(text) and not _PHONE.fullmatch(text)


def quote_cell(text: str) -> str:
    """Return a text as a cell of a table that is written out: a formula gets an apostrophe, a number does not."""
    return f"'{text}" if starts_formula(text) else text


def check_line(value: str, limit: int = MAX_LINE) -> str:
    """Return a text that is one visible line, or "" where there is none.

    Raises:
        PydanticCustomError: It is too long, begins like a formula, or has a character that is not seen or that
            changes how others are read.
    """
    if len(value) > limit:
        raise refusal(TOO_LONG, f"has {len(value):,} characters; the limit is {limit}", "Shorten it.")
    for char in value:
        what = _unsafe(char)
        if what:
            hint = "Write one line." if what.startswith("a line") else "Remove the character."
            raise refusal(UNSAFE, f"has {what}, U+{ord(char):04X}", hint)
    if value != value.strip():
        raise refusal(UNSAFE, "begins or ends with a space", "Remove the space.")
    if unicodedata.normalize("NFC", value) != value:
        raise refusal(UNSAFE, "has letters in parts (it is not in Unicode's form NFC)", "Type it again.")
    if starts_formula(value):
        message = f"begins with {value[0]}, which a spreadsheet takes for a formula"
        raise refusal(FORMULA, message, "Begin it with a letter or a digit.")
    return value


@functools.lru_cache(maxsize=8192)
def _unsafe(char: str) -> str:
    """Return what is wrong with a character, in words; empty where nothing is."""
    if char.isascii() and char.isprintable():
        return ""
    category = unicodedata.category(char)
    if char in "\n\r\v\f\x85\u2028\u2029":
        return "a line break"
    if category == "Cc":
        return "a control character"
    if char in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        return "a character that turns the direction of text"
    if category == "Cf" or _INVISIBLE.match(char) or 0xE0100 <= ord(char) <= 0xE01EF:
        return "a character that nobody sees"
    if category == "Zs" and char not in _SPACES:
        return "a space of an unusual width"
    if category in ("Co", "Cs") or ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF:
        return "a character that no font has"
    return ""


def check_email(value: str) -> str:
    """Return exactly one addr-spec of RFC 5322 in ASCII, without name or brackets; "" is none.

    Raises:
        PydanticCustomError: It is no address, or more than one.
    """
    if not value:
        return value
    check_line(value, 2 * MAX_EMAIL)
    if re.search("[,;，；、]", value) or value.count("@") > 1:
        raise refusal(EMAIL, "has more than one address", "Keep one; a clinic has one address.")
    if re.search(r"[<>()\"\s]", value):
        message = "has more than the address alone"
        raise refusal(EMAIL, message, "Write the address only, without name, brackets, quotes or spaces.")
    match = _EMAIL.fullmatch(value)
    if match is None and not value.isascii():
        hint = "Write a domain as its host knows it (xn--…), and everything else in ASCII."
        raise refusal(EMAIL, "has characters that mail servers need not know", hint)
    if match is None:
        raise refusal(EMAIL, "is no e-mail address", "Write it as name@example.org.")
    if len(value) > MAX_EMAIL or len(match.group(1)) > MAX_LOCAL_PART:
        message = f"is longer than {MAX_EMAIL} characters, or than {MAX_LOCAL_PART} before the @"
        raise refusal(EMAIL, message, "Write the address that the clinic really has.")
    return value


def check_phone(value: str) -> str:
    """Return one phone number as it is dialled: digits, spaces, hyphens, brackets, an extension; "" is none.

    Raises:
        PydanticCustomError: It is no phone number, or more than one.
    """
    if not value or (len(value) <= 40 and _PHONE.fullmatch(value) and sum(map(str.isdigit, value)) >= 3):
        return value
    check_line(value, 40)
    if re.search("[,;/，；、／]", value):
        raise refusal(PHONE, "has more than one number", "Keep one.")
    hint = "Write digits with spaces or hyphens, such as +86-20-0000-0000 or 000-0000-0000 转 12."
    raise refusal(PHONE, "is no phone number", hint)


def check_web_address(value: str) -> str:
    """Return an absolute `https:` address of at most 300 ASCII characters; "" is none.

    Raises:
        PydanticCustomError: It is another kind of address, or one with a user name or a password in it.
    """
    if not value:
        return value
    if len(value) > MAX_WEB_ADDRESS:
        message = f"has {len(value):,} characters; the limit is {MAX_WEB_ADDRESS}"
        raise refusal(WEB, message, "Use a shorter address; a QR code of a long one is not read.")
    if re.search(r"[^!-~]|[\"<>\\^`{|}]", value):
        hint = "Write %-escapes, as the browser's address bar copies them."
        raise refusal(WEB, "has a space or another character that no address has", hint)
    if not value.startswith("https://"):
        raise refusal(WEB, "does not begin with https://", "Write an https address.")
    authority = re.split("[/?#]", value.removeprefix("https://"), maxsplit=1)[0]
    if "@" in authority:
        raise refusal(WEB, "has a user name or a password in it", "Remove what stands before the @.")
    try:
        host, is_port = urllib.parse.urlsplit(value).hostname or "", urllib.parse.urlsplit(value).port != 0
    except ValueError:
        host, is_port = "", False
    if not is_port or not re.fullmatch(_DOMAIN, host):
        raise refusal(WEB, "names no host", "Write it as https://example.org/….")
    return value


Line = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(check_line)]
EmailAddress = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(check_email)]
PhoneNumber = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(check_phone)]
WebAddress = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(check_web_address)]
