"""Validators judge our EPUB, and files broken on purpose show which of them would have noticed.

What each notices is the table of docs/validators.md; `--update-golden` writes it.
"""

import concurrent.futures
import json
import os
import re
import shutil
import subprocess

import pytest

from report import verify
from report.formats import epub
from report.tools.validators import PASSED, SKIPPED, validate
from tests.browser import npm_package
from tests.dsl import ROOT, run
from tests.epubs import changed, files_of, packed
from tests.pages import DOCS
from tests.programs import require
from tests.unit.formats.test_epub import export

pytestmark = pytest.mark.slow

PAGE = DOCS / "validators.md"
FAMILIES = ("Jianbao Song", "Jianbao Hei", "Jianbao Kai")


def epubcheck(path):
    """Severity and line of each message."""
    (said,) = validate(path)
    if said.status == SKIPPED and os.environ.get("CI"):
        pytest.fail(f"EPUBCheck: {said.messages}")
    if said.status == SKIPPED:
        pytest.skip(f"EPUBCheck: {said.messages}")
    names = {"FATAL": "error", "ERROR": "error", "WARNING": "warning"}
    return {(names.get(message.split("(")[0], "error"), message) for message in said.messages}


def ace(folder, path):
    """Severity and rule of each violation; Ace ends with 0 whatever it finds, and its report says what that is."""
    out = folder / f"{path.stem}-ace"
    program = npm_package(".bin/ace-puppeteer")
    environment = {**os.environ, "PUPPETEER_EXECUTABLE_PATH": require("chromium", "apt-get install chromium")}
    subprocess.run(
        [require("node", "apt-get install nodejs"), program, "-f", "-s", "-o", out, path],
        capture_output=True,
        timeout=300,
        check=False,
        env=environment,
    )
    if not (out / "report.json").is_file():
        return {("error", "no report")}
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    severities = {"critical": "error", "serious": "error", "moderate": "warning", "minor": "warning"}
    found = {
        (severities.get(item["earl:test"]["earl:impact"], "error"), item["earl:test"]["dct:title"])
        for document in report["assertions"]
        for item in document["assertions"]
    }
    assert bool(found) == (report["earl:result"]["earl:outcome"] == "fail")
    return found


def ours(path):
    """What `report verify` says of a file of which it knows nothing but itself."""
    findings = verify.judge_file(epub.inspect, path.read_bytes(), path=path.name, families=FAMILIES)
    return {
        ("error" if item.is_error else "warning", f"{item.code.code} {item.message}") for item in findings
    }


# --- Our own files ---


@pytest.fixture(scope="module")
def briefings(tmp_path_factory):
    """The EPUBs of the briefing that comes with the program, and of a rich one."""
    project = tmp_path_factory.mktemp("epubs") / "project"
    project.mkdir()
    shutil.copytree(ROOT / "content", project / "content")
    ended = run("build", "msc-policy", "-f", "epub", "--project", str(project))
    assert ended.code == 0, ended.out + ended.err
    return sorted((project / "output/msc-policy").glob("*.epub"))


def test_epubcheck_finds_no_error_and_no_warning(briefings):
    assert briefings
    for path in briefings:
        (said,) = validate(path)
        if said.status == SKIPPED:
            epubcheck(path)
        assert (path.name, said.status, said.messages) == (path.name, PASSED, ())


def test_ace_finds_no_violation(briefings, tmp_path):
    for path in briefings:
        assert (path.name, ace(tmp_path, path)) == (path.name, set())


# --- Files broken on purpose ---


def replaced(name, old, new, count=-1):
    return lambda data: changed(data, name, lambda text: text.replace(old, new, count))


def mimetype_last(data):
    files = files_of(data)
    return packed(
        {name: text for name, text in files.items() if name != "mimetype"} | {"mimetype": files["mimetype"]}
    )


def mimetype_packed(data):
    return packed(files_of(data), stored=())


def file_missing(data):
    return packed({name: text for name, text in files_of(data).items() if "images/figures" not in name})


def file_unlisted(data):
    return packed(files_of(data) | {"EPUB/more.txt": b"x"})


def font_is_none(data):
    return packed(files_of(data) | {"EPUB/fonts/JianbaoHei-Bold.ttf": b"no font"})


def bomb(data):
    return packed(files_of(data) | {"EPUB/facts.json": b" " * 5_000_000})


BREAKAGES = {
    "`mimetype` is not the first file": mimetype_last,
    "`mimetype` is compressed": mimetype_packed,
    "a file of the manifest is missing": file_missing,
    "a file that the manifest does not name": file_unlisted,
    "a file that is packed 1000 to 1": bomb,
    "the package states no language": replaced("package.opf", "<dc:language>zh-Hans</dc:language>", ""),
    "the package has no title": lambda data: changed(
        data, "package.opf", lambda text: re.sub(r"<dc:title.*?</dc:title>|<meta refines.*?</meta>", "", text)
    ),
    "no instant of modification": replaced("package.opf", "dcterms:modified", "dcterms:created"),
    "no accessibility metadata": lambda data: changed(
        data, "package.opf", lambda text: re.sub(r'<meta property="schema:acc.*?</meta>', "", text)
    ),
    "a document states no language": replaced("one.xhtml", ' lang="zh-Hans" xml:lang="zh-Hans"', ""),
    "a document without title": replaced("one.xhtml", "<title>甲章</title>", "<title></title>"),
    "a picture without alternative": replaced("one.xhtml", 'alt="图" ', ""),
    "a link without text": replaced("one.xhtml", ">后</a>", "></a>"),
    "a link to an id that is not there": replaced("one.xhtml", "#note-1", "#note-9"),
    "a link to a file that is not there": replaced("one.xhtml", "two.xhtml#two", "three.xhtml"),
    "an id twice": replaced("two.xhtml", 'id="note-1"', 'id="two"'),
    "a document that is no XML": replaced("one.xhtml", "</p>", "", 1),
    "an element that does not exist": replaced("one.xhtml", "<em>楷体</em>", "<kai>楷体</kai>"),
    "a heading level is skipped": replaced("one.xhtml", "<p>正文", "<h4>题</h4><p>正文"),
    "a page break without label": replaced("one.xhtml", ' aria-label="1"', ""),
    "pages in the wrong order": lambda data: changed(
        data,
        "part_contents.xhtml",
        lambda text: re.sub(r"(<li><a[^>]*>1</a></li>)(<li><a[^>]*>2</a></li>)", r"\2\1", text),
    ),
    "a role that does not exist": replaced("two.xhtml", "doc-footnote", "doc-foot"),
    "grey text on white": replaced("one.xhtml", "<p>正文", '<p style="color: #bbb; background: #fff">正文'),
    "a picture from outside": replaced("one.xhtml", "images/figures-a.png", "https://x.example/a.png"),
    "a script": replaced("one.xhtml", "</head>", "<script>1</script></head>"),
    "a font that is none": font_is_none,
    "a family that is not embedded": replaced(
        "style.css", "em { font-family:", 'em { font-family: "SimSun",'
    ),
    "another font than the project's": replaced("style.css", "JianbaoKai-Regular.ttf", "gone.ttf"),
    "a style sheet that is none": replaced("style.css", "h1 {", "h1 {{"),
}
TOOLS = ("`report verify`", "EPUBCheck", "Ace")
# Judging all takes minutes: what each tool alone notices, and what only one passes over. `make soak` judges them all.
FEW = (
    "`mimetype` is compressed",
    "the package states no language",
    "a picture without alternative",
    "a link to an id that is not there",
    "pages in the wrong order",
    "grey text on white",
)


def worst(findings):
    severities = {severity for severity, _ in findings}
    return next((severity for severity in ("error", "warning") if severity in severities), "–")


def test_what_is_broken_is_noticed_and_the_documentation_says_by_which(tmp_path, update_golden):
    """One test, because judging the files takes longer than all else here."""
    names = [*BREAKAGES] if update_golden or os.environ.get("JIANBAO_SOAK") else FEW
    sound = tmp_path / "sound.epub"
    sound.write_bytes(export())
    assert (ours(sound), epubcheck(sound), ace(tmp_path, sound)) == (set(), set(), set())

    def judged(numbered):
        number, breakage = numbered
        path = tmp_path / f"broken-{number}.epub"
        path.write_bytes(breakage(sound.read_bytes()))
        return tuple(worst(said) for said in (ours(path), epubcheck(path), ace(tmp_path, path)))

    # The tools are programs: threads only wait for them.
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(zip(names, pool.map(judged, enumerate(BREAKAGES[name] for name in names)), strict=True))
    assert [name for name, said in found.items() if not {"error", "warning"} & set(said)] == []
    rows = [f"| {name} | {' | '.join(said)} |\n" for name, said in found.items()]
    head = f"| broken on purpose | {' | '.join(TOOLS)} |\n|---|---|---|---|\n"
    text = PAGE.read_text(encoding="utf-8")
    if names == FEW:
        assert [row for row in rows if row not in text] == []
        return
    pattern = r"(<!-- epub-breakages -->\n\n)(?:\|.*\n)+"
    assert re.search(pattern, text)
    expected = re.sub(pattern, lambda match: match[1] + head + "".join(rows), text)
    if update_golden:
        PAGE.write_text(expected, encoding="utf-8")
    assert expected == PAGE.read_text(encoding="utf-8")
