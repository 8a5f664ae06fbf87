"""What units, or annotators, on an engine are divided by: which groups there are, and which rows lie in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw

from toolkit.agreement.ratings import MISSING
from toolkit.errors import UsageError
from toolkit.tables.columns import coded_column
from toolkit.tables.frames.asking import COLLECT_IT, collected, number_of, surely
from toolkit.tables.frames.counting import MANY_ANNOTATORS, MOST_NAMED
from toolkit.tables.frames.keys import added, if_so
from toolkit.tables.frames.long_frame import ANNOTATOR, CLUSTER, UNIT, LongFrame
from toolkit.tables.spelling import by_size

MOST_GROUPS = 10_000
"""Groups of a column up to which an engine divides by it."""

GROUP = "group"
"""What the rows of a question call the column that says the group."""

_KINDS = 3
"""What a column can say of an annotator who is in one group: that, null, and an empty text or NaN."""
_LOWEST, _HIGHEST, _NONE, _N = "lowest", "highest", "none", "n"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Division:
    """A column that divides units or, where ``group_of`` says of which group each is, annotators.

    ``column`` is what the frame calls it. Units are ``shared`` where some of them lie in several groups.
    """

    by: str
    column: str
    shared: bool
    group_of: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Divided:
    """The rows of a question with a column ``GROUP``, in which each of ``value_of`` stands for a group, by size; who is
    in none has anything else there.
    """

    division: Division
    rows: nw.LazyFrame[Any]
    value_of: Mapping[str, Any]
    n_ungrouped: int

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of the question, in order."""
        return tuple(self.value_of)


def divisions(held: LongFrame, *, all_answer: bool) -> tuple[Division, ...]:
    """Return what the columns of ``by`` divide; ``all_answer`` says that no row is without a value.

    They divide annotators where they say one thing of each and, of some unit, several: as in memory (see
    ``rows.of_annotators``). Raise UsageError where there are too many groups, or annotators to be divided, and where it
    would be the order of rows that says what lies where.
    """
    found = tuple(_division(held, by) for by in dict.fromkeys(held.columns.by))
    for one in found:
        if one.group_of is None and not all_answer and number_of(_torn_answers(held, one.column)):
            raise UsageError(
                f"column {one.by!r} says several things of rows of one annotator on one unit, of which not all have a "
                "value",
                todo=COLLECT_IT,
            )
    return found


def _division(held: LongFrame, by: str) -> Division:
    column = held.column_of(by)
    groups = held.rows.filter(~held.is_empty(column)).select(column).unique()
    if number_of(groups.head(MOST_GROUPS + 1)) > MOST_GROUPS:
        raise UsageError(f"column {by!r} has more than {MOST_GROUPS:,} different groups", todo=COLLECT_IT)
    may_be_of_annotators = not _any_in_several(held, ANNOTATOR, column)
    shared = (may_be_of_annotators or CLUSTER not in held.names) and _any_in_several(held, UNIT, column)
    group_of = _group_of_annotators(held, by) if may_be_of_annotators and shared else None
    return Division(by=by, column=column, shared=shared, group_of=group_of)


def _any_in_several(held: LongFrame, whose: str, column: str) -> bool:
    """Whether the rows of any unit, or annotator, are in several groups."""
    bounds = nw.col(column).min().alias(_LOWEST), nw.col(column).max().alias(_HIGHEST)
    grouped = held.rows.filter(~held.is_empty(column)).group_by(whose).agg(*bounds)
    return number_of(grouped.filter(nw.col(_LOWEST) != nw.col(_HIGHEST)).head(1)) > 0


def _group_of_annotators(held: LongFrame, by: str) -> dict[str, str]:
    column, most = held.column_of(by), _KINDS * MOST_NAMED
    pairs = collected(held.rows.select(ANNOTATOR, column).unique().head(most + 1))
    names, groups = (coded_column(pairs[name]) for name in (ANNOTATOR, column))
    if len(names.values) > MOST_NAMED:
        raise UsageError(f"column {by!r} divides annotators, and {MANY_ANNOTATORS}", todo=COLLECT_IT)
    of_each = zip(names.codes.tolist(), groups.codes.tolist(), strict=True)
    return {names.texts[name]: groups.texts[group] for name, group in of_each if group != MISSING}


def _torn_answers(held: LongFrame, column: str) -> nw.LazyFrame[Any]:
    """Units and annotators with several rows, not all in one group: in memory, those without a value step back."""
    is_none = if_so(held.is_empty(column)).alias(_NONE)
    bounds = nw.col(column).min().alias(_LOWEST), nw.col(column).max().alias(_HIGHEST)
    cells = held.rows.with_columns(is_none).group_by(*held.keys).agg(nw.len().alias(_N), nw.col(_NONE).sum(), *bounds)
    some_are_none = (nw.col(_NONE) > 0) & (nw.col(_NONE) < nw.col(_N))
    return cells.filter(some_are_none | surely(nw.col(_LOWEST) != nw.col(_HIGHEST)))


def divided(held: LongFrame, division: Division, rows: nw.LazyFrame[Any]) -> Divided:
    """Return the rows of a question divided."""
    if division.group_of is not None:
        return _divided_by_annotator(division, division.group_of, rows)
    column = division.column
    found = coded_column(collected(rows.select(column).unique())[column])
    value_of = dict(zip(found.texts.listed(), found.values.to_pylist(), strict=True))
    n_ungrouped = 0
    if (found.codes == MISSING).any():
        n_ungrouped = number_of(rows.filter(held.is_empty(column)).select(UNIT).unique())
    return Divided(
        division=division,
        rows=rows.with_columns(nw.col(column).alias(GROUP)),
        value_of={group: value_of[group] for group in sorted(value_of, key=by_size)},
        n_ungrouped=n_ungrouped,
    )


def _divided_by_annotator(division: Division, group_of: Mapping[str, str], rows: nw.LazyFrame[Any]) -> Divided:
    """Whatever their rows say: an annotator of whom only some say it is of that group throughout."""
    found = coded_column(collected(rows.select(ANNOTATOR).unique())[ANNOTATOR])
    value_of_annotator = dict(zip(found.texts.listed(), found.values.to_pylist(), strict=True))
    here = {name: group_of[name] for name in value_of_annotator if name in group_of}
    value_of = {group: place for place, group in enumerate(sorted(set(here.values()), key=by_size), start=1)}
    places = [if_so(nw.col(ANNOTATOR) == value_of_annotator[name], value_of[group]) for name, group in here.items()]
    return Divided(
        division=replace(division, group_of=here),
        rows=rows.with_columns(added(places).alias(GROUP)),
        value_of=value_of,
        n_ungrouped=len(value_of_annotator) - len(here),
    )
