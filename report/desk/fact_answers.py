"""Answers about what a briefing is made of: sections and facts, and a fact's change, tried and saved."""

import dataclasses
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from report.desk.context import Desk, Json, in_thread, read_body
from report.desk.editing import FILE, Draft, draft, hash_facts, read_changes, save
from report.desk.effects import Effect, effect_data
from report.desk.material import fact_rows, section_rows
from report.desk.rooms import Wanted
from report.desk.telling import finding_data, snapshot_data
from report.facts.terms import DATE_NAMES, Grade, Status
from report.facts.terms import Effect as EffectWord
from report.findings import Finding
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.pages import FULL
from report.pipeline.outputs import variants_of
from report.scalars import Schema

Words = Mapping[str, str]


class ChangeRequest(Schema):
    """A change of a fact that a form asks for.

    Attributes:
        base: The hash of `facts.yaml` that the form was filled from.
        changes: By dotted field; None takes a field away.
        despite: Whether it is written though the checks of the whole briefing have errors: what has to change with it
            may be another fact.
    """

    base: str
    changes: dict[str, str | None]
    despite: bool = False


class FactAnswers:
    """Answers of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        """Return where the answers are found."""
        fact = "/api/material/{slug}/facts/{fact}"
        return [
            Route("/api/material/{slug}", self.material),
            Route(f"{fact}/try", self.try_change, methods=["POST"]),
            Route(f"{fact}/pages", self.try_pages, methods=["POST"]),
            Route(f"{fact}/save", self.save_change, methods=["POST"]),
        ]

    async def material(self, request: Request) -> Response:
        """Return sections and facts as they lie on the disk."""
        slug, language = self._desk.slug_of(request), self._desk.language_of(request)
        return Json(await in_thread(lambda: self._material(slug, language)))

    async def try_change(self, request: Request) -> Response:
        """Return what a change would come to: findings at their fields, the file's difference, the redline."""
        return await self._with_draft(request, self._tried)

    async def try_pages(self, request: Request) -> Response:
        """Return the pages as they would be."""
        return await self._with_draft(request, self._pages)

    async def save_change(self, request: Request) -> Response:
        """Write a change, if it is sound as a whole."""
        return await self._with_draft(request, self._saved)

    async def _with_draft(
        self, request: Request, answer: Callable[[str, ChangeRequest, Draft], dict[str, object]]
    ) -> Response:
        slug, fact = self._desk.slug_of(request), str(request.path_params["fact"])
        asked = await read_body(request, ChangeRequest)

        def work() -> dict[str, object]:
            made = draft(self._desk.project, slug, fact, asked.base, read_changes(asked.changes))
            return answer(slug, asked, made)

        return Json(await in_thread(work))

    def _material(self, slug: str, language: str) -> dict[str, object]:
        desk = self._desk
        run, editor = desk.start_run(), desk.editor
        # The hash first: a file that changes in between is refused later, and never overwritten.
        base = hash_facts(desk.project, slug)
        briefing, findings = load_briefing(read_briefing(desk.project, slug))
        told = [finding_data(finding, editor) for finding in findings]
        if briefing is None:
            return {"slug": slug, "broken": True, "findings": told, "sections": [], "facts": [], "base": base}
        labels = desk.labels(run, language)
        master = briefing.settings.language
        return {
            "slug": slug,
            "broken": False,
            "title": briefing.text(briefing.settings.title, master),
            "language": master,
            "findings": told,
            "base": base,
            "file": f"{briefing.prefix}/{FILE}",
            "today": desk.clock().date().isoformat(),
            "variants": [[view, locale] for view, locale in variants_of(briefing)],
            "sections": [dataclasses.asdict(row) for row in section_rows(briefing, editor)],
            "facts": [
                dataclasses.asdict(row)
                for row in fact_rows(briefing, labels, language, desk.clock().date(), editor)
            ]
            if "facts.yaml" in briefing.files
            else [],
            "choices": _choices(labels),
        }

    def _tried(self, slug: str, asked: ChangeRequest, made: Draft) -> dict[str, object]:
        effect = self._effect(made) if made.is_sound else Effect("")
        data = self._draft_data(made, effect.findings)
        return {**data, "effect": effect_data(effect) if effect.summary else None}

    def _pages(self, slug: str, asked: ChangeRequest, made: Draft) -> dict[str, object]:
        if not made.is_sound:
            return {"snapshot": None}
        briefing, _ = load_briefing(made.changed)
        language = briefing.settings.language if briefing else "zh-Hans"
        room = self._desk.rooms.enter(Wanted(slug, FULL, language))
        found = room.session.preview_text({FILE: made.text.encode()})
        return {"snapshot": snapshot_data(found, self._desk.editor), "view": FULL, "locale": language}

    def _saved(self, slug: str, asked: ChangeRequest, made: Draft) -> dict[str, object]:
        effect = self._effect(made) if made.is_sound else Effect("")
        data = self._draft_data(made, effect.findings)
        if not (data["sound"] or (asked.despite and data["writable"])):
            return {**data, "saved": False}
        save(self._desk.project, slug, asked.base, made)
        return {**data, "saved": True, "base": hash_facts(self._desk.project, slug)}

    def _effect(self, made: Draft) -> Effect:
        return self._desk.effects.of(self._desk.start_run(), made.files, made.changed)

    def _draft_data(self, made: Draft, composed: tuple[Finding, ...]) -> dict[str, object]:
        editor = self._desk.editor
        at_fields = {
            name: [finding_data(item, editor) for item in items] for name, items in made.fields.items()
        }
        known = set(made.findings)
        further = [item for item in composed if item not in known]
        # What the fact says of itself has to be right; of what else is to be changed with it, the editor may think.
        return {
            "writable": made.is_sound,
            "sound": made.is_sound and not any(item.is_error for item in further),
            "diff": list(made.diff),
            "fields": at_fields,
            "findings": [finding_data(item, editor) for item in further],
        }


def _choices(labels: Words) -> dict[str, list[list[str]]]:
    """Return what a field may hold, each value with its word."""
    return {
        "status": [[item.value, labels[f"status_{item.value}"]] for item in Status],
        "effect": [[item.value, labels[f"effect_{item.value}"]] for item in EffectWord],
        "grade": [[item.value, labels[f"grade_{item.value}"]] for item in Grade],
        "dates": [[name, labels[f"date_{name}"]] for name in DATE_NAMES],
    }
