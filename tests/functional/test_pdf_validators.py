"""Validators judge our PDF, and files broken on purpose show which of them would have noticed.

What each notices is the table of docs/validators.md; `--update-golden` writes it.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest

from report import pipeline, verify
from report.formats import pdf
from report.pipeline import building
from report.pipeline.outputs import Request
from report.tagged_pdf.reading import read_structure
from tests.pages import DOCS, TODAY
from tests.programs import require

ROOT = Path(__file__).parents[2]
PAGE = DOCS / "validators.md"
FAMILIES = ("Jianbao Song", "Jianbao Hei", "Jianbao Kai")
# outloud takes a table for shredded when it has more header cells than others. A glossary has: each row is a term,
# which heads it, and one definition. `test_the_rule_that_is_left_out_…` shows that nothing else is left out.
LEFT_OUT = "TBL-010"


def run(name, *arguments):
    return subprocess.run(
        [require(name), *map(str, arguments)],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=300,
        check=False,
    )


def outloud(folder, *paths, skip=LEFT_OUT):
    """By path: severity and rule of each finding."""
    report = folder / "outloud.json"
    run("outloud", "-q", "--skip", skip, "--json", report, *paths)
    results = json.loads(report.read_text(encoding="utf-8"))["results"]
    return {
        Path(item["path"]): {("error", item["error"])}
        if item["error"]
        else {(finding["severity"], finding["rule"]) for finding in item["findings"]}
        for item in results
    }


def pdfua(*paths):
    """By path: severity and rule of each finding; rules that it could not ask are told apart, as `skipped`."""
    text, decoder = run("pdfua", "check", "--format", "json", *paths).stdout, json.JSONDecoder()
    found = {}
    for path in paths:
        report, end = decoder.raw_decode(text)
        text = text[end:].lstrip()
        assert Path(report["file"]) == path
        skipped = {("skipped", item["rule_id"]) for item in report.get("skipped", ())}
        # Of a file that it cannot read it has an error and no findings.
        told = report.get("findings", [{"severity": "error", "rule_id": "unreadable"}])
        found[path] = skipped | {(item["severity"].lower(), item["rule_id"]) for item in told}
    return found


def qpdf(path):
    code = run("qpdf", "--check", path).returncode
    return {0: set(), 3: {("warning", "")}}.get(code, {("error", "")})


def ours(path):
    """What `report verify` says of a file of which it knows nothing but itself."""
    data = path.read_bytes()
    findings = verify.judge_file(pdf.inspect, data, path=path.name, families=FAMILIES)
    try:
        findings += verify.judge_archival(pdf.inspect(data), path=path.name)
    except ValueError:
        return {("error", "V007")}
    return {
        ("error" if item.is_error else "warning", f"{item.code.code} {item.message}") for item in findings
    }


# --- Our own file ---


@pytest.fixture(scope="module")
def briefing(tmp_path_factory):
    """The PDF of the briefing that comes with the program."""
    project = tmp_path_factory.mktemp("briefing") / "project"
    project.mkdir()
    shutil.copytree(ROOT / "content", project / "content")
    outcome = building.build(
        pipeline.start(project, TODAY, None), "msc-policy", Request(("pdf",), views=("full",))
    )
    assert not [str(finding) for finding in outcome.findings if finding.is_error]
    return project / "output" / "msc-policy" / "msc-policy.pdf"


@pytest.mark.slow
def test_qpdf_finds_nothing(briefing):
    said = run("qpdf", "--check", briefing)
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.slow
def test_outloud_finds_no_error(briefing, tmp_path):
    (findings,) = outloud(tmp_path, briefing).values()
    assert [rule for severity, rule in findings if severity == "error"] == []
    # What it sees as running heads, or as words that are in no tag, would be read aloud on every page, or not at all.
    assert {rule for _, rule in findings}.isdisjoint({"PAG-001", "TAG-003", "LST-002", "NOTE-003"})


@pytest.mark.slow
def test_the_rule_that_is_left_out_is_wrong_about_the_glossary_alone(briefing, tmp_path):
    report = tmp_path / "outloud.json"
    run("outloud", "-q", "--only", LEFT_OUT, "--json", report, briefing)
    (result,) = json.loads(report.read_text(encoding="utf-8"))["results"]
    assert all("header cells against" in item["message"] for item in result["findings"])
    with pikepdf.open(briefing) as document:
        tables = [node for node in read_structure(document).below() if node.kind == "Table"]
    counts = [
        {kind: sum(cell.kind == kind for cell in table.below()) for kind in ("TH", "TD", "TR")}
        for table in tables
    ]
    suspect = [count for count in counts if count["TH"] > count["TD"]]
    assert len(suspect) == len(result["findings"]) == 1
    # A head of two columns, and then each row has one header cell and one other: none is shredded.
    assert suspect == [{"TH": suspect[0]["TR"] + 1, "TD": suspect[0]["TR"] - 1, "TR": suspect[0]["TR"]}]


@pytest.mark.slow
def test_pdfua_finds_nothing_and_passes_over_one_rule_alone(briefing):
    (findings,) = pdfua(briefing).values()
    # Its rule for empty headings ends with an exception at an element that holds more than one thing.
    assert findings <= {("skipped", "UA-14-001")}


@pytest.mark.slow
@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_verapdf_finds_the_file_compliant(briefing, flavour):
    if shutil.which("verapdf") is None:
        pytest.skip("veraPDF is not installed: skipped, not passed")
    said = run("verapdf", "--flavour", flavour, "--format", "xml", briefing)
    assert 'isCompliant="true"' in said.stdout, said.stdout[-3000:]


# --- Files broken on purpose ---


def of_kind(document, *kinds):
    """The structure elements of some kinds, in the order of their objects."""
    return [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and str(item.get("/S", ""))[1:] in kinds and "/P" in item
    ]


def links(document):
    return [item for page in document.pages for item in page.get("/Annots", [])]


def change_xmp(document, pattern, text=b""):
    data = document.Root.Metadata.read_bytes()
    changed = re.sub(pattern, text, data, flags=re.DOTALL)
    assert changed != data
    document.Root.Metadata.write(changed)


def change_marks(document, page, change):
    """Rewrite the operators of a page; `change` is given each marked stretch as a list of instructions."""
    kept, stretch = [], []
    for item in pikepdf.parse_content_stream(document.pages[page]):
        stretch.append(item)
        if str(item.operator) == "EMC":
            kept += change(stretch)
            stretch = []
    document.pages[page].Contents = document.make_stream(pikepdf.unparse_content_stream(kept + stretch))


def no_language(document):
    del document.Root.Lang


def no_title(document):
    del document.docinfo["/Title"]
    change_xmp(document, rb"<dc:title>.*?</dc:title>")


def title_not_shown(document):
    del document.Root.ViewerPreferences


def no_tags(document):
    del document.Root.StructTreeRoot
    del document.Root.MarkInfo


def no_pdfua(document):
    change_xmp(document, rb"<pdfuaid:part>1</pdfuaid:part>")


def no_pdfa(document):
    change_xmp(document, rb' pdfaid:part="3" pdfaid:conformance="A"')


def no_schema(document):
    change_xmp(document, rb"<pdfaExtension:schemas>.*?</pdfaExtension:schemas>")


def no_alternative(document):
    del of_kind(document, "Figure")[0].Alt


def blank_alternative(document):
    of_kind(document, "Figure")[0].Alt = " "


def no_scope(document):
    for cell in of_kind(document, "TH"):
        del cell.A["/Scope"]


def no_header_cells(document):
    for cell in of_kind(document, "TH"):
        cell.S = pikepdf.Name.TD
        del cell.A


def short_row(document):
    row = next(row for row in of_kind(document, "TR") if len(row.K) == 3)
    del row.K[2]


def level_skipped(document):
    of_kind(document, "H2")[0].S = pikepdf.Name.H4


def first_heading_lower(document):
    of_kind(document, "H1")[0].S = pikepdf.Name.H2


def empty_heading(document):
    del of_kind(document, "H2")[0].K


def no_list_body(document):
    for body in of_kind(document, "LBody"):
        body.S = pikepdf.Name.P


def unknown_type(document):
    of_kind(document, "P")[3].S = pikepdf.Name.Strong


def note_without_name(document):
    del of_kind(document, "Note")[0].ID


def notes_of_one_name(document):
    first, second, *_ = of_kind(document, "Note")
    second.ID = first.ID


def link_says_nothing(document):
    del links(document)[0].Contents


def link_outside(document):
    element = of_kind(document, "Link")[0]
    element.S = pikepdf.Name.Span


def link_dead(document):
    link = next(item for item in links(document) if "/Dest" in item)
    link.Dest = pikepdf.String("nowhere")


def link_not_printed(document):
    links(document)[0].F = 0


def tabs_in_no_order(document):
    for page in document.pages:
        if "/Annots" in page:
            del page.Tabs


def text_untagged(document):
    def change(stretch):
        is_text = not done and str(stretch[0].operator) == "BDC" and str(stretch[0].operands[0]) == "/Span"
        done.extend([True] * is_text)
        return stretch[1:-1] if is_text else stretch

    done = []
    change_marks(document, 2, change)


def prose_as_decoration(document):
    artifact = pikepdf.ContentStreamInstruction([pikepdf.Name.Artifact], pikepdf.Operator("BMC"))

    def change(stretch):
        begins = [at for at, item in enumerate(stretch) if str(item.operator) == "BDC"]
        return [artifact if at in begins else item for at, item in enumerate(stretch)]

    change_marks(document, 2, change)


def font_not_embedded(document):
    for item in document.objects:
        keys = {"/FontFile2", "/FontFile3"} & set(item.keys() if isinstance(item, pikepdf.Dictionary) else ())
        if keys:
            del item[keys.pop()]
            return


def no_unicode(document):
    for item in document.objects:
        if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
            del item.ToUnicode


def no_output_intent(document):
    del document.Root.OutputIntents


def interpolated(document):
    image = next(
        item
        for item in document.objects
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
    )
    image.Interpolate = True


def no_relationship(document):
    del document.Root.AF[0].AFRelationship


def xref_wrong(data):
    return re.sub(rb"startxref\n\d+", b"startxref\n7", data)


def cut_short(data):
    return data[: len(data) * 3 // 4]


def bytes_altered(data):
    start = data.index(b"stream\n", len(data) // 3) + 40
    return data[:start] + bytes(byte ^ 0x55 for byte in data[start : start + 60]) + data[start + 60 :]


BREAKAGES = {
    "the catalogue states no language": no_language,
    "no title": no_title,
    "the title is not what a window shows": title_not_shown,
    "no tags at all": no_tags,
    "XMP: not stated to be PDF/UA-1": no_pdfua,
    "XMP: not stated to be PDF/A-3a": no_pdfa,
    "XMP: no schema for the PDF/UA property": no_schema,
    "a figure without alternative text": no_alternative,
    "a figure whose alternative text is a space": blank_alternative,
    "header cells without /Scope": no_scope,
    "tables without header cells": no_header_cells,
    "a row with a cell too few": short_row,
    "a heading level is skipped": level_skipped,
    "the first heading is of level 2": first_heading_lower,
    "an empty heading": empty_heading,
    "list items without body": no_list_body,
    "a structure type that does not exist": unknown_type,
    "a note without /ID": note_without_name,
    "two notes with one /ID": notes_of_one_name,
    "a link without description": link_says_nothing,
    "a link annotation in no Link element": link_outside,
    "a link that leads nowhere": link_dead,
    "a link that is not printed": link_not_printed,
    "pages without tab order": tabs_in_no_order,
    "text that is neither tagged nor an artifact": text_untagged,
    "prose marked as an artifact": prose_as_decoration,
    "a font that is not embedded": font_not_embedded,
    "fonts without /ToUnicode": no_unicode,
    "no output intent": no_output_intent,
    "an image to be interpolated": interpolated,
    "the attached facts without relationship": no_relationship,
    "wrong place of the cross-reference table": xref_wrong,
    "the last quarter of the file is missing": cut_short,
    "altered bytes in a compressed stream": bytes_altered,
}
OF_BYTES = (xref_wrong, cut_short, bytes_altered)


def noticed(rich_pdf, folder):
    """By what is broken: the worst that each tool says of it and does not say of the sound file."""
    sound = folder / "sound.pdf"
    paths = {name: folder / f"{breakage.__name__}.pdf" for name, breakage in BREAKAGES.items()}
    with pikepdf.open(rich_pdf) as document:
        document.save(sound)
    for name, breakage in BREAKAGES.items():
        if breakage in OF_BYTES:
            paths[name].write_bytes(breakage(sound.read_bytes()))
            continue
        with pikepdf.open(rich_pdf) as document:
            breakage(document)
            document.save(paths[name])
    every = [sound, *paths.values()]
    tools = [{path: tool(path) for path in every} for tool in (ours, qpdf)]
    tools[1:1] = [outloud(folder, *every), pdfua(*every)]
    for tool in tools:
        assert not [rule for severity, rule in tool[sound] if severity == "error"]
    return {name: tuple(worst(tool[path] - tool[sound]) for tool in tools) for name, path in paths.items()}


def worst(findings):
    severities = {severity for severity, _ in findings}
    return next((severity for severity in ("error", "warning") if severity in severities), "–")


@pytest.mark.slow
def test_what_is_broken_is_noticed_and_the_documentation_says_by_which(rich_pdf, tmp_path, update_golden):
    """One test, because making and judging all the files takes longer than all else here."""
    found = noticed(rich_pdf, tmp_path)
    assert [name for name, said in found.items() if "error" not in said] == []
    rows = "".join(f"| {name} | {' | '.join(said)} |\n" for name, said in found.items())
    head = "| broken on purpose | `report verify` | outloud | pdfua | qpdf |\n|---|---|---|---|---|\n"
    text = PAGE.read_text(encoding="utf-8")
    pattern = r"(<!-- pdf-breakages -->\n\n)(?:\|.*\n)+"
    assert re.search(pattern, text)
    expected = re.sub(pattern, lambda match: match[1] + head + rows, text)
    if update_golden:
        PAGE.write_text(expected, encoding="utf-8")
    assert expected == PAGE.read_text(encoding="utf-8")
