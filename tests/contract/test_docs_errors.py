"""docs/errors.md says what the program says: every code, and examples that are run."""

import dataclasses
import datetime
import re
import shutil

import pytest

from report import pipeline, verify
from report.compose.issue import Issue
from report.compose.leftovers import check_locale
from report.editions.record import Edition, to_json
from report.editions.state import content_digest
from report.findings import Finding, Location, Severity, exit_code
from report.formats import pdf
from report.installation import bundled_templates
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.pages import NOT_ADAPTED, Block, Extract, Glyph, Message, PrintedLine
from report.pipeline import importing, releasing
from report.pipeline.building import check_as_released
from report.pipeline.outputs import Request
from report.pipeline.recipients import check_recipients
from report.signing.checking import FoundSignature
from report.tools.validators import Validation
from report.verify.copy import Told, Vouchers, judge_copy
from tests.contract.channel_examples import OUTCOMES
from tests.contract.copies_examples import COPIES
from tests.contract.recall_examples import RECALLS
from tests.contract.sending_examples import SENDINGS
from tests.pages import (
    DOCS,
    ERRORS,
    SVG,
    TODAY,
    all_codes,
)
from tests.signers import certificate, key_pem, pem
from tests.signers import key as private
from tests.unit.verify.samples import CONTENT, FLOWING, extract, replaced

SECTIONS = {
    match[1]: match
    for match in re.finditer(
        r"^## ([A-Z][0-9]{3}) (\S+)\n\n(.+?)\n\n(.*?)(?=^## |\Z)", ERRORS, re.DOTALL | re.MULTILINE
    )
}


FINGERPRINT = (
    "7E:77:69:15:9C:23:54:22:D9:5C:AB:D9:C7:BB:91:10:40:89:BC:EE:49:48:3C:A7:1F:A3:8D:4D:7E:12:05:B8"
)


def test_every_code_is_explained_and_no_other():
    assert sorted(SECTIONS) == sorted(all_codes())


@pytest.mark.parametrize("code", sorted(SECTIONS))
def test_an_explanation_agrees_with_the_code(code):
    rule = all_codes()[code]
    _, name, standing, body = SECTIONS[code].groups()
    ending = int(exit_code([Finding(rule, Location("x"), "x")]))
    severity = "错误" if rule.severity is Severity.ERROR else "警告"
    waiver = "可豁免" if rule.is_waivable else "不可豁免"
    assert (name, standing) == (rule.name, f"{severity} · 退出码 {ending} · {waiver}")
    for part in ("**何时出现：**", "**怎么办：**"):
        assert part in body


BRIEFING = "content/my-briefing"
INTRODUCTION = f"{BRIEFING}/sections/01-introduction.md"
SCHEDULE = f"{BRIEFING}/sections/02-schedule.md"
FACTS, SETTINGS = f"{BRIEFING}/facts.yaml", f"{BRIEFING}/briefing.yaml"
DATA, CSV = f"{BRIEFING}/data/batch.csv", "批号,日期,支数\nB1,2026-09-01,20\n"
TABLE = "\n{{ table('data/batch.csv', columns=['批号', {'key': '日期', 'type': 'date'}]) }}\n"
OLD_FACT = """- id: demo-old
  kind: policy
  status: verified
  jurisdiction: CN
  label: 旧安排
  dates: {published: "2025-09-01"}
  primary_date: published
"""
WAIVERS = f"{BRIEFING}/waivers.yaml"
WAIVER = f"""- code: T003
  path: {SCHEDULE}
  reason: 引用公告原文
  owner: 示例编辑部
  expires: "2027-01-01"
"""


def write(path, data):
    def change(project):
        target = project / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data if isinstance(data, bytes) else data.encode())

    return change


def replace(path, old, new):
    def change(project):
        text = (project / path).read_text(encoding="utf-8")
        assert old in text
        (project / path).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def append(path, text):
    def change(project):
        with (project / path).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


def write_traditional(project):
    """Write a section for Hong Kong, one character of which is simplified."""
    replace(SETTINGS, "[zh-Hans]", "[zh-Hans, zh-Hant-HK]")(project)
    text = "---\nid: introduction\ntitle: 引言\n---\n\n試驗已恢复。\n"
    write(INTRODUCTION.replace(".md", ".zh-Hant-HK.md"), text)(project)


def write_handout(body):
    """Add a page for patients."""

    def change(project):
        replace(SETTINGS, "disclaimer]", "disclaimer, patients]")(project)
        head = "---\nid: patients\ntitle: 给患者的一页\nview: handout\n---\n\n"
        write(f"{BRIEFING}/sections/90-patients.md", head + body)(project)

    return change


def remove(path):
    return lambda project: (project / path).unlink()


def link(path, target):
    return lambda project: (project / path).symlink_to(target)


def together(*changes):
    def change(project):
        for one in changes:
            one(project)

    return change


def trigger(fact, state):
    """Add a trigger that rests on a fact."""
    written = f"triggers:\n  - id: evening\n    label: 增设接种点\n    when: {{fact: {fact}, is: {state}}}\n"
    return replace(SETTINGS, "disclaimer: disc", f"{written}disclaimer: disc")


# What is done to the sample briefing of `report new` so that the first finding of the code is the one that
# docs/errors.md shows.
BREAKAGES = {
    "C001": write(SCHEDULE, "文".encode("gbk")),
    "C002": replace(FACTS, "  kind: policy ", "\tkind: policy "),
    "C003": replace(FACTS, "  status: verified", "  kind: pilot\n  status: verified"),
    "C004": replace(FACTS, "  attrs: {age_min: 60}", "  attrs: &a {age_min: 60}"),
    "C005": replace(f"{BRIEFING}/entities.yaml", "示例市卫生防疫站", "长" * 30_000),
    "C006": write(f"{BRIEFING}/sections/04-long.md", "字" * 400_000),
    "C007": remove(SETTINGS),
    "C008": write(f"{BRIEFING}/草稿.docx", "x"),
    "C009": link(f"{BRIEFING}/parts", "/srv/shared"),
    "C010": replace(FACTS, "  status: verified", "  staus: verified"),
    "C011": replace(FACTS, "  primary_date: effective", "  #"),
    "C012": replace(FACTS, "kind: policy ", "kind: law "),
    "C013": replace(FACTS, '"2026-09-10"', '"2026-9-10"'),
    "C014": replace(SCHEDULE, "---\nid", "id"),
    "C015": append(FACTS, OLD_FACT.replace("demo-old", "demo-site")),
    "C016": replace(FACTS, "ref: demo-news", "ref: demo-new"),
    "C018": replace(FACTS, "label: 示例市增设夜间接种点", "label: {en: Evening clinics}"),
    "C020": replace(SETTINGS, "disclaimer: disc", 'theme: {--accent: "blue or so"}\ndisclaimer: disc'),
    "C030": append(SCHEDULE, "\n{{ table('data/batches.csv') }}\n"),
    "C031": together(
        write(DATA, CSV), append(SCHEDULE, "\n{{ table('data/batch.csv', columns=['名称']) }}\n")
    ),
    "C032": together(write(DATA, f"{CSV}B2,2026-09\n"), append(SCHEDULE, TABLE)),
    "C033": together(write(DATA, f"{CSV}B2,2026-9-1,30\n"), append(SCHEDULE, TABLE)),
    "C034": together(write(DATA, ""), append(SCHEDULE, TABLE)),
    "C040": together(
        replace(SCHEDULE, "老年人", "⽼年人"), write(WAIVERS, WAIVER.replace("2027-01-01", "2026-10-31"))
    ),
    "C041": write(WAIVERS, WAIVER),
    "C042": together(
        replace(INTRODUCTION, "@demo-notice-text", "@demo-notice-txt"),
        write(WAIVERS, WAIVER.replace("T003", "S012").replace("02-schedule", "01-introduction")),
    ),
    "C043": write(f"{BRIEFING}/editions/001.json", '{"format": "jianbao-edition", "version": 9}\n'),
    "F001": replace(FACTS, 'dates: {announced: "2026-10"}', 'dates: {announced: "2026-12"}'),
    "F002": append(FACTS, OLD_FACT.replace("demo-old", "demo-new") + "  supersedes: [demo-notice]\n"),
    "F003": replace(FACTS, 'last_checked: "2026-11-22"', 'last_checked: "2025-03-01"'),
    "F004": replace(FACTS, 'review_by: "2026-12-22"', 'review_by: "2026-10-22"'),
    "F005": replace(FACTS, "status: draft\n", "status: retracted\n"),
    "F006": replace(INTRODUCTION, "dates.published", "dates.signed"),
    "F007": replace(INTRODUCTION, "attr('age_min')", "attr('age_max')"),
    "F008": replace(
        SCHEDULE, "'demo-notice.published', 'demo-notice.effective'", "'demo-notice', 'demo-notice.published'"
    ),
    "F009": replace(INTRODUCTION, "fact('demo-notice').dates", "past('demo-notice').dates"),
    "F010": replace(FACTS, 'last_checked: "2026-11-22"', 'last_checked: "2026-04-01"'),
    "F011": append(
        FACTS,
        f"{OLD_FACT}  supersedes: [demo-older]\n"
        f"{OLD_FACT.replace('demo-old', 'demo-older')}  supersedes: [demo-old]\n",
    ),
    "F012": replace(SETTINGS, "facts: [demo-notice]", "facts: [demo-site]"),
    "F013": together(
        replace(FACTS, "status: draft\n", "status: retracted\n"),
        replace(SETTINGS, "facts: [demo-notice]", "facts: [demo-site]"),
    ),
    "F014": append(FACTS, OLD_FACT.replace("demo-old", "demo-new") + "  supersedes: [demo-notice]\n"),
    "F015": trigger("demo-site", "known"),
    "F016": together(
        replace(FACTS, "status: draft\n", "status: retracted\n"), trigger("demo-site", "in_force")
    ),
    "F017": together(
        append(FACTS, OLD_FACT.replace("demo-old", "demo-new") + "  supersedes: [demo-notice]\n"),
        trigger("demo-notice", "in_force"),
    ),
    "F018": replace(FACTS, '  last_checked: "2026-11-22"', "  #"),
    "F020": append(SCHEDULE, "\n这项安排自2026年9月1日起施行[@demo-notice-text][[demo-notice]]。\n"),
    "F021": append(SCHEDULE, "\n接种点分两批开放，第二批定在2026年12月1日[@demo-notice-text]。\n"),
    "F022": append(SCHEDULE, "\n夜间接种点于2026年10月8日增设（待核）[@demo-news][[demo-site]]。\n"),
    "F023": append(
        SCHEDULE,
        "\n{{ fact('demo-site').label }}（待核）[@demo-news]，"
        "随后于{{ fact('demo-notice').dates.published }}公布接种安排。\n",
    ),
    "F024": append(
        SCHEDULE,
        "\n示例市卫生防疫站于{{ fact('demo-notice').dates.published }}公布接种安排[@demo-notice-text]。\n",
    ),
    "F025": append(SCHEDULE, "\n{{ name('demo-cdc', on='2002/2003') }}已有公告[@demo-notice-text]。\n"),
    "F030": replace(FACTS, "status: draft\n", "status: contested\n"),
    "F031": append(SCHEDULE, "\n夜间接种点据说还会增加[[demo-site]]。\n"),
    "F032": append(SCHEDULE, "\n接种后约有2%的人发热。\n"),
    "F033": append(FACTS, OLD_FACT.replace("policy", "scientific")),
    "F034": replace(f"{BRIEFING}/sources.yaml", "tier: primary", "tier: marketing"),
    "F035": append(
        FACTS,
        f"{OLD_FACT}  subject: 接种安排\n"
        f"{OLD_FACT.replace('demo-old', 'demo-older').replace('-09-01', '-08-20')}  subject: 接种安排\n",
    ),
    "F036": append(FACTS, OLD_FACT),
    "F037": replace(FACTS, "supports: [published, effective]", "supports: [published, approved]"),
    "S001": replace(SETTINGS, "schedule, disclaimer]", "shedule, disclaimer]"),
    "S002": replace(SETTINGS, "introduction, schedule, disclaimer]", "introduction, disclaimer]"),
    "S003": replace(SCHEDULE, "## 在哪里", "#### 在哪里"),
    "S004": replace(SCHEDULE, "## 在哪里接种", "## 在哪里接种 {: #schedule }"),
    "S005": append(SCHEDULE, "\n见[下文](#where)。\n"),
    "S006": replace(SCHEDULE, "## 在哪里", "# 在哪里"),
    "S007": append(SCHEDULE, "\n![接种点分布](figures/map.png)\n"),
    "S008": append(SCHEDULE, "\n![接种点分布](https://city.example.org/map.png)\n"),
    "S009": together(
        write(f"{BRIEFING}/figures/map.png", "GIF89a"),
        append(SCHEDULE, "\n![接种点分布](figures/map.png)\n"),
    ),
    "S010": append(SCHEDULE, "\n<div>方框</div>\n"),
    "S011": append(SCHEDULE, '\n<span style="color:red">红字</span>\n'),
    "S012": replace(INTRODUCTION, "@demo-notice-text", "@demo-notice-txt"),
    "S013": append(SCHEDULE, "\n[网站](ftp://city.example.org/)\n"),
    "S014": together(write(f"{BRIEFING}/figures/map.svg", SVG), append(SCHEDULE, "\n![](figures/map.svg)\n")),
    "S015": append(SCHEDULE, "\n以公告为准[^local]。\n"),
    "S016": replace(SCHEDULE, "## 在哪里接种", "## 在哪里接种[@demo-news]"),
    "S017": append(SCHEDULE, "\n以公告为准[@demo-news。\n"),
    "S018": append(SCHEDULE, "\n一、登记\n三、接种\n"),
    "S019": append(SCHEDULE, "\n[老年人]{.role-dot}先接种。\n"),
    "S020": replace(INTRODUCTION, ".published }}", ".published }"),
    "S021": replace(INTRODUCTION, "fact('demo-notice').dates", "facts('demo-notice').dates"),
    "S022": append(INTRODUCTION, "\n{% for n in range(9999) %}" + "甲" * 1000 + "{% endfor %}\n"),
    "S023": append(INTRODUCTION, "\n{{ '甲' * 3 }}\n"),
    "S024": append(INTRODUCTION, "\n{{ 1 / 0 }}\n"),
    "S025": append(INTRODUCTION, '\n{% include "parts/notice.md" %}\n'),
    "S026": replace(INTRODUCTION, "fact('demo-notice').dates", "fact('demo-notce').dates"),
    "C050": replace(SETTINGS, "[zh-Hans]", "[zh-Hans, en]"),
    "C051": write(f"{BRIEFING}/sections/09-other.en.md", "---\nid: introductoin\ntitle: Introduction\n---\n"),
    "C052": write(INTRODUCTION.replace(".md", ".en.md"), "---\nid: introduction\ntitle: Introduction\n---\n"),
    "S030": write_traditional,
    "S032": write_handout("接种后休息一会儿。[^1]\n\n[^1]: 约半小时。\n"),
    "T042": write_handout("接种后休息一会儿。" * 70),
    "T043": write_handout("接种后请在原地休息，" * 7 + "再回家。"),
    "S027": append(SCHEDULE, "\n{{ name('demo-cd') }}已有公告[@demo-notice-text]。\n"),
    "S028": append(SCHEDULE, '\n[重庆]{ruby="chóng qìng shì"}\n'),
    "T001": replace(SCHEDULE, "老年人", "老年人👴"),
    "T002": replace(SCHEDULE, "发热", "发\ue000热"),
    "T003": replace(SCHEDULE, "老年人", "⽼年人"),
    "T004": replace(SCHEDULE, "老年人", "老\u200b年人"),
    "T010": append(SCHEDULE, "\n接种点的安排仍有若干问题24。\n"),
    "T011": append(SCHEDULE, "\n目前疫苗供应充足[@demo-notice-text]。\n"),
    "T012": append(SCHEDULE, "\n接种后保证不再感染[@demo-notice-text]。\n"),
    "T013": together(
        replace(SCHEDULE, "title: 接种安排", "title: 接种安排\nview: both"),
        append(SCHEDULE, "\n这种疫苗的有效率为60%[@demo-notice-text]。\n"),
    ),
    "T014": append(SCHEDULE, "\n这是首款鼻喷疫苗[@demo-notice-text]。\n"),
    "T020": append(SCHEDULE, "\n接种前,先登记[@demo-notice-text]。\n"),
    "T021": append(SCHEDULE, '\n公告称"自愿接种"[@demo-notice-text]。\n'),
    "T022": append(SCHEDULE, "\n接种点在城东--城西没有[@demo-notice-text]。\n"),
    "T023": append(SCHEDULE, "\n老人、儿童...都可以接种[@demo-notice-text]。\n"),
    "T024": append(SCHEDULE, "\n接种 疫苗前先登记[@demo-notice-text]。\n"),
    "T030": append(SCHEDULE, "\n按ACIP的建议接种[@demo-notice-text]。\n"),
    "T031": together(
        append(
            f"{BRIEFING}/glossary.yaml",
            "- {term: ILI, label: 流感样病例, definition: 发热并有咳嗽或咽痛的病例。}\n",
        ),
        append(SCHEDULE, "\nILI须先就诊[@demo-notice-text]。\n"),
    ),
    "T032": append(
        f"{BRIEFING}/glossary.yaml", "- {term: 减毒活疫苗, definition: 用减毒的病毒制成的疫苗。}\n"
    ),
    "T040": append(SCHEDULE, "\n<!-- allow: T012 引用公告原文 -->\n接种前须登记[@demo-notice-text]。\n"),
    "T041": append(SCHEDULE, "\n<!-- allow: T012 -->\n接种前须登记[@demo-notice-text]。\n"),
}
PDF = "my-briefing.pdf"
GOOD = Extract("标题", "zh-Hans", 9, ("JianbaoSong-Regular",), (), ("一 引言",), "正文", is_tagged=True)


def judged(attachments=None, **changes):
    extract = Extract(**{name: changes.get(name, getattr(GOOD, name)) for name in Extract.__match_args__})
    return verify.judge(
        extract,
        path=PDF,
        families={"Jianbao Song"},
        title="标题",
        lang="zh-Hans",
        headings=["引言"],
        text="正文",
        attachments=attachments,
    )


def said(text, *, is_error=False):
    return verify.judge_messages([Message(text, is_error)], PDF)


def printed(*texts, pitch=10):
    """A paragraph on page 3, in glyphs of ten points; those of the first line are set so far apart."""
    lines = []
    for number, text in enumerate(texts):
        y = 700 - 20 * number
        glyphs = []
        for place, char in enumerate(text):
            x = 72 + (pitch if number == 0 else 10) * place
            glyphs.append(Glyph(char, x, y, x + 10, x, x + 10, 10, "JianbaoSong-Regular", False, 0))
        lines.append(PrintedLine(3, y, tuple(glyphs)))
    return judged(blocks=(Block("P", tuple(lines)),))


def copied(*glyphs):
    """A line of glyphs, each its text, its place and whether the reader made it up."""
    line = [Glyph(text, x, 0, x + 10, x, x + 10, 10, "", made_up, 0) for text, x, made_up in glyphs]
    return judged(blocks=(Block("P", (PrintedLine(3, 0, tuple(line)),)),))


JUDGEMENTS = {
    "S031": lambda: check_locale(
        '<html lang="en"><body><p>The origin is 脐带.</p></body></html>', "en", Location(SETTINGS, 5, 20)
    ),
    "R001": lambda: said("Font-face 'Own Song' is not used"),
    "R002": lambda: said(
        "the page asks for 'https://city.example.org/a.png', which is none of its own images", is_error=True
    ),
    "R003": lambda: said("Ignored `colour: red` at 12:3, unknown property."),
    "R004": lambda: said('Glyph "𰻝" is mapped to .notdef in JianbaoSong'),
    "R005": lambda: said(
        f"WeasyPrint 71.0 is installed, not 70.0: {NOT_ADAPTED}, without those of Chinese typesetting"
    ),
    "V001": lambda: judged(fonts=("DejaVuSans",)),
    "V002": lambda: judged(unembedded_fonts=("Helvetica",)),
    "V003": lambda: judged(title="别的标题"),
    "V004": lambda: judged(is_tagged=False),
    "V005": lambda: judged(text="正"),
    "V006": lambda: judged(outline=()),
    "V007": lambda: verify.judge_file(pdf.inspect, b"%PDF-1.7", path=PDF, families=()),
    "V008": lambda: judged(attachments={"facts.json": b"{}"}),
    "V010": lambda: judged(outline_pages=(4,), text="正文\n一 引言......3\n"),
    "V011": lambda: printed("接种前先到社区的卫生服务站", "，核对本人的身份证件。"),
    "V012": lambda: printed("接种前先到社区的卫生站（", "夜间另设）登记。"),
    "V013": lambda: printed("接种前先到卫生站登记—", "—不可由人代替。"),
    "V014": lambda: printed("先登记", pitch=7),
    "V015": lambda: printed("接种前先到社区的卫生服务站登", "记。"),
    "V016": lambda: printed("接种前先到卫生站", "登记。", pitch=15),
    "V017": lambda: printed("接种安排自2026", "年9月1日起施行。"),
    "V018": lambda: printed("⽼年人先接种。"),
    "V019": lambda: copied(("登", 0, False), (" ", 0, True), ("记", 13, False)),
    "V021": lambda: verify.judge_one_page(
        dataclasses.replace(
            GOOD, pages=2, blocks=overflowing("发热的人，退热后再约。", "接种后哪里不舒服要来看？")
        ),
        path="my-briefing-handout.pdf",
    ),
    "V022": lambda: carried(("引言", "并非全面禁止", "全面禁止")),
    "V023": lambda: carried(("接种安排", "2剂", "3剂")),
    "V024": lambda: carried(("注释", "以公告为准。", "")),
    "V025": lambda: flowing("epub", dead_links=("text/schedule.xhtml: notes.xhtml#note-3",)),
    "V026": lambda: flowing("html", requests=("https://fonts.example.org/song.woff2",)),
    "V027": lambda: verify.judge_archival(GOOD, path=PDF),
    "V028": lambda: judged(headings=((1, "接种安排"), (3, "谁可以接种"))),
    "V029": lambda: examined(is_unaltered=False),
    "V030": lambda: verify.judge_validations(
        [Validation("EPUBCheck", "5.3.0", "failed", ("ERROR(RSC-005): an element is not allowed",))],
        path="my-briefing.epub",
    ),
    "V031": lambda: [verify.outdated_file("output/my-briefing/my-briefing.epub")],
    "V032": lambda: received(listed={PDF: "0" * 64}),
    "V033": lambda: received(signatures=(signature(intact=False),)),
    "V034": lambda: received(signatures=(signature(whole=False),)),
    "V035": lambda: received(signatures=(signature(by=False),), are_certificates_given=True),
    "V036": lambda: received(),
    "V037": lambda: received(told={}),
    "V038": lambda: received(released={PDF: "0" * 64}),
    "V039": lambda: received(released={"facts.json": "0" * 64}),
    "V009": lambda: check_as_released(Issue(2, "", artefacts={PDF: "0" * 64}), PDF, b"%PDF-1.7"),
}


def overflowing(*texts):
    """A paragraph on page 2, in glyphs of twelve points."""
    lines = []
    for number, text in enumerate(texts):
        y = 700 - 20 * number
        glyphs = [
            Glyph(char, 72 + 12 * x, y, 84 + 12 * x, 0, 0, 12, "", False, 0) for x, char in enumerate(text)
        ]
        lines.append(PrintedLine(2, y, tuple(glyphs)))
    return (Block("P", tuple(lines)),)


def carried(*changes):
    """A web page that carries another text than was composed: section, old text, new text."""
    sections = FLOWING
    for change in changes:
        sections = replaced(sections, *change)
    return verify.check_parity(CONTENT, extract(sections, 0), path="my-briefing.html")[0]


def flowing(format_, **changes):
    """What is wrong with how a file without pages is built."""
    return verify.judge_structure(extract(FLOWING, 0, **changes), path=f"my-briefing.{format_}")


def received(told=None, **vouchers):
    """What is wrong with a copy that somebody received."""
    whose = {"edition": 1, "clinic": "GZ-0042", "briefing": "my-briefing", "facts": b"{}"}
    data, held = b"%PDF-1.7\n%%EOF\n", Vouchers(**vouchers)
    return judge_copy(PDF, data, Told(**(whose if told is None else told)), held).findings


def signature(*, intact=True, whole=True, by=None):
    at = datetime.datetime(2026, 11, 27, 8, 30, tzinfo=datetime.UTC)
    return FoundSignature(intact, whole, "示例医学简报社", FINGERPRINT, at, False, by)


def examined(**more):
    """A sound EPUB of which something else is known."""
    subject = verify.Subject("my-briefing.epub", "epub", lambda data: extract(FLOWING, 0), b"", **more)
    return verify.examine(subject, None, families=())[0].findings


def released(**settings):
    """Return what writes the record of an edition of the starter's content, with settings of its own."""

    def write(project):
        files = read_briefing(project, "my-briefing")
        briefing, _ = load_briefing(files)
        as_of = settings.get("as_of", briefing.settings.as_of)
        digest = content_digest(briefing, as_of)
        edition = Edition(1, "my-briefing", "标题", "zh-Hans", as_of, TODAY, digest)
        path = project / BRIEFING / "editions/001.json"
        path.parent.mkdir()
        path.write_bytes(to_json(edition))

    return write


CLINICS, DISTRIBUTION = "content/clinics.yaml", "content/distribution.yaml"
CHANNELS = "channels:\n  folder: {kind: folder, path: outbox}\n"
MAIL = "  email: {kind: email, host: mail.example.org, sender: {name: 编辑部, address: a@mail.example.org}}\n"
CLINIC = """- id: GZ-0042
  name: 青柏社区诊所
  contact: {phone: 020-0000-0000, email: office@clinics.example.org}
  locale: zh-Hans
  channels: [folder]
"""


MAILED = "}\n  locale: zh-Hans\n  channels: [folder, email]"


def clinic(old="", new="", more=""):
    """Write a list of one clinic, with something else in it and something after it."""
    return write(CLINICS, CLINIC.replace(old, new, 1) + more)


def clinic_in_git(project):
    clinic("clinics.example.org", "clinic.cn")(project)
    (project / ".git").mkdir()
    entry = bytes(60) + len(CLINICS).to_bytes(2, "big") + CLINICS.encode() + bytes(8)
    (project / ".git/index").write_bytes(b"DIRC\0\0\0\2\0\0\0\1" + entry)


def distribute(text):
    return write(DISTRIBUTION, CHANNELS + text)


def mailed(project):
    distribute(MAIL)(project)
    clinic(", email: office@clinics.example.org}\n  locale: zh-Hans\n  channels: [folder]", MAILED)(project)


def signing(key, days_left=0):
    """Return a distribution that signs; the key is that of the certificate where this is about to expire."""

    def spoil(project):
        first = TODAY - datetime.timedelta(days=365 - days_left)
        begin = datetime.datetime.combine(first, datetime.time(), datetime.UTC)
        (project / "publisher.pem").write_bytes(pem(certificate(private(), first=begin)))
        (project / "publisher.key").write_bytes(key_pem(private("p-256" if days_left else "p-384")))
        distribute(f"signing: {{certificate: publisher.pem, key: {key}}}\n")(project)

    return spoil


def imported(data):
    """Return what is said of a table of clinics."""

    def found(project):
        write("clinics.csv", data)(project)
        return importing.plan_import(project, project / "clinics.csv").findings

    return found


# What `report check` says of clinics and their channels, and `report clinics import` of a table.
RECIPIENTS = {
    "C060": clinic("GZ-0042", "gz_0042"),
    "C061": clinic("office@", "office@clinics.example.org; a@"),
    "C062": clinic("社区", "\u202e社区"),
    "C063": clinic("青柏", "=青柏"),
    "C064": clinic("青柏", "青柏" * 40),
    "C065": clinic(more="  logo: ../logo.svg\n"),
    "C066": clinic(more="  qr: http://briefings.example.org/a\n"),
    "C067": clinic("[folder]", "[foldr]"),
    "C068": mailed,
    "C069": clinic(more=CLINIC.replace("GZ-0042", "GZ-0043")),
    "C070": clinic_in_git,
    "C071": clinic(more="  views: [handout]\n  formats: [epub]\n"),
    "C072": imported('编号,名称\nGZ-0042,"青柏\n'),
    "C073": imported("编号,名称,语言,渠道,传真\n"),
    "C074": imported("编号,名称,语言,渠道,电话\nGZ-0042,青柏,简体中文,folder,1.38E+10\n"),
    "C080": distribute("  south: {kind: fodler}\n"),
    "C081": distribute("  South: {kind: folder, path: outbox}\n"),
    "C082": distribute("ledger: output/ledger.sqlite3\n"),
    "C083": distribute("attempts: {most: 99}\n"),
    "C084": distribute("clinics: /srv/jianbao/clinics.yaml\n"),
    "C085": signing("publisher.key"),
    "C086": signing("publisher.key", days_left=9),
    "C087": signing("/etc/briefings/publisher.key"),
}

# What only a release minds.
RELEASES = {
    "C044": replace(SETTINGS, 'as_of: "2026-11-22"', "# as_of"),
    "C045": replace(SETTINGS, 'as_of: "2026-11-22"', 'as_of: "2026-12-24"'),
    "C046": released(as_of=datetime.date(2026, 11, 23)),
    "C047": replace(SETTINGS, "disclaimer: disclaimer", "# disclaimer"),
    "C048": append(SETTINGS, "approvals: [医学审校]\n"),
    "C049": released(),
}


# What is done with an edition once it is released.
AFTER_RELEASE = {**COPIES, **SENDINGS, **OUTCOMES, **RECALLS}
EXAMPLES = sorted({*BREAKAGES, *JUDGEMENTS, *RELEASES, *RECIPIENTS, *AFTER_RELEASE})


def test_every_code_has_an_example():
    assert sorted(all_codes()) == EXAMPLES


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_is_what_the_program_says(code, tmp_path, update_golden):
    if code in JUDGEMENTS:
        findings = JUDGEMENTS[code]()
    elif code in AFTER_RELEASE:
        findings = AFTER_RELEASE[code](tmp_path)
    else:
        project = tmp_path / "project"
        shutil.copytree(bundled_templates() / "starter", project)
        run = pipeline.start(project, TODAY, None)
        if code in RECIPIENTS:
            distribute("")(project)
            findings = RECIPIENTS[code](project) or check_recipients(project, TODAY)
        elif code in RELEASES:
            RELEASES[code](project)
            findings = list(releasing.release(run, "my-briefing", Request(("pdf",))).findings)
        else:
            BREAKAGES[code](project)
            findings = list(pipeline.check(run, "my-briefing").findings)
    shown = next(str(finding) for finding in findings if finding.code.code == code)
    if update_golden:
        old = re.sub(r"(?<=```text\n).*?(?=\n```)", lambda _: shown, SECTIONS[code][4], flags=re.DOTALL)
        page = (DOCS / "errors.md").read_text(encoding="utf-8").replace(SECTIONS[code][4], old)
        (DOCS / "errors.md").write_text(page, encoding="utf-8")
        return
    assert f"```text\n{shown}\n```" in SECTIONS[code][4]
