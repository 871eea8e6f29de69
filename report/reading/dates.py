"""Dates as people write them in Chinese and English prose, read at the precision that the words have.

What is no date of an event is left alone: editions and years of a programme (2022年版, 2025年度), decades,
numbers of papers (2015年第3号), days that come every year. Years are those from 1800 to 2099: any other number
before 年 is more likely a count.
"""

import dataclasses
import enum
import re
from collections.abc import Iterator

from report.facts.dates import FactDate, parse_date
from report.facts.errors import DateError


class Relation(enum.StrEnum):
    """How the words around a date tie an event to it."""

    ON = "on"
    SINCE = "since"
    BEFORE = "before"
    AFTER = "after"
    UNTIL = "until"


@dataclasses.dataclass(frozen=True, slots=True)
class ToldDate:
    """A date that a text tells.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends; words such as 起 and 以前 lie behind.
        date: None where no calendar has it, or where its year is told nowhere before it.
        relation: Whether the event was on the date, or only on one side of it.
    """

    start: int
    end: int
    date: FactDate | None
    relation: Relation = Relation.ON


_HAN_YEAR = "[一二][〇零○九八七六五四三二一]{3}"
_HAN_NUMBER = "三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九]"
_JOIN = "(?:—|–|－|-|~|～|至|到)"
_CENTURIES = "(?:1[89]|20)[0-9]{2}"
# 2025年度, 2022年版, 1990年代, ASH 2024年会, 2015年第3号 name things; 20年 and 3年级 count.
_NAMED_BY_YEAR = r"(?![代度版報报鉴鑑级級龄齡薪])(?!会[上期的公发摘，。、）])(?!\s?第?\s?[0-9]+\s?[号號期次])"
_CHINESE = re.compile(
    rf"(?P<about>约|約|大约|大約)?\s?"
    rf"(?:(?<![0-9.])(?P<year>{_CENTURIES})(?:\s?年{_NAMED_BY_YEAR}|(?=\s?{_JOIN}\s?{_CENTURIES}\s?年))"
    rf"|(?<![〇零○一二三四五六七八九十])(?P<han_year>{_HAN_YEAR})\s?年{_NAMED_BY_YEAR}"
    r"|(?P<relative>[同当當次翌]年))"
    rf"(?:\s?(?:(?P<month>1[0-2]|0?[1-9](?![0-9]))|(?P<han_month>十[一二]?|[一二三四五六七八九]))\s?月(?![龄齡])"
    rf"(?:\s?(?:(?P<day>[12][0-9]|3[01]|0?[1-9])|(?P<han_day>{_HAN_NUMBER}))\s?[日号號](?!令)"
    r"|(?P<third>[上中下]旬|初|底|末|中(?=[，。、；,;）)以前后後至到]|\Z))?)"
    r"|(?:年)?(?P<piece>[上下前后後]半年|初(?![步次始诊診级級期审審])|[底末终終](?!期)|中期?(?=[，。、；,;）)以前后後至到]|\Z)"
    r"|第?[一二三四1-4]季度))?"
)
# 12月18日, and 至5月, 和12月, 至5日 after a whole date.
_PARTIAL = re.compile(
    r"(?<![0-9年月])(?:(?P<month>1[0-2]|0?[1-9])|(?P<han_month>十[一二]?|[一二三四五六七八九]))\s?月"
    rf"(?:\s?(?:(?P<day>[12][0-9]|3[01]|0?[1-9])|(?P<han_day>{_HAN_NUMBER}))\s?[日号號](?!令)|(?P<bare>)(?![龄齡]))"
)
_LAST_DAY = re.compile(r"(?P<day>[12][0-9]|3[01]|0?[1-9])\s?[日号號](?![内間间前后後])")
_EVERY_YEAR = re.compile(r"(?:每年|逢|每逢|往年|历年)(?:的|约|約)?\s?\Z")
_NUMERIC = re.compile(
    rf"(?<![0-9A-Za-z./-])(?P<year>{_CENTURIES})(?:-(?P<month>[0-9]{{2}})(?:-(?P<day>[0-9]{{2}}))?"
    r"|(?P<sign>[./])(?P<month2>[0-9]{1,2})(?P=sign)(?P<day2>[0-9]{1,2}))(?![0-9A-Za-z/%％-]|\.[0-9]|[号號期卷])"
)

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]}|\\.)?" if name != "May" else "May" for name in _MONTHS)
_MONTH = _MONTH.replace("Sep(", "Sept?(")
_DAY_IN_ENGLISH = "(?:0?[1-9]|[12][0-9]|3[01])"
_ENGLISH = re.compile(
    r"(?P<about>\b(?:ca?\.|circa|about|around)\s)?(?:"
    rf"\b(?P<day>{_DAY_IN_ENGLISH})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month>{_MONTH})(?:,?\s(?P<year>{_CENTURIES})\b)?"
    rf"|\b(?P<month2>{_MONTH})\s(?P<day2>{_DAY_IN_ENGLISH})(?:st|nd|rd|th)?\b(?:,?\s(?P<year2>{_CENTURIES})\b)?"
    rf"|\b(?P<month3>{_MONTH}),?\s(?P<year3>{_CENTURIES})\b"
    r"|\b(?P<piece>[Ee]arly|[Mm]id|[Ll]ate|(?:[Tt]he\s)?(?:[Bb]eginning|[Ee]nd)\sof|(?:[Tt]he\s)?(?:[Ff]irst|[Ss]econd)\shalf\sof"
    rf"|Q[1-4])(?:\s|-)(?P<year4>{_CENTURIES})\b"
    rf"|(?<![0-9.,/-])\b(?P<year5>{_CENTURIES})\b(?![0-9.,]*[0-9%/])(?!-[0-9])(?!s\b))"
)
_YEAR_AHEAD = re.compile(
    r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]rom|[Dd]uring|[Bb]efore|[Aa]fter|[Oo]f|to|and|year|till)\s\Z|[–—]\s?\Z"
)
_YEAR_BEHIND = re.compile(
    r"\s\(unconfirmed\)|\sor\s(?:earlier|later)"
    rf"|\s?[–—]\s?(?:c\.\s)?(?:{_DAY_IN_ENGLISH}\s)?(?:(?:{_MONTH})\s)?{_CENTURIES}\b"
)

# What a part of a year may reach, first and last month; generously, so that none is called wrong at its edge.
_PIECES = {
    **dict.fromkeys(("初", "early", "beginning"), (1, 3)),
    **dict.fromkeys(("中", "mid"), (4, 9)),
    **dict.fromkeys(("底", "末", "终", "終", "end"), (10, 12)),
    "late": (9, 12),
    **dict.fromkeys(("上", "前", "first"), (1, 6)),
    **dict.fromkeys(("下", "后", "後", "second"), (7, 12)),
    **dict.fromkeys(("一", "1"), (1, 3)),
    **dict.fromkeys(("二", "2"), (4, 6)),
    **dict.fromkeys(("三", "3"), (7, 9)),
    **dict.fromkeys(("四", "4"), (10, 12)),
}
_THIRDS = {"上": (1, 10), "中": (8, 23), "下": (21, 31), "初": (1, 12), "底": (19, 31), "末": (19, 31)}

_UNSURE = re.compile(r"（待核）|\(待核\)|\s\(unconfirmed\)")
_EDGE = re.compile(r"\s?(?P<before>或更早|or earlier)|\s?(?P<after>或更晚|or later)")
_JOINED = re.compile(rf"\s?(?:{_JOIN}|to|and)\s?")
_BEHIND = re.compile(
    r"\s?(?:(?P<since>起|开始|開始|以来|以來|来(?![自到源看说])|來(?![自到源看說]))"
    r"|(?P<before>(?:及|或)?(?:之前|以前|前(?![往后後期者]))|年?底?前(?![往后後期者]))"
    r"|(?P<after>(?:之后|之後|以后|以後|后(?![续期者])|後(?![續期者]))))"
)
_AHEAD = re.compile(
    r"(?:(?P<until>截至|截止到?|迄|\b[Aa]s of)|(?P<since>\b[Ss]ince)"
    r"|(?P<before>\b(?:[Bb]efore|[Pp]rior to))|(?P<after>\b[Aa]fter))\s?(?:the\s)?\Z"
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Part:
    """One date as written, before it is joined with its neighbour."""

    start: int
    end: int
    text: str
    year: int | None


def read_dates(text: str, locale: str) -> tuple[ToldDate, ...]:
    """Return the dates that a text tells, in order; they do not overlap.

    A day without a year takes the year that was told last before it. Two dates joined by 至 or a dash are one,
    an interval.
    """
    parts = list(_english(text) if locale.startswith("en") else _chinese(text))
    found: list[ToldDate] = []
    index = 0
    while index < len(parts):
        first = last = parts[index]
        if index + 1 < len(parts) and _JOINED.fullmatch(text, first.end, parts[index + 1].start):
            is_range = text[first.end : parts[index + 1].start].strip() != "and"
            if is_range and first.text and parts[index + 1].text and not _has_edge(text, first):
                index += 1
                last = parts[index]
        found.append(_told(text, first, last))
        index += 1
    return tuple(found)


def _has_edge(text: str, part: _Part) -> bool:
    return _EDGE.search(text, part.start, part.end) is not None


def _told(text: str, first: _Part, last: _Part) -> ToldDate:
    written = first.text if first is last else f"{_outer(first.text, 0)}/{_outer(last.text, -1)}"
    date: FactDate | None
    try:
        date = parse_date(written) if first.text else None
    except DateError:
        date = None
    edge = _EDGE.search(text, last.start, last.end)
    if edge is not None and date is not None:
        date = parse_date(f"../{date.end}" if edge["before"] else f"{date.start}/..")
        return ToldDate(first.start, last.end, date)
    return ToldDate(first.start, last.end, date, _relation(text, first.start, last.end))


def _outer(text: str, end: int) -> str:
    """Return the outer end of what may be an interval itself: of 2024-10/2024-12 the first or the last part."""
    return text.split("/")[end]


def _relation(text: str, start: int, end: int) -> Relation:
    for match in (_BEHIND.match(text, end), _AHEAD.search(text[max(0, start - 14) : start])):
        if match is not None and match.lastgroup is not None:
            return Relation(match.lastgroup)
    return Relation.ON


def _chinese(text: str) -> Iterator[_Part]:
    """Yield the dates of a Chinese text; those without a year lie between the others."""
    whole = sorted(
        [match for match in _CHINESE.finditer(text) if _is_date(match)] + list(_NUMERIC.finditer(text)),
        key=lambda match: match.start(),
    )
    year: int | None = None
    month: int | None = None
    end = 0
    for match in [*whole, None]:
        limit = len(text) if match is None else match.start()
        for part in _partial(text, end, limit, year, month):
            end = part.end
            yield part
        if match is None:
            return
        is_numeric = match.re is _NUMERIC
        part = _numeric(text, match) if is_numeric else _whole(text, match, year)
        if part.year is not None:
            year, month = part.year, int(part.text[5:7]) if len(part.text) >= 7 else None
        end = part.end
        yield part


def _is_date(match: re.Match[str]) -> bool:
    """Return whether 同年 or 次年 stands before a month: alone it is no date."""
    return not match["relative"] or bool(match["month"] or match["han_month"])


def _whole(text: str, match: re.Match[str], year: int | None) -> _Part:
    if match["relative"]:
        told = None if year is None else year + (match["relative"][0] in "次翌")
    else:
        told = int(match["year"]) if match["year"] else int("".join(map(_digit, match["han_year"])))
    month, day = _number(match["month"], match["han_month"]), _number(match["day"], match["han_day"])
    start = match.start() + len(match.group()) - len(match.group().lstrip())
    end, mark = _mark(text, match.end(), bool(match["about"]))
    if told is None:
        return _Part(start, end, "", None)
    if match["piece"]:
        written = _piece(told, match["piece"].removeprefix("第"), mark)
    elif match["third"]:
        first, last = _THIRDS[match["third"][0]]
        last = min(last, 28) if month == 2 else min(last, 30)
        written = f"{told:04}-{month:02}-{first:02}{mark}/{told:04}-{month:02}-{last:02}{mark}"
    else:
        written = _edtf(told, month, day) + mark
    return _Part(start, end, written, told)


def _partial(text: str, start: int, end: int, year: int | None, month: int | None) -> Iterator[_Part]:
    """Yield the days and months between two whole dates, which take the year that was told last."""
    joined = _JOINED.match(text, start, end) if year is not None and start else None
    if joined is not None and month is not None:
        day = _LAST_DAY.match(text, joined.end(), end)
        if day is not None:
            yield _Part(day.start(), day.end(), _edtf(year, month, int(day["day"])), year)
            return
    for match in _PARTIAL.finditer(text, start, end):
        is_joined = year is not None and re.fullmatch(
            rf"\s?(?:{_JOIN}|[和、及与與])\s?", text[start : match.start()]
        )
        if match["bare"] is not None and not is_joined:
            continue
        if _EVERY_YEAR.search(text[max(0, match.start() - 6) : match.start()]):
            continue
        number, day_number = (
            _number(match["month"], match["han_month"]),
            _number(match["day"], match["han_day"]),
        )
        written = "" if year is None else _edtf(year, number, day_number)
        yield _Part(match.start(), match.end(), written, year)
        start = match.end()


def _numeric(text: str, match: re.Match[str]) -> _Part:
    month = match["month"] or match["month2"]
    day = match["day"] or match["day2"]
    end, mark = _mark(text, match.end(), False)
    written = _edtf(int(match["year"]), int(month), int(day) if day else None) + mark
    return _Part(match.start(), end, written, int(match["year"]))


def _english(text: str) -> Iterator[_Part]:
    """Yield the dates of an English text; a year alone is one behind a preposition, or where nothing else stands."""
    year: int | None = None
    matches = [*_ENGLISH.finditer(text), *_NUMERIC.finditer(text)]
    end = 0
    for match in sorted(matches, key=lambda one: (one.start(), -one.end())):
        if match.start() < end:
            continue
        part = _numeric(text, match) if match.re is _NUMERIC else _english_part(text, match, year)
        if part is None:
            continue
        year, end = part.year or year, part.end
        yield part


def _english_part(text: str, match: re.Match[str], year: int | None) -> _Part | None:
    group = match.groupdict()
    alone = group["year5"]
    if alone and not _is_year(text, match):
        return None
    told = next((int(group[f"year{n}"]) for n in ("", 2, 3, 4, 5) if group[f"year{n}"]), year)
    month = next((group[f"month{n}"] for n in ("", 2, 3) if group[f"month{n}"]), None)
    day = group["day"] or group["day2"]
    end, mark = _mark(text, match.end(), bool(group["about"]))
    if told is None:
        return _Part(match.start(), end, "", None)
    number = None if month is None else 1 + [name[:3] for name in _MONTHS].index(month[:3])
    if group["piece"]:
        words = group["piece"].lower().removeprefix("the ").removeprefix("q")
        return _Part(match.start(), end, _piece(told, words.split()[0], mark), told)
    return _Part(match.start(), end, _edtf(told, number, int(day) if day else None) + mark, told)


def _is_year(text: str, match: re.Match[str]) -> bool:
    is_whole = match.group() == text.strip() or bool(match["about"])
    ahead = _YEAR_AHEAD.search(text[max(0, match.start() - 10) : match.start()])
    return is_whole or ahead is not None or _YEAR_BEHIND.match(text, match.end()) is not None


def _mark(text: str, end: int, is_about: bool) -> tuple[int, str]:
    """Return where a date ends with the words behind it that belong to it, and its mark in EDTF."""
    unsure = _UNSURE.match(text, end)
    end = unsure.end() if unsure is not None else end
    edge = _EDGE.match(text, end)
    mark = ("%" if is_about else "?") if unsure is not None else ("~" if is_about else "")
    return (edge.end() if edge is not None else end), mark


def _piece(year: int, words: str, mark: str) -> str:
    first, last = _PIECES[words] if words in _PIECES else _PIECES[words[0]]
    return f"{year:04}-{first:02}{mark}/{year:04}-{last:02}{mark}"


def _edtf(year: int | None, month: int | None, day: int | None) -> str:
    numbers = [f"{year:04}", *(f"{number:02}" for number in (month, day) if number is not None)]
    return "-".join(numbers)


def _number(arabic: str | None, han: str | None) -> int | None:
    if arabic:
        return int(arabic)
    if not han:
        return None
    tens, ten, ones = han.rpartition("十")
    if not ten:
        return int(_digit(han))
    return 10 * int(_digit(tens) if tens else 1) + int(_digit(ones) if ones else 0)


def _digit(han: str) -> str:
    return str("〇一二三四五六七八九".index("〇" if han in "零○" else han))
