"""How sources and feeds are looked at, as `monitor:` of `distribution.yaml` says."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated

import pydantic

from report.addresses import EmailAddress, Line, check_line, refusal
from report.local_paths import PathText
from report.peers import endpoint_fault
from report.scalars import Schema, WholeNumber

VAULT_FOLDER = "vault"
DOI_SERVICE = "https://api.crossref.org"
LARGEST_BYTES = 20 * 1024 * 1024
# What a refusal is of; `report.load.distribution` gives it its code.
MONITOR = "monitor_refused"

_CONTACT = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+|https://[!-~]+", re.ASCII)
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?):[1-9][0-9]{0,4}", re.ASCII)


def _contact(value: str) -> str:
    if value and (not value.isascii() or not _CONTACT.fullmatch(value)):
        message = "is neither an e-mail address nor an https address"
        raise refusal(MONITOR, message, "Write such as editors@briefings.example.org.")
    return value


def _host(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise refusal(MONITOR, "is no host with a port", "Write such as intranet.example.org:443.")
    return value


def _proxy(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/@]+/?", value):
        message = "is no address of a proxy, or has a user name or a password in it"
        hint = "Write such as http://proxy.example.org:3128; a password belongs in the variable HTTPS_PROXY."
        raise refusal(MONITOR, message, hint)
    return value.rstrip("/")


def _service(value: str) -> str:
    fault = endpoint_fault(value) if value else ""
    if fault:
        raise refusal(MONITOR, fault, f"Write such as {DOI_SERVICE}.")
    return value.rstrip("/")


def _vault(value: str) -> str:
    check_line(value, 500)
    path = PurePosixPath(value)
    is_path = value and value != "." and ".." not in path.parts and not value.startswith("~")
    if not is_path or (not path.is_absolute() and path.parts[0] in ("content", "output", "report")):
        message = "is no folder where evidence can be kept"
        raise refusal(MONITOR, message, f"Write a folder of its own, such as {VAULT_FOLDER}.")
    return value


def _within(lowest: int, highest: int) -> pydantic.AfterValidator:
    def check(value: int) -> int:
        if not lowest <= value <= highest:
            message = f"is {value:,}, which is not within {lowest:,} and {highest:,}"
            raise refusal(MONITOR, message, "Choose another.")
        return value

    return pydantic.AfterValidator(check)


Contact = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_contact)]
HostAndPort = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_host)]
Proxy = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_proxy)]
Service = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_service)]
VaultPath = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_vault)]


class MonitorSettings(Schema):
    """How sources and feeds are looked at.

    Attributes:
        contact: Whom the operator of a source may write to, sent with every request; "" for nobody.
        delay_seconds: Between two requests to one host, at least.
        timeout_seconds: What one address may take in all, redirects included.
        largest_bytes: Of one document, as sent and as unpacked.
        allow_hosts: `host:port` of what may be asked though it is this machine or of a private network.
        proxy: What all requests go through; "" leaves it to HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
        ca_file: The authorities that are trusted instead of the system's, as PEM.
        doi_service: The address of Crossref's REST API or of one of that shape; "" asks none.
        vault: The folder of the evidence, from the project or absolute.
        allow_databases: SQLAlchemy URLs, without password, of databases that feeds may read besides SQLite files.
        owners: Who is reminded of stale facts: the address of each name that `checked_by` has; `default` stands for
            all other names, and for facts without one.
        remind_every_days: How long nobody is reminded again.
        reminders_through: The channel of kind email whose server takes the reminders; "" for the first of that kind.
    """

    contact: Contact = ""
    delay_seconds: Annotated[WholeNumber, _within(0, 600)] = 2
    timeout_seconds: Annotated[WholeNumber, _within(1, 600)] = 60
    largest_bytes: Annotated[WholeNumber, _within(1024, 200_000_000)] = LARGEST_BYTES
    allow_hosts: tuple[HostAndPort, ...] = ()
    proxy: Proxy = ""
    ca_file: PathText = ""
    doi_service: Service = DOI_SERVICE
    vault: VaultPath = VAULT_FOLDER
    allow_databases: tuple[Line, ...] = ()
    owners: Mapping[Line, EmailAddress] = {}
    remind_every_days: Annotated[WholeNumber, _within(1, 365)] = 7
    reminders_through: Line = ""
