"""The waivers that all briefings of a project share: those of the list of clinics and of `distribution.yaml`."""

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path

from report.findings import Finding, Location
from report.load.files import FILE_OUTSIDE, MAX_YAML_BYTES, read_file, read_utf8
from report.load.typed import VALUE_INVALID, read_model
from report.load.yaml_tree import parse_yaml
from report.model import Section, WaiverEntry
from report.positions import SourceFile
from report.scalars import Text

WAIVERS_FILE = "content/waivers.yaml"


class SharedWaiver(WaiverEntry):
    """A waiver of a file that may lie outside the project, as the real list of clinics does."""

    path: Text


@dataclasses.dataclass(frozen=True)
class SharedWaivers:
    """What `content/waivers.yaml` says, as `report.waivers.Waiving`; it has no prose, and so no allowances."""

    files: Mapping[str, SourceFile] = dataclasses.field(default_factory=dict)
    waivers: tuple[WaiverEntry, ...] = ()
    prefix: str = "content"
    sections: tuple[Section, ...] = ()
    parts: Mapping[str, str] = dataclasses.field(default_factory=dict)


def load_shared_waivers(project: Path) -> tuple[SharedWaivers, list[Finding]]:
    """Return the waivers that a project's briefings share, those that can be read, and all findings."""
    path = project / WAIVERS_FILE
    if not os.path.lexists(path):
        return SharedWaivers(), []
    if path.is_symlink():
        message = "a symbolic link; only files of the project itself are read"
        return SharedWaivers(), [
            Finding(FILE_OUTSIDE, Location(WAIVERS_FILE), message, "Put the file itself here.")
        ]
    data = read_file(path, WAIVERS_FILE, MAX_YAML_BYTES)
    text = data if isinstance(data, Finding) else read_utf8(data, WAIVERS_FILE)
    if isinstance(text, Finding):
        return SharedWaivers(), [text]
    root, findings = parse_yaml(text, WAIVERS_FILE)
    file = SourceFile(WAIVERS_FILE, text, root)
    if root is not None and not isinstance(root.value, list):
        hint = "Begin each entry with `- code: …`."
        findings.append(Finding(VALUE_INVALID, file.locate(), "the file is not a list", hint))
    waivers = []
    for index in range(len(root.value) if root is not None and isinstance(root.value, list) else 0):
        waiver, found = read_model(SharedWaiver, file, index)
        findings += found
        waivers += [waiver] if waiver is not None else []
    if findings:
        # A waiver is told by its place in the list, which is another where one cannot be read.
        return SharedWaivers(), findings
    return SharedWaivers({"waivers.yaml": file}, tuple(waivers)), findings
