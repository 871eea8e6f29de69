"""A small content, and files that carry it: one whose text flows, and one with pages."""

from report.pages import CarriedRow, CarriedSection, CarriedValue, Content, Extract

CONTENT = Content(
    view="full",
    locale="zh-Hans",
    title="接种简报",
    edition="第1版",
    as_of="2026年11月22日",
    as_of_label="数据截至",
    sections=(
        CarriedSection("introduction", "一", "引言", "通知由2026年9月1日印发，并非全面禁止。"),
        CarriedSection("schedule", "二", "接种安排", "先登记。后接种，共2剂，间隔2剂之间30天。"),
    ),
    disclaimer=CarriedSection("disclaimer", "", "免责说明", "本简报不构成诊断或治疗建议。"),
    key_points=("先登记，后接种。", "接种自愿，不收费。"),
    triggers=(("有供应", "已满足"), ("有人员", "未满足")),
    timeline=(
        CarriedRow("demo-notice", "2026年9月1日", "市卫生健康委印发通知"),
        CarriedRow("demo-start", "2026年10月", "开始接种"),
    ),
    notes=((1, "通知原文见市政府网站。"), (2, "以公告为准。")),
    references=((1, "市卫生健康委. 通知[EB/OL]. https://a.example."), (2, "李明. 接种[J]. 2026.")),
    glossary=(("ILI", "发热并有咳嗽的病例。"), ("剂", "一次接种的量。")),
    values=(
        CarriedValue("demo-notice", "dates.published", "2026年9月1日", "introduction"),
        CarriedValue("demo-dose", "attrs.doses", "2剂", "schedule"),
        CarriedValue("demo-notice", "dates.published", "2026年9月1日", "timeline"),
        CarriedValue("demo-notice", "label", "通知", "notes"),
    ),
    appendix="附录",
    back_words=("见第", "页"),
    part_titles={
        "key-points": "要点",
        "triggers": "条件",
        "timeline": "时间线",
        "notes": "注释",
        "references": "参考文献",
        "glossary": "术语表",
    },
)
FLOWING = (
    ("", "接种简报\n第1版\n数据截至 2026年11月22日"),
    ("要点", "先登记，后接种。接种自愿，不收费。"),
    ("引言", "通知由2026年9月1日印发，\n并非全面禁止。"),
    ("接种安排", "先登记。后接种，共2剂，间隔2剂之间30天。"),
    ("条件", "有供应 据公告 已满足 有人员 据公告 未满足"),
    ("时间线", "2026年9月1日 中国 市卫生健康委印发通知 2026年10月 中国 开始接种"),
    ("注释", "通知原文见市政府网站。 以公告为准。"),
    ("参考文献", "市卫生健康委. 通知[EB/OL]. https://a.example. 李明. 接种[J]. 2026."),
    ("术语表", "ILI 流感样病例 发热并有咳嗽的病例。 剂 一次接种的量。"),
    ("免责说明", "本简报不构成诊断或治疗建议。"),
)
# What a style sheet adds: numbers of items and sections, leaders, the appendix's word; a hyphen that pdfium leaves out.
PAGED = (
    ("", "简报"),
    ("接种简报", "第1版\n数据截至\n2026年11月22日"),
    ("目录", "引言\n.\n.\n3\n接种安排\n.\n.\n4\n一"),
    ("要点", "1.\n先登记，后接种。\n2.\n接种自愿，\n不收费。\n一"),
    ("引言", "通知由2026年9月1日印发，\n并非全面禁止。\n二"),
    ("接种安排", "（一）\n先登记。\n（二）\n后接种，共2剂，\n间隔2剂之间30天。\n附录"),
    ("条件", "有供应\n据公告\n已满足\n有人员\n据公告\n未满足\n附录"),
    ("时间线", "2026年9月1日\n中国\n市卫生健康委\n印发通知\n2026年10月\n中国\n开始接种"),
    ("注释", "1\n通知原文见市政府网站。\n见第\n2\n页\n2\n以公告为准。"),
    ("参考文献", "[1]\n市卫生健康委. 通知[EB/OL]. https://a.example.\n[2]\n李明. 接种[J]. 2026."),
    ("术语表", "ILI\n流感样病例\n发热并有咳嗽的病例。\n剂\n一次接种的量。"),
    ("免责说明", "本简报不构成诊断或治疗建议。"),
)


def extract(sections, pages, **more):
    text = "\n".join(title + "\n" + text for title, text in sections)
    return Extract("接种简报", "zh-Hans", pages, (), (), (), text, True, sections=tuple(sections), **more)


def replaced(sections, title, old, new):
    """The sections with one text of one section replaced, which must be there."""
    told = dict(sections)
    assert old in told[title], (title, old)
    return tuple((name, text.replace(old, new, 1) if name == title else text) for name, text in sections)
