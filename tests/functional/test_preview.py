"""Pages kept up to date while files are edited: at once what changed, then all of it exactly; nothing ends it."""

import io
import os
import signal
import time

import pytest
from PIL import Image

from report.pipeline.run import start
from report.preview.session import Session
from tests.dsl import TODAY, Project
from tests.previewing import engines_of

PATIENCE = 60
SECOND = """---
id: second
title: 第二章
---

本章有一段文字。

又有一段文字。
"""
SPINE = "spine: [opening, second, closing]"


class Looking:
    """A session, and what it showed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.session = Session(lambda: start(project.root, TODAY, None), project.root, "demo")
        self.shown = [self.session.snapshot()]

    @property
    def now(self):
        return self.shown[-1]

    def until(self, is_it):
        """Return the first state that is it; all before it are kept."""
        end = time.monotonic() + PATIENCE
        while not is_it(self.now):
            state = self.session.wait(self.now.revision, end - time.monotonic())
            assert state.revision > self.now.revision, f"nothing came after {self.now}"
            self.shown.append(state)
        return self.now

    def until_exact(self, after):
        """Return the first exact state after another one."""
        return self.until(lambda state: state.is_exact and state.revision > after.revision)


@pytest.fixture(scope="module")
def looking(tmp_path_factory):
    """A session of a briefing with three sections, which is changed by one test after the other."""
    project = Project(tmp_path_factory.mktemp("preview") / "project")
    project.write("sections/02-second.md", SECOND)
    text = (project.demo / "briefing.yaml").read_text(encoding="utf-8")
    spine = next(line for line in text.splitlines() if line.startswith("spine:"))
    project.change("briefing.yaml", spine, SPINE)
    looking = Looking(project)
    looking.session.start()
    yield looking
    looking.session.close()


@pytest.fixture
def exact(looking):
    """The state before a test: all pages exact, nothing wrong."""
    return looking.until(lambda state: state.is_exact and not state.error)


def pages_of(state, section):
    return [page for page in state.pages if page.section == section]


def test_the_first_pages_are_those_that_are_built(looking, exact):
    assert exact.changed_pages == ()
    assert [page.number for page in exact.pages] == list(range(1, len(exact.pages) + 1))
    assert all(page.is_exact for page in exact.pages)
    assert (exact.slug, exact.view, exact.locale) == ("demo", "full", "zh-Hans")
    looking.project.build()
    from report.preview.pictures import digests_of

    built = digests_of((looking.project.root / "output/demo/demo.pdf").read_bytes())
    assert [page.digest for page in exact.pages] == [digest for digest, _, _ in built]


def test_an_image_is_sharp_and_known_by_its_digest(looking, exact):
    page = exact.pages[0]
    picture = Image.open(io.BytesIO(looking.session.page_png(page.digest)))
    assert picture.size == pytest.approx((page.width_px * 2, page.height_px * 2), abs=1)
    assert looking.session.page_png("0" * 32) is None


def test_an_edit_shows_its_page_at_once_and_the_whole_after(looking, exact):
    looking.project.change("sections/02-second.md", "本章有一段文字。", "本章有一段改过的文字。")
    first = looking.until(lambda state: state.changed_pages)
    [page] = pages_of(first, "second")
    assert not first.is_exact
    assert not page.is_exact
    assert page.is_changed
    assert page.digest != pages_of(exact, "second")[0].digest
    [(left, top, right, bottom)] = first.marks[page.number]
    assert 0 < left < right < 1
    assert 0 < top < bottom < 0.5
    assert pages_of(first, "opening") == pages_of(exact, "opening")
    last = looking.until_exact(first)
    assert pages_of(last, "second")[0].digest == page.digest
    assert page.number in last.changed_pages


def test_what_is_wrong_is_found_and_the_last_pages_stay(looking, exact):
    looking.project.change("facts.yaml", "- id: trial-halted", "- [id: trial-halted")
    state = looking.until(lambda state: state.error)
    assert [finding.location.path for finding in state.findings] == ["content/demo/facts.yaml"]
    assert not state.is_exact
    assert [page.digest for page in state.pages] == [page.digest for page in exact.pages]
    looking.project.change("facts.yaml", "- [id: trial-halted", "- id: trial-halted")
    mended = looking.until(lambda state: not state.error)
    assert mended.findings == exact.findings


def test_a_warning_does_not_keep_pages_from_being_shown(looking, exact):
    looking.project.change("sections/02-second.md", "又有一段文字。", "又有一段文字,在此。")
    state = looking.until_exact(exact)
    assert state.findings
    looking.project.change("sections/02-second.md", "又有一段文字,在此。", "又有一段文字。")
    assert not looking.until_exact(state).findings


def test_a_template_that_cannot_be_run_is_named(looking, exact):
    folder = looking.project.root / "templates" / "parts"
    folder.mkdir(parents=True)
    template = folder / "section.html"
    template.write_text("{{ nothing.at.all }}", encoding="utf-8")
    state = looking.until(lambda state: state.error)
    assert "templates/parts/section.html:1" in state.error
    assert state.pages
    template.unlink()
    assert looking.until(lambda state: not state.error).pages


def test_another_style_sheet_makes_all_pages_anew(looking, exact):
    looking.project.change("briefing.yaml", SPINE, SPINE + '\ntheme: {base: default, --accent: "#a00"}')
    state = looking.until_exact(exact)
    assert state.pages[0].digest != exact.pages[0].digest
    looking.project.change("briefing.yaml", SPINE + '\ntheme: {base: default, --accent: "#a00"}', SPINE)
    assert [page.digest for page in looking.until_exact(state).pages] == [page.digest for page in exact.pages]


def test_what_is_only_tried_changes_nothing(looking, exact):
    text = (looking.project.demo / "sections/02-second.md").read_text(encoding="utf-8")
    tried = looking.session.preview_text(
        {"sections/02-second.md": text.replace("又有一段文字。", "换了一段文字。").encode()}
    )
    [number] = [page.number for page in tried.pages if page.section == "second"]
    assert number in tried.changed_pages
    assert not tried.is_exact
    assert looking.session.page_png(tried.pages[number - 1].digest)
    assert looking.session.snapshot() == exact
    assert "editions" in looking.session.preview_text({"editions/001.json": b"{}"}).error
    broken = looking.session.preview_text({"facts.yaml": b"- ["})
    assert broken.error
    assert broken.findings
    assert looking.session.snapshot() == exact


def test_the_web_edition_is_that_of_the_same_text(looking, exact):
    data = looking.session.web_page()
    assert data is not None
    assert "又有一段文字" in data.decode()


def test_a_file_that_says_the_same_makes_nothing_anew(looking, exact):
    looking.project.change("sections/02-second.md", "title: 第二章", "title: 第二章\nnotes: 给作者")
    looking.project.change("sections/02-second.md", "\nnotes: 给作者", "")
    looking.project.change("sections/02-second.md", "又有一段文字。", "又有一段新文字。")
    assert len(looking.until_exact(exact).pages) == len(exact.pages)


def test_where_its_process_is_killed_the_next_edit_is_shown_all_the_same(looking, exact):
    [engine] = engines_of(os.getpid())
    os.kill(engine, signal.SIGKILL)
    ended = looking.until(lambda state: state.error)
    assert "SIGKILL" in ended.error
    assert [page.digest for page in ended.pages] == [page.digest for page in exact.pages]
    assert looking.session.page_png(exact.pages[0].digest)
    looking.project.change("sections/02-second.md", "本章", "这一章")
    state = looking.until_exact(ended)
    assert not state.error
    assert pages_of(state, "second")[0].digest != pages_of(exact, "second")[0].digest
    [other] = engines_of(os.getpid())
    assert other != engine


def test_closing_ends_its_process_and_lets_go_who_waits(project):
    looking = Looking(project)
    looking.session.start()
    others = set(engines_of(os.getpid()))
    looking.session.close()
    assert len(others - set(engines_of(os.getpid()))) == 1
    assert looking.session.wait(10**9, PATIENCE).slug == "demo"
    assert looking.session.web_page() is None
    assert looking.session.preview_text({}).error
