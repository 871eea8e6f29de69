"""Passwords and keys: settings say where they are, never what they are; what was read is kept out of all messages.

This module reads the environment, the files that it names, and the system's keyring.
"""

import base64
import logging
import os
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Self

import pydantic
from pydantic_core import PydanticCustomError

from report.errors import MissingDependencyError
from report.scalars import Schema, Text

SHORTEST = 4
LARGEST_BYTES = 64 * 1024
REDACTED = "[secret]"


def _environment_name(value: str) -> str:
    # What is refused may be the secret itself, pasted where its place belongs; so it is not repeated.
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]{0,99}", value):
        raise PydanticCustomError(
            "scalar_invalid",
            "this is not the name of an environment variable, which has capitals, digits and _ only",
            {"hint": "Write the name of the variable that holds the secret, such as MAIL_PASSWORD."},
        )
    return value


EnvironmentName = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_environment_name)]


class KeyringEntry(Schema):
    """Where a secret lies in the system's keyring.

    Attributes:
        service: The name under which it was put there.
        user: Whose it is.
    """

    service: Text
    user: Text


class SecretRef(Schema):
    """Where a secret is: exactly one of the three.

    Attributes:
        env: The environment variable that holds it.
        file_env: The environment variable that holds the path of a file that holds it.
        keyring: Its entry in the system's keyring.
    """

    env: EnvironmentName | None = None
    file_env: EnvironmentName | None = None
    keyring: KeyringEntry | None = None

    @pydantic.model_validator(mode="before")
    @classmethod
    def _is_no_value(cls, data: object) -> object:
        if isinstance(data, str):
            raise PydanticCustomError(
                "scalar_invalid",
                "a secret does not stand in a file",
                {"hint": "Write {env: NAME}, {file_env: NAME} or {keyring: {service: …, user: …}}."},
            )
        return data

    @pydantic.model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(place is not None for place in (self.env, self.file_env, self.keyring)) != 1:
            raise PydanticCustomError(
                "scalar_invalid",
                "a secret is in exactly one of env, file_env and keyring",
                {"hint": "Keep one of them, such as {env: MAIL_PASSWORD}."},
            )
        return self

    def __str__(self) -> str:
        """Return where it is, in words."""
        if self.env is not None:
            return f"the environment variable {self.env}"
        if self.file_env is not None:
            return f"the file that the environment variable {self.file_env} names"
        assert self.keyring is not None
        return f"the entry {self.keyring.service!r} of the keyring"


class SecretError(MissingDependencyError):
    """A secret is not where the settings say."""


class Redactor(logging.Filter):
    """Takes every secret that was read out of texts and log records."""

    def __init__(self) -> None:
        super().__init__()
        self._values: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, value: str) -> None:
        """Know a secret, as it is and as protocols write it: base64, percent-encoded, quoted by `repr`."""
        encoded = base64.b64encode(value.encode()).decode()
        url_safe = base64.urlsafe_b64encode(value.encode()).decode()
        forms = {value, encoded, encoded.rstrip("="), url_safe, url_safe.rstrip("="), repr(value)[1:-1]}
        forms |= {urllib.parse.quote(value, safe=""), urllib.parse.quote_plus(value)}
        self._values |= {form for form in forms if len(form) >= SHORTEST}
        # The longest first, and all in one pass: a secret may begin with another one, or be part of `REDACTED`.
        longest_first = sorted(self._values, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def redact(self, text: str) -> str:
        """Return a text with `[secret]` in the place of every secret."""
        return self._pattern.sub(REDACTED, text) if self._pattern is not None else text

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record pass, its message and its traceback without secrets."""
        record.msg, record.args = self.redact(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = self.redact(logging.Formatter().formatException(record.exc_info))
            # A handler formats what it finds here anew; the text above has all of it.
            record.exc_info = None
        if record.stack_info:
            record.stack_info = self.redact(record.stack_info)
        return True


# One for the process: whatever prints cannot be told which run read which secret.
REDACTOR = Redactor()


def resolve(reference: SecretRef, environment: Mapping[str, str] = os.environ) -> str:
    """Return a secret, and let the redactor know it.

    Raises:
        SecretError: It is not there, is shorter than `SHORTEST` characters, or has a line break within.
    """
    value = _read(reference, environment)
    if len(value) < SHORTEST or re.search(r"[\x00-\x1f\x7f]", value):
        message = f"{reference} holds no secret: one line of at least {SHORTEST} characters is expected"
        raise SecretError(message, "Put the password or the key there, and nothing else.")
    REDACTOR.add(value)
    return value


def references(settings: pydantic.BaseModel) -> Iterator[SecretRef]:
    """Yield every reference to a secret in settings, so that all can be tried before anything is sent."""
    for _, value in settings:
        if isinstance(value, SecretRef):
            yield value
        elif isinstance(value, pydantic.BaseModel):
            yield from references(value)


def _read(reference: SecretRef, environment: Mapping[str, str]) -> str:
    if reference.keyring is not None:
        return _from_keyring(reference, reference.keyring)
    name = reference.env or reference.file_env or ""
    value = environment.get(name, "")
    if not value:
        raise SecretError(f"the environment variable {name} is not set", f"Set {name}, and run it again.")
    return _from_file(value, name) if reference.file_env else value


def _from_file(path: str, name: str) -> str:
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
        text = data.decode("utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is no UTF-8 text"
        # The path may be the secret itself, set in the wrong variable; so it is not repeated.
        message = f"the file that the environment variable {name} names cannot be read: {reason}"
        raise SecretError(message, f"Set {name} to the path of the file that holds the secret.") from None
    if len(data) > LARGEST_BYTES:
        message = f"the file that the environment variable {name} names is larger than {LARGEST_BYTES} bytes"
        raise SecretError(message, "Put the secret there, and nothing else.")
    return text.removesuffix("\n").removesuffix("\r")


def _from_keyring(reference: SecretRef, entry: KeyringEntry) -> str:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        message = f"{reference} cannot be read: keyring is not installed"
        raise SecretError(message, "Install it with `pip install keyring`, or use env or file_env.") from None
    try:
        value = keyring.get_password(entry.service, entry.user)
    except keyring.errors.KeyringError as error:
        message = f"{reference} cannot be read: {type(error).__name__}"
        raise SecretError(message, "Unlock the keyring, or use env or file_env.") from None
    if value is None:
        raise SecretError(f"{reference} does not exist", f"Add it with `keyring set {entry.service} USER`.")
    return str(value)
