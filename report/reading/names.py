"""Whom and what a text names: bodies and products by all their names, facts by the proper nouns of their labels."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator

from report.facts.dates import FactDate
from report.facts.models import Entity, Fact
from report.model import Briefing

# How the press shortens the names of Chinese bodies; a form may stand for several names that a body has borne.
_SHORTENED = (
    (r"卫生健康委员会", "卫健委"),
    (r"衛生健康委員會", "衛健委"),
    (r"卫生和计划生育委员会", "卫计委"),
    (r"衛生和計劃生育委員會", "衛計委"),
    (r"食品药品监督管理总局", "食药监总局"),
    (r"食品药品监督管理总局", "食药总局"),
    (r"食品药品监督管理总局", "药监局"),
    (r"食品药品监督管理局", "食药监局"),
    (r"食品药品监督管理局", "药监局"),
    (r"(?<!食品)药品监督管理局", "药监局"),
    (r"食品藥品監督管理總局", "食藥監總局"),
    (r"食品藥品監督管理總局", "藥監局"),
    (r"食品藥品監督管理局", "藥監局"),
    (r"(?<!食品)藥品監督管理局", "藥監局"),
    (r"发展和改革委员会", "发改委"),
    (r"發展和改革委員會", "發改委"),
    (r"疾病预防控制中心", "疾控中心"),
    (r"疾病預防控制中心", "疾控中心"),
    (r"疾病预防控制局", "疾控局"),
    (r"医疗保障局", "医保局"),
    (r"药品审评中心", "药审中心"),
    (r"食品药品审核查验中心", "核查中心"),
    (r"市场监督管理总局", "市场监管总局"),
)
# 广东省药监局 and 韩国药监局 are other bodies than the national one; 卫生部门 is none at all.
_NOT_NATIONAL = re.compile(r"(?:[省市区區县縣州盟]|地方|各地|各级|各級|(?<!中)(?<!我)国|(?<!中)(?<!我)國)\Z")
_GOES_ON = re.compile(r"[部局委会會院](?=[门門位分员員托議议长長属屬])")
_BODY = re.compile(
    r"(?:[局部署院会會社盟厅廳处處]|委员会|委員會|中心|大学|大學|集团|集團|公司|药监局"
    r"|\b(?:Administration|Agency|Authority|Ministry|Commission|Council|Office|Society|Committee|Institute|Centre|Center"
    r"|University|Organi[sz]ation|Department|Inc\.?|Ltd\.?))\Z"
)
_PAPER = re.compile(r"(?P<issuer>[\u4e00-\u9fff]{2,6}令)?第?(?P<number>[0-9]{2,5})[号號]")
_SET_OFF = re.compile("“([^”]{3,})”|「([^」]{3,})」|《([^》]{3,})》")
_LATIN = re.compile(r"(?<![A-Za-z0-9-])[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*(?![A-Za-z0-9])")
_PLAIN_WORD = re.compile(r"[A-Z][a-z]+(?:-[a-z]+)*")
_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})


@dataclasses.dataclass(frozen=True, slots=True)
class Name:
    """A name, and what it stands for.

    Attributes:
        text: The name.
        entities: Ids of the bodies or products that bear it.
        facts: Ids of the facts whose subject it is, or whose label holds it as a proper noun.
        borne: By which entity in which span; no span stands for always. Several where a short form stands for
            several names.
        is_short: Whether the press made it of a longer one.
    """

    text: str
    entities: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    borne: tuple[tuple[str, FactDate | None], ...] = ()
    is_short: bool = False

    @property
    def is_dated(self) -> bool:
        """Whether it was borne for a time only."""
        return bool(self.borne) and all(span is not None for _, span in self.borne)


@dataclasses.dataclass(frozen=True, slots=True)
class Naming:
    """A place where a text names something."""

    start: int
    end: int
    name: Name


class Names:
    """Names of a briefing, found in a text in one pass, the longest first."""

    def __init__(self, briefing: Briefing, *, has_facts: bool = True) -> None:
        """Read the entities and the glossary's abbreviations of their names; the facts only if asked."""
        self._names: dict[str, Name] = {}
        for entity in briefing.entities.values():
            self._add_entity(entity)
        terms = [text for term in briefing.glossary for text in term.term.texts.values()]
        labels = [text for term in briefing.glossary if term.label for text in term.label.texts.values()]
        for term in briefing.glossary:
            self._add_term(
                list(term.term.texts.values()), list(term.label.texts.values()) if term.label else []
            )
        is_common = _common(terms, labels)
        for fact in briefing.facts.values() if has_facts else ():
            for noun in proper_nouns(fact):
                if not is_common(noun):
                    self._add(Name(noun, facts=(fact.id,)))
        self._lengths: dict[str, tuple[int, ...]] = {}
        for head, lengths in _lengths_by_head(self._names).items():
            self._lengths[head] = tuple(sorted(lengths, reverse=True))
        heads = "".join(sorted({re.escape(head[0]) for head in self._lengths}))
        self._start = re.compile(f"[{heads}]" if heads else "(?!)")

    def _add(self, name: Name) -> None:
        key = name.text.translate(_LOWER)
        if len(key) < 2:
            return
        old = self._names.get(key)
        if old is not None:
            name = Name(
                old.text,
                tuple(dict.fromkeys((*old.entities, *name.entities))),
                tuple(dict.fromkeys((*old.facts, *name.facts))),
                (*old.borne, *name.borne),
                old.is_short and name.is_short,
            )
        self._names[key] = name

    def _add_entity(self, entity: Entity) -> None:
        for dated in entity.names:
            borne = ((entity.id, dated.valid),)
            for text in dated.name.texts.values():
                self._add(Name(text, (entity.id,), borne=borne))
                for long, short in _SHORTENED:
                    if found := re.search(long, text):
                        formed = text[: found.start()] + short + text[found.end() :]
                        for form in {formed, short}:
                            self._add(Name(form, (entity.id,), borne=borne, is_short=True))

    def _add_term(self, terms: list[str], labels: list[str]) -> None:
        """Add an abbreviation of a body's name; it may have outlived that name, so it is borne always."""
        for label in labels:
            full = re.split("[（(]", label)[0].strip()
            for name in list(self._ending_with(full)) if len(full) >= 4 else ():
                borne = tuple((entity, None) for entity in name.entities)
                for text in (*terms, full):
                    if text.translate(_LOWER) not in self._names:
                        self._add(Name(text, name.entities, borne=borne))

    def _ending_with(self, full: str) -> Iterator[Name]:
        key = full.translate(_LOWER)
        if key in self._names:
            yield self._names[key]
            return
        yield from (name for other, name in self._names.items() if name.entities and other.endswith(key))

    def find(self, text: str, start: int = 0, end: int | None = None) -> tuple[Naming, ...]:
        """Return the namings in a stretch of text, in order; of names that begin alike, the longest."""
        lower = text.lower()
        # A few letters become two when they are made small.
        lower = lower if len(lower) == len(text) else text.translate(_LOWER)
        last = len(text) if end is None else end
        found: list[Naming] = []
        place = start
        for match in self._start.finditer(lower, start, last):
            offset = match.start()
            if offset < place:
                continue
            for length in self._lengths.get(lower[offset : offset + 2], ()):
                stop = offset + length
                name = self._names.get(lower[offset:stop]) if stop <= last else None
                if name is not None and _is_whole(text, offset, stop, name):
                    found.append(Naming(offset, stop, name))
                    place = stop
                    break
        return tuple(found)


def _lengths_by_head(names: Iterable[str]) -> dict[str, set[int]]:
    """Return, by the first two signs of names, how long those names are."""
    found: dict[str, set[int]] = {}
    for name in names:
        found.setdefault(name[:2], set()).add(len(name))
    return found


def _is_whole(text: str, start: int, end: int, name: Name) -> bool:
    first, last = text[start], text[end - 1]
    if (
        first.isascii()
        and first.isalnum()
        and start
        and text[start - 1].isascii()
        and text[start - 1].isalnum()
    ):
        return False
    if last.isascii() and last.isalnum() and end < len(text) and text[end].isascii() and text[end].isalnum():
        return False
    if name.is_short and _NOT_NATIONAL.search(text[max(0, start - 4) : start]):
        return False
    return not (name.entities and _GOES_ON.match(text, end - 1))


def _common(terms: list[str], labels: list[str]) -> Callable[[str], bool]:
    """Return whether a noun is a term that the glossary explains, or part of one: a term is no proper noun."""
    known = {text.translate(_LOWER) for text in terms}
    spelt = "\n".join((*terms, *labels))
    whole = set(labels)

    def is_common(noun: str) -> bool:
        pieces = noun.translate(_LOWER).split("-")
        return any(piece in known for piece in (*pieces, "-".join(pieces))) or (
            noun in spelt and noun not in whole
        )

    return is_common


def is_body(entity: Entity) -> bool:
    """Return whether an entity is a body that does many things, and no product, by how its names end."""
    return any(_BODY.search(text) for dated in entity.names for text in dated.name.texts.values())


def proper_nouns(fact: Fact) -> Iterable[str]:
    """Yield what singles out a fact's matter: its subject, and of its label what is set off, numbered, or a name."""
    found: dict[str, None] = {}
    if fact.subject is not None and len(fact.subject) >= 3:
        found[fact.subject] = None
    for locale, label in fact.label.texts.items():
        for match in _SET_OFF.finditer(label):
            found[match[1] or match[2] or match[3]] = None
        for match in _PAPER.finditer(label):
            number, issuer = match["number"], match["issuer"] or ""
            found.update(
                dict.fromkeys(f"{ahead}{number}{sign}" for ahead in (f"{issuer}第", "第") for sign in "号號")
            )
            if issuer and len(number) >= 3:
                found.update(dict.fromkeys((f"{number}号", f"{number}號", f"{issuer}{number}号")))
        # English begins sentences with capitals, so there only a word of mixed letters or digits is a name.
        for match in _LATIN.finditer(label):
            is_name = len(match.group()) >= 4 and not (
                locale == "en" and _PLAIN_WORD.fullmatch(match.group())
            )
            if is_name:
                found[match.group()] = None
    return found
