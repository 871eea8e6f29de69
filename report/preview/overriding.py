"""A briefing's files with others in the place of some: what would be, if they were saved."""

import dataclasses
import hashlib
from collections.abc import Mapping

from report.errors import UsageError
from report.findings import Finding
from report.load.files import YAML_FILES, BriefingFiles, read_utf8


def with_files(files: BriefingFiles, overrides: Mapping[str, bytes]) -> BriefingFiles:
    """Return the files of a briefing, some of them replaced or added.

    Args:
        files: As they lie on disk.
        overrides: What each would hold, by path relative to the briefing.

    Raises:
        UsageError: A path is none of a text or figure of the briefing.
    """
    texts, images, findings = dict(files.texts), dict(files.images), list(files.findings)
    digest = hashlib.sha256(files.digest.encode())
    for name, data in sorted(overrides.items()):
        if name.startswith("figures/"):
            images[name] = data
        elif name in YAML_FILES or name.startswith(("sections/", "parts/", "data/")):
            text = read_utf8(data, f"{files.prefix}/{name}")
            if isinstance(text, Finding):
                findings.append(text)
                texts.pop(name, None)
            else:
                texts[name] = text
        else:
            raise UsageError(
                f"{name} is no text of {files.slug}", "Name a file of the briefing's own folder."
            )
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return dataclasses.replace(
        files, texts=texts, images=images, findings=tuple(findings), digest=digest.hexdigest()
    )
