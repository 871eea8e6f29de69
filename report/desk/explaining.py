"""What each code means and what to do about it, in the editor's language: as docs/errors.md says it."""

import functools
import re
from collections.abc import Mapping

from report.installation import PACKAGE

_HEAD = re.compile(r"^## ([A-Z][0-9]{3}) ", re.MULTILINE)
_PARTS = {"when": "何时出现", "do": "怎么办"}
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@functools.cache
def read_explanations() -> Mapping[str, Mapping[str, str]]:
    """Return what the page of errors says of each code: when it comes, and what to do; code stays in backticks."""
    bundled = PACKAGE / "_bundled" / "errors.md"
    path = bundled if bundled.is_file() else PACKAGE.parent / "docs" / "errors.md"
    if not path.is_file():
        return {}
    _, *parts = _HEAD.split(path.read_text(encoding="utf-8"))
    return {code: _explanation(body) for code, body in zip(parts[::2], parts[1::2], strict=True)}


def _explanation(body: str) -> dict[str, str]:
    found = {}
    for name, head in _PARTS.items():
        match = re.search(rf"^\*\*{head}：\*\*(.*?)(?=\n\n|\Z)", body, re.MULTILINE | re.DOTALL)
        if match is not None:
            found[name] = _LINK.sub(r"\1", match[1].replace("\n", "")).strip()
    return found
