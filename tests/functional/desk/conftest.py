"""A desk, and a browser that sits at it and listens to what it says."""

import pytest

from tests.browser import launched, npm_package
from tests.desks import running
from tests.dsl import Project


@pytest.fixture(scope="session")
def desk_browser():
    with launched() as found:
        yield found


@pytest.fixture
def desk(tmp_path):
    """A desk over a copy of the tiny good project, whose pages are drawn."""
    project = Project(tmp_path / "project")
    with running(project.root, tmp_path / "state") as found:
        found.project = project
        yield found


@pytest.fixture
def seated(desk_browser):
    """Open a desk in a window of its own; whatever it throws or logs fails the test."""
    contexts = []

    def sit(desk, view="pages", width=1280, **options):
        options = {"reduced_motion": "reduce"} | options
        context = desk_browser.new_context(viewport={"width": width, "height": 900}, **options)
        context.set_default_timeout(15000)
        page = context.new_page()
        said = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        contexts.append((context, said))
        page.said = said
        page.goto(desk.url)
        page.wait_for_selector("#sheets figure img[src]")
        if view != "pages":
            page.goto(f"{desk.base}/b/demo#{view}")
        return page

    yield sit
    for context, said in contexts:
        context.close()
        # What is refused and who is away, the page itself tells in words.
        refused = ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "status of 409")
        assert [line for line in said if not any(word in line for word in refused)] == []


@pytest.fixture(scope="session")
def desk_axe():
    """Return what axe-core says of an open page: the ids of the rules that it breaks, each with its first element."""
    source = npm_package("axe-core/axe.min.js").read_text(encoding="utf-8")

    def judge(page):
        page.add_script_tag(content=source)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert len(result["passes"]) > 10
        return {item["id"]: item["nodes"][0]["html"] for item in result["violations"]}

    return judge
