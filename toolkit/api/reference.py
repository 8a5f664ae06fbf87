"""The reference in docs/python.md, made from the docstrings of what is public."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from toolkit import api
from toolkit.errors import IntercoderError

BEGIN = "<!-- reference: made from docstrings, do not edit -->"
END = "<!-- end of reference -->"
_FOR_TESTS = frozenset({"clock", "page_size", "show_plan", "sleep", "today"})
"""Parameters by which tests replace clocks and waiting: nobody else is promised them."""
_WIDTH = 100


def reference() -> str:
    """Return the Markdown of the reference: errors, then every other name in ``__all__``."""
    public = {name: getattr(api, name) for name in api.__all__ if not name.startswith("_")}
    errors = {name: one for name, one in public.items() if inspect.isclass(one) and issubclass(one, IntercoderError)}
    lines = ["### Errors", "", "| error | exit code | when |", "|---|---|---|"]
    for name, error in sorted(errors.items(), key=lambda item: item[1].exit_code):
        lines.append(f"| `{name}` | {error.exit_code} | {_said(error).splitlines()[0]} |")
    for name, one in sorted(public.items(), key=lambda item: item[0].casefold()):
        if name not in errors:
            lines += ["", f"### `{name}`", "", *(_of_class(one) if inspect.isclass(one) else _of_function(name, one))]
    return "\n".join(lines)


def refresh(page: Path) -> None:
    """Write the reference into the page, between its marks."""
    page.write_text(with_reference(page.read_text(encoding="utf-8")), encoding="utf-8")


def with_reference(text: str) -> str:
    """Return the page's text with the reference between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{reference()}\n\n{END}{after}"


def _of_function(name: str, function: Any) -> Iterator[str]:
    yield from ("```python", _call(name, function), "```", "", _said(function))


def _of_class(one: Any) -> Iterator[str]:
    yield _said(one)
    if fields := list(_fields(one)):
        yield from ("", *(f"- `.{name}`" + (f": {said}" if said else "") for name, said in fields))
    for name, member in _members(one):
        yield ""
        if isinstance(member, property) or not callable(member):
            yield f"- `.{name}`: {' '.join(_said(member).split())}"
        else:
            yield from ("```python", _call(f"{one.__name__}.{name}", member), "```", "", _said(member))


def _fields(one: Any) -> Iterator[tuple[str, str]]:
    """Return a record's public fields, each with what stands under it in the source."""
    if not is_dataclass(one):
        return
    source: Any = one
    written: Any = ast.parse(textwrap.dedent(inspect.getsource(source))).body[0]
    under: dict[str, str] = {}
    for statement, following in pairwise(written.body):
        match statement, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                under[name] = _plain(said)
    for field in dataclass_fields(one):
        if not field.name.startswith("_"):
            yield field.name, " ".join(under.get(field.name, "").split())


def _members(one: Any) -> Iterator[tuple[str, Any]]:
    """Return public methods and properties the class has itself, in the order they are written."""
    for name, member in vars(one).items():
        unbound = getattr(one, name) if isinstance(member, classmethod) else member
        if not name.startswith("_") and (isinstance(member, property) or inspect.isroutine(unbound)):
            yield name, unbound


def _call(name: str, function: Any) -> str:
    """Return the call with its parameters, one a line where they do not fit into one."""
    parameters, star = [], False
    for one in inspect.signature(function).parameters.values():
        if one.name in {"self", "cls"} or one.name in _FOR_TESTS:
            continue
        if one.kind is one.KEYWORD_ONLY and not star:
            parameters.append("*")
            star = True
        parameters.append(one.name + ("" if one.default is one.empty else f"={_default(one.default)}"))
    line = f"{name}({', '.join(parameters)})"
    return line if len(line) <= _WIDTH else f"{name}(\n    " + ",\n    ".join(parameters) + ",\n)"


def _default(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return getattr(value, "__name__", None) or repr(value)


def _said(one: Any) -> str:
    """Return the docstring as Markdown: code in single backticks."""
    return _plain(inspect.getdoc(one) or "")


def _plain(text: str) -> str:
    return re.sub(r"``(.+?)``", r"`\1`", text, flags=re.DOTALL)
