"""One content in several locales: what is written, what is converted, and what a locale that lacks something stops."""

import csv
import io
import shutil

import pikepdf
import pypdfium2
import pytest

from tests.dsl import CASES

ENGLISH = CASES / "lint" / "S031-ok-marked" / "in"
TERMS = """- from: 试验
  to: {zh-Hant-HK: 測試, zh-Hant-TW: 試驗}
"""


@pytest.fixture
def in_three(project):
    """The demo in its own language, in Traditional Chinese by conversion, and in English as it is written."""
    shutil.copytree(ENGLISH, project.root, dirs_exist_ok=True)
    project.change("briefing.yaml", "locales: [zh-Hans, en]", "locales: [zh-Hans, zh-Hant-HK, en]")
    (project.root / "content/conversion.yaml").write_text(TERMS, encoding="utf-8")
    return project


def text_of(project, name):
    document = pypdfium2.PdfDocument((project.root / "output/demo" / name).read_bytes())
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def test_each_locale_has_its_file_in_its_own_words(in_three):
    built = in_three.build("-f", "pdf")
    assert built.code == 0, built.out + built.err
    own, traditional, english = (
        text_of(in_three, name) for name in ("demo.pdf", "demo.zh-Hant-HK.pdf", "demo.en.pdf")
    )
    for text, expected in (
        (own, ["试验简报", "试验于2024年5月20日恢复", "数据截至", "参考文献", "目录"]),
        (traditional, ["測試簡報", "測試於2024年5月20日恢復", "數據截至", "參考文獻", "目錄"]),
        (
            english,
            ["Trial briefing", "The trial resumed on 20 May 2024", "Data as of", "References", "Contents"],
        ),
    ):
        for words in expected:
            assert words in text.replace("\r\n", "").replace("\n", "")
    with pikepdf.open(in_three.root / "output/demo/demo.en.pdf") as pdf:
        assert pdf.Root.Lang == "en"
        assert pdf.docinfo["/Title"] == "Trial briefing"


def test_the_terms_that_a_locale_was_made_with_are_listed(in_three):
    assert in_three.build("-f", "pdf", "--locale", "zh-Hant-HK").code == 0
    text = (in_three.root / "output/demo/demo.zh-Hant-HK-terms.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["term"], row["result"]) for row in rows] == [("试验", "測試")]
    assert int(rows[0]["count"]) > 2
    assert "content/demo/sections/01-opening.md:6" in rows[0]["places"].split()


def test_what_a_locale_lacks_stops_that_locale_alone(in_three):
    (in_three.demo / "sections/02-closing.en.md").unlink()
    built = in_three.build("-f", "pdf")
    assert built.code == 1
    assert built.codes == ["C050"]
    names = {path.name for path in (in_three.root / "output/demo").glob("*.pdf")}
    assert names == {"demo.pdf", "demo.zh-Hant-HK.pdf"}
    assert in_three.build("-f", "pdf", "--locale", "zh-Hans,zh-Hant-HK").code == 0


def test_a_release_needs_every_locale(in_three):
    (in_three.demo / "sections/02-closing.en.md").unlink()
    released = in_three.run("release", "-f", "pdf")
    assert released.code == 1
    assert "C050" in released.codes
    assert not (in_three.demo / "editions").exists()


def test_what_is_written_for_a_script_is_not_converted(in_three):
    section = (
        "---\nid: opening\ntitle: 引言\n---\n\n專為繁體寫的一段{{ fact('trial-resumed').date }}[@notice]。\n"
    )
    in_three.write("sections/01-opening.zh-Hant.md", section)
    assert in_three.build("-f", "pdf", "--locale", "zh-Hant-HK").code == 0
    assert "專為繁體寫的一段2024年5月20日" in text_of(in_three, "demo.zh-Hant-HK.pdf")


def test_sign_off_covers_what_is_written_in_other_locales(in_three):
    approved = in_three.run("approve", "--by", "王小明", "--role", "审校")
    assert approved.code == 0, approved.out + approved.err
    again = in_three.run("approve", "--by", "王小明", "--role", "审校")
    assert "signed off already" in again.out
    path = in_three.demo / "sections/01-opening.en.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    assert "signed off already" not in in_three.run("approve", "--by", "王小明", "--role", "审校").out


def test_what_changed_is_told_in_each_locale(in_three):
    first = in_three.run("release", "-f", "pdf")
    assert first.code == 0, first.out + first.err
    in_three.change("sections/01-opening.md", "恢复[@notice]", "恢复，共12处[@notice]")
    in_three.change("sections/01-opening.en.md", "[@notice].", "[@notice], at 12 sites.")
    assert in_three.build("-f", "pdf").code == 0
    traditional, english = text_of(in_three, "demo.zh-Hant-HK.pdf"), text_of(in_three, "demo.en.pdf")
    assert "自第1版以來" in traditional
    assert "共12處" in traditional
    assert "Since edition 1" in english
    # The edition froze Chinese text: an English page says that something changed, and not what in Chinese.
    assert "(in the original language only)" in english
    assert "12处" not in english


def test_what_a_mistake_was_is_told_in_each_language_or_said_not_to_be(in_three):
    assert in_three.run("release").code == 0
    in_three.change("facts.yaml", "2024-05-20", "2024-05-21")
    released = in_three.run("release", "--erratum", "--reason", "试验恢复的日期写错")
    assert released.code == 0, released.out + released.err
    own, traditional, english = (
        text_of(in_three, name).replace("\r\n", "")
        for name in ("demo.pdf", "demo.zh-Hant-HK.pdf", "demo.en.pdf")
    )
    assert "勘误事由：试验恢复的日期写错" in own
    assert "勘誤事由：測試恢復的日期寫錯" in traditional
    assert "试验恢复" not in english
    assert "Reason:" in english
