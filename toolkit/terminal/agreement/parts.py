"""Agreement within parts of the units (articles, rounds, a column), between parts, of annotators with themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.agreement.estimate import Estimate
from toolkit.agreement.groups import DIFFERENCE, INTRA
from toolkit.files.wording import shortened
from toolkit.terminal.agreement.kinds import AC1, ALPHA, CHARACTERS, PERCENT, kind, those
from toolkit.terminal.agreement.numbers import Notes, number, percent, signed
from toolkit.terminal.agreement.tables import add, add_heading, heading, rows_table

MOST_PARTS = 24
"""More parts than this are shown by their two ends: the lowest and the highest alphas."""

_OF_PARTS = ("", DIFFERENCE, INTRA)
_SHORT = {
    measure + suffix: said
    for measure, said in {ALPHA: "alpha", PERCENT: "agree", AC1: "AC1", CHARACTERS: "alpha of characters"}.items()
    for suffix in _OF_PARTS
}


def part_tables(estimates: Sequence[Estimate], notes: Notes) -> Iterator[RenderableType]:
    """Yield a table for each division of the units, one for differences, one for annotators with themselves."""
    groups = those(estimates, "group")
    for by in dict.fromkeys(each.by for each in groups):
        of_this = [each for each in groups if each.by == by]
        yield heading(f"By {by}")
        yield _groups(of_this, notes, by or "")
        shown = {ALPHA, PERCENT, AC1, CHARACTERS}
        if any(each.measure not in shown or each.category is not None for each in of_this):
            yield Text(f"Other measures and categories by {by}: --format json, csv or parquet.", style="dim")
        yield Text()
    if differences := those(estimates, "difference"):
        yield heading("Differences", "first less second, with the interval of the difference itself")
        yield _differences(differences, notes)
        yield Text()
    if themselves := those(estimates, "intra"):
        rounds = f"{themselves[0].group} against {themselves[0].against}"
        yield heading("Annotators with themselves", f"the same {notes.nouns.unit}s again: {rounds}")
        yield _themselves(themselves, notes)
        yield Text()


def _groups(groups: Sequence[Estimate], notes: Notes, by: str) -> Table:
    table = rows_table((by,), ("alpha", "interval", "agree", "n"))
    for question, level in dict.fromkeys((each.question, each.level) for each in _alphas(groups)):
        alphas = [each for each in _alphas(groups) if (each.question, each.level) == (question, level)]
        add_heading(table, f"{question} · {level}")
        for alpha in _ends(alphas):
            if isinstance(alpha, str):
                add(table, alpha)
                continue
            agree = _same_but(alpha, PERCENT, groups)
            cells = number(alpha.value), notes.interval(alpha), percent(agree.value if agree else None)
            add(table, shortened(alpha.group or ""), *cells, f"{alpha.n_pairable:,}")
    return table


def _ends(alphas: Sequence[Estimate]) -> list[Estimate | str]:
    """All parts as they come, or of many the lowest and the highest, and a word on how many there are between."""
    if len(alphas) <= MOST_PARTS:
        return [*alphas]
    defined = sorted((each for each in alphas if each.value is not None), key=lambda each: each.value or 0.0)
    half = MOST_PARTS // 2
    without = len(alphas) - len(defined)
    if not defined:
        return [f"none of {len(alphas):,} has an alpha"]
    said = f"… {max(len(defined) - 2 * half, 0):,} between" + (f", {without:,} without alpha" if without else "")
    return [*defined[:half], said, *defined[max(len(defined) - half, half) :]]


def _differences(differences: Sequence[Estimate], notes: Notes) -> Table:
    table = rows_table(("", "of"), ("difference", "interval"))
    for question, level in dict.fromkeys((each.question, each.level) for each in _alphas(differences)):
        add_heading(table, f"{question} · {level}")
        whose = [each for each in differences if each.question == question and _at(each, level)]
        for each in whose:
            add(
                table,
                f"{shortened(each.group or '')} − {shortened(each.against or '')}",
                _SHORT.get(each.measure, each.measure),
                signed(each.value),
                notes.interval(each),
            )
    return table


def _themselves(estimates: Sequence[Estimate], notes: Notes) -> Table:
    table = rows_table(("annotator",), ("alpha", "interval", "agree", "n"))
    for question, level in dict.fromkeys((each.question, each.level) for each in _alphas(estimates)):
        add_heading(table, f"{question} · {level}")
        for alpha in _alphas(estimates):
            if (alpha.question, alpha.level) == (question, level):
                agree = _same_but(alpha, PERCENT + INTRA, estimates)
                cells = number(alpha.value), notes.interval(alpha), percent(agree.value if agree else None)
                add(table, alpha.annotator or "all together", *cells, f"{alpha.n_pairable:,}")
    return table


def _alphas(estimates: Sequence[Estimate]) -> list[Estimate]:
    """Alphas of whole questions, of characters where a question of spans has no other."""
    whole = [each for each in estimates if each.category is None]
    found = [each for each in whole if each.measure in {ALPHA + suffix for suffix in _OF_PARTS}]
    have = {each.question for each in found}
    of_characters = {CHARACTERS + suffix for suffix in _OF_PARTS}
    return found + [each for each in whole if each.measure in of_characters and each.question not in have]


def _at(estimate: Estimate, level: str) -> bool:
    """Whether a figure belongs to the alpha at ``level``: sets have one percent agreement for both of theirs."""
    return estimate.level == level or (estimate.level == "set" and level.startswith("set:"))


def _same_but(alpha: Estimate, measure: str, estimates: Sequence[Estimate]) -> Estimate | None:
    """The figure of another measure about the very same part."""
    levels = {alpha.level, "set"} if kind(alpha) == "set" else {alpha.level}
    for each in estimates:
        same = (each.question, each.by, each.group, each.annotator) == (
            alpha.question,
            alpha.by,
            alpha.group,
            alpha.annotator,
        )
        if each.measure == measure and same and each.category is None and each.level in levels:
            return each
    return None
