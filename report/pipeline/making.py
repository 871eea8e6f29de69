"""The files of a build, each made and judged in a process of its own, as many at once as there are processors."""

import contextlib
import dataclasses
import functools
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from report import formats
from report.findings import Finding
from report.installation import cache_folder, code_digest, versions
from report.pipeline.outputs import Output
from report.pipeline.run import Progress, Run
from report.sandbox import Worker, finish_any
from report.typography.fonts import write_fontconfig

if TYPE_CHECKING:
    from report.compose.composed import Composed
    from report.pages import Content, Exported, Page
    from report.verify import Expected

COVER = "cover.png"
_COVER_HEIGHT = 1200


@dataclasses.dataclass(frozen=True)
class Job:
    """A file to be made.

    Attributes:
        output: Which.
        page: What it is made from, with all that other files had to tell first.
        content: What it must carry.
        headings: What its outline must hold.
        families: The fonts that it may embed.
    """

    output: Output
    page: "Page"
    content: "Content"
    headings: tuple[str, ...]
    families: frozenset[str]


@dataclasses.dataclass(frozen=True)
class MadeFile:
    """A file that was made and read back; `findings` are before waivers."""

    output: Output
    exported: "Exported"
    findings: tuple[Finding, ...]
    made_from: str


def make_file(job: Job, progress: Progress) -> "tuple[Exported, tuple[Finding, ...]]":
    """Return a file and what is wrong with it; for a child."""
    exported = formats.load_format(job.output.format).export(job.page, progress)
    return exported, judge_file(job, exported, progress)


def judge_file(job: Job, exported: "Exported", progress: Progress) -> tuple[Finding, ...]:
    """Return what is wrong with a file that was made, read back by another library."""
    from report import verify

    findings = verify.judge_messages(exported.messages, job.output.name)
    if any(finding.is_error for finding in findings):
        return tuple(findings)
    progress("verifying")
    expected = expected_of(job.page, job.content, job.headings)
    judged, _ = verify.judge_expected(
        formats.load_format(job.output.format).inspect(exported.data),
        expected,
        path=job.output.name,
        families=job.families,
    )
    return (*findings, *judged)


def expected_of(page: "Page", content: "Content", headings: tuple[str, ...]) -> "Expected":
    """Return what a file that is made from a page must be."""
    from report.compose.pages import visible_text
    from report.verify import Expected

    assert page.metadata is not None
    attachments = {item.name: item.data for item in page.attachments}
    return Expected(page.metadata, headings, visible_text(page.html), attachments, content)


Maker = Worker[Job, "tuple[Exported, tuple[Finding, ...]]"]


def start_maker(run: Run, name: str) -> Maker:
    """Return a process that makes one file of a format; it reads fonts and loads the renderer meanwhile."""
    return Worker(make_file, name=f"making the {name}", prepare=prepare_format(run, name))


def start_renderer(run: Run) -> "Worker[Page, Exported]":
    """Return a process that makes a PDF of a page that is no briefing; it loads the renderer meanwhile."""
    return Worker(
        formats.load_format("pdf").export, name="making the pdf", prepare=prepare_format(run, "pdf")
    )


def prepare_format(run: Run, name: str) -> Callable[[], None]:
    """Return what makes a process ready for a format: it chooses the fonts, and loads the renderer."""
    fontconfig = write_fontconfig(cache_folder() / "fonts.conf", run.faces, cache_folder() / "fontconfig")
    return functools.partial(formats.load_format(name).prepare, fontconfig)


@contextlib.contextmanager
def early_makers(run: Run, names: Sequence[str], count: int) -> Iterator[list[Maker]]:
    """Start makers of PDF before their pages are known: the renderer loads while the briefing is composed."""
    wanted = min(count, processors()) if "pdf" in names else 0
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(start_maker(run, "pdf")) for _ in range(wanted)]


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def make_files(
    run: Run,
    slug: str,
    outputs: Sequence[Output],
    views: "Mapping[tuple[str, str], Composed]",
    page_of: "Callable[[Composed, Output], Page]",
    early: list[Maker],
    kept: "Callable[[Output, str], Exported | None]",
) -> list[MadeFile]:
    """Return the files of a build, in the order of `outputs`.

    Args:
        run: What every step needs.
        slug: The briefing.
        outputs: Each after those it needs.
        views: What was composed, by view and locale.
        page_of: What a file is made from, but for what other files tell.
        early: Makers of PDF that are running already; used up here.
        kept: The file as it lies on disk, where it was made from just this; None where it has to be made.
    """
    families = frozenset(face.family for face in run.faces)
    same = _same_for_all(run)
    waiting, running, made = list(outputs), dict[Output, Maker](), dict[Output, MadeFile]()
    digests: dict[Output, str] = {}
    with contextlib.ExitStack() as stack:
        while waiting or running:
            for output in [item for item in waiting if _needed(item, outputs) <= made.keys()]:
                if len(running) >= processors():
                    break
                waiting.remove(output)
                composed = views[output.view, output.locale]
                page = _completed(page_of(composed, output), output, made)
                digests[output] = _digest(page, output, same)
                exported = kept(output, digests[output])
                if exported is not None:
                    made[output] = MadeFile(output, exported, (), digests[output])
                    continue
                is_ready = output.format == "pdf" and early
                maker = early.pop() if is_ready else stack.enter_context(start_maker(run, output.format))
                maker.begin(Job(output, page, composed.content, composed.headings, families))
                running[output] = maker
            if running:
                output, (exported, findings) = finish_any(
                    running, lambda text: run.progress(f"{slug}: {text}")
                )
                running.pop(output).close()
                made[output] = MadeFile(output, exported, findings, digests[output])
                if not exported.data:
                    waiting = [item for item in waiting if output not in _needed(item, outputs)]
    return [made[output] for output in outputs if output in made]


def _needed(output: Output, outputs: Iterable[Output]) -> set[Output]:
    """Return the files of the same view and locale that tell something of this one."""
    needs = formats.load_format(output.format).NEEDS
    return {
        item
        for item in outputs
        if item.format in needs and (item.view, item.locale) == (output.view, output.locale)
    }


def _completed(page: "Page", output: Output, made: Mapping[Output, MadeFile]) -> "Page":
    """Return a page with what the files that it needs tell."""
    for needed in _needed(output, made):
        page = complete_page(page, made[needed].exported)
    return page


def complete_page(page: "Page", pdf: "Exported") -> "Page":
    """Return a page with what the PDF tells: where its pages begin, and how its cover looks."""
    from report.rasters import page_png

    cover = page_png(pdf.data, 0, _COVER_HEIGHT)
    return dataclasses.replace(page, page_starts=pdf.page_starts, assets={**page.assets, COVER: cover})


def _same_for_all(run: Run) -> str:
    """Return what every file depends on, whatever is in it."""
    faces = sorted(face.sha256 for face in run.faces)
    return "\n".join([code_digest(), *(" ".join(version) for version in versions()), *faces])


def _digest(page: "Page", output: Output, same: str) -> str:
    """Return a hash of all that a file is made from."""
    digest = hashlib.sha256()
    texts = [same, repr(output), page.html, repr(page.metadata), repr(sorted(page.labels.items()))]
    texts += map(repr, page.page_starts)
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    files = [*page.assets.items(), *((item.name + item.description, item.data) for item in page.attachments)]
    for name, data in sorted(files):
        digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(data).digest())
    return digest.hexdigest()
