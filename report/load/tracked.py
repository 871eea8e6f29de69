"""Whether git keeps a file: read from the index of its work tree, without running git."""

import os
import re
import struct
from pathlib import Path

# Documentation/gitformat-index: a version 2 or 3 entry ends in 16 bits of flags, of which the last 12 are the length
# of its name, in version 3 perhaps 16 more, and the name, which ends in NUL. Version 4 cuts names short, and is rare:
# it is not read.
_HEADER = struct.Struct(">4sII")
_NAME_MASK = 0xFFF
_MAX_INDEX_BYTES = 64 * 1024 * 1024


def is_tracked(path: Path) -> bool:
    """Return whether a file is in the index of the git work tree that it lies in; False where that cannot be told."""
    try:
        where = path.parent.resolve() / path.name
        for folder in where.parents:
            if (folder / ".git").exists():
                name = os.fsencode(where.relative_to(folder).as_posix())
                return _has_entry(_index(folder / ".git"), name)
    except (OSError, ValueError):
        return False
    return False


def _index(git: Path) -> bytes:
    if git.is_file():  # a linked work tree or a submodule
        match = re.fullmatch(r"gitdir: (.+)\n?", git.read_text(encoding="utf-8"))
        git = git.parent / (match.group(1) if match else "")
    with (git / "index").open("rb") as file:
        return file.read(_MAX_INDEX_BYTES)


def _has_entry(index: bytes, name: bytes) -> bool:
    if len(index) < _HEADER.size:
        return False
    signature, version, _ = _HEADER.unpack_from(index)
    if signature != b"DIRC" or version not in (2, 3):
        return False
    start = index.find(name + b"\0")
    while start != -1:
        # The flags stand right before the name, or two bytes further where there are 16 more.
        lengths = [struct.unpack_from(">H", index, start - back)[0] & _NAME_MASK for back in (2, 4)]
        if min(len(name), _NAME_MASK) in lengths:
            return True
        start = index.find(name + b"\0", start + 1)
    return False
