"""Templates that only print and choose, run without being compiled one by one.

A long briefing has thousands of `{{ fact('id').date }}`. They differ in the id, and their paragraphs in the
text around them, but few are of another shape; so what a template quotes and the text between its tags are
taken out, and what is left is compiled once. It is Jinja that compiles and runs it, in the same environment.

Whatever is more than that (a loop, a macro, an include, a name or a function that is not about facts) makes no
plan, and nothing here reports anything: the caller then runs the text as a whole.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import jinja2
import jinja2.nodes
from markupsafe import Markup

_TAG = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.DOTALL)
_QUOTED = re.compile(r"'([^'\\]*)'|\"([^\"\\]*)\"")
_CHOICE = re.compile(r"\s*(if|elif|else|endif)\b")
# Braces and quotes that are left stand in no simple tag; `_1` is the name of a value that was taken out.
_UNUSUAL = re.compile(r"""[{}'"\\#]|\b_[0-9]|\A[-+]|[-+]\Z""")
_NAME = re.compile(r"_[0-9]+")


@dataclasses.dataclass(frozen=True)
class Shape:
    """What templates have in common that differ only in what they quote and in the text between tags.

    Attributes:
        render: Takes the values that were taken out, by name; yields what is printed.
        asked: For each value that names something, what it names (`fact`, `entity`, `moment`).
    """

    render: Callable[[dict[str, str]], Iterator[str]]
    asked: Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Filled:
    """A shape with its values."""

    shape: Shape
    values: dict[str, str]


@dataclasses.dataclass(frozen=True)
class Plan:
    """A text as pieces to be run one after the other: plain text, and shapes with their values."""

    pieces: tuple[str | Filled, ...]

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield what the templates name: `fact`, `entity` or `moment`, and the id."""
        for piece in self.pieces:
            if isinstance(piece, Filled):
                for name, what in piece.shape.asked.items():
                    yield what, piece.values[name]

    def run(self) -> str:
        """Return what is printed; raises what the templates raise."""
        printed: list[str] = []
        for piece in self.pieces:
            if isinstance(piece, Filled):
                printed += piece.shape.render(piece.values)
            else:
                printed.append(piece)
        return "".join(printed)


class Shapes:
    """The shapes of one environment's templates, each compiled when it is first met.

    Args:
        environment: With the functions among its globals.
        functions: Those that templates may call, and what their arguments name.
        keywords: What arguments with a keyword name.
    """

    def __init__(
        self,
        environment: jinja2.Environment,
        functions: Mapping[str, Sequence[str]],
        keywords: Mapping[str, str],
    ) -> None:
        self._environment = environment
        self._functions = functions
        self._keywords = keywords
        self._known: dict[str, Shape | None] = {}

    def plan(self, text: str) -> Plan | None:
        """Return how to run a text; None where it is more than printing and choosing."""
        pieces: list[str | Filled] = []
        open_one: _Outline | None = None
        position = 0
        for tag in _TAG.finditer(text):
            between = text[position : tag.start()]
            position = tag.end()
            if _has_tag(between) or _UNUSUAL.search(_QUOTED.sub("", tag[1] if tag[2] is None else tag[2])):
                return None
            choice = _CHOICE.match(tag[2]) if tag[2] is not None else None
            if tag[2] is not None and choice is None:
                return None
            if open_one is None:
                pieces.append(between)
                open_one = _Outline()
            else:
                open_one.add_text(between)
            if not open_one.add_tag(tag, choice[1] if choice else ""):
                return None
            if open_one.depth == 0:
                shape = self._shape(open_one.source())
                if shape is None:
                    return None
                pieces.append(Filled(shape, open_one.values))
                open_one = None
        if open_one is not None or _has_tag(text[position:]):
            return None
        return Plan((*pieces, text[position:]))

    def _shape(self, source: str) -> Shape | None:
        if source not in self._known:
            self._known[source] = self._compile(source)
        return self._known[source]

    def _compile(self, source: str) -> Shape | None:
        try:
            tree = self._environment.parse(source)
            asked = self._what_is_asked(tree)
            if asked is None:
                return None
            template = self._environment.from_string(tree)
        except jinja2.TemplateError:
            return None

        def render(values: dict[str, str]) -> Iterator[str]:
            return template.root_render_func(template.new_context(values))

        return Shape(render, asked)

    def _what_is_asked(self, tree: jinja2.nodes.Template) -> dict[str, str] | None:
        """Return what each value names; None where a template uses what is not about facts."""
        asked: dict[str, str] = {}
        called = set()
        for call in tree.find_all(jinja2.nodes.Call):
            if isinstance(call.node, jinja2.nodes.Getattr):
                continue
            if not isinstance(call.node, jinja2.nodes.Name) or call.node.name not in self._functions:
                return None
            called.add(call.node.name)
            arguments = list(zip(self._functions[call.node.name], call.args, strict=False))
            arguments += [
                (self._keywords[one.key], one.value) for one in call.kwargs if one.key in self._keywords
            ]
            for what, argument in arguments:
                if isinstance(argument, jinja2.nodes.Name):
                    asked[argument.name] = what
        names = {node.name for node in tree.find_all(jinja2.nodes.Name)}
        return asked if all(_NAME.fullmatch(name) for name in names - called) else None


@dataclasses.dataclass
class _Outline:
    """A template being read: a print, or a choice up to its end; `values` were taken out of it."""

    parts: list[str] = dataclasses.field(default_factory=list)
    values: dict[str, str] = dataclasses.field(default_factory=dict)
    depth: int = 0

    def take(self, value: str) -> str:
        name = f"_{len(self.values)}"
        self.values[name] = value
        return name

    def add_text(self, text: str) -> None:
        # As Jinja marks the text of a template, which is printed as it is.
        self.parts.append(f"{{{{ {self.take(Markup(text))} }}}}")

    def add_tag(self, tag: re.Match[str], choice: str) -> bool:
        """Add a tag; return whether it can stand here."""
        self.depth += {"if": 1, "endif": -1}.get(choice, 0)
        if self.depth < (choice in ("elif", "else")):
            return False
        inner = tag[1] if tag[2] is None else tag[2]
        lifted = _QUOTED.sub(lambda quoted: self.take(quoted[1] or quoted[2] or ""), inner)
        self.parts.append(f"{{%{lifted}%}}" if choice else f"{{{{{lifted}}}}}")
        return True

    def source(self) -> str:
        return "".join(self.parts)


def _has_tag(text: str) -> bool:
    return "{{" in text or "{%" in text or "{#" in text
