"""Which releases of Label Studio the gate knows, and the routes they have."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final

KNOWN: Final = frozenset({"1.23.2"})
"""Releases whose every route was asked for as annotator, adjudicator, stranger and lead (``tests/live/gate``)."""
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


@cache
def running() -> str:
    """The release that runs."""
    import label_studio

    return str(label_studio.__version__)


@cache
def routes() -> Sequence[tuple[str, str]]:
    """Every pattern of the URL table with every method its view answers, sorted."""
    from django.urls import get_resolver

    return sorted(set(_of(get_resolver().url_patterns, "")))


def gone(wanted: Iterable[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Which of these the URL table has not."""
    return sorted(set(wanted) - set(routes()))


def digest() -> str:
    """What tells one URL table from another."""
    told = "\n".join(f"{pattern} {method}" for pattern, method in routes())
    return hashlib.sha256(told.encode()).hexdigest()


def _of(patterns: Sequence[Any], before: str) -> Iterator[tuple[str, str]]:
    for one in patterns:
        own = str(one.pattern)
        pattern = before + own.removeprefix("^") if before else own  # as Django tells which one it resolved
        if hasattr(one, "url_patterns"):
            yield from _of(one.url_patterns, pattern)
        else:
            yield from ((pattern, method) for method in _methods(one.callback))


def _methods(view: Any) -> Iterator[str]:
    actions = getattr(view, "actions", None)
    answers = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if actions:
        yield from (name.upper() for name in actions)
    elif inspect.isclass(answers):
        yield from (method for method in _METHODS if hasattr(answers, method.lower()))
    else:
        yield from _METHODS  # a function, which answers whatever it is asked
