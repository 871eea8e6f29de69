"""Runs Jinja over what authors write: sandboxed, strict, within limits, every use of a fact recorded."""

import dataclasses
import difflib
import re
import sys
from collections.abc import Callable, Collection, Generator, Mapping
from typing import Any, cast

import jinja2
import jinja2.exceptions
import jinja2.meta
import jinja2.nodes
from markupsafe import Markup

from report.compose.fact_marks import PrintedValue, marked
from report.compose.finder import Finder
from report.compose.prose_sandbox import (
    FILTERS,
    MAX_MEMORY_BYTES,
    MAX_SECONDS,
    Environment,
    ProseStopped,
    Undefined,
    memory_limit,
    short_range,
    time_limit,
)
from report.compose.prose_shapes import Shapes
from report.compose.prose_words import in_words, quoted, syntax_in_words
from report.facts.dates import is_meant_as_date
from report.findings import Code, Finding

TEMPLATE_SYNTAX = Code("S020", "template-syntax", is_waivable=False)
TEMPLATE_UNDEFINED = Code("S021", "template-undefined", is_waivable=False)
TEMPLATE_LIMIT = Code("S022", "template-limit", is_waivable=False)
TEMPLATE_FORBIDDEN = Code("S023", "template-forbidden", is_waivable=False)
TEMPLATE_FAILED = Code("S024", "template-failed", is_waivable=False)
INCLUDE_OUTSIDE = Code("S025", "include-outside", is_waivable=False)
FACT_UNKNOWN = Code("S026", "fact-unknown", is_waivable=False)
ENTITY_UNKNOWN = Code("S027", "entity-unknown", is_waivable=False)

MAX_OUTPUT_BYTES = 5_000_000
# What templates may ask of facts and bodies: for each function, what its arguments name, in their order.
# A moment is a fact or a date.
FACT_FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "fact": ("fact",),
    "past": ("fact",),
    "known": ("fact",),
    "in_force": ("fact", "moment"),
    "days_between": ("fact", "fact"),
    "years_between": ("fact", "fact"),
    "age": ("fact",),
    "days_since": ("fact",),
    "days_to_review": ("fact",),
    "count": (),
    "first": (),
    "is_first": ("fact",),
    "name": ("entity", "moment"),
}
# The same for arguments with a keyword.
_KEYWORDS = {"entity": "entity", "on": "moment", "before": "moment", "after": "moment"}

# Everything that Markdown could read as markup, so that a value stays the text that it is.
_MARKUP = re.compile(r"[\\`*_{}\[\]()<>#+\-.!|~^&\"':=@]")
# `{#id}` on a heading sets its anchor, and would begin a comment of Jinja's. NUL is in no file that is read.
_ANCHOR = re.compile(r"\{#(?=[\w-]+(?: [^{}#\n]*)?\})")
_HIDDEN_ANCHOR = "{\0#"
_LOOPS = "Look for a loop that is too long or never ends."


@dataclasses.dataclass(frozen=True)
class ProseTools:
    """What templates may use.

    Attributes:
        functions: What they may call, by name; so are `filters`.
        fact_ids: The facts there are, as `entity_ids` are the bodies.
        parts: What they may include.
        journal: What functions add to as they are called; it is cut back where a text is run anew.
    """

    functions: Mapping[str, Callable[..., Any]]
    filters: Mapping[str, Callable[..., Any]]
    fact_ids: frozenset[str]
    entity_ids: frozenset[str]
    parts: Mapping[str, str]
    journal: list[Any] = dataclasses.field(default_factory=list)


class _NotPlainError(Exception):
    """Something is to be reported of a text that was tried in the short way."""


class Prose:
    """Renders one text after the other; findings carry the line they come from."""

    def __init__(self, tools: ProseTools) -> None:
        self._tools = tools
        self._finder: Finder | None = None
        self.findings: list[Finding] = []
        environment = Environment(
            loader=jinja2.FunctionLoader(self._load_part),
            undefined=Undefined,
            autoescape=True,
            finalize=_finalize,
            keep_trailing_newline=True,
            extensions=["jinja2.ext.loopcontrols"],
        )
        environment.globals.clear()
        environment.globals.update(range=short_range, namespace=jinja2.utils.Namespace)
        environment.globals.update(tools.functions)
        for name in set(environment.filters) - FILTERS:
            del environment.filters[name]
        environment.filters.update(tools.filters)
        self._environment = environment
        self._shapes = Shapes(environment, FACT_FUNCTIONS, _KEYWORDS)
        self._is_trial = False

    def _load_part(self, name: str) -> tuple[str, str, None] | None:
        text = self._tools.parts.get(name)
        return None if text is None else (_hide_anchors(text), name, None)

    def report(self, code: Code, message: str, hint: str, needle: str = "") -> None:
        """Add a finding at the line of the template that is being run."""
        if self._is_trial:
            raise _NotPlainError
        if self._finder is None:
            return
        line, part = _running_line()
        self._add(code, self._finder, line, message, hint, part, needle)

    def render(self, text: str, finder: Finder) -> str:
        """Return a text with its templates run; an empty one, and findings, where that cannot be."""
        if "{{" not in text and "{%" not in text and "{#" not in text:
            return text
        self._finder = finder
        try:
            hidden = _hide_anchors(text)
            printed = self._run_plain(hidden)
            if printed is None:
                printed = self._checked(hidden, finder)
            return printed.replace(_HIDDEN_ANCHOR, "{#")
        except jinja2.TemplateSyntaxError as error:
            self._fail_syntax(error, text, finder)
        except jinja2.TemplateNotFound as error:
            self._fail_include(error, finder)
        except jinja2.UndefinedError as error:
            hint = "Correct the name; docs/content-guide.md lists what there is."
            self._fail(TEMPLATE_UNDEFINED, finder, error, hint, quoted(error))
        except jinja2.exceptions.SecurityError as error:
            hint = "Write it without; templates only print facts."
            self._fail(TEMPLATE_FORBIDDEN, finder, error, hint, quoted(error))
        except RecursionError:
            message = (
                "parts that include each other, macros that call each other, or brackets nested too deep"
            )
            cause = sys.exc_info()[1]
            self._fail(TEMPLATE_LIMIT, finder, cause, "Remove the circle.", message=message, is_first=True)
        except MemoryError as error:
            message = f"the template needs more than {MAX_MEMORY_BYTES // 1_000_000} MB of memory"
            self._fail(TEMPLATE_LIMIT, finder, error, _LOOPS, message=message)
        except (ProseStopped, OverflowError) as error:
            self._fail(TEMPLATE_LIMIT, finder, error, _LOOPS)
        except Exception as error:  # whatever an author's expression makes Python raise
            self._fail(TEMPLATE_FAILED, finder, error, "Correct the expression.", message=in_words(error))
        finally:
            self._finder = None
        return ""

    def _run_plain(self, text: str) -> str | None:
        """Return a text of simple templates run; None where it is no such text, or anything is wrong with it.

        Then nothing has happened: it is run as a whole, which tells what is wrong and on which line.
        """
        before = len(self._tools.journal)
        self._is_trial = True
        try:
            with time_limit(MAX_SECONDS), memory_limit(MAX_MEMORY_BYTES):
                plan = self._shapes.plan(text)
                if plan is None or not all(self._is_there(what, name) for what, name in plan.named()):
                    return None
                printed = plan.run()
            if len(printed) <= MAX_OUTPUT_BYTES:
                return printed
        except Exception:
            pass
        finally:
            self._is_trial = False
        del self._tools.journal[before:]
        return None

    def _checked(self, text: str, finder: Finder) -> str:
        before = len(self.findings)
        # Jinja computes what is constant while it compiles, so the limits hold for that too.
        with time_limit(MAX_SECONDS), memory_limit(MAX_MEMORY_BYTES):
            tree = self._environment.parse(text)
            self._check_names(tree, finder)
            if any(finding.code not in (FACT_UNKNOWN, ENTITY_UNKNOWN) for finding in self.findings[before:]):
                return ""
            template = self._environment.from_string(tree)
            pieces: list[str] = []
            size = 0
            generator = cast(Generator[str, None, None], template.generate())
            for piece in generator:
                pieces.append(piece)
                size += len(piece)
                if size > MAX_OUTPUT_BYTES:
                    error = ProseStopped(f"the template prints more than {MAX_OUTPUT_BYTES:,} characters")
                    generator.throw(error)
            return "".join(pieces)

    def _check_names(self, tree: jinja2.nodes.Template, finder: Finder) -> None:
        """Report every unknown name and id at once, and not only the first one that is run."""
        known = set(self._environment.globals)
        for used in tree.find_all(jinja2.nodes.Filter):
            if used.name not in self._environment.filters:
                filters = sorted(self._environment.filters)
                self._unknown_name(used.name, used.lineno, filters, "filter", finder)
                # Jinja looks for names by compiling, which ends at an unknown filter; this tree is not run.
                used.name = "trim"
        undeclared = jinja2.meta.find_undeclared_variables(tree) - known
        for node in tree.find_all(jinja2.nodes.Name):
            if node.name in undeclared and node.ctx == "load":
                self._unknown_name(node.name, node.lineno, sorted(self._tools.functions), "name", finder)
        for call in tree.find_all(jinja2.nodes.Call):
            if not isinstance(call.node, jinja2.nodes.Name) or call.node.name not in FACT_FUNCTIONS:
                continue
            named = list(zip(FACT_FUNCTIONS[call.node.name], call.args, strict=False))
            named += [(_KEYWORDS[one.key], one.value) for one in call.kwargs if one.key in _KEYWORDS]
            for what, argument in named:
                if isinstance(argument, jinja2.nodes.Const) and isinstance(argument.value, str):
                    self._check_id(what, argument.value, argument.lineno, finder)

    def _unknown_name(self, name: str, line: int, known: list[str], what: str, finder: Finder) -> None:
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
        message = f"the {what} {name!r} is not known here; known are {', '.join(known)}"
        hint = f"Did you mean {close[0]!r}?" if close else "Correct the name; a text stands between quotes."
        self._add(TEMPLATE_UNDEFINED, finder, line, message, hint, "", name)

    def _check_id(self, what: str, value: str, line: int, finder: Finder) -> None:
        """Report an id that no fact, or no body, has; `what` is fact, entity or moment."""
        if self._is_there(what, value):
            return
        if what == "entity":
            hint = suggest_entity(value, self._tools.entity_ids)
            self._add(ENTITY_UNKNOWN, finder, line, f"no entity has the id {value!r}", hint, "", value)
            return
        name = value.partition(".")[0]
        hint = suggest_fact(name, self._tools.fact_ids)
        self._add(FACT_UNKNOWN, finder, line, f"no fact has the id {name!r}", hint, "", name)

    def _is_there(self, what: str, value: str) -> bool:
        if what == "entity":
            return value in self._tools.entity_ids
        is_date = what == "moment" and is_meant_as_date(value)
        return is_date or value.partition(".")[0] in self._tools.fact_ids

    def _add(
        self, code: Code, finder: Finder, line: int, message: str, hint: str, part: str = "", needle: str = ""
    ) -> None:
        location = finder.line(line, needle, part)
        taken = {item.location for item in self.findings if item.code is code}
        while needle and location in taken:
            # The same again on one line: the next place of the text, where there is one.
            following = finder.line(line, needle, part, after=location.column)
            if following == location:
                break
            location = following
        self.findings.append(Finding(code, location, message, hint))

    def _fail(
        self,
        code: Code,
        finder: Finder,
        error: BaseException | None,
        hint: str,
        needle: str = "",
        message: str = "",
        is_first: bool = False,
    ) -> None:
        line, part = self._failed_line(error, is_first=is_first)
        message = message or str(error) or type(error).__name__
        self._add(code, finder, line or 1, message, hint, part, needle)

    def _fail_syntax(self, error: jinja2.TemplateSyntaxError, text: str, finder: Finder) -> None:
        part = error.name if error.name in self._tools.parts else ""
        message, hint = syntax_in_words(error.message or "not a template")
        line, needle = error.lineno, ""
        stray = re.search(r"unexpected char (.+) at ([0-9]+)$", error.message or "")
        source = self._tools.parts[part] if part else text
        if stray is not None:
            line, needle = source.count("\n", 0, int(stray.group(2))) + 1, stray.group(1)[1:-1]
        elif 0 < line <= source.count("\n") + 1:
            needle = self._broken_tag(source.split("\n")[line - 1])
        self._add(TEMPLATE_SYNTAX, finder, line, message, hint, part or "", needle)

    def _broken_tag(self, line: str) -> str:
        """Return the first `{{ … }}` of a line that is no expression; empty where each is one."""
        for match in re.finditer(r"\{\{.*?(\}\}|\Z)", line):
            try:
                self._environment.parse(match.group())
            except jinja2.TemplateSyntaxError:
                return match.group()
        return ""

    def _fail_include(self, error: jinja2.TemplateNotFound, finder: Finder) -> None:
        name = str(error.name or "")
        close = difflib.get_close_matches(name, list(self._tools.parts), n=1)
        hint = "Put the text into the briefing's parts/ folder and include it as parts/NAME."
        hint = f"Did you mean {close[0]!r}?" if close else hint
        self._fail(INCLUDE_OUTSIDE, finder, error, hint, name, f"{name!r} is not a file under parts/")

    def _failed_line(self, error: BaseException | None, *, is_first: bool = False) -> tuple[int, str]:
        """Return the template line that an exception comes from; 0 where it came before any ran.

        `is_first` asks for the first part that was entered and not the last: where a circle breaks off
        depends on how deep the stack is.
        """
        line, part = 0, ""
        trace = error.__traceback__ if error is not None else None
        while trace is not None:
            frame = trace.tb_frame
            template = frame.f_globals.get("__jinja_template__")
            name = frame.f_code.co_filename
            if template is not None:
                line, part = template.get_corresponding_lineno(trace.tb_lineno), template.name or ""
            elif name == "<template>" or name in self._tools.parts:
                # Jinja puts frames of its own making in the place of those of the compiled template.
                line, part = trace.tb_lineno, name if name in self._tools.parts else ""
            if is_first and part:
                break
            trace = trace.tb_next
        return line, part


def suggest_fact(name: str, known: Collection[str]) -> str:
    """Return the hint for an id that no fact has."""
    return _suggest(name, known) or "Add the fact to facts.yaml, or correct the id."


def suggest_entity(name: str, known: Collection[str]) -> str:
    """Return the hint for an id that no body or product has."""
    return _suggest(name, known) or "Add the entity to entities.yaml, or correct the id."


def _suggest(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"Did you mean {close[0]!r}?" if close else ""


def _hide_anchors(text: str) -> str:
    return _ANCHOR.sub(_HIDDEN_ANCHOR, text)


def _finalize(value: Any) -> Any:
    """Make a printed value plain text to Markdown: the punctuation it could act on becomes references.

    What a fact states stands between marks, for `FactMarks` to take out.
    """
    if isinstance(value, Markup | jinja2.Undefined):
        return value
    if callable(value):
        raise TypeError(f"{getattr(value, '__name__', 'a function')} is printed without its brackets")
    text = value if isinstance(value, PrintedValue) else str(value)
    return Markup(marked(_plain(text), text.facts) if isinstance(text, PrintedValue) else _plain(text))


def _plain(text: str) -> str:
    return _MARKUP.sub(lambda match: f"&#{ord(match.group())};", text)


def _running_line() -> tuple[int, str]:
    """Return the line of the innermost template on the stack, and the part it belongs to."""
    frame = sys._getframe(1)
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            return template.get_corresponding_lineno(frame.f_lineno), template.name or ""
        if frame.f_back is None:
            break
        frame = frame.f_back
    return 1, ""
