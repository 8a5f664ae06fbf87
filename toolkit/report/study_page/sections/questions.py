"""Every question by itself: what it asks, on what its annotators part, who, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.agreement.diagnosis.merges import LEAVES_ONE_CATEGORY
from toolkit.agreement.estimate import Estimate
from toolkit.codebook.model import Question
from toolkit.loop.agreement.report import Explained
from toolkit.report.charts.category_alpha import category_alpha
from toolkit.report.charts.over_use import over_use
from toolkit.report.charts.pairs import pairs
from toolkit.report.study_page.blocks import Block, Cell, Facts, Field, Jump, Paragraph, Part, Picture, Table
from toolkit.report.study_page.sections import Section
from toolkit.report.study_page.shown import Shown, file_name, interval_cell, limits, value_cell
from toolkit.words.kinds import ALPHA, CATEGORY, LEFT_OUT, PAIRWISE, SPECIFIC
from toolkit.words.numbers import NONE, Notes, number, percent, points, signed, target, to_four_digits

MOST_IN_A_SQUARE = 16
"""Values beyond which the square of who is taken for what is not drawn: the most confused pairs are listed."""

_SQUARED = {"ordinal", "interval", "ratio"}
"""Levels whose distances are squares: of numbers, their difference's."""

MOST_LISTED, SMALLEST_GAIN = 12, 0.005


def _blocks(shown: Shown) -> Iterator[Block]:
    agreement = shown.report.agreement
    for question in dict.fromkeys(one.question for one in agreement.explained):
        found = [one for one in agreement.explained if one.question == question]
        blocks: list[Block] = [*_asked(shown, question)]
        if len(found) == 1:
            blocks += _explained(shown, found[0])
        else:
            for one in found:
                label = one.level.partition(":")[2] or one.level
                blocks.append(
                    Part(
                        id=file_name("question", question, label),
                        title=label,
                        blocks=[*_explained(shown, one)],
                        level=4,
                    )
                )
        yield Part(id=file_name("question", question), title=question, blocks=blocks)


def _asked(shown: Shown, name: str) -> Iterator[Block]:
    """What the question asks, by the codebook."""
    codebook = shown.report.codebook
    question = None if codebook is None else codebook.by_id.get(name)
    if question is None:
        return
    yield Paragraph(question.text)
    facts: list[tuple[str, str]] = [("level of measurement", question.level)]
    if question.show_if:
        shown_if = "; ".join(f"{other} is {', '.join(codes)}" for other, codes in question.show_if.items())
        facts.append(("shown if", shown_if))
    if question.target is not None:
        facts.append(("alpha to reach", _target(question)))
    if question.target_because:
        facts.append(("because", question.target_because))
    yield Facts(tuple(facts))


def _target(question: Question) -> str:
    if isinstance(question.target, dict):
        return ", ".join(f"{name} {target(each)}" for name, each in question.target.items())
    return target(question.target or 0.0)


def _explained(shown: Shown, one: Explained) -> Iterator[Block]:
    own = [each for each in one.estimates if each.measure == ALPHA]
    is_of_spans = one.level.startswith("span")
    if not is_of_spans:
        yield from _categories(shown, one)
    yield from _taken_for(shown, one)
    yield from _annotators(shown, one, own[0] if own else None)
    yield from _use(shown, one)
    yield from _pairs(shown, one)
    yield from _merges(one)
    yield from _how_it_came_about(shown, one, own)


def _of(one: Explained, measure: str) -> list[Estimate]:
    return [each for each in one.estimates if each.measure == measure]


def _categories(shown: Shown, one: Explained) -> Iterator[Block]:
    """Each category with what it means, how common it is, and how far annotators agree on it."""
    prevalent = {each.category: each for each in one.explanation.prevalences}
    alphas = {each.category: each for each in _of(one, CATEGORY)}
    specific = {each.category: each for each in _of(one, SPECIFIC)}
    if not prevalent:
        return
    notes = shown.notes()
    codebook = shown.report.codebook
    question = None if codebook is None else codebook.by_id.get(one.question)
    rows: list[tuple[Field, ...]] = []
    for name, each in prevalent.items():
        alpha, same = alphas.get(name), specific.get(name)
        rows.append(
            (
                name,
                *(() if question is None else (_meaning(question, name),)),
                Cell(text=percent(each.share), value=each.share),
                f"{each.count:,}",
                NONE if same is None else value_cell(same, notes, as_percent=True),
                NONE if alpha is None else value_cell(alpha, notes),
                NONE if alpha is None else interval_cell(alpha, notes),
            )
        )
    table = Table(
        caption=f"{one.question}: the categories",
        columns=(
            "category",
            *(() if question is None else ("meaning",)),
            *("share", "answers", "if one, another", "alpha", "interval"),
        ),
        rows=tuple(rows),
        n_names=1 if question is None else 2,
        notes=(
            *notes.lines(),
            (
                "if one, another: where one annotator gives the category, the share of the others who do "
                "(specific agreement). alpha: of this category against all the rest."
            ),
        ),
    )
    picture = category_alpha(one.question, list(alphas.values()), name=file_name(one.question, one.level))
    yield table if picture is None else Picture(picture, table)


def _meaning(question: Question, name: str) -> str:
    category = question.by_code.get(name.rpartition("/")[2])
    return "" if category is None else f"{category.title}: {category.definition}"


def _taken_for(shown: Shown, one: Explained) -> Iterator[Block]:
    """How often each value met each other one within a unit."""
    found = one.explanation.coincidences
    if not found.n:
        return
    if len(found.labels) <= MOST_IN_A_SQUARE:
        yield _square(shown, one)
        return
    confused = one.explanation.confusions[:MOST_LISTED]
    yield Table(
        caption=f"{one.question}: what is most often taken for what",
        columns=("one said", "another said", "pairs of annotators", f"{shown.nouns.unit}s"),
        rows=tuple(
            (
                each.value,
                each.other_value,
                f"{each.n_pairs:,}",
                Cell(text=f"{each.n_units:,}", jump=Jump(question=one.question, values=(each.value, each.other_value))),
            )
            for each in confused
        ),
        n_names=2,
    )


def _square(shown: Shown, one: Explained) -> Table:
    found = one.explanation.coincidences
    leads_on = not one.level.startswith("span")
    rows: list[tuple[Field, ...]] = []
    for at, label in enumerate(found.labels):
        total = float(found.matrix[at].sum())
        cells: list[Field] = [label]
        for other_at, other in enumerate(found.labels):
            met = float(found.matrix[at][other_at])
            differs = at != other_at and met > 0
            cells.append(
                Cell(
                    text=NONE if not met else f"{met:,.1f}".removesuffix(".0"),
                    shade=met / total if total else None,
                    jump=Jump(question=one.question, values=(label, other)) if differs and leads_on else None,
                    title=f"{label} and {other}",
                )
            )
        rows.append(tuple(cells))
    leads = f" A number leads to its {shown.nouns.unit}s." if leads_on else ""
    return Table(
        caption=f"{one.question}: what is taken for what" if leads_on else f"{one.question}: words marked or not",
        columns=("one said, another", *found.labels),
        rows=tuple(rows),
        square=True,
        notes=(
            (
                f"How often two answers met on one {shown.nouns.unit}, each pair counted by how many answers there are "
                f"(the coincidence matrix of alpha): the diagonal is agreement.{leads}"
            ),
        ),
    )


def _annotators(shown: Shown, one: Explained, alpha: Estimate | None) -> Iterator[Block]:
    found = [
        each
        for each in _of(one, LEFT_OUT)
        if each.annotator is not None and (alpha is None or each.level == alpha.level)
    ]
    if not found:
        return
    notes = shown.notes()
    yield Table(
        caption=f"{one.question}: alpha without each annotator",
        columns=("without", "alpha", "change", "interval"),
        rows=tuple(
            (
                shown.called(each.annotator or ""),
                value_cell(each, notes),
                _change(each, alpha),
                interval_cell(each, notes),
            )
            for each in found
        ),
        notes=tuple(notes.lines()),
        folded="Alpha without each annotator",
    )


def _change(each: Estimate, alpha: Estimate | None) -> str:
    if each.value is None or alpha is None or alpha.value is None:
        return NONE
    return signed(each.value - alpha.value)


def _use(shown: Shown, one: Explained) -> Iterator[Block]:
    uses = [each for each in one.explanation.over_use if each.n_units]
    if not uses:
        return
    notes = shown.notes()
    flagged = [each for each in uses if each.flagged is not None]
    table = Table(
        caption=f"{one.question}: who uses what more or less than the others, on the same {shown.nouns.unit}s",
        columns=("annotator", "category", "own", "others", "points", "interval", "so"),
        rows=tuple(
            (
                shown.called(each.annotator),
                Cell(
                    text=each.category,
                    jump=None
                    if one.level.startswith("span")
                    else Jump(question=one.question, value=each.category, annotator=shown.called(each.annotator)),
                ),
                percent(each.own_share),
                percent(each.others_share),
                NONE if each.difference is None else points(each.difference),
                _interval_in_points(each.ci_low, each.ci_high, each.interval_undefined_because, notes),
                {"over": "more ↑", "under": "less ↓"}.get(each.flagged or "", ""),
            )
            for each in uses
        ),
        n_names=2,
        notes=(
            *notes.lines(),
            (
                "The intervals hold together for all annotators and categories of the question. More or less is said "
                "only where the whole interval is beyond 0; it says who codes otherwise, not who is right."
            ),
        ),
        folded="Who uses what more or less, as a table",
    )
    named = [each for each in uses if each.category in {found.category for found in flagged}] if flagged else uses
    name, unit = file_name(one.question, one.level), shown.nouns.unit
    picture = over_use(one.question, named, shown.called, name=name, unit=unit)
    yield table if picture is None else Picture(picture, table)


def _interval_in_points(low: float | None, high: float | None, because: str | None, notes: Notes) -> str:
    if low is None or high is None:
        return limits(low, high, because, notes)
    return f"{points(low)} … {points(high)}"


def _pairs(shown: Shown, one: Explained) -> Iterator[Block]:
    own = next(iter(one.estimates), None)
    found = [
        each
        for each in _of(one, PAIRWISE)
        if each.other_annotator is not None and (own is None or each.level == own.level)
    ]
    if not found:
        return
    notes = shown.notes()
    table = Table(
        caption=f"{one.question}: alpha of every two annotators",
        columns=("annotators", "alpha", "interval", f"{shown.nouns.unit}s of both"),
        rows=tuple(
            (
                f"{shown.called(each.annotator or '')} and {shown.called(each.other_annotator or '')}",
                value_cell(each, notes),
                interval_cell(each, notes),
                f"{each.n_pairable:,}",
            )
            for each in found
        ),
        notes=tuple(notes.lines()),
        folded="Every two annotators, as a table",
    )
    picture = pairs(one.question, found, shown.called, name=file_name(one.question, one.level))
    yield table if picture is None else Picture(picture, table)


def _merges(one: Explained) -> Iterator[Block]:
    found = one.explanation.merges
    if not found or all(each.undefined_because == LEAVES_ONE_CATEGORY for each in found):
        return
    gains = [each for each in found if each.gain is not None and each.gain >= SMALLEST_GAIN][:MOST_LISTED]
    if not gains:
        yield Paragraph("If two categories were one: no merge would raise alpha by a hundredth.")
        return
    yield Table(
        caption=f"{one.question}: if two categories were one",
        columns=("merged", "alpha", "gain"),
        rows=tuple(
            (
                f"{each.category} + {each.other_category}",
                Cell(text=number(each.value), value=each.value),
                Cell(text=signed(each.gain), value=each.gain),
            )
            for each in gains
        ),
        notes=(
            (
                "Whether two categories mean the same is for the codebook to decide; a higher alpha is no reason to "
                "merge, and the best of many merges is best partly by chance."
            ),
        ),
        folded="If two categories were one",
    )


def _how_it_came_about(shown: Shown, one: Explained, own: Sequence[Estimate]) -> Iterator[Block]:
    found = one.explanation.coincidences
    if found.observed is None or found.expected is None or found.value is None:
        return
    level = own[0].level if own else one.level
    squared = ", squared" if level in _SQUARED else ""
    yield Paragraph(
        f"How alpha ({level}) came about: two answers to one {shown.nouns.unit} are {to_four_digits(found.observed)} "
        f"apart on average{squared} (observed), any two answers {to_four_digits(found.expected)} (expected); "
        f"1 − {to_four_digits(found.observed)} / {to_four_digits(found.expected)} = {number(found.value)}, from "
        f"{found.n:,} answers that can be compared."
    )


SECTION = Section(place=20, id="questions", title="Question by question", blocks=lambda shown: [*_blocks(shown)])
