"""YAML from a file anybody may have written: read within bounds, or refused at once with a place.

YAML lets a few lines stand for more than a computer holds (aliases of aliases, "a billion laughs"), and its readers
take minutes for a few thousand brackets. Every YAML text of this project is read here, and only here: its characters,
its depth and its values, aliases written out, are counted while it is read, and reading stops at the first too many.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
)
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.scanner import Scanner

_CORE = "tag:yaml.org,2002:"
_KNOWN_TAGS = frozenset(f"{_CORE}{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map"))
_LONGEST_NUMBER = 400
_NUMBER = re.compile(r"[-+]?\d[0-9A-Fa-fxob_.:+-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most a text may hold: characters, values once aliases are written out, and lists or maps in each other."""

    characters: int
    values: int
    depth: int = 50


class NotYaml(ValueError):  # noqa: N818 - never leaves the package that reads: it becomes a fault there
    """Why a text was not read, as what is said of it (``is not YAML: …``); line and column are counted from 1."""

    def __init__(self, said: str, *, line: int = 1, column: int = 1) -> None:
        super().__init__(said)
        self.said = said
        self.line = line
        self.column = column


def plain_values(text: str, bounds: Bounds) -> Any:
    """Return what a YAML 1.2 text holds, as dictionaries, lists and scalars. Raise NotYaml.

    >>> plain_values("a: [1, no]", Bounds(characters=100, values=100))
    {'a': [1, 'no']}
    """
    with _refusing(text, bounds):
        return _guarded(YAML(typ="safe", pure=True), bounds).load(text)


def kept_as_written(text: str, bounds: Bounds) -> Any:
    """Return the same with comments, order and quotes, for ``writer`` to write again. Raise NotYaml."""
    with _refusing(text, bounds):
        return _guarded(writer(), bounds).load(text)


def node_tree(text: str, bounds: Bounds) -> Any:
    """Return the nodes of a text with their marks and tags, as ruamel.yaml composes them; None for an empty one.

    Nothing is made of tags here: what they may be is for the caller to say. Raise NotYaml.
    """
    with _refusing(text, bounds):
        return _guarded(YAML(typ="rt", pure=True), bounds, tags=None).compose(text)


def writer() -> YAML:
    """Return what writes YAML as people do, and folds no line of theirs."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.preserve_quotes = True
    yaml.width = 100_000
    return yaml


def as_yaml(document: Any) -> str:
    r"""Return what ``writer`` writes.

    >>> as_yaml({"a": [1, "no"]})
    'a:\n- 1\n- no\n'
    """
    text = io.StringIO()
    writer().dump(document, text)
    return text.getvalue()


def _guarded(yaml: YAML, bounds: Bounds, *, tags: frozenset[str] | None = _KNOWN_TAGS) -> YAML:
    """The reader with a guard between its parser, which goes event by event, and all that builds from events.

    Its scanner looks a thousand brackets ahead for what may be a key, so it counts them as well.
    """

    class GuardedScanner(yaml.Scanner or Scanner):  # type: ignore[misc]  # the kind of scanner this reader uses
        def fetch_flow_collection_start(self, token: Any, to_push: str) -> None:
            super().fetch_flow_collection_start(token, to_push)
            if len(self.flow_context) > bounds.depth:
                mark = self.reader.get_mark()
                raise NotYaml(_too_deep(bounds), line=mark.line + 1, column=mark.column)

    class GuardedParser(yaml.Parser):  # type: ignore[misc, name-defined]  # as above
        def __init__(self, *, loader: Any) -> None:
            super().__init__(loader=loader)
            self._guard = _Guard(bounds, tags)

        def get_event(self) -> Any:
            event = super().get_event()
            self._guard.pass_on(event)
            return event

    yaml.Scanner = GuardedScanner
    yaml.Parser = GuardedParser
    yaml.composer.warn_double_anchors = False  # YAML allows an anchor to be given again
    return yaml


def _too_deep(bounds: Bounds) -> str:
    return f"has lists and maps nested too deep: {bounds.depth} in each other are the most"


class _Guard:
    """Counts the events of one text."""

    def __init__(self, bounds: Bounds, tags: frozenset[str] | None) -> None:
        self._bounds = bounds
        self._tags = tags
        self._values = 0
        self._open: list[tuple[str | None, int]] = []
        """Anchor of every list and map we are in, and the values before it."""
        self._size: dict[str, int] = {}

    def pass_on(self, event: Any) -> None:
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            anchor, before = self._open.pop()
            self._remember(anchor, self._values - before)
        elif isinstance(event, AliasEvent):
            if event.anchor in (anchor for anchor, _ in self._open):
                raise _at(event, "has an alias that holds itself")
            self._count(event, self._size.get(str(event.anchor), 1))
        elif isinstance(event, CollectionStartEvent):
            self._check_tag(event)
            self._open.append((event.anchor, self._values))
            self._count(event, 1)
            if len(self._open) > self._bounds.depth:
                raise _at(event, _too_deep(self._bounds))
        elif isinstance(event, ScalarEvent):
            self._check_tag(event)
            if event.style is None and len(event.value) > _LONGEST_NUMBER and _NUMBER.fullmatch(event.value):
                raise _at(event, f"has a number of {len(event.value):,} digits")
            self._count(event, 1)
            self._remember(event.anchor, 1)

    def _remember(self, anchor: str | None, size: int) -> None:
        if anchor is not None:
            self._size[str(anchor)] = size

    def _count(self, event: Any, size: int) -> None:
        self._values += size
        if self._values > self._bounds.values:
            raise _at(event, f"has more than {self._bounds.values:,} values once aliases are written out")

    def _check_tag(self, event: Any) -> None:
        tag = None if event.tag is None else str(event.tag)
        if self._tags is not None and tag not in {None, "!"} and tag not in self._tags:
            raise _at(event, f"has the tag {str(tag).replace(_CORE, '!!')!r}, which has no meaning here")


@contextmanager
def _refusing(text: str, bounds: Bounds) -> Iterator[None]:
    if len(text) > bounds.characters:
        raise NotYaml(f"is {len(text):,} characters long; {bounds.characters:,} are the most")
    try:
        yield
    except NotYaml:
        raise
    except MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        if broken.problem == "but found another document":
            said = "has a second document, which begins here"
        else:
            said = f"is not YAML: {broken.problem}{f' ({broken.context})' if broken.context else ''}"
        place = {} if mark is None else {"line": mark.line + 1, "column": mark.column + 1}
        raise NotYaml(said, **place) from None
    except ReaderError as broken:
        before = text[: broken.position]
        column = broken.position - before.rfind("\n")
        said = f"has the character U+{broken.character:04X}, which is not allowed in YAML"
        raise NotYaml(said, line=before.count("\n") + 1, column=column) from None
    except TypeError:  # only some of such keys can be made
        raise NotYaml("has a list or map as a key") from None
    except (YAMLError, ValueError) as broken:  # ValueError: a date no calendar has, a number of too many digits
        raise NotYaml(f"is not YAML: {broken}") from None


def _at(event: Any, said: str) -> NotYaml:
    return NotYaml(said, line=event.start_mark.line + 1, column=event.start_mark.column + 1)
