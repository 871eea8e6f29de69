"""Reads `monitor:` of `distribution.yaml` alone: how sources are looked at has nothing to do with channels."""

import os
from collections.abc import Mapping
from pathlib import Path

from report import addresses, watch_settings
from report.findings import Code, Finding
from report.load.clinics import CODES as ADDRESS_CODES
from report.load.files import MAX_YAML_BYTES, read_file, read_utf8
from report.load.typed import VALUE_INVALID, read_model
from report.load.yaml_tree import parse_yaml
from report.positions import SourceFile
from report.watch_settings import MonitorSettings

MONITOR_INVALID = Code("C088", "monitor-invalid", is_waivable=False)

DISTRIBUTION_FILE = "content/distribution.yaml"
CODES: Mapping[str, Code] = {
    **ADDRESS_CODES,
    addresses.EMPTY: VALUE_INVALID,
    watch_settings.MONITOR: MONITOR_INVALID,
}


def load_monitor_settings(project: Path) -> tuple[MonitorSettings | None, list[Finding]]:
    """Return how sources are looked at, None where that has an error; the defaults where nothing is written."""
    path = project / DISTRIBUTION_FILE
    if not os.path.lexists(path):
        return MonitorSettings(), []
    data = read_file(path, DISTRIBUTION_FILE, MAX_YAML_BYTES)
    text = data if isinstance(data, Finding) else read_utf8(data, DISTRIBUTION_FILE)
    if isinstance(text, Finding):
        return None, [text]
    root, findings = parse_yaml(text, DISTRIBUTION_FILE)
    if findings:
        return None, findings
    if root is None or not isinstance(root.value, dict) or "monitor" not in root.value:
        return MonitorSettings(), []
    return read_model(MonitorSettings, SourceFile(DISTRIBUTION_FILE, text, root), "monitor", codes=CODES)
