"""Wording (family T): what pasting left, times without a day, promises, rates for patients, claims to be first.

The words are data (`words/LOCALE.yaml`, `words.yaml`). Here is what stands around a word that makes it harmless,
for Simplified and Traditional characters alike: a check that cries wolf is one that gets turned off.
"""

import dataclasses
import functools
import re
from collections.abc import Iterator

from report.findings import Code, Finding, Severity
from report.lint import Ground, read_words
from report.model import Briefing, WordList
from report.passages import NOTHING, VALUE, Passage

STRAY_CITATION = Code("T010", "stray-citation-digits")
VAGUE_TIME = Code("T011", "vague-time", Severity.WARNING)
PROMISE = Code("T012", "absolute-promise")
EFFICACY = Code("T013", "efficacy-in-handout")
SCOPE = Code("T014", "scope-claim")

_CLAUSE = r"[^，。；：！？,;:!?\n]"
_QUOTED = re.compile('“[^”\n]*”|「[^」\n]*」|『[^』\n]*』|‘[^’\n]*’|"[^"\n]*"')
_TITLED = re.compile("《[^》\n]*》|〈[^〉\n]*〉")

# What stands around a word is written below in Simplified characters; a Traditional text is folded, sign by sign.
_FOLD = str.maketrans(
    "為滿僅餘於達組總計過節條約佔緩溫與參齡評積斷類數級亞號發圖試慣舉錄釋樣轉體補緊張稱從無沒難並絕遠會應"
    "須構許經獲暫嚴還別談後遺風險質準時間證書護國濟術產業開區續學聲給藥療診個終訪專報導獨標識編碼隨問題劑"
    "適醫協該歐韓內臺灣門陸廣慶鰲東寧龍蘇貴雲陝肅羅蘭賓馬來場強勝優見複復癒顯預減狀處細請麼億兩聯嗎獻負責"
    "簽違飽當實現納寫確環較對賽癥頭種輸職嬰離遼財務項據閱讀顧員週點結併紅腫熱運範創簡願義製們團",
    "为满仅余于达组总计过节条约占缓温与参龄评积断类数级亚号发图试惯举录释样转体补紧张称从无没难并绝远会应"
    "须构许经获暂严还别谈后遗风险质准时间证书护国济术产业开区续学声给药疗诊个终访专报导独标识编码随问题剂"
    "适医协该欧韩内台湾门陆广庆鳌东宁龙苏贵云陕肃罗兰宾马来场强胜优见复复愈显预减状处细请么亿两联吗献负责"
    "签违饱当实现纳写确环较对赛症头种输职婴离辽财务项据阅读顾员周点结并红肿热运范创简愿义制们团",
)

# Digits after a word and before a stop, also as ^8^, ⁸ or [8]; masks may lie between.
_STRAY = re.compile(
    rf"(?P<digits>[0-9]{{1,2}})[{NOTHING}]*(?P<stop>[。，、；！？,;!?]|\s*\Z)"
    r"|\^[0-9]{1,2}(?:[,，、–-] ?[0-9]{1,2})*\^"
    r"|[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]{1,2}"
    r"|\[[0-9]{1,2}(?:[,，、–-] ?[0-9]{1,2})*\](?![(:\[])"
)
_WORD_AHEAD = re.compile(r"[\u4e00-\u9fff《》]{0,6}[\u4e00-\u9fff》]\Z")
# What introduces a number or a numbered thing: 年龄为18, 第3, 见表2, 白介素6. Not so: 行为, 参与, 通过, 表达, 发表.
_NUMBER_AHEAD = re.compile(
    r"(?:[第是或即满仅余剩于各占男女组]|(?<!行)(?<!作)为|(?<!公)共|[总合]计|超过?|(?<!附)近|(?<!甚)至|(?<!表)达"
    r"|到|(?<![节条合签违])约|(?<![之以目])前|(?<!所)有|(?<![缓饱温])和|(?<!参)与|(?<!普)及"
    r"|年龄|[得评总积]分|[界峰谷均大小断]值|(?:中位|平均|人|例|次|指|级)数|[等分]级|(?:亚|分|血清|基因)型|分期|编号"
    r"|[0-9]\s*[年月]|(?<![发代外])表|(?<![企试意力])图|(?<![病案比条举惯])例|附[件录]|公式|见注|（注|注释"
    r"|介素|凝血因子|样肽|转运蛋白|角蛋白|死亡受体|配体|染色体|补体|病毒|张素)\s*$"
)
# More of a list of numbers: 18、24岁. A year that begins the next clause is none.
_LISTED = re.compile(r"[、,，;；]\s*[0-9]{1,3}(?![0-9])")

# What says for which day a sentence holds; advice to the reader holds when it is read.
_DAY = re.compile(
    r"截至|截止|为止|[0-9]{4}\s*年|[二一][〇零○九][〇零○一二三四五六七八九]{2}年|(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])"
    rf"|\bas of\b|以{_CLAUSE}{{0,20}}为准|(?<!申)请(?!求)|[您你]|是否",
    re.IGNORECASE,
)
_DATE_VALUE = re.compile(r"\{\{[^{}]*(?:\.date|as_of)")
# 近期疗效 is short-term efficacy, a term of art.
_NOT_A_TIME = re.compile(
    r"近期(?:疗效|效果|预后|并发|不良|毒|结局|终点|生存|存活|安全|感染|用药|手术|接种)|当前期|最新型|目前区"
)

# A refusal is no promise (不能治愈, 并非根治, 没有疗法能治愈), nor is a question.
_DENIED = re.compile(
    r"(?:不[能会可得应宜要是等存保代意足构宣许必一再敢曾易作做推]|不$|未[能必曾经获]|尚未|从未|未$|无[法从望需]|[尚暂并]无|无$"
    r"|[并绝而远]非|非$|没(?!有?(?:任何)?(?:副作用|痛苦|风险|后遗症|不良))|难以|很难|难$|禁止|严禁|杜绝|拒绝|否认|勿"
    rf"|谈不上|远未|是否|能否|可否|如何|怎[样么]|会不会){_CLAUSE}{{0,12}}$"
)
_DENIED_TWICE = re.compile(
    rf"(?:没有?{_CLAUSE}{{0,8}}不[能会可]|无不|不无|不得不|不能不|不[仅但只]){_CLAUSE}{{0,6}}$"
)
_DENIED_IN_ENGLISH = re.compile(
    r"(?:\b(?:no|not|never|cannot|without|nor|neither|nothing|whether|unlikely|fails? to)\b(?! only)|n[’']t\b)"
    r"[^.;:!?]{0,40}$",
    re.IGNORECASE,
)
# Duties, measures and names that hold a word of promise: 应当保证, 治愈率, 国家级新区.
_DUTY = re.compile(r"(?:[应须需要为以来了]|应当|必须|要求[^，。；]{0,8}|从而|负责|质量|品质|信用)$")
_NO_PROMISE = re.compile(
    r"治[愈癒](?:率|后|者|标准|时间)|必然性|保证(?:金|书|人|期|体系|制度|条款|措施|了)"
    r"|国家级(?:经济技术|高新技术产业)?(?:开发区|新区|自然保护|非物质|继续|教学)|cured? rates?\b|guarantee funds?\b",
    re.IGNORECASE,
)
# 100% that was measured, or is how strong a thing is.
_WHOLE_AHEAD = re.compile(r"(?:[为是达到占约近率于至例值量从]|高达|[—–~～(（-])\s*$")
_WHOLE_BEHIND = re.compile(r"\s*(?:[（(。；;，,、）)]|CI|可信|纯?氧|乙醇|酒精|的?(?:患者|受试者|样本)|\Z)")

# A word that also counts and orders is a claim only beside what is claimed.
_CLAIMED_OF_TIMES = re.compile(r"批准|获批|上市|证[实明]|实现|纳入|立法|写入|确立|成功|突破|应用于")
_CLAIMED = re.compile(
    r"药|产品|疗法|疫苗|批准|获批|上市|注射液|制剂|适应症|条例|法规|立法|国家|公司|企业|机构|证[实明]|实现|突破|纳入"
)
_CLAIMED_IN_ENGLISH = re.compile(
    r"approved|authori[sz]|licen[sc]|marketed|launched|drug|medicine|product|vaccine", re.IGNORECASE
)
_COUNTING = re.compile(
    r"首[个例款家](?:疗程|周期|[0-9]|月|年|小时|天|周|星期|季度|剂量|工作日|[主次]要终点|随访|患者|病人|受试者|入组|问题)"
    r"|首次(?:给药|用药|服|使用|就诊|接种|治疗|输注|注射|发作|诊断|批准(?:日期|时间))"
    r"|唯一(?:标识|编[号码]|识别|性|码|代码)|独家(?:报道|专访)"
)
_ITS_OWN = re.compile(r"(?:公司|企业|集团|医院|[本该]院|协会|学会|旗下|自家|该药|本品|其|不是|并非)的?$")
_PLACE = re.compile(
    r"[中美英法德泰韩]国|我国|国[内际产]|全[国球省市]|世界|欧[盟洲美]|[亚非]洲|亚太|日本|加拿大|俄罗斯|意大利|西班牙"
    r"|瑞[士典]|荷兰|澳大利亚|澳洲|新西兰|印度|印尼|新加坡|马来西亚|越南|菲律宾|巴西|墨西哥|阿根廷|南非|以色列|沙特"
    r"|土耳其|伊朗|台湾|香港|澳门|大陆|内地|本[土港地]|各[国地]|北美|南美|拉美|两岸|北京|天津|上海|重庆|广[东西州]"
    r"|深圳|南沙|海南|博鳌|大湾区|河[北南]|山[东西]|辽宁|吉林|黑龙江|江[苏西]|浙江|安徽|福建|湖[北南]|四川|贵州|云南"
    r"|陕西|甘肃|青海|宁夏|新疆|西藏|内蒙古|[\u4e00-\u9fff]{2}省|[\u4e00-\u9fff](?![上城都])[\u4e00-\u9fff]市(?![场售值面])"
    r"|\b(?:China|Chinese|United States|U\.?S\.?A?|American|EU|European?|United Kingdom|UK|Britain|British"
    r"|Japan(?:ese)?|Korean?|Canad(?:a|ian)|Australian?|India|Singapore|Taiwan|Hong Kong|Macao|Germany|France|Italy"
    r"|Spain|Brazil|Switzerland|world(?:wide)?|global(?:ly)?|international(?:ly)?|mainland)\b"
)

_FIGURE = (
    rf"(?:[0-9][0-9.]*\s*(?:[%％‰]|percent)|(?<!{VALUE}){VALUE}+\s*[%％‰]|百分之"
    r"|[一二三四五六七八九两0-9]成(?![为分果功立]))"
)
_OUTCOME = r"(?:有效|缓解|应答|好转|治[愈好]|痊愈|见效|起效|改善|生存|存活|显效|免于|预防|不发病)"
_RATE = (
    r"(?:(?:有效|缓解|治愈|应答|(?<!不良)反应|生存|存活|显效|好转|控制|成功|保护)率|保护效力"
    r"|\b(?:response|remission|cure|survival|success|efficacy) rates?\b)"
)
_PEOPLE = r"[名例人位个](?:患者|病人|孩子|人)?"
_COUNT = r"[0-9一二三四五六七八九十百]"
_TREATMENT = r"(?:药|疗法|治疗|疫苗|注射|手术|细胞|产品)"
_EFFICACY = re.compile(
    rf"{_RATE}[^。！？\n]{{0,24}}?(?:{_FIGURE}|[0-9]|{VALUE}|[高低]|提升|显著|可观|超过|接近|过半)"
    rf"|{_FIGURE}{_CLAUSE}{{0,6}}{_RATE}"
    # 10%的人发热一两天后好转 tells a side effect.
    rf"|{_FIGURE}(?!{_CLAUSE}*(?:发热|红肿|不良|副作用)){_CLAUSE}{{0,14}}?{_OUTCOME}"
    rf"|{_OUTCOME}{_CLAUSE}{{0,8}}{_FIGURE}"
    rf"|(?:风险|发病|死亡|复发|住院|症状){_CLAUSE}{{0,8}}(?:降低|下降|减少){_CLAUSE}{{0,6}}{_FIGURE}"
    rf"|{_COUNT}\s*{_PEOPLE}[中里]{_CLAUSE}{{0,8}}?{_COUNT}\s*{_PEOPLE}{_CLAUSE}{{0,12}}?{_OUTCOME}"
    r"|优于|胜过|强于|好于|好过|不劣于|非劣"
    rf"|(?:疗效|效果|有效性|保护力|{_OUTCOME}){_CLAUSE}{{0,10}}(?:高于|低于|不如|超过|不亚于)"
    rf"|比(?![例如较对赛重]){_CLAUSE}{{1,16}}?(?:更有效|更安全|(?:疗效|效果)更?[好佳]|更管用|[见起]效更?快)"
    rf"|{_TREATMENT}{_CLAUSE}{{0,8}}比(?![例如较对赛重]){_CLAUSE}{{1,12}}?好(?!转)"
    r"|\b(?:superior to|better than|(?:more|less) effective than|outperforms?|safer than)\b",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True)
class _Vocabulary:
    """A locale's words, one expression a list."""

    absolute: re.Pattern[str]
    vague_time: re.Pattern[str]
    superlative: re.Pattern[str]


def check(briefing: Briefing, ground: Ground) -> list[Finding]:
    """Return stray citation digits, vague times, promises, rates in the handout, and claims without a place."""
    language = briefing.settings.language
    vocabularies = {language: _vocabulary(ground.words)}
    handout = _handout(briefing)
    findings: list[Finding] = []
    for passage in ground.passages:
        words = vocabularies.get(passage.locale)
        if words is None:
            words = vocabularies[passage.locale] = _vocabulary(_words_of(passage.locale))
        text = passage.text.translate(_FOLD) if "Hant" in passage.locale else passage.text
        findings += _check_digits(passage, text)
        findings += _check_times(passage, text, words.vague_time)
        findings += _check_promises(passage, text, words.absolute)
        findings += _check_claims(passage, text, words.superlative)
        if passage.section in handout:
            findings += _check_efficacy(passage, text)
    return findings


def _words_of(locale: str) -> WordList:
    return read_words("en" if locale.startswith("en") else "zh-Hant" if "Hant" in locale else "zh-Hans")


@functools.lru_cache(maxsize=16)
def _vocabulary(words: WordList) -> _Vocabulary:
    return _Vocabulary(_any_of(words.absolute), _any_of(words.vague_time), _any_of(words.superlative))


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return one expression for all words, the longest first; a Latin word is whole, in either case."""
    written = []
    for word in sorted(words, key=len, reverse=True):
        own = re.escape(word).replace("%", "[%％]").replace(r"\ ", r"\s+")
        head = r"(?<![A-Za-z])" if word[0].isascii() and word[0].isalpha() else ""
        head = r"(?<![0-9.])" if word[0].isdigit() else head
        written.append(f"{head}{own}{'(?![A-Za-z])' if word[-1].isascii() and word[-1].isalpha() else ''}")
    return re.compile("|".join(written) or r"(?!)", re.IGNORECASE)


def _handout(briefing: Briefing) -> frozenset[str]:
    """Return the sections that patients read, and the parts that these include."""
    read = {section.head.id: section.body for section in briefing.sections if section.head.view != "full"}
    waiting = list(read.values())
    while waiting:
        body = waiting.pop()
        for name in briefing.parts:
            if name not in read and name in body:
                read[name] = briefing.parts[name]
                waiting.append(briefing.parts[name])
    return frozenset(read)


def _sentence(passage: Passage, offset: int) -> tuple[int, int]:
    for span in passage.sentences():
        if span.start <= offset < span.end:
            return span.start, span.end
    return 0, len(passage.text)


def _is_within(pattern: re.Pattern[str], text: str, offset: int) -> bool:
    return any(match.start() < offset < match.end() for match in pattern.finditer(text))


def _ahead(text: str, offset: int, length: int = 40) -> str:
    """Return what stands before a place, less masks and quotation marks."""
    return re.sub(rf"[{NOTHING}“”「」『』‘’\"]", "", text[max(0, offset - length) : offset])


def _check_digits(passage: Passage, text: str) -> Iterator[Finding]:
    if passage.kind in ("table", "heading", "title", "label"):
        return
    for match in _STRAY.finditer(passage.text):
        ahead = _ahead(text, match.start(), 12)
        if not _WORD_AHEAD.search(ahead) or (match["digits"] and _is_number(passage, text, match, ahead)):
            continue
        written = match.group().rstrip(f"\n {NOTHING}")
        message = (
            f"“{ahead[-6:]}{written}”: digits after a word, as a citation leaves them when a text is pasted"
        )
        hint = "Cite the source as [@source-id] in their place; if they are a number, write what it counts."
        yield Finding(STRAY_CITATION, passage.at(match.start()), message, hint)


def _is_number(passage: Passage, text: str, match: re.Match[str], ahead: str) -> bool:
    """Return whether digits are a number, or of a list of numbers; a list of counts need not end in a stop."""
    is_count = passage.kind == "item" and not match["stop"].strip()
    is_listed = _LISTED.match(text, match.start("stop")) is not None
    return is_count or is_listed or _NUMBER_AHEAD.search(ahead) is not None


def _check_times(passage: Passage, text: str, pattern: re.Pattern[str]) -> Iterator[Finding]:
    if passage.kind == "quotation":
        return
    for match in pattern.finditer(passage.text):
        if _NOT_A_TIME.match(text, match.start()) or _is_within(_TITLED, text, match.start()):
            continue
        start, end = _sentence(passage, match.start())
        if _is_within(_QUOTED, text, match.start()) or _has_day(passage, text, start, end):
            continue
        message = f"“{match.group()}” says no day, and the sentence holds none"
        hint = "Say the day: 截至 and a date, or {{ fact('…').date }}; or drop the word."
        if passage.locale.startswith("en"):
            hint = "Say the day: as of and a date, or {{ fact('…').date }}; or drop the word."
        yield Finding(VAGUE_TIME, passage.at(match.start()), message, hint)


def _has_day(passage: Passage, text: str, start: int, end: int) -> bool:
    if _DAY.search(text, start, end):
        return True
    if VALUE not in text[start:end]:
        return False
    raw = passage.file.text[passage.start + start : passage.start + end]
    return not passage.is_verbatim or _DATE_VALUE.search(raw) is not None


def _check_promises(passage: Passage, text: str, pattern: re.Pattern[str]) -> Iterator[Finding]:
    for match in pattern.finditer(passage.text):
        start, word = match.start(), match.group()
        if _is_within(_TITLED, text, start) or _NO_PROMISE.match(text, start):
            continue
        if word[-1] in "%％" and _is_measured(passage, text, start, match.end()):
            continue
        ahead = _ahead(text, start)
        if (word in ("保证", "保證") and _DUTY.search(ahead)) or _is_denied(ahead):
            continue
        if text[match.end() : _sentence(passage, start)[1]].rstrip().endswith("吗？"):
            continue
        message = f"“{word}” promises what nobody can"
        hint = "Say what was found, in whom and by whom; for a quotation, write <!-- allow: T012 reason --> above it."
        yield Finding(PROMISE, passage.at(start), message, hint)


def _is_measured(passage: Passage, text: str, start: int, end: int) -> bool:
    """Return whether 100% is a figure: in a table, after 为 or 达, before a bracket or the end."""
    is_figure = _WHOLE_AHEAD.search(_ahead(text, start)) or _WHOLE_BEHIND.match(text, end)
    return passage.kind == "table" or is_figure is not None


def _is_denied(ahead: str) -> bool:
    if _DENIED.search(ahead) and not _DENIED_TWICE.search(ahead):
        return True
    return _DENIED_IN_ENGLISH.search(ahead) is not None


def _check_claims(passage: Passage, text: str, pattern: re.Pattern[str]) -> Iterator[Finding]:
    if passage.kind == "quotation":
        return
    for match in pattern.finditer(passage.text):
        start, word = match.start(), match.group()
        if _COUNTING.match(text, start) or _ITS_OWN.search(_ahead(text, start, 8)):
            continue
        first, last = _sentence(passage, start)
        if not _is_claim(word, text[match.end() : min(last, match.end() + (70 if word.isascii() else 14))]):
            continue
        if _is_within(_TITLED, text, start) or _is_within(_QUOTED, text, start):
            continue
        names_place = any(
            item.field == "jurisdiction" and first <= item.offset < last for item in passage.mentions
        )
        if names_place or _PLACE.search(text, first, last):
            continue
        message = f"“{word}” does not say where: the sentence names no jurisdiction"
        hint = "Name the jurisdiction beside it, such as 美国首款, or say it without rank."
        yield Finding(SCOPE, passage.at(start), message, hint)


def _is_claim(word: str, behind: str) -> bool:
    """Return whether a word claims a rank; 首次 and 第一个 also count and order."""
    if word.isascii():
        return word.lower() not in ("the first", "the only", "the earliest") or bool(
            _CLAIMED_IN_ENGLISH.search(behind)
        )
    if word.endswith("次"):
        return _CLAIMED_OF_TIMES.search(behind[:8]) is not None
    if word.startswith("第一") or word in ("唯一", "最早", "率先"):
        return _CLAIMED.search(behind) is not None
    return True


def _check_efficacy(passage: Passage, text: str) -> Iterator[Finding]:
    for match in _EFFICACY.finditer(text):
        said = re.sub(rf"[{VALUE}{NOTHING}\n]+", "…", passage.text[match.start() : match.end()])
        message = f"“{said}”: patients read this section, and it tells a rate or a comparison of treatments"
        hint = "Leave it to the section for clinicians; say here what the medicine is and what to ask the doctor."
        yield Finding(EFFICACY, passage.at(match.start()), message, hint)
