"""Text of a finished page that is not in its locale: Simplified characters in Traditional text, Han in English."""

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

import lxml.html

from report.findings import Code, Finding, Location

SCRIPT_LEFT_OVER = Code("S030", "script-left-over", is_waivable=False)
NOT_IN_LOCALE = Code("S031", "not-in-locale", is_waivable=False)

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_UNSEEN = frozenset({"script", "style", "template", "title"})
_AROUND = 12
WORD_JOINER = "\u2060"
_LEVEL_1 = frozenset(bytes([lead]) for lead in range(0xA4, 0xC7))


def check_locale(html: str, locale: str, where: Location) -> list[Finding]:
    """Return a finding for each text of a page that cannot be of its locale, unless its `lang` says so.

    Args:
        html: The whole page.
        locale: BCP 47, as in its `lang`.
        where: Where the briefing asks for the locale.
    """
    judge: Callable[[str], re.Match[str] | None]
    if locale == "en":
        code, what, judge = NOT_IN_LOCALE, "is not in English", _HAN.search
        hint = "Write it in English where it comes from, or mark it as [text]{lang=zh-Hans}."
    elif locale.startswith("zh-Hant"):
        code, what, judge = SCRIPT_LEFT_OVER, "is not in Traditional characters", _simplified
        hint = "Correct what is written for this locale, or mark it as [text]{lang=zh-Hans}."
    else:
        return []
    found: dict[str, None] = {}
    for text in _texts_in(lxml.html.document_fromstring(html), locale):
        match = judge(text)
        if match is not None:
            start = max(match.start() - _AROUND, 0)
            shown = text[start : match.end() + _AROUND].replace(WORD_JOINER, "")
            found[" ".join(shown.split())] = None
    return [Finding(code, where, f"{text!r} {what} ({locale})", hint) for text in found]


def _texts_in(root: lxml.html.HtmlElement, locale: str) -> Iterator[str]:
    """Yield the texts that readers see, other languages left out."""
    pending: list[tuple[lxml.html.HtmlElement, bool]] = [(root, True)]
    while pending:
        element, is_own = pending.pop()
        if not isinstance(element.tag, str) or element.tag in _UNSEEN:
            continue
        lang = element.get("lang")
        is_own = is_own if lang is None else lang == locale
        if is_own:
            yield from filter(None, (element.text, element.get("alt"), element.get("aria-label")))
            yield from (child.tail for child in element if child.tail)
        pending += [(child, is_own) for child in reversed(element)]


def _simplified(text: str) -> re.Match[str] | None:
    """Return the first character that Traditional text does not have.

    Level 1 of Big5 (A440 to C67E) has the 5,401 characters that Traditional text is written with; what is not among
    them and OpenCC changes, such as 复, is Simplified, or so rare that it has to be looked at.
    """
    for match in _HAN.finditer(text):
        is_common = match[0].encode("big5", "ignore")[:1] in _LEVEL_1
        if not is_common and _traditional(match[0]) != match[0]:
            return match
    return None


@functools.cache
def _traditional(char: str) -> str:
    converted: str = _converter().convert(char)
    return converted


@functools.cache
def _converter() -> Any:
    # Imported here: it reads its dictionaries, which a page without such characters does not need.
    import opencc

    return opencc.OpenCC("s2t")
