"""Which mail server is meant, and how far it is trusted: keys of settings."""

from typing import Annotated, Literal, Self

import pydantic
from pydantic_core import PydanticCustomError

from report.addresses import EmailAddress, Line
from report.local_paths import PathText
from report.peers import is_loopback
from report.scalars import Schema, WholeNumber
from report.secrets import SecretRef

Security = Literal["tls", "starttls", "none"]


def refused(message: str, hint: str) -> PydanticCustomError:
    """Return the error of settings that contradict each other."""
    return PydanticCustomError("scalar_invalid", "{message}", {"message": message, "hint": hint})


def within(lowest: int, highest: int) -> pydantic.AfterValidator:
    """Return the check that a number lies within limits."""

    def check(value: int) -> int:
        if not lowest <= value <= highest:
            raise refused(f"{value} is not within {lowest} and {highest}", "Choose another.")
        return value

    return pydantic.AfterValidator(check)


def _host(value: str) -> str:
    if not value or not all(char.isascii() and (char.isalnum() or char in ".-:") for char in value):
        raise refused("this is no host", "Write a name such as smtp.example.org, or an IP address.")
    return value


Host = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_host)]
Port = Annotated[WholeNumber, within(1, 65_535)]
Seconds = Annotated[WholeNumber, within(1, 3600)]


class Server(Schema):
    """A mail server.

    Attributes:
        host: Its name, which its certificate has to have.
        port: 0 stands for the usual one of its protocol and `security`.
        security: TLS from the first byte, TLS from STARTTLS on, or none, which only a server of this machine may have.
        user: Who logs in; "" for nobody.
        password: Where the password is.
        ca_file: The authorities that are trusted instead of the system's, as PEM.
        timeout_seconds: How long one reply may take; a whole talk may take ten times as long.
    """

    host: Host
    port: Annotated[WholeNumber, within(0, 65_535)] = 0
    security: Security = "tls"
    user: Line = ""
    password: SecretRef | None = None
    ca_file: PathText = ""
    timeout_seconds: Seconds = 60

    @pydantic.model_validator(mode="after")
    def _check_server(self) -> Self:
        if self.security == "none" and not is_loopback(self.host):
            message = f"`security: none` would send mail to {self.host} for everybody on the way to read"
            raise refused(message, "Write tls or starttls; none is for a server of this machine.")
        if bool(self.user) != (self.password is not None):
            raise refused("`user` and `password` go together", "Write both, or neither.")
        return self


class Mailbox(Server):
    """A mailbox that is read over IMAP.

    Attributes:
        mailbox: Its name as the server shows it, such as INBOX or 已发送.
    """

    mailbox: Annotated[Line, pydantic.Field(min_length=1)] = "INBOX"

    @pydantic.model_validator(mode="after")
    def _check_mailbox(self) -> Self:
        if not self.user:
            raise refused("a mailbox is nobody's", "Write `user` and `password`.")
        return self


class Sender(Schema):
    """Who the mail is from.

    Attributes:
        name: As readers see it.
        address: To which bounces go too.
    """

    name: Line = ""
    address: Annotated[EmailAddress, pydantic.Field(min_length=1)]
