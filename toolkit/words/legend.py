"""What stands under the headline table: what its columns and intervals mean, and what was left out of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from toolkit.agreement.estimate import Estimate
from toolkit.agreement.interval import IntervalMethod
from toolkit.files.wording import counted
from toolkit.loop.agreement.report import AgreementReport
from toolkit.words.kinds import CHARACTERS, HeadlineRow, kind
from toolkit.words.reasons import Nouns, nouns_of
from toolkit.words.whose import coders

_TOGETHER = 0.95
"""With which confidence intervals hold together, where they are wider for that (Šidák 1967)."""

_BOOTSTRAPS: Mapping[IntervalMethod, str] = {"bca": "BCa", "percentile": "percentile"}


def legend(
    report: AgreementReport, rows: Sequence[HeadlineRow], *, divide: str = " `--by codebook` divides by them."
) -> list[str]:
    """Return one paragraph each: intervals, targets, columns, second opinion; then what was left out.

    ``divide`` is how to go on where versions of the codebook are mixed.
    """
    return [*how_to_read(rows, nouns_of(report)), *left_out(report, divide=divide)]


def interval_line(estimates: Sequence[Estimate], nouns: Nouns) -> str | None:
    """Return what the intervals rest on, or None where there are none."""
    found = [estimate for estimate in estimates if estimate.interval_method is not None]
    if not found:
        return None
    drawn = [each for each in found if each.interval_method in _BOOTSTRAPS]
    left_out = [each for each in found if each.interval_method not in _BOOTSTRAPS]
    methods = [*_by_leaving_out(left_out, nouns), *_by_bootstrap(drawn, nouns)]
    cluster = nouns.drawn(found[0].cluster)
    if any(each.interval_method == "jackknife_both" for each in found):
        whose = f"other {cluster}s and other annotators with the same training"
    else:
        whose = f"other {cluster}s by these annotators; others may agree more or less"
    confidence = ", ".join(_confidence(each) for each in sorted({each.confidence for each in found}))
    return f"{confidence} intervals: {'; '.join(methods)}. They are about {whose}."


def _confidence(confidence: float) -> str:
    """The confidence of an interval, and how many such intervals hold together."""
    n = round(math.log(_TOGETHER) / math.log(confidence))
    each = f"{100 * confidence:.3g} %"
    return each if n <= 1 else f"{each} (so that {n} hold together in {100 * _TOGETHER:g} %)"


def _by_leaving_out(found: Sequence[Estimate], nouns: Nouns) -> Iterator[str]:
    if not found:
        return
    both = [each for each in found if each.interval_method == "jackknife_both"]
    and_annotators = f" and {counted(max(each.n_annotators for each in both), 'annotator')}" if both else ""
    yield f"jackknife over {_how_many(found, nouns)}{and_annotators}"
    if any(each.interval_method == "clopper_pearson" for each in found):
        cluster = nouns.drawn(found[0].cluster)
        yield f"where at most one {cluster} holds a disagreement, by how many could (Clopper–Pearson)"


def _by_bootstrap(found: Sequence[Estimate], nouns: Nouns) -> Iterator[str]:
    if not found:
        return
    methods = " or ".join(sorted({_BOOTSTRAPS[each.interval_method] for each in found if each.interval_method}))
    first = found[0]
    yield f"bootstrap of {_how_many(found, nouns)}, {methods}, {first.replicates:,} replicates, seed {first.seed}"


def _how_many(found: Sequence[Estimate], nouns: Nouns) -> str:
    """Conditional questions may rest on fewer articles than others."""
    fewest, most = min(each.n_clusters for each in found), max(each.n_clusters for each in found)
    return f"{'' if fewest == most else f'{fewest:,} to '}{counted(most, nouns.drawn(found[0].cluster))}"


def how_to_read(rows: Sequence[HeadlineRow], nouns: Nouns) -> list[str]:
    """Return what intervals, targets, columns and second opinions of these rows are, a paragraph each."""
    alphas = [row.alpha for row in rows]
    if not alphas:
        return []
    lines = []
    if drawn := interval_line(alphas, nouns):
        lines.append(drawn)
    if any(each.ci_low == each.ci_high for each in alphas if each.interval_method is not None):
        lines.append(
            f"An interval of no width: all {nouns.drawn(alphas[0].cluster)}s are alike; the next may still differ."
        )
    if any(each.target is not None for each in alphas):
        lines.append(
            "Target reached: the whole interval, before rounding, is at or above it; not reached: all of it is below; "
            "undecided: neither, or no interval."
        )
    if any(each.target is None for each in alphas):
        lines.append("No target of its own: by custom, .667 allows tentative conclusions and .80 reliance.")
    lines.append(_columns(rows, nouns))
    confirmed = {each.confirmed_by for each in alphas if each.confirmed_by}
    if confirmed:
        n = sum(1 for each in alphas if each.confirmed_by)
        lines.append(f"{n} of {len(alphas)} alphas recomputed by {', '.join(sorted(confirmed))}: no difference.")
    return lines


def _columns(rows: Sequence[HeadlineRow], nouns: Nouns) -> str:
    """What the short column names stand for, as far as the table has such rows."""
    said = []
    if any(row.alpha.measure == CHARACTERS for row in rows):
        said.append(f"alpha: for spans, of characters: the texts of the {nouns.unit}s are not known.")
    if compared := {kind(row.alpha) for row in rows if row.percent is not None and row.percent.value is not None}:
        what = {
            "span": "for spans, of tokens",
            "set": "for sets, of whole sets",
            "taxonomy": "for trees, of whole paths",
        }
        of_what = "".join(f"; {words}" for level, words in what.items() if level in compared)
        said.append(f"agree: percent agreement, not corrected for chance{of_what}.")
    if q := [row.ac1.n_categories for row in rows if row.ac1 is not None and row.ac1.value is not None]:
        many = f"{min(q)}" if min(q) == max(q) else f"{min(q)} to {max(q)}"
        said.append(f"AC1: Gwet's, which corrects for chance by how many categories there are ({many}).")
    alphas = [row.alpha for row in rows]
    of_all = "" if all(each.n_pairable == each.n_units for each in alphas) else " / anybody answered"
    per_unit = "" if not any("/" in coders(each) for each in alphas) else f" of a {nouns.unit} / in all"
    said.append(f"n: {nouns.unit}s with two or more annotators{of_all}. coders: annotators{per_unit}.")
    return " ".join(said)


def left_out(report: AgreementReport, *, divide: str = "") -> list[str]:
    """Return a line for whatever was left out of the figures; ``divide`` is said where codebooks are mixed."""
    lines = []
    if len(report.codebooks) > 1:
        listed = ", ".join(f"{n:,} {version}" for version, n in report.codebooks.items())
        lines.append(f"Versions of the codebook are mixed: {listed}.{divide}")
    if report.n_escalated:
        lines.append(
            f"{counted(report.n_escalated, 'annotation')} of these came by `escalate`, where coders differed: no "
            "figure here is that of sentences drawn at random. For a paper take those of before."
        )
    if report.excluded:
        listed = ", ".join(f"{n:,} {reason.replace('_', ' ')}" for reason, n in sorted(report.excluded.items()))
        of_all = "" if report.n_annotations is None else f" (of {report.n_annotations:,})"
        lines.append(f"Excluded annotations: {listed}{of_all}.")
    if report.rejected:
        why = "that could not be read" if report.read_as else "not valid under the codebook"
        lines.append(f"Excluded answers, {why}: {_listed(report.rejected)}.")
    for by, n in report.n_ungrouped.items():
        lines.append(f"In no group, because there is no {by}: {counted(n, nouns_of(report).unit)}.")
    if report.n_repeats:
        lines.append(f"Left out, because the annotator gave the unit another value: {_listed(report.n_repeats)}.")
    if report.n_merged_spans:
        lines.append(
            f"Overlapping spans of one label by one annotator, taken as one by unitizing measures: "
            f"{_listed(report.n_merged_spans)}."
        )
    if report.not_judged:
        lines.append(f"Outside the scale (cannot be judged, unclear): {_listed(report.not_judged)}.")
    if report.not_shown:
        lines.append(
            f"Not shown to the annotator, because of an earlier answer: {_listed(report.not_shown)}. "
            "Disagreement about whether such a question applies is not in its alpha."
        )
    return lines


def _listed(of_question: Mapping[str, int]) -> str:
    return ", ".join(f"{n:,} {question}" for question, n in sorted(of_question.items()))
