"""Reads the list of clinics; reports all that keeps a copy from being made for one of them, or from reaching it."""

import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from report import addresses, clinics
from report.bitmaps import JPEG_SIGNATURE, PNG_SIGNATURE, bitmap_problem
from report.clinics import Clinic, ClinicList
from report.findings import Code, Finding, Location, Severity
from report.load.files import FILE_MISSING, FILE_OUTSIDE, MAX_YAML_BYTES, read_file, read_utf8
from report.load.links import ID_DUPLICATE, suggest
from report.load.tracked import is_tracked
from report.load.typed import VALUE_INVALID, read_model
from report.load.yaml_tree import YAML_ALIAS_OR_TAG, YAML_LIMIT, parse_yaml
from report.positions import Node, SourceFile

CLINIC_ID_INVALID = Code("C060", "clinic-id-invalid", is_waivable=False)
ADDRESS_INVALID = Code("C061", "address-invalid", is_waivable=False)
LINE_UNSAFE = Code("C062", "line-unsafe", is_waivable=False)
LINE_FORMULA = Code("C063", "line-formula", is_waivable=False)
LINE_TOO_LONG = Code("C064", "line-too-long", is_waivable=False)
LOGO_UNUSABLE = Code("C065", "logo-unusable", is_waivable=False)
WEB_ADDRESS_INVALID = Code("C066", "web-address-invalid", is_waivable=False)
CHOICE_UNKNOWN = Code("C067", "choice-unknown", is_waivable=False)
CHANNEL_LACKS = Code("C068", "channel-lacks-address", is_waivable=False)
EMAIL_SHARED = Code("C069", "email-shared", Severity.WARNING)
CLINICS_IN_GIT = Code("C070", "clinics-in-git", Severity.WARNING)
COPY_EMPTY = Code("C071", "copy-empty", is_waivable=False)

# Which rule each kind of refusal breaks.
CODES: Mapping[str, Code] = {
    clinics.ID: CLINIC_ID_INVALID,
    clinics.LOGO: LOGO_UNUSABLE,
    clinics.REPEATED: VALUE_INVALID,
    clinics.CHOICE: VALUE_INVALID,
    addresses.EMPTY: VALUE_INVALID,
    addresses.EMAIL: ADDRESS_INVALID,
    addresses.PHONE: ADDRESS_INVALID,
    addresses.UNSAFE: LINE_UNSAFE,
    addresses.FORMULA: LINE_FORMULA,
    addresses.TOO_LONG: LINE_TOO_LONG,
    addresses.WEB: WEB_ADDRESS_INVALID,
}
MAX_CLINICS = 20_000
MAX_LOGO_BYTES = 2 * 1024 * 1024
# Printed some 20 mm wide; decoded, a picture of this size takes 16 MB.
MAX_LOGO_PIXELS = 4_000_000
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
# RFC 2606 and RFC 6761: names that nobody has, so that an address with one is made up.
_NOBODYS = ("example.com", "example.net", "example.org", "example", "test", "invalid", "localhost")


def load_clinics(
    project: Path,
    path: str,
    *,
    channels: Mapping[str, Sequence[str]],
    formats: Mapping[str, Sequence[str]],
) -> tuple[ClinicList | None, list[Finding]]:
    """Return the clinics, or None where there is an error, and all findings.

    Args:
        project: The folder that has `content/`.
        path: The list, from the project or absolute.
        channels: The names of the channels, and the fields of a clinic that each requires.
        formats: The names of the formats, and the views that each is made of.
    """
    text = read_list(project / path, path)
    if isinstance(text, Finding):
        return None, [text]
    root, findings = parse_yaml(text, path)
    clinic_list, found = judge_list(
        SourceFile(path, text, root), project / path, path, channels=channels, formats=formats
    )
    unread = {finding.location for finding in findings if finding.code is YAML_ALIAS_OR_TAG}
    findings += [finding for finding in found if finding.location not in unread]
    return (None if any(finding.is_error for finding in findings) else clinic_list), findings


def judge_list(
    file: SourceFile,
    place: Path,
    shown: str,
    *,
    channels: Mapping[str, Sequence[str]],
    formats: Mapping[str, Sequence[str]],
) -> tuple[ClinicList | None, list[Finding]]:
    """Return the clinics of a list, or None where there is an error, and all findings.

    Args:
        file: The list's tree, or that of a table with one mapping a row.
        place: Where the list lies, or will: its logos lie beside it.
        shown: The same, as findings print it.
        channels: As for `load_clinics`.
        formats: As for `load_clinics`.
    """
    entries, findings = _read_entries(file)
    findings += _check_choices(file, entries, channels=channels, formats=formats)
    findings += _check_shared(file, entries)
    if any(_is_real(clinic) for clinic in entries.values()) and is_tracked(place):
        message = "git keeps this list, and it has addresses that are not made up"
        hint = "Move it outside the repository, and name its path in content/distribution.yaml."
        findings.append(Finding(CLINICS_IN_GIT, Location(shown), message, hint))
    logos: dict[str, bytes] = {}
    for index, clinic in entries.items():
        if clinic.logo and clinic.logo not in logos:
            logo = _read_logo(place.parent, clinic.logo, file.locate(index, "logo"))
            if isinstance(logo, Finding):
                findings.append(logo)
            else:
                logos[clinic.logo] = logo
    if any(finding.is_error for finding in findings):
        return None, findings
    return ClinicList(shown, tuple(entries.values()), logos), findings


def _read_entries(file: SourceFile) -> tuple[dict[int, Clinic], list[Finding]]:
    """Return the clinics of a list by their place in it, less those with an error, and what is wrong."""
    if file.root is None:
        return {}, []
    listed = file.root.value
    if not isinstance(listed, list):
        hint = "Begin each entry with `- id: …`."
        return {}, [Finding(VALUE_INVALID, file.locate(), "the file is not a list", hint)]
    if len(listed) > MAX_CLINICS:
        message = f"{len(listed):,} entries; the limit is {MAX_CLINICS:,}"
        return {}, [Finding(YAML_LIMIT, file.locate(MAX_CLINICS), message, "Split the list.")]
    entries: dict[int, Clinic] = {}
    findings = _check_ids(file, listed)
    for index in range(len(listed)):
        clinic, found = read_model(Clinic, file, index, codes=CODES)
        findings += found
        if clinic is not None:
            entries[index] = clinic
    return entries, findings


def _fold(name: str) -> str:
    """Return an id as systems may compare names: without case, width or the way that letters are put together."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _check_ids(file: SourceFile, listed: Sequence[Node]) -> list[Finding]:
    """Return a finding for each id that is taken, among those too that are none."""
    findings = []
    first: dict[str, int] = {}
    for index, node in enumerate(listed):
        written = node.value.get("id") if isinstance(node.value, dict) else None
        if written is None or not isinstance(written.value, str) or not written.value:
            continue
        other = first.setdefault(_fold(written.value), index)
        if other != index:
            line = file.locate(other, "id").line
            message = f"the id is taken; it stands first on line {line}"
            where = file.locate(index, "id")
            findings.append(Finding(ID_DUPLICATE, where, message, "Give one of the two another id."))
    return findings


def _check_choices(
    file: SourceFile,
    entries: Mapping[int, Clinic],
    *,
    channels: Mapping[str, Sequence[str]],
    formats: Mapping[str, Sequence[str]],
) -> list[Finding]:
    """Return findings for formats and channels that do not exist, and for clinics that nothing could reach.

    Entries that have other errors are looked at as far as they go, so that one run tells all.
    """
    findings: list[Finding] = []
    listed = file.root.value if file.root is not None and isinstance(file.root.value, list) else []
    for index, node in enumerate(listed[:MAX_CLINICS]):
        for noun, key, names in (("format", "formats", formats), ("channel", "channels", channels)):
            for place, name in _texts(node, key):
                where = file.locate(index, key, place)
                if name not in names:
                    # Anything may have slipped into the wrong column, addresses too.
                    shown = f" {name!r}" if _NAME.fullmatch(name) else " called so"
                    hint = suggest(name, names) or f"Known are: {', '.join(names) or 'none'}."
                    findings.append(Finding(CHOICE_UNKNOWN, where, f"there is no {noun}{shown}", hint))
                elif key == "channels":
                    lacking = [field for field in channels[name] if not _has(node, field)]
                    hint = f"Write {', '.join(lacking)}, or leave the channel out."
                    message = f"the channel {name!r} needs what is not there: {', '.join(lacking)}"
                    findings += [Finding(CHANNEL_LACKS, where, message, hint)] if lacking else []
    for index, clinic in entries.items():
        views = {view for name in clinic.formats for view in formats.get(name, clinic.views)}
        if not views.intersection(clinic.views):
            message = f"no format of {', '.join(clinic.formats)} is made of {', '.join(clinic.views)}"
            where = file.locate(index, "formats")
            findings.append(Finding(COPY_EMPTY, where, message, "Add a format, such as pdf."))
    return findings


def _texts(node: Node, key: str) -> list[tuple[int, str]]:
    """Return the texts of a list below a key of an entry, with their places in it."""
    below = node.value.get(key) if isinstance(node.value, dict) else None
    listed = below.value if below is not None and isinstance(below.value, list) else []
    return [(place, item.value) for place, item in enumerate(listed) if isinstance(item.value, str)]


def _has(node: Node, field: str) -> bool:
    for name in field.split("."):
        below = node.value.get(name) if isinstance(node.value, dict) else None
        if below is None:
            return False
        node = below
    return bool(node.value)


def _check_shared(file: SourceFile, entries: Mapping[int, Clinic]) -> list[Finding]:
    findings = []
    first: dict[str, int] = {}
    for index, clinic in entries.items():
        if not clinic.active or not clinic.contact.email:
            continue
        other = first.setdefault(clinic.contact.email.casefold(), index)
        if other != index:
            message = f"{clinic.id} has the e-mail address of {entries[other].id}, and both are active"
            where = file.locate(index, "contact", "email")
            hint = "Give each clinic its own address, unless both are meant to be read by the same people."
            findings.append(Finding(EMAIL_SHARED, where, message, hint))
    return findings


def _is_real(clinic: Clinic) -> bool:
    domain = clinic.contact.email.rpartition("@")[2].lower()
    return bool(domain) and not any(f".{domain}".endswith(f".{name}") for name in _NOBODYS)


def read_list(path: Path, shown: str) -> str | Finding:
    """Return the text of a list of clinics, or why it cannot be read."""
    if path.is_symlink():
        message = "a symbolic link; the list itself is read only"
        return Finding(FILE_OUTSIDE, Location(shown), message, "Name the file's own path.")
    if not os.path.lexists(path):
        message = "the file is missing"
        hint = "Write it, or name another under `clinics:` in content/distribution.yaml."
        return Finding(FILE_MISSING, Location(shown), message, hint)
    data = read_file(path, shown, MAX_YAML_BYTES)
    return data if isinstance(data, Finding) else read_utf8(data, shown)


def _read_logo(folder: Path, name: str, where: Location) -> bytes | Finding:
    """Return a logo's bytes, or what is wrong with it, at the place that names it."""
    path = folder / name
    hint = "Put a PNG or JPEG picture beside the list of clinics."
    if path.is_symlink():
        return Finding(LOGO_UNUSABLE, where, "the logo is a symbolic link", hint)
    if not os.path.lexists(path):
        return Finding(LOGO_UNUSABLE, where, "there is no such file beside the list", hint)
    data = read_file(path, where.path, MAX_LOGO_BYTES)
    if isinstance(data, Finding):
        return Finding(LOGO_UNUSABLE, where, f"the logo: {data.message}", data.hint)
    signature = PNG_SIGNATURE if name.lower().endswith(".png") else JPEG_SIGNATURE
    if not data.startswith(signature):
        return Finding(LOGO_UNUSABLE, where, "the file is not what its name says", hint)
    problem = bitmap_problem(data, MAX_LOGO_PIXELS)
    return Finding(LOGO_UNUSABLE, where, problem, "Export the logo again.") if problem else data
