"""The fonts a build may use: which they are, which characters they have, and how fontconfig is told.

Every build imports this module, so it neither opens a font nor loads a YAML parser until it is asked to.
"""

import dataclasses
import hashlib
import html
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from report.errors import MissingDependencyError

DEFAULT_FAMILY = "Jianbao Song"
REGISTRIES = (("fonts.yaml", "coverage.txt"), ("extra.yaml", "extra-coverage.txt"))

# Characters that a renderer handles without a glyph: controls that end lines, and the code points of
# Unicode's Default_Ignorable_Code_Point that occur in text.
_INKLESS_RANGES = (
    (0x09, 0x0A),
    (0x0C, 0x0D),
    (0xAD, 0xAD),
    (0x034F, 0x034F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x2064),
    (0x2066, 0x206F),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xE0100, 0xE01EF),
)
_INKLESS = frozenset(code for first, last in _INKLESS_RANGES for code in range(first, last + 1))


@dataclasses.dataclass(frozen=True)
class FontFace:
    """One font file.

    Attributes:
        family: The name a style sheet calls it by.
        weight: As in CSS: 400 or 700.
        path: The file, absolute.
        licence: SPDX identifier.
        version: As the font itself tells it.
        sha256: Of the file, hexadecimal.
    """

    family: str
    weight: int
    path: Path
    licence: str
    version: str
    sha256: str


class Coverage:
    """The characters that each family has, in every weight of it.

    Attributes:
        by_family: Code points by family, in the order of the registry.
    """

    __slots__ = ("_any", "by_family")

    def __init__(self, by_family: Mapping[str, frozenset[int]]) -> None:
        self.by_family = dict(by_family)
        self._any = _INKLESS.union(*self.by_family.values())

    def is_covered(self, char: str) -> bool:
        """Return whether some family has the character, or it needs no glyph."""
        return ord(char) in self._any

    def missing(self, text: str) -> tuple[str, ...]:
        """Return the characters of a text that no family has, each once, in the order they occur."""
        return tuple(char for char in dict.fromkeys(text) if ord(char) not in self._any)

    def families_of(self, char: str) -> tuple[str, ...]:
        """Return the families that have the character, in the order of the registry."""
        return tuple(family for family, codes in self.by_family.items() if ord(char) in codes)


def bundled_fonts_dir() -> Path:
    """Return the folder of the bundled fonts: inside an installed wheel, else the checkout's `fonts/`."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_bundled" / "fonts"
    return installed if installed.is_dir() else package.parent / "fonts"


def load_registry(*dirs: Path) -> tuple[FontFace, ...]:
    """Return the faces registered in some folders, in the order given.

    Each folder's `fonts.yaml` and then its `extra.yaml` are read; a folder or file that does not exist has
    none. Of two faces of one family and weight the later stands, in the place of the earlier: two files
    for one description would be mixed up in the PDF.

    Args:
        dirs: The bundled folder first, then a project's own.

    Raises:
        MissingDependencyError: A registered file is not there, or a registry is not one.
    """
    faces: dict[tuple[str, int], FontFace] = {}
    for folder in dict.fromkeys(path.resolve() for path in dirs):
        for registry, _ in REGISTRIES:
            for face in _read_registry(folder / registry):
                faces[face.family, face.weight] = face
    return tuple(faces.values())


def _read_registry(path: Path) -> list[FontFace]:
    if not path.is_file():
        return []
    entries = read_entries(path)
    faces = []
    for entry in entries:
        try:
            face = FontFace(
                family=entry["family"],
                weight=int(entry["weight"]),
                path=path.parent / entry["file"],
                licence=entry["licence"],
                version=entry["version"],
                sha256=entry["sha256"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise MissingDependencyError(
                f"{path} has a font without a usable {error}.",
                "Give each font file, family, weight, licence, version and sha256.",
            ) from error
        if not face.path.is_file():
            raise MissingDependencyError(
                f"The font {face.path.name}, which {path} names, is not in {path.parent}.",
                "Put the file back, or make the fonts again with `make fonts`.",
            )
        faces.append(face)
    return faces


def read_entries(path: Path) -> list[dict[str, Any]]:
    """Return the `fonts` of a registry as written, every scalar as text.

    Raises:
        MissingDependencyError: The file is not YAML with a list `fonts`.
    """
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MissingDependencyError(
            f"{path} is not YAML: {error}.", "Mend it, or make it again with `make fonts`."
        ) from error
    entries = document.get("fonts") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise MissingDependencyError(f"{path} has no list `fonts`.", "Write it as fonts.yaml is written.")
    return entries


def altered_faces(faces: Iterable[FontFace]) -> tuple[FontFace, ...]:
    """Return the faces whose file is not the one that was registered, judged by SHA-256."""
    return tuple(face for face in faces if hash_file(face.path) != face.sha256)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def coverage(faces: Iterable[FontFace]) -> Coverage:
    """Return which characters the faces have, by family; a character that one weight lacks does not count.

    It is read from the `coverage.txt` beside the fonts; only a font that none records is opened.
    """
    recorded: dict[Path, dict[str, frozenset[int]]] = {}
    by_family: dict[str, frozenset[int]] = {}
    for face in faces:
        folder = face.path.parent
        if folder not in recorded:
            recorded[folder] = {}
            for _, sidecar in REGISTRIES:
                if (folder / sidecar).is_file():
                    recorded[folder] |= parse_ranges((folder / sidecar).read_text(encoding="ascii"))
        codes = recorded[folder].get(face.path.name)
        if codes is None:
            codes = _read_cmap(face.path)
        known = by_family.get(face.family, codes)
        by_family[face.family] = codes if known is codes else known & codes
    return Coverage(by_family)


def _read_cmap(path: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def parse_ranges(text: str) -> dict[str, frozenset[int]]:
    """Return the code points under each name of a text made by `format_ranges`.

    `[name other-name]` begins a set, which holds for all names given; `4E00-4E03 4E07` are code points in
    hexadecimal; `#` begins a comment.
    """
    sections: dict[str, frozenset[int]] = {}
    names: list[str] = []
    codes: list[int] = []
    for line in [*text.splitlines(), "[]"]:
        if line.startswith("["):
            section = frozenset(codes)
            sections |= dict.fromkeys(names, section)
            names, codes = line[1 : line.index("]")].split(), []
            continue
        for item in line.partition("#")[0].split():
            first, _, last = item.partition("-")
            start = int(first, 16)
            if last:
                codes.extend(range(start, int(last, 16) + 1))
            else:
                codes.append(start)
    return sections


def format_ranges(sections: Mapping[str, Iterable[int]], comment: str = "") -> str:
    """Return code points as text for `parse_ranges`; sets that are equal are written once."""
    names_by_set: dict[frozenset[int], list[str]] = {}
    for name, codes in sections.items():
        names_by_set.setdefault(frozenset(codes), []).append(name)
    lines = [f"# {line}" for line in comment.splitlines()]
    for codes, names in names_by_set.items():
        lines.append(f"[{' '.join(names)}] # {len(codes)} characters")
        line = ""
        for item in _ranges(sorted(codes)):
            if line and len(line) + len(item) >= 100:
                lines.append(line)
                line = ""
            line = f"{line} {item}" if line else item
        lines.append(line)
    return "\n".join(lines) + "\n"


def _ranges(codes: Sequence[int]) -> list[str]:
    pairs: list[list[int]] = []
    for code in codes:
        if pairs and pairs[-1][1] == code - 1:
            pairs[-1][1] = code
        else:
            pairs.append([code, code])
    return [f"{first:04X}" if first == last else f"{first:04X}-{last:04X}" for first, last in pairs]


def fontconfig_xml(dirs: Sequence[Path], cache_dir: Path, accept: Sequence[Path] = ()) -> str:
    """Return a fontconfig configuration that knows our fonts and nothing of the system's.

    Args:
        dirs: Where fonts are.
        cache_dir: Where fontconfig keeps what it read of them.
        accept: The only files to be used; without any, all that the folders hold.

    Returns:
        XML after fontconfig's `fonts.dtd`. A family that is not there becomes `Jianbao Song`: without
        that, fontconfig silently takes whichever font comes first.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
        "<fontconfig>",
        *(f"  <dir>{_xml_path(path)}</dir>" for path in dict.fromkeys(dirs)),
        f"  <cachedir>{_xml_path(cache_dir)}</cachedir>",
    ]
    if accept:
        globs = "".join(f"<glob>{_xml_path(path)}</glob>" for path in dict.fromkeys(accept))
        lines += [
            "  <selectfont>",
            f"    <acceptfont>{globs}</acceptfont>",
            "    <rejectfont><glob>*</glob></rejectfont>",
            "  </selectfont>",
        ]
    lines += [
        '  <match target="pattern">',
        '    <edit name="family" mode="append_last" binding="strong">',
        f"      <string>{DEFAULT_FAMILY}</string>",
        "    </edit>",
        "  </match>",
        "</fontconfig>",
    ]
    return "\n".join(lines) + "\n"


def _xml_path(path: Path) -> str:
    return html.escape(str(path.resolve()), quote=False)


def write_fontconfig(path: Path, faces: Sequence[FontFace], cache_dir: Path) -> Path:
    """Write a configuration with exactly these faces and return its path, for `FONTCONFIG_FILE`.

    The variable must be set before the process renders for the first time. The file is replaced whole, so
    that builds which run at once do not read half of it.
    """
    files = [face.path for face in faces]
    xml = fontconfig_xml([file.parent for file in files], cache_dir, accept=files)
    write_whole(path, xml.encode("utf-8"))
    return path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that its old or its new content is there, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            # mkstemp makes the file private; a font or a configuration is for all users.
            os.fchmod(stream.fileno(), 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
