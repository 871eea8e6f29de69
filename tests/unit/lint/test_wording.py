"""Wording, sentence by sentence: what is found, and above all what is not."""

import datetime

import pytest

from report.lint import survey, wording
from report.load.briefing import load_briefing
from report.load.files import read_briefing

DAY = datetime.date(2026, 11, 22)


@pytest.fixture
def found(project):
    """Return a function: a section's body to its findings, as code and what is quoted."""

    def check(body, view="full", language="zh-Hans", words=""):
        project.change("briefing.yaml", "language: zh-Hans", f"language: {language}")
        head = f"---\nid: opening\ntitle: 引言\nview: {view}\n---\n\n"
        project.write("sections/01-opening.md", f"{head}{body}\n")
        if words:
            project.write("words.yaml", words)
        briefing, _ = load_briefing(read_briefing(project.root, "demo"))
        assert briefing is not None
        findings = wording.check(briefing, survey(briefing, DAY, lambda char: True))
        return [f"{item.code.code} {item.message.split('”')[0].lstrip('“')}" for item in findings]

    return check


# What the article that the sample briefing answers says, where it has numbers.
OF_THE_ARTICLE = (
    "例如中国自2015年起建立的 “双备案制” 监管框架,要求医疗机构开展干细胞临床研究需同时备案。",
    "另一方面将 “干细胞研究与器官修复” 纳入2025年国家重点研发计划。",
    "例如,Mesoblast的MSCs药物耗时20年才获批,凸显严谨研发的重要性。",
    "认知革新:从“干细胞”到“基质细胞”:2025年,国际细胞治疗协会(ISCT)正式将MSCs更名为“间充质基质细胞”。",
    "2024年底,FDA批准Ryoncil®(用于儿童移植物抗宿主病),标志着监管态度转向理性支持。",
    "中国药监局(CDE)2025年跟进批准天士力“间充质基质细胞注射液”的临床试验。",
    "政策已于2025年初实质性松绑,标志性事件是国家药监局(NMPA)在2025年1月2日通过优先审评程序批准上市。",
    "此次批准距离Ryoncil的上市(2024年12月)仅隔半个月。",
    "此前,因行业乱象(如美容领域滥用),干细胞临床研究于2011年被叫停,但业内长期呼吁分类管理和政策优化。",
    "2024年起,政策逐步调整:国家药监局将细胞治疗产品纳入“先进治疗药品”探索分类。",
)


def test_two_stray_citations_are_found_in_the_article_and_none_beside_them(found):
    strays = (
        "商业化过程中可能涉及供体知情同意不充分、胎儿组织来源争议等问题24。",
        "这一正名解决了长期科学争议,为新药审批铺路8。",
    )
    told = found("\n\n".join((*OF_THE_ARTICLE[:5], strays[0], *OF_THE_ARTICLE[5:], strays[1])))
    assert [item for item in told if item.startswith("T010")] == [
        "T010 源争议等问题24。",
        "T010 新药审批铺路8。",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "长期科学争议8,后来平息。",
        "见前人的研究12；结论不一。",
        "参与24。",
        "这种行为24。",
        "已经发表8。",
        "这是**重点**24。",
        "写进了《办法》24。",
        "问题24",
        "问题^24^。",
        "问题²⁴。",
        "问题[24]。",
        "问题[2,4]不少。",
        "问题24[@notice]。",
        "> 照录原文24。",
        "- 一项研究24。",
    ],
)
def test_digits_left_from_pasting_are_found(found, text):
    assert [item[:4] for item in found(text)] == ["T010"]


@pytest.mark.parametrize(
    "text",
    [
        "年龄为18、24岁。",
        "见第3、4条。",
        "条文见第24。",
        "共有24。",
        "受试者总计24，均完成随访。",
        "评分为3。",
        "最高得分8，最低得分2。",
        "分期2、3的患者。",
        "如表2，差别不大。",
        "见图3。",
        "详见附件2。",
        "白介素6、凝血因子8。",
        "胰高血糖素样肽1。",
        "人乳头瘤病毒16、18型。",
        "时间是2025年3、4月。",
        "时间是3月8。",
        "注射液NR-20201。",
        "年龄超过60，男24、女18。",
        "住院天数大于8。",
        "每千克10^6^个。",
        "一平方米体表面积。",
        "- 男性24",
        "## 阶段2",
        "| 例 | 数 |\n|---|---|\n| 患者24 | 问题8。 |",
        "`问题24。`",
        "共{{ fact('trial-halted').attr('sites') }}。",
        "见[下文24](#closing)的说明。",
        "<!-- 问题24。 -->正文。",
    ],
)
def test_numbers_are_left_alone(found, text):
    assert found(text) == []


def test_digits_stand_where_the_finding_says(project):
    project.opening("第一段。\n\n等问题24。")
    briefing, _ = load_briefing(read_briefing(project.root, "demo"))
    (finding,) = wording.check(briefing, survey(briefing, DAY, lambda char: True))
    assert str(finding.location) == "content/demo/sections/01-opening.md:8:4"


@pytest.mark.parametrize(
    "text",
    [
        "目前多数研究显示风险较低。",
        "近年来关注增多。",
        "最新研究认为如此。",
        "现阶段申请仍须审批。",
        "近期，政策有调整。",
        "目前已有{{ fact('trial-halted').attr('sites') }}个中心。",
    ],
)
def test_a_time_without_a_day_is_found(found, text):
    assert [item[:4] for item in found(text)] == ["T011"]


@pytest.mark.parametrize(
    "text",
    [
        "截至2026年11月22日，目前仍须审批。",
        "目前（2026年11月）仍须审批。",
        "到{{ fact('trial-resumed').date }}，目前的规则没有变。",
        "《最新诊疗指南》已经废止。",
        "公告用的是“近日”。",
        "> 目前多数研究显示风险较低。",
        "近期疗效与远期疗效不同。",
        "请以当地最新公告为准。",
        "请告诉医生您目前服用的药。",
        "先核对手中的是否最新版。",
        "`目前`",
    ],
)
def test_a_time_that_has_its_day_or_needs_none_is_left_alone(found, text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("宣称可以“治愈”糖尿病。", "治愈"),
        ("一次注射，根治关节炎。", "根治"),
        ("设备最先进。", "最先进"),
        ("100%有效。", "100%"),
        ("有 100％ 的把握。", "100％"),
        ("我们保证疗效。", "保证"),
        ("国家级团队。", "国家级"),
        ("政策必然松绑。", "必然"),
        ("没有副作用的根治办法。", "根治"),
        ("没有不能治愈的病。", "治愈"),
        ("不仅能治愈，还不复发。", "治愈"),
        ("不开刀就能根治。", "根治"),
        ("> 包治百病，保证见效。", "包治"),
    ],
)
def test_a_promise_is_found(found, text, word):
    assert found(text)[0] == f"T012 {word}"


@pytest.mark.parametrize(
    "text",
    [
        "这种病不能治愈。",
        "并非根治。",
        "本简报不保证没有错误。",
        "谁也无法保证疗效。",
        "相关不必然是因果。",
        "没有一种疗法能根治它。",
        "目标是缓解症状，而不是“治愈”。",
        "不得使用“国家级”“最先进”等用语。",
        "这种病难以根治。",
        "能否治愈，还不清楚。",
        "这种病能治愈吗？",
        "《保证食品安全的规定》已公布。",
        "质量保证部门签字，交纳保证金。",
        "医疗机构应当保证受试者的权益。",
        "为保证安全，须观察一天。",
        "随机分组保证了两组可比。",
        "治愈率没有报告，治愈后仍须随访。",
        "广州南沙是国家级新区。",
        "随访率为100%，依从率达100%。",
        "完成率100%（24/24）。",
        "吸入100%纯氧。",
        "| 组 | 完成 |\n|---|---|\n| 甲 | 100% |",
        "`保证`",
    ],
)
def test_a_refusal_a_duty_a_measure_and_a_name_are_no_promise(found, text):
    assert found(text) == []


@pytest.mark.parametrize("view", ["handout", "both"])
@pytest.mark.parametrize(
    "text",
    [
        "有效率为60%。",
        "客观缓解率达到{{ fact('trial-halted').attr('sites') }}%。",
        "五年生存率更高。",
        "80%的患者症状缓解。",
        "八成患者好转。",
        "死亡风险降低30%。",
        "每10名患者中有6名好转。",
        "新药优于旧药。",
        "疗效高于安慰剂。",
        "这种药比别的药更有效。",
        "这种疫苗比旧疫苗好。",
    ],
)
def test_a_rate_or_a_comparison_is_found_where_patients_read(found, text, view):
    assert [item[:4] for item in found(text, view=view)] == ["T013"]


@pytest.mark.parametrize(
    "text",
    [
        "请问医生：有效率是多少？",
        "约10%的人注射处红肿，几天后好转。",
        "约10%的人发热一两天后好转。",
        "体温高于38℃时请就诊。",
        "不良反应率约为5%。",
        "60岁及以上的人可以接种。",
        "接种后比平时容易疲倦。",
        "预防胜于治疗。",
        "症状缓解后仍须复诊。",
        "这不说明它有成果。",
    ],
)
def test_what_patients_may_be_told_is_left_alone(found, text):
    assert found(text, view="handout") == []


def test_clinicians_may_be_told_rates(found):
    assert found("有效率为60%，优于安慰剂。") == []


def test_a_part_is_read_by_whom_its_section_is(found, project):
    project.write("parts/rate.md", "有效率为60%。\n")
    assert found('{% include "parts/rate.md" %}') == []
    project.write(
        "sections/02-closing.md",
        '---\nid: closing\ntitle: 说明\nview: both\n---\n\n{% include "parts/rate.md" %}\n',
    )
    briefing, _ = load_briefing(read_briefing(project.root, "demo"))
    findings = wording.check(briefing, survey(briefing, DAY, lambda char: True))
    assert [str(item.location) for item in findings] == ["content/demo/parts/rate.md:1:1"]


@pytest.mark.parametrize(
    "text",
    [
        "FDA批准首款MSC药物。",
        "批准首个间充质干细胞药物上市。",
        "这是唯一获批的产品。",
        "首次获批的细胞药物。",
        "它是第一个上市的疫苗。",
        "独家技术。",
        "国家药监局批准了首款药物。",
        "药物上市，首款到货。",
    ],
)
def test_a_claim_without_a_place_is_found(found, text):
    assert [item[:4] for item in found(text)] == ["T014"]


@pytest.mark.parametrize(
    "text",
    [
        "美国批准的首款MSC药物。",
        "我国首个获批的产品。",
        "全球唯一获批的疫苗。",
        "杭州市首家试点医院。",
        "在{{ fact('drug-approved').jurisdiction }}，这是首款获批的药物。",
        "首次给药后观察一天。",
        "首次就诊须带病历。",
        "首次接种该疫苗的人。",
        "第一个月每周一次。",
        "首个疗程为四周。",
        "首例患者已经入组。",
        "第一个问题是安全。",
        "每件产品有唯一标识。",
        "“首款”要写明在哪里。",
        "《首款细胞药物评述》已发表。",
        "该公司首款产品。",
        "它不是首款药物。",
        "> 首款药物获批。",
        "最早的症状是发热。",
        "`首款`",
    ],
)
def test_an_order_a_title_and_a_claim_with_its_place_are_left_alone(found, text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("目前多數研究顯示風險較低。", "T011"),
        ("宣稱可以治癒糖尿病。", "T012"),
        ("我們保證療效。", "T012"),
        ("批准首個藥物上市。", "T014"),
        ("胎兒組織來源爭議等問題24。", "T010"),
    ],
)
def test_traditional_text_is_read_by_its_own_words(found, text, code):
    assert [item[:4] for item in found(text, language="zh-Hant-HK")] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "這種病不能治癒，並非根治。",
        "誰也無法保證療效，醫院應當保證安全。",
        "首次給藥後觀察；首個療程為四週。",
        "年齡為18、24歲，總計24。",
        "美國首款藥物，臺灣首個產品。",
        "近期療效不同；請以最新公告為準。",
    ],
)
def test_traditional_text_is_left_alone_where_simplified_is(found, text):
    assert found(text, language="zh-Hant") == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("The product cures diabetes and is 100% safe.", ["T012", "T012"]),
        ("There is no cure, and nobody can guarantee one.", []),
        ("The cure rate was not reported.", []),
        ("It is currently under review.", ["T011"]),
        ("As of November 2026 it is currently under review.", []),
        ("It is the first approved product.", ["T014"]),
        ("It is the first product approved in the United States.", []),
        ("The first dose is given after breakfast.", []),
        ("Procurement was secured.", []),
    ],
)
def test_english_is_read_by_its_own_words(found, text, codes):
    assert [item[:4] for item in found(text, language="en")] == codes


def test_labels_of_another_locale_are_read_by_that_locales_words(found, project):
    project.change("facts.yaml", "label: 药物获批", "label: {zh-Hans: 药物获批, en: A miracle drug}")
    assert found("正文。") == ["T012 miracle"]


def test_a_briefing_adds_words_of_its_own(found):
    assert found("神效无比。", words="absolute: [神效]\n") == ["T012 神效"]
