"""Facts (family F): what bears them out: sources and what these support, other facts, citations in prose."""

import dataclasses
import difflib
import functools
import itertools
import operator
import re
from collections.abc import Iterator, Mapping, Sequence

from report.facts.contradictions import find_contradictions
from report.facts.judgement import is_known
from report.facts.models import Fact
from report.facts.terms import Kind, Status
from report.findings import Code, Finding, Severity
from report.lint import Ground
from report.model import Briefing
from report.passages import NOTHING, VALUE, Mention, Passage
from report.positions import SourceFile

UNCITED = Code("F032", "claim-uncited", Severity.WARNING)
CONTRADICTION = Code("F035", "facts-contradict")
UNSOURCED = Code("F036", "fact-unsourced")
SUPPORT_UNKNOWN = Code("F037", "support-unknown")

# What a mention of a fact asks for that is no claim.
_ASKING = ("known", "in_force", "is_first")
_STANDING = ("status", "jurisdiction", "in_force")

_NUMBER = r"(?<![第0-9.,．，\-—–~～A-Za-z])[0-9][0-9,.]*(?:\s*[-—–~～至]\s*[0-9][0-9,.]*)?"
_FIGURE = re.compile(
    rf"{_NUMBER}\s*(?:[%％‰]|[个個]百分[点點]|倍|例(?![如外行会會子句])|[岁歲]|月[龄齡]|[万萬亿億]?[例人]次|mmHg"
    r"|[mkμµ]?g(?![A-Za-z])|m[lL](?![A-Za-z])|IU(?![A-Za-z])"
    r"|(?:percent|years old|trials|studies|patients|participants|children|adults)\b)"
    # One or two people are as likely those who come along as those who were counted.
    rf"|{_NUMBER}(?<=[0-9]{{2}})\s*[余餘多]?[万萬]?\s*[名位人](?![民类類])"
    rf"|{_NUMBER}\s*[项項][^，。；：、\n0-9]{{0,8}}(?:研究|[试試][验驗])"
    rf"|(?:批准|[获獲]批|[纳納]入|研究|[试試][验驗])[^，。；：、\n0-9]{{0,6}}{_NUMBER}\s*[种種个個款家项項件]"
    r"|百分之[一二三四五六七八九十百零点點两兩]+"
)
_FINDING = re.compile(
    r"(?<![没沒未]有)(?<![尚并並]无)(?<![尚并並]無)(?<!缺[乏少])(?<!任何)(?:研究|[试試][验驗]|分析|[综綜]述|[调調]查|[数數][据據])(?:[结結]果)?"
    r"(?:[显顯]示|表明|[发發][现現]|[证證][实實]|提示|[证證]明|澄清)"
    r"|(?:指南|指引|共[识識]|[说說]明[书書])(?:推[荐薦]|建[议議])"
    r"|(?:[据據]|根[据據])[^，。；\n]{0,6}(?:[报報]道|[统統][计計])"
    r"|\b(?:stud(?:y|ies)|trials?|reviews?|analys[ie]s|data)\s+(?:have |has )?"
    r"(?:shows?|showed|shown|finds?|found|suggests?|suggested|demonstrates?|demonstrated|confirm(?:s|ed)?)\b",
    re.IGNORECASE,
)
# What an authority did in a year.
_EVENT = re.compile(
    r"(?:1[89]|20)[0-9]{2}年[^。；！？\n]{0,30}?"
    r"(?:批准|[获獲]批|上市|叫停|[暂暫]停|撤市|退市|施行|[实實]施|印[发發]|[颁頒]布|公布|[发發]布|更名)"
    r"|\b(?:approved|licensed|authorised|authorized|withdrawn|suspended|published|issued)\b[^.;\n]{0,40}"
    r"\b(?:1[89]|20)[0-9]{2}\b"
)
_OF_OURSELVES = re.compile(
    r"本[简簡][报報]|本文|本[报報]告|我[们們]|\b(?:we|our|this briefing)\b", re.IGNORECASE
)
_IS_QUESTION = re.compile(r"[？?][”’」』）)\s\u2060]*$")
# A footnote may hold the source, and a link shows one.
_SHOWN_OTHERWISE = re.compile(r"\[\^|\]\(https?:")
_BODY = ("paragraph", "item")
_WORD = re.compile(r"[\u4e00-\u9fff]|[A-Za-z]+")
# A label and its value, such as `公布：2025年10月10日`, repeat what is said and cited around them.
_LABEL_WORDS = 2


def check(briefing: Briefing, ground: Ground) -> list[Finding]:
    """Return facts without a source, sources that support nothing, contradictions, and claims without a citation."""
    findings: list[Finding] = []
    for fact in briefing.facts.values():
        findings += _check_sources(fact, briefing, ground)
    findings += _check_contradictions(briefing, ground)
    findings += _check_claims(briefing, ground)
    return findings


def _check_sources(fact: Fact, briefing: Briefing, ground: Ground) -> Iterator[Finding]:
    file, index = briefing.files["facts.yaml"], ground.places[fact.id]
    is_relied_on = fact.status is Status.VERIFIED and fact.kind is not Kind.OPINION
    if is_relied_on and is_known(fact, ground.as_of) and not _names_source(file, index):
        message = f"{fact.id!r} is verified, and has no source"
        hint = "Name under sources where it was verified, or set its status to draft."
        yield Finding(UNSOURCED, file.locate(index, "status"), message, hint)
    names = (*fact.dates, *(f"attrs.{name}" for name in fact.attrs), "label")
    names = (*names, "valid") if fact.valid is not None else names
    for place, reference in enumerate(fact.sources):
        for position, supported in enumerate(reference.supports):
            if supported not in names:
                location = file.locate(index, "sources", place, "supports", position)
                message = (
                    f"{reference.ref!r} is to support {supported!r}, and {fact.id!r} has {', '.join(names)}"
                )
                yield Finding(SUPPORT_UNKNOWN, location, message, _suggest(supported, names))


def _names_source(file: SourceFile, index: int) -> bool:
    """Return whether a fact names a source, be it one that does not exist and was left out on loading."""
    root = file.root
    entry = root.value[index].value if root is not None and isinstance(root.value, list) else None
    sources = entry.get("sources") if isinstance(entry, dict) else None
    return sources is not None and bool(sources.value)


def _suggest(name: str, names: Sequence[str]) -> str:
    """Return a hint for what a source is said to support: a bare attribute, `dates.` before a date, a slip."""
    by_end = {one.removeprefix("attrs."): one for one in names}
    end = name.removeprefix("attrs.").removeprefix("dates.")
    near = difflib.get_close_matches(end, by_end, n=1)
    return (
        f"Write {by_end[near[0]]}." if near else "Add it to the fact, or name what the source does support."
    )


def _check_contradictions(briefing: Briefing, ground: Ground) -> Iterator[Finding]:
    """Yield each contradiction at the fact that stands later in the file."""
    for found in find_contradictions(briefing.facts.values()):
        file, name = briefing.files["facts.yaml"], found.date
        above, below = sorted((found.earlier, found.later), key=lambda fact: ground.places[fact.id])
        line = file.locate(ground.places[above.id], "dates", name).line
        message = (
            f"{below.id!r} was {name} {below.dates[name]}, and {above.id!r} (line {line}) {above.dates[name]}; "
            f"both are of the subject {below.subject!r} and the kind {below.kind.value}"
        )
        hint = f"Correct one of the two, or name {above.id!r} under contradicts."
        yield Finding(CONTRADICTION, file.locate(ground.places[below.id], "dates", name), message, hint)


@dataclasses.dataclass(frozen=True, slots=True)
class _Shown:
    """What a text shows of sources: the ids it cites, and the facts that it has notes of."""

    sources: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()

    def __or__(self, other: "_Shown") -> "_Shown":
        return _Shown(self.sources | other.sources, self.facts | other.facts)

    def bears_out(self, fact: Fact) -> bool:
        """Return whether a reader of the text finds a source of the fact."""
        return fact.id in self.facts or any(reference.ref in self.sources for reference in fact.sources)


def _check_claims(briefing: Briefing, ground: Ground) -> Iterator[Finding]:
    shown = _shown(briefing, ground)
    is_led_in = False
    for passage in ground.passages:
        around = shown.get(passage.section)
        if around is None:
            continue
        is_cited = _is_cited(passage)
        if passage.kind != "item":
            is_led_in = is_cited and passage.text.rstrip(f" \n{NOTHING}").endswith(("：", ":"))
        if passage.kind in _BODY and not is_cited and not (passage.kind == "item" and is_led_in):
            yield from _check_claim(passage, around, briefing.facts, ground)


def _shown(briefing: Briefing, ground: Ground) -> dict[str, _Shown]:
    """Return what is shown around each text that must support its claims, by section or part.

    Exempt are the disclaimer, the patients' handout, and sections that sum up. A part is read within the
    sections that include it.
    """
    own: dict[str, _Shown] = {}
    for passage in ground.passages:
        notes = frozenset(mention.fact for mention in passage.mentions if mention.form == "note")
        if notes or passage.citations:
            here = _Shown(frozenset(passage.citations), notes)
            own[passage.section] = own.get(passage.section, _Shown()) | here
    around: dict[str, _Shown] = {}
    for section in briefing.sections:
        words = ground.words_in(section.locale).summary
        is_summary = any(word in section.head.title.lower() for word in words)
        name = section.head.id
        if name == briefing.settings.disclaimer or section.head.view == "handout" or is_summary:
            continue
        parts = [part for part in briefing.parts if part in section.body]
        whole = functools.reduce(operator.or_, (own.get(one, _Shown()) for one in (name, *parts)))
        around[name] = whole
        for part in parts:
            around[part] = around.get(part, _Shown()) | whole
    return around


def _raw(passage: Passage) -> str:
    return passage.file.text[passage.start : passage.start + len(passage.text)]


def _is_cited(passage: Passage) -> bool:
    has_note = any(mention.form == "note" for mention in passage.mentions)
    return bool(passage.citations) or has_note or _SHOWN_OTHERWISE.search(_raw(passage)) is not None


def _check_claim(
    passage: Passage, around: _Shown, facts: Mapping[str, Fact], ground: Ground
) -> Iterator[Finding]:
    """Yield one finding for a passage without citations, if it claims what the text around does not bear out."""
    hedges = ground.words_in(passage.locale).unconfirmed
    for mention in passage.mentions:
        fact = facts.get(mention.fact)
        if fact is None or not _is_claim(passage, mention, fact) or around.bears_out(fact):
            continue
        message = (
            f"a value of {fact.id!r} is printed, and neither here nor elsewhere in the section a source of it"
        )
        hint = f"Add [@{fact.sources[0].ref}] or [[{fact.id}]] behind the statement."
        yield Finding(UNCITED, passage.at(mention.offset), message, hint)
        return
    for span in passage.sentences():
        text = passage.text[span.start : span.end]
        match = _FIGURE.search(text) or _FINDING.search(text) or _EVENT.search(text)
        if match is None or _OF_OURSELVES.search(text) or _IS_QUESTION.search(text):
            continue
        if any(word in text.lower() for word in hedges):
            continue
        kind = "list item" if passage.kind == "item" else "paragraph"
        said = re.sub(rf"[{VALUE}{NOTHING}\n]+", "…", match.group())
        message = f"“{said}”: the {kind} states what can be checked, and cites no source"
        hint = "Add [@source-id] behind the statement, or say that it is not confirmed."
        yield Finding(UNCITED, passage.at(span.start + match.start()), message, hint)
        return


def _is_claim(passage: Passage, mention: Mention, fact: Fact) -> bool:
    """Return whether a mention prints a value for which a source could be shown; a draft says that it is one."""
    is_printed = mention.form not in ("note", *_ASKING) and passage.text[mention.offset] == VALUE
    is_sourced = bool(fact.sources) and fact.status is not Status.DRAFT
    return is_printed and is_sourced and mention.field not in _STANDING and _is_statement(passage)


def _is_statement(passage: Passage) -> bool:
    words = itertools.islice(_WORD.finditer(passage.text), _LABEL_WORDS + 1)
    return sum(1 for _ in words) > _LABEL_WORDS
