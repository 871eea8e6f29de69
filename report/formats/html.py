"""Web page: one file that asks for nothing else; read back by an HTML 5 parser.

Nothing heavy is imported at the top: a run with nothing to do must not pay for it.
"""

import base64
import hashlib
import re
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from report.media_types import media_type
from report.pages import Exported, Extract, Page

SUFFIX = ".html"
VIEWS = ("full",)
NEEDS: tuple[str, ...] = ()

_ASSET = re.compile(r'asset:///([^"\s)]+)')
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
# Joiners that the typesetter adds for printed lines would be copied, and stand in the way of a search in the page.
_JOINERS = str.maketrans("", "", "\u2060\u200b")
_DATA = "application/json"


def prepare(fontconfig: Path) -> None:
    """Do nothing: there is nothing that takes long to load."""


def export(page: Page, progress: Callable[[str], None]) -> Exported:
    """Return the page with its images and data inside, and a policy that lets it ask for nothing."""
    progress("putting the page together")
    html = _ASSET.sub(lambda found: _data_url(page, urllib.parse.unquote(found[1])), page.html)
    # Where a mark of citations may be broken (`report.compose.marks`).
    html = html.replace(",\u200b", ",<wbr>").translate(_JOINERS)
    data = "".join(
        f'<script type="{_DATA}" id="{item.name}">{_json_in_html(item.data)}</script>\n'
        for item in page.attachments
    )
    html = html.replace("</body>", f"{data}</body>", 1)
    head = [_policy(html)]
    if page.metadata is not None:
        head.append(f'<meta name="dcterms.identifier" content="{page.metadata.identifier}">')
    html = html.replace('<meta charset="utf-8">', "\n".join(['<meta charset="utf-8">', *head]), 1)
    return Exported(html.encode(), 0, ())


def _data_url(page: Page, path: str) -> str:
    return f"data:{media_type(path)};base64,{base64.b64encode(page.assets[path]).decode()}"


def _json_in_html(data: bytes) -> str:
    """Return JSON that no end tag and no comment within it can end (HTML, 4.12.1.3): `<` is escaped."""
    return data.decode().replace("<", "\\u003c")


def _policy(html: str) -> str:
    """Return a Content Security Policy (level 3): the page's own scripts and styles by their hash, and no address."""
    policy = (
        f"default-src 'none'; img-src data:; style-src {_hashes(_STYLE, html)}; "
        f"script-src {_hashes(_SCRIPT, html)}; base-uri 'none'; form-action 'none'"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'


def _hashes(kind: re.Pattern[str], html: str) -> str:
    digests = (hashlib.sha256(found[1].encode()).digest() for found in kind.finditer(html))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests) or "'none'"


def inspect(data: bytes) -> Extract:
    """Return what a web page holds.

    Raises:
        ValueError: The bytes are no page.
    """
    import tinyhtml5

    from report import readback

    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"the file is no UTF-8 text: {error}") from error
    if "<html" not in text[:2000].lower():
        raise ValueError("the file is no web page")
    root: Any = tinyhtml5.parse(text, namespace_html_elements=False)
    body = root.find("body")
    meta = {item.get("name"): item.get("content") or "" for item in root.iter("meta") if item.get("name")}
    headings = readback.headings_of([body])
    return Extract(
        title=root.findtext("head/title") or "",
        lang=root.get("lang") or "",
        pages=0,
        fonts=(),
        unembedded_fonts=(),
        outline=tuple(text for level, text in headings if level <= 2),
        text=readback.all_text_of(body, ("script", "style")),
        is_tagged=True,
        attachments=dict(_data_of(root)),
        sections=readback.sections_of([body]),
        headings=headings,
        figures_without_alt=readback.figures_without_alt([body]),
        links_without_text=readback.links_without_text([body]),
        dead_links=readback.dead_links({"": root}),
        requests=(*readback.requests_of([root]), *_style_requests(root)),
        stated=_stated(meta),
    )


def _data_of(root: Any) -> Iterator[tuple[str, bytes]]:
    for item in root.iter("script"):
        if item.get("type") == _DATA:
            # What `_json_in_html` escaped; a backslash of the data's own is doubled.
            text = re.sub(r"(?<!\\)((?:\\\\)*)\\u003c", r"\1<", item.text or "")
            yield item.get("id") or "", text.encode()


def _style_requests(root: Any) -> list[str]:
    from report import readback

    styles = [item.text or "" for item in root.iter("style")]
    styles += [item.get("style") for item in root.iter() if item.get("style")]
    return [url for style in styles for url in readback.requests_of_style(style)]


def _stated(meta: dict[str, str]) -> dict[str, str]:
    """Return what the head says of the page, by the attribute of `Metadata`."""
    names = {"description": "description", "keywords": "keywords", "publisher": "publisher"}
    names |= {"dcterms.identifier": "identifier", "dcterms.modified": "as_of"}
    return {attribute: meta[name] for name, attribute in names.items() if meta.get(name)}
