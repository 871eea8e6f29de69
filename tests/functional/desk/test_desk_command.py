"""`report preview` as an editor runs it: real pages, an end in order, and back again after it was killed."""

import os
import re
import signal
import subprocess
import sys

import pytest

from tests.browser import eventually
from tests.dsl import ROOT, run

pytestmark = pytest.mark.slow
PAGES_MS = 60_000


class Command:
    """The command, running in a process of its own."""

    def __init__(self, project, cache, *arguments):
        command = [
            sys.executable,
            "-m",
            "report",
            "preview",
            "--no-open",
            "--project",
            str(project),
            *arguments,
        ]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "XDG_CACHE_HOME": str(cache)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert "the desk is at http://127.0.0.1:" in line, self.process.communicate()
        self.url = line.split()[-1]

    def end(self, number):
        self.process.send_signal(number)
        _, self.said = self.process.communicate(timeout=30)
        return self.process.returncode


@pytest.fixture
def command(project, tmp_path):
    started = []

    def start(*arguments):
        started.append(Command(project.root, tmp_path / "cache", *arguments))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


@pytest.fixture
def page(desk_browser):
    context = desk_browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PAGES_MS)
    yield context.new_page()
    context.close()


def image(page, number):
    return page.locator(f"#page-{number} img").get_attribute("src") or ""


def test_an_edit_changes_the_image_of_its_page_and_of_no_other(project, command, page):
    desk = command()
    page.goto(desk.url)
    page.wait_for_selector("#state[data-exact=true]")
    page.wait_for_selector("#page-1 img[src]")
    button = page.locator('[data-section="opening"] button')
    number = int(re.search(r"\d+", button.inner_text())[0])
    button.click()
    page.wait_for_selector(f"#page-{number} img[src]")
    before = {n: image(page, n) for n in range(1, page.locator("figure.sheet").count() + 1)}
    project.opening("试验于{{ fact('trial-resumed').date }}恢复，另有说明[@notice]。")
    page.wait_for_selector(f"#page-{number}.changed")
    eventually(page, lambda: image(page, number) not in ("", before[number]))
    page.wait_for_selector("#state[data-exact=true]")
    assert page.locator(f"#page-{number} .marks span").count() >= 1
    # The image that is shown is the page: it is there, whole, at the density of the screen.
    shown, real = page.evaluate(
        f"(one => [one.clientWidth, one.naturalWidth])(document.querySelector('#page-{number} img'))"
    )
    assert real >= shown > 300
    page.get_by_role("button", name="网页版").click()
    page.frame_locator("#web:not([hidden])").locator("text=另有说明").first.wait_for()


def test_the_effect_of_a_fact_is_shown_on_the_real_pages(project, command, page):
    page.goto(command().url)
    page.wait_for_selector("#state[data-exact=true]")
    page.evaluate("location.hash = '#facts/trial-resumed'")
    page.click("#edit-fact")
    page.fill('[name="dates.announced"]', "2024-05-21")
    page.click("[type=submit]")
    page.wait_for_selector(".thumbs img")
    eventually(page, "document.querySelector('.thumbs img').naturalWidth > 500")
    assert page.locator(".thumbs .marks span").count() >= 1
    assert '"2024-05-20"' in (project.demo / "facts.yaml").read_text(encoding="utf-8")


def test_ctrl_c_ends_it_in_order(command, page):
    desk = command()
    page.goto(desk.url)
    page.wait_for_selector("#sheets")
    assert desk.end(signal.SIGINT) == 0
    assert desk.said == ""


def test_killed_and_started_again_it_is_found_by_the_page_that_is_open(command, page):
    first = command()
    page.goto(first.url)
    page.wait_for_selector("#page-1 img[src]")
    first.end(signal.SIGKILL)
    page.wait_for_selector("#lost:not([hidden])")
    second = command()
    assert second.url == first.url
    page.wait_for_selector("#lost", state="hidden")
    eventually(page, lambda: page.locator("#link").inner_text() == "已连接")


def test_a_port_that_is_taken_is_told(project, command):
    desk = command()
    port = re.search(r":(\d+)/", desk.url)[1]
    ended = run("preview", "--no-open", "--port", port, "--project", str(project.root))
    assert ended.code == 2
    assert f"port {port} is taken" in ended.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nothing",), "there is no briefing 'nothing'"),
        (("--editor-url", "javascript:alert(1)"), "opens no editor"),
        (("--port", "70000"), "--port"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_runs(project, arguments, told):
    ended = run("preview", "--no-open", *arguments, "--project", str(project.root))
    assert ended.code == 2
    assert told in ended.err
