"""What brings forth each code of what is built, so that docs/errors.md shows what the program says."""

import dataclasses
import datetime

from report import verify
from report.compose.issue import Issue
from report.compose.leftovers import check_locale
from report.findings import Location
from report.formats import pdf
from report.pages import NOT_ADAPTED, Block, Extract, Glyph, Message, PrintedLine
from report.pipeline.building import check_as_released
from report.signing.checking import FoundSignature
from report.tools.validators import Validation
from report.verify.copy import Told, Vouchers, judge_copy
from tests.contract.project_examples import SETTINGS
from tests.unit.verify.samples import CONTENT, FLOWING, extract, replaced

PDF = "my-briefing.pdf"
GOOD = Extract("标题", "zh-Hans", 9, ("JianbaoSong-Regular",), (), ("一 引言",), "正文", is_tagged=True)
FINGERPRINT = (
    "7E:77:69:15:9C:23:54:22:D9:5C:AB:D9:C7:BB:91:10:40:89:BC:EE:49:48:3C:A7:1F:A3:8D:4D:7E:12:05:B8"
)


def judged(attachments=None, **changes):
    extract = Extract(**{name: changes.get(name, getattr(GOOD, name)) for name in Extract.__match_args__})
    return verify.judge(
        extract,
        path=PDF,
        families={"Jianbao Song"},
        title="标题",
        lang="zh-Hans",
        headings=["引言"],
        text="正文",
        attachments=attachments,
    )


def said(text, *, is_error=False):
    return verify.judge_messages([Message(text, is_error)], PDF)


def printed(*texts, pitch=10):
    """A paragraph on page 3, in glyphs of ten points; those of the first line are set so far apart."""
    lines = []
    for number, text in enumerate(texts):
        y = 700 - 20 * number
        glyphs = []
        for place, char in enumerate(text):
            x = 72 + (pitch if number == 0 else 10) * place
            glyphs.append(Glyph(char, x, y, x + 10, x, x + 10, 10, "JianbaoSong-Regular", False, 0))
        lines.append(PrintedLine(3, y, tuple(glyphs)))
    return judged(blocks=(Block("P", tuple(lines)),))


def copied(*glyphs):
    """A line of glyphs, each its text, its place and whether the reader made it up."""
    line = [Glyph(text, x, 0, x + 10, x, x + 10, 10, "", made_up, 0) for text, x, made_up in glyphs]
    return judged(blocks=(Block("P", (PrintedLine(3, 0, tuple(line)),)),))


def overflowing(*texts):
    """A paragraph on page 2, in glyphs of twelve points."""
    lines = []
    for number, text in enumerate(texts):
        y = 700 - 20 * number
        glyphs = [
            Glyph(char, 72 + 12 * x, y, 84 + 12 * x, 0, 0, 12, "", False, 0) for x, char in enumerate(text)
        ]
        lines.append(PrintedLine(2, y, tuple(glyphs)))
    return (Block("P", tuple(lines)),)


def carried(*changes):
    """A web page that carries another text than was composed: section, old text, new text."""
    sections = FLOWING
    for change in changes:
        sections = replaced(sections, *change)
    return verify.check_parity(CONTENT, extract(sections, 0), path="my-briefing.html")[0]


def flowing(format_, **changes):
    """What is wrong with how a file without pages is built."""
    return verify.judge_structure(extract(FLOWING, 0, **changes), path=f"my-briefing.{format_}")


def received(told=None, **vouchers):
    """What is wrong with a copy that somebody received."""
    whose = {"edition": 1, "clinic": "GZ-0042", "briefing": "my-briefing", "facts": b"{}"}
    data, held = b"%PDF-1.7\n%%EOF\n", Vouchers(**vouchers)
    return judge_copy(PDF, data, Told(**(whose if told is None else told)), held).findings


def signature(*, intact=True, whole=True, by=None):
    at = datetime.datetime(2026, 11, 27, 8, 30, tzinfo=datetime.UTC)
    return FoundSignature(intact, whole, "示例医学简报社", FINGERPRINT, at, False, by)


def examined(**more):
    """A sound EPUB of which something else is known."""
    subject = verify.Subject("my-briefing.epub", "epub", lambda data: extract(FLOWING, 0), b"", **more)
    return verify.examine(subject, None, families=())[0].findings


JUDGEMENTS = {
    "S031": lambda: check_locale(
        '<html lang="en"><body><p>The origin is 脐带.</p></body></html>', "en", Location(SETTINGS, 5, 20)
    ),
    "R001": lambda: said("Font-face 'Own Song' is not used"),
    "R002": lambda: said(
        "the page asks for 'https://city.example.org/a.png', which is none of its own images", is_error=True
    ),
    "R003": lambda: said("Ignored `colour: red` at 12:3, unknown property."),
    "R004": lambda: said('Glyph "𰻝" is mapped to .notdef in JianbaoSong'),
    "R005": lambda: said(
        f"WeasyPrint 71.0 is installed, not 70.0: {NOT_ADAPTED}, without those of Chinese typesetting"
    ),
    "V001": lambda: judged(fonts=("DejaVuSans",)),
    "V002": lambda: judged(unembedded_fonts=("Helvetica",)),
    "V003": lambda: judged(title="别的标题"),
    "V004": lambda: judged(is_tagged=False),
    "V005": lambda: judged(text="正"),
    "V006": lambda: judged(outline=()),
    "V007": lambda: verify.judge_file(pdf.inspect, b"%PDF-1.7", path=PDF, families=()),
    "V008": lambda: judged(attachments={"facts.json": b"{}"}),
    "V010": lambda: judged(outline_pages=(4,), text="正文\n一 引言......3\n"),
    "V011": lambda: printed("接种前先到社区的卫生服务站", "，核对本人的身份证件。"),
    "V012": lambda: printed("接种前先到社区的卫生站（", "夜间另设）登记。"),
    "V013": lambda: printed("接种前先到卫生站登记—", "—不可由人代替。"),
    "V014": lambda: printed("先登记", pitch=7),
    "V015": lambda: printed("接种前先到社区的卫生服务站登", "记。"),
    "V016": lambda: printed("接种前先到卫生站", "登记。", pitch=15),
    "V017": lambda: printed("接种安排自2026", "年9月1日起施行。"),
    "V018": lambda: printed("⽼年人先接种。"),
    "V019": lambda: copied(("登", 0, False), (" ", 0, True), ("记", 13, False)),
    "V021": lambda: verify.judge_one_page(
        dataclasses.replace(
            GOOD, pages=2, blocks=overflowing("发热的人，退热后再约。", "接种后哪里不舒服要来看？")
        ),
        path="my-briefing-handout.pdf",
    ),
    "V022": lambda: carried(("引言", "并非全面禁止", "全面禁止")),
    "V023": lambda: carried(("接种安排", "2剂", "3剂")),
    "V024": lambda: carried(("注释", "以公告为准。", "")),
    "V025": lambda: flowing("epub", dead_links=("text/schedule.xhtml: notes.xhtml#note-3",)),
    "V026": lambda: flowing("html", requests=("https://fonts.example.org/song.woff2",)),
    "V027": lambda: verify.judge_archival(GOOD, path=PDF),
    "V028": lambda: judged(headings=((1, "接种安排"), (3, "谁可以接种"))),
    "V029": lambda: examined(is_unaltered=False),
    "V030": lambda: verify.judge_validations(
        [Validation("EPUBCheck", "5.3.0", "failed", ("ERROR(RSC-005): an element is not allowed",))],
        path="my-briefing.epub",
    ),
    "V031": lambda: [verify.outdated_file("output/my-briefing/my-briefing.epub")],
    "V032": lambda: received(listed={PDF: "0" * 64}),
    "V033": lambda: received(signatures=(signature(intact=False),)),
    "V034": lambda: received(signatures=(signature(whole=False),)),
    "V035": lambda: received(signatures=(signature(by=False),), are_certificates_given=True),
    "V036": lambda: received(),
    "V037": lambda: received(told={}),
    "V038": lambda: received(released={PDF: "0" * 64}),
    "V039": lambda: received(released={"facts.json": "0" * 64}),
    "V009": lambda: check_as_released(Issue(2, "", artefacts={PDF: "0" * 64}), PDF, b"%PDF-1.7"),
}
