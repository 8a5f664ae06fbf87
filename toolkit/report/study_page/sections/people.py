"""The people who coded: how far they are, how long they take, and how they code. Nobody is ranked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.agreement.groups import INTRA
from toolkit.loop.annotator_overview import AnnotatorOverview
from toolkit.report.charts.forest import row_name
from toolkit.report.charts.pace import pace
from toolkit.report.charts.progress import progress
from toolkit.report.charts.right import right
from toolkit.report.study_page.blocks import Block, Cell, Facts, Items, Paragraph, Part, Picture, Table
from toolkit.report.study_page.sections import Section
from toolkit.report.study_page.shown import Shown, interval_cell, limits, value_cell
from toolkit.words.kinds import ALPHA
from toolkit.words.numbers import NONE, Notes, number, percent, signed


def _blocks(shown: Shown) -> Iterator[Block]:
    report = shown.report
    if report.people is None or not report.people.annotators:
        return
    people = report.people.annotators
    yield Paragraph(
        "Each figure has its interval, and no order of merit: who differs from the others may be the one who is right. "
        "Annotators stand under letters."
    )
    yield from _progress(shown)
    yield from _work(shown, people)
    if blocks := [*_with_the_others(shown, people)]:
        yield Part(id="with-the-others", title="Agreement with the others", blocks=blocks)
    if blocks := [*_with_themselves(shown)]:
        yield Part(id="with-themselves", title="Agreement with their own first coding", blocks=blocks)
    if blocks := [*_over_time(shown, people)]:
        yield Part(id="drift", title="Over the time of coding", blocks=blocks)
    if blocks := [*_known(shown, people)]:
        yield Part(id="known", title="Against known answers", blocks=blocks)
    names = Facts(tuple((shown.called(one.annotator), one.annotator) for one in people))
    yield Part(id="letters", title="Who stands under which letter", blocks=[names])


def _progress(shown: Shown) -> Iterator[Block]:
    days = shown.report.days
    table = Table(
        caption="Sentences coded on each day (UTC)",
        columns=("annotator", "day", "sentences", "in all"),
        rows=tuple((shown.called(one.annotator), one.day, f"{one.n:,}", f"{one.total:,}") for one in days),
        n_names=2,
        folded="Day by day, as a table",
    )
    if (picture := progress(days, shown.called)) is not None:
        yield Picture(picture, table)


def _work(shown: Shown, people: Sequence[AnnotatorOverview]) -> Iterator[Block]:
    notes = shown.notes()
    table = Table(
        caption="Work done",
        columns=(
            "annotator",
            "coded",
            "skipped",
            "interval",
            "seconds a sentence",
            "interval",
            "first, middle, last third",
        ),
        rows=tuple(
            (
                _name(shown, one),
                f"{one.done:,}",
                percent(one.skipped.value),
                limits(one.skipped.ci_low, one.skipped.ci_high, one.skipped.because, notes, as_percent=True),
                NONE if one.seconds is None else f"{one.seconds.median:.0f}",
                NONE if one.seconds is None else _seconds(one, notes),
                NONE if one.seconds is None else ", ".join(f"{each:.0f}" for each in one.seconds.thirds) or NONE,
            )
            for one in people
        ),
        notes=(
            *notes.lines(),
            "seconds a sentence: the median; thirds are of what each coded, in the order of coding.",
        ),
    )
    picture = pace(people, shown.called)
    yield table if picture is None else Picture(picture, table)


def _name(shown: Shown, one: AnnotatorOverview) -> str:
    called = shown.called(one.annotator)
    if one.removed is not None:
        return f"{called} (removed, answers {one.removed})"
    return called


def _seconds(one: AnnotatorOverview, notes: Notes) -> str:
    assert one.seconds is not None  # noqa: S101 - asked before
    if one.seconds.ci_low is None or one.seconds.ci_high is None:
        return notes.missing(one.seconds.because)
    return f"{one.seconds.ci_low:.0f} … {one.seconds.ci_high:.0f}"


def _with_the_others(shown: Shown, people: Sequence[AnnotatorOverview]) -> Iterator[Block]:
    found = [(one, each) for one in people for each in one.left_out]
    if not found:
        return
    notes = shown.notes()
    words = {"rises": "higher without ↑", "falls": "lower without ↓"}
    yield Table(
        caption="What alpha would be without each annotator",
        columns=("annotator", "question", "alpha", "without", "difference", "interval", "so"),
        rows=tuple(
            (
                shown.called(one.annotator),
                each.question,
                Cell(text=number(each.alpha), value=each.alpha),
                Cell(text=number(each.without), value=each.without),
                signed(each.difference),
                limits(each.ci_low, each.ci_high, each.interval_undefined_because, notes),
                words.get(each.flagged or "", ""),
            )
            for one, each in found
        ),
        n_names=2,
        notes=(
            *notes.lines(),
            (
                "The intervals of a question hold together for all annotators. A word stands only where the whole "
                "interval is beyond 0."
            ),
        ),
        folded="Alpha without each annotator, question by question",
    )
    said = [
        f"{shown.called(one.annotator)}: without them alpha of {each.question} is {words[each.flagged].split()[0]}."
        for one, each in found
        if each.flagged is not None
    ]
    if not said and all(each.ci_low is None for _, each in found):
        said = ["There is no interval, so whether anybody's answers change an alpha by more than chance is not known."]
    yield Items(
        tuple(said) or ("No interval is wholly beyond 0: that anybody's answers change an alpha is not shown.",)
    )


def _with_themselves(shown: Shown) -> Iterator[Block]:
    """Where the round repeats an earlier one: whether annotators say again what they said."""
    report = shown.report
    found = [one for one in report.agreement.estimates if one.about == "intra" and one.measure == ALPHA + INTRA]
    if not found:
        return
    notes = shown.notes()
    yield Table(
        caption=f"Alpha of each annotator with their own coding in {report.request.repeats}",
        columns=("annotator", "question", "alpha", "interval", f"{shown.nouns.unit}s"),
        rows=tuple(
            (
                "all together" if one.annotator is None else shown.called(one.annotator),
                row_name(one),
                value_cell(one, notes),
                interval_cell(one, notes),
                f"{one.n_pairable:,}",
            )
            for one in found
        ),
        n_names=2,
        notes=tuple(notes.lines()),
    )


def _over_time(shown: Shown, people: Sequence[AnnotatorOverview]) -> Iterator[Block]:
    found = [(one, each) for one in people for each in one.drifted]
    told = [(one, each) for one, each in found if each.drift.undefined_because is None]
    if not told:
        return
    notes = shown.notes()
    alarms = [
        f"{shown.called(one.annotator)}: agreement with the others on {each.question} went from "
        f"{number(each.drift.before)} to {number(each.drift.after)} while coding."
        for one, each in told
        if each.drift.alarm
    ]
    yield Items(tuple(alarms) or ("That anybody's agreement with the others broke off while coding is not shown.",))
    yield Table(
        caption="The likeliest break in each annotator's agreement with the others",
        columns=("annotator", "question", "before", "after", "p", "so"),
        rows=tuple(
            (
                shown.called(one.annotator),
                each.question,
                number(each.drift.before),
                number(each.drift.after),
                NONE if each.drift.p is None else f"{each.drift.p:.3f}".removeprefix("0"),
                "drift" if each.drift.alarm else "",
            )
            for one, each in told
        ),
        n_names=2,
        notes=(
            *notes.lines(),
            (
                "p: how often an order of the articles by chance has somebody break as clearly; drift is said up to "
                ".05, question by question: where there is none, about one question in twenty still shows some."
            ),
        ),
        folded="The likeliest break of each annotator",
    )


def _known(shown: Shown, people: Sequence[AnnotatorOverview]) -> Iterator[Block]:
    """Of each source of known answers its own table; one picture, of the one that the report goes by."""
    for source in ("gold", "adjudicated"):
        found = [each.estimate for one in people for each in one.right if each.source == source]
        if not found:
            continue
        notes = shown.notes()
        table = Table(
            caption=f"Share of the {source} answers that each annotator gave",
            columns=("annotator", "question", "right", "interval", "answers"),
            rows=tuple(
                (
                    shown.called(one.annotator or ""),
                    one.question,
                    value_cell(one, notes, as_percent=True),
                    interval_cell(one, notes, as_percent=True),
                    f"{one.n_values:,}",
                )
                for one in found
            ),
            n_names=2,
            notes=tuple(notes.lines()),
            folded=f"Against {source} answers, as a table",
        )
        if (said := _of_which(shown, source)) is not None:
            yield Paragraph(said)
        picture = right(found, shown.called) if source == (shown.report.known_by or source) else None
        yield table if picture is None else Picture(picture, table)


def _of_which(shown: Shown, source: str) -> str | None:
    """What shares of decided answers are of, where they are not of all: whoever is often in dispute is not often
    wrong.
    """
    if source != shown.report.known_by or source != "adjudicated":
        return None
    known = shown.report.agreement.known
    ties = [one.question for one in known if one.only_ties]
    disputed = [one.question for one in known if one.of_disputed_only and not one.only_ties]
    said = []
    if ties:
        said.append(f"Of {', '.join(ties)} only ties were to be decided on, so no share holds for all answers.")
    if disputed:
        said.append(
            f"Of {', '.join(disputed)} only {shown.nouns.unit}s in dispute were decided on, on which somebody must be "
            "wrong: these shares say nothing of all answers."
        )
    return " ".join(said) or None


SECTION = Section(place=40, id="people", title="The people", blocks=lambda shown: [*_blocks(shown)])
