"""A briefing's theme: custom properties that it may set, judged with a CSS parser."""

import difflib
import re
from collections.abc import Mapping

import tinycss2
import tinycss2.color4
from tinycss2.ast import DimensionToken, Node, NumberToken, PercentageToken

from report.findings import Code, Finding, Location
from report.positions import SourceFile

THEME_PROPERTY = Code("C020", "theme-property", is_waivable=False)
BASES = ("default",)
# CSS Values and Units 4, 6: the lengths that have a meaning on paper.
_UNITS = frozenset({"mm", "cm", "in", "pt", "pc", "px", "q", "em", "rem", "ex", "ch", "lh", "rlh"})


def known_properties(theme_sheet: str) -> list[str]:
    """Return the custom properties that the theme's style sheet sets, in its order."""
    return list(dict.fromkeys(re.findall(r"^\s*(--[a-z0-9-]+)\s*:", theme_sheet, re.MULTILINE)))


def theme_css(theme: str | Mapping[str, str]) -> str:
    """Return the declarations of a briefing's own values, for `:root`; empty for a plain theme."""
    if isinstance(theme, str):
        return ""
    return " ".join(f"{name}: {value};" for name, value in theme.items() if name.startswith("--"))


def check_theme(theme: str | Mapping[str, str], theme_sheet: str, file: SourceFile) -> list[Finding]:
    """Report an unknown theme or property, and values that are no colour, length or number."""
    if isinstance(theme, str):
        return _base(theme, file.locate("theme"))
    findings = _base(theme.get("base", "default"), file.locate("theme", "base"))
    known = known_properties(theme_sheet)
    for name, value in theme.items():
        if name == "base":
            continue
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            message = f"the theme has no property {name!r}" + (
                "" if close else f"; it has {', '.join(known)}"
            )
            hint = f"Did you mean {close[0]!r}?" if close else "Write one of these."
            findings.append(Finding(THEME_PROPERTY, file.locate("theme", name, key=True), message, hint))
        elif not is_theme_value(value):
            message = f"{value!r} is no colour, length or number"
            hint = 'Write such as "#0b5563", "10.5pt" or "1.75".'
            findings.append(Finding(THEME_PROPERTY, file.locate("theme", name), message, hint))
    return findings


def _base(name: str, location: Location) -> list[Finding]:
    if name in BASES:
        return []
    message = f"there is no theme {name!r}; there is {', '.join(BASES)}"
    return [Finding(THEME_PROPERTY, location, message, "Write default.")]


def is_theme_value(text: str) -> bool:
    """Return whether a text is one colour, length, percentage or number of CSS and nothing else.

    The text itself goes into the page's style sheet, so what a parser skips (comments, escapes) is refused too.
    """
    if not re.fullmatch(r"[#%.,()+/ \w-]+", text, re.ASCII) or "/*" in text:
        return False
    tokens: list[Node] = [
        token for token in tinycss2.parse_component_value_list(text) if token.type != "whitespace"
    ]
    if len(tokens) != 1:
        return False
    if isinstance(tokens[0], DimensionToken):
        return tokens[0].lower_unit in _UNITS
    if isinstance(tokens[0], NumberToken | PercentageToken):
        return True
    return tinycss2.color4.parse_color(tokens[0]) is not None
