"""The files of an edition put back, where a run was ended between its record and its files."""

from report import store
from report.editions.record import Edition
from report.errors import UsageError
from report.formats import format_names, load_format
from report.pipeline.building import build, output_folder
from report.pipeline.edition_lists import EditionSigner, put_lists
from report.pipeline.kept_editions import edition_folder, find_edition, keep_edition
from report.pipeline.outputs import Request
from report.pipeline.run import Run


def restore_edition(run: Run, slug: str, edition: Edition) -> bool:
    """Make and keep the files of an edition that the content still is, where they are not here; return whether.

    Raises:
        UsageError: They come out otherwise than they were released.
    """
    from report.signing.sums import SUMS_FILE

    own = edition_folder(run.project, slug, edition.number)
    try:
        kept = find_edition(run.project, slug, edition)
    except UsageError:
        build(run, slug, Request(_formats_of(edition)))
        kept = find_edition(run.project, slug, edition)
    if kept.folder == own and (own / SUMS_FILE).is_file():
        return False
    if kept.folder != own:
        files = {name: (kept.folder / name).read_bytes() for name in edition.artefacts}
        keep_edition(run.project, slug, edition.number, files)
    folder = output_folder(run, slug)
    beside = store.read_manifest(folder)
    is_beside = beside is not None and beside.is_released and beside.edition == edition.number
    put_lists((own, *([folder] if is_beside else ())), edition, EditionSigner(run.project, run.today))
    return True


def _formats_of(edition: Edition) -> tuple[str, ...]:
    return tuple(
        name
        for name in format_names()
        if any(artefact.endswith(load_format(name).SUFFIX) for artefact in edition.artefacts)
    )
