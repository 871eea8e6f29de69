"""The pages that say which edition is the latest, in a browser and before validators."""

import pytest

from tests.functional.web.conftest import WIDTHS
from tests.functional.web.test_web_validators import nu
from tests.recalls import CLINICS, REASON, entry, give, two_editions

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    project = two_editions(tmp_path_factory.mktemp("status") / "project")
    give(project, *map(entry, CLINICS))
    project.change("briefing.yaml", "language: zh-Hans", "language: zh-Hans\nlocales: [zh-Hans, zh-Hant-HK]")
    assert project.run("recall", "1", "--reason", REASON, "--must-return", "--yes").code == 0
    folder = project.root / "output/demo/status"
    page = project.run("status", "--format", "html").out
    (folder / "overview.html").write_text(page, encoding="utf-8")
    return folder


PAGES = ("index.html", "1.html", "2.zh-Hant-HK.html", "overview.html")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_nothing_runs_over(opened, axe, folder, name, width):
    # The policy of the pages lets no script in: only for axe it is set aside.
    page = opened(folder / name, width, bypass_csp=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == {}


def test_the_nu_checker_finds_nothing(folder):
    paths = [folder / name for name in PAGES]
    assert nu(*paths) == {path: [] for path in paths}


def test_every_link_leads_to_a_page(opened, folder):
    page = opened(folder / "1.html", 320)
    links = page.eval_on_selector_all("a", "links => links.map(link => link.getAttribute('href'))")
    inside = [link for link in links if not link.startswith("https://")]
    assert len(inside) >= 3
    assert all((folder / link).is_file() for link in inside)


def test_state_is_told_without_colour_and_in_print(opened, folder):
    page = opened(folder / "1.html", 320, forced_colors="active")
    page.emulate_media(media="print")
    assert page.inner_text(".verdict").split() == ["▲", "已撤回", "您手上的版次已撤回，请勿再用。"]
