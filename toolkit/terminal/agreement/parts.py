"""Agreement within parts of the units (articles, rounds, a column), between parts, of annotators with themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.agreement.differences import DIFFERENCE, EXPECTED, OBSERVED
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.groups import INTRA, POOLED
from toolkit.files.wording import shortened
from toolkit.terminal.agreement.tables import add, add_heading, heading, rows_table
from toolkit.words.kinds import AC1, ALPHA, CHARACTERS, PERCENT, kind, those
from toolkit.words.numbers import NONE, Notes, between, number, percent, signed

FEWEST_UNITS = 10
"""Units two annotators answered below which a part has no alpha of its own in print: a single one would move it."""

MOST_PARTS = 24
"""More parts than this are shown by their two ends: the lowest and the highest alphas."""

_OF_PARTS = ("", DIFFERENCE, INTRA)
_SHORT = {
    measure + suffix: said
    for measure, said in {ALPHA: "alpha", PERCENT: "agree", AC1: "AC1", CHARACTERS: "alpha of characters"}.items()
    for suffix in _OF_PARTS
}


def part_tables(
    estimates: Sequence[Estimate], notes: Notes, *, of_annotators: Sequence[str] = ()
) -> Iterator[RenderableType]:
    """Yield a table for each division of the units (or ``of_annotators``), one for differences, one for annotators with
    themselves.
    """
    groups = those(estimates, "group")
    for by in dict.fromkeys(each.by for each in groups):
        of_this = [each for each in groups if each.by == by]
        said = f"{by} divides annotators, not {notes.nouns.unit}s: alpha within each group"
        yield heading(f"By {by}", said if by in of_annotators else "")
        yield _groups(of_this, notes, by or "")
        yield from _about_groups(of_this, notes)
        shown = {ALPHA, ALPHA + POOLED, PERCENT, AC1, CHARACTERS}
        if any(each.measure not in shown or each.category is not None for each in of_this):
            yield Text(f"Other measures and categories by {by}: --format json, csv or parquet.", style="dim")
        yield Text()
    if differences := those(estimates, "difference"):
        yield heading("Differences", "first less second, with the interval of the difference itself")
        yield _differences(differences, notes)
        yield from map(Text, _why(differences))
        yield Text()
    if themselves := those(estimates, "intra"):
        rounds = f"{themselves[0].group} against {themselves[0].against}"
        yield heading("Annotators with themselves", f"the same {notes.nouns.unit}s again: {rounds}")
        yield _themselves(themselves, notes)
        yield Text()


def _groups(groups: Sequence[Estimate], notes: Notes, by: str) -> Table:
    shown = ("alpha", "interval", "Do", "De", "pooled", "agree", "n")
    has_pooled = any(each.measure == ALPHA + POOLED for each in groups)
    table = rows_table((by,), tuple(name for name in shown if has_pooled or name not in {"Do", "De", "pooled"}))
    for question, level in dict.fromkeys((each.question, each.level) for each in _alphas(groups)):
        alphas = [each for each in _alphas(groups) if (each.question, each.level) == (question, level)]
        add_heading(table, f"{question} · {level}")
        for alpha in _ends(alphas):
            if isinstance(alpha, str):
                add(table, alpha)
                continue
            agree = _same_but(alpha, PERCENT, groups)
            small = _is_small(alpha)
            cells = [NONE, NONE] if small else [number(alpha.value), notes.interval(alpha)]
            if has_pooled:
                pooled = _same_but(alpha, ALPHA + POOLED, groups)
                cells += [number(alpha.observed_disagreement), number(alpha.expected_disagreement)]
                cells.append(number(pooled.value if pooled else None))
            cells += [percent(agree.value if agree else None), f"{alpha.n_pairable:,}"]
            add(table, shortened(alpha.group or ""), *cells)
    return table


def _about_groups(groups: Sequence[Estimate], notes: Notes) -> Iterator[Text]:
    """What the columns are that the headline has not, and which parts are too small for an alpha of their own."""
    unit = notes.nouns.unit
    if any(each.measure == ALPHA + POOLED for each in groups):
        yield Text(
            "Do, De: disagreement observed and expected; alpha is 1 − Do/De, so it falls where a category is rare "
            "though nobody agrees less. pooled: the same Do against the De of all parts together.",
            style="dim",
        )
    if any(_is_small(each) for each in _alphas(groups)):
        yield Text(f"– with fewer than {FEWEST_UNITS} {unit}s: too few for an alpha of their own.", style="dim")


def _is_small(alpha: Estimate) -> bool:
    return alpha.n_pairable < FEWEST_UNITS


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
        whose = [
            each
            for each in differences
            if each.question == question and _at(each, level) and not each.measure.endswith((OBSERVED, EXPECTED))
        ]
        for each in whose:
            add(
                table,
                f"{shortened(each.group or '')} − {shortened(each.against or '')}",
                _SHORT.get(each.measure, each.measure),
                signed(each.value),
                notes.interval(each),
            )
    return table


def _why(differences: Sequence[Estimate]) -> Iterator[str]:
    """Of each difference of alphas what it comes from: how annotators agree, or how mixed the categories are."""
    for alpha in differences:
        if alpha.measure != ALPHA + DIFFERENCE or alpha.value is None:
            continue
        agreeing, mixed = (_part_of(alpha, part, differences) for part in (OBSERVED, EXPECTED))
        if agreeing is None or mixed is None or agreeing.value is None or mixed.value is None:
            continue
        mostly = (
            "how annotators agree (Do)" if abs(agreeing.value) >= abs(mixed.value) else "how mixed categories are (De)"
        )
        yield (
            f"{alpha.question} · {alpha.level}, {signed(alpha.value)}: {signed(agreeing.value)} is Do and "
            f"{signed(mixed.value)} De, so mostly {mostly}. {_whether_annotators(agreeing)}"
        )


def _part_of(alpha: Estimate, part: str, among: Sequence[Estimate]) -> Estimate | None:
    same = (alpha.question, alpha.level, alpha.by, alpha.group, alpha.against)
    return next(
        (
            each
            for each in among
            if each.measure == alpha.measure + part
            and (each.question, each.level, each.by, each.group, each.against) == same
        ),
        None,
    )


def _whether_annotators(agreeing: Estimate) -> str:
    if agreeing.ci_low is None or agreeing.ci_high is None:
        return "Whether annotators agree otherwise cannot be told."
    shown = between(agreeing.ci_low, agreeing.ci_high)
    if agreeing.ci_low > 0 or agreeing.ci_high < 0:
        return f"Annotators agree {'more' if agreeing.ci_low > 0 else 'less'}: {shown} of it."
    return f"That annotators agree otherwise is not shown: {shown} of it."


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
