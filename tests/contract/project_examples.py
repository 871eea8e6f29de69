"""What brings forth each code of a briefing, so that docs/errors.md shows what the program says."""

import datetime

import yaml

from report.editions.record import Edition, to_json
from report.editions.state import content_digest
from report.facts.feeds import Feed
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.monitor.feed_values import FeedOutcome, FeedValue, origin_of, write_values
from tests.pages import SVG, TODAY

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


def feed_read(more="", **found):
    """Give a fact a feed, and the cache what it was last read as, if anything."""

    def change(project):
        feed = {"url": "https://city.example.org/plan.json", "pointer": "/age/0", "field": "attrs.age_min"}
        written = ", ".join(f"{key}: {value}" for key, value in feed.items())
        feeds = f"attrs: {{age_min: 60}}\n  feed: {{{written}{more}}}\n  #"
        replace(FACTS, "attrs: {age_min: 60}", feeds)(project)
        if not found:
            return None
        declared = {**feed, **yaml.load(f"{{{more.lstrip(', ')}}}", Loader=yaml.CBaseLoader)}
        day = {"tried_on": datetime.date(2026, 11, 21), "read_on": datetime.date(2026, 11, 21), "message": ""}
        origin = origin_of(Feed.model_validate(declared))
        value = FeedValue(name="demo-notice", origin=origin, **{**day, **found})
        write_values(project / "vault", "my-briefing", {value.name: value})
        return value

    return change


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
    "F040": feed_read(outcome=FeedOutcome.READ, value="65"),
    "F041": feed_read(outcome=FeedOutcome.MISSING, message="/age has 0 entries, and none of the number 0"),
    "F042": feed_read(
        ", range: [0, 120]",
        outcome=FeedOutcome.OUTSIDE_RANGE,
        message="600 is not within 0 and 120",
        seen="600",
    ),
    "F043": feed_read(outcome=FeedOutcome.READ, value="60", read_on=datetime.date(2026, 10, 1)),
    "F044": feed_read(", type: date"),
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

# What only a release minds.
RELEASES = {
    "C044": replace(SETTINGS, 'as_of: "2026-11-22"', "# as_of"),
    "C045": replace(SETTINGS, 'as_of: "2026-11-22"', 'as_of: "2026-12-24"'),
    "C046": released(as_of=datetime.date(2026, 11, 23)),
    "C047": replace(SETTINGS, "disclaimer: disclaimer", "# disclaimer"),
    "C048": append(SETTINGS, "approvals: [医学审校]\n"),
    "C049": released(),
}
