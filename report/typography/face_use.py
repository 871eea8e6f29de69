"""Which characters of a document each embedded face has to have: families and weights after CSS, and no more of it.

A style sheet is asked for `font-family`, `font-weight` and `content` alone. What stands within `@media` may hold or
not, so each such block is tried by itself, with all that stands outside.
"""

import dataclasses
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from report.pages import FontFile
from report.typography.embedding import covered

_BOLD = 600
_NAMED_WEIGHTS = {"normal": 400, "bold": 700}
# What browsers make bold by themselves (https://html.spec.whatwg.org/#rendering).
_BOLD_ELEMENTS = frozenset(re.findall(r"[\w-]+", "b h1 h2 h3 h4 h5 h6 strong th"))
_UNSEEN = frozenset(re.findall(r"[\w-]+", "desc head script style template title"))
_ASKED = frozenset({"content", "font-family", "font-weight"})


@dataclasses.dataclass(frozen=True)
class _Style:
    """The families of an element, the first one first, and its weight."""

    families: tuple[str, ...] = ()
    weight: int = 400


def characters_by_font(
    roots: Iterable[Any], css: str, fonts: Sequence[FontFile]
) -> dict[FontFile, frozenset[str]]:
    """Return the characters that each font is used for; fonts that are used for none are left out.

    A character is set in the first family of its element's list that has it.

    Args:
        roots: Of documents, XHTML.
        css: Their style sheet.
        fonts: Those that the style sheet may name.
    """
    used: dict[FontFile, set[str]] = {}
    roots = list(roots)
    for rules in _alternatives(css):
        reader = _Reader(rules, fonts)
        for root in roots:
            for style, text in reader.texts(root):
                for font, characters in reader.set_in(style, text):
                    used.setdefault(font, set()).update(characters)
    return {font: frozenset(used[font]) for font in fonts if used.get(font)}


class _Reader:
    """One set of rules over one document after another."""

    def __init__(self, rules: Sequence[Any], fonts: Sequence[FontFile]) -> None:
        import cssselect2

        self._fonts = fonts
        self._matcher = cssselect2.Matcher()
        self._set_in = functools.lru_cache(maxsize=None)(self._choose)
        for rule in rules:
            declarations = _declarations(rule)
            if declarations:
                for selector in _selectors(rule):
                    self._matcher.add_selector(selector, declarations)

    def texts(self, root: Any) -> Iterator[tuple[_Style, str]]:
        """Yield each text of a document with its style, what style sheets add included."""
        import cssselect2

        styles: list[_Style] = []
        for wrapper in cssselect2.ElementWrapper.from_xml_root(root).iter_subtree():
            # Elements come in the order of the tree: all deeper than this one's parent are done with.
            del styles[len(wrapper.ancestors) :]
            yield from self._texts_of(wrapper, styles)

    def _texts_of(self, wrapper: Any, styles: list[_Style]) -> Iterator[tuple[_Style, str]]:
        element, name = wrapper.etree_element, wrapper.local_name
        parent = styles[-1] if styles else _Style()
        if name in _UNSEEN:
            styles.append(parent)
            return
        own, pseudo = self._matched(wrapper)
        style = _cascaded(parent, own, is_bold=name in _BOLD_ELEMENTS)
        styles.append(style)
        for added in pseudo.values():
            yield _cascaded(style, added, is_bold=False), _content(added, element)
        if element.text:
            yield style, element.text
        for child in element:
            if child.tail:
                yield style, child.tail

    def _matched(self, wrapper: Any) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Return the declarations for an element and for each pseudo-element of it, the strongest one of each name."""
        own: dict[str, Any] = {}
        pseudo: dict[str, dict[str, Any]] = {}
        for _, _, which, declarations in self._matcher.match(wrapper):
            (own if which is None else pseudo.setdefault(which, {})).update(declarations)
        return own, pseudo

    def set_in(self, style: _Style, text: str) -> Iterator[tuple[FontFile, set[str]]]:
        """Yield the fonts that a text is set in, each with its characters."""
        by_font: dict[FontFile, set[str]] = {}
        # Line ends and tabs are shown as spaces.
        for character in set(re.sub(r"[\n\r\t]", " ", text)):
            font = self._set_in(style, character)
            if font is not None:
                by_font.setdefault(font, set()).add(character)
        yield from by_font.items()

    def _choose(self, style: _Style, character: str) -> FontFile | None:
        for family in style.families:
            faces = [font for font in self._fonts if font.family == family]
            faces.sort(key=lambda font: (font.weight >= _BOLD) != (style.weight >= _BOLD))
            if faces and ord(character) in covered(faces[0].path):
                return faces[0]
        return None


def _cascaded(parent: _Style, declarations: Mapping[str, Any], *, is_bold: bool) -> _Style:
    families = declarations.get("font-family", parent.families)
    weight = declarations.get("font-weight", 700 if is_bold else parent.weight)
    return _Style(families, weight)


def _alternatives(css: str) -> list[list[Any]]:
    """Return the rules that always hold, and these with each block that may hold besides."""
    import tinycss2

    always: list[Any] = []
    blocks: list[list[Any]] = []
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            always.append(rule)
        elif (
            rule.type == "at-rule"
            and rule.lower_at_keyword in ("media", "supports")
            and rule.content is not None
        ):
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            blocks.append([item for item in inner if item.type == "qualified-rule"])
    telling = [block for block in blocks if any(map(_declarations, block))]
    return [always, *([*always, *block] for block in telling)]


def _selectors(rule: Any) -> list[Any]:
    """Return the selectors of a rule; none where they are of a kind that only browsers know."""
    import cssselect2

    try:
        return list(cssselect2.compile_selector_list(rule.prelude))
    except cssselect2.SelectorError:
        return []


def _declarations(rule: Any) -> dict[str, Any]:
    import tinycss2

    found = {}
    for item in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration" and item.lower_name in _ASKED:
            value = _VALUES[item.lower_name](item.value)
            if value is not None:
                found[item.lower_name] = value
    return found


def _families(tokens: Iterable[Any]) -> tuple[str, ...] | None:
    """Return the families of a list; None for what is no list, such as `inherit`."""
    names: list[str] = [""]
    for token in tokens:
        if token == ",":
            names.append("")
        elif token.type in ("string", "ident"):
            names[-1] = f"{names[-1]} {token.value}".strip()
    return None if names == ["inherit"] else tuple(names)


def _weight(tokens: Iterable[Any]) -> int | None:
    for token in tokens:
        if token.type == "ident":
            return _NAMED_WEIGHTS.get(token.value)
        if token.type == "number":
            return int(token.value)
    return None


def _content_tokens(tokens: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(tokens)


def _content(declarations: Mapping[str, Any], element: Any) -> str:
    """Return what a pseudo-element shows: strings, and attributes of its element."""
    text = ""
    for token in declarations.get("content", ()):
        if token.type == "string":
            text += token.value
        elif token.type == "function" and token.lower_name == "attr":
            text += element.get("".join(item.value for item in token.arguments if item.type == "ident")) or ""
    return text


_VALUES = {"content": _content_tokens, "font-family": _families, "font-weight": _weight}
