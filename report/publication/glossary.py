"""The glossary linked both ways: each section's first mention of a term leads to its entry, and the entry back."""

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml.html import HtmlElement

# Where a term is no mention to be followed: it is a link already, a title, or a sign.
_PASSED_OVER = frozenset(
    re.findall(r"[\w-]+", "a abbr code dfn h1 h2 h3 h4 h5 h6 kbd pre rt ruby samp sub sup svg")
)
# A Latin term is a word by itself; a Han one has no such ends.
_WORD = "0-9A-Za-z\u00c0-\u024f"
_SECTIONS = "//*[contains(concat(' ', @class, ' '), ' chapter ')]"


def link_terms(page: HtmlElement, words: tuple[str, str], separator: str) -> None:
    """Link the first mention of each term in each section with its entry.

    Args:
        page: Of an HTML parser; it is altered. Entries are elements with `data-term`, the term.
        words: What stands before and behind the back links of an entry.
        separator: What stands between two of them.
    """
    entries = {entry.attrib.pop("data-term"): entry for entry in page.xpath("//*[@data-term]")}
    if not entries:
        return
    for number, entry in enumerate(entries.values(), 1):
        entry.set("id", entry.get("id") or f"term_{number}")
    pattern = _pattern(entries)
    places: dict[str, list[str]] = {}
    for section in page.xpath(_SECTIONS):
        unmet = set(entries)
        for link, term in _mentions(section, pattern, unmet):
            name = f"{entries[term].get('id')}_{section.get('id')}"
            link.set("id", name)
            link.set("href", f"#{entries[term].get('id')}")
            places.setdefault(term, []).append(name)
    for term, names in places.items():
        _add_back_links(entries[term], names, words, separator)


def _pattern(terms: Mapping[str, HtmlElement]) -> re.Pattern[str]:
    """Return a pattern that finds the longest of several terms."""
    longest_first = sorted(terms, key=lambda term: (-len(term), term))
    return re.compile("|".join(map(_whole_word, longest_first)))


def _whole_word(term: str) -> str:
    before = f"(?<![{_WORD}])" if re.match(f"[{_WORD}]", term) else ""
    behind = f"(?![{_WORD}])" if re.search(f"[{_WORD}]$", term) else ""
    return before + re.escape(term) + behind


def _mentions(
    section: HtmlElement, pattern: re.Pattern[str], unmet: set[str]
) -> Iterator[tuple[HtmlElement, str]]:
    """Make a link of the first mention of each term, and yield it with the term; what is met leaves `unmet`."""
    for element, is_tail in list(_texts(section)):
        # What follows a link in one text is its tail, and may hold the next mention.
        holder, at_tail = element, is_tail
        while unmet:
            text = (holder.tail if at_tail else holder.text) or ""
            match = next((item for item in pattern.finditer(text) if item[0] in unmet), None)
            if match is None:
                break
            link = element.makeelement("a", {"epub:type": "glossref", "role": "doc-glossref"})
            link.text = match[0]
            link.tail = text[match.end() :]
            if at_tail:
                holder.tail = text[: match.start()]
                parent = holder.getparent()
                parent.insert(parent.index(holder) + 1, link)
            else:
                holder.text = text[: match.start()]
                holder.insert(0, link)
            unmet.discard(match[0])
            yield link, match[0]
            holder, at_tail = link, True


def _texts(element: HtmlElement) -> Iterator[tuple[HtmlElement, bool]]:
    """Yield each element that has text, and each that is followed by some, in reading order."""
    if not isinstance(element.tag, str) or element.tag in _PASSED_OVER:
        return
    if element.text:
        yield element, False
    for child in element:
        yield from _texts(child)
        if child.tail:
            yield child, True


def _add_back_links(entry: HtmlElement, names: Sequence[str], words: tuple[str, str], separator: str) -> None:
    """Add links to where a term is mentioned, behind its definition; `semantics` names them."""
    holder = entry.makeelement("span", {"class": "back-links", "data-separator": separator})
    holder.text = words[0]
    for name in names:
        holder.append(holder.makeelement("a", {"href": f"#{name}"}))
    holder[-1].tail = words[1]
    entry[-1].append(holder)
