"""Runs the page templates over the typed context, sandboxed and strict."""

import io
from collections.abc import Mapping
from typing import Any

import jinja2
import jinja2.sandbox
from markupsafe import Markup

from report.compose.context import BriefingContext
from report.compose.copy_context import CopyContext
from report.compose.fact_context import TimelineContext
from report.compose.redline_context import RedlineContext
from report.errors import RenderingError

ENTRY = "pdf/briefing.html"
_CONTEXTS = frozenset(
    made.__module__ for made in (BriefingContext, TimelineContext, RedlineContext, CopyContext)
)


class _Environment(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """The sandbox, with a short way to what it is asked for most: a field of a context."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        # A context is frozen data that this program made; a long timeline has a hundred thousand fields.
        if type(obj).__module__ in _CONTEXTS and attr in type(obj).__dataclass_fields__:
            return True
        return super().is_safe_attribute(obj, attr, value)


def render_page(
    templates: Mapping[str, str],
    context: object,
    entry: str = ENTRY,
) -> str:
    """Return the page that an entry template makes; in it, the context, a frozen dataclass, is `b`.

    Raises:
        RenderingError: A template cannot be run; the message says which, and the line.
    """
    return _page_templates(templates).render(context, entry)


_MOST_KEPT = 2
_kept: "dict[tuple[tuple[str, str], ...], PageTemplates] | None" = None


def keep_compiled() -> None:
    """Keep templates compiled from now on: in a process that composes over and over, that is most of its work."""
    global _kept
    _kept = _kept or {}


def _page_templates(templates: Mapping[str, str]) -> "PageTemplates":
    if _kept is None:
        return PageTemplates(templates)
    key = tuple(templates.items())
    made = _kept.pop(key, None) or PageTemplates(templates)
    _kept[key] = made
    while len(_kept) > _MOST_KEPT:
        del _kept[next(iter(_kept))]
    return made


class PageTemplates:
    """A project's page templates, compiled when they are first used."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = templates
        self._environment = _environment(templates)

    def render(self, context: object, entry: str) -> str:
        """Return the page that an entry template makes; raises as `render_page`."""
        try:
            return self._environment.get_template(entry).render(b=context)
        except jinja2.TemplateSyntaxError as error:
            message = f"templates/{error.name or entry}:{error.lineno}: {error.message}"
            raise RenderingError(message, "Mend the template.") from None
        except (
            jinja2.TemplateError,
            ArithmeticError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ) as error:
            name, line = _place(error, self._templates, entry)
            raise RenderingError(f"templates/{name}:{line}: {error}", "Mend the template.") from None


def _environment(templates: Mapping[str, str]) -> _Environment:
    def stylesheet(name: str) -> Markup:
        if name not in templates:
            raise RenderingError(f"there is no style sheet templates/{name}", "Add it, or correct its name.")
        return Markup(templates[name])

    environment = _Environment(
        # Under a name of its own, a template can be told by the frames of a traceback.
        loader=jinja2.FunctionLoader(
            lambda name: (templates[name], name, None) if name in templates else None
        ),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["stylesheet"] = stylesheet
    return environment


def _place(error: BaseException, templates: Mapping[str, str], entry: str) -> tuple[str, int]:
    """Return the template and line that an exception comes from."""
    name, line = entry, 0
    trace = error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        file = trace.tb_frame.f_code.co_filename
        if template is not None:
            name, line = template.name or entry, template.get_corresponding_lineno(trace.tb_lineno)
        elif file in templates:
            # Jinja puts frames of its own making in the place of those of the compiled template.
            name, line = file, trace.tb_lineno
        trace = trace.tb_next
    return name, line


def qr_code(address: str, title: str) -> Markup:
    """Return a QR code (ISO/IEC 18004, level M) as inline SVG in modules; empty for no address.

    Args:
        address: What it leads to.
        title: Its text alternative.
    """
    if not address:
        return Markup("")
    # Imported here: it costs 35 ms, and a briefing without an address has no code.
    import segno

    out = io.BytesIO()
    segno.make_qr(address, error="m").save(
        out,
        kind="svg",
        border=0,
        omitsize=True,
        xmldecl=False,
        svgclass="qr",
        lineclass=None,
        nl=False,
        title=title,
    )
    return Markup(out.getvalue().decode())


def visible_text(html: str) -> str:
    """Return the text of a page's body that its readers see."""
    import lxml.html
    from lxml import etree

    body = lxml.html.document_fromstring(html).find("body")
    if body is None:
        return ""
    etree.strip_elements(body, "style", "title", "desc", "script", "rp", with_tail=False)
    return str(body.xpath("string()"))
