"""A finished file judged by what was read back from it."""

import dataclasses

import pytest

from report.pages import NOT_ADAPTED, Block, Extract, Glyph, Message, PrintedLine
from report.verify import judge, judge_file, judge_messages

GOOD = Extract(
    title="试验简报",
    lang="zh-Hans",
    pages=3,
    fonts=("Jianbao-Song", "Jianbao-Hei-Bold"),
    unembedded_fonts=(),
    outline=("一 引言", "免责说明"),
    text="引言\n试验于2024年5月20日恢复。",
    is_tagged=True,
    pdf_parts=("PDF/A-3a", "PDF/UA-1"),
)


def judged(**changes):
    """Return the codes found in the good file with these changes."""
    findings = judge(
        dataclasses.replace(GOOD, **changes),
        path="output/demo/demo.pdf",
        families=("Jianbao Song", "Jianbao Hei"),
        title="试验简报",
        lang="zh-Hans",
        headings=("引言",),
        text="引言 试验于2024年5月20日恢复。",
    )
    assert all(finding.hint and finding.location.path == "output/demo/demo.pdf" for finding in findings)
    return [finding.code.code for finding in findings]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"fonts": ("Jianbao-Song", "Arial")}, ["V001"]),
        ({"unembedded_fonts": ("Helvetica",)}, ["V002"]),
        ({"title": ""}, ["V003"]),
        ({"lang": "en"}, ["V003"]),
        ({"is_tagged": False}, ["V004"]),
        ({"text": "引言 试验于2024年5月2日恢复。"}, ["V005"]),
        ({"text": "引言 试验于2024年5月20日恢⼤。"}, ["V005"]),
        ({"outline": ("免责说明",)}, ["V006"]),
        # What is not seen may differ: line ends, joiners, soft hyphens.
        ({"text": "引\u2060言试验于2024年\n5月20日恢\u00ad复。"}, []),
        ({"outline": ("1　引言",)}, []),
    ],
)
def test_each_fault_has_its_code(changes, codes):
    assert judged(**changes) == codes


CONTENTS = f"{GOOD.text}\n引言 ......3\n一 方法...... 5\n方法 .......7\n"
MARKED = {"outline": ("引言", "一\u3000方法", "方法", "附录"), "text": CONTENTS}


@pytest.mark.parametrize(
    ("pages", "codes"),
    [
        ((3, 5, 7, 9), []),
        ((4, 5, 7, 9), ["V010"]),
        ((3, 6, 6, 9), ["V010", "V010"]),
        # Of two headings that one line may mean, either page will do: only the numbered one is wrong.
        ((3, 7, 5, 9), ["V010"]),
        ((), []),
    ],
)
def test_the_contents_print_the_pages_that_bookmarks_lead_to(pages, codes):
    assert judged(**MARKED, outline_pages=pages) == codes


def test_a_file_carries_the_data_that_lies_beside_it():
    def told(**attachments):
        wanted = {"facts.json": b"{}"}
        extract = dataclasses.replace(GOOD, attachments=attachments)
        return judge(
            extract,
            path="x.pdf",
            families=("Jianbao Song", "Jianbao Hei"),
            title=GOOD.title,
            lang=GOOD.lang,
            headings=(),
            text="",
            attachments=wanted,
        )

    assert told(**{"facts.json": b"{}"}) == []
    (missing,), (other,) = told(), told(**{"facts.json": b"[]"})
    assert (missing.code.code, other.code.code) == ("V008", "V008")
    assert "is not in the file" in missing.message
    assert "differs from the file beside it" in other.message


def test_all_faults_are_told_at_once():
    assert judged(fonts=("Arial",), title="x", is_tagged=False, text="", outline=()) == [
        "V001",
        "V003",
        "V004",
        "V005",
        "V006",
    ]


def test_lost_characters_are_named_with_their_count():
    (finding,) = judge(
        dataclasses.replace(GOOD, text="引言"),
        path="x.pdf",
        families=("Jianbao Song", "Jianbao Hei"),
        title=GOOD.title,
        lang=GOOD.lang,
        headings=(),
        text="引言言言",
    )
    assert "“言” 1 times, not 3" in finding.message


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (Message("Step 3 took long", False), "R001"),
        (Message("Failed to load image at 'asset:///figures/a.png'", True), "R002"),
        (Message("Ignored `colour: red` at 1:1, unknown property.", False), "R003"),
        (Message("Invalid or unsupported selector 'x', skipped", False), "R003"),
        (Message("the font has no glyph, .notdef is used", False), "R004"),
        (Message(f"WeasyPrint 71.0 is installed, not 70.0: {NOT_ADAPTED}", False), "R005"),
    ],
)
def test_what_the_renderer_says_has_its_code(message, code):
    (finding,) = judge_messages([message], "content/demo")
    assert finding.code.code == code
    assert finding.is_error is (code not in ("R001", "R005"))
    assert finding.message == message.text
    assert finding.hint


def line(text, start=0.0, font="Jianbao-Song"):
    """A line of one-em glyphs of ten points on page 3; a low line stands for a space that the reader made up."""
    glyphs = []
    for char in text:
        if char == "_":
            glyphs.append(glyphs[-1]._replace(text=" ", is_generated=True))
        else:
            glyphs.append(Glyph(char, start, 0, start + 10, start, start + 10, 10, font, False, 0))
            start += 10
    return PrintedLine(3, 0, tuple(glyphs))


def spaced(text, gap):
    """The same with a gap, in ems, between its glyphs."""
    glyphs = line(text).glyphs
    return PrintedLine(
        3,
        0,
        tuple(
            glyph._replace(x=glyph.x + 10 * gap * place, right=glyph.right + 10 * gap * place)
            for place, glyph in enumerate(glyphs)
        ),
    )


def paragraph(*lines):
    return (Block("P", tuple(one._replace(baseline=-20 * place) for place, one in enumerate(lines))),)


LONG = "一二三四五六七八"


@pytest.mark.parametrize(
    ("lines", "code", "message"),
    [
        ((line(LONG), line("，九十")), "V011", "page 3, '，九十': '，' begins a line"),
        ((line(f"{LONG}“"), line("九十”")), "V012", f"page 3, '{LONG}“': '“' ends a line"),
        ((line(f"{LONG}—"), line("—九十")), "V013", "page 3, '—九十': '——' is split over a line end"),
        ((spaced(LONG, -0.2),), "V014", f"page 3, '{LONG}': '一' and '二' overlap by 0.20 em"),
        ((line(LONG), line("九。")), "V015", "page 3, '九。': '九' stands alone on a last line"),
        ((spaced(LONG, 0.5), line("九十")), "V016", f"page 3, '{LONG}': '一' and '二' stand 0.50 em apart"),
        ((line(f"{LONG}5"), line("年九十")), "V017", f"page 3, '{LONG}5': '5' is parted from '年'"),
        ((line("中\u2f42"),), "V018", "page 3, '中⽂': '⽂' (U+2F42) is copied, a radical"),
        ((line("九_十"),), "V019", "page 3, '九十': a space is copied between '九' and '十', 0.00 em apart"),
    ],
)
def test_each_fault_of_a_line_has_its_code_and_is_shown(lines, code, message):
    findings = judge(
        dataclasses.replace(GOOD, blocks=paragraph(*lines)),
        path="x.pdf",
        families=("Jianbao Song", "Jianbao Hei"),
        title=GOOD.title,
        lang=GOOD.lang,
        headings=(),
        text="",
    )
    assert (findings[0].code.code, findings[0].message) == (code, message)
    assert findings[0].is_error is (code not in ("V015", "V016", "V019"))
    assert findings[0].hint


def test_a_foreign_font_is_shown_where_it_is_used():
    blocks = paragraph(line("甲乙"), line("Ab", font="Arial"))
    (finding,) = judge_file(
        lambda data: dataclasses.replace(GOOD, fonts=("Arial",), blocks=blocks),
        b"",
        path="x.pdf",
        families=("Jianbao Song",),
    )
    assert finding.message == "the font 'Arial' is embedded, which is none of the project's: page 3, 'Ab'"


def test_a_long_line_is_shown_by_its_beginning():
    (finding,) = judge_file(
        lambda data: dataclasses.replace(GOOD, blocks=paragraph(line("汉" * 60 + "\u2f42"))),
        b"",
        path="x.pdf",
        families=("Jianbao Song", "Jianbao Hei"),
    )
    assert f"'{'汉' * 40}…'" in finding.message


def test_passages_are_copied_as_they_were_written():
    assert judged(passages=("引言", "试验于2024年", "5月20日恢复。", "1 / 3")) == []
    assert judged(passages=("引言", "试验于2024年", "5月20恢日复。", "1 / 3")) == ["V005"]


def unreadable(data):
    raise ValueError("the file is no PDF")


def test_a_file_by_itself():
    found = judge_file(lambda data: GOOD, b"", path="x.pdf", families=("Jianbao Song", "Jianbao Hei"))
    assert found == []
    broken = judge_file(unreadable, b"", path="x.pdf", families=())
    assert [finding.code.code for finding in broken] == ["V007"]
    nameless = dataclasses.replace(GOOD, title="", lang="", is_tagged=False, fonts=())
    found = judge_file(lambda data: nameless, b"", path="x.pdf", families=())
    assert [finding.code.code for finding in found] == ["V004", "V003", "V003"]
