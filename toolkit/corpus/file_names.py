"""What the name of a file says about the articles in it: ``{outlet}_{published}_*``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from toolkit.corpus.columns import FIELDS
from toolkit.corpus.drafts import Draft
from toolkit.errors import UsageError
from toolkit.files.wording import closest

NAMED = tuple(field for field in FIELDS if field != "text")
"""Fields of an article that a file's name can hold."""

_DATE = r"\d{4}-\d{2}-\d{2}|\d{8}"
_PART = re.compile(r"\{(?P<field>[^{}]*)\}|(?P<any>\*)|(?P<words>[^{}*]+)|(?P<stray>.)")


@dataclass(frozen=True, slots=True)
class NamePattern:
    """The form that names of files have; ``written`` is how it was given."""

    written: str
    _form: re.Pattern[str]

    def values(self, stem: str) -> Mapping[str, str] | None:
        """Return the fields in a file's name without its ending; None where it has another form."""
        found = self._form.fullmatch(unicodedata.normalize("NFC", stem))
        if found is None:
            return None
        values = {field: value.strip() for field, value in found.groupdict().items()}
        if len(day := values.get("published", "")) == len("20260131"):
            values["published"] = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        return values

    def into(self, draft: Draft, values: Mapping[str, str]) -> Draft:
        """Return the draft with what its file's name says and the article itself does not."""
        own = {name: value for name, value in draft.values.items() if value is not None}
        named_otherwise = "id" in values and draft.named_by_file
        if named_otherwise:
            own.pop("id", None)
        return replace(draft, values={**draft.values, **values, **own})


def name_pattern(written: str) -> NamePattern:
    """Return the form written with fields in braces and ``*`` for anything; ``UsageError`` where it is none.

    >>> name_pattern("{outlet}_{published}_*").values("daily_20260131_mayor")
    {'outlet': 'daily', 'published': '2026-01-31'}
    """
    form, fields, before = "", list[str](), ""
    for part in _PART.finditer(unicodedata.normalize("NFC", written)):
        kind = str(part.lastgroup)
        if kind == "stray" or (kind != "words" and before in {"field", "any"} and "field" in {kind, before}):
            raise UsageError(
                f"{written!r} does not say where one part of a name ends and the next begins",
                todo="Put text between the parts, as in `name={outlet}_{published}_*`.",
            )
        if kind == "field":
            _check(part["field"], fields)
            fields.append(part["field"])
            form += f"(?P<{part['field']}>{_DATE if part['field'] == 'published' else '.+?'})"
        else:
            form += ".*" if kind == "any" else re.escape(part["words"])
        before = kind
    if not fields:
        raise UsageError(
            f"{written!r} names no field of an article", todo=f"There is: {', '.join(f'{{{name}}}' for name in NAMED)}."
        )
    return NamePattern(written, re.compile(form, re.DOTALL))


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
