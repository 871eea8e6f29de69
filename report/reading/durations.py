"""Durations as people write them in Chinese and English prose: how far two events lie apart, how long one took.

Only those are read: a duration without such words (24个月的有效期), or with words of treatment and of study
(每2周给药, 随访12个月), tells of doses, ages and plans, which no date of a fact could give.
"""

import dataclasses
import re

from report.reading.clauses import clause_at

DAY, WEEK, MONTH, YEAR = "day", "week", "month", "year"
# Least and greatest days of one unit; a month may be February.
_DAYS = {DAY: (1, 1), WEEK: (7, 7), MONTH: (28, 31), YEAR: (365, 366)}


@dataclasses.dataclass(frozen=True, slots=True)
class ToldDuration:
    """A duration that a text tells.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends.
        least_days: The fewest days that its words allow.
        most_days: The most.
        is_exact: Whether it is counted in days, or as half a month, without 约 or 多.
    """

    start: int
    end: int
    least_days: int
    most_days: int
    is_exact: bool


_HAN = "零一二两兩三四五六七八九十百"
_COUNT = rf"(?:[0-9]+(?:\.[0-9]+)?|[{_HAN}]+|半)"
_CHINESE = re.compile(
    rf"(?P<about>约|約|大约|大約|近|将近|將近|超过|超過|不到|不足|至少|逾|满|滿)?\s?(?<![0-9第.月{_HAN}])"
    rf"(?P<low>{_COUNT})(?:\s?(?:—|–|－|-|~|～|至|到)\s?(?P<high>{_COUNT}))?\s?(?P<more>多|余|餘|几|幾)?\s?"
    r"(?P<unit>个?半月|個?半月|个月|個月|周|週|个?星期|個?星期|天|日(?!本)|年(?![代级級度龄齡版]))(?P<half>半)?(?P<more2>多)?"
)
_WORDS = {
    "half a": 0.5,
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
}
_WORDS |= {
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
}
_ENGLISH = re.compile(
    r"(?P<about>\b(?:about|around|nearly|almost|roughly|over|more than|less than|at least|some|c\.)\s)?"
    rf"\b(?P<low>[0-9]+(?:\.[0-9]+)?|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
    r"(?:\s?(?:–|-|to)\s?(?P<high>[0-9]+))?[\s-](?P<unit>day|week|month|year|fortnight)s?\b",
    re.IGNORECASE,
)

# What makes a duration one between events.
_APART_AHEAD = re.compile(
    r"(?:相隔|仅隔|僅隔|时隔|時隔|间隔|間隔|隔了?|相距|距今?|历时|歷時|耗时|耗時|耗费|耗費|用时|用時|用了|花了|历经|歷經|经过"
    r"|經過|经历|經歷|长达|長達|足足|前后|前後|过去|過去|过了|過了|提前|推迟|推遲|滞后|滯後|早|晚|迟|遲|[从從自][^，。；,;]*[到至][^，。；,;]*)"
    r"(?:了|有|已|只|仅|僅|才|整整|共|约|約|的|是|满|滿)*\s?\Z"
)
_APART_BEHIND = re.compile(
    r"\s?(?:之后|之後|以后|以後|后(?![续期])|後(?![續期])|之前|以前|前(?![列期])|以来|以來|来|來|之久|才|的?间隔|的?間隔)"
)
_APART_IN_ENGLISH_AHEAD = re.compile(
    r"\b(?:took|taking|takes|lasted|spent|within only|only|after|for)\s\Z", re.IGNORECASE
)
_APART_IN_ENGLISH_BEHIND = re.compile(
    r"\s(?:later|after|before|earlier|apart|ago|since|between|separate|elapsed|passed|to win|to get)\b",
    re.IGNORECASE,
)
# What makes it one of treatment, of a study, of a life, or of a rule.
_OF_TREATMENT = re.compile(
    r"给药|給藥|用药|用藥|服[药藥用]|剂量|劑量|[剂劑针針片粒][次量]?|疗程|療程|随访|隨訪|观察|觀察|输注|輸注|注射|接种|接種|术[后後前]|術[後前]|停药"
    r"|停藥|治疗|治療|复诊|復診|症状|症狀|发热|發熱|潜伏|潛伏|半衰|保质|保質|有效期|效期|生存|存活|中位|患者|受试者|受試者|病人|年龄|年齡"
    r"|出生|[月周日年]龄|每|病程|移植[后後]|住院|发病|發病|感染|怀孕|妊娠|产后|產後|随机|隨機|入组|入組|基线|基線|终点|終點|应当|應當|须|須"
    r"|工作日|期限|储存|儲存|保存|抗体|抗體|免疫|\b(?:dose|dosing|follow-?up|treat|patient|participant|every|aged?|infus"
    r"|inject|vaccinat|surg|surviv|symptom|fever|incubation|half-life|shelf|old|enrol|baseline|pregnan|transplant)",
    re.IGNORECASE,
)


def read_durations(text: str, locale: str) -> tuple[ToldDuration, ...]:
    """Return the durations between or of events that a text tells, in order."""
    is_english = locale.startswith("en")
    found: list[ToldDuration] = []
    for match in (_ENGLISH if is_english else _CHINESE).finditer(text):
        if re.match("[0-9]{4}", match["low"]):
            continue
        start, end = clause_at(text, match.start())
        if is_english:
            is_apart = _APART_IN_ENGLISH_AHEAD.search(text[start : match.start()]) or (
                _APART_IN_ENGLISH_BEHIND.match(text, match.end())
            )
        else:
            ahead = text[start : match.start()] + (match["about"] or "")
            is_apart = _APART_AHEAD.search(_bare(ahead)) or _APART_BEHIND.match(text, match.end())
        if is_apart and not _OF_TREATMENT.search(text, start, end):
            found.append(_english(match) if is_english else _chinese(match))
    return tuple(found)


def _bare(ahead: str) -> str:
    """Return what stands before a duration, less the words that only widen it."""
    return re.sub(r"(?:约|約|大约|大約|近|将近|將近|超过|超過|不到|不足|至少|逾|满|滿)\s?\Z", "", ahead)


def _chinese(match: re.Match[str]) -> ToldDuration:
    unit, low = match["unit"], _amount(match["low"])
    high = _amount(match["high"]) if match["high"] else low
    half = 0.5 if match["half"] else 0.0
    if "半月" in unit:
        # 一个半月 is a month and a half, 半月 a half; 半个月 has the half before it.
        half = 0.5
    kind = DAY if unit[0] in "天日" else YEAR if unit[0] == "年" else MONTH if "月" in unit else WEEK
    is_about = bool(match["about"] or match["more"] or match["more2"])
    return _told(match, low + half, high + half, kind, is_about=is_about)


def _english(match: re.Match[str]) -> ToldDuration:
    word = match["low"].lower()
    low = _WORDS[word] if word in _WORDS else float(word)
    high = float(match["high"]) if match["high"] else low
    unit = match["unit"].lower()
    if unit == "fortnight":
        low, high, unit = 2 * low, 2 * high, WEEK
    return _told(match, low, high, unit, is_about=bool(match["about"]))


def _told(match: re.Match[str], low: float, high: float, unit: str, *, is_about: bool) -> ToldDuration:
    """Return a duration with the slack its unit has: years are completed, or counted from calendar to calendar."""
    least, most = _DAYS[unit]
    first, last = low * least, high * most
    slack = 0.0
    if unit == YEAR:
        slack = 366 if low >= 3 else 183 if low >= 1 else 61
    elif unit != DAY:
        slack = 3 if last < 35 else 15
    if is_about:
        slack += 0.1 * last
    start = match.start() + len(match.group()) - len(match.group().lstrip())
    is_exact = not is_about and (unit == DAY or last < 20)
    return ToldDuration(start, match.end(), max(0, int(first - slack)), int(last + slack), is_exact)


def _amount(word: str) -> float:
    if word == "半":
        return 0.5
    if word[0].isdigit():
        return float(word)
    total = ones = 0
    for sign in word:
        if sign in "十百":
            total += (ones or 1) * (10 if sign == "十" else 100)
            ones = 0
        else:
            ones = 2 if sign in "两兩" else "零一二三四五六七八九".index(sign)
    return float(total + ones)
