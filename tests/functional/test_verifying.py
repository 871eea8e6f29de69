"""`report verify` on real files: good ones pass, and each that is broken on purpose is found, by its code.

What is broken is recorded in the manifest as if it had been built so, but where the record itself is the test.
"""

import functools
import hashlib
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.dsl import ROOT, run

pytestmark = pytest.mark.slow
SLUG = "pictures"


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A project whose briefing is built in every format; not to be changed."""
    root = tmp_path_factory.mktemp("verifying") / "project"
    shutil.copytree(ROOT / "tests" / "visual" / "project", root)
    ended = run("build", "--project", str(root), "-f", "pdf,epub,html")
    assert ended.code == 0, ended.out + ended.err
    return root


@pytest.fixture
def project(good, tmp_path):
    """A copy of it, to be broken."""
    return Path(shutil.copytree(good, tmp_path / "project"))


def output(project, name=""):
    return project / "output" / SLUG / (name or ".")


def verify(project, *arguments):
    """The verdict of `report verify`, as data, and how it ended."""
    ended = run("verify", "--project", str(project), "--format", "json", "--no-validators", *arguments)
    return json.loads(ended.out), ended.code


def found(project, *arguments):
    """The codes that `report verify` found; the verdict and the exit code agree with them."""
    told, code = verify(project, *arguments)
    findings = [*told["findings"], *(item for file in told["files"] for item in file["findings"])]
    errors = [item for item in findings if item["severity"] == "error"]
    assert (told["verified"], code) == ((False, 6) if errors else (True, 0))
    return sorted({item["code"] for item in findings})


def write(project, name, data):
    """Put other bytes in the place of a file, and into the record of its build."""
    output(project, name).write_bytes(data)
    manifest = output(project, "manifest.json")
    record = json.loads(manifest.read_bytes())
    record["files"][name] |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    manifest.write_text(json.dumps(record), encoding="utf-8")


def change_html(project, change):
    name = f"{SLUG}.html"
    text = output(project, name).read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    write(project, name, changed.encode())


def change_epub(project, change, *, of=r"\.xhtml$"):
    """Change the text of each file of the EPUB whose name is such; at least one must change."""
    name = f"{SLUG}.epub"
    made, is_changed = io.BytesIO(), False
    with zipfile.ZipFile(output(project, name)) as book, zipfile.ZipFile(made, "w") as other:
        for item in book.infolist():
            data = book.read(item)
            if re.search(of, item.filename):
                changed = change(data.decode())
                is_changed |= changed.encode() != data
                data = changed.encode()
            other.writestr(item, data)
    assert is_changed
    write(project, name, made.getvalue())


CHANGE = {"epub": change_epub, "html": change_html}


@pytest.fixture(params=CHANGE)
def change(request, project):
    """What changes the text of a flowing file of the project."""
    return functools.partial(CHANGE[request.param], project)


def once(old, new):
    """Return what replaces the first place of a pattern."""
    return lambda text: re.sub(old, new, text, count=1)


def test_every_file_of_a_build_is_verified(good):
    told, code = verify(good)
    assert (told["verified"], code, told["findings"]) == (True, 0, [])
    files = {Path(file["path"]).name: file for file in told["files"]}
    assert sorted(files) == [f"{SLUG}-handout.pdf", f"{SLUG}.epub", f"{SLUG}.html", f"{SLUG}.pdf"]
    assert all(file["unaltered"] and file["fonts"] is not None for file in files.values())
    whole = [files[f"{SLUG}.{name}"]["carried"] for name in ("pdf", "epub", "html")]
    assert whole[0] == whole[1] == whole[2]
    assert whole[0]["sections"] == [3, 3]
    assert whole[0]["notes"] == [3, 3]
    assert whole[0]["references"] == [5, 5]
    assert whole[0]["rows"] == [4, 4]
    assert whole[0]["values"][0] >= 8
    assert files[f"{SLUG}.pdf"]["standards"] == ["PDF/A-3a", "PDF/UA-1"]
    assert files[f"{SLUG}.pdf"]["facts_inside"] is True


def test_the_table_and_the_verdict(good):
    ended = run("verify", "--project", str(good), "--no-validators")
    lines = ended.out.splitlines()
    assert ended.code == 0
    assert lines[0].split()[:3] == ["file", "pages", "sections"]
    assert lines[-1] == "VERIFIED: 4 files carry what was composed, unaltered"


def test_files_by_themselves(good, monkeypatch):
    monkeypatch.chdir(good)
    names = [f"output/{SLUG}/{SLUG}{suffix}" for suffix in (".pdf", ".epub", ".html")]
    assert found(good, *names) == []


BROKEN = {
    "a digit of a value": (once("60(?=(</a>)?岁及以上)", "66"), "V023"),
    "a word of a section": (once("发热的人", "生病的人"), "V022"),
    "the end of a note": (once("说明书由接种点提供", "说明书由"), "V024"),
    "the pages of a reference": (once("201-207", "201-270"), "V024"),
    "a not of the glossary": (once("不含能繁殖的病毒", "含能繁殖的病毒"), "V024"),
    "an event of the timeline": (
        lambda text: text.replace("示例市印发接种点管理办法", "示例市废止接种点管理办法"),
        "V024",
    ),
    "a link": (once(r'href="#', 'href="#nowhere'), "V025"),
    "a picture from outside": (
        once("</p>", '<img alt="图" src="https://a.example/x.png"/></p>'),
        "V026",
    ),
    "a picture without words": (
        once("</p>", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="/></p>'),
        "V028",
    ),
    "every as-of date": (lambda text: text.replace("2026年11月22日", "2026年11月21日"), "V023"),
    "one as-of date": (
        once('(<time datetime="2026-11-22">2026年11月)22日', r"\g<1>20日"),
        "V023",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_flowing_file_that_is_broken(project, change, name):
    breaking, code = BROKEN[name]
    change(breaking)
    assert code in found(project)


def test_a_page_in_another_language(project):
    change_html(project, once(r'(<html[^>]* lang=")zh-Hans"', r'\1en"'))
    assert "V003" in found(project)


def test_a_book_in_another_language(project):
    change_epub(project, once("<dc:language>zh-Hans<", "<dc:language>en<"), of=r"\.opf$")
    assert "V003" in found(project)


def test_a_book_whose_sections_are_in_another_order(project):
    def swap(opf):
        item = '<item (?=[^>]*href="{}.xhtml")[^>]*id="([^"]*)"'
        first, second = (
            f'idref="{re.search(item.format(name), opf)[1]}"' for name in ("introduction", "schedule")
        )
        return opf.replace(first, "\0").replace(second, first).replace("\0", second)

    change_epub(project, swap, of=r"\.opf$")
    assert "V022" in found(project)


def test_a_book_without_its_facts(project):
    name = f"{SLUG}.epub"
    made = io.BytesIO()
    with zipfile.ZipFile(output(project, name)) as book, zipfile.ZipFile(made, "w") as other:
        for item in book.infolist():
            if not item.filename.endswith("facts.json"):
                other.writestr(item, book.read(item))
    write(project, name, made.getvalue())
    assert "V008" in found(project)


def test_a_section_that_is_gone_from_the_page(project):
    change_html(
        project, lambda text: re.sub(r"<h1[^>]*>(?:(?!</h1>).)*免责说明.*?</h1>", "", text, flags=re.DOTALL)
    )
    assert "V022" in found(project)


def broken_pdf(project, break_, name=f"{SLUG}.pdf"):
    import pikepdf

    made = io.BytesIO()
    with pikepdf.open(output(project, name)) as pdf:
        break_(pdf)
        pdf.save(made)
    write(project, name, made.getvalue())


def without_part(name):
    def break_(pdf):
        metadata = pdf.Root.Metadata.read_bytes()
        assert name in metadata
        pdf.Root.Metadata.write(metadata.replace(name, name[::-1].replace(b":", b"")))

    return break_


def elements(pdf, kind):
    import pikepdf

    tagged = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == kind]
    assert tagged
    return tagged


def without_alternative(pdf):
    for figure in elements(pdf, "/Figure"):
        del figure["/Alt"]


def without_a_place(pdf):
    places = pdf.Root.Names.Dests.Names
    named = [str(places[number]) for number in range(0, len(places), 2)]
    at = 2 * named.index("schedule")
    del places[at + 1]
    del places[at]


def with_a_gap(pdf):
    import pikepdf

    for heading in elements(pdf, "/H2"):
        heading.S = pikepdf.Name("/H3")


BROKEN_PDF = {
    "PDF/UA is not stated": (without_part(b"pdfuaid:part"), "V027"),
    "PDF/A is not stated": (without_part(b"pdfaid:part"), "V027"),
    "no facts": (lambda pdf: pdf.Root.__delitem__("/AF"), "V008"),
    "another language": (lambda pdf: pdf.Root.__setitem__("/Lang", "en"), "V003"),
    "another title": (lambda pdf: pdf.docinfo.__setitem__("/Title", "别的"), "V003"),
    "a place is gone": (without_a_place, "V025"),
    "a figure without words": (without_alternative, "V028"),
    "a level is left out": (with_a_gap, "V028"),
    "not marked as tagged": (lambda pdf: pdf.Root.MarkInfo.__setitem__("/Marked", False), "V004"),
}


@pytest.mark.parametrize("name", BROKEN_PDF)
def test_a_pdf_that_is_broken(project, name):
    break_, code = BROKEN_PDF[name]
    broken_pdf(project, break_)
    assert code in found(project)


NOTE = "\n[^doses]: 说明书由接种点提供。\n"
OTHER = {
    "a date": ("facts.yaml", {'published: "2026-09-10"': 'published: "2026-09-11"'}, {"V008", "V023"}),
    "an event": ("facts.yaml", {"示例市暂停社区接种点": "示例市撤销社区接种点"}, {"V008", "V024"}),
    "a note": ("sections/02-schedule.md", {"[^doses]。": "。", NOTE: ""}, {"V022", "V024"}),
    "a word": ("sections/01-introduction.md", {"安排已经执行": "安排没有执行"}, {"V022"}),
    "the disclaimer": ("sections/04-disclaimer.md", {"不构成医疗建议": "构成医疗建议"}, {"V022"}),
    "a reference": ("sources.yaml", {"201-207": "201-209"}, {"V024"}),
}


@pytest.mark.parametrize("name", OTHER)
def test_files_of_another_content(project, name):
    """As if one file had been forgotten when the content changed: the record is that of the old content."""
    file, changes, codes = OTHER[name]
    content = project / "content" / SLUG / file
    text = content.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    content.write_text(text, encoding="utf-8")
    assert {*codes, "V031"} <= set(found(project))


def test_an_altered_file(project):
    path = output(project, f"{SLUG}.html")
    path.write_bytes(path.read_bytes() + b"\n")
    assert found(project) == ["V029"]


@pytest.mark.parametrize("name", [f"{SLUG}.pdf", "facts.json"])
def test_a_file_that_is_gone(project, name):
    output(project, name).unlink()
    assert "V029" in found(project)


def test_facts_that_were_altered(project):
    path = output(project, "facts.json")
    path.write_bytes(path.read_bytes().replace(b"2026-09-10", b"2026-09-12"))
    assert "V029" in found(project)


def test_a_file_that_cannot_be_read(project):
    write(project, f"{SLUG}.pdf", b"%PDF-1.7 broken")
    write(project, f"{SLUG}.epub", b"PK broken")
    told, code = verify(project)
    files = {
        Path(file["path"]).suffix: [item["code"] for item in file["findings"]]
        for file in told["files"]
        if "handout" not in file["path"]
    }
    assert (files[".pdf"], files[".epub"], code) == (["V007"], ["V007"], 6)


def test_what_lies_beside_a_build_is_told_and_is_no_error(project):
    shutil.copy(output(project, f"{SLUG}.pdf"), output(project, f"{SLUG}-old.pdf"))
    assert found(project) == ["V031"]


def test_files_that_belong_together_are_compared_without_the_content(project, monkeypatch):
    monkeypatch.chdir(project)
    change_html(project, once("发热的人", "生病的人"))
    names = [f"output/{SLUG}/{SLUG}{suffix}" for suffix in (".pdf", ".epub", ".html")]
    assert found(project, *names) == ["V022"]
    assert found(project, names[2]) == []


def test_what_was_never_built_cannot_be_verified(project):
    shutil.rmtree(output(project))
    ended = run("verify", "--project", str(project))
    assert ended.code == 2
    assert f"Run `report build {SLUG}` first" in ended.err


def test_a_file_of_no_format(project):
    ended = run("verify", "--project", str(project), str(output(project, "notes.txt")))
    assert ended.code == 2
