"""Which remote folder is meant, and by what its server is known: keys of settings."""

import posixpath
import re
from typing import Annotated, Literal

import pydantic
from pydantic_core import PydanticCustomError

from report.addresses import Line
from report.local_paths import PathText
from report.peers import endpoint_fault
from report.scalars import Schema, WholeNumber
from report.secrets import SecretRef


def _refused(message: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("scalar_invalid", "{message}", {"message": message, "hint": hint})


def _port(value: int) -> int:
    if not 1 <= value <= 65_535:
        raise _refused("this is no port", "Write a number up to 65535, such as 22.")
    return value


def _host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:-]{1,253}", value):
        raise _refused("this is no host", "Write a name such as files.example.org, or an IP address.")
    return value


def _folder(value: str) -> str:
    if (
        not value.isprintable()
        or "\\" in value
        or ".." in value.split("/")
        or posixpath.normpath(value) != value
    ):
        raise _refused("this is no folder", "Write it with / between folders, none at the end, and no dots.")
    return value


def _host_key(value: str) -> str:
    if not re.fullmatch(r"(?:ssh|ecdsa|sk)-[A-Za-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}(?: .*)?", value):
        raise _refused(
            "this is no public key", "Copy what `ssh-keyscan HOST` prints, without the host before it."
        )
    return value


def _endpoint(value: str) -> str:
    fault = endpoint_fault(value)
    if fault:
        raise _refused(f"the address {fault}", "Write an https address.")
    return value.rstrip("/")


Host = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_host)]
Port = Annotated[WholeNumber, pydantic.AfterValidator(_port)]
Folder = Annotated[Line, pydantic.AfterValidator(_folder)]
HostKey = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_host_key)]
Endpoint = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_endpoint)]
Name = Annotated[Line, pydantic.Field(min_length=1)]


class Sftp(Schema):
    """A folder behind SFTP.

    Attributes:
        host: The server.
        port: Its port.
        user: Who logs in.
        password: Where the password is; not needed with `key_file`.
        key_file: A private key of OpenSSH.
        passphrase: Of the private key.
        host_keys: The server's public keys; one that is not here ends the talk, and nobody is asked.
        path: The folder, from / or from the one where the user starts; it has to be there.
    """

    host: Host
    port: Port = 22
    user: Name
    password: SecretRef | None = None
    key_file: PathText = ""
    passphrase: SecretRef | None = None
    host_keys: Annotated[tuple[HostKey, ...], pydantic.Field(min_length=1)]
    path: Annotated[Folder, pydantic.Field(min_length=1)]

    @pydantic.model_validator(mode="after")
    def _check_login(self) -> "Sftp":
        if self.password is None and not self.key_file:
            raise _refused("nothing to log in with", "Write `password` or `key_file`.")
        return self


class S3(Schema):
    """A prefix of a bucket.

    Attributes:
        bucket: Which; it has to be there.
        prefix: What every key begins with, without a / at the end; "" for nothing.
        endpoint: The server's address; "" for Amazon's.
        region: Its region; "" where it has none.
        addressing_style: Whether the bucket is the `path`'s first part or, `virtual`, the host's; "" for `path` with an
            `endpoint` and `virtual` without.
        access_key: Where the access key's id is.
        secret_key: Where the secret is.
        ca_file: The authorities that are trusted instead of the system's, as PEM.
    """

    bucket: Annotated[str, pydantic.Field(strict=True, pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    prefix: Annotated[Line, pydantic.AfterValidator(lambda value: _folder(value) if value else value)] = ""
    endpoint: Annotated[str, pydantic.AfterValidator(lambda value: _endpoint(value) if value else value)] = ""
    region: Annotated[Line, pydantic.Field(pattern=r"^[A-Za-z0-9._-]{0,64}$")] = ""
    addressing_style: Literal["", "path", "virtual"] = ""
    access_key: SecretRef
    secret_key: SecretRef
    ca_file: PathText = ""

    @pydantic.model_validator(mode="after")
    def _check_endpoint(self) -> "S3":
        if self.addressing_style == "virtual" and self.endpoint.startswith("http:"):
            raise _refused("a bucket is no name of this machine", "Write `path`, or an https address.")
        if "?" in self.endpoint:
            raise _refused("the address has a ? in it", "Write only host, port and path.")
        return self


class WebDav(Schema):
    """A folder behind WebDAV.

    Attributes:
        url: The folder's address; it has to be there.
        user: Who logs in; "" for nobody.
        password: Where the password is.
        ca_file: The authorities that are trusted instead of the system's, as PEM.
    """

    url: Endpoint
    user: Line = ""
    password: SecretRef | None = None
    ca_file: PathText = ""

    @pydantic.model_validator(mode="after")
    def _check_login(self) -> "WebDav":
        if bool(self.user) != (self.password is not None):
            raise _refused("`user` and `password` go together", "Write both, or neither.")
        return self
