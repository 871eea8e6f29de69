"""Names in prose: which are found, how long, and what only looks like one."""

import pytest

from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.reading.names import Names
from report.reading.register import Register
from tests.dsl import ROOT


@pytest.fixture(scope="module")
def briefing():
    """The sample briefing: bodies with dated names, products, decrees."""
    found, _ = load_briefing(read_briefing(ROOT, "msc-policy"))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("国家药品监督管理局药品审评中心受理", [("国家药品监督管理局药品审评中心", "cde")]),
        ("国家食品药品监督管理总局发文", [("国家食品药品监督管理总局", "nmpa")]),
        ("卫健委与国家卫计委", [("卫健委", "nhc"), ("国家卫计委", "nhc")]),
        ("国家药监局和中国药监局", [("国家药监局", "nmpa"), ("药监局", "nmpa")]),
        ("美国FDA批准Ryoncil®", [("FDA", "fda"), ("Ryoncil", "ryoncil")]),
        ("艾米迈托赛注射液", [("艾米迈托赛", "amimestrocel")]),
    ],
)
def test_bodies_and_products(briefing, text, names):
    found = Names(briefing).find(text)
    assert [(one.name.text, one.name.entities[0]) for one in found] == names


@pytest.mark.parametrize(
    "text",
    ["广东省药监局", "韩国药监局", "上海市卫健委", "卫生部门", "FDAs9", "Ryoncils", "商务部门和国务院长"],
)
def test_what_only_looks_like_a_name(briefing, text):
    assert Names(briefing).find(text) == ()


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("国务院令第818号公布", "cn-818"),
        ("818号令", "cn-818"),
        ("《细胞治疗产品生产检查指南》", "cn-insp-guide"),
        ("“先进治疗药品”", "cn-atmp"),
        ("日本的TEMCELL", "jp-temcell"),
        ("subject amimestrocel", "cn-amimestrocel"),
    ],
)
def test_proper_nouns_of_facts(briefing, text, fact):
    facts = [name for one in Names(briefing).find(text) for name in one.name.facts]
    assert fact in facts


@pytest.mark.parametrize("term", ["MSC", "SR-aGVHD", "基质细胞"])
def test_a_term_of_the_glossary_names_no_fact(briefing, term):
    assert Names(briefing).find(f"这种{term}很常见") == ()


def test_the_matter_of_a_fact_is_the_product_and_not_the_body(briefing):
    register = Register(briefing)
    fact = briefing.facts["us-ryoncil"]
    names = {one.name.text: one.name for one in register.names.find("FDA、Mesoblast和Ryoncil")}
    assert [register.is_about(fact, names[name]) for name in ("FDA", "Mesoblast", "Ryoncil")] == [
        False,
        False,
        True,
    ]
