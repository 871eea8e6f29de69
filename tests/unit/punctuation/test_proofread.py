"""Punctuation line by line, after GB/T 15834-2011: what is found, and above all what is not."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.punctuation import Kind, is_suspect, proofread


def mended(text, **options):
    """A text with every slip that can be mended set right."""
    parts, done = [], 0
    for slip in proofread(text, **options).slips:
        if slip.text is not None:
            parts += (text[done : slip.start], slip.text)
            done = slip.end
    return "".join((*parts, text[done:]))


def kinds(text, **options):
    return [slip.kind for slip in proofread(text, **options).slips]


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("你好,这是一个句子.", "你好，这是一个句子。"),
        ("叫停是永久还是阶段性?不是!原因:见下;完", "叫停是永久还是阶段性？不是！原因：见下；完"),
        ("MSC,间充质;间充质,MSC", "MSC，间充质；间充质，MSC"),
        ("约60%,其余2015年,FDA", "约60%，其余2015年，FDA"),
        ("间充质细胞(MSC),无干性", "间充质细胞（MSC），无干性"),
        ("（2024年), (MSC）批准", "（2024年），（MSC）批准"),
        ("细胞(MSC),FDA批准", "细胞（MSC），FDA批准"),
        ("甲?!”", "甲？！”"),
        ("于２０２５年批准ＭＳＣ，共０．５克", "于2025年批准MSC，共0.5克"),
        ("例如, Mesoblast", "例如，Mesoblast"),
        ("“The drug is not approved， and it was（then）withdrawn。”", None),
    ],
)
def test_width(typed, right):
    right = right or "“The drug is not approved, and it was (then) withdrawn.”"
    assert mended(typed) == right
    assert mended(right) == right


@pytest.mark.parametrize(
    "text",
    [
        "时间为10:30，剂量0.5 mg，共1,000例，比例3:1，p<0.05。",
        "Mesoblast, Inc.公司，Dr. Smith说，No. 5批，MSC No.5。",
        "他写道：“The drug is not approved, and it was withdrawn (see below).”这不对。",
        "他引用“No, it failed!”一句，又引《Stem Cells, 2025》。",
        "Mesenchymal Stromal Cells (MSC) are not stem cells; it was said so: see below.",
        "获批的有Ryoncil，FDA（Center for Drug Evaluation and Research，CDER）认为成立。",
        "有t(8;21)(q22;q22)易位、inv(16)倒位、poly(I:C)、(1→3)-β-葡聚糖、α(1→3)键。",
        "1) 甲",
        "一. 背景",
        "陈耀龙, 王伟. 疫苗学[M]. 2版. 北京: 示例出版社, 2024.",
        "阿里巴巴.US，附件1.2，v2.0版",
        "100％，～",
    ],
)
def test_width_where_nothing_is_wrong(text):
    assert Kind.WIDTH not in kinds(text)


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ('所谓"叫停"并非', "所谓“叫停”并非"),
        ("他说\"甲'乙'丙\"", "他说“甲‘乙’丙”"),
        ("他说'甲'", "他说“甲”"),
        ('他说“甲"，又说"乙”', "他说“甲”，又说“乙”"),
        ('他说“甲"乙"丙”', "他说“甲‘乙’丙”"),
        ('称其为"stem cell"的', "称其为“stem cell”的"),
        ("＂甲＂和＇乙＇", "“甲”和“乙”"),
        ('| "甲" | 6" |', '| “甲” | 6" |'),
    ],
)
def test_quotes(typed, right):
    assert mended(typed) == right
    assert mended(right) == right


@pytest.mark.parametrize(
    "text",
    [
        "Crohn's病，patients' rights，5'端与3'端。",
        'The "drug" is not approved.',
        "“甲‘乙’丙”和Crohn’s病",
        "长5'10",
    ],
)
def test_quotes_where_nothing_is_wrong(text):
    assert Kind.QUOTE not in kinds(text)


@pytest.mark.parametrize("text", ['他说"甲，又说', '甲" 乙 "丙', '""甲'])
def test_quotes_whose_pairs_are_not_plain_are_told_and_not_mended(text):
    assert Kind.QUOTE in kinds(text)
    assert mended(text).count('"') == text.count('"')


def test_traditional_chinese_has_corner_marks():
    assert mended("他說\"甲'乙'丙\"", is_traditional=True) == "他說「甲『乙』丙」"


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("规范--例如", "规范——例如"),
        ("规范---例如", "规范——例如"),
        ("规范— 例如", "规范——例如"),
        ("规范 – 例如", "规范——例如"),
        ("规范—而非禁止", "规范——而非禁止"),
        ("“叫停”—不是禁止", "“叫停”——不是禁止"),
        ("规范―― 例如－－乙───丙", "规范——例如——乙——丙"),
        ("2011年--2016年", "2011年—2016年"),
        ("—甲", "——甲"),
    ],
)
def test_dashes(typed, right):
    assert mended(typed) == right
    assert mended(right) == right


@pytest.mark.parametrize(
    "text",
    [
        "规范——例如",
        "2011年12月16日—2012年7月1日，2011—2016年",
        "北京—上海，抗原—抗体，肝–肾综合征，《甲》—《乙》",
        "MSC-A、IL-6、COVID-19",
        "well-known -- not Chinese",
        "逐一一一对应，“甲”“乙”一一对应",
        "姓名————",
        "| — | -- |",
        "用“—”连接",
    ],
)
def test_dashes_where_nothing_is_wrong(text):
    assert Kind.DASH not in kinds(text)


@pytest.mark.parametrize("text", ["“叫停”一一不是禁止", "即一一“叫停”", "甲－乙", "甲―乙"])
def test_dashes_that_only_a_person_can_judge(text):
    assert Kind.DASH in kinds(text)
    assert mended(text) == text


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("2-32天、3~5 mg、4～6例、7–9%、2010-2015年、5%-8%的", ["-", "~", "～", "–", "-", "-"]),
        ("2025-01-02日，IL-6-8天，NR-20201-3例，010-1234，GB/T 15834-2011，3-1期，1-2型", []),
        ("HLA-A2-3例，10^3-5天，2.5-3.5 mL", ["-"]),
    ],
)
def test_ranges_of_numbers(text, signs):
    assert [item.sign for item in proofread(text).ranges] == signs
    assert is_suspect(text) or not signs


@pytest.mark.parametrize(
    "text", ["随访2-32天", "占5%-8%", "见于3—5天", "甲 乙", "甲--乙", "甲—乙", "甲。。", "甲.", "1.甲"]
)
def test_one_thing_wrong_makes_a_text_suspect(text):
    assert is_suspect(text)


def test_a_text_as_it_should_be_is_not_suspect():
    assert not is_suspect("“试验”——于2025年（见《甲》）恢复，占0.5%：MSC、IL-6，stem cells。\n乙")


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("等...", "等……"),
        ("等。。。", "等……"),
        ("等・・・，又···完", "等……，又……完"),
        ("“甲…”乙", "“甲……”乙"),
        ("甲………乙", "甲……乙"),
    ],
)
def test_ellipses(typed, right):
    assert mended(typed) == right
    assert mended(right) == right


@pytest.mark.parametrize(
    "text", ["等……", "…………甲", "wait... what", "1, 2, ..., n", "第一章........................1", "甲⋯⋯乙"]
)
def test_ellipses_where_nothing_is_wrong(text):
    assert Kind.ELLIPSIS not in kinds(text)


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("的 MSC 在 2025 年", "的MSC在2025年"),
        ("甲 乙", "甲乙"),
        ("甲 ， 乙 。 丙", "甲，乙。丙"),
        ("的 “种子细胞” 在", "的“种子细胞”在"),
        ("FDA “附条件” CDE", "FDA“附条件”CDE"),
        ("规范—— MSC", "规范——MSC"),
        ("60% 的，CD34+ 细胞", "60%的，CD34+细胞"),
        ("甲\u3000乙\u00a0丙", "甲乙丙"),
        ("\u3000\u3000甲", "甲"),
    ],
)
def test_spaces(typed, right):
    assert mended(typed) == right
    assert mended(right) == right


@pytest.mark.parametrize(
    "text",
    [
        "5 mg，Stromal Cells，GB/T 15834，the “drug” was",
        "甲  \n乙",
        "  甲",
        "（ ）内填写",
        "第三条 医疗机构",
        "第一章\u3000总则",
        "| 甲   | 乙 |",
        "□ 是 □ 否",
        "Mesoblast, Inc. 公司",
    ],
)
def test_spaces_where_nothing_is_wrong(text):
    assert Kind.SPACE not in kinds(text)


def test_a_title_may_be_spaced():
    assert kinds("主题 副题", may_space=True) == []
    assert kinds("1.2 方法", may_space=True) == []
    assert kinds("主题 MSC", may_space=True) == [Kind.SPACE]


TEXTS = st.text(
    alphabet="甲乙年,.;:!?()，。；：！？（）《》“”‘’「」\"'…—–－―～~-·%|aB19 \u3000\n２Ａ．\ufffb\ufffc",
    max_size=30,
)


@given(TEXTS)
def test_what_is_not_suspect_has_nothing_wrong(text):
    proof = proofread(text)
    assert is_suspect(text) or (proof.slips, proof.ranges) == ((), ())


@given(TEXTS)
def test_slips_are_in_order_apart_and_where_they_say(text):
    slips = proofread(text).slips
    assert all(one.end <= other.start for one, other in itertools.pairwise(slips))
    assert all(0 <= slip.start < slip.end <= len(text) for slip in slips)


@given(TEXTS)
def test_what_is_mended_needs_no_mending(text):
    once = mended(text)
    assert [slip for slip in proofread(once).slips if slip.text is not None] == []
