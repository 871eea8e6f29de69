"""The web page in a real browser: what it shows at three widths, what its controls do, and that it asks for nothing."""

import json
import shutil
import subprocess

import pytest

from report.formats import html
from report.pages import Page
from tests.browser import launched, npm_package, require
from tests.dsl import ROOT, Project, run

WIDTHS = (320, 768, 1280)


@pytest.fixture(scope="module")
def browser():
    with launched() as found:
        yield found


@pytest.fixture(scope="module")
def briefing(tmp_path_factory):
    """The web page of the briefing that comes with the program."""
    project = tmp_path_factory.mktemp("web")
    shutil.copytree(ROOT / "content", project / "content")
    built = run("build", "msc-policy", "-f", "html", "--locale", "zh-Hans", "--project", str(project))
    assert built.code == 0, built.out + built.err
    return project / "output/msc-policy/msc-policy.html"


@pytest.fixture(scope="module")
def third_edition(tmp_path_factory):
    """The web page of a briefing after two editions."""
    project = Project(tmp_path_factory.mktemp("editions") / "project")
    for day, sentence in (("2026-11-23", "共12处。"), ("2026-11-24", "又增3处。")):
        assert project.run("release", "-f", "html").code == 0
        path = project.demo / "sections/01-opening.md"
        path.write_text(path.read_text(encoding="utf-8") + f"\n{sentence}[@notice]\n", encoding="utf-8")
        settings = project.demo / "briefing.yaml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(
            "\n".join(f'as_of: "{day}"' if line.startswith("as_of") else line for line in text.split("\n")),
            encoding="utf-8",
        )
    built = project.build("-f", "html")
    assert built.code == 0, built.out
    return project.root / "output/demo/demo.html"


@pytest.fixture
def opened(browser):
    """Open a page; whatever it logs, throws or asks for fails the test."""
    contexts = []

    def open_page(path, width=1280, **options):
        options = {"reduced_motion": "reduce", "offline": True} | options
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url))
        page.goto(path.as_uri())
        contexts.append((context, said, path))
        return page

    yield open_page
    for context, said, path in contexts:
        context.close()
        assert [line for line in said if not line.startswith(("data:", path.as_uri()))] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_axe_finds_nothing(opened, briefing, width, scheme):
    # The policy of the page lets no foreign script in: only for axe it is set aside.
    page = opened(briefing, width, color_scheme=scheme, bypass_csp=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.add_script_tag(content=npm_package("axe-core/axe.min.js").read_text(encoding="utf-8"))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(item["id"], item["nodes"][0]["html"]) for item in result["violations"]] == []
    assert len(result["passes"]) > 20


def test_the_nu_checker_finds_nothing(briefing, third_edition):
    for path in (briefing, third_edition):
        assert nu_errors(path) == []


def nu_errors(path):
    java = require("java", "run: sudo apt-get install -y default-jre-headless")
    jar = npm_package("vnu-jar/build/dist/vnu.jar")
    done = subprocess.run(
        [java, "-jar", str(jar), "--errors-only", "--format", "json", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return [message["message"] for message in json.loads(done.stderr)["messages"]]


@pytest.mark.parametrize(
    ("old", "new", "axe", "nu"),
    [
        ('<html lang="zh-Hans">', "<html>", "html-has-lang", None),
        ('<main id="main"', '<main id="main" role="none"', None, "Bad value"),
        ("<h1 id=", '<img src="data:," ><h1 id=', "image-alt", 'must have an "alt"'),
        (
            '<ol>\n<li><a href="#part_key-points">',
            '<ol><p></p>\n<li><a href="#part_key-points">',
            "list",
            "not allowed",
        ),
        ("--grey: #565c60;", "--grey: #c0c4c8;", "color-contrast", None),
    ],
    ids=["no language", "wrong role", "no alternative", "no list item", "too faint"],
)
def test_the_validators_see_what_is_broken(opened, briefing, tmp_path, old, new, axe, nu):
    text = briefing.read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "broken.html"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    page = opened(broken, bypass_csp=True)
    page.add_script_tag(content=npm_package("axe-core/axe.min.js").read_text(encoding="utf-8"))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    found = [item["id"] for item in result["violations"]]
    assert (axe in found) == (axe is not None)
    messages = nu_errors(broken)
    assert any(nu in message for message in messages) if nu else messages == []


def test_it_is_complete_without_scripts(opened, briefing):
    page = opened(briefing, 320, java_script_enabled=False)
    assert page.locator(".filters").is_hidden()
    assert page.locator(".theme").is_hidden()
    assert page.locator("tr.row").count() == page.locator("tr.row:visible").count() > 10
    page.locator("summary", has_text="国务院令第818号").first.click()
    assert page.locator("details[open] .card", has_text="施行").first.is_visible()
    assert page.locator("#part_notes li").first.is_visible()


def dates(page):
    return page.locator("tr.row:visible .c-date").all_inner_texts()


def test_the_timeline_is_sorted_and_back(opened, briefing):
    page = opened(briefing)
    before = dates(page)
    head = page.locator("th[data-key=date]")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert dates(page) == before
    head.locator("button").click()
    assert dates(page) == before[::-1]
    page.locator("th[data-key=jurisdiction] button").click()
    assert head.get_attribute("aria-sort") is None
    places = page.locator("tr.row .c-jurisdiction").all_inner_texts()
    assert places != sorted(set(places))
    assert len({place for place, _ in zip(places, places[1:], strict=False)}) > 2
    runs = [place for index, place in enumerate(places) if index == 0 or places[index - 1] != place]
    assert len(runs) == len(set(runs))
    page.locator(".filters button[type=reset]").click()
    page.wait_for_function("!document.querySelector('th[aria-sort]')")
    assert dates(page) == before


def test_the_timeline_is_filtered_and_says_how_many_are_left(opened, briefing):
    page = opened(briefing)
    total = page.locator("tr.row").count()
    page.get_by_label("法域", exact=True).select_option("美国")
    shown = page.locator("tr.row:visible")
    assert 0 < shown.count() < total
    assert set(page.locator("tr.row:visible .c-jurisdiction").all_inner_texts()) == {"美国"}
    assert page.locator(".filters output").inner_text() == f"显示{shown.count()}项，共{total}项"
    page.locator(".filters select[data-key=badge]").select_option("松绑")
    assert all("松绑" in text for text in page.locator("tr.row:visible .c-badge").all_inner_texts())
    page.locator(".filters button[type=reset]").click()
    page.wait_for_function(f"document.querySelectorAll('tr.row:not([hidden])').length === {total}")


def test_a_fact_tells_its_status_source_and_dates(opened, briefing):
    page = opened(briefing, 320)
    page.locator("#row_cn-818 summary").click()
    card = page.locator("#row_cn-818 .card")
    assert card.is_visible()
    text = card.inner_text()
    for words in ("已核实", "2026年5月1日", "最近核查", "已施行"):
        assert words in text
    card.locator("a").first.click()
    assert page.url.rpartition("#")[2].startswith("ref-")
    # The same for every fact that the text uses, also for those that have no row.
    page.goto(page.url.partition("#")[0] + "#fact_cn-nkrdp")
    page.reload()
    assert page.locator("#fact_cn-nkrdp .card").is_visible()
    assert "有争议" in page.locator("#fact_cn-nkrdp").inner_text()


def test_the_contents_mark_what_is_being_read(opened, briefing):
    page = opened(briefing)
    for target in ("safety", "part_references"):
        page.evaluate(f"document.getElementById('{target}').scrollIntoView()")
        page.wait_for_function(f"document.querySelector('.contents a[aria-current]')?.hash.match(/{target}/)")
    assert page.locator(".contents a[aria-current]").count() == 1


def test_edition_and_day_stay_in_sight(opened, briefing):
    for width in WIDTHS:
        page = opened(briefing, width)
        page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
        box = page.locator(".bar-edition").bounding_box()
        assert 0 <= box["y"] < 90
        assert "数据截至 2026年11月22日" in page.locator(".bar-edition").inner_text()


def test_notes_stand_beside_the_text_or_open_in_it(opened, briefing):
    wide = opened(briefing, 1280)
    beside = wide.locator(".sidenote")
    assert beside.count() == wide.locator("sup.note-ref a").count() > 5
    boxes = [beside.nth(index).bounding_box() for index in range(beside.count())]
    assert all(box["x"] > 900 for box in boxes)
    assert all(
        first["y"] + first["height"] <= second["y"] for first, second in zip(boxes, boxes[1:], strict=False)
    )
    narrow = opened(briefing, 320)
    assert narrow.locator(".sidenote").count() == 0
    link = narrow.locator("sup.note-ref a").first
    link.click()
    note = narrow.locator(".inline-note")
    assert note.is_visible()
    assert link.get_attribute("aria-expanded") == "true"
    assert note.inner_text().replace(" ", "")[1:12] in narrow.locator(
        "#part_notes li"
    ).first.inner_text().replace(" ", "")
    link.press("Escape")
    assert narrow.locator(".inline-note").count() == 0


def test_light_and_dark_are_remembered(opened, briefing):
    page = opened(briefing, color_scheme="light")
    button = page.locator(".theme")

    def paper():
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    light = paper()
    assert button.inner_text() == "深色"
    button.click()
    assert paper() != light
    page.reload()
    assert paper() != light
    button.click()
    assert paper() == light


def test_a_reader_chooses_the_edition_to_be_told_from(opened, third_edition):
    page = opened(third_edition)
    choice = page.get_by_label("您手上的是")
    assert choice.locator("option").all_inner_texts() == ["自第2版以来", "自第1版以来"]
    assert page.locator("details.since:visible").count() == 1
    assert "12处" not in page.locator("#since_1").inner_text()
    choice.select_option("自第1版以来")
    assert page.locator("#since_1").is_hidden()
    told = page.locator("#since_2").inner_text()
    assert "12处" in told
    assert "增3处" in told


def test_everything_is_reached_by_keyboard(opened, briefing):
    page = opened(briefing)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    head = page.locator("th[data-key=kind] button")
    head.focus()
    # What has the focus is to be seen.
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    assert page.locator("th[data-key=kind]").get_attribute("aria-sort") == "ascending"
    summary = page.locator("tr.row summary").first
    summary.focus()
    page.keyboard.press("Space")
    assert page.locator("tr.row details[open]").count() == 1
    select = page.locator(".filters select").first
    select.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator(".filters select").first.input_value() != ""


def test_on_paper_all_is_open_and_nothing_is_to_be_pressed(opened, briefing):
    page = opened(briefing)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for name in (".contents", ".filters", ".theme", ".to-top", ".permalink"):
        assert page.locator(name).first.is_hidden()
    assert page.locator("#fact_cn-818 .card").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert "数据截至" in page.locator(".bar-edition").inner_text()


def test_nothing_runs_that_is_not_the_pages_own(opened, briefing, tmp_path):
    """The policy in the head refuses a script whose hash it does not name."""
    text = briefing.read_text(encoding="utf-8")
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text(
        text.replace("</main>", "<script>document.title = 'x'</script></main>"), encoding="utf-8"
    )
    with launched() as other:
        page = other.new_page()
        page.goto(spoilt.as_uri())
        assert page.title() == "间充质干细胞为何被叫停、何时松绑"


def test_the_same_page_is_the_same_bytes_and_carries_its_pictures():
    page = Page(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>t</title></head>'
        '<body><img src="asset:///figures/a%20b.png" alt="x"><p>恢\u2060复</p></body></html>',
        {"figures/a b.png": b"\x89PNG"},
    )
    first, second = (html.export(page, lambda text: None).data for _ in range(2))
    assert first == second
    assert b"asset:" not in first
    assert "data:image/png;base64,iVBORw==" in first.decode()
    assert "恢复" in first.decode()
