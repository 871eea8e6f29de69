"""Runs of an entry, and the signs between its elements."""

import dataclasses
import re
import urllib.parse
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

PartKind: TypeAlias = Literal["text", "url", "doi"]


@dataclasses.dataclass(frozen=True)
class Part:
    """A run of an entry: plain text, never markup; a link where `href` is not empty.

    Attributes:
        kind: `url` and `doi` are links.
        text: What is printed; an address is whole, where it may break is the style sheet's business.
        href: An http(s) address, percent-encoded for a DOI; empty for text.
    """

    kind: PartKind
    text: str
    href: str = ""


@dataclasses.dataclass(frozen=True)
class Punctuation:
    """The signs before elements that come in two widths; `.` and `[ ]` are always half-width."""

    comma: str
    colon: str
    open_parenthesis: str
    close_parenthesis: str

    def parenthesised(self, text: str) -> str:
        """Return the text within parentheses; nothing for nothing."""
        return f"{self.open_parenthesis}{text}{self.close_parenthesis}" if text else ""

    def with_colon(self, *elements: str) -> str:
        """Return the elements that are not empty, colons between them."""
        return self.colon.join(filter(None, elements))

    def with_comma(self, *elements: str) -> str:
        """Return the elements that are not empty, commas between them."""
        return self.comma.join(filter(None, elements))


STANDARD = Punctuation("，", "：", "（", "）")
HALF_WIDTH = Punctuation(", ", ": ", "(", ")")


def clean(text: str) -> str:
    """Return the text on one line, without space at its ends."""
    return re.sub(r"[ \t\r\n\f\v\u2028\u2029]+", " ", text).strip()


def without_final_stop(text: str) -> str:
    """Return the text without its own full stop, so that none is doubled; an ellipsis stays."""
    if text.endswith(("...", "…")):
        return text
    return text.rstrip(".。．").rstrip()


def url_part(url: str) -> Part:
    """Return an address, http(s) as the schema of sources wants it, as a link."""
    return Part("url", url, url)


def doi_part(doi: str) -> Part:
    """Return a bare DOI (`10.1000/1`) as a link to its resolver."""
    return Part("doi", doi, "https://doi.org/" + urllib.parse.quote(doi, safe="/:;().,-_~"))


def assemble(elements: Iterable[str], access: Sequence[Sequence[Part]]) -> tuple[Part, ...]:
    """Join elements and access paths with `. ` and end with `.`, adjacent text in one run."""
    body = ". ".join(stripped for element in elements if (stripped := without_final_stop(element)))
    parts = [Part("text", body)] if body else []
    for path in access:
        if parts:
            parts.append(Part("text", ". "))
        parts.extend(path)
    parts.append(Part("text", "."))
    return _merged(parts)


def _merged(parts: Iterable[Part]) -> tuple[Part, ...]:
    merged: list[Part] = []
    for part in parts:
        if merged and part.kind == "text" and merged[-1].kind == "text":
            merged[-1] = Part("text", merged[-1].text + part.text)
        else:
            merged.append(part)
    return tuple(merged)
