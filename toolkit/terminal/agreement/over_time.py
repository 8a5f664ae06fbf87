"""Agreement in the first, middle and last third of what was coded, who changed meanwhile, and how long it took."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from toolkit.agreement.drift import FALSE_ALARMS, Drift
from toolkit.agreement.estimate import Estimate
from toolkit.loop.agreement.over_time import Pace, QuestionOverTime
from toolkit.terminal.agreement.tables import add, add_heading, footnotes_of, heading, rows_table
from toolkit.words.numbers import NONE, Notes, between, number, percent
from toolkit.words.reasons import OF_STUDY, Nouns

ALARM = "!"
_THIRDS = ("first", "middle", "last")


def over_time_text(
    questions: Sequence[QuestionOverTime], pace: Sequence[Pace], *, nouns: Nouns = OF_STUDY
) -> RenderableType:
    """Return alpha by third of the sentences, each annotator's agreement with the others beside it, and the paces."""
    notes = Notes(nouns)
    return Group(
        heading("Over time", f"thirds of the {nouns.unit}s in the order in which they were coded last"),
        _alphas(questions, notes),
        Text(),
        *_annotators(questions, notes),
        *_pace(pace),
        *footnotes_of(notes),
        *(Text(line, style="dim") for line in _explained(questions, nouns)),
    )


def _alphas(questions: Sequence[QuestionOverTime], notes: Notes) -> RenderableType:
    table = rows_table(("question",), _THIRDS)
    for one in questions:
        if one.undefined_because is not None:
            add(table, one.question, notes.missing(one.undefined_because), "", "")
        else:
            add(table, one.question, *(_alpha(window.alpha, notes) for window in one.thirds))
    return table


def _alpha(estimate: Estimate, notes: Notes) -> str:
    if estimate.value is None:
        return notes.missing(estimate.undefined_because)
    if estimate.ci_low is None:
        return f"{number(estimate.value)} ({notes.missing(estimate.interval_undefined_because)})"
    return f"{number(estimate.value)} ({between(estimate.ci_low, estimate.ci_high)})"


def _annotators(questions: Sequence[QuestionOverTime], notes: Notes) -> Iterator[RenderableType]:
    followed = [one for one in questions if one.windows]
    if not followed:
        return
    table = rows_table(("annotator",), (*_THIRDS, "likeliest break", "p", ""))
    for one in followed:
        add_heading(table, one.question)
        for place, drift in enumerate(one.drifts):
            thirds = (number(window.annotators[place].agreement) for window in one.thirds)
            add(table, drift.annotator, *thirds, *_break(drift, notes))
    yield heading("Annotators", "agreement with the others on the same sentences, corrected for chance")
    yield table
    yield Text()


def _break(drift: Drift, notes: Notes) -> tuple[str, str, str]:
    if drift.undefined_because is not None:
        return notes.missing(drift.undefined_because), "", ""
    found = f"{number(drift.before)} → {number(drift.after)} after {drift.n_before} of {drift.n_clusters}"
    return found, _share(drift.p), ALARM if drift.alarm else ""


def _share(p: float | None) -> str:
    return "<.01" if p is not None and p < 0.005 else number(p)


def _pace(pace: Sequence[Pace]) -> Iterator[RenderableType]:
    if not pace:
        yield Text("How long annotators took is not stored.", style="dim")
        return
    table = rows_table(("annotator",), ("n", "seconds", *_THIRDS))
    for one in pace:
        thirds = [f"{seconds:.0f}" for seconds in one.thirds] or [NONE] * 3
        add(table, one.annotator, f"{one.n:,}", f"{one.seconds:.0f}", *thirds)
    yield heading("Pace", "median seconds per sentence: over all, and by third of what the annotator coded")
    yield table
    yield Text()


def _explained(questions: Sequence[QuestionOverTime], nouns: Nouns) -> Iterator[str]:
    tried = [drift for one in questions for drift in one.drifts if drift.p is not None]
    if not tried:
        return
    yield (
        f"{ALARM}  more than chance, were {nouns.cluster}s coded in any other order: where nobody changes, somebody "
        f"is marked in {percent(FALSE_ALARMS)} of the questions. "
        f"Who changes draws those along who code the same {nouns.unit}s."
    )
