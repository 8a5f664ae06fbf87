"""The methods paragraph of a paper: what is known stands in it, and what is not is a bracket that says what to fill in.

Nothing is claimed that the answers do not show: how annotators were trained, whether they worked apart (but for what
their server enforced), how articles were chosen, is for whoever knows it to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from toolkit import __version__
from toolkit.agreement.estimate import Estimate
from toolkit.files.wording import counted
from toolkit.loop.agreement.report import AgreementReport
from toolkit.study.blindness import in_one_sentence
from toolkit.words.kinds import CHARACTERS, NOT_SHOWN, HeadlineRow, headline_rows, kind
from toolkit.words.legend import left_out
from toolkit.words.numbers import percent, target
from toolkit.words.reasons import OF_STUDY, Nouns, nouns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a paragraph says, in its words; None where it is not known, and empty where there is nothing to say."""

    nouns: Nouns = OF_STUDY
    units: str | None = None
    clusters: str | None = None
    annotators: str | None = None
    codebook: str | None = None
    pairable: str | None = None
    coverage: str | None = None
    levels: str | None = None
    beside: str | None = None
    """What is reported beside alpha."""
    intervals: str | None = None
    targets: str | None = None
    version: str | None = None
    confirmed: str | None = None
    excluded: str | None = None
    blindness: str = ""
    """What the server enforced; nothing where that is not known."""
    all_blind: bool = False
    """Whether it did for all that counts."""


def methods_paragraph(report: AgreementReport) -> str:
    """Return the paragraph for this report: what it has no ``sample``, codebook or figures for, in brackets."""
    return paragraph_of(facts_of(report))


def paragraph_of(facts: Facts) -> str:
    """Return the paragraph, with a bracket for every fact that is not known."""
    unit, cluster = facts.nouns.unit, facts.nouns.cluster
    what = "" if unit == OF_STUDY.unit else f" [what a {unit} is]"
    beside = _or(facts.beside, "other measures")
    # A server keeps answers from being seen; that nobody spoke of them, it does not know.
    apart = "whether they spoke about what they coded" if facts.all_blind else "whether they worked independently"
    coded = (
        f"{_or(facts.units, f'number of {unit}s')}{what} from {_or(facts.clusters, f'number of {cluster}s')} [how they "
        f"were chosen] were coded by {_or(facts.annotators, 'number of annotators')} [who they are, how they were "
        f"trained, {apart}] with the codebook {_or(facts.codebook, 'name, version')}."
    )
    estimated = (
        f"Agreement was estimated from {_or(facts.pairable, f'number of {unit}s')} coded by at least two of them "
        f"({_or(facts.coverage, 'share')} of those coded) [how these were chosen]."
    )
    measured = (
        f"We report Krippendorff's alpha at the level of measurement of each question ({_or(facts.levels, 'levels')})"
        f"{f', and beside it {beside}' if beside else ''}."
    )
    sentences = [
        coded,
        facts.blindness,
        estimated,
        measured,
        _or(facts.intervals, "How intervals were computed, and what they are about."),
        _or(facts.targets, "What alpha was to reach, and who set that."),
        f"Computed with intercoder {_or(facts.version, 'version')}.",
        _or(facts.confirmed, "Which package recomputed which alphas."),
        _or(facts.excluded, "What was excluded, and why."),
        "[What was done where annotators disagreed.]",
    ]
    return " ".join(filter(None, sentences))


def _or(known: str | None, wanted: str) -> str:
    return f"[{wanted}]" if known is None else known


def facts_of(report: AgreementReport) -> Facts:
    """Return what a report knows."""
    nouns, sample = nouns_of(report), report.sample
    rows = headline_rows(report.estimates)
    alphas = [row.alpha for row in rows]
    facts = Facts(
        nouns=nouns,
        codebook=_codebook(report),
        levels=_listed(dict.fromkeys(map(_level, alphas))) if alphas else None,
        beside=_beside(rows),
        intervals=_intervals(rows, nouns),
        targets=_targets(alphas, report),
        version=__version__,
        confirmed=_confirmed(alphas),
        excluded=_excluded(report),
        blindness="" if report.blindness is None else in_one_sentence(report.blindness),
        all_blind=report.blindness is not None and report.blindness.of_all,
    )
    if sample is None or not sample.n_units:
        return facts
    return replace(
        facts,
        units=counted(sample.n_units, nouns.unit),
        clusters=None if sample.n_clusters is None else counted(sample.n_clusters, nouns.cluster),
        annotators=counted(sample.n_annotators, "annotator"),
        pairable=counted(sample.n_pairable, nouns.unit),
        coverage=percent(sample.n_pairable / sample.n_units).replace("%", " %"),
    )


def _codebook(report: AgreementReport) -> str | None:
    if report.codebook is None or not report.codebooks:
        return None
    versions = f"version{'' if len(report.codebooks) == 1 else 's'} {_listed(report.codebooks)}"
    return f"{report.codebook}, {versions}"


def _level(alpha: Estimate) -> str:
    """A level in words a reader of the paper knows."""
    if alpha.measure == CHARACTERS:
        return "spans by character"
    return _LEVELS.get(alpha.level) or _LEVELS.get(kind(alpha), kind(alpha))


def _beside(rows: Sequence[HeadlineRow]) -> str:
    there = {
        "percent agreement": any(row.percent is not None and row.percent.value is not None for row in rows),
        "Gwet's AC1": any(row.ac1 is not None and row.ac1.value is not None for row in rows),
    }
    return _listed(name for name, is_there in there.items() if is_there)


def _intervals(rows: Sequence[HeadlineRow], nouns: Nouns) -> str | None:
    """How the intervals of the alphas came about; of how many there is none."""
    alphas = [row.alpha for row in rows]
    found = [alpha for alpha in alphas if alpha.interval_method is not None]
    if not alphas:
        return None
    if not found:
        return "No intervals were computed."
    drawn = nouns.drawn(found[0].cluster)
    of_method = {
        "jackknife": f"a delete-one-{drawn} jackknife of log(1 − value) with limits of Student's t",
        "clopper_pearson": f"the Clopper–Pearson limit of how many {drawn}s can hold a disagreement where at most one "
        "was seen to",
    }
    methods = {alpha.interval_method for alpha in found}
    how = " or ".join(said for method, said in of_method.items() if method in methods)
    without = len(alphas) - len(found)
    none = f" {without} of {len(alphas)} alphas {'has' if without == 1 else 'have'} no interval." if without else ""
    return (
        f"The {100 * found[0].confidence:g} % intervals, from {how}, are about other {drawn}s and the same annotators."
        f"{none}"
    )


def _targets(alphas: Sequence[Estimate], report: AgreementReport) -> str | None:
    found = sorted({alpha.target for alpha in alphas if alpha.target is not None})
    if not found:
        return None
    span = target(found[0]) if len(found) == 1 else f"{target(found[0])} to {target(found[-1])}"
    asked = f"Alpha was to reach {span}" if report.codebook is None else f"The codebook asks for an alpha of {span}"
    return f"{asked}, reached where the whole interval is at or above it."


def _confirmed(alphas: Sequence[Estimate]) -> str | None:
    by = dict.fromkeys(alpha.confirmed_by for alpha in alphas if alpha.confirmed_by)
    if not by:
        return "" if alphas else None
    n = sum(1 for alpha in alphas if alpha.confirmed_by)
    return f"The package {_listed(by)} recomputed {n} of {counted(len(alphas), 'alpha')} without difference."


def _excluded(report: AgreementReport) -> str | None:
    """What a study left out is known; what a table left out before it was one is not."""
    said = left_out(replace(report, codebooks={}))
    if report.n_annotations is None:
        return " ".join([*said, "[What was excluded before, and why.]"])
    return " ".join(said) or f"None of {counted(report.n_annotations, 'annotation')} was excluded."


def _listed(words: Iterable[str]) -> str:
    """Words with commas, and an "and" before the last.

    >>> _listed(["a"]), _listed(["a", "b"]), _listed("abc")
    ('a', 'a and b', 'a, b and c')
    """
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last


_LEVELS = {
    "set:masi": "sets by MASI",
    "set:jaccard": "sets by Jaccard",
    "taxonomy": "taxonomy by Wu–Palmer",
    "span": "spans by token",
    "table": "a table of distances",
    NOT_SHOWN: "nominal with whether the question was shown",
}
