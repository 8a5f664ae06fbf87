"""Rounds side by side: how agreement changed from one to the next, and what the change is made of."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.agreement.differences import DIFFERENCE, EXPECTED, OBSERVED
from toolkit.agreement.estimate import Estimate
from toolkit.report.charts.forest import row_name
from toolkit.report.charts.rounds import rounds
from toolkit.report.study_page.blocks import Block, Cell, Picture, Table
from toolkit.report.study_page.sections import Section
from toolkit.report.study_page.shown import Shown, interval_cell, key_of, value_cell
from toolkit.words.kinds import ALPHA
from toolkit.words.numbers import NONE, signed


def _blocks(shown: Shown) -> Iterator[Block]:
    of_rounds = [one for one in shown.report.agreement.estimates if one.by == "round"]
    groups = [one for one in of_rounds if one.about == "group" and one.measure == ALPHA]
    if not groups:
        return
    notes = shown.notes()
    table = Table(
        caption="Agreement round by round",
        columns=("question, level", "round", "alpha", "interval", f"{shown.nouns.unit}s of two"),
        rows=tuple(
            (
                row_name(one),
                one.group or "",
                value_cell(one, notes),
                interval_cell(one, notes),
                f"{one.n_pairable:,}",
            )
            for one in groups
        ),
        n_names=2,
        notes=tuple(notes.lines()),
        folded="Round by round, as a table",
    )
    picture = rounds(groups)
    yield table if picture is None else Picture(picture, table)
    yield from _differences(shown, of_rounds)


def _differences(shown: Shown, of_rounds: list[Estimate]) -> Iterator[Block]:
    found = [one for one in of_rounds if one.about == "difference" and one.measure == ALPHA + DIFFERENCE]
    if not found:
        return
    notes = shown.notes()
    parts = {
        (one.question, one.level, one.group, one.against, one.measure): one
        for one in of_rounds
        if one.about == "difference"
    }

    def part(one: Estimate, which: str) -> Cell:
        other = parts.get((one.question, one.level, one.group, one.against, ALPHA + which))
        if other is None or other.value is None:
            return Cell(text=NONE)
        return Cell(text=signed(other.value), value=other.value, figure=key_of(other, "value"))

    yield Table(
        caption="From one round to the next",
        columns=("question, level", "from", "to", "difference", "interval", "from observed", "from expected"),
        rows=tuple(
            (
                row_name(one),
                one.against or "",
                one.group or "",
                Cell(text=NONE)
                if one.value is None
                else Cell(text=signed(one.value), value=one.value, figure=key_of(one, "value")),
                interval_cell(one, notes),
                part(one, DIFFERENCE + OBSERVED),
                part(one, DIFFERENCE + EXPECTED),
            )
            for one in found
        ),
        n_names=3,
        notes=(
            *notes.lines(),
            (
                "A difference is made of two parts: how often annotators agree (observed), and how often they would by "
                "chance, which depends on how common categories are (expected)."
            ),
        ),
    )


SECTION = Section(place=50, id="rounds", title="Rounds", blocks=lambda shown: [*_blocks(shown)])
