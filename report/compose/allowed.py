"""Which HTML a section may hold: what its author typed is checked, and whatever comes out is sealed."""

import re
from collections.abc import Callable

import lxml.html

from report.compose.markup import AUTHOR_TAGS, Converted
from report.findings import Code

HTML_TAG = Code("S010", "html-tag-forbidden", is_waivable=False)
HTML_ATTRIBUTE = Code("S011", "html-attribute-forbidden", is_waivable=False)

ATTRIBUTES = {
    "*": {"id", "class"},
    "a": {"href"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height"},
    "li": {"value"},
    "ol": {"start"},
    "span": {"lang"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
}
TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr blockquote br caption code dd div dl dt em figcaption figure h2 h3 h4 h5 h6 hr img kbd "
        "li ol p pre rp rt ruby span strong sub sup table tbody td th thead tr ul",
    )
)
# What the program itself writes, and no author.
OWN_ATTRIBUTES = {"a": {"data-facts"}, "li": {"data-number"}}
SCHEMES = ("https", "http", "mailto")

Report = Callable[[Code, tuple[str | re.Pattern[str], ...], str, str], None]
"""Takes a code, the texts to find the place by, the message and the hint."""


def check_author_tags(converted: Converted, report: Report) -> None:
    """Report tags that the author typed and may not, and attributes on those that he may."""
    for tag in converted.author_tags:
        if tag.name not in AUTHOR_TAGS:
            allowed = ", ".join(sorted(AUTHOR_TAGS))
            shown = "?…>" if tag.name == "?" else "!…>" if tag.name == "!" else f"{tag.name[:40]}>"
            message = f"the HTML tag <{shown} is not allowed; allowed are {allowed}"
            report(
                HTML_TAG,
                (tag.text, f"<{tag.name}"),
                message,
                "Write it in Markdown, remove it, or write &lt; where the sign itself is meant.",
            )
            continue
        for name in tag.attributes:
            if name not in AUTHOR_TAGS[tag.name]:
                message = f"the HTML attribute {name!r} is not allowed on <{tag.name}>"
                report(HTML_ATTRIBUTE, (tag.text,), message, "Remove the attribute.")


def check_elements(root: lxml.html.HtmlElement, report: Report) -> None:
    """Check what attribute lists (`{: onclick=… }`) and Markdown's extensions brought in."""
    for element in root.iterdescendants():
        tag = str(element.tag)
        if tag not in TAGS and tag != "h1":
            continue
        allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set())
        for name in list(element.attrib):
            key = str(name)
            if key not in allowed and not (tag == "sup" and key.startswith("data-")):
                message = f"the attribute {key!r} is not allowed on <{tag}>"
                report(HTML_ATTRIBUTE, (f"{key}=",), message, "Remove the attribute.")
                del element.attrib[name]


def seal(text: str) -> str:
    """Return HTML with nothing in it but allowed tags and attributes, whatever came before."""
    import nh3

    return nh3.clean(
        text,
        tags=set(TAGS),
        attributes={tag: names for tag, names in ATTRIBUTES.items() if tag != "*"}
        | {
            tag: ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()) | OWN_ATTRIBUTES.get(tag, set()) for tag in TAGS
        },
        url_schemes={*SCHEMES, "asset"},
        link_rel=None,
    )
