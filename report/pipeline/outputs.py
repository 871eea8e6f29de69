"""Which files a build makes: what was asked for, and what the briefing offers, as view × locale × format."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from report import formats
from report.errors import UsageError
from report.pages import FULL, VIEWS

if TYPE_CHECKING:
    from report.model import Briefing


@dataclasses.dataclass(frozen=True)
class Request:
    """What was asked for; an empty tuple of views or locales stands for all that the briefing offers."""

    formats: tuple[str, ...]
    views: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Output:
    """One file of a build.

    Attributes:
        name: Its file name.
        view: `full` or `handout`.
        locale: BCP 47.
        format: A format's name.
    """

    name: str
    view: str
    locale: str
    format: str

    @property
    def entry(self) -> str:
        """The template that its page is made by."""
        return entry_name(self.view, self.format)


def entry_name(view: str, format_: str) -> str:
    """Return the template that makes the page of a view in a format."""
    return f"{format_}/{'briefing' if view == FULL else view}.html"


def check_views(request: Request) -> None:
    """Refuse a format of which nothing could be made: it has none of the views that are asked for.

    Raises:
        UsageError: There is one.
    """
    wanted = set(request.views or VIEWS)
    for name in request.formats:
        if wanted.isdisjoint(formats.load_format(name).VIEWS):
            able = [other for other in formats.format_names() if wanted & {*formats.load_format(other).VIEWS}]
            raise UsageError(
                f"{name} has no {' and no '.join(request.views)}", f"Choose from {', '.join(able)}."
            )


def variants_of(briefing: "Briefing") -> tuple[tuple[str, str], ...]:
    """Return the views and locales that a briefing offers, its own language first."""
    settings = briefing.settings
    locales = dict.fromkeys((settings.language, *(settings.locales or ())))
    wanted = [name for name in locales if not settings.locales or name in settings.locales]
    views = VIEWS if has_handout(briefing) else (FULL,)
    return tuple((view, locale) for locale in wanted for view in views)


def has_handout(briefing: "Briefing") -> bool:
    """Return whether a briefing has anything for patients."""
    return any(section.head.view != FULL for section in briefing.sections)


def outputs_of(
    slug: str, language: str, variants: Iterable[tuple[str, str]], request: Request
) -> tuple[Output, ...]:
    """Return the files that a request is for, in an order in which each comes after those it needs.

    Args:
        slug: The briefing.
        language: Its own.
        variants: What it offers (`variants_of`).
        request: What was asked for.

    Raises:
        UsageError: A locale is asked for that the briefing does not list.
    """
    variants = tuple(variants)
    known = list(dict.fromkeys(locale for _, locale in variants))
    for locale in request.locales:
        if locale not in known:
            raise UsageError(
                f"{slug} is not built in {locale!r}; it is in {', '.join(known)}",
                "Name one of these, or add the locale to `locales` in briefing.yaml.",
            )
    return tuple(_outputs(slug, language, variants, request))


def _outputs(
    slug: str, language: str, variants: Sequence[tuple[str, str]], request: Request
) -> Iterator[Output]:
    for view, locale in variants:
        if (request.views and view not in request.views) or (
            request.locales and locale not in request.locales
        ):
            continue
        tag = "" if locale == language else f".{locale}"
        stem = f"{slug}{'' if view == FULL else f'-{view}'}{tag}"
        for name in in_order(request.formats):
            format_ = formats.load_format(name)
            if view in format_.VIEWS:
                yield Output(f"{stem}{format_.SUFFIX}", view, locale, name)


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return formats with those that they need, each after what it needs."""
    ordered: dict[str, None] = {}
    for name in names:
        ordered.update(dict.fromkeys((*formats.load_format(name).NEEDS, name)))
    return tuple(ordered)
