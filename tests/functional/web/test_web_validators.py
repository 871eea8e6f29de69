"""Validators judge the web page, and pages broken on purpose show which of them would have noticed.

What each notices is the table of docs/validators.md; `--update-golden` writes it.
"""

import json
import re
import subprocess

import pytest

from tests.browser import npm_package
from tests.dsl import run
from tests.functional.web.conftest import WIDTHS
from tests.pages import DOCS, tables
from tests.programs import require

pytestmark = pytest.mark.slow
MARKER = "web-breakages"


def nu(*paths):
    """By path, the errors of the Nu HTML checker."""
    java = require("java", "run: sudo apt-get install -y default-jre-headless")
    jar = npm_package("vnu-jar/build/dist/vnu.jar")
    # It recurses deeply, and needs more stack than threads have by default.
    arguments = ["-Xss8m", "-jar", str(jar), "--errors-only", "--format", "json"]
    done = subprocess.run(
        [java, *arguments, *map(str, paths)], capture_output=True, text=True, timeout=300, check=False
    )
    messages = json.loads(done.stderr)["messages"]
    return {
        path: [item["message"] for item in messages if item.get("url", "").endswith(f"/{path.name}")]
        for path in paths
    }


# --- Our own pages ---


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened, axe, briefing, width, scheme):
    # The policy of the page lets no foreign script in: only for axe it is set aside.
    page = opened(briefing, width, color_scheme=scheme, bypass_csp=True)
    page.locator("#row_cn-818 summary").click()
    assert axe(page) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_is_opened_and_chosen(opened, axe, briefing, third_edition, scheme):
    page = opened(briefing, color_scheme=scheme, bypass_csp=True)
    page.locator("#easing a.fact").last.click()
    assert axe(page) == {}
    page = opened(third_edition, 320, color_scheme=scheme, bypass_csp=True)
    page.locator(".contents summary").click()
    page.get_by_label("您手上的是").select_option("第1版")
    assert axe(page) == {}


def test_the_nu_checker_finds_nothing(folder, third_edition, grouped, tmp_path):
    copy = tmp_path / "grouped.html"
    copy.write_bytes(grouped.read_bytes())
    paths = [*sorted(folder.glob("*.html")), third_edition, copy]
    assert len(paths) > 3
    assert nu(*paths) == {path: [] for path in paths}


# --- Pages broken on purpose ---


def swap(old, new):
    def change(text):
        assert old in text, old
        return text.replace(old, new, 1)

    return change


def before_main_ends(html):
    return swap("</main>", f"{html}</main>")


BREAKAGES = {
    "no language": swap('<html lang="zh-Hans">', "<html>"),
    "no title": lambda text: re.sub("<title>.*?</title>", "", text, count=1),
    "an image without text alternative": before_main_ends('<p><img src="data:,"></p>'),
    "an image from outside": before_main_ends('<p><img src="https://a.example/x.png" alt="x"></p>'),
    "a style sheet from outside": swap("<style>", "<style>@import 'https://a.example/x.css';\n"),
    "a script that asks for something": swap(
        '"use strict";', '"use strict"; fetch("https://a.example/x.json").catch(() => 0);'
    ),
    "a link that leads nowhere": before_main_ends('<p><a href="#nowhere">x</a></p>'),
    "a link of which nothing is said": before_main_ends('<p><a href="#main"></a></p>'),
    "two elements with one id": before_main_ends('<p id="main">x</p>'),
    "a heading level is skipped": swap('<h1 id="h_references">', '<h4>x</h4><h1 id="h_references">'),
    "an empty heading": before_main_ends("<h2></h2>"),
    "a list with what is no item": swap('<ol>\n<li id="ref-', '<ol>\n<p>x</p><li id="ref-'),
    "an end tag that closes nothing": before_main_ends("</section>"),
    "a role that does not exist": swap('role="doc-bibliography"', 'role="doc-books"'),
    "a choice without a label": swap('for="filter_kind"', 'for="filter_kinds"'),
    "text too faint in the light": swap("--grey: #565c60;", "--grey: #b0b4b8;"),
    "readers may not enlarge": swap("initial-scale=1", "initial-scale=1, user-scalable=no"),
    "the last quarter is missing": lambda text: text[: len(text) * 3 // 4],
}


@pytest.fixture(scope="module")
def broken(third_edition, tmp_path_factory):
    """The sound page, and by what is wrong with it each broken one."""
    folder = tmp_path_factory.mktemp("broken")
    text = third_edition.read_text(encoding="utf-8")
    paths = {}
    for number, (what, change) in enumerate({"": str, **BREAKAGES}.items()):
        paths[what] = folder / f"{number:02}.html"
        paths[what].write_text(change(text), encoding="utf-8")
    return paths


def ours(path):
    """The codes of what `report verify` says of a file of which it knows nothing but itself."""
    return {code for code in run("verify", str(path), "--no-validators").codes if code.startswith("V")}


def test_every_breakage_is_noticed_by_someone_and_the_page_says_by_whom(browser, axe, broken, update_golden):
    by_nu = nu(*broken.values())
    noticed = {}
    for what, path in broken.items():
        context = browser.new_context(offline=True, bypass_csp=True, reduced_motion="reduce")
        page = context.new_page()
        page.goto(path.as_uri())
        noticed[what] = (ours(path), set(axe(page)), set(by_nu[path]))
        context.close()
    sound = noticed.pop("")
    assert sound == (set(), set(), set())
    rows = [[what, *("error" if found else "–" for found in by)] for what, by in noticed.items()]
    assert [row[0] for row in rows if set(row[1:]) == {"–"}] == []
    path = DOCS / "validators.md"
    text = path.read_text(encoding="utf-8")
    if update_golden:
        head = "| broken on purpose | `report verify` | axe-core | Nu HTML checker |\n|---|---|---|---|\n"
        table = head + "".join(f"| {' | '.join(row)} |\n" for row in rows)
        text = re.sub(rf"(<!-- {MARKER} -->\n\n)(?:\|.*\n)*", lambda found: found[1] + table, text)
        path.write_text(text, encoding="utf-8")
    assert tables(text, MARKER) == rows
