"""What happened, as far as the words of a clause and the terms of a fact tell."""

import enum
import re

from report.facts.models import Fact
from report.facts.terms import Kind


class Event(enum.StrEnum):
    """A sort of event that the words of both languages tell apart."""

    APPROVE = "approve"
    REFUSE = "refuse"
    HALT = "halt"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    PUBLISH = "publish"
    REPORT = "report"
    SIGN = "sign"
    DECIDE = "decide"
    TAKE_EFFECT = "take_effect"
    NAME = "name"
    START = "start"
    END = "end"
    ACQUIRE = "acquire"
    ADD = "add"


_WORDS = {
    Event.REFUSE: (
        r"拒绝?批|拒絕?批|不予批准|未[获獲]批准?|退回|完整回复函|完整回覆函|\brefus\w+|\breject\w+|\bcomplete response"
    ),
    Event.APPROVE: (
        r"(?<!未经)(?<!未經)(?<!不予)(?<!不)批准|[获獲]批|[获獲]准|核准|准许|准許|许可|許可|上市(?!申请|申請|许可持有|[后後])"
        r"|\b(?:un)?approv\w+|\bauthori[sz]\w+|\bcleared\b|\blicen[cs]ed\b"
    ),
    Event.HALT: r"叫停|停止|[暂暫]停|禁止|限于|仅限|\bhalt\w*|\bsuspend\w*|\bstopped\b",
    Event.RESUME: r"恢[复復]|重[开開]|重启|重啟|\bresum\w+|\brestart\w*",
    Event.WITHDRAW: r"退市|撤市|退出|撤回|撤[销銷]|召回|\bwithdr\w+|\brecall\w*",
    Event.PUBLISH: (
        r"公布|公佈|[发發]布|[发發]佈|印[发發]|[颁頒]布|[颁頒]佈|出[台臺]|发表|發表|披露|公告|宣布|宣佈|征求意见|徵求意見"
        r"|\bpublish\w*|\bannounc\w+|\breleas\w+|\bissu(?:ed|es|ing)\b|\bpromulgat\w+"
    ),
    Event.REPORT: r"[报報]道|[报報]導|\breported\b",
    Event.SIGN: r"[签簽]署|\bsigned\b",
    Event.DECIDE: r"决定|決定|通过(?=[，。、；,;]|了|\Z)|通過(?=[，。、；,;]|了|\Z)|审议|審議|\bdecid\w+|\badopted\b",
    Event.TAKE_EFFECT: r"施行|[实實]施|[执執]行|生效|[实實]行|\bin force\b|\btakes? effect|\btook effect|\beffective\b",
    Event.NAME: r"[更改]名|命名|改[称稱]|正名|定[义義]|\brenam\w+|\bterm(?:ed)?\b",
    Event.START: r"[启啟][动動]|[开開]始|成立|[创創]立|\bfounded\b|\bbegan\b|\bstarted\b|\blaunch\w*",
    Event.END: r"[结結]束|[届屆][满滿]|截止|\bended\b|\bexpired?\b",
    Event.ACQUIRE: r"收[购購]|[买買]入|[并併][购購]|\bacqui\w+|\bpurchase\w*",
    Event.ADD: r"[增新]设|[增新]設|增加|新增",
}
_ANY = re.compile("|".join(f"(?P<{event.name}>{words})" for event, words in _WORDS.items()), re.IGNORECASE)

_OF_KIND = {
    Kind.APPROVAL: {Event.APPROVE},
    Kind.REFUSAL: {Event.REFUSE},
    Kind.SUSPENSION: {Event.HALT},
    Kind.WITHDRAWAL: {Event.WITHDRAW},
    Kind.NAMING: {Event.NAME, Event.PUBLISH},
    Kind.REGULATION: {Event.PUBLISH},
    Kind.POLICY: {Event.PUBLISH},
    Kind.PILOT: {Event.PUBLISH, Event.START},
}
# An approval is announced too, but who writes 公布 of a product may mean its trial.
_TOLD_BY_DATES = frozenset(
    {Kind.NAMING, Kind.REGULATION, Kind.POLICY, Kind.PILOT, Kind.SCIENTIFIC, Kind.OPINION}
)
OF_DATE = {
    **dict.fromkeys(("announced", "published", "disclosed", "issued"), Event.PUBLISH),
    "reported": Event.REPORT,
    "signed": Event.SIGN,
    "decided": Event.DECIDE,
    "approved": Event.APPROVE,
    "effective": Event.TAKE_EFFECT,
    "started": Event.START,
    "ended": Event.END,
    "withdrawn": Event.WITHDRAW,
}

# What happens to a product many times over: its trials are announced, begun and ended, too.
COMMON = frozenset({Event.PUBLISH, Event.REPORT, Event.DECIDE, Event.START, Event.END, Event.ADD})


def events_in(text: str, start: int = 0, end: int | None = None) -> frozenset[Event]:
    """Return the events that a stretch of text tells."""
    found = _ANY.finditer(text, start, len(text) if end is None else end)
    return frozenset(Event[match.lastgroup] for match in found if match.lastgroup)


def events_beside(text: str, clause: tuple[int, int], start: int, end: int) -> frozenset[Event]:
    """Return what a clause tells nearest to a stretch of it: behind it, or else before it.

    What is announced is told together with the announcing, and so is what follows close behind, as in 公布获批.
    """
    behind = list(_ANY.finditer(text, end, clause[1]))
    ahead = list(_ANY.finditer(text, clause[0], start))[-1:]
    nearest = behind[:1] or ahead
    for match in behind[1:]:
        between = text[nearest[-1].end() : match.start()]
        is_announced = nearest[-1].lastgroup in (Event.PUBLISH.name, Event.REPORT.name)
        if "的" in between or (len(between) > 4 and not is_announced):
            break
        nearest.append(match)
    return frozenset(Event[match.lastgroup] for match in nearest if match.lastgroup)


def without_events(text: str) -> str:
    """Return a text in which blanks stand for the words that tell an event."""
    return _ANY.sub(lambda match: " " * len(match.group()), text)


def events_of(fact: Fact) -> frozenset[Event]:
    """Return the events by which a clause would tell a fact: by its kind, its label, and its dates."""
    found = set(_OF_KIND.get(fact.kind, ()))
    for label in fact.label.texts.values():
        found |= events_in(label)
    if fact.kind in _TOLD_BY_DATES:
        found |= {OF_DATE[name] for name in fact.dates if name in OF_DATE}
    return frozenset(found)
