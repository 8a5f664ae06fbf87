"""Why the agreement of one question is what it is: what ``--explain QUESTION`` shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from toolkit.agreement.diagnosis.merges import LEAVES_ONE_CATEGORY, Merge
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import TOO_MANY_ANNOTATORS
from toolkit.files.wording import counted, shortened
from toolkit.loop.agreement.report import Example, Explained
from toolkit.terminal.agreement.coincidences import coincidence_parts
from toolkit.terminal.agreement.measures import by_question_and_level, category_table
from toolkit.terminal.agreement.over_use import over_use_parts
from toolkit.terminal.agreement.pairs import pair_parts, span_pairs, square_of_pairs
from toolkit.terminal.agreement.tables import add, footnotes_of, heading, rows_table
from toolkit.words.kinds import ALPHA, CATEGORY, LEFT_OUT, PAIRWISE, SPECIFIC, SPLIT
from toolkit.words.legend import interval_line
from toolkit.words.numbers import Notes, number, percent, signed
from toolkit.words.reasons import OF_STUDY, Nouns, sentence_of

MOST_CONFUSIONS, MOST_EXAMPLES, MOST_MERGES, MOST_LEFT_OUT = 5, 2, 5, 20
_LONGEST_EXAMPLE = 240
_SMALLEST_GAIN = 0.005
"""What rounds to less than a hundredth is no gain anybody could see."""


def explained_text(explained: Explained, *, nouns: Nouns = OF_STUDY, notes: Notes | None = None) -> RenderableType:
    """Return how alpha came about, then categories, annotators, pairs, confusions with examples, and what merging
    would do; then its footnotes, unless the ``notes`` are kept for those of several.
    """
    shared, notes = notes is not None, notes or Notes(nouns)
    of_measure = {
        measure: [each for each in explained.estimates if each.measure == measure]
        for measure in (ALPHA, CATEGORY, SPECIFIC, LEFT_OUT, PAIRWISE, SPLIT)
    }
    alpha = next(iter(of_measure[ALPHA]), None)
    found = explained.explanation
    parts: list[list[RenderableType]] = [
        [_title(explained, alpha)],
        [*coincidence_parts(found.coincidences, explained.level, nouns)],
        [*_categories(explained, of_measure[CATEGORY], of_measure[SPECIFIC], notes)],
        [*_annotators(of_measure[LEFT_OUT], alpha, notes)],
        [*_too_many([*of_measure[LEFT_OUT], *of_measure[PAIRWISE]], nouns)],
        [*over_use_parts(found.over_use, nouns, one_each=not explained.level.startswith("set"))],
        [*_pairs(of_measure[PAIRWISE], notes)],
        [*_span_pairs(of_measure[SPLIT], notes)],
        [*_confusions(explained, nouns)],
        [*_merges(found.merges, nouns)],
        [] if shared else footnotes(explained.estimates, notes),
    ]
    shown: list[RenderableType] = []
    for part in filter(None, parts):
        shown += [*([Text()] if shown else []), *part]
    return Group(*shown)


def _title(explained: Explained, alpha: Estimate | None) -> Text:
    level = explained.level if alpha is None else alpha.level
    said = "" if alpha is None else f"  alpha {number(alpha.value)}"
    if alpha is not None and alpha.ci_low is not None:
        said += f"  ({number(alpha.ci_low)} … {number(alpha.ci_high)})"
    return Text.assemble((explained.question, "bold"), f"  {level}", (said, "bold"))


def footnotes(estimates: Sequence[Estimate], notes: Notes) -> list[RenderableType]:
    """Return what the marks mean, and what the intervals of these figures rest on."""
    drawn = interval_line(estimates, notes.nouns)
    return [*footnotes_of(notes), *([Text(drawn, style="dim")] if drawn else [])]


def _categories(
    explained: Explained, categories: Sequence[Estimate], specific: Sequence[Estimate], notes: Notes
) -> Iterator[RenderableType]:
    """Of a label of spans there is only marked and not marked: nothing that the alpha above does not say."""
    if explained.level.startswith("span") or not categories:
        return
    yield heading("Categories", "alpha against the rest; where one names it, another does in")
    prevalent = {each.category: each for each in explained.explanation.prevalences}
    yield category_table(categories, prevalent, notes, specific=specific)


def _annotators(left_out: Sequence[Estimate], alpha: Estimate | None, notes: Notes) -> Iterator[RenderableType]:
    own = [each for each in left_out if each.annotator is not None and (alpha is None or each.level == alpha.level)]
    if not own:
        return
    yield heading("Annotators", "alpha without them, and by how much it changes")
    table = rows_table(("without",), ("alpha", "change", "interval"))
    whole = None if alpha is None else alpha.value
    changes = [None if each.value is None or whole is None else each.value - whole for each in own]
    shown: Sequence[int] = range(len(own))
    if len(own) > MOST_LEFT_OUT:
        shown = sorted(shown, key=lambda place: -abs(changes[place] or 0.0))[:MOST_LEFT_OUT]
    for place in shown:
        each = own[place]
        add(table, each.annotator or "", number(each.value), signed(changes[place]), notes.interval(each))
    yield table
    if len(own) > MOST_LEFT_OUT:
        yield Text(f"The {MOST_LEFT_OUT} without whom alpha changes most, of {len(own)}.", style="dim")


def _too_many(estimates: Sequence[Estimate], nouns: Nouns) -> Iterator[RenderableType]:
    """That nothing is said of each annotator and each pair, where there are so many that nothing was computed."""
    if any(each.undefined_because == TOO_MANY_ANNOTATORS for each in estimates):
        yield heading("Annotators and pairs")
        why = sentence_of(TOO_MANY_ANNOTATORS, nouns)
        yield Text(f"Alpha without each annotator and of each pair is not computed: {why}.")


def _pairs(pairs: Sequence[Estimate], notes: Notes) -> Iterator[RenderableType]:
    both = [pair for pair in pairs if pair.other_annotator is not None]
    if not both:
        return
    found = next(iter(by_question_and_level(both).values()))
    yield heading("Pairs", "alpha of two annotators")
    square = square_of_pairs(found, notes)
    yield from [square] if square is not None else pair_parts(found, notes, measure="alpha")


def _span_pairs(pairs: Sequence[Estimate], notes: Notes) -> Iterator[RenderableType]:
    if pairs:
        yield heading("Spans, pair by pair", "of all spans that either of the two marked")
        yield span_pairs(pairs, notes)


def _confusions(explained: Explained, nouns: Nouns) -> Iterator[RenderableType]:
    """The pairs of values that make up most of the disagreement; of tokens there is only one such pair."""
    if explained.level.startswith("span"):
        return
    found = explained.explanation.confusions
    if not found:
        yield heading("Confusions")
        yield Text("None: nobody disagrees.")
        return
    yield heading("Confusions", "of all pairs of annotators who disagree")
    for one in found[:MOST_CONFUSIONS]:
        yield Text.assemble(
            (f"{percent(one.share_of_pairs):>4}", ""),
            f"  {one.value} / {one.other_value}",
            (f"  {counted(one.n_pairs, 'pair')}", "dim"),
            (f" in {counted(one.n_units, nouns.unit)}", "dim"),
        )
        of_both = [
            each for each in explained.examples if {each.value, each.other_value} == {one.value, one.other_value}
        ]
        for example in of_both[:MOST_EXAMPLES]:
            yield Padding(Text(_quoted(example), style="dim"), (0, 0, 0, 6))
    if len(found) > MOST_CONFUSIONS:
        yield Text(f"{len(found) - MOST_CONFUSIONS} less frequent, not shown.", style="dim")


def _quoted(example: Example) -> str:
    """The sentence in one paragraph; the name of the unit where there is no text."""
    if example.text is None:
        return shortened(example.unit)
    text = " ".join(example.text.split())
    if len(text) > _LONGEST_EXAMPLE:
        text = text[:_LONGEST_EXAMPLE].rsplit(" ", maxsplit=1)[0] + " …"
    return f"“{text}”"


def _merges(found: Sequence[Merge], nouns: Nouns) -> Iterator[RenderableType]:
    if not found:
        return
    yield heading("If two categories were one")
    if all(each.undefined_because == LEAVES_ONE_CATEGORY for each in found):
        yield Text(f"Merging {sentence_of(LEAVES_ONE_CATEGORY, nouns)}.")
        return
    gains = [each for each in found if each.gain is not None and each.gain >= _SMALLEST_GAIN][:MOST_MERGES]
    if not gains:
        yield Text("No merge would raise alpha by a hundredth.")
        return
    table = rows_table(("merged",), ("alpha", "gain"))
    for each in gains:
        add(table, f"{each.category} + {each.other_category}", number(each.value), signed(each.gain))
    yield table
    yield Text(
        "Whether two categories mean the same is for the codebook to decide; a higher alpha is no reason to merge, and "
        "the best of many merges is best partly by chance.",
        style="dim",
    )
