"""Which column of a table holds which field of an article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

from toolkit.errors import Fault, UsageError
from toolkit.files.wording import closest

_OFTEN_THE_TEXT = ("body", "content", "article", "article_text", "fulltext", "full_text", "maintext")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Name of the column for each field; None takes the column named like the field, where there is one."""

    text: str | None = None
    id: str | None = None
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    author: str | None = None
    published: str | None = None
    language: str | None = None

    def column(self, field: str) -> str:
        """Return the column that holds the field."""
        return getattr(self, field) or field

    def asked_for(self) -> Iterator[tuple[str, str]]:
        """Yield field and column of every column somebody named, so that its absence is a fault."""
        return ((field, name) for field in FIELDS if (name := getattr(self, field)) is not None)

    def missing(self, columns: Sequence[str], place: str) -> Iterator[Fault]:
        """Yield a fault for the text column, and for every column asked for, that a table with these columns lacks."""
        for field in FIELDS:
            name = self.column(field)
            if name in columns or (field != "text" and getattr(self, field) is None):
                continue
            yield Fault(place, f"no column '{name}' for the {field}; {_named(columns)}{_hint(field, columns)}")


FIELDS: tuple[str, ...] = tuple(field.name for field in fields(ColumnMapping))


def column_mapping(pairs: Iterable[str]) -> ColumnMapping:
    """Return the mapping written as ``field=column`` pairs; raises UsageError listing every pair that is not one.

    >>> column_mapping(["text=body"]).column("text")
    'body'
    """
    named: dict[str, str] = {}
    faults: list[Fault] = []
    for pair in pairs:
        field, equals, name = (part.strip() for part in pair.partition("="))
        if not (field and equals and name):
            faults.append(Fault("`columns=`", f"'{pair}' is not of the form field=column, as in text=body"))
        elif field not in FIELDS:
            faults.append(Fault("`columns=`", f"'{field}' is not a field of an article ({', '.join(FIELDS)})"))
        elif field in named:
            faults.append(Fault("`columns=`", f"'{field}' is given twice: '{named[field]}' and '{name}'"))
        else:
            named[field] = name
    if faults:
        raise UsageError("columns cannot be read that way", todo="Write `columns=text=body`.", faults=faults)
    return ColumnMapping(**named)


def _named(columns: Sequence[str]) -> str:
    if not columns:
        return "there are none"
    shown = ", ".join(_shown(column) for column in columns[:20])
    return f"there are: {shown}" + (f" and {len(columns) - 20} more" if len(columns) > 20 else "")


def _hint(field: str, columns: Sequence[str]) -> str:
    lowered = {column.lower().strip(): column for column in columns}
    candidates = [field, *(_OFTEN_THE_TEXT if field == "text" else ())]
    close = [lowered[name] for name in candidates if name in lowered]
    near = closest(field, lowered)
    close += [lowered[near]] if near else []
    return f"; say `columns={field}={_shown(close[0]) if close else 'NAME'}`"


def _shown(column: str) -> str:
    """The beginning of a name, escaped where it could not be printed as it is."""
    return column[:40] if column[:40].isprintable() else ascii(column[:40])
