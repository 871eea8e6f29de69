"""The documentation says what the code does: its examples run, its lists are whole, its commands exist."""

import configparser
import datetime
import importlib
import re
import shutil
from pathlib import Path

import lxml.html
import pytest
import typer.main

import report
from report import clinics, distribution, model, signing, watch_settings
from report.cli import app
from report.compose.assemble import compose
from report.compose.issue import Issue
from report.compose.matter import Colophon
from report.compose.roles import Role
from report.compose.theme import check_theme, known_properties
from report.errors import ExitCode
from report.facts import feeds, judgement, models, sources, terms
from report.facts.dates import parse_date
from report.facts.errors import DateError
from report.facts.printing import print_date
from report.installation import bundled_templates
from report.load.briefing import load_briefing
from report.load.files import read_briefing, read_templates
from report.load.imported import HEADS
from report.pipeline.recipients import check_recipients
from report.references import plain_text
from tests.pages import (
    ARCHITECTURE,
    DOCS,
    GUIDE,
    PAGES,
    ROOT,
    SVG,
    TODAY,
    blocks,
    first_words,
    package_modules,
    plain,
    tables,
)

# --- content-guide.md ---


@pytest.fixture(scope="module")
def guide(tmp_path_factory):
    """The guide's examples as one briefing: its findings, and its page as a tree."""
    project = tmp_path_factory.mktemp("guide")
    made = make_guide_project(project, bodies_of_guide())
    briefing, findings = load(project)
    assert briefing is not None, "\n".join(map(str, findings))
    templates = read_templates(project, bundled_templates())
    composed = compose(briefing, templates, TODAY, Colophon((), (), ""), Issue(1, ""))
    findings += check_theme(
        briefing.settings.theme, templates["css/theme.css"], briefing.files["briefing.yaml"]
    )
    return (
        made,
        [*findings, *composed.findings],
        lxml.html.document_fromstring(composed.pages["pdf/briefing.html"]),
    )


YAML_FILES = ("briefing", "facts", "feeds", "sources", "entities", "glossary", "waivers", "words")


def bodies_of_guide():
    return [body for info, body in blocks(GUIDE) if info == "markdown section"]


def make_guide_project(project, bodies, extra=()):
    """Write a project from the guide's examples, each body as a section of its own; return the sections."""
    folder = project / "content" / "guide"
    joined = {}
    for info, body in [*((info, body) for info, body in blocks(GUIDE)), *extra]:
        language, _, name = info.partition(" ")
        if language == "yaml" and name in YAML_FILES:
            joined[f"{name}.yaml"] = joined.get(f"{name}.yaml", "") + body
        elif (language, name.rpartition(".")[2]) in (("markdown", "md"), ("csv", "csv")):
            joined[name] = body
    ids = [f"example-{number}" for number in range(1, len(bodies) + 1)]
    spine = "spine: [introduction, schedule, disclaimer"
    assert spine in joined["briefing.yaml"]
    joined["briefing.yaml"] = joined["briefing.yaml"].replace(spine, ", ".join([spine, *ids]))
    for name, body in zip(ids, bodies, strict=True):
        joined[f"sections/{name}.md"] = f"---\nid: {name}\ntitle: 例\n---\n\n{body}"
    joined["figures/map.svg"] = SVG
    for name, text in joined.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return ids


def load(project):
    return load_briefing(read_briefing(project, "guide"))


def test_the_guide_has_no_finding(guide):
    _, findings, _ = guide
    assert not findings, "\n".join(map(str, findings))


def test_the_examples_print_what_the_guide_says(guide):
    ids, _, page = guide
    sections = iter(ids)
    parts = {
        "注释": "part_notes",
        "参考文献": "part_references",
        "要点": "part_key-points",
        "条件": "part_triggers",
    }
    section, shown = None, 0
    for info, body in blocks(GUIDE):
        if info == "markdown section":
            section = page.get_element_by_id(next(sections))
        elif info.startswith("text 印出"):
            place = info.partition("：")[2]
            element = page.get_element_by_id(parts[place]) if place else section
            text = plain(element.text_content())
            for line in body.strip().split("\n"):
                assert plain(line) in text, f"{line!r} is not in {text!r}"
                shown += 1
    assert shown > 20


REFUSED = [(info, body) for info, body in blocks(GUIDE) if " 拒绝 " in info]


@pytest.mark.parametrize(("info", "body"), REFUSED)
def test_what_the_guide_calls_refused_is_refused(info, body, tmp_path):
    kind, _, code = info.partition(" 拒绝 ")
    if kind == "markdown section":
        make_guide_project(tmp_path, [body])
    else:
        make_guide_project(tmp_path, [], [(kind, body)])
    briefing, findings = load(tmp_path)
    if briefing is not None:
        templates = read_templates(tmp_path, bundled_templates())
        findings += compose(briefing, templates, TODAY, Colophon((), (), ""), Issue(1, "")).findings
    assert code in {finding.code.code for finding in findings}


def test_an_entry_of_the_references_is_printed_as_the_guide_says(guide):
    _, _, page = guide
    printed = {plain(item.text_content()) for item in page.get_element_by_id("part_references").iter("li")}
    wanted = [
        line for info, body in blocks(GUIDE) if info == "text 条目" for line in body.strip().split("\n")
    ]
    assert len(wanted) >= 3
    for line in wanted:
        assert any(item.startswith(plain(line)) for item in printed), line


SCHEMAS = {
    "BriefingSettings": model.BriefingSettings,
    "Publisher": model.Publisher,
    "KeyPointText": model.KeyPointText,
    "TimelineOptions": model.TimelineOptions,
    "FreshnessLimits": judgement.FreshnessLimits,
    "Trigger": model.Trigger,
    "TriggerCondition": model.TriggerCondition,
    "CountCondition": model.CountCondition,
    "WaiverEntry": model.WaiverEntry,
    "WordList": model.WordList,
    "SectionHead": model.SectionHead,
    "GlossaryTerm": model.GlossaryTerm,
    "Fact": models.Fact,
    "SourceRef": models.SourceRef,
    "Feed": feeds.Feed,
    "Cell": feeds.Cell,
    "Sql": feeds.Sql,
    "TableFeed": feeds.TableFeed,
    "TableColumn": feeds.TableColumn,
    "Entity": models.Entity,
    "DatedName": models.DatedName,
    "Source": sources.Source,
    "Name": sources.Name,
    "Watch": sources.Watch,
    "Clinic": clinics.Clinic,
    "Contact": clinics.Contact,
    "Distribution": distribution.Distribution,
    "MonitorSettings": watch_settings.MonitorSettings,
    "Policy": distribution.Policy,
    "Attempts": distribution.Attempts,
    "Copies": distribution.Copies,
    "Signing": signing.Settings,
}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_key_is_explained_and_no_other(name):
    fields = SCHEMAS[name].model_fields.items()
    assert sorted(first_words(GUIDE, f"keys: {name}")) == sorted(field.alias or key for key, field in fields)


@pytest.mark.parametrize(
    ("marker", "words", "label"),
    [
        ("words: Kind", [word.value for word in terms.Kind], "kind_"),
        ("words: Status", [word.value for word in terms.Status], "status_"),
        ("words: Effect", [word.value for word in terms.Effect], "effect_"),
        ("words: dates", list(terms.DATE_NAMES), "date_"),
        ("words: Tier", [word.value for word in terms.Tier], None),
        ("words: Grade", [word.value for word in terms.Grade], None),
    ],
)
def test_every_word_is_explained_as_it_is_printed(marker, words, label):
    rows = tables(GUIDE, marker)
    assert [row[0].strip("`") for row in rows] == words
    if label:
        labels = (ROOT / "templates/labels/zh-Hans.yaml").read_text(encoding="utf-8")
        for row in rows:
            assert f"\n{label}{row[0].strip('`')}: {row[1]}\n" in labels


def test_dates_print_as_the_guide_says():
    rows = tables(GUIDE, "dates: printed")
    assert len(rows) >= 8
    for written, printed, *_ in rows:
        assert print_date(parse_date(written.strip('`"')), "zh-Hans") == printed


def test_dates_that_the_guide_calls_refused_are():
    rows = tables(GUIDE, "dates: refused")
    assert len(rows) >= 6
    for written, *_ in rows:
        with pytest.raises(DateError):
            parse_date(written.strip('`"'))


def test_the_marks_of_sources_are_those_that_are_printed():
    rows = tables(GUIDE, "marks")
    listed = {kind: mark.strip("`") for mark, kinds, *_ in rows for kind in re.findall(r"`([^`]+)`", kinds)}
    assert sorted(listed) == sorted(sources.CSL_TYPES)
    for kind, mark in listed.items():
        source = sources.Source(id="x", type=kind, title="题名")
        assert f"[{mark}]" in plain_text(source), kind


def test_the_limits_are_those_of_the_code():
    limits = {
        "load.files.MAX_YAML_BYTES": "16 MB",
        "load.files.MAX_SECTION_BYTES": "1 MB",
        "load.files.MAX_IMAGE_BYTES": "20 MB",
        "load.files.MAX_SVG_BYTES": "1 MB",
        "load.yaml_tree.MAX_DEPTH": "40 层",
        "load.yaml_tree.MAX_SCALAR_BYTES": "64 KB",
        "load.briefing.MAX_FACTS": "20 000 条",
        "load.clinics.MAX_CLINICS": "20 000 家",
        "load.clinics.MAX_LOGO_BYTES": "2 MB",
        "load.clinics.MAX_LOGO_PIXELS": "400 万像素",
        "load.distribution.MAX_CHANNEL_NAME": "40 字符",
        "load.tables.MAX_TABLE_BYTES": "16 MB",
        "load.tables.MAX_EXPANDED_BYTES": "64 MB",
        "load.tables.MAX_ROWS": "20 000 行",
        "load.tables.MAX_COLUMNS": "256 列",
        "compose.prose_sandbox.MAX_SECONDS": "5 秒",
        "compose.prose.MAX_OUTPUT_BYTES": "5 000 000 字符",
        "compose.images.MAX_PIXELS": "4 000 万像素",
        "compose.images.MAX_SVG_ELEMENTS": "20 000 个元素",
        "compose.images.MAX_SVG_LENGTH": "20 000 个单位",
        "compose.data_tables.MAX_ROWS": "20 000 行",
        "compose.handout.MAX_CHARACTERS": "600 字",
        "lint.patients.MAX_CHARACTERS": "60 字",
        "compose.prose_sandbox.MAX_MEMORY_BYTES": "256 000 000 字节",
        "compose.prose_sandbox.MAX_RANGE": "100 000 个数",
        "compose.prose_sandbox.MAX_BITS": "1 000 个二进制位",
        "monitor.politeness.MOST_REDIRECTS": "5 次",
        "monitor.extraction.MOST_PAGES": "2 000 页",
        "monitor.extraction.MOST_CHARACTERS": "5 000 000 字符",
        "proposals.MAX_DIFF_LINES": "200 行",
        "monitor.feeds.LARGEST_BYTES": "20 MB",
        "monitor.feed_documents.MAX_ROWS": "200 000 行",
        "monitor.json_pointer.MAX_DEPTH": "60 层",
        "monitor.feed_judging.MAX_TEXT": "2 000 字符",
        "monitor.databases.TIME_LIMIT_SECONDS": "20 秒",
        "monitor.databases.MAX_VALUE_BYTES": "1 000 000 字节",
    }
    units = {"KB": 1024, "MB": 1024 * 1024, "万像素": 10_000}
    rows = {row[2].strip("`"): row[1] for row in tables(GUIDE, "limits")}
    assert rows == limits
    package = Path(report.__file__).parent
    defined = {
        f"{folder}.{path.stem}.{name}"
        for folder in ("load", "compose")
        for path in (package / folder).glob("*.py")
        for name in re.findall(r"^(MAX_[A-Z_]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    of_others = {name for name in limits if not name.startswith(("load.", "compose."))}
    assert set(limits) - of_others == defined
    for name, text in limits.items():
        module, _, constant = name.rpartition(".")
        number, unit = re.fullmatch(r"([0-9 ]+?) ?([^0-9 ]+)", text).groups()
        value = getattr(importlib.import_module(f"report.{module}"), constant)
        assert value == int(number.replace(" ", "")) * units.get(unit, 1), name


def test_the_clinics_and_the_distribution_of_the_guide_have_no_finding(tmp_path):
    (tmp_path / "content").mkdir()
    for name in ("clinics", "distribution"):
        (text,) = [body for info, body in blocks(GUIDE) if info == f"yaml {name}"]
        (tmp_path / "content" / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert check_recipients(tmp_path, TODAY) == ()


def test_the_heads_of_a_table_of_clinics_are_those_that_are_read():
    rows = tables(GUIDE, "heads")
    assert [row[1].strip("`") for row in rows] == list(HEADS)
    assert all(row[0] in HEADS[row[1].strip("`")] for row in rows)


def test_the_properties_of_the_theme_are_all_there():
    sheet = (ROOT / "templates/css/theme.css").read_text(encoding="utf-8")
    assert sorted(first_words(GUIDE, "theme")) == sorted(known_properties(sheet))


def test_the_roles_are_all_there():
    assert sorted(first_words(GUIDE, "roles")) == sorted(f".{role}" for role in Role)


def test_the_exit_codes_are_all_there():
    assert sorted(int(row[0]) for row in tables(GUIDE, "exit codes")) == sorted(map(int, ExitCode))


# --- every page ---


def commands():
    group = typer.main.get_command(app)
    found = {}
    for name, command in group.commands.items():
        options = {option for parameter in command.params for option in parameter.opts}
        below = getattr(command, "commands", {})
        for inner in below.values():
            options |= {option for parameter in inner.params for option in parameter.opts}
        found[name] = (options | {"--help"}, set(below))
    return found


def spoken_commands(text):
    """Commands that a page tells its reader to run: in inline code, and in blocks of shell."""
    lines = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE))
    for info, body in blocks(text):
        if info.split(" ")[0] in ("sh", "yaml", "ini", "cron"):
            lines += [line.partition(" #")[0] for line in body.split("\n")]
    return lines


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page):
    known = commands()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    for line in spoken_commands(page.read_text(encoding="utf-8")):
        for name, rest in re.findall(r"(?:^|[ /])report ((?!-)[a-z]+)((?: [^&|;]*)?)", line):
            assert name in known, line
            options, below = known[name]
            for option in re.findall(r"(?<= )--?[a-z][a-z-]*", rest):
                assert option in options, line
            words = rest.split()
            assert not below or not words or words[0] in below, line
        for target in re.findall(r"(?:^|&& |- |run: )make ([a-z-]+)(?= |$)", line):
            assert target in targets, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"`[^`\n]*`", "", text)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith(("https://", "http://", "#")):
            assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_of_the_program_that_is_named_exists(page):
    named = re.findall(
        r"`((?:report|templates|tests|scripts)/[a-z0-9_./-]+)`", page.read_text(encoding="utf-8")
    )
    # Only the wheel has that folder.
    assert [path for path in named if path != "report/_bundled/" and not (ROOT / path).exists()] == []


def test_both_readmes_say_the_same():
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md"))

    def shape(text):
        found = (link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not link.startswith("README"))
        links = {link.replace(".zh.md", ".md") for link in found}
        return len(re.findall(r"^## ", text, re.MULTILINE)), links, blocks(text)

    assert shape(english) == shape(chinese)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_error_that_the_readme_explains_is_what_the_program_says(name, tmp_path):
    shutil.copytree(ROOT / "content", tmp_path / "content")
    facts = tmp_path / "content/msc-policy/facts.yaml"
    spoilt = facts.read_text(encoding="utf-8").replace('"2011-12-16"', '"2011-12-6"', 1)
    facts.write_text(spoilt, encoding="utf-8")
    _, findings = load_briefing(read_briefing(tmp_path, "msc-policy"))
    # The line moves as facts are added above it.
    shown, page = (
        re.sub(r"yaml:[0-9]+:", "yaml:", text)
        for text in (str(findings[0]).replace("\n", "\n   "), (ROOT / name).read_text(encoding="utf-8"))
    )
    assert shown in page


# --- architecture.md, decisions.md ---


def test_the_layers_are_those_that_are_enforced():
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter", encoding="utf-8")
    enforced = contract["importlinter:contract:layers"]["layers"].strip().split("\n")
    listed = [re.findall(r"`([a-z_]+)`", modules) for _, modules, *_ in tables(ARCHITECTURE, "layers")]
    assert listed == [[name.strip() for name in line.split("|")] for line in enforced]


def test_every_module_has_its_line():
    names = {module.name.removeprefix("report.") for module in package_modules() if not module.ispkg}
    listed = first_words(ARCHITECTURE, "modules")
    assert len(listed) == len(set(listed))
    assert {"missing": names - set(listed), "gone": set(listed) - names} == {"missing": set(), "gone": set()}


def test_every_decision_has_a_date():
    titles = re.findall(r"^## (.*)$", (DOCS / "decisions.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(titles) > 10
    for title in titles:
        day, _, rest = title.partition(" ")
        assert datetime.date.fromisoformat(day)
        assert rest
