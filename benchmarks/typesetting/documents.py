"""A text at a measure, written in the language of each contender, all with the same fonts, size and leading."""

import dataclasses
import html
from collections.abc import Sequence
from pathlib import Path

from benchmarks.typesetting.texts import ZERO_WIDTH_SPACE, Run, Text

SIZE_PT = 11.0
LEADING = 1.75
# A whole number of CSS pixels, to which Chromium rounds.
MARGIN_PT = 42.0
HEIGHT_PT = 842.0
SONG, SONG_BOLD, KAI = "JianbaoSong-Regular.ttf", "JianbaoSong-Bold.ttf", "JianbaoKai-Regular.ttf"


@dataclasses.dataclass(frozen=True)
class Document:
    """A text at one measure.

    Attributes:
        text: What is set.
        width: The measure in ems.
        path: Of the PDF; sources lie beside it.
    """

    text: Text
    width: float
    path: Path

    @property
    def page_width_pt(self) -> float:
        """The measure and both margins."""
        return self.width * SIZE_PT + 2 * MARGIN_PT


_CSS = """\
@page {{ size: {page_width}pt {height}pt; margin: {margin}pt }}
body {{ margin: 0; width: {width}em; font-family: "Jianbao Song"; font-size: {size}pt; line-height: {leading} }}
p {{ margin: 0; text-indent: 2em; text-align: justify; hyphens: auto; hyphenate-character: "-" }}
b {{ font-weight: 700 }}
em {{ font-family: "Jianbao Kai"; font-style: normal }}
"""
_TAGS = {"": ("", ""), "bold": ("<b>", "</b>"), "kai": ("<em>", "</em>")}


def as_html(document: Document, more_css: str = "") -> str:
    """Return a page; `more_css` is what one renderer alone understands."""
    css = _CSS.format(
        width=document.width,
        # Chromium rounds pages to points: a page as wide as the text would be scaled.
        page_width=document.page_width_pt + SIZE_PT,
        height=HEIGHT_PT,
        margin=MARGIN_PT,
        size=SIZE_PT,
        leading=LEADING,
    )
    head = f"<meta charset='utf-8'><title>{document.path.stem}</title><style>{css}{more_css}</style>"
    body = "\n".join(f"<p>{_html_runs(runs)}</p>" for runs in document.text.paragraphs)
    return f"<!DOCTYPE html><html lang='zh-Hans'><head>{head}</head><body>{body}</body></html>"


def _html_runs(runs: Sequence[Run]) -> str:
    return "".join(html.escape(run.text, quote=False).join(_TAGS[run.style]) for run in runs)


_TYPST = """\
#set document(title: "{title}")
#set page(width: {page_width}pt, height: {height}pt, margin: {margin}pt)
#set text(font: "Jianbao Song", size: {size}pt, lang: "zh", region: "CN")
#set par(justify: true, leading: 0.95em, spacing: 0.95em, first-line-indent: (amount: 2em, all: true))

"""


def as_typst(document: Document) -> str:
    """Return Typst markup."""
    head = _TYPST.format(
        title=document.path.stem,
        page_width=document.page_width_pt,
        height=HEIGHT_PT,
        margin=MARGIN_PT,
        size=SIZE_PT,
    )
    return head + "\n\n".join("".join(map(_typst_run, runs)) for runs in document.text.paragraphs) + "\n"


def _typst_run(run: Run) -> str:
    text = '#"' + run.text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if run.style == "bold":
        return f"#strong[{text}]"
    return f'#text(font: "Jianbao Kai")[{text}]' if run.style else f"{text};"


_TEX = r"""\documentclass{article}
\usepackage[paperwidth=%(page_width)sbp,paperheight=%(height)sbp,margin=%(margin)sbp,nohead,nofoot]{geometry}
\usepackage[fontset=none,scheme=plain]{ctex}
\xeCJKsetup{CheckSingle=true}
\setmainfont{%(song)s}[Path=%(fonts)s/,BoldFont=%(bold)s,ItalicFont=%(kai)s]
\setCJKmainfont{%(song)s}[Path=%(fonts)s/,BoldFont=%(bold)s,ItalicFont=%(kai)s]
\pagestyle{empty}\topskip=0pt
\begin{document}
\fontsize{%(size)sbp}{%(leading)sbp}\selectfont
\setlength{\parindent}{2em}\setlength{\parskip}{0pt}
%(body)s
\end{document}
"""
_TEX_SIGNS = str.maketrans(
    {sign: f"\\{sign}" for sign in "#$%&_{}"} | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)
_TEX_COMMANDS = {"": ("", ""), "bold": (r"\textbf{", "}"), "kai": (r"\emph{", "}")}


def as_tex(document: Document, fonts: Path) -> str:
    """Return a XeLaTeX document with ctex and its xeCJK, which print no U+200B and need none."""
    body = "\n\n".join("".join(map(_tex_run, runs)) for runs in document.text.paragraphs)
    return _TEX % {
        "page_width": document.page_width_pt,
        "height": HEIGHT_PT,
        "margin": MARGIN_PT,
        "size": SIZE_PT,
        "leading": SIZE_PT * LEADING,
        "song": SONG,
        "bold": SONG_BOLD,
        "kai": KAI,
        "fonts": fonts,
        "body": body,
    }


def _tex_run(run: Run) -> str:
    text = run.text.translate(_TEX_SIGNS).replace(ZERO_WIDTH_SPACE, "")
    return text.join(_TEX_COMMANDS[run.style])
