"""A YAML text as a tree that remembers, for every value, the line and column it was written at."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from toolkit.files.yaml_text import Bounds, NotYaml, node_tree

BOUNDS = Bounds(characters=300_000, values=25_000)
"""What a codebook may hold: ten times a long one, and still read within a few seconds."""

_YAML = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({f"{_YAML}str", f"{_YAML}timestamp", f"{_YAML}value", f"{_YAML}merge"})
_NUMBER_BASES = {"0x": 16, "0o": 8, "0b": 2}

Scalar = str | int | float | bool | None


class Place(NamedTuple):
    """Where something is written: line and column, both counted from 1."""

    line: int
    column: int


class Finding(NamedTuple):
    """One thing wrong in a document, and where."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the document; exactly one of ``scalar``, ``items`` and ``entries`` says what it holds.

    ``place`` is where a person would look: the scalar itself, or the key under which a list or map stands.
    ``written`` is a scalar as typed, whatever type YAML took it for.
    """

    place: Place
    scalar: Scalar = None
    written: str = ""
    items: tuple[Node, ...] | None = None
    entries: dict[str, Node] | None = None
    key_places: dict[str, Place] = field(default_factory=dict)

    @property
    def is_scalar(self) -> bool:
        """Whether this is a single value, not a list or a map."""
        return self.items is None and self.entries is None

    def get(self, key: str) -> Node | None:
        """Return the value under ``key``, or None where this is no map or has no such key."""
        return None if self.entries is None else self.entries.get(key)

    def listed(self, key: str) -> tuple[Node, ...]:
        """Return the items of the list under ``key``; none where there is no such list."""
        node = self.get(key)
        return () if node is None or node.items is None else node.items

    def text(self, key: str) -> str | None:
        """Return the scalar under ``key`` as written, or None where there is none."""
        node = self.get(key)
        return None if node is None or not node.is_scalar or node.scalar is None else node.written

    def plain(self) -> Any:
        """Return the value as plain Python: dicts, lists and scalars."""
        if self.entries is not None:
            return {key: node.plain() for key, node in self.entries.items()}
        if self.items is not None:
            return [node.plain() for node in self.items]
        return self.scalar


def read_document(text: str) -> tuple[Node | None, list[Finding]]:
    """Return the tree of a YAML 1.2 text and what is wrong with it as YAML; the tree is None where it cannot be
    read.
    """
    try:
        root = node_tree(text, BOUNDS)
    except NotYaml as refused:
        return None, [Finding(Place(refused.line, refused.column), f"this {refused.said}")]
    if root is None:
        return None, [Finding(Place(1, 1), "empty: a codebook is a map with name, version, language …")]
    builder = _Builder()
    node = builder.build(root, _place(root))
    return node, builder.findings


class _Builder:
    """Turns composed YAML nodes into ours, noting what no codebook may hold."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def build(self, node: Any, place: Place) -> Node:
        if isinstance(node, ScalarNode):
            return Node(place, scalar=self._scalar(node, place), written=str(node.value))
        self._refuse_unknown_tag(str(node.tag), place, known=frozenset({f"{_YAML}seq", f"{_YAML}map"}))
        if isinstance(node, SequenceNode):
            return Node(place, items=tuple(self.build(item, _place(item)) for item in node.value))
        if isinstance(node, MappingNode):
            return self._map(node, place)
        return Node(place)

    def _map(self, node: MappingNode, place: Place) -> Node:
        entries: dict[str, Node] = {}
        key_places: dict[str, Place] = {}
        for key, value in node.value:
            key_place = _place(key)
            if not isinstance(key, ScalarNode):
                self._find(key_place, "a list or map cannot be a key")
                continue
            name = str(key.value)
            if key.tag in (f"{_YAML}bool", f"{_YAML}null"):
                self._find(key_place, f"{_read_as(key)} as a key: write it in quotes, {_quoted(name)}")
            if name in entries:
                line = key_places[name].line
                self._find(key_place, f"{name!r} is given twice (first in line {line})")
                continue
            key_places[name] = key_place
            entries[name] = self.build(value, _place(value) if isinstance(value, ScalarNode) else key_place)
        return Node(place, entries=entries, key_places=key_places)

    def _scalar(self, node: Any, place: Place) -> Scalar:
        tag, written = str(node.tag), str(node.value)
        if tag == f"{_YAML}null":
            return None
        if tag == f"{_YAML}bool":
            return written.lower() in {"true", "yes", "on", "y"}
        if tag in (f"{_YAML}int", f"{_YAML}float"):
            return _number(written)
        self._refuse_unknown_tag(tag, place, known=_TEXT_TAGS)
        return written

    def _refuse_unknown_tag(self, tag: str, place: Place, *, known: frozenset[str]) -> None:
        if tag not in known:
            self._find(place, f"the tag {tag.replace(_YAML, '!!')!r} has no meaning in a codebook")

    def _find(self, place: Place, message: str) -> None:
        self.findings.append(Finding(place, message))


def _number(written: str) -> int | float:
    digits = written.replace("_", "").lower()
    sign = -1 if digits.startswith("-") else 1
    bare = digits.lstrip("+-")
    if bare == ".inf":
        return sign * math.inf
    if bare == ".nan":
        return math.nan
    try:
        base = _NUMBER_BASES.get(bare[:2])
        if base is not None:
            return sign * int(bare[2:], base)
        return sign * int(bare) if bare.isdigit() and len(bare) < 300 else sign * float(bare)
    except ValueError:  # sexagesimal and other spellings of YAML 1.1
        return math.nan


def _read_as(node: Any) -> str:
    return "nothing (null)" if node.tag == f"{_YAML}null" else f"the truth value {node.value}"


def _quoted(written: str) -> str:
    return f'"{written}"'


def _place(node: Any) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def walk(node: Node, *steps: str | int) -> Iterator[Node]:
    """Yield the nodes met on the way along ``steps``, root first, as far as the document goes."""
    yield node
    current: Node | None = node
    for step in steps:
        if isinstance(step, int):
            items = () if current is None or current.items is None else current.items
            current = items[step] if step < len(items) else None
        else:
            current = None if current is None else current.get(step)
        if current is None:
            return
        yield current
