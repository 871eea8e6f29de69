"""Web pages, built once, and a browser that opens them and listens to what they say and ask for."""

import shutil

import pytest

from tests.browser import launched, npm_package
from tests.dsl import ROOT, Project, run

WIDTHS = (320, 768, 1280)


@pytest.fixture(scope="session")
def browser():
    with launched() as found:
        yield found


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The web pages of the briefing that comes with the program, in all its locales."""
    project = tmp_path_factory.mktemp("web")
    shutil.copytree(ROOT / "content", project / "content")
    built = run("build", "msc-policy", "-f", "html", "--project", str(project))
    assert built.code == 0, built.out + built.err
    return project / "output/msc-policy"


@pytest.fixture(scope="session")
def briefing(folder):
    """The web page of the briefing that comes with the program."""
    return folder / "msc-policy.html"


@pytest.fixture(scope="session")
def third_edition(tmp_path_factory):
    """The web page of a briefing after two editions."""
    project = Project(tmp_path_factory.mktemp("editions") / "project")
    for day, sentence in (("2026-11-23", "共12处。"), ("2026-11-24", "又增3处。")):
        assert project.run("release", "-f", "html").code == 0
        path = project.demo / "sections/01-opening.md"
        path.write_text(path.read_text(encoding="utf-8") + f"\n{sentence}[@notice]\n", encoding="utf-8")
        settings = project.demo / "briefing.yaml"
        lines = settings.read_text(encoding="utf-8").split("\n")
        lines = [f'as_of: "{day}"' if line.startswith("as_of") else line for line in lines]
        settings.write_text("\n".join(lines), encoding="utf-8")
    built = project.build("-f", "html")
    assert built.code == 0, built.out
    return project.root / "output/demo/demo.html"


@pytest.fixture(scope="session")
def grouped(tmp_path_factory):
    """The web page of a briefing whose timeline is grouped by jurisdiction."""
    project = tmp_path_factory.mktemp("grouped")
    shutil.copytree(ROOT / "content", project / "content")
    settings = project / "content/msc-policy/briefing.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("group_by: none", "group_by: jurisdiction"), encoding="utf-8")
    built = run("build", "msc-policy", "-f", "html", "--locale", "zh-Hans", "--project", str(project))
    assert built.code == 0, built.out + built.err
    return project / "output/msc-policy/msc-policy.html"


@pytest.fixture
def opened(browser):
    """Open a page; whatever it logs, throws or asks for fails the test."""
    contexts = []

    def open_page(path, width=1280, *, script="", **options):
        options = {"reduced_motion": "reduce", "offline": True} | options
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        if script:
            context.add_init_script(script)
        context.set_default_timeout(5000)
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


@pytest.fixture(scope="session")
def axe():
    """Return what axe-core says of an open page: the ids of the rules that it breaks, each with its first element."""
    source = npm_package("axe-core/axe.min.js").read_text(encoding="utf-8")

    def judge(page):
        page.add_script_tag(content=source)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert len(result["passes"]) > 20
        return {item["id"]: item["nodes"][0]["html"] for item in result["violations"]}

    return judge
