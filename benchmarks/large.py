"""Writes fictional briefings with thousands of facts, to measure `report check`: text, sources and all grow alike."""

import datetime
from pathlib import Path

SLUG = "large"
AS_OF = "2026-11-22"
# Facts and sections. What a fact costs is told by the differences, without what every run costs.
SIZES = ((50, 2), (500, 20), (5000, 200))

_FACTS_AN_ENTITY = 50
_FACTS_A_TERM = 100
_FACTS_A_SOURCE = 2
# A section is as dense as those of content/msc-policy: some 620 Han, 10 values of facts, 7 citations, 4 notes.
# The timeline prints every fact.
_FACTS_A_SECTION = 6
_KINDS = ("approval", "regulation", "policy", "pilot", "scientific")
_EFFECTS = ("ease", "regulate", "neutral", "halt")
_PLACES = ("CN", "US", "EU", "JP", "CN-GD")

_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"

_BRIEFING = """\
title: 示例：多地登记与随访的年度汇编
subtitle: 全部内容虚构，只用来测量
language: zh-Hans
locales: [zh-Hans]
as_of: "{as_of}"
publisher: {{name: 示例测量社（虚构）, url: "https://briefings.example.org/large"}}
authors: [示例编辑部]
disclosure: 编制者声明无利益冲突。
review_interval_days: 90
spine: [{spine}]
key_points:
  - text: "第一项登记于{{{{ fact('entry-1').date }}}}公布。"
    facts: [entry-1]
timeline: {{facts: all, group_by: none}}
freshness: {{default: {{warn_after_days: 180, error_after_days: 365}}}}
triggers:
  - {{id: many, label: 登记已有十项, when: {{count: {{jurisdiction: CN}}, at_least: 10}}}}
disclaimer: disclaimer
"""
_FACT = """\
- id: entry-{number}
  kind: {kind}
  status: verified
  effect: {effect}
  jurisdiction: {place}
  subject: entry-{number}
  label: {{zh-Hans: 第{number}项登记的说明（虚构）, en: Entry {number}}}
  dates: {{announced: "{announced}", effective: "{effective}"}}
  primary_date: announced
  attrs: {{sites: {sites}, origin: 脐带}}
  entities: [body-{body}]
  sources:
    - {{ref: paper-{paper}, locator: 第{locator}条, supports: [announced, effective, attrs.sites]}}
  last_checked: "{as_of}"
  checked_by: 示例编辑部
  review_by: "2027-02-22"
"""
_SOURCE = """\
- id: paper-{number}
  type: webpage
  title: 第{number}号登记说明（虚构文件）
  author: [{{literal: 示例登记中心}}]
  publisher: 示例登记中心
  issued: "{day}"
  URL: https://registry.example.org/entries/{number}
  accessed: "{as_of}"
  language: zh-Hans
  tier: primary
"""
_ENTITY = """\
- id: body-{number}
  names:
    - {{name: 第{number}登记处, valid: "../2017"}}
    - {{name: 第{number}登记中心, valid: "2018/.."}}
"""
_TERM = """\
- term: {name}登记法
  label: 第{number}种登记方法
  definition: 第{number}种登记的做法，步骤和表格由登记中心写明。
"""
_PARAGRAPHS = (
    "{{{{ fact('entry-{number}').label }}}}于{{{{ fact('entry-{number}').date }}}}公布，"
    "自{{{{ fact('entry-{number}').dates.effective }}}}起执行，涉及{{{{ fact('entry-{number}').attr('sites') }}}}"
    "处中心[@paper-{paper}, 第{locator}条]。登记处把受试者分成若干组，逐组写明来源、剂量和观察的终点；"
    "没有写明的，附页里也查不到[[entry-{number}]]。",
    "另一处的做法不同：先登记，再随访，每次随访都留下记录[@paper-{paper}]。"
    "这一项从公布到执行相隔{{{{ days_between('entry-{number}.announced', 'entry-{number}.effective') }}}}，"
    "{{% if in_force('entry-{number}') %}}到数据截至日已经执行。{{% else %}}到数据截至日还没有执行。{{% endif %}}"
    "审核的人按*原件*核对了每一页，核对不上的退回重填。",
    "- 来源：说明写作{{{{ fact('entry-{number}').attr('origin') }}}}[@paper-{paper}]。\n"
    "- 范围：{{{{ fact('entry-{number}').jurisdiction }}}}，"
    "公布于{{{{ fact('entry-{number}').date | precision('month') }}}}。\n"
    "- 方法：采用{term}登记法，步骤见术语表。",
)
_PLAIN = (
    "登记只说明一个中心做了什么，不说明别处会怎样。读这一节的人先看登记的日子，再看随访的长短，最后才看写下的结果；"
    "次序反了，容易把一次偶然的所见当作常例。各处的表格不同，同一栏也未必是一个意思，合并以前要逐项对过。",
    "审核分两步。第一步看文件是否齐备，缺一样就退回；第二步看所写与原件是否一致，不一致的写明差别，由填写的人签名更正。"
    "两步都过了才入册，入册以后不再改动，有错另写更正。",
    "随访的间隔由各处自定，短的每月一次，长的每年一次。间隔不同，漏记的多少也不同，所以各处之间不作比较，"
    "只把每一处的所见照原样列出，由读者自己判断。",
)


def write_large(project: Path, facts: int, sections: int, told: int = _FACTS_A_SECTION) -> None:
    """Write the briefing `large` into an empty project.

    Args:
        project: The folder that will have `content/`.
        facts: How many there are; the timeline prints them all.
        sections: How many there are, besides the disclaimer.
        told: How many facts each section tells.
    """
    folder = project / "content" / SLUG
    (folder / "sections").mkdir(parents=True)
    terms = max(1, facts // _FACTS_A_TERM)
    numbers = range(1, facts + 1)
    texts = {
        "facts.yaml": "".join(map(_fact, numbers)),
        "sources.yaml": "".join(_source(number) for number in range(1, facts // _FACTS_A_SOURCE + 1)),
        "entities.yaml": "".join(
            _ENTITY.format(number=number) for number in range(1, facts // _FACTS_AN_ENTITY + 2)
        ),
        "glossary.yaml": "".join(
            _TERM.format(name=_name(number), number=number) for number in range(1, terms + 1)
        ),
        "sections/disclaimer.md": "---\nid: disclaimer\ntitle: 免责说明\n---\n\n本文全部内容虚构，只用来测量。\n",
    }
    each = facts // sections
    for section in range(1, sections + 1):
        first = (section - 1) * each + 1
        own = range(first, first + min(told, each))
        texts[f"sections/{section:03}.md"] = _section(section, own, terms)
    spine = ", ".join([*(f"part-{number}" for number in range(1, sections + 1)), "disclaimer"])
    texts["briefing.yaml"] = _BRIEFING.format(as_of=AS_OF, spine=spine)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _fact(number: int) -> str:
    day = datetime.date(2015, 1, 1) + datetime.timedelta(days=number * 37 % 3600)
    return _FACT.format(
        number=number,
        kind=_KINDS[number % len(_KINDS)],
        effect=_EFFECTS[number % len(_EFFECTS)],
        place=_PLACES[number % len(_PLACES)],
        announced=day,
        effective=day + datetime.timedelta(days=30 + number % 200),
        sites=number % 40 + 2,
        body=number // _FACTS_AN_ENTITY + 1,
        paper=_paper(number),
        locator=_locator(number),
        as_of=AS_OF,
    )


def _source(number: int) -> str:
    day = datetime.date(2015, 1, 1) + datetime.timedelta(days=number * 71 % 3600)
    return _SOURCE.format(number=number, day=day, as_of=AS_OF)


def _section(section: int, numbers: range, terms: int) -> str:
    blocks = [f"---\nid: part-{section}\ntitle: 第{section}部分的登记与随访\n---\n"]
    for place, number in enumerate(numbers):
        if place % 5 == 0:
            blocks.append(f"## 第{place // 5 + 1}组的做法\n")
        if place % 2 == 0:
            blocks.append(_PLAIN[place // 2 % len(_PLAIN)] + "\n")
        paragraph = _PARAGRAPHS[number % len(_PARAGRAPHS)]
        values = {"number": number, "paper": _paper(number), "locator": _locator(number)}
        blocks.append(paragraph.format(**values, term=_name(section % terms + 1)) + "\n")
    return "\n".join(blocks)


def _paper(number: int) -> int:
    return (number - 1) // _FACTS_A_SOURCE + 1


def _name(number: int) -> str:
    """Return the name of one of sixty terms, such as 甲子."""
    return _STEMS[number % len(_STEMS)] + _BRANCHES[number % len(_BRANCHES)]


def _locator(number: int) -> int:
    return number % 90 + 1
