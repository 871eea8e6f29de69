from pathlib import Path

from benchmarks.typesetting.documents import Document, as_html, as_tex, as_typst
from benchmarks.typesetting.texts import Run, Text, article_text, hard_text, pairs_text, plain, running_text
from report.typography.variants import CLOSING, OPENING


def test_the_running_text_is_plain_paragraphs_without_marks() -> None:
    long = "一项研究汇总了8项随机对照试验、321名受试者，没有发现严重的安全问题\u2060。"
    page = (
        f"<section><div class='prose'><p>{long[:10]}<em>{long[10:]}</em><sup class='cite'><a>[3]</a></sup></p>"
        "<p>太短。</p><ul><li>不是段落</li></ul></div></section>"
    )
    assert [plain(runs) for runs in running_text(page).paragraphs] == [long.replace("\u2060", "")]


def test_half_width_marks_of_an_article_are_widened_beside_han() -> None:
    text = article_text(
        "监管层面(如 “叫停” 等)并非全面禁止,而是Mesenchymal Stromal Cells的阶段性规范—— 例如:3,000例\n短\n"
    )
    assert [plain(runs) for runs in text.paragraphs] == [
        "监管层面（如“叫停”等）并非全面禁止，而是Mesenchymal Stromal Cells的阶段性规范——例如：3,000例"
    ]


def test_the_pairs_are_many_and_some_are_parted() -> None:
    text = pairs_text()
    pairs = sum(
        (first in CLOSING and second in CLOSING + OPENING) or (first in OPENING and second in OPENING)
        for runs in text.paragraphs
        for first, second in zip(plain(runs), plain(runs)[1:], strict=False)
    )
    assert pairs >= 500
    runs = [run for paragraph in text.paragraphs for run in paragraph]
    assert {run.style for run in runs} == {"", "bold", "kai"}
    assert any("\u200b" in run.text for run in runs)


def test_generated_texts_are_the_same_every_time() -> None:
    assert hard_text() == hard_text()


def test_signs_that_mean_something_to_a_contender_are_escaped(tmp_path: Path) -> None:
    text = Text("signs", [(Run('5% & $3 #1 a_b <c> "d" \\'), Run("粗", "bold"), Run("楷", "kai"))])
    document = Document(text, 20, tmp_path / "signs.pdf")
    assert '5% &amp; $3 #1 a_b &lt;c&gt; "d" \\<b>粗</b><em>楷</em>' in as_html(document)
    assert '#"5% & $3 #1 a_b <c> \\"d\\" \\\\";#strong[#"粗"]#text(font: "Jianbao Kai")[#"楷"]' in as_typst(
        document
    )
    tex = as_tex(document, tmp_path)
    assert r"5\% \& \$3 \#1 a\_b <c>" in tex
    assert r"\textbf{粗}\emph{楷}" in tex
