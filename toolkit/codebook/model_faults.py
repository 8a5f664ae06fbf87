"""What the model refuses in a document, in the words and at the place a codebook's author can use."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from toolkit.codebook.document import Finding, Node, walk
from toolkit.codebook.model import Category, Codebook, Level, Neighbour, Question
from toolkit.files.wording import closest

_WANTED = {
    "string_type": "text",
    "string_unicode": "text",
    "bool_type": "true or false",
    "float_type": "a number",
    "int_type": "a whole number",
    "list_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
    "model_attributes_type": "a map",
}
_SHAPES: Mapping[str, str] = {
    "id": "small letters, digits and underscores, beginning with a letter",
    "show_if": "small letters, digits and underscores, beginning with a letter",
    "name": "small letters, digits and hyphens, beginning with a letter",
    "version": "three numbers, as in 1.0.0",
    "language": "a language tag, as in en or pt-BR",
    "hotkey": "a key without blanks, as in a or shift+a",
}
_CODE_SHAPE = "letters, digits and _ + - . without blanks, not beginning with _ or ."
_PROSE = frozenset({"title", "definition", "text", "instructions", "examples", "counter_examples", "when"})


def model_faults(root: Node) -> tuple[Codebook | None, list[Finding]]:
    """Return the codebook a document holds, and every way it departs from the model; None where it does."""
    try:
        return Codebook.model_validate(root.plain()), []
    except ValidationError as refused:
        errors = refused.errors(include_url=False, include_context=True, include_input=False)
        return None, list(dict.fromkeys(finding for error in errors for finding in _findings(root, error)))


def _findings(root: Node, error: Any) -> Iterator[Finding]:
    kind: str = error["type"]
    steps: tuple[str | int, ...] = error["loc"]
    if kind == "missing":
        holder = list(walk(root, *steps[:-1]))[-1]
        yield Finding(holder.place, f"{str(steps[-1])!r} is missing")
    elif kind == "extra_forbidden":
        holder = list(walk(root, *steps[:-1]))[-1]
        yield _unknown_key(holder, str(steps[-1]), _model_at(steps))
    elif steps[-1] == "[key]":
        holder = list(walk(root, *steps[:-2]))[-1]
        field, key = _field(steps[:-2]), str(steps[-2])
        yield Finding(holder.key_places.get(key, holder.place), f"{key!r} in {field!r} must be {_shape(field)}")
    elif len(steps) > 2 and steps[2] == "target":
        yield from _target(root, error)
    else:
        node = list(walk(root, *steps))[-1]
        yield Finding(node.place, f"{_named(steps)} {_reason(kind, error.get('ctx', {}), node, _field(steps))}")


def _unknown_key(holder: Node, key: str, model: type[BaseModel]) -> Finding:
    known = list(model.model_fields)
    near = closest(key, known)
    hint = f"did you mean {near!r}?" if near else f"known here: {', '.join(known)}"
    return Finding(holder.key_places.get(key, holder.place), f"unknown key {key!r}; {hint}")


def _model_at(steps: tuple[str | int, ...]) -> type[BaseModel]:
    if "not_this_but" in steps[:-1]:
        return Neighbour
    return Category if "categories" in steps[:-1] else Question if "questions" in steps[:-1] else Codebook


def _target(root: Node, error: Any) -> Iterator[Finding]:
    """A target is a number or a map; the model reports both readings, one is worth telling."""
    *_, node = walk(root, *error["loc"][:3])
    within = list(walk(root, *error["loc"][:3], *error["loc"][4:]))[-1]
    if node.entries is None:
        yield Finding(
            node.place, f"'target' must be a number from -1 to 1, or a map of such numbers; it is {_seen(node)}"
        )
    elif error["loc"][3] != "float" and within is not node:
        key = str(error["loc"][4])
        yield Finding(within.place, f"target {key!r} must be a number from -1 to 1; it is {_seen(within)}")


def _reason(kind: str, context: Mapping[str, Any], node: Node, field: str) -> str:
    number_as_version = field == "version" and isinstance(node.scalar, float)
    if kind in _WANTED and not number_as_version:
        return _wrong_type(node, _WANTED[kind])
    if kind == "string_pattern_mismatch" or number_as_version:
        return "is blank" if field in _PROSE else f"must be {_shape(field)}; it is {_seen(node)}"
    if kind == "literal_error":
        return _unknown_level(node)
    if kind == "string_too_long":
        return f"is longer than {context['max_length']} characters"
    if kind == "too_short":
        return "is empty: at least one is needed"
    return f"is not accepted: {kind.replace('_', ' ')}"


def _unknown_level(node: Node) -> str:
    levels = get_args(Level)
    near = closest(node.written, levels)
    hint = f"did you mean {near!r}?" if near else f"one of {', '.join(levels)}"
    return f"is {_seen(node)}; {hint}"


def _wrong_type(node: Node, wanted: str) -> str:
    if wanted == "text" and node.is_scalar and node.scalar is not None and not isinstance(node.scalar, str):
        return f'must be text; it is {_seen(node)}: write it in quotes, "{node.written}"'
    if wanted == "text" and isinstance(node.scalar, str):
        return "holds half a character (a lone surrogate)"
    if wanted in ("a number", "true or false") and isinstance(node.scalar, str):
        return f"must be {wanted}; it is {_seen(node)}" + (": write it without quotes" if _bare(node, wanted) else "")
    return f"must be {wanted}; it is {_seen(node)}"


def _bare(node: Node, wanted: str) -> bool:
    if wanted == "true or false":
        return node.written in ("true", "false")
    try:
        return math.isfinite(float(node.written))
    except ValueError:
        return False


def _seen(node: Node) -> str:
    if node.entries is not None:
        return "a map"
    if node.items is not None:
        return "a list"
    if node.scalar is None:
        return "empty"
    if isinstance(node.scalar, bool):
        return f"the truth value {node.written}"
    if isinstance(node.scalar, str):
        return repr(node.written if len(node.written) <= 60 else node.written[:59] + "…")
    return f"the number {node.written}"


def _shape(field: str) -> str:
    return _SHAPES.get(field, _CODE_SHAPE)


def _field(steps: tuple[str | int, ...]) -> str:
    """The name of the field an error lies in; for a listed code of ``show_if`` that is a code's."""
    names = [step for step in steps if isinstance(step, str)]
    return "code" if "show_if" in names[:-1] else names[-1] if names else ""


def _named(steps: tuple[str | int, ...]) -> str:
    if not steps:
        return "a codebook"
    if isinstance(steps[-1], int):
        holder = next(step for step in reversed(steps) if isinstance(step, str))
        return f"item {steps[-1] + 1} of {holder!r}"
    return repr(steps[-1])
