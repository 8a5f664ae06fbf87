"""The parts of a question that is divided, counted where its rows are: again two group-bys."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from toolkit.agreement.counted_units import CountedUnits
from toolkit.agreement.groups import MOST_POOLED, Parts
from toolkit.agreement.levels import MOST_DISTINCT
from toolkit.agreement.matrix import LARGEST_TABLE, Matrix
from toolkit.agreement.ratings import MISSING
from toolkit.errors import UsageError
from toolkit.files.arrays import IntArray
from toolkit.tables.columns import coded_column
from toolkit.tables.frames.asking import collected
from toolkit.tables.frames.counting import Answers, counted, matrix_of, nothing
from toolkit.tables.frames.divisions import GROUP, Divided
from toolkit.tables.frames.keys import added, if_so
from toolkit.tables.frames.long_frame import ANNOTATOR, VALUE

_DIGIT, _N = "digit", "n"


def check_room(answers: Answers, divided: Divided) -> None:
    """Raise UsageError where units that lie in several groups would be of too many kinds."""
    if _across(answers, divided) and (len(divided.groups) + 1) * len(answers.codes) > MOST_DISTINCT:
        raise UsageError(
            f"units of question {answers.question!r} lie in several groups of column {divided.division.by!r}, and its "
            f"groups times its values are more than {MOST_DISTINCT:,}",
            todo="Name a column of clusters, or collect the table into memory first.",
        )


def _across(answers: Answers, divided: Divided) -> bool:
    """Whether it matters what a unit was given in all groups: drawn by itself, it moves in every one it lies in."""
    return divided.division.shared and not answers.clustered and 2 <= len(divided.groups) <= MOST_POOLED


def counted_parts(answers: Answers, divided: Divided, domain: tuple[Hashable, ...], *, n_units: int) -> Parts:
    """Return the parts of a question with answers on its scale to so many units.

    Raise UsageError where annotators are divided, and there are too many units to say of each who gave what.
    """
    group_of = divided.division.group_of
    if group_of is not None and n_units * len(group_of) > LARGEST_TABLE:
        raise UsageError(
            f"column {divided.division.by!r} divides annotators, and {n_units:,} units × {len(group_of):,} annotators "
            "are too many for figures by annotator",
            todo="Agree on a sample of the units.",
        )
    here = replace(answers, rows=divided.rows)
    across = _across(here, divided)
    counting = _units_across if across else _units_apart
    each = counting(here, divided, domain) if here.code_of else tuple(nothing(here, domain) for _ in divided.groups)
    joint = None
    if not answers.clustered and (across or not divided.division.shared):
        joint = partial(_numbered, each, one_each=not across)
    return Parts(groups=divided.groups, each=each, joint=joint, n_ungrouped=divided.n_ungrouped, group_of=group_of)


def _numbered(each: Sequence[CountedUnits], *, one_each: bool) -> Sequence[CountedUnits]:
    """The parts with units numbered alike in all: entries are the same in each part, or each is in ``one`` only."""
    ends = np.cumsum([len(part.kind) * one_each for part in each])
    firsts = [int(end) - len(part.kind) * one_each for end, part in zip(ends, each, strict=True)]
    return tuple(
        replace(part, cluster=first + np.arange(len(part.kind))) for first, part in zip(firsts, each, strict=True)
    )


def _units_apart(here: Answers, divided: Divided, domain: tuple[Hashable, ...]) -> tuple[CountedUnits, ...]:
    """The units of each group, counted at once: what a unit was given in another group is another unit's."""
    found = counted(here, nw.col(VALUE), here.digit_of, beside=[GROUP])
    place = _places(found.beside[GROUP], divided)
    n_annotators = _n_annotators(here, divided)
    return tuple(
        found.chosen(place == at).units(
            domain, here.codes, n_annotators=n, ask_matrix=partial(_matrix, here, value, domain, n)
        )
        for at, (value, n) in enumerate(zip(divided.value_of.values(), n_annotators, strict=True))
    )


def _units_across(here: Answers, divided: Divided, domain: tuple[Hashable, ...]) -> tuple[CountedUnits, ...]:
    """The same where units lie in several groups: every value of every group has a digit, none being a group as well.

    Entries are parallel in all of them.
    """
    n_digits = len(here.codes)
    of_value = added([if_so(nw.col(VALUE) == value, digit + 1) for value, digit in here.digit_of.items()])
    of_group = [if_so(nw.col(GROUP) == value, at) for at, value in enumerate(divided.value_of.values(), start=1)]
    row = added(of_group) * (n_digits + 1) + of_value
    digit_of = {
        group * (n_digits + 1) + digit + 1: group * n_digits + digit
        for group in range(len(divided.groups) + 1)
        for digit in range(n_digits)
    }
    rows = here.rows.with_columns(row.alias(_DIGIT))
    found = counted(replace(here, rows=rows), nw.col(_DIGIT), digit_of)
    parts = np.split(found.counts, len(divided.groups) + 1, axis=1)[1:]
    n_annotators = _n_annotators(here, divided)
    return tuple(
        replace(found, counts=counts).units(
            domain, here.codes, n_annotators=n, ask_matrix=partial(_matrix, here, value, domain, n)
        )
        for counts, value, n in zip(parts, divided.value_of.values(), n_annotators, strict=True)
    )


def _places(column: pa.ChunkedArray, divided: Divided) -> IntArray:
    """The group of each entry, by its place; ``MISSING`` where it is in none."""
    place = {value: at for at, value in enumerate(divided.value_of.values())}
    found = coded_column(column)
    of_code = [place.get(value, MISSING) for value in found.values.to_pylist()]
    return np.asarray([*of_code, MISSING], dtype=np.int64)[found.codes]


def _n_annotators(here: Answers, divided: Divided) -> list[int]:
    """How many annotators gave any of the values, in each group."""
    rows = here.rows.filter(nw.col(VALUE).is_in(list(here.code_of))).select(GROUP, ANNOTATOR).unique()
    found = collected(rows.group_by(GROUP).agg(nw.len().alias(_N)))
    n_of = dict(zip(_places(found[GROUP], divided).tolist(), found[_N].to_pylist(), strict=True))
    return [int(n_of.get(place, 0)) for place in range(len(divided.groups))]


def _matrix(here: Answers, value: Any, domain: tuple[Hashable, ...], n_annotators: int) -> Matrix:
    """Who gave what in the group that ``value`` stands for."""
    if not n_annotators:
        return nothing(here, domain).ask_matrix()
    return matrix_of(replace(here, rows=here.rows.filter(nw.col(GROUP) == value)))
