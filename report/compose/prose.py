"""Runs Jinja over what authors write: sandboxed, strict, within limits, every use of a fact recorded."""

import contextlib
import dataclasses
import re
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jinja2
import jinja2.exceptions
import jinja2.meta
import jinja2.nodes
import jinja2.sandbox
from markupsafe import Markup

from report.compose.finder import Finder
from report.findings import Code, Finding

TEMPLATE_SYNTAX = Code("S020", "template-syntax", is_waivable=False)
TEMPLATE_UNDEFINED = Code("S021", "template-undefined", is_waivable=False)
TEMPLATE_LIMIT = Code("S022", "template-limit", is_waivable=False)
TEMPLATE_FORBIDDEN = Code("S023", "template-forbidden", is_waivable=False)
TEMPLATE_FAILED = Code("S024", "template-failed", is_waivable=False)
INCLUDE_OUTSIDE = Code("S025", "include-outside", is_waivable=False)
FACT_UNKNOWN = Code("S026", "fact-unknown", is_waivable=False)

MAX_SECONDS = 5.0
MAX_OUTPUT_BYTES = 5_000_000
MAX_REPEAT = 1_000_000
FACT_FUNCTIONS = ("fact", "past", "known", "in_force", "days_between", "years_between")

# Everything that Markdown could read as markup, so that a value stays the text that it is.
_MARKUP = re.compile(r"[\\`*_{}\[\]()<>#+\-.!|~^&\"':=@]")


class ProseStopped(Exception):  # noqa: N818 - not an error of the caller's, but a way out of a template
    """A template was stopped for a limit."""


class _Environment(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """Refuses arithmetic that would eat memory or time; the sandbox itself only guards attributes."""

    intercepted_binops = frozenset({"**", "*", "%", "+"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**":
            raise jinja2.exceptions.SecurityError("the operator ** is not available")
        if operator == "*" and not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise jinja2.exceptions.SecurityError("only numbers can be multiplied")
        if operator == "%" and isinstance(left, str):
            raise jinja2.exceptions.SecurityError("texts cannot be formatted with %")
        if operator == "+" and isinstance(left, str) and isinstance(right, str) and len(left) > MAX_REPEAT:
            raise jinja2.exceptions.SecurityError(f"a text grows past {MAX_REPEAT:,} characters")
        return super().call_binop(context, operator, left, right)


# Filters that can make much out of little, and those with no use in prose.
_REMOVED_FILTERS = (
    "attr",
    "center",
    "filesizeformat",
    "format",
    "indent",
    "map",
    "pprint",
    "random",
    "urlize",
    "xmlattr",
)


@dataclasses.dataclass(frozen=True)
class ProseTools:
    """What a template may call and ask, by name; what facts there are; the parts it may include."""

    functions: Mapping[str, Callable[..., Any]]
    filters: Mapping[str, Callable[..., Any]]
    fact_ids: frozenset[str]
    parts: Mapping[str, str]


class Prose:
    """Renders one text after the other; findings carry the line they come from."""

    def __init__(self, tools: ProseTools) -> None:
        self._tools = tools
        self._finder: Finder | None = None
        self.findings: list[Finding] = []
        environment = _Environment(
            loader=jinja2.FunctionLoader(self._load_part),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            finalize=_finalize,
            keep_trailing_newline=True,
            extensions=["jinja2.ext.loopcontrols"],
        )
        environment.globals.clear()
        environment.globals.update(range=jinja2.sandbox.safe_range, namespace=jinja2.utils.Namespace)
        environment.globals.update(tools.functions)
        for name in _REMOVED_FILTERS:
            environment.filters.pop(name, None)
        environment.filters.update(tools.filters)
        self._environment = environment

    def _load_part(self, name: str) -> tuple[str, str, None] | None:
        text = self._tools.parts.get(name)
        return None if text is None else (text, name, None)

    def report(self, code: Code, message: str, hint: str, needle: str = "") -> None:
        """Add a finding at the line of the template that is being run."""
        if self._finder is None:
            return
        line, part = _running_line()
        self.findings.append(Finding(code, self._finder.line(line, needle, part), message, hint))

    def render(self, text: str, finder: Finder) -> str:
        """Return a text with its templates run; an empty one, and findings, where that cannot be."""
        if "{{" not in text and "{%" not in text and "{#" not in text:
            return text
        self._finder = finder
        try:
            return self._checked(text, finder)
        except jinja2.TemplateSyntaxError as error:
            part = error.name if error.name in self._tools.parts else ""
            hint = "Look for a bracket or quote that is not closed; braces that are meant go into {% raw %}."
            self._add(
                TEMPLATE_SYNTAX, finder, error.lineno, error.message or "not a template", hint, part or ""
            )
        except jinja2.TemplateNotFound as error:
            message = f"{error.name!r} is not a file under parts/"
            hint = "Put the text into the briefing's parts/ folder and include it as parts/NAME."
            line, part = _failed_line(error)
            name = str(error.name or "").rpartition("/")[2]
            self.findings.append(
                Finding(
                    INCLUDE_OUTSIDE, finder.find(f'"{error.name}"', f"'{error.name}'", name), message, hint
                )
                if not line
                else Finding(INCLUDE_OUTSIDE, finder.line(line, str(error.name or ""), part), message, hint)
            )
        except jinja2.UndefinedError as error:
            self._fail(
                TEMPLATE_UNDEFINED, finder, error, "Correct the name; docs/content-guide.md lists them."
            )
        except jinja2.exceptions.SecurityError as error:
            self._fail(TEMPLATE_FORBIDDEN, finder, error, "Write it without; templates only print facts.")
        except (ProseStopped, RecursionError, MemoryError, OverflowError) as error:
            self._fail(TEMPLATE_LIMIT, finder, error, "Look for a loop that is too long or never ends.")
        except Exception as error:  # whatever an author's expression makes Python raise
            self._fail(TEMPLATE_FAILED, finder, error, "Correct the expression.")
        finally:
            self._finder = None
        return ""

    def _checked(self, text: str, finder: Finder) -> str:
        before = len(self.findings)
        tree = self._environment.parse(text)
        self._check_names(tree, finder)
        if any(finding.code is not FACT_UNKNOWN for finding in self.findings[before:]):
            return ""
        template = self._environment.from_string(tree)
        pieces: list[str] = []
        size = 0
        with _time_limit(MAX_SECONDS):
            for piece in template.generate():
                pieces.append(piece)
                size += len(piece)
                if size > MAX_OUTPUT_BYTES:
                    raise ProseStopped(f"the template prints more than {MAX_OUTPUT_BYTES:,} characters")
        return "".join(pieces)

    def _check_names(self, tree: jinja2.nodes.Template, finder: Finder) -> None:
        """Report every unknown name and fact id at once, and not only the first one that is run."""
        known = set(self._environment.globals)
        for name in sorted(jinja2.meta.find_undeclared_variables(tree) - known):
            node = next((node for node in tree.find_all(jinja2.nodes.Name) if node.name == name), None)
            functions = ", ".join(sorted(self._tools.functions))
            message = f"the name {name!r} is not known here; known are {functions}"
            self._add(
                TEMPLATE_UNDEFINED, finder, node.lineno if node else 1, message, "Correct the name.", "", name
            )
        for call in tree.find_all(jinja2.nodes.Call):
            if not isinstance(call.node, jinja2.nodes.Name) or call.node.name not in FACT_FUNCTIONS:
                continue
            for argument in call.args:
                if isinstance(argument, jinja2.nodes.Const) and isinstance(argument.value, str):
                    self._check_fact(argument.value, argument.lineno, finder)

    def _check_fact(self, value: str, line: int, finder: Finder) -> None:
        name = value.partition(".")[0]
        if name not in self._tools.fact_ids:
            self._add(
                FACT_UNKNOWN,
                finder,
                line,
                f"no fact has the id {name!r}",
                _suggest(name, self._tools),
                "",
                name,
            )

    def _add(
        self, code: Code, finder: Finder, line: int, message: str, hint: str, part: str = "", needle: str = ""
    ) -> None:
        self.findings.append(Finding(code, finder.line(line, needle, part), message, hint))

    def _fail(self, code: Code, finder: Finder, error: BaseException, hint: str) -> None:
        line, part = _failed_line(error)
        message = re.sub(r"<[^>]* object at 0x[0-9a-f]+>", "object", str(error)) or type(error).__name__
        self._add(code, finder, line or 1, message, hint, part)


def _suggest(name: str, tools: ProseTools) -> str:
    import difflib

    close = difflib.get_close_matches(name, sorted(tools.fact_ids), n=1)
    return f"Did you mean {close[0]!r}?" if close else "Add the fact to facts.yaml, or correct the id."


def _finalize(value: Any) -> Any:
    """Make a printed value plain text to Markdown: the punctuation it could act on becomes references."""
    if isinstance(value, Markup | jinja2.Undefined):
        return value
    return Markup(_MARKUP.sub(lambda match: f"&#{ord(match.group())};", str(value)))


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


def _failed_line(error: BaseException) -> tuple[int, str]:
    """Return the template line that an exception comes from; 0 where it came before any ran."""
    line, part = 0, ""
    trace = error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            line, part = template.get_corresponding_lineno(trace.tb_lineno), template.name or ""
        elif trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line, part


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Stop the block after a time; the main thread of the process only."""

    def stop(number: int, frame: object) -> None:
        raise ProseStopped(f"the template runs longer than {seconds:g} s")

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
