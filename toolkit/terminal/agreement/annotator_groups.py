"""Groups of annotators with each other: agreement between them, how far each keeps to itself, who uses what more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.agreement.annotator_groups.between import ASSOCIATION, KAPPA, NORMALISED
from toolkit.agreement.diagnosis.group_over_use import GroupOverUse
from toolkit.agreement.estimate import Estimate
from toolkit.files.wording import counted, shortened
from toolkit.loop.agreement.report import AgreementReport
from toolkit.terminal.agreement.tables import add, add_heading, heading, rows_table
from toolkit.words.kinds import those
from toolkit.words.numbers import NONE, Notes, number, percent, points
from toolkit.words.reasons import sentence_of

MOST_PAIRS = 24
"""More pairs of groups than this are shown by the lowest kappas."""


def annotator_group_parts(report: AgreementReport, notes: Notes) -> Iterator[RenderableType]:
    """Yield for each division of annotators: kappa between groups, the association index, who uses what more."""
    between = those(report.estimates, "between")
    for by in dict.fromkeys(each.by for each in between):
        found = [each for each in between if each.by == by]
        yield heading(f"Between groups by {by}", f"on {notes.nouns.unit}s both coded")
        yield _kappas(found, notes)
        yield Text()
        yield heading("Do groups keep to themselves?", "agreement within over agreement with all others")
        yield _associations(found, notes)
        yield Text(
            "index: above 1, members agree more with each other than with others. p: of a test that shuffles who "
            "belongs to the group; two-sided, each for itself.",
            style="dim",
        )
        yield Text()
        yield from _over_use(
            [each for of in report.group_over_use.values() for each in of if each.by == by], report, notes
        )


def _kappas(between: Sequence[Estimate], notes: Notes) -> Table:
    table = rows_table(("groups",), ("kappa", "interval", "normalised", "n"))
    kappas = [each for each in between if each.measure == KAPPA]
    beside = {_key(each): each for each in between if each.measure == NORMALISED}
    for question, level in dict.fromkeys((each.question, each.level) for each in kappas):
        add_heading(table, f"{question} · {level}")
        rows = [each for each in kappas if (each.question, each.level) == (question, level)]
        if left := max(len(rows) - MOST_PAIRS, 0):
            rows = sorted(rows, key=lambda each: (each.value is None, each.value or 0.0))[:MOST_PAIRS]
        for each in rows:
            share = beside[_key(each)]
            normalised = number(share.value)
            if share.value is None and each.value is not None:
                normalised = notes.missing(share.undefined_because)
            names = f"{shortened(each.group or '')} – {shortened(each.against or '')}"
            add(table, names, number(each.value), notes.interval(each), normalised, f"{each.n_pairable:,}")
        if left:
            add(table, f"… {left:,} more, none lower")
    return table


def _associations(between: Sequence[Estimate], notes: Notes) -> Table:
    table = rows_table(("group",), ("index", "interval", "p"))
    found = [each for each in between if each.measure == ASSOCIATION]
    for question, level in dict.fromkeys((each.question, each.level) for each in found):
        add_heading(table, f"{question} · {level}")
        for each in found:
            if (each.question, each.level) == (question, level):
                add(table, shortened(each.group or ""), number(each.value), notes.interval(each), _p(each, notes))
    return table


def _p(estimate: Estimate, notes: Notes) -> str:
    if estimate.p_value is None:
        return NONE if estimate.value is None else notes.missing(estimate.p_undefined_because)
    return "<.001" if estimate.p_value < 0.001 else f"{estimate.p_value:.3f}".removeprefix("0")


def _over_use(found: Sequence[GroupOverUse], report: AgreementReport, notes: Notes) -> Iterator[RenderableType]:
    """What groups use more or less, question by question; one line for those in which none stands out."""
    if not found:
        return
    by = found[0].by
    yield heading("Which group uses what more or less", f"than others on the same {notes.nouns.unit}s")
    table = rows_table((by, "", "category"), ("own", "others", "points", "interval"))
    cells = untold = 0
    reasons: dict[str, None] = {}
    for question, used in report.group_over_use.items():
        of_this = [each for each in used if each.by == by]
        cells += len(of_this)
        without = [each.interval_undefined_because for each in of_this if each.interval_undefined_because]
        untold += len(without)
        reasons.update(dict.fromkeys(sentence_of(reason, notes.nouns) for reason in without))
        mirrored = len({each.group for each in of_this}) == 2  # what one uses more the other uses as much less
        flagged = [each for each in of_this if each.flagged == "over" or (each.flagged and not mirrored)]
        if flagged:
            add_heading(table, question)
        for each in sorted(flagged, key=lambda one: -abs(one.difference or 0.0)):
            _add_use(table, each)
    if table.row_count:
        yield table
    told = counted(cells - untold, "combination")
    if untold < cells:
        rest = "Nothing else stands out" if table.row_count else "No group stands out"
        yield Text(f"{rest} among {told} of group and category; intervals are widened for so many of each question.")
    if len({each.group for each in found}) == 2 and table.row_count:
        yield Text("Of two groups, what one uses more the other uses as much less.", style="dim")
    if untold:
        yield Text(f"Cannot be told of {untold:,}: {'; '.join(reasons)}.")
    if any(each.interval_unreliable and each.flagged for each in found):
        yield Text(f"!  Fewer than ten {notes.nouns.cluster}s: little to learn a spread from.", style="dim")
    yield Text()


def _add_use(table: Table, each: GroupOverUse) -> None:
    if each.difference is None or each.ci_low is None or each.ci_high is None:
        return
    add(
        table,
        shortened(each.group),
        "more" if each.flagged == "over" else "less",
        each.category,
        percent(each.own_share),
        percent(each.others_share),
        points(each.difference),
        f"{points(each.ci_low)} … {points(each.ci_high)}{'!' if each.interval_unreliable else ''}",
    )


def _key(estimate: Estimate) -> tuple[str, str, str | None, str | None]:
    return estimate.question, estimate.level, estimate.group, estimate.against
