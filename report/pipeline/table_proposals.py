"""Tables that feeds give otherwise than `data/` has them: proposed whole, and written when somebody accepts."""

import datetime
import difflib
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from report import store
from report.editing import read_editable, write_edited
from report.errors import UsageError
from report.load.files import decode
from report.proposals import Evidence, Proposal, Seen

if TYPE_CHECKING:
    from report.model import Briefing
    from report.monitor.feeds import FeedsRead
    from report.monitor.vault import Vault
    from report.pipeline.proposing import Proposals


def propose_tables(
    briefing: "Briefing", read: "FeedsRead", proposals: "Proposals", now: datetime.datetime
) -> None:
    """Open a proposal for each table whose feed gives another; close those that the two agree about now."""
    from report.monitor.feed_values import FeedOutcome
    from report.pipeline.proposing import Draft

    differing = {one.name: one for one in read.differences if one.is_table}
    for name, one in differing.items():
        before = _sha256(one.old) if one.old else ""
        old = Seen(on=now.date(), text=before) if before else None
        draft = Draft(
            kind="feed-table",
            subject=name,
            field=name,
            before=before,
            after=_sha256(one.new),
            evidence=Evidence(
                url=one.where, old=old, new=Seen(on=now.date(), bytes=one.sha256, text=_sha256(one.new))
            ),
            diff=_difference(name, one.old, one.new),
        )
        proposals.propose(draft)
    for table in briefing.table_feeds:
        value = read.values.get(table.data)
        if value is not None and value.outcome is FeedOutcome.READ and table.data not in differing:
            proposals.supersede(
                "feed-table",
                table.data,
                "the feed and the table agree",
                field=table.data,
            )


def write_table(project: Path, slug: str, proposal: Proposal, vault: "Vault") -> str:
    """Put the table of a proposal in its place; return the file, relative to the project.

    Raises:
        UsageError: The file changed since the proposal was made, or what was read is not in the vault any more.
        MissingDependencyError: The disk is full, or the folder cannot be written.
    """
    from report.monitor.vault import DamagedError

    name = f"content/{slug}/{proposal.field}"
    seen = proposal.evidence.new
    if not re.fullmatch(r"data/[^/]+\.csv", proposal.field) or seen is None or not seen.text:
        raise UsageError(f"{proposal.id} holds no table", "Reject it.")
    try:
        data = vault.get(seen.text)
    except DamagedError as error:
        message = f"the table of {proposal.id} is not in the vault any more: {error.message}"
        raise UsageError(message, "Run `report refresh`, which reads it again.") from None
    text = data.decode("utf-8")
    expected = proposal.evidence.old.text if proposal.evidence.old is not None else ""
    folders = [project / "content", project / "content" / slug, (project / name).parent]
    if any(folder.is_symlink() for folder in folders):
        raise UsageError(f"{name} lies behind a symbolic link", "Put the folder itself there.")
    path = project / name
    if not path.exists() and not path.is_symlink():
        if expected:
            raise _changed(name, proposal)
        store.create(path, data)
        return name
    present = read_editable(project, name)
    found = _sha256(decode(present.text.encode())[0])
    if found == seen.text:
        return name
    if found != expected:
        raise _changed(name, proposal)
    write_edited(project, name, present.sha256, text)
    return name


def _changed(name: str, proposal: Proposal) -> UsageError:
    message = f"{name} was changed since {proposal.opened_at.date()}, when {proposal.id} was made"
    return UsageError(message, "Run `report refresh` to compare it anew.")


def _difference(name: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), name, name, lineterm="", n=1)
    return "\n".join(lines)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
