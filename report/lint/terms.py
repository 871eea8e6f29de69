"""Terms (family T): abbreviations that nothing explains, those not written out at first use, and unused entries."""

import dataclasses
import functools
import itertools
import re
from collections.abc import Iterable, Iterator

from report.findings import Code, Finding, Severity
from report.lint import Ground
from report.model import Briefing
from report.passages import NOTHING, VALUE, Passage

UNEXPLAINED = Code("T030", "term-not-in-glossary", Severity.WARNING)
NOT_EXPANDED = Code("T031", "abbreviation-not-expanded", Severity.WARNING)
UNUSED = Code("T032", "glossary-unused", Severity.WARNING)

_WORD = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_TWO_CAPITALS = re.compile(r"[A-Z]-?[A-Z]")
_ABBREVIATION = re.compile(r"[a-z]{0,2}[A-Z]{2,8}s?[0-9]{0,2}")
# PD-1, IL-6, CAR-T: a short tail belongs to the abbreviation.
_TAIL = re.compile(r"[0-9]{1,2}[a-z]?|[A-Z][a-z]?")
_ROMAN = re.compile(r"[IVX]+")
_TITLED = re.compile("《[^》\n]*》|〈[^〉\n]*〉")
_DEFINED_IN_MARKDOWN = re.compile(rf"{NOTHING}\[[^\]\n]*\]:")
_RUNNING_TEXT = ("paragraph", "item")

_HAN = "\u4e00-\u9fff"
# （ABC）, （ABC，…）, （Full Name, ABC）, （简称ABC）
_OPENED = re.compile(
    r"(?P<name>[^\s，。；：、！？,;:!?（）()“”]*)[（(]\s*"
    r"(?:[A-Za-z][A-Za-z '’-]{3,}[,，;；]\s*)?(?:(?:以下)?(?:[简簡][称稱]|[缩縮][写寫])[为為]?[“「]?)?\s*$"
)
_CLOSED = re.compile(r"[”」]?\s*(?:[，,；;][^（）()]*)?[）)]")
# ABC（全称）, not ABC（见第3节）; a definition list tells the term first.
_TOLD_BEHIND = re.compile(
    rf"\s*[（(](?![见見如例参參待详詳注约約])(?P<name>[{_HAN}]{{3,}}|[A-Za-z]+(?:[ -][A-Za-z]+)+)[^（）()]*[）)]"
    r"|[^\S\n]*\n:[ \t]+(?P<definition>[^\n]+)"
)
_FORMER = re.compile(r"^(?:旧称|舊稱|又称|又稱|也称|也稱|曾称|曾稱|原称|原稱|简称|簡稱|即|或|全称|全稱|全名)")


@dataclasses.dataclass(frozen=True, slots=True)
class _Use:
    """One place of an abbreviation."""

    word: str
    passage: Passage
    start: int
    end: int

    @property
    def is_running(self) -> bool:
        """Whether it can be written out where it stands: headings, tables and quotations cannot be."""
        return self.passage.kind in _RUNNING_TEXT and not self.passage.file.path.endswith(".yaml")


def check(briefing: Briefing, ground: Ground) -> list[Finding]:
    """Return abbreviations that nothing explains or writes out, and glossary entries that nothing uses."""
    language = briefing.settings.language
    passages = [passage for passage in _in_order(briefing, ground) if passage.locale == language]
    uses: dict[str, list[_Use]] = {}
    for use in _uses(passages):
        uses.setdefault(use.word, []).append(use)
    glossary = {
        briefing.text(term.term, language): briefing.text(term.label, language) for term in briefing.glossary
    }
    findings = list(_check_unexplained(uses, glossary, _known(briefing, ground)))
    findings += _check_expanded(uses, glossary)
    findings += _check_unused(briefing, passages, uses)
    return findings


def _in_order(briefing: Briefing, ground: Ground) -> list[Passage]:
    """Return the passages as they are read: a part stands where a section first includes it."""
    sections = {section.head.id: index for index, section in enumerate(briefing.sections)}
    included: dict[str, tuple[int, int]] = {}
    for name, (index, section) in itertools.product(briefing.parts, enumerate(briefing.sections)):
        offset = section.file.text.find(name)
        if offset >= 0:
            included.setdefault(name, (index, offset))

    def place(passage: Passage) -> tuple[int, int, int]:
        if passage.section in sections:
            return sections[passage.section], passage.start, 0
        if passage.section in included:
            return *included[passage.section], passage.start
        return (-1 if passage.section in ("briefing.yaml", "key-points") else len(sections)), 0, 0

    return sorted(ground.passages, key=place)


def _uses(passages: Iterable[Passage]) -> Iterator[_Use]:
    """Yield the abbreviations in running order; none in a title of a work, a trade mark, or a code of a table."""
    for passage in passages:
        text = passage.text
        if not _TWO_CAPITALS.search(text) or _DEFINED_IN_MARKDOWN.match(text) or _is_term(passage):
            continue
        titled = [match.span() for match in _TITLED.finditer(text)] if "《" in text or "〈" in text else []
        for match in _WORD.finditer(text):
            word = _abbreviation(match.group())
            if not word or text.startswith(("®", "™"), match.end()):
                continue
            if passage.kind == "table" and any(sign.isdigit() for sign in word):
                continue
            if not any(start < match.start() < end for start, end in titled):
                start = match.start() + match.group().index(word)
                yield _Use(word, passage, start, start + len(word))


def _is_term(passage: Passage) -> bool:
    """Return whether it is the glossary's own text, which explains and does not use."""
    return passage.section == "glossary.yaml"


@functools.lru_cache(maxsize=4096)
def _abbreviation(word: str) -> str:
    """Return the abbreviation of a word, such as `PD-1` of `anti-PD-1`; empty for another word or a code."""
    if re.search(r"[0-9]{3}", word):
        return ""
    pieces = word.split("-")
    found = [_is_abbreviation(piece) for piece in pieces]
    if not any(found):
        return ""
    first = found.index(True)
    last = len(found) - found[::-1].index(True)
    while first and (_TAIL.fullmatch(pieces[first - 1])):
        first -= 1
    while last < len(pieces) and _TAIL.fullmatch(pieces[last]):
        last += 1
    return "-".join(pieces[first:last])


def _is_abbreviation(piece: str) -> bool:
    return _ABBREVIATION.fullmatch(piece) is not None and _ROMAN.fullmatch(piece) is None


def _bases(word: str) -> Iterator[str]:
    """Yield a word as it may be known: itself, without a plural's s, without digits at its end."""
    yield word
    single = word.removesuffix("s")
    yield single
    yield re.sub(r"-?[0-9]+[a-z]?$", "", single)


def _is_known(word: str, known: frozenset[str]) -> bool:
    """Return whether a word is known, or each abbreviation of its pieces is: SR-aGVHD by SR and aGVHD."""
    if any(base in known for base in _bases(word)):
        return True
    pieces = [piece for piece in word.split("-") if _is_abbreviation(piece)]
    return "-" in word and all(any(base in known for base in _bases(piece)) for piece in pieces)


def _known(briefing: Briefing, ground: Ground) -> frozenset[str]:
    """Return what needs no entry: plain words, and the names of entities with the words in them."""
    names = [
        text
        for entity in briefing.entities.values()
        for dated in entity.names
        for text in dated.name.texts.values()
    ]
    words = (match.group() for name in names for match in _WORD.finditer(name))
    return frozenset((*ground.words.plain, *names, *words))


def _check_unexplained(
    uses: dict[str, list[_Use]], glossary: dict[str, str], known: frozenset[str]
) -> Iterator[Finding]:
    known = known.union(glossary)
    written_out: set[str] = set()
    for word, places in uses.items():
        if _is_known(word, known | written_out):
            continue
        first = next((use for use in places if use.is_running), places[0])
        if _expansion(first) is not None:
            written_out.update(_bases(word))
            continue
        later = next((use for use in places if _expansion(use) is not None), None)
        message = f"nothing says what “{word}” stands for"
        hint = f"Write 全称（{word}） here, or put it in glossary.yaml; a common one goes under plain in words.yaml."
        if later is not None:
            place = later.passage.at(later.start)
            message = f"“{word}” is written out only later, at {place}"
            hint = "Write it out here, at its first use."
        yield Finding(UNEXPLAINED, first.passage.at(first.start), message, hint)


def _check_expanded(uses: dict[str, list[_Use]], glossary: dict[str, str]) -> Iterator[Finding]:
    for term, label in glossary.items():
        if not label or not _abbreviation(term) or label == term:
            continue
        places = [use for name in dict.fromkeys((term, f"{term}s")) for use in uses.get(name, ())]
        running = [use for use in places if use.is_running]
        if not running:
            continue
        first = running[0]
        names = _names(label)
        told = _expansion(first)
        if any(name in _sentence(first) for name in names):
            continue
        # What a template prints before the bracket, such as a body's name of the day, is not seen here.
        if told is not None and (not told or any(_is_short_for(told, name) for name in names)):
            continue
        message = f"“{first.word}” is used here first, without its full form {names[0]}"
        if told:
            message = f"“{first.word}” is written out as {told}, and the glossary says {names[0]}"
        yield Finding(
            NOT_EXPANDED,
            first.passage.at(first.start),
            message,
            f"Write {names[0]}（{first.word}） here, once.",
        )


def _names(label: str) -> list[str]:
    """Return the names that a label holds: 间充质基质细胞（旧称间充质干细胞） holds two."""
    pieces = [piece.strip() for piece in re.split(r"[（()），,；;、]", label)]
    return [_FORMER.sub("", piece) for piece in pieces if piece]


def _is_short_for(told: str, name: str) -> bool:
    """Return whether the end of what is told, three signs at least, is the name with signs left out."""
    for size in range(len(told), 2, -1):
        signs = iter(name)
        if all(sign in signs for sign in told[-size:]):
            return True
    return False


def _sentence(use: _Use) -> str:
    for span in use.passage.sentences():
        if span.start <= use.start < span.end:
            return use.passage.text[span.start : span.end].replace(NOTHING, "").replace("\n", "")
    return ""


def _expansion(use: _Use) -> str | None:
    """Return the full form that is written beside an abbreviation; None where there is none."""
    text = use.passage.text
    behind = _TOLD_BEHIND.match(text, use.end)
    if behind is not None:
        return behind["name"] or behind["definition"]
    if not _CLOSED.match(text, use.end):
        return None
    ahead = text[max(0, use.start - 120) : use.start].replace(NOTHING, "")
    before = _OPENED.search(ahead)
    return before["name"].rpartition(VALUE)[2] if before is not None and before["name"] else None


def _check_unused(
    briefing: Briefing, passages: list[Passage], uses: dict[str, list[_Use]]
) -> Iterator[Finding]:
    language = briefing.settings.language
    if not briefing.glossary:
        return
    parts = [passage.text for passage in passages if not _is_term(passage)]
    parts += [file.text for file in briefing.data.values()]
    parts += [str(value) for fact in briefing.facts.values() for value in fact.attrs.values()]
    text = re.sub(rf"\n[ \t]*|{NOTHING}", "", "\n\n".join(parts))
    used = {base for word in uses for piece in (word, *word.split("-")) for base in _bases(piece)}
    definitions = [briefing.text(term.definition, language) for term in briefing.glossary]
    for index, entry in enumerate(briefing.glossary):
        term = briefing.text(entry.term, language)
        others = (other for number, other in enumerate(definitions) if number != index)
        if not term or term in used or term in text or any(term in other for other in others):
            continue
        message = f"the glossary explains “{term}”, which stands nowhere in the briefing"
        hint = "Remove the entry, or use its term."
        label = _names(briefing.text(entry.label, language) or term)[0]
        if label != term and label in text:
            message += f"; {label} does"
            hint = f"Make {label} the term, as the text writes it, or remove the entry."
        yield Finding(UNUSED, briefing.files["glossary.yaml"].locate(index, "term"), message, hint)
