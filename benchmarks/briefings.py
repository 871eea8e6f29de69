"""Writes fictional briefings of any length: facts, sources, notes and tables grow with the text."""

import datetime
from pathlib import Path

SLUG = "long"
AS_OF = "2026-11-22"
# About 10, 30, 100 and 300 pages, with what stands before and after the chapters.
CHAPTERS = (1, 5, 20, 63)
FACTS_A_CHAPTER = 4

_BRIEFING = """\
title: 示例：某地多中心随访的年度汇编
subtitle: 全部内容虚构，只用来测量
language: zh-Hans
locales: [zh-Hans]
as_of: "{as_of}"
publisher: {{name: 示例测量社（虚构）, url: "https://briefings.example.org/long"}}
authors: [示例编辑部]
disclosure: 编制者声明无利益冲突。
review_interval_days: 90
spine: [{spine}]
key_points:
  - {{text: "第一中心于{{{{ fact('event-1-1').date }}}}开始登记。", facts: [event-1-1]}}
timeline: {{facts: [{timeline}], group_by: none}}
freshness: {{default: {{warn_after_days: 180, error_after_days: 365}}}}
disclaimer: disclaimer
"""
_FACT = """\
- id: {name}
  kind: policy
  status: verified
  effect: regulate
  jurisdiction: "CN"
  label: 第{chapter}中心第{index}次登记
  dates: {{announced: "{day}"}}
  primary_date: announced
  sources: [{{ref: source-{chapter}-{index}, supports: [announced]}}]
  last_checked: "{as_of}"
  review_by: "2027-02-22"
"""
_SOURCE = """\
- id: source-{chapter}-{index}
  type: webpage
  title: 第{chapter}中心第{index}次登记说明（虚构文件）
  publisher: 示例登记中心
  issued: "{day}"
  URL: https://registry.example.org/centre-{chapter}/entry-{index}
  accessed: "{as_of}"
  language: zh-Hans
  tier: primary
"""


def write_briefing(project: Path, chapters: int) -> None:
    """Write the briefing `long` with so many chapters into an empty project.

    A chapter has four facts, each with its own source, note and table, so that notes, references and back
    links grow as the text does. The timeline lists one fact of each chapter.
    """
    folder = project / "content" / SLUG
    (folder / "sections").mkdir(parents=True)
    part = (Path(__file__).parent / "chapter.md").read_text(encoding="utf-8")
    numbers = range(1, chapters + 1)
    facts, sources = [], []
    for chapter in numbers:
        parts = []
        for index in range(1, FACTS_A_CHAPTER + 1):
            day = datetime.date(2014, 1, 1) + datetime.timedelta(days=37 * chapter + 7 * index)
            values = {
                "name": f"event-{chapter}-{index}",
                "chapter": chapter,
                "index": index,
                "day": day,
                "as_of": AS_OF,
            }
            facts.append(_FACT.format(**values))
            sources.append(_SOURCE.format(**values))
            parts.append(part.replace("CHAPTER", str(chapter)).replace("INDEX", str(index)))
        head = f"---\nid: chapter-{chapter}\ntitle: 第{chapter}中心的登记与随访\n---\n\n"
        (folder / "sections" / f"{chapter:03}.md").write_text(head + "\n".join(parts), encoding="utf-8")
    disclaimer = "---\nid: disclaimer\ntitle: 免责说明\n---\n\n本文全部内容虚构，只用来测量。\n"
    (folder / "sections" / "disclaimer.md").write_text(disclaimer, encoding="utf-8")
    briefing = _BRIEFING.format(
        as_of=AS_OF,
        spine=", ".join([*(f"chapter-{number}" for number in numbers), "disclaimer"]),
        timeline=", ".join(f"event-{number}-1" for number in numbers),
    )
    (folder / "briefing.yaml").write_text(briefing, encoding="utf-8")
    (folder / "facts.yaml").write_text("".join(facts), encoding="utf-8")
    (folder / "sources.yaml").write_text("".join(sources), encoding="utf-8")
    for name in ("entities.yaml", "glossary.yaml"):
        (folder / name).write_text("[]\n", encoding="utf-8")
