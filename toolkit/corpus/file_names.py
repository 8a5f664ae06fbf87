"""What the name of a file says about the articles in it: ``{outlet}_{published}_*``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from toolkit.corpus.columns import FIELDS
from toolkit.corpus.drafts import Draft
from toolkit.errors import UsageError
from toolkit.files.wording import closest

NAMED = tuple(field for field in FIELDS if field != "text")
"""Fields of an article that a file's name can hold."""

LONGEST_NAME = 255

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}")
_PART = re.compile(r"\{(?P<field>[^{}]*)\}|(?P<any>\*)|(?P<words>[^{}*]+)|(?P<stray>.)")


@dataclass(frozen=True, slots=True)
class NamePattern:
    """The form that names of files have; ``written`` is how it was given."""

    written: str
    _parts: tuple[tuple[str, str], ...]
    """Kind (``field``, ``any``, ``words``) and what it is."""

    def values(self, stem: str) -> Mapping[str, str] | None:
        """Return the fields in a file's name without its ending; None where it has another form."""
        name = unicodedata.normalize("NFC", stem)
        ends = _ends(self._parts, name)
        if ends is None:
            return None
        starts = (0, *ends)
        found = {
            what: name[start:end].strip()
            for (kind, what), start, end in zip(self._parts, starts, ends, strict=False)
            if kind == "field"
        }
        if len(day := found.get("published", "")) == len("20260131"):
            found["published"] = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        return found

    def into(self, draft: Draft, values: Mapping[str, str]) -> Draft:
        """Return the draft with what its file's name says and the article itself does not."""
        own = {name: value for name, value in draft.values.items() if value is not None}
        if "id" in values and draft.named_by_file:
            own.pop("id", None)
        return replace(draft, values={**draft.values, **values, **own})


def name_pattern(written: str) -> NamePattern:
    """Return the form written with fields in braces and ``*`` for anything; ``UsageError`` where it is none.

    >>> name_pattern("{outlet}_{published}_*").values("daily_20260131_mayor")
    {'outlet': 'daily', 'published': '2026-01-31'}
    """
    if len(written) > LONGEST_NAME:
        raise UsageError(
            f"a form of {len(written):,} characters is longer than any file's name",
            todo="Write `*` for the parts that do not count.",
        )
    parts: list[tuple[str, str]] = []
    before = ""
    for part in _PART.finditer(unicodedata.normalize("NFC", written)):
        kind = str(part.lastgroup)
        if kind == "stray" or (kind != "words" and before in {"field", "any"} and "field" in {kind, before}):
            raise UsageError(
                f"{written!r} does not say where one part of a name ends and the next begins",
                todo="Put text between the parts, as in `name={outlet}_{published}_*`.",
            )
        if kind == "field":
            _check(part["field"], [what for each, what in parts if each == "field"])
        parts.append((kind, part[kind]))
        before = kind
    if not any(kind == "field" for kind, _ in parts):
        raise UsageError(
            f"{written!r} names no field of an article", todo=f"There is: {', '.join(f'{{{name}}}' for name in NAMED)}."
        )
    return NamePattern(written, tuple(parts))


def _ends(parts: tuple[tuple[str, str], ...], name: str) -> tuple[int, ...] | None:
    """Where each part ends in the name, fields as short and ``*`` as long as they can be; None where they do not fit.

    A place from which the rest did not fit is not tried again: no name, whoever made it up, takes long.
    """

    @cache
    def from_here(number: int, start: int) -> tuple[int, ...] | None:
        if number == len(parts):
            return () if start == len(name) else None
        for end in _candidates(*parts[number], name, start):
            rest = from_here(number + 1, end)
            if rest is not None:
                return (end, *rest)
        return None

    return from_here(0, 0)


def _candidates(kind: str, what: str, name: str, start: int) -> Iterable[int]:
    """Where a part that begins here may end."""
    if kind == "words":
        return [start + len(what)] if name.startswith(what, start) else []
    if kind == "any":
        return range(len(name), start - 1, -1)
    if what == "published":
        found = _DATE.match(name, start)
        return [found.end()] if found else []
    return range(start + 1, len(name) + 1)


def _check(field: str, before: list[str]) -> None:
    if field not in NAMED:
        near = closest(field, NAMED)
        hint = f"Did you mean {{{near}}}? " if near else ""
        raise UsageError(
            f"{field!r} is no field of an article that a name can hold",
            todo=f"{hint}There is: {', '.join(f'{{{name}}}' for name in NAMED)}.",
        )
    if field in before:
        raise UsageError(f"{{{field}}} stands in the name twice", todo="Write `*` for the part that does not count.")
