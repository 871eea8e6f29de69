"""Dates in prose against the sample briefing's facts: what is wrong, what is only typed, and what is neither."""

import dataclasses
import datetime

import pytest

from report.lint import dating, survey
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.model import Section, SectionHead
from report.positions import SourceFile
from tests.dsl import ROOT

DAY = datetime.date(2026, 11, 22)


@pytest.fixture(scope="module")
def briefing():
    """The sample briefing, without its sections."""
    found, _ = load_briefing(read_briefing(ROOT, "msc-policy"))
    assert found is not None
    return dataclasses.replace(found, sections=(), parts={})


@pytest.fixture
def found(briefing):
    """Return a function: a section's body to its findings, as code and what is quoted, in the text's order."""

    def check(body, locale="zh-Hans"):
        file = SourceFile("sections/article.md", body)
        section = Section(SectionHead(id="article", title="文章"), locale, body, 0, file)
        of_article = dataclasses.replace(briefing, sections=(section,))
        findings = dating.check(of_article, survey(of_article, DAY, lambda char: True))
        own = sorted(
            (one for one in findings if one.location.path == file.path), key=lambda one: one.location
        )
        return [f"{one.code.code} {one.message.split('”')[0].lstrip('“')}" for one in own]

    return check


# Sentences of the article that the sample briefing answers.
ARTICLE = """\
例如中国自2015年起建立的 “双备案制” 监管框架,要求医疗机构开展干细胞临床研究需同时向卫健委和药监局备案。

例如,Mesoblast的MSCs药物耗时20年才获批,凸显严谨研发的重要性。

2025年,国际细胞治疗协会(ISCT)正式将MSCs更名为“间充质基质细胞”,明确其核心功能是免疫调节。这一正名解决了长期科学争议,为新药审批铺路8。

2024年底,FDA批准首款MSCs药物Ryoncil®(用于儿童移植物抗宿主病),标志着监管态度转向理性支持。

中国药监局(CDE)2025年跟进批准天士力“间充质基质细胞注射液”的临床试验,释放行业回暖信号。

政策已于2025年初实质性松绑,标志性事件是国家药监局(NMPA)在2025年1月2日通过优先审评程序批准了“艾米迈托赛注射液”上市。\
此次批准距离美国FDA首款间充质干细胞药物Ryoncil的上市(2024年12月)仅隔半个月。

此前,因行业乱象,干细胞临床研究于2011年被叫停。2024年起,政策逐步调整:国家药监局将细胞治疗产品纳入“先进治疗药品”探索分类,\
广州南沙等地试点“医疗技术备案制”,为最终药品审批路径的打通铺平道路。
"""


def test_the_article_is_read_against_the_facts(found):
    assert found(ARTICLE) == [
        "F021 2015年",
        "F024 卫健委",
        "F021 20年",
        "F021 2025年",
        "F023 铺路",
        "F021 2024年底",
        "F021 2025年",
        "F021 2025年初",
        "F021 2025年1月2日",
        "F021 2024年12月",
        "F021 半个月",
        "F021 2011年",
        "F021 2024年",
        "F023 铺平道路",
    ]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("艾米迈托赛于2025年1月12日获批。", "2025年1月12日"),
        ("2024年11月，FDA批准了Ryoncil。", "2024年11月"),
        ("Ryoncil于2025年1月2日获批，艾米迈托赛于2025年1月2日获批。", "2025年1月2日"),
        ("国务院令第818号自2026年6月1日起施行。", "2026年6月1日"),
        ("第818号令自二〇二六年四月一日起施行。", "二〇二六年四月一日"),
        ("Alofisel于2023年退出欧盟市场。", "2023年"),
        ("ISCT于2024年发布新版MSC鉴定标准。", "2024年"),
        ("韩国2013年批准Cellgram。", "2013年"),
        ("《细胞治疗产品生产检查指南》于2024年1月发布。", "2024年1月"),
        ("NR-20201于2025年3月12日在中国获准开展临床试验。", "2025年3月12日"),
        ("天士力于2025年3月12日公告NR-20201获准开展临床试验。", "2025年3月12日"),
        ("这件事于2024年4月公布[[cn-nansha]]。", "2024年4月"),
        ("Cellgram（2013年）是第一种。", "2013年"),
        ("| Alofisel | 欧盟 | 2023年12月退出 |", "2023年12月"),
        ("Ryoncil与艾米迈托赛的获批相隔14天。", "14天"),
        ("2024年底，Alofisel在欧盟获批。", "2024年底"),
        ("{{ fact('us-ryoncil').label }}一年后，{{ fact('cn-amimestrocel').label }}。", "一年"),
    ],
)
def test_a_date_that_contradicts_its_fact_is_wrong(found, text, date):
    assert f"F020 {date}" in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "国家药品监督管理局于2019年批准了甲药。",
        "FDA于2017年批准了首个细胞药物。",
        "Mesoblast于2010年与别家公司合作，2016年有产品在日本获批。",
        "2024年7月，Mesoblast重新提交了Ryoncil的申请。",
        "艾米迈托赛2023年公布了2期结果。",
        "艾米迈托赛于2020年开始临床试验。",
        "Ryoncil2021年纳入优先审评，获批适应症为aGVHD。",
        "2024年1月发布的指导原则也适用于Ryoncil获批的适应症。",
        "艾米迈托赛2021年纳入优先审评，获批适应症为aGVHD。",
        "Ryoncil获批前，FDA于2020年10月、2023年8月两次发出完整回复函。",
        "据2025年1月3日报道，艾米迈托赛获批。",
        "Ryoncil在2024年12月18日获批，2025年3月开始供货[[us-ryoncil]]。",
        "与Ryoncil相比，2025年1月2日获批的那种药年龄更大。",
        "有文章称Ryoncil于2023年获批，不确。",
        "Ryoncil获批的年份有争议，一说2023年。",
        "Ryoncil{{ fact('us-ryoncil').date }}获批，同类产品2012年在加拿大获批[[us-ryoncil]]。",
        "Ryoncil与艾米迈托赛的获批仅隔半个月。",
        "Ryoncil 2024年底获批。",
    ],
)
def test_a_date_of_which_it_is_not_sure_whose_it_is_is_only_typed(found, text):
    assert {item.split()[0] for item in found(text)} == {"F021"}


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("ISCT于2025年5月20日发布新版MSC鉴定标准。", "2025年5月20日"),
        ("Alofisel于2018年3月23日在欧盟获批。", "2018年3月23日"),
        ("艾米迈托赛于2024年12月31日获批。", "2024年12月31日"),
        ("ISCT的新版MSC鉴定标准比艾米迈托赛获批晚120天。", "120天"),
    ],
)
def test_what_is_finer_than_its_fact_is_over_precise(found, text, date):
    assert found(text) == [f"F022 {date}"]


@pytest.mark.parametrize(
    "text",
    [
        "《2019年度报告》与2022年版指南、国务院令第818号。",
        "患者随访12个月，每2周给药一次，2015年以后出生的儿童除外。",
        "截至2026年11月22日，仍未公布。",
        "“2025年初”一语没有出处。",
        "> 政策已于2025年初松绑。Ryoncil于2023年获批。",
        "结果已经发表（王等，2012年）。",
        "每年10月1日起接种。",
        "2019年以前有{{ count(kind='approval', before='2019-01-01') }}项。",
        "批准于{{ fact('us-ryoncil').date }}，相隔{{ days_between('us-ryoncil', 'cn-amimestrocel') }}。",
    ],
)
def test_what_is_no_date_of_an_event_is_left_alone(found, text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "ISCT在{{ fact('isct-2025').date }}的标准为{{ fact('cn-amimestrocel').label }}铺路。",
        "ISCT的新版MSC鉴定标准推动艾米迈托赛获批。",
        "{{ fact('isct-2025').label }}。随后，Ryoncil获批。",
        "Alofisel退出欧盟市场。此前，Ryoncil已经获批。",
        "先进治疗药品的草案公布。这为药品审批铺路。\n\n艾米迈托赛获批。",
    ],
)
def test_an_order_that_the_dates_exclude(found, text):
    assert [item.split()[0] for item in found(text)] == ["F023"]


@pytest.mark.parametrize(
    "text",
    [
        "Ryoncil获批，随后艾米迈托赛获批。",
        # When it was decided is not known: ../2025-01-02.
        "艾米迈托赛获批，随后Ryoncil获批。",
        "ISCT的新版MSC鉴定标准不可能为艾米迈托赛的获批铺路。",
        "有文章称，ISCT的新版MSC鉴定标准为艾米迈托赛的获批铺路。",
        "国务院令第818号为药品审批铺路。\n\n艾米迈托赛获批。",
        "{{ fact('isct-2025').label }}将为更多新药审批铺路。\n\n艾米迈托赛获批。",
        "后出的ISCT标准{{ fact('isct-2025').date }}不能是先前批准的原因[[cn-amimestrocel]]。",
    ],
)
def test_an_order_that_fits_is_open_or_is_not_claimed(found, text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("国家卫生健康委员会于{{ fact('cn-wzx-2016').date }}重申。", "国家卫生健康委员会"),
        ("卫生部于{{ fact('cn-wzx-2016').date }}重申。", "卫生部"),
        ("国家卫健委重申了这道要求[[cn-wzx-2016]]。", "国家卫健委"),
        ("国家卫健委于{{ fact('cn-wzx-2016').date }}发布的要求有效。", "国家卫健委"),
        (
            "国家食品药品监督管理总局和卫生部{{ fact('cn-halt-2011').date }}印发通知。",
            "国家食品药品监督管理总局",
        ),
    ],
)
def test_a_name_of_another_time(found, text, name):
    assert found(text) == [f"F024 {name}"]


@pytest.mark.parametrize(
    "text",
    [
        "国家卫生和计划生育委员会于{{ fact('cn-wzx-2016').date }}重申。",
        "卫生部门于{{ fact('cn-wzx-2016').date }}重申。",
        "国家药监局{{ fact('cn-halt-2011').date }}印发通知。",
        "国家卫生健康委员会前身是卫生部，{{ fact('cn-wzx-2016').date }}时另有名称。",
        "原卫生部的档案，{{ fact('cn-wzx-2016').date }}仍在使用。",
        "见《国家卫生健康委员会公报》{{ fact('cn-wzx-2016').date }}。",
        "国家药品监督管理局药品审评中心{{ fact('cn-wzx-2016').date }}受理。",
        "ISCT在{{ fact('isct-2005').date }}就建议过。",
        "{{ fact('cn-wzx-2016').date }}重申过；国家卫生健康委员会{{ fact('cn-nkrdp').date }}又发通知。",
        "国家卫生健康委员会没有说明[[cn-amimestrocel]]。",
        "国家卫生健康委员会废止了{{ fact('cn-dual-filing-2015').date }}印发的办法。",
        "{{ fact('cn-halt-2011').date }}的通知由卫生部印发，后来由国家卫生健康委员会执行。",
    ],
)
def test_a_name_of_its_time_or_about_names(found, text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("FDA approved Ryoncil in November 2024.", ["F020"]),
        ("ISCT published new criteria for identifying MSCs on 20 May 2025.", ["F022"]),
        ("The society met in May 2023.", ["F021"]),
        ("Ryoncil was approved before Alofisel was withdrawn.", ["F023"]),
        ("Born after 1 May 2015, they were dosed every 2 weeks.", []),
    ],
)
def test_english(found, text, codes):
    assert [item.split()[0] for item in found(text, "en")] == codes


def test_the_sample_briefing_itself_types_no_date():
    whole, _ = load_briefing(read_briefing(ROOT, "msc-policy"))
    assert whole is not None
    assert dating.check(whole, survey(whole, DAY, lambda char: True)) == []
