"""Editions and deliveries at the desk: what changed, who holds what, what would be sent; nobody is named."""

import pytest

from report.ledger import Event
from tests.browser import eventually
from tests.desks import running
from tests.recalls import copied, entry, give, ledger_of, two_editions

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    return two_editions(tmp_path_factory.mktemp("desk-editions") / "project")


@pytest.fixture
def desk(released, tmp_path):
    project = copied(released, tmp_path / "project")
    give(project, entry("GZ-0001"), entry("GZ-0001", 2), entry("HK-0002"))
    give(project, entry("UK-0003", 2), event=Event.LOSE)
    with running(project.root, tmp_path / "state") as found:
        found.project = project
        yield found


@pytest.fixture
def page(desk, seated):
    page = seated(desk, "editions")
    page.wait_for_selector("#part-deliveries")
    return page


def part(page, name):
    return page.locator(f"section[aria-labelledby=part-{name}]")


def test_it_says_who_holds_which_edition(page):
    rows = part(page, "editions").locator("tbody tr").all_inner_texts()
    assert [row.split()[0].removesuffix("勘误") for row in rows] == ["第2版", "第1版"]
    assert "现行" in rows[0]
    assert "GZ-0001" in rows[0]
    assert "UK-0003" in rows[0]
    assert "HK-0002" in rows[1]


def test_it_says_what_would_be_sent_and_what_is_held_back(page):
    text = part(page, "plan").inner_text()
    assert "已有1份送到" in text
    part(page, "plan").locator("summary").click()
    assert "UK-0003 · post · 不知是否送到" in part(page, "plan").inner_text()
    assert "不明" in part(page, "deliveries").inner_text()


def test_it_says_what_changed_since_the_last_edition(desk, page):
    page.wait_for_selector("text=第1版 → 第2版（已发布，内容没有再改）")
    desk.project.opening("试验于{{ fact('trial-resumed').date }}恢复，又补充了一句[@notice]。")
    page.wait_for_selector("text=第2版 → 第3版（还没有发布）")
    assert "又补充了一句" in page.inner_text(".effect")


def test_no_clinic_is_named_and_no_contact_is_sent(desk, page):
    answer = page.request.get(f"{desk.base}/api/standing/demo").text()
    assert "GZ-0001" in answer
    for word in ("青柏", "Harbour", "@clinics.example.org"):
        assert word not in answer + page.content()


def test_looking_changes_nothing(desk, page):
    ledger = ledger_of(desk.project).read_bytes()
    page.reload()
    page.wait_for_selector("#part-deliveries")
    assert ledger_of(desk.project).read_bytes() == ledger
    assert not (desk.project.root / "outbox").exists()


def test_a_delivery_that_happens_meanwhile_is_seen(desk, page):
    give(desk.project, entry("HK-0002", 2))
    newest = part(page, "editions").locator("tbody tr").first
    eventually(page, lambda: "HK-0002" in newest.inner_text())
    assert "HK-0002" in newest.inner_text()


def test_recipients_that_cannot_be_read_are_told(desk, page):
    (desk.project.root / "content/clinics.yaml").write_text("- id: [", encoding="utf-8")
    said = part(page, "problems").locator("text=content/clinics.yaml").first
    said.wait_for()
    assert "content/clinics.yaml" in said.inner_text()


def test_axe_finds_nothing(desk, seated, desk_axe):
    for scheme, width in (("light", 1280), ("dark", 320)):
        page = seated(desk, "editions", width=width, color_scheme=scheme, bypass_csp=True)
        page.wait_for_selector("#part-deliveries")
        page.wait_for_selector(".effect")
        assert desk_axe(page) == {}
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
