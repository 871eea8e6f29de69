"""The page templates over a small context made by hand: structure, escaping, and the names they read."""

import dataclasses
import datetime
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
import lxml.html
import pytest
import yaml
from jinja2 import nodes
from markupsafe import Markup

from report.compose import context as contexts
from report.compose import copy_context as copy_contexts
from report.compose import fact_context as fact_contexts
from report.compose import redline_context as redline_contexts
from report.compose.context import (
    ApprovalContext,
    BackReference,
    BriefingContext,
    ChangeGroup,
    ChangeItem,
    ChangesContext,
    ChangesSince,
    ColophonContext,
    ContactContext,
    ContentsEntry,
    EditionEntry,
    Excerpt,
    FieldRow,
    GlossaryEntry,
    KeyPoint,
    Named,
    NoteContext,
    PublisherContext,
    ReferenceContext,
    SectionContext,
)
from report.compose.copy_context import CopyContext, SheetContext
from report.compose.fact_context import (
    Badge,
    DatedName,
    FactCard,
    PrintedDate,
    TimelineContext,
    TimelineGroup,
    TimelineRow,
    TriggerEvidence,
    TriggerRow,
)
from report.compose.figure import FigureEvent, timeline_figure
from report.compose.pages import ENTRY, render_page
from report.compose.redline import ENTRY as REDLINE
from report.compose.redline_context import RedlineContext, RedlineEdition, RedlineSection
from report.desk.app import Shell
from report.editions.redline import Piece
from report.notices.context import AddresseesContext, NoticeContext
from report.notices.overview_page import OverviewContext
from report.notices.status_site import StatusPage

ROOT = Path(__file__).parents[3] / "templates"
TEMPLATES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(ROOT.rglob("*"))
    if path.suffix in (".html", ".css", ".js", ".yaml") and "starter" not in path.parts
}
LABELS = yaml.load(TEMPLATES["labels/zh-Hans.yaml"], Loader=yaml.BaseLoader)
WEB = "html/briefing.html"
# What the templates are given that are no briefing's, by how their names begin.
CONTEXTS = {
    REDLINE: RedlineContext,
    "desk/": Shell,
    "notices/notice": NoticeContext,
    "notices/addressees": AddresseesContext,
    "pdf/since": CopyContext,
    "pdf/slots": SheetContext,
    "slots/": CopyContext,
    "status/overview": OverviewContext,
    "status/": StatusPage,
}
HOSTILE = "<script>alert('x')</script>&\""

DATE = PrintedDate("2026年11月22日", "2026-11-22")
DAY = datetime.date(2026, 5, 1)
EVENT = FigureEvent(DAY, DAY, "day", "中国", "◆", "regulate", "条例施行")
HALT = Badge("halt", "■", "叫停")


def row(fact_id: str, **changes: Any) -> TimelineRow:
    made = TimelineRow(
        fact_id,
        DATE,
        "中国（广东）",
        "停止",
        "叫停",
        HALT,
        Markup('<sup id="cite-9">[1]</sup>'),
        "待核",
        "draft",
    )
    return dataclasses.replace(made, **changes)


PIECES = (Piece("same", "自"), Piece("deleted", "五月"), Piece("inserted", "六月"), Piece("same", "起"))
GROUP = ChangeGroup(
    "勘误 · 事实改变",
    (
        ChangeItem(
            "事实",
            "条例",
            "改动",
            fields=(FieldRow("施行日期", "五月", "六月"), FieldRow("有效期", "", "一年")),
            excerpts=(Excerpt("移动", PIECES),),
            where="见于：第一章",
            sources="来源：文献",
        ),
        ChangeItem("要点1", "", "改动", excerpts=(Excerpt("", PIECES),)),
    ),
)
CHANGES = ChangesContext(
    history=(EditionEntry("第2版", DATE, "名称有误", "勘误"), EditionEntry("第1版", DATE, "首次编制。")),
    since=ChangesSince("自第1版以来", "数据截至", "事实改变1项。", ("第2版为勘误版。",), (GROUP,)),
    each=(ChangesSince("自第1版以来", "数据截至", "事实改变1项。", (), (GROUP,), "第1版"),),
)
CARD = FactCard(
    id="f1",
    label="条例施行",
    kind="法规",
    jurisdiction="中国",
    status=Badge("verified", "", "已核实"),
    effect=HALT,
    in_force="已施行",
    dates=(DatedName("施行", DATE),),
    last_checked=DATE,
    references=Markup('<a href="#ref-a">1</a>'),
)
FULL = BriefingContext(
    lang="zh-Hans",
    title="流感疫苗：接种简报",
    title_lines=("流感疫苗：", "接种简报"),
    subtitle="证据与安排",
    edition="第1版",
    approvals=(ApprovalContext("医学审校", "丙", DATE),),
    as_of=DATE,
    next_review=DATE,
    publisher=PublisherContext("示例社", "https://example.org", "某市某路", "editor@example.org"),
    authors=("甲", "乙"),
    disclosure="无利益冲突。",
    keywords=("流感",),
    description="证据与安排",
    key_points=(KeyPoint(Markup('其一<sup id="cite-1">[1]</sup>'), ("f1",)),),
    contents=(ContentsEntry("one", "一", "第一章", (ContentsEntry("one-1", "", "小节"),)),),
    sections=(
        SectionContext("one", "一", "第一章", Markup('<h2 id="one-1">小节</h2><p id="cite-2">文</p>')),
    ),
    timeline=TimelineContext(
        groups=(TimelineGroup("中国", (row("f1"), row("f2", is_future=True))),),
        legend=(HALT,),
        figure=Markup(timeline_figure([EVENT], title="时间线图")),
        figure_alt="时间线图",
        figure_caption="说明",
    ),
    facts={"f1": CARD},
    timeline_place="end",
    triggers=(
        TriggerRow(
            "in-force",
            "条例施行",
            "只是第一步",
            "“条例”已施行",
            Badge("met", "✓", "已满足"),
            "现有1项",
            (TriggerEvidence("条例", DATE, "（有争议）", Markup('<sup id="cite-8">[1]</sup>')),),
        ),
        TriggerRow("again", "再次批准", "", "至少2项", Badge("not_met", "✗", "未满足"), "", ()),
    ),
    notes=(NoteContext("note-1", 1, Markup("注"), (BackReference("cite-2"),)),),
    references=(ReferenceContext("ref-a", 1, Markup("文献"), (BackReference("cite-1"),)),),
    glossary=(GlossaryEntry("MSC", "间充质干细胞", Markup("释义")),),
    changes=CHANGES,
    disclaimer=SectionContext("disclaimer", "", "免责说明", Markup("<p>不构成建议。</p>")),
    contact=ContactContext(PublisherContext("示例社"), "https://example.org", Markup("<svg></svg>")),
    colophon=ColophonContext((Named("Song", "OFL"),), (Named("weasyprint", "70"),), "0" * 64),
    labels=LABELS,
    theme_css="",
)
EMPTY = dataclasses.replace(
    FULL,
    subtitle="",
    approvals=(),
    next_review=PrintedDate("", ""),
    publisher=PublisherContext("示例社"),
    authors=(),
    disclosure="",
    keywords=(),
    description="",
    key_points=(),
    contents=(),
    timeline=None,
    facts={},
    triggers=(),
    notes=(),
    references=(),
    glossary=(),
    changes=ChangesContext(()),
    disclaimer=None,
    contact=ContactContext(PublisherContext("示例社"), "", Markup("")),
    colophon=ColophonContext((), (), ""),
)


def page(context: BriefingContext, entry: str = ENTRY) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(render_page(TEMPLATES, context, entry))


@pytest.fixture(scope="module")
def full() -> lxml.html.HtmlElement:
    return page(FULL)


def test_every_part_has_one_heading_of_level_one(full: lxml.html.HtmlElement) -> None:
    parts = full.xpath("//*[self::section or self::nav][@data-running]")
    assert [len(part.xpath(".//h1")) for part in parts] == [1] * len(parts)
    assert len(full.xpath("//h1")) == len(parts) + 1  # and the cover's


def test_parts_stand_in_their_order(full: lxml.html.HtmlElement) -> None:
    ids = [part.get("id") for part in full.xpath("//*[self::section or self::nav][@data-running]")]
    matter = "part_key-points part_contents one part_triggers part_timeline part_notes part_references part_glossary"
    assert ids == [*matter.split(), "part_changes", "disclaimer", "part_contact"]


@pytest.mark.parametrize("context", [FULL, EMPTY], ids=["full", "empty"])
def test_heads_of_tables_say_what_they_head(context: BriefingContext) -> None:
    heads = page(context).xpath("//th")
    assert heads
    assert all(head.get("scope") for head in heads)


def test_the_figure_says_in_words_what_it_shows(full: lxml.html.HtmlElement) -> None:
    (figure,) = full.xpath("//figure[contains(@class, 'timeline-figure')]/svg")
    assert (figure.get("role"), figure.get("aria-label")) == ("img", "时间线图")


def test_a_trigger_says_its_state_in_a_mark_and_a_word(full: lxml.html.HtmlElement) -> None:
    (table,) = full.xpath("//table[@class='triggers-table']")
    rows = [[cell.text_content() for cell in line.xpath("th | td")] for line in table.xpath("tbody/tr")]
    assert rows == [
        ["条例施行只是第一步", "“条例”已施行", "✓已满足现有1项", f"条例（有争议） {DATE.text}[1]"],
        ["再次批准", "至少2项", "✗未满足", LABELS["trigger_no_evidence"]],
    ]


def test_triggers_stand_at_the_end_and_in_the_contents_before_a_timeline_at_the_end(
    full: lxml.html.HtmlElement,
) -> None:
    parts = [link.get("href") for link in full.xpath("//nav//li[@class='contents-part']/a")]
    assert parts[:2] == ["#part_triggers", "#part_timeline"]
    within = page(dataclasses.replace(FULL, timeline_place="one"))
    ids = [part.get("id") for part in within.xpath("//main/section")]
    assert ids == ["one", "part_timeline", "part_triggers"]


def test_links_within_the_page_lead_somewhere_and_ids_are_unique(full: lxml.html.HtmlElement) -> None:
    ids = [str(element.get("id")) for element in full.xpath("//*[@id]") if element.get("id") != "cite-9"]
    assert len(ids) == len(set(ids))
    targets = {str(link.get("href"))[1:] for link in full.xpath("//a[starts-with(@href, '#')]")}
    assert targets
    assert targets <= set(ids)


def test_empty_parts_leave_nothing() -> None:
    empty = page(EMPTY)
    assert [part.get("id") for part in empty.xpath("//*[@data-running][@id]")] == ["one", "part_contact"]
    slots = "descendant-or-self::img[@data-slot]"
    for element in empty.xpath(f"//body//*[not(self::br or self::col or self::meta or {slots})]"):
        assert "".join(element.itertext()).strip(), lxml.html.tostring(element)


def test_a_change_log_alone_has_no_page_of_its_own() -> None:
    for context in (EMPTY, FULL):
        alone = page(dataclasses.replace(context, changes=ChangesContext(CHANGES.history)))
        (changes,) = alone.xpath("//*[@id='part_changes']")
        assert changes.getparent().get("class") == "last"
        lines = [link.get("href") for link in alone.xpath("//nav[@id='part_contents']//a")]
        assert not lines or lines[-2:] == ["#part_contact", "#part_changes"]


def test_what_changed_since_an_edition_stands_before_the_record_of_editions(
    full: lxml.html.HtmlElement,
) -> None:
    (part,) = full.xpath("//*[@id='part_changes']")
    assert [heading.text_content() for heading in part.xpath(".//h1 | .//h2 | .//h3")] == [
        LABELS["changes_note"],
        "自第1版以来",
        "勘误 · 事实改变",
        LABELS["changes"],
    ]
    rows = [[cell.text_content() for cell in row.xpath("th | td")] for row in part.xpath(".//tbody/tr")]
    assert rows == [
        ["事实条例", "改动", "施行日期：五月 → 六月有效期：一年移动自五月六月起见于：第一章来源：文献"],
        ["要点1", "改动", "自五月六月起"],
        ["第2版", DATE.text, "勘误名称有误"],
        ["第1版", DATE.text, "首次编制。"],
    ]
    assert full.xpath("//nav//a[@href='#part_changes']")[0].text_content() == LABELS["changes_note"]


def test_what_was_deleted_and_inserted_is_told_by_its_element(full: lxml.html.HtmlElement) -> None:
    assert [element.text for element in full.xpath("//del")] == ["五月"] * 3
    assert [element.text for element in full.xpath("//ins")] == ["六月"] * 3


def test_a_first_edition_has_its_record_and_no_note_of_changes() -> None:
    first = page(dataclasses.replace(FULL, changes=ChangesContext(CHANGES.history[1:])))
    (part,) = first.xpath("//*[@id='part_changes']")
    assert part.get("data-running") == LABELS["changes"]
    assert part.xpath("string(.//tbody)").split() == ["第1版2026年11月22日首次编制。"]
    assert not first.xpath("//ins | //del")


REDLINED = RedlineContext(
    lang="zh-Hans",
    name="修订对照：简报（第1版 → 第2版）",
    plain_title="简报",
    title=PIECES,
    old=RedlineEdition("第1版", DATE),
    new=RedlineEdition("第2版", DATE),
    summary="事实改变1项。",
    corrections=("第2版为勘误版。",),
    key_points=(Excerpt("新增", PIECES),),
    groups=(GROUP,),
    sections=(
        RedlineSection("one", "第一章", "移动", PIECES, (Excerpt("删去", PIECES[1:2]),), is_changed=True),
        RedlineSection("two", "第二章", "", PIECES[:1], (Excerpt("", PIECES[:1]),), is_changed=False),
    ),
    labels=LABELS,
    theme_css="",
)


def test_a_redline_has_key_points_and_facts_before_all_sections() -> None:
    document = lxml.html.document_fromstring(render_page(TEMPLATES, REDLINED, REDLINE))
    heads = [part.get("data-running") for part in document.xpath("//section")]
    assert heads == [LABELS["key_points"], LABELS["redline_facts"], "第一章", "第二章"]
    assert document.findtext("head/title") == REDLINED.name
    assert document.get("lang") == "zh-Hans"
    assert not document.xpath("//link | //script | //img")


def test_whatever_authors_give_is_escaped_in_a_redline() -> None:
    document = lxml.html.document_fromstring(render_page(TEMPLATES, spoil(REDLINED), REDLINE))
    assert not document.xpath("//script")


def test_a_second_level_that_would_not_fit_the_page_is_left_to_the_outline() -> None:
    children = tuple(ContentsEntry(f"one-{n}", "", f"小节{n}") for n in range(1, 40))
    many = dataclasses.replace(FULL, contents=(ContentsEntry("one", "一", "第一章", children),))
    assert not page(many).xpath("//nav//ol//ol")
    assert page(FULL).xpath("//nav//ol//ol")


def test_the_head_of_each_page_can_name_its_part_and_the_foot_its_edition(
    full: lxml.html.HtmlElement,
) -> None:
    (foot,) = full.xpath("//@data-foot")
    assert DATE.text in foot
    assert FULL.edition in foot
    assert full.xpath("//@data-title") == [FULL.title]


def spoil(value: Any) -> Any:
    """Put markup into every text that is not markup already; labels are the project's own."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return value + HOSTILE
    if isinstance(value, tuple):
        return tuple(map(spoil, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value) if field.name != "labels"]
        return dataclasses.replace(value, **{name: spoil(getattr(value, name)) for name in names})
    return value


@pytest.mark.parametrize("entry", [ENTRY, WEB])
def test_whatever_authors_give_is_escaped(entry: str) -> None:
    html = render_page(TEMPLATES, spoil(FULL), entry)
    assert "<script>alert" not in html
    document = lxml.html.document_fromstring(html)
    assert document.findtext("head/title") == FULL.title + HOSTILE
    # The page's own: as many as an empty page has.
    assert len(document.xpath("//script")) == len(page(EMPTY, entry).xpath("//script"))
    assert not [name for element in document.iter() for name in element.attrib if str(name).startswith("on")]


# --- The web page ---


def test_a_web_page_leads_somewhere_with_every_link_and_has_each_id_once() -> None:
    for context in (FULL, dataclasses.replace(FULL, timeline_place="one"), EMPTY):
        web = page(context, WEB)
        ids = [str(element.get("id")) for element in web.xpath("//*[@id]") if element.get("id") != "cite-9"]
        assert len(ids) == len(set(ids))
        assert {str(link.get("href"))[1:] for link in web.xpath("//a[starts-with(@href, '#')]")} <= set(ids)
        labels = {str(label.get("for")) for label in web.xpath("//label")}
        assert labels == {str(choice.get("id")) for choice in web.xpath("//select")}


def test_a_web_page_lists_in_its_contents_what_it_has() -> None:
    for context in (FULL, dataclasses.replace(FULL, timeline_place="one")):
        web = page(context, WEB)
        listed = [
            link.get("href")[1:] for link in web.xpath("//nav//ol[1]/li/a[not(ancestor::ol/ancestor::ol)]")
        ]
        assert listed == web.xpath("//main/section/@id")


def test_a_web_page_has_what_is_to_be_pressed_only_hidden() -> None:
    """Without scripts nothing of it would work."""
    web = page(FULL, WEB)
    controls = web.xpath("//button | //select | //output")
    assert controls
    assert all(control.xpath("ancestor-or-self::*[@hidden]") for control in controls)


def test_a_web_page_tells_of_each_fact_once_and_in_its_row() -> None:
    web = page(FULL, WEB)
    told = [" ".join(card.text_content().split()) for card in web.xpath("//dl[@class='card']")]
    assert len(told) == 2
    assert told[0] == told[1]
    for words in ("已核实", DATE.text, "施行", "已施行", "中国", "法规", "■叫停", "1"):
        assert words in told[0]


def test_a_web_page_follows_the_theme_where_it_is_light() -> None:
    themed = render_page(TEMPLATES, dataclasses.replace(FULL, theme_css="--accent: #a00;"), WEB)
    assert "(prefers-color-scheme: light) { :root { --accent: #a00; } }" in themed
    assert "--accent: #a00" not in render_page(TEMPLATES, FULL, WEB)


# --- Names: what templates read, and what there is ---


def elements_of(kind: Any) -> Any:
    """The type of what a loop over a field yields; None for what is no tuple of one type."""
    arguments = typing.get_args(kind)
    return arguments[0] if typing.get_origin(kind) is tuple and len(arguments) == 2 else None


class Reader:
    """Follows the types of a template's names, and notes each (class, field) and label that it reads."""

    def __init__(self) -> None:
        self.fields: set[tuple[str, str]] = set()
        self.labels: set[str] = set()
        self.unknown: list[str] = []

    def read(self, source: str, context: type = BriefingContext) -> None:
        # `section` is the loop's of pdf/briefing.html; the others are arguments of macros.
        known = {
            "b": context,
            "section": SectionContext,
            "place": BackReference,
            "labels": "labels",
            "group": ChangeGroup,
            "row": FieldRow,
            "excerpt": Excerpt,
            "pieces": tuple[Piece, ...],
            "back": tuple[BackReference, ...],
            "card": FactCard,
            "date": PrintedDate,
            "since": ChangesSince,
        }
        tree = jinja2.Environment().parse(source)
        for assigned in tree.find_all(nodes.Assign):
            if isinstance(assigned.target, nodes.Name) and assigned.target.name not in known:
                known[assigned.target.name] = self.type_of(assigned.node, known)
        self.walk(tree, known)

    def walk(self, node: nodes.Node, known: dict[str, Any]) -> None:
        if isinstance(node, nodes.With):
            pairs = zip(node.targets, node.values, strict=True)
            known = {**known, **{target.name: self.type_of(value, known) for target, value in pairs}}
        elif isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
            name, kind = node.target.name, elements_of(self.type_of(node.iter, known))
            known = {**known, name: kind or known.get(name)}
        elif isinstance(node, nodes.Getattr | nodes.Filter):
            self.type_of(node, known)
        for child in node.iter_child_nodes():
            self.walk(child, known)

    def type_of(self, node: nodes.Node, known: dict[str, Any]) -> Any:
        if isinstance(node, nodes.Name):
            return known.get(node.name)
        if isinstance(node, nodes.Filter):
            inner = self.type_of(node.node, known) if node.node else None
            wanted = next((k.value.as_const() for k in node.kwargs if k.key == "attribute"), None)
            if node.name != "map" or wanted is None:
                return inner
            kind = self.field(elements_of(inner), wanted, node)
            return kind if elements_of(kind) else types.GenericAlias(tuple, (kind, ...))
        if isinstance(node, nodes.Getattr):
            owner = self.type_of(node.node, known)
            if typing.get_origin(owner) is Mapping and node.attr in ("get", "values"):
                (_, kind) = typing.get_args(owner)
                return kind if node.attr == "get" else types.GenericAlias(tuple, (kind, ...))
            return self.field(owner, node.attr, node)
        return self.type_of(node.node, known) if isinstance(node, nodes.Call) else None

    def field(self, owner: Any, name: str, node: nodes.Node) -> Any:
        if owner == "labels":
            self.labels.add(name)
            return None
        owner = next((kind for kind in typing.get_args(owner) if dataclasses.is_dataclass(kind)), owner)
        if not (isinstance(owner, type) and dataclasses.is_dataclass(owner)):
            return None
        if isinstance(getattr(owner, name, None), property):
            return None
        hints = typing.get_type_hints(owner)
        if name not in hints:
            self.unknown.append(f"{owner.__name__}.{name} (line {node.lineno})")
            return None
        self.fields.add((owner.__name__, name))
        return "labels" if name == "labels" else hints[name]


@pytest.fixture(scope="module")
def names() -> Reader:
    reader = Reader()
    for name, source in TEMPLATES.items():
        if name.endswith(".html"):
            given = (kind for start, kind in CONTEXTS.items() if name.startswith(start))
            reader.read(source, next(given, BriefingContext))
    return reader


def test_templates_read_only_what_the_context_has(names: Reader) -> None:
    assert names.unknown == []


@pytest.mark.parametrize("name", sorted(name for name in TEMPLATES if name.startswith("labels/")))
def test_no_word_is_given_twice(name: str) -> None:
    """YAML takes the last: facts that are superseded were told in the word for editions."""
    keys = [key.value for key, _ in yaml.compose(TEMPLATES[name], Loader=yaml.SafeLoader).value]
    assert sorted(keys) == sorted(set(keys))


def test_templates_read_only_labels_that_there_are(names: Reader) -> None:
    assert len(names.labels) > 30
    assert names.labels - set(LABELS) == set()


# Fields that templates need not print, and why.
NOT_PRINTED = {
    ("KeyPoint", "facts"),  # for what reads the context of a change, such as a change log
    ("TimelineContext", "figure_alt"),  # stands within the figure already
    ("CopyContext", "link"),  # is what the QR code holds; for projects' own templates
}


def context_fields() -> Iterator[tuple[str, str]]:
    modules = (contexts, fact_contexts, redline_contexts, copy_contexts)
    for kind in [kind for module in modules for kind in vars(module).values()]:
        if isinstance(kind, type) and dataclasses.is_dataclass(kind):
            yield from ((kind.__name__, field.name) for field in dataclasses.fields(kind))


def test_templates_print_all_that_the_context_has(names: Reader) -> None:
    assert set(context_fields()) - names.fields == NOT_PRINTED


def test_a_misspelt_field_or_label_is_noticed() -> None:
    reader = Reader()
    reader.read(
        "{% for x in b.references %}{{ x.nubmer }}{% endfor %}{{ b.labels.titel }}{{ b.contact.publisher.nam }}"
    )
    assert [text.split(" ")[0] for text in reader.unknown] == [
        "ReferenceContext.nubmer",
        "PublisherContext.nam",
    ]
    assert reader.labels == {"titel"}
