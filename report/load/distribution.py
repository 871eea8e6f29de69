"""Reads `distribution.yaml`: what it says itself, and of each channel what the channel's own module understands."""

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path

from report import addresses, distribution, signing, watch_settings
from report.channels import channel_names, load_channel
from report.distribution import ChannelEntry, Distribution
from report.findings import Code, Finding, Location
from report.load import monitor_settings
from report.load.clinics import CODES as ADDRESS_CODES
from report.load.files import FILE_MISSING, FILE_OUTSIDE, MAX_YAML_BYTES, read_file, read_utf8
from report.load.links import suggest
from report.load.monitor_settings import MONITOR_INVALID
from report.load.typed import KEY_MISSING, VALUE_INVALID, read_model
from report.load.yaml_tree import YAML_ALIAS_OR_TAG, YAML_SYNTAX, parse_yaml
from report.positions import Node, SourceFile
from report.scalars import SLUG

CHANNEL_KIND_UNKNOWN = Code("C080", "channel-kind-unknown", is_waivable=False)
CHANNEL_NAME_INVALID = Code("C081", "channel-name-invalid", is_waivable=False)
PATH_REFUSED = Code("C082", "path-refused", is_waivable=False)
POLICY_INVALID = Code("C083", "policy-invalid", is_waivable=False)

DISTRIBUTION_FILE = monitor_settings.DISTRIBUTION_FILE

CODES: Mapping[str, Code] = {
    **ADDRESS_CODES,
    distribution.PATH: PATH_REFUSED,
    distribution.OUT_OF_RANGE: POLICY_INVALID,
    distribution.WAITS: POLICY_INVALID,
    watch_settings.MONITOR: MONITOR_INVALID,
    addresses.EMPTY: VALUE_INVALID,
}
MAX_CHANNEL_NAME = 40


def load_distribution(project: Path) -> tuple[Distribution | None, list[Finding]]:
    """Return how copies go out, or None where there is an error, and all findings."""
    text = _read(project / DISTRIBUTION_FILE)
    if isinstance(text, Finding):
        return None, [text]
    root, findings = parse_yaml(text, DISTRIBUTION_FILE)
    if any(finding.code is YAML_SYNTAX for finding in findings):
        return None, findings
    file = SourceFile(DISTRIBUTION_FILE, text, root)
    channels, found = _read_channels(file)
    signs, wrong = _read_signing(file)
    own, more = read_model(Distribution, _without(_without(file, "channels"), "signing"), codes=CODES)
    unread = {finding.location for finding in findings if finding.code is YAML_ALIAS_OR_TAG}
    findings += [finding for finding in (*found, *wrong, *more) if finding.location not in unread]
    if own is None or any(finding.is_error for finding in findings):
        return None, findings
    return own.model_copy(update={"channels": channels, "signing": signs}), findings


def required_fields(loaded: Distribution) -> dict[str, tuple[str, ...]]:
    """Return the fields of a clinic that each channel requires, by the channel's name."""
    return {name: tuple(load_channel(entry.kind).REQUIRES) for name, entry in loaded.channels.items()}


def _read(path: Path) -> str | Finding:
    where = Location(DISTRIBUTION_FILE)
    if path.is_symlink():
        message = "a symbolic link; only files of the project itself are read"
        return Finding(FILE_OUTSIDE, where, message, "Put the file itself here.")
    if not os.path.lexists(path):
        hint = "Write it; docs/content-guide.md shows how."
        return Finding(FILE_MISSING, where, "the file is missing", hint)
    data = read_file(path, DISTRIBUTION_FILE, MAX_YAML_BYTES)
    return data if isinstance(data, Finding) else read_utf8(data, DISTRIBUTION_FILE)


def _read_channels(file: SourceFile) -> tuple[dict[str, ChannelEntry], list[Finding]]:
    root = file.root.value if file.root is not None else {}
    if not isinstance(root, dict):
        return {}, []
    node = root.get("channels")
    if node is None:
        hint = "Add `channels: {folder: {kind: folder}}`."
        where = dataclasses.replace(file.locate(), line=1, column=1)
        return {}, [Finding(KEY_MISSING, where, "the key 'channels' is missing", hint)]
    if not isinstance(node.value, dict) or not node.value:
        hint = "Write lines such as `folder: {kind: folder}` below it."
        message = "`channels` is not a mapping of names and channels"
        return {}, [Finding(VALUE_INVALID, file.locate("channels"), message, hint)]
    channels: dict[str, ChannelEntry] = {}
    findings: list[Finding] = []
    for name in node.value:
        entry, found = _read_channel(file, name)
        findings += found
        if entry is not None:
            channels[name] = entry
    return channels, findings


def _read_channel(file: SourceFile, name: str) -> tuple[ChannelEntry | None, list[Finding]]:
    findings = []
    if not SLUG.fullmatch(name) or len(name) > MAX_CHANNEL_NAME:
        where = file.locate("channels", name, key=True)
        message = (
            f"{name[:60]!r} is no name of a channel, which has lower-case letters, digits and hyphens only"
        )
        hint = f"Write such as email-north, of {MAX_CHANNEL_NAME} characters at most."
        findings.append(Finding(CHANNEL_NAME_INVALID, where, message, hint))
    assert file.root is not None
    assert isinstance(file.root.value, dict)
    below = file.root.value["channels"].value
    assert isinstance(below, dict)
    written = below[name].value
    if not isinstance(written, dict):
        message = f"the channel {name[:60]!r} is not a mapping of keys and values"
        hint = "Write its `kind:` and its settings below it."
        return None, [*findings, Finding(VALUE_INVALID, file.locate("channels", name), message, hint)]
    kind = written["kind"].value if "kind" in written else None
    if not isinstance(kind, str):
        where = file.locate("channels", name)
        message, hint = "the key 'kind' is missing", f"Add `kind:` with one of {', '.join(channel_names())}."
        return None, [*findings, Finding(KEY_MISSING, where, message, hint)]
    if kind not in channel_names():
        where = file.locate("channels", name, "kind")
        hint = suggest(kind, channel_names()) or f"Known are: {', '.join(channel_names())}."
        message = f"there is no kind of channel {kind[:60]!r}"
        return None, [*findings, Finding(CHANNEL_KIND_UNKNOWN, where, message, hint)]
    settings_file = _without(file, "channels", name, "kind")
    settings, found = read_model(load_channel(kind).Settings, settings_file, "channels", name, codes=CODES)
    findings += found
    return (None if settings is None else ChannelEntry(kind=kind, settings=settings)), findings


def _read_signing(file: SourceFile) -> tuple[signing.Settings | None, list[Finding]]:
    root = file.root.value if file.root is not None else None
    if not isinstance(root, dict) or "signing" not in root or root["signing"].value is None:
        return None, []
    return read_model(signing.Settings, file, "signing", codes=CODES)


def _without(file: SourceFile, *path: str) -> SourceFile:
    """Return a file whose tree lacks one key; the places of all others are the same."""

    def cut(node: Node, steps: tuple[str, ...]) -> Node:
        assert isinstance(node.value, dict)
        step, *further = steps
        kept = {key: below for key, below in node.value.items() if key != step or further}
        if further:
            kept[step] = cut(kept[step], tuple(further))
        return dataclasses.replace(node, value=kept)

    if file.root is None or not isinstance(file.root.value, dict):
        return file
    return dataclasses.replace(file, root=cut(file.root, path))
