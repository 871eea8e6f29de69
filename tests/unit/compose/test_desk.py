"""What templates get when they ask for facts and bodies, and what is recorded of it."""

import datetime

import pytest

from report.compose.desk import FactDesk
from report.compose.register import UNPRINTABLE
from report.compose.views import precision
from report.facts.judgement import superseded_by
from report.facts.models import Entity
from tests.unit.facts.strategies import make_fact

WORDS = {
    "yes": "是",
    "no": "否",
    "in_force_yes": "已施行",
    "in_force_no": "未施行",
    "in_force_unclear": "施行日期待核",
}
FACTS = {
    fact.id: fact
    for fact in (
        make_fact("old", "2011-12-16", supersedes=[], kind="suspension", entities=["nmpa"]),
        make_fact("new", "2013-05-20", supersedes=["old"], kind="suspension", entities=["nmpa"]),
        make_fact("drug", "2025-01-02", entities=["nmpa"], attrs={"product": "MSC"}, review_by="2027-02-22"),
        make_fact("us", "2024-12", jurisdiction="US", attrs={"product": "MSC"}),
        make_fact("draft", "2010-05", status="draft", attrs={"conditional": "true"}, label="传闻"),
        make_fact("unsure", "2010-05?", status="draft", label="传闻（待核）"),
        make_fact("disputed", "2001", status="contested", jurisdiction="JP"),
        make_fact("gone", "2001", status="retracted"),
        make_fact("rule", "2025-10-10", kind="regulation", valid="2026-05-01/.."),
        make_fact("rumoured", "2025-10-10", kind="regulation", status="draft", valid="2026-05-01/.."),
        make_fact("planned", None, kind="regulation", dates={"published": "2026-10", "effective": "2027-05"},
                  primary_date="effective", valid="2027-05-01/.."),
        make_fact("later", "2027-01"),
    )
}  # fmt: skip
ENTITIES = {
    "nmpa": Entity.model_validate(
        {
            "id": "nmpa",
            "names": [
                {"name": "食药监局", "valid": "../2013-02"},
                {"name": {"zh-Hans": "食药监总局", "en": "CFDA"}, "valid": "2013-03/2018-02"},
                {"name": {"zh-Hans": "药监局", "en": "NMPA"}, "valid": "2018-03/.."},
            ],
        }
    )
}


class Asked:
    """A desk, and what it reported."""

    def __init__(self, as_of="2026-11-22", locale="zh-Hans"):
        day = datetime.date.fromisoformat(as_of)
        self.codes, self.messages = [], []
        self.desk = FactDesk(
            FACTS, superseded_by(FACTS.values(), day), day, locale, WORDS, self._report, ENTITIES, "part"
        )

    def _report(self, code, message, hint, needle):
        self.codes.append(code.code)
        self.messages.append(f"{message} | {hint}")

    @property
    def uses(self):
        return [(use.fact, use.field, use.text) for use in self.desk.uses]


@pytest.fixture
def asked():
    return Asked()


# --- drafts ---


def test_what_a_draft_states_prints_once_as_unconfirmed(asked):
    view = asked.desk.fact("draft")
    assert str(view.date) == "2010年5月（待核）"
    assert str(precision(view.date, "year")) == "2010年（待核）"
    assert view.label == "传闻（待核）"
    assert str(view.attr("conditional")) == "是（待核）"
    assert view.attr("conditional") == "是"
    assert view.attr("conditional")
    assert str(asked.desk.fact("unsure").date) == "2010年5月（待核）"
    assert asked.desk.fact("unsure").label == "传闻（待核）"
    assert ("draft", "dates.announced", "2010年5月（待核）") in asked.uses


def test_a_draft_is_unconfirmed_in_english_and_in_what_is_computed_from_it():
    english = Asked(locale="en")
    assert str(english.desk.fact("draft").date) == "May 2010 (unconfirmed)"
    assert str(Asked().desk.days_between("draft", "us")) == "5298–5358天（待核）"
    assert str(Asked().desk.fact("rumoured").in_force) == "已施行（待核）"
    assert str(Asked().desk.fact("rumoured").valid) == "2026年5月1日起（待核）"


def test_an_unclear_standing_says_already_that_it_is(asked):
    assert str(asked.desk.fact("draft").in_force) == "施行日期待核"


def test_what_is_verified_bears_no_mark(asked):
    assert str(asked.desk.fact("drug").date) == "2025年1月2日"
    assert asked.desk.fact("rule").valid == "2026年5月1日起"
    assert asked.uses[-1] == ("rule", "valid", "2026年5月1日起")
    assert not asked.codes


# --- count ---


def test_a_count_prints_its_range_and_records_what_it_counted(asked):
    assert str(asked.desk.count(kind="approval", before="2025-01-01")) == "2"
    assert asked.uses == [("us", "count", "2"), ("disputed", "count", "2")]
    assert str(asked.desk.count(kind="approval", before="2024-12-18")) == "1–2"
    assert str(asked.desk.count(kind="approval", after="us")) == "1"
    assert asked.uses[-2:] == [("drug", "count", "1"), ("us", "count", "1")]


def test_superseded_facts_count_because_they_happened_and_drafts_where_asked(asked):
    assert str(asked.desk.count(kind="suspension")) == "2"
    assert str(asked.desk.count(kind="approval")) == "3"
    assert str(asked.desk.count(kind="approval", draft=True)) == "5（待核）"
    assert str(asked.desk.count(entity="nmpa", jurisdiction="CN")) == "3"


def test_a_count_is_compared_only_where_it_is_sure(asked):
    count = asked.desk.count(kind="approval", before="2024-12-18")  # 1–2
    assert count
    assert count >= 1
    assert count > 0
    assert count <= 2
    assert count < 3
    assert count != 3
    assert not any([count >= 2, count > 1, count <= 1, count < 2, count == 1, count == 2, count != 2])
    three = asked.desk.count(kind="approval")
    assert three == 3
    assert three > count
    assert 3 <= three  # noqa: SIM300
    assert (three != 3) is False
    assert not asked.desk.count(kind="approval", draft=True) >= 1
    assert not asked.desk.count(kind="refusal")
    assert ("drug", "count", "") in asked.uses


def test_a_range_is_no_number_to_reckon_with(asked):
    assert int(asked.desk.count(kind="approval")) == 3
    assert not asked.codes
    assert int(asked.desk.count(before="2024-12-18", kind="approval")) == 1
    assert asked.codes == ["F008"]


def test_a_count_cannot_be_compared_with_another_thing(asked):
    with pytest.raises(TypeError, match="compared with numbers only"):
        assert asked.desk.count() > "2"
    with pytest.raises(TypeError, match="years and facts are not compared"):
        assert asked.desk.age("drug") > asked.desk.count()


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"kind": "aproval"}, "F008"),
        ({"entity": "nobody"}, "S027"),
        ({"jurisdiction": "UK"}, "F008"),
        ({"subject": "x"}, "F008"),
        ({"before": "2025年"}, "F008"),
        ({"before": "nothing"}, "S026"),
        ({"after": "drug.signed"}, "F006"),
        ({"after": "later"}, "F001"),
        ({"after": "gone"}, "F005"),
        ({"before": "2024-12-18", "exact": True}, "F008"),
    ],
)
def test_a_count_that_cannot_be_is_a_finding_and_a_mark(asked, wanted, code):
    count = asked.desk.count(**wanted)
    assert asked.codes == [code]
    assert str(count) == UNPRINTABLE
    assert not any([count, count >= 0, count < 1, count == 0, count != 0])
    assert asked.codes == [code]
    assert not asked.uses


def test_counts_follow_the_day():
    assert [
        str(Asked(on).desk.count(kind="approval")) for on in ("2020-01-01", "2024-12-01", "2027-01-01")
    ] == [
        "1",
        "2",
        "4",
    ]


# --- first ---


def test_the_first_is_a_fact_like_any_other(asked):
    assert str(asked.desk.first(of="approval", product="MSC").date) == "2024年12月"
    assert str(asked.desk.first(of="suspension").date) == "2011年12月16日"
    assert asked.uses[-1] == ("old", "dates.announced", "2011年12月16日")
    assert not asked.codes


def test_where_no_first_is_sure_the_candidates_are_told(asked):
    assert str(asked.desk.first(of="approval", jurisdiction="CN").date) == UNPRINTABLE
    assert asked.codes == ["F008"]
    assert "'drug' (2025-01-02), 'draft' (2010-05, draft), 'unsure' (2010-05?, draft)" in asked.messages[0]


def test_there_is_no_first_of_what_is_not_there(asked):
    assert asked.desk.first(of="refusal").label == UNPRINTABLE
    assert asked.codes == ["F008"]


def test_is_first_is_true_only_where_it_is_sure(asked):
    desk = asked.desk
    assert desk.is_first("us", of="approval", product="MSC")
    assert desk.is_first("us", of="approval", jurisdiction="US")
    assert not desk.is_first("drug", of="approval", product="MSC")
    assert not desk.is_first("drug", of="approval", jurisdiction="CN")  # a draft may have come before
    assert not desk.is_first("draft", of="approval", jurisdiction="CN")
    assert not desk.is_first("disputed", of="approval", jurisdiction="JP")
    assert not desk.is_first("later", of="approval")
    assert not desk.is_first("gone", of="approval")
    assert not asked.codes
    assert ("us", "is_first", "") in asked.uses


def test_a_fact_that_is_not_compared_at_all_is_a_slip(asked):
    assert not asked.desk.is_first("us", of="approval", jurisdiction="CN")
    assert asked.codes == ["F008"]


# --- time ---


def test_the_time_since_a_fact(asked):
    assert str(asked.desk.age("old")) == "14年"
    assert str(asked.desk.age("us")) == "1年"
    assert str(asked.desk.days_since("us")) == "691–721天"
    assert str(asked.desk.days_to_review("drug")) == "92天"
    assert asked.desk.days_to_review("drug") < 100
    assert str(Asked(locale="en").desk.days_since("drug")) == "689 days"
    assert ("us", "days_since", "691–721天") in asked.uses


@pytest.mark.parametrize(
    ("function", "fact"), [("age", "planned"), ("days_since", "planned"), ("days_to_review", "us")]
)
def test_the_time_since_what_lies_ahead_is_a_finding(asked, function, fact):
    assert str(getattr(asked.desk, function)(fact)) == UNPRINTABLE
    assert asked.codes == ["F008"]


def test_in_force_on_an_earlier_day(asked):
    desk = asked.desk
    assert desk.in_force("rule")
    assert not desk.in_force("rule", on="2026-04-30")
    assert str(desk.in_force("rule", on="2026-04-30")) == "未施行"
    assert not desk.in_force("rule", on="2025-01-01")
    assert not asked.codes


@pytest.mark.parametrize("on", ["2026", "2026-04-30/2026-05-02", "2027-01-01", "drug", "2026年"])
def test_in_force_asks_about_one_day_that_has_come(asked, on):
    assert not asked.desk.in_force("rule", on=on)
    assert asked.codes == ["F008"]


# --- names ---


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (None, "药监局"),
        ("old", "食药监局"),
        ("new", "食药监总局"),
        ("new.announced", "食药监总局"),
        ("2013-02-28", "食药监局"),
        ("2014/2016", "食药监总局"),
        ("../2011", "食药监局"),
        ("planned", "药监局"),
        ("planned.effective", "药监局"),
    ],
)
def test_a_body_has_the_name_of_the_day(asked, on, name):
    assert asked.desk.name("nmpa", on=on) == name
    assert not asked.codes


def test_the_name_today_is_that_of_as_of():
    assert Asked("2012-06-01").desk.name("nmpa") == "食药监局"
    assert Asked("2016-06-01").desk.name("nmpa") == "食药监总局"
    assert Asked(locale="en").desk.name("nmpa") == "NMPA"


def test_a_name_by_the_day_of_a_fact_is_a_use_of_that_fact(asked):
    asked.desk.name("nmpa", on="old")
    asked.desk.name("nmpa", on="2016")
    assert asked.uses == [("old", "name", "食药监局")]


@pytest.mark.parametrize(
    ("on", "code", "told"),
    [
        ("2013", "F025", "食药监局 (until February 2013) or 食药监总局 (March 2013 – February 2018) on 2013"),
        ("2017/..", "F025", "食药监总局 (March 2013 – February 2018) or 药监局 (from March 2018)"),
        ("2030", "F008", "2030 is after 2026-11-22"),
        ("later", "F001", "'later' is not yet known"),
        ("gone", "F005", "'gone' is retracted"),
        ("nothing", "S026", "'nothing'"),
    ],
)
def test_where_the_name_is_not_sure_none_is_printed(asked, on, code, told):
    assert asked.desk.name("nmpa", on=on) == UNPRINTABLE
    assert asked.codes == [code]
    assert told in asked.messages[0]


def test_an_unknown_body_is_a_finding(asked):
    assert asked.desk.name("nmp") == UNPRINTABLE
    assert asked.codes == ["S027"]
    assert "'nmpa'" in asked.messages[0]
