"""What a source said on a day, out of the vault, each byte held against its hash."""

import dataclasses
import datetime
from pathlib import Path

from report.errors import ExitCode, ReportError, UsageError
from report.monitor.vault import DamagedError, Look, Vault, first_said, said_on
from report.pipeline.refreshing import read_settings


class EvidenceDamagedError(ReportError):
    """What the vault holds is not what was put in."""

    exit_code = ExitCode.UNREADABLE


@dataclasses.dataclass(frozen=True)
class Shown:
    """What a source said on a day.

    Attributes:
        look: The look that it was seen at.
        since: The look since which it had said so.
        text: What it said; "" of what is compared by its bytes.
        path: Where the bytes are that the text was read from; None where they are not kept any more.
        looks: All looks.
        versions: The first look of each text, oldest first.
    """

    look: Look
    since: datetime.datetime
    text: str
    path: Path | None
    looks: tuple[Look, ...]
    versions: tuple[Look, ...]


def show_evidence(project: Path, slug: str, source: str, day: datetime.date | None) -> Shown:
    """Return what a source said on a day, or last.

    Raises:
        UsageError: It was never looked at, or not until that day; the settings cannot be read.
        EvidenceDamagedError: What is kept is not what was put in.
    """
    settings, findings = read_settings(project)
    if settings is None:
        raise UsageError(f"{findings[0].location}: {findings[0].message}", findings[0].hint)
    vault = Vault(project / settings.vault)
    try:
        looks = vault.looks(slug, source) if _is_name(source) else ()
        look = said_on(looks, day or datetime.date.max)
        if look is None:
            until = f" until {day}" if day is not None and looks else ""
            message = f"the vault holds nothing that {source[:80]!r} of {slug} said{until}"
            first = f"It was first looked at on {looks[0].at.date()}." if looks else ""
            raise UsageError(message, first or "`report refresh` looks at sources with `watch`.")
        text = vault.get(look.text).decode() if look.text else ""
        if vault.has(look.kept):
            vault.get(look.kept)
    except DamagedError as error:
        message = f"{error.path}: {error.message}"
        raise EvidenceDamagedError(message, "Restore the folder of the evidence from a backup.") from None
    since = first_said(looks[: looks.index(look) + 1], look.fingerprint) or look
    path = vault.path_of(look.kept) if vault.has(look.kept) else None
    return Shown(look, since.at, text, path, looks, _versions(looks))


def _is_name(source: str) -> bool:
    from report.scalars import SLUG

    return bool(SLUG.fullmatch(source))


def _versions(looks: tuple[Look, ...]) -> tuple[Look, ...]:
    versions: list[Look] = []
    for look in looks:
        if look.has_text and (not versions or versions[-1].fingerprint != look.fingerprint):
            versions.append(look)
    return tuple(versions)
