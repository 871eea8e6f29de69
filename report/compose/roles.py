"""What authors mark text as: emphasis dots, names, titles, pronunciation; checked, and made ready for the page."""

import difflib
import re
from enum import StrEnum

import lxml.html
from lxml import etree

from report.compose.allowed import Report
from report.findings import Code
from report.typography.characters import is_han

ROLE_UNKNOWN = Code("S019", "role-unknown", is_waivable=False)
ROLE_MISUSED = Code("S028", "role-misused", is_waivable=False)


class Role(StrEnum):
    """The classes that text may be given; docs/content-guide.md says how each is printed."""

    DOTS = "role-dots"
    NAME = "role-name"
    PROPER = "role-proper"
    WORK = "role-work"
    BOOK = "role-book"
    TERM = "role-term"
    KAI = "role-kai"
    HEI = "role-hei"
    SMALL = "role-small"
    NOWRAP = "role-nowrap"


_ROLES = frozenset(Role)
_PREFIX = "role-"
# Roles that draw a line, by the line: two neighbours with the same one are set apart (GB/T 15834-2011, 4.16, 4.15).
_LINES = {Role.NAME: "name", Role.PROPER: "name", Role.WORK: "work", Role.BOOK: "work"}
_APART = "apart"
# BCP 47, 2.1: a language, then whatever narrows it down.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def take_roles(root: lxml.html.HtmlElement, report: Report) -> None:
    """Check the roles, languages and glosses below an element, and make glosses ruby.

    A `span` may have no class that is no role, and nothing else one that looks like a role.
    """
    for element in list(root.iterdescendants()):
        if isinstance(element.tag, str):
            _check_classes(element, report)
            _check_language(element, report)
    for element in list(root.iter("span")):
        gloss = element.attrib.pop("ruby", None)
        if gloss is not None:
            _make_ruby(element, str(gloss))
    for ruby in list(root.iter("ruby")):
        _set_ruby(ruby, report)
    _set_apart(root)


def _check_classes(element: lxml.html.HtmlElement, report: Report) -> None:
    roles = set()
    for name in (element.get("class") or "").split():
        if name in _ROLES:
            roles.add(Role(name))
        elif element.tag == "span" or name.startswith(_PREFIX):
            known = {role.removeprefix(_PREFIX): role for role in Role}
            close = difflib.get_close_matches(name.removeprefix(_PREFIX), known, n=1)
            hint = f"Did you mean .{known[close[0]]}?" if close else f"Write one of {', '.join(Role)}."
            report(ROLE_UNKNOWN, (f".{name}", name), f"there is no role {name!r}", hint)
    if not roles:
        return
    text = "".join(element.itertext())
    if not text.strip():
        hint = "Put the text between the brackets."
        report(ROLE_MISUSED, ("[]{", *sorted(roles)), "a role is given to no text", hint)
    elif Role.DOTS in roles and not any(map(is_han, text)):
        message = f"“{text.strip()}” has no Han to set dots under"
        report(ROLE_MISUSED, (f"[{text}]{{", Role.DOTS), message, "Stress foreign words with *…*.")


def _check_language(element: lxml.html.HtmlElement, report: Report) -> None:
    language = element.get("lang")
    if language is not None and not _LANGUAGE.fullmatch(language):
        message = f"{language!r} is not how a language is written"
        places = (f'lang="{language}"', f"lang={language}", "lang=")
        report(ROLE_MISUSED, places, message, "Write such as lang=en or lang=ja.")
        del element.attrib["lang"]


def _make_ruby(span: lxml.html.HtmlElement, gloss: str) -> None:
    """Make a `span` what HTML has for a text with its pronunciation."""
    ruby = lxml.html.Element("ruby")
    ruby.text, span.text = span.text, None
    ruby.extend(list(span))
    rt = etree.SubElement(ruby, "rt")
    rt.text = gloss
    if span.attrib:
        span.append(ruby)
        return
    ruby.tail = span.tail
    parent = span.getparent()
    assert parent is not None
    parent.replace(span, ruby)


def _set_ruby(ruby: lxml.html.HtmlElement, report: Report) -> None:
    """Put the gloss whole before the base, so that neither is parted by the other in the text of a page.

    As many syllables as there are Han stand each above its own; anything else stands above the whole.
    """
    for element in list(ruby.iter("rp")):
        element.drop_tree()
    glosses = list(ruby.iter("rt"))
    # `<rt> tún` between Han and a line end of the author's are the same.
    syllables = " ".join("".join(element.itertext()) for element in glosses).split()
    for element in glosses:
        element.drop_tree()
    base = "".join("".join(ruby.itertext()).split())
    if not base or not syllables:
        message = (
            "there is nothing to set a pronunciation above" if syllables else f"“{base}” has no pronunciation"
        )
        hint = 'Write [臀]{ruby="tún"}.'
        report(ROLE_MISUSED, (f"[{base}]{{", "<ruby"), message, hint)
        ruby.drop_tag()
        return
    if all(map(is_han, base)) and len(syllables) > len(base):
        message = f"“{base}” has {len(base)} characters and {len(syllables)} syllables"
        hint = "Write one syllable for each character, or write the word as one."
        gloss = r"\s+".join(map(re.escape, syllables))
        place = re.compile(rf"\[{re.escape(base)}\]\{{[^{{}}]*{gloss}")
        report(ROLE_MISUSED, (place, syllables[0]), message, hint)
    rt = _gloss(syllables, has_own_each=all(map(is_han, base)) and len(syllables) == len(base) > 1)
    rt.tail, ruby.text = ruby.text, None
    ruby.insert(0, rt)


def _gloss(syllables: list[str], *, has_own_each: bool) -> lxml.html.HtmlElement:
    rt = lxml.html.Element("rt")
    if not has_own_each:
        rt.text = " ".join(syllables)
        return rt
    for syllable in syllables:
        etree.SubElement(rt, "span").text = syllable
        rt[-1].tail = " "
    rt[-1].tail = None
    return rt


def _set_apart(root: lxml.html.HtmlElement) -> None:
    """Mark the second of two neighbours whose lines, or glosses, would run into one."""
    for element in root.iter("span", "em", "ruby"):
        previous = element.getprevious()
        line = _line(element)
        if line and previous is not None and not previous.tail and _line(previous) == line:
            element.set("class", f"{element.get('class') or ''} {_APART}".strip())


def _line(element: lxml.html.HtmlElement) -> str:
    if element.tag == "ruby":
        return "ruby"
    names = (element.get("class") or "").split()
    return next((line for role, line in _LINES.items() if role in names), "")
