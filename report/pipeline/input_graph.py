"""What each file of a build is made from, by name: code, fonts, templates, settings, facts, text."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from report.installation import code_digest, versions
from report.load.files import BriefingFiles
from report.pages import FULL
from report.pipeline.outputs import Output
from report.pipeline.run import Run

if TYPE_CHECKING:
    from report.compose.composed import Composed
    from report.pipeline.composing import Work

# What a colophon prints and facts.json carries: it stands for all that is written, whether it shows or not.
CONTENT = "the digest of the content"
# A value as short as this is kept as it is, so that it can be told what it was; of a longer one, a hash.
LONGEST_VALUE = 80
_REFERRED = re.compile(r"""["'](?P<name>[\w./-]+\.(?:html|css|js))["']""")
_DYNAMIC = re.compile(r"\{%-?\s*(?:include|extends|from|import)\s+[^\"'%]|[\"']\s*~")
_BY_ID = {"sources.yaml": "sources", "entities.yaml": "entities"}


def parts_of(run: Run, files: BriefingFiles, work: "Work", since: int | None = None) -> dict[str, str]:
    """Return everything that a build depends on by name, with its value, or with a hash where that is long."""
    briefing, issue = work.briefing, work.issue
    parts = {
        "code of the program": _hash(code_digest()),
        "as-of day": work.as_of.isoformat(),
        "edition": f"{issue.number}{'' if issue.is_released else ', not released'}",
        "edition record": _value([issue.released_on, issue.is_erratum, issue.reason, issue.approvals]),
        "earlier editions": _value([item.content_digest for item in issue.earlier]),
        "changes told since": f"edition {since or issue.since}" if issue.since else "none",
        CONTENT: _hash(issue.content_digest),
    }
    parts |= {f"version of {name}": version for name, version in versions()}
    parts |= {f"font {face.family} {face.weight}": _hash(face.sha256) for face in run.faces}
    parts |= {f"templates/{name}": _hash(text) for name, text in run.templates.items()}
    parts |= _leaves("briefing.yaml", briefing.settings.model_dump(mode="json", exclude={"as_of"}), depth=2)
    for fact in briefing.facts.values():
        parts |= _leaves(f"facts.yaml {fact.id}", fact.model_dump(mode="json", exclude_defaults=True))
    for name, attribute in _BY_ID.items():
        for entry in getattr(briefing, attribute).values():
            parts[f"{name} {entry.id}"] = _value(entry.model_dump(mode="json", exclude_defaults=True))
    parts |= {
        f"glossary.yaml {term.term}": _value(term.model_dump(mode="json")) for term in briefing.glossary
    }
    for name, text in files.texts.items():
        if name in ("waivers.yaml", "words.yaml", "feeds.yaml") or not name.endswith(".yaml"):
            parts[name] = _hash(text)
    parts |= {f"../{name}": _hash(text) for name, text in files.shared.items()}
    parts |= {name: _hash(data) for name, data in files.images.items()}
    return parts


def inputs_of(run: Run, work: "Work", output: Output, parts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of what a file is made from: each the name of a part, or of all parts below it.

    A view for clinicians prints the digest of the content and carries all facts as data, so that it depends on
    everything that is written; what it shows besides is named, so that a change is told by what was changed.
    """
    composed = work.views[output.view, output.locale]
    briefing = work.briefing
    prefix = f"{briefing.prefix}/"
    names = [
        name
        for name in parts
        if name.startswith(("code of", "version of", "font ", "as-of", "edition", "earlier", "changes told"))
        or name.startswith("briefing.yaml ")
    ]
    names += [f"templates/{name}" for name in _templates_of(run.templates, output)]
    translated = briefing.translations.get(output.locale, ())
    sections = translated or briefing.sections
    names += [
        section.file.path.removeprefix(prefix) for section in sections if _is_in(section.head.view, output)
    ]
    names += [name for name in parts if name.startswith("parts/")]
    names += list(composed.images)
    if output.locale != briefing.settings.language and not translated:
        names += [name for name in parts if name.startswith("../")]
    names += [f"facts.yaml {fact}" for fact in _facts_of(composed)]
    if composed.view == FULL:
        names += [name for name in parts if name.startswith(("glossary.yaml ", "entities.yaml "))]
        names += [f"sources.yaml {source}" for source in work.composed.state.sources]
        names.append(CONTENT)
    return tuple(dict.fromkeys(names))


def changed_parts(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the parts that are new, gone or another than before, in the order of what is there now."""
    names = dict.fromkeys((*after, *before))
    return tuple(name for name in names if before.get(name) != after.get(name))


def is_below(part: str, inputs: Iterable[str]) -> bool:
    """Return whether a part is one of those named, or belongs to one."""
    return any(part == name or part.startswith(f"{name} ") for name in inputs)


def _is_in(view: str, output: Output) -> bool:
    return view in (output.view, "both")


def _facts_of(composed: "Composed") -> Iterator[str]:
    yield from dict.fromkeys(use.fact for use in composed.uses)
    if composed.frozen is not None:
        yield from composed.frozen.state.facts


def _templates_of(templates: Mapping[str, str], output: Output) -> Iterator[str]:
    """Yield the templates that a file's page is made by, and the words of its locale."""
    waiting, seen = [output.entry], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in templates:
            continue
        seen.add(name)
        text = templates[name]
        # Where a name is put together as the template runs, each of the folder may be meant.
        folder = name.partition("/")[0] if _DYNAMIC.search(text) else None
        waiting += [found["name"] for found in _REFERRED.finditer(text)]
        waiting += [other for other in templates if folder and other.startswith((f"{folder}/", "slots/"))]
    yield from sorted(seen)
    for name in sorted(templates):
        label = name.removeprefix("labels/").removesuffix(".yaml")
        if name.startswith("labels/") and (output.locale == label or output.locale.startswith(f"{label}-")):
            yield name


def _leaves(name: str, data: Mapping[str, object], depth: int = 3) -> dict[str, str]:
    """Return the values of a tree of settings by `name key.key`."""
    found: dict[str, str] = {}
    for key, value in data.items():
        if isinstance(value, dict) and value and depth > 1:
            below = _leaves("", value, depth - 1)
            found |= {f"{name} {key}.{rest.strip()}": text for rest, text in below.items()}
        else:
            found[f"{name} {key}"] = _value(value)
    return found


def _value(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE and text.isprintable() else _hash(text)


def _hash(data: str | bytes) -> str:
    return f"sha256:{hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()[:32]}"
