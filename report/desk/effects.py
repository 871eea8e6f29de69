"""What a change of a briefing's files does to what its readers read, told before anything is saved."""

import dataclasses
import threading
from collections.abc import Sequence

from report.compose.changes import change_groups, summary
from report.compose.context import ChangeItem
from report.compose.matter import read_labels
from report.editions.comparison import compare
from report.editions.record import Edition
from report.editions.redline import Piece
from report.findings import Finding
from report.load.files import BriefingFiles
from report.pipeline.composing import Made, compose_briefing
from report.pipeline.run import Run


@dataclasses.dataclass(frozen=True)
class Effect:
    """What a change does.

    Attributes:
        summary: How much of what, in one sentence; empty where it could not be composed.
        groups: The title and the items of each weight of change.
        findings: Those that the change brings: errors keep the briefing from being built.
    """

    summary: str
    groups: tuple[tuple[str, tuple[ChangeItem, ...]], ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclasses.dataclass(frozen=True)
class Since:
    """What changed since an edition; `old` is 0 where none was released before.

    Attributes:
        old: The number of the edition that is compared with.
        new: That of the edition that the content is, or would be.
        is_released: Whether that is released.
        summary: As in `Effect`, and so are `groups`.
        groups: The title and the items of each weight of change.
        findings: Why nothing can be told, where that is so.
    """

    old: int
    new: int
    is_released: bool
    summary: str = ""
    groups: tuple[tuple[str, tuple[ChangeItem, ...]], ...] = ()
    findings: tuple[Finding, ...] = ()


class Effects:
    """Composes a briefing as it is and as it would be; what it is, is kept until its files change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[str, Made] | None = None

    def of(self, run: Run, files: BriefingFiles, changed: BriefingFiles) -> Effect:
        """Return what a change of files does to the briefing."""
        # Each composes in a process of its own; two at once would only wait for each other's processor.
        with self._lock:
            before = self._made(run, files)
            after = compose_briefing(run, changed)
        known = {_identity(finding) for finding in before.findings}
        findings = tuple(finding for finding in after.findings if _identity(finding) not in known)
        if before.work is None or after.work is None:
            return Effect("", findings=findings)
        told, groups = _told(run, _state(before), _state(after))
        return Effect(told, groups, findings)

    def since(self, run: Run, files: BriefingFiles, number: int | None) -> Since:
        """Return what changed since an edition, None standing for the last one before this content."""
        with self._lock:
            made = self._made(run, files)
        if made.work is None or any(finding.is_error for finding in made.findings):
            return Since(0, 0, is_released=False, findings=made.findings)
        issue = made.work.issue
        old = number if number and number <= len(issue.earlier) else issue.since
        if not old:
            return Since(0, issue.number, issue.is_released)
        told, groups = _told(run, issue.earlier[old - 1], _state(made), issue.earlier[old:])
        return Since(old, issue.number, issue.is_released, told, groups)

    def _made(self, run: Run, files: BriefingFiles) -> Made:
        key = f"{files.digest} {run.today} {run.as_of}"
        if self._kept is None or self._kept[0] != key:
            self._kept = key, compose_briefing(run, files)
        return self._kept[1]


def _told(
    run: Run, old: Edition, new: Edition, between: Sequence[Edition] = ()
) -> tuple[str, tuple[tuple[str, tuple[ChangeItem, ...]], ...]]:
    words = read_labels(run.templates, new.lang)
    changes = compare(old, new, between)
    groups = change_groups(changes, changes, words)
    return summary(changes, words), tuple((group.title, group.items) for group in groups)


def _state(made: Made) -> Edition:
    assert made.work is not None
    return made.work.composed.state


def _identity(finding: Finding) -> tuple[str, str, str]:
    """Return what makes two findings the same where lines may have moved."""
    return finding.code.code, finding.location.path, finding.message


def effect_data(effect: Effect) -> dict[str, object]:
    """Return an effect as data, its findings apart."""
    return {
        "summary": effect.summary,
        "groups": [
            {"title": title, "items": [_item_data(item) for item in items]} for title, items in effect.groups
        ],
    }


def _item_data(item: ChangeItem) -> dict[str, object]:
    return {
        "what": item.what,
        "name": item.name,
        "reason": item.reason,
        "fields": [{"name": field.name, "old": field.old, "new": field.new} for field in item.fields],
        "excerpts": [{"mark": excerpt.mark, "pieces": _pieces(excerpt.pieces)} for excerpt in item.excerpts],
        "where": item.where,
    }


def _pieces(pieces: tuple[Piece, ...]) -> list[list[str]]:
    return [[piece.kind, piece.text] for piece in pieces]
