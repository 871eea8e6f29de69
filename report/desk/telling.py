"""What the page is told of pages and findings, as data for JSON."""

import dataclasses
from pathlib import Path
from urllib.parse import quote, urlsplit

from report.errors import UsageError
from report.findings import Finding
from report.preview.snapshot import Snapshot

EDITOR_URL = "vscode://file/{path}:{line}:{column}"
_REFUSED = ("javascript", "data", "http", "https", "blob", "file", "about", "")


@dataclasses.dataclass(frozen=True)
class Editor:
    """How a place in a file is opened.

    Attributes:
        project: Paths of findings are relative to it.
        pattern: An address with `{path}`, `{line}` and `{column}`.
    """

    project: Path
    pattern: str = EDITOR_URL

    def link(self, path: str, line: int = 0, column: int = 0) -> str:
        """Return the address that opens a place; empty where no editor is to be opened."""
        if not self.pattern:
            return ""
        # The pattern has the slash before the path itself, or a parameter that wants it whole.
        whole = quote(str(self.project / path), safe="/")
        if "/{path}" in self.pattern:
            whole = whole.lstrip("/")
        return (
            self.pattern.replace("{path}", whole)
            .replace("{line}", str(line or 1))
            .replace("{column}", str(column or 1))
        )


def check_editor_url(pattern: str) -> str:
    """Return a pattern that opens an editor; empty turns the links off.

    Raises:
        UsageError: It is no address of an editor.
    """
    scheme = urlsplit(pattern.replace("{path}", "x").replace("{line}", "1").replace("{column}", "1")).scheme
    if pattern and (scheme in _REFUSED or "{path}" not in pattern):
        raise UsageError(
            f"{pattern[:80]!r} opens no editor", f"Write such as {EDITOR_URL}, or nothing for no links."
        )
    return pattern


def finding_data(finding: Finding, editor: Editor) -> dict[str, object]:
    """Return a finding, with the address that opens its place."""
    place = finding.location
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "place": str(place),
        "severity": finding.code.severity.value,
        "code": finding.code.code,
        "name": finding.code.name,
        "message": finding.message,
        "hint": finding.hint,
        "link": editor.link(place.path, place.line, place.column),
    }


def snapshot_data(snapshot: Snapshot, editor: Editor) -> dict[str, object]:
    """Return pages, without their images, and what was found."""
    return {
        "revision": snapshot.revision,
        "slug": snapshot.slug,
        "view": snapshot.view,
        "locale": snapshot.locale,
        "pages": [
            {
                "number": page.number,
                "label": page.label,
                "digest": page.digest,
                "width": page.width_px,
                "height": page.height_px,
                "exact": page.is_exact,
                "changed": page.is_changed,
                "section": page.section,
            }
            for page in snapshot.pages
        ],
        "changed": list(snapshot.changed_pages),
        "marks": {str(number): [list(box) for box in boxes] for number, boxes in snapshot.marks.items()},
        "exact": snapshot.is_exact,
        "error": snapshot.error,
        "seconds": round(snapshot.seconds, 2),
        "findings": [finding_data(finding, editor) for finding in snapshot.findings],
    }
