"""Notices as they are printed: on one page whatever they hold, as many clinics as there are."""

import dataclasses
import datetime

import pytest

from report import pipeline
from report.clinics import Clinic
from report.editions.record import Shown
from report.editions.withdrawals import Withdrawal
from report.formats import pdf
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.notices.notice import Matter
from report.notices.printing import NoticeError
from report.pipeline.noticing import make_notices
from tests.dsl import TODAY, Project
from tests.unit.editions.samples import edition, fact

pytestmark = pytest.mark.slow
WITHDRAWAL = Withdrawal(1, datetime.date(2026, 11, 27), "", "来源撤稿", 2)


@pytest.fixture
def run(project: Project):
    return pipeline.start(project.root, TODAY, None)


def made(run, matter, *clinics):
    briefing, _ = load_briefing(read_briefing(run.project, "demo"))
    assert briefing is not None
    return dict(make_notices(run, briefing, matter, clinics))


def clinic(name="GZ-0001", shown="青柏社区诊所（示例）", locale="zh-Hans"):
    return Clinic(id=name, name=shown, locale=locale, channels=("post",))


def extract(notice):
    (name,) = notice.record.files
    return pdf.inspect((notice.folder / name).read_bytes())


def matter_of(count, reason=WITHDRAWAL.reason):
    old, new = (
        {
            f"fact-{number:03}": fact(
                label=f"第{number}条规定施行",
                dates={"effective": day, "published": "2025-10-10"},
                shown=(Shown("rules", "dates.effective", day),),
            )
            for number in range(count)
        }
        for day in ("2026-05-01", "2026-06-01")
    )
    editions = edition(1, briefing="demo", facts=old), edition(2, briefing="demo", facts=new)
    withdrawal = dataclasses.replace(WITHDRAWAL, reason=reason)
    return Matter(withdrawal, *editions, (editions[1],), "https://status.example.org/demo/1.html")


def test_what_does_not_fit_on_the_page_is_counted_there(run):
    notice = made(run, matter_of(60), clinic())["GZ-0001"]
    found = extract(notice)
    assert (found.pages, found.broken_rules) == (1, ())
    shown = len(notice.record.changes)
    assert 5 <= shown < 60
    assert f"另有事实改变{60 - shown}项，未列于此，见第2版的“更新说明”。" in "".join(found.text.split())
    assert "".join(found.text.split()).count("2026年6月1日") == shown


def test_a_notice_is_one_page_with_the_longest_reason_that_there_may_be(run):
    notice = made(run, matter_of(40, "因" * 500), clinic())["GZ-0001"]
    assert extract(notice).pages == 1
    assert notice.record.changes


def test_the_longest_name_and_id_go_onto_it(run):
    clinics = [
        clinic("A" * 48, "长" * 60),
        clinic("B" * 48, "Wide Practice Name " * 3 + "WW"),
        clinic("C-1", "M" * 60),
    ]
    for name, notice in made(run, matter_of(1), *clinics).items():
        found = extract(notice)
        assert found.pages == 1
        assert name in "".join(found.text.split())


def test_markup_in_a_name_is_text(run):
    notice = made(run, matter_of(1), clinic(shown="<b>甲&乙</b>".replace("/", "-")))["GZ-0001"]
    assert "<b>甲&乙<-b>" in "".join(extract(notice).text.split())


def test_a_reason_that_is_longer_than_a_page_is_refused(run):
    with pytest.raises(NoticeError, match="longer than a page") as caught:
        made(run, matter_of(1, "因" * 4000), clinic())
    assert caught.value.code.code == "P020"


def test_the_same_notice_has_the_same_bytes(run):
    first = extract_bytes(made(run, matter_of(3), clinic(), clinic("GZ-0002"))["GZ-0001"])
    again = extract_bytes(made(run, matter_of(3), clinic("GZ-0003"), clinic())["GZ-0001"])
    assert first == again


def extract_bytes(notice):
    (name,) = notice.record.files
    return (notice.folder / name).read_bytes()


def test_many_clinics_and_no_word_of_another(run):
    clinics = [clinic(f"GZ-{number:04}", f"第{number:04}号诊所") for number in range(1, 131)]
    found = made(run, matter_of(2), *clinics)
    assert len(found) == 130
    for number in (1, 100, 101, 130):
        text = "".join(extract(found[f"GZ-{number:04}"]).text.split())
        assert f"第{number:04}号诊所" in text
        others = [other for other in range(1, 131) if other != number and f"第{other:04}号诊所" in text]
        assert others == []
