"""Agree: the agreement of a round, from what was pulled or from an export, and what was left out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from toolkit.agreement.analysis import Asked, question_numbers
from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.span_analysis import span_numbers
from toolkit.codebook.model import Codebook
from toolkit.corpus.article import Article
from toolkit.errors import BelowThreshold, Fault, UsageError
from toolkit.files.wording import counted
from toolkit.loop.agreement.details import diagonals, explained, planned
from toolkit.loop.agreement.measures_by_id import measures_by_id
from toolkit.loop.agreement.questions import GroupOf, coded_question, counted_answers
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.rounds import CodedRound, between_rounds, with_themselves
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.progress import Progress, silent
from toolkit.study import articles, pulled, rounds
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.records import Annotation

REPLICATES = 2000
ROUND = "round"
DIVISIONS = ("article", "outlet", "author", "published", "language", ROUND)
"""What the sentences of a study can be divided by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is wanted beside the headline numbers."""

    measures: tuple[str, ...] = ()
    """Ids of measures, or ``all``."""
    by: tuple[str, ...] = ()
    """Parts of the units: ``article``, ``round``, a column of the articles or of the table."""
    explain: tuple[str, ...] = ()
    """Questions to be explained."""
    plan: float | None = None
    """Half-width of the interval that more articles should bring."""
    repeats: str | None = None
    """The earlier round that this one repeats: adds every annotator's agreement with themselves."""


NOTHING_MORE = Wanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """What agreement is computed from: rounds, the texts of their sentences, and the articles these stand in."""

    name: str
    rounds: Sequence[str]
    read: Callable[[str], CodedRound]
    """A round by its name."""
    newest: str
    """The newest round that has annotations."""
    texts: Mapping[str, str]
    articles: Mapping[str, Article]


def agree(
    study: Study,
    *,
    round_name: str | None = None,
    cluster: Literal["article", "none"] = "article",
    replicates: int = REPLICATES,
    seed: int = 0,
    wanted: Wanted = NOTHING_MORE,
    progress: Progress = silent,
) -> AgreementReport:
    """The agreement of a round with intervals by article, computed from what was pulled.

    By default of the newest round that has annotations. Raises ``UsageError`` where there is no such round.
    """
    with study.database() as database:
        return agreement_of(
            _pulled(study, database),
            round_name=round_name,
            cluster=cluster,
            replicates=replicates,
            seed=seed,
            wanted=wanted,
            progress=progress,
        )


def agree_export(
    folder: Path,
    *,
    round_name: str | None = None,
    cluster: Literal["article", "none"] = "article",
    replicates: int = REPLICATES,
    seed: int = 0,
    wanted: Wanted = NOTHING_MORE,
    progress: Progress = silent,
) -> AgreementReport:
    """The same from an export, without the study it came from. Raises ``BadInput`` where the folder holds none."""
    from toolkit.export.reading.read import read_export

    exported = read_export(folder)
    if not exported.rounds:
        raise UsageError(f"{folder} has no round", todo="Export a study in which something was coded.")
    names = list(exported.rounds)

    def read(name: str) -> CodedRound:
        return CodedRound(exported.rounds[name].codebook, exported.rounds[name].annotations)

    return agreement_of(
        Coded(
            name=folder.resolve().name,
            rounds=names,
            read=read,
            newest=next((name for name in reversed(names) if read(name).annotations), names[-1]),
            texts=exported.texts(),
            articles=exported.articles,
        ),
        round_name=round_name,
        cluster=cluster,
        replicates=replicates,
        seed=seed,
        wanted=wanted,
        progress=progress,
    )


def agreement_of(
    source: Coded,
    *,
    round_name: str | None = None,
    cluster: Literal["article", "none"] = "article",
    replicates: int = REPLICATES,
    seed: int = 0,
    wanted: Wanted = NOTHING_MORE,
    progress: Progress = silent,
) -> AgreementReport:
    """The agreement of a round of this source, question by question, and whatever else is wanted."""
    name = round_name or source.newest
    current = _round(source, name)
    codebook = current.codebook
    measures, span_measures = measures_by_id(wanted.measures)
    resampling = Resampling("article" if cluster == "article" else "unit", replicates, seed)
    asked = Asked(resampling=resampling, measures=measures, span_measures=span_measures)
    _check(codebook, wanted)
    found = counted_answers(current.annotations, codebook, by=_groups(source, wanted.by))
    questions: list[CodedQuestion | CodedSpans] = []
    estimates: list[Estimate] = []
    beside: dict[str, dict[str, object]] = {"prevalences": {}, "skew": {}, "missing": {}, "n_merged_spans": {}}
    ungrouped: Counter[str] = Counter()
    measured = list(codebook.measured())
    for step, question in enumerate(measured, start=1):
        progress("computing agreement", step, len(measured))
        one = coded_question(question, found, clustered=cluster == "article", texts=source.texts)
        numbers = span_numbers(one, asked) if isinstance(one, CodedSpans) else question_numbers(one, asked)
        questions.append(one)
        estimates += numbers.estimates
        ungrouped |= Counter(numbers.n_ungrouped)
        for what, by_question in beside.items():
            if value := getattr(numbers, what):
                by_question[question.id] = value
    if ROUND in wanted.by:
        every = {each: _round(source, each) for each in source.rounds}
        if sum(1 for each in every.values() if each.annotations) < 2:
            raise UsageError("there is one coded round, and nothing to compare it with", todo="Leave out `by=round`.")
        estimates += between_rounds(every, codebook, asked, texts=source.texts)
    if wanted.repeats == name:
        raise UsageError(f"round {name!r} cannot repeat itself", todo="Name an earlier round with `repeats=`.")
    if wanted.repeats is not None:
        both = {wanted.repeats: _round(source, wanted.repeats), name: current}
        estimates += with_themselves(both, asked, texts=source.texts)
    return AgreementReport(
        source=source.name,
        round=name,
        estimates=tuple(estimates),
        **beside,  # type: ignore[arg-type]
        diagonals=diagonals(codebook, found),
        explained=explained(questions, wanted.explain, resampling, source.texts),
        plans=() if wanted.plan is None else planned(questions, resampling, wanted.plan),
        n_ungrouped=dict(ungrouped),
        n_annotations=found.n_annotations,
        excluded=dict(+found.excluded),
        rejected=dict(+found.rejected),
        not_judged=dict(+found.not_judged),
        not_shown=dict(+found.not_shown),
    )


def check_threshold(report: AgreementReport, fail_under: float | None) -> None:
    """Raise ``BelowThreshold``, naming every alpha under ``fail_under``, or under its own target where that is None.

    Point estimates of questions at their own level are compared, or those that have a target. For spans without texts
    it is the alpha of characters. One that is undefined fails with its own reason.
    """
    faults = [
        Fault(f"{estimate.question} ({estimate.level})", f"alpha {_value(estimate)}, asked for {threshold:g}")
        for estimate in report.estimates
        if _is_headline(estimate, report)
        and (threshold := estimate.target if fail_under is None else fail_under) is not None
        and (fail_under is None or not estimate.level.startswith(("taxonomy:", "nominal:")))
        and (estimate.value is None or estimate.value < threshold)
    ]
    if faults:
        what = report.source if report.round is None else f"round {report.round!r}"
        raise BelowThreshold(f"{counted(len(faults), 'alpha')} of {what} under the asked threshold", faults=faults)


def _is_headline(estimate: Estimate, report: AgreementReport) -> bool:
    """Whether it is the alpha of a question, over all annotators and units."""
    if estimate.group is not None or estimate.annotator is not None:
        return False
    if estimate.measure == "krippendorff_alpha":
        return estimate.category is None
    with_tokens = {each.question for each in report.estimates if each.measure == "krippendorff_alpha"}
    return estimate.measure == "char_level_alpha" and estimate.question not in with_tokens


def _value(estimate: Estimate) -> str:
    return f"undefined: {estimate.undefined_because}" if estimate.value is None else f"{estimate.value:.3f}"


def _pulled(study: Study, database: Database) -> Coded:
    names = rounds.names(database)
    if not names:
        raise UsageError("no round has been pushed yet", todo="Send the sentences with `intercoder push`.")
    answered = pulled.rounds_with_annotations(database)

    def read(name: str) -> CodedRound:
        return CodedRound(codebook_of(database, name), tuple(annotations_of(database, name)))

    return Coded(
        name=study.folder.resolve().name,
        rounds=names,
        read=read,
        newest=next((name for name in reversed(names) if name in answered), names[-1]),
        texts={sentence.sentence_id: sentence.text for sentence in articles.sentences(database)},
        articles={frozen.article.article_id: frozen.article for frozen in articles.articles(database)},
    )


def _round(source: Coded, name: str) -> CodedRound:
    if name not in source.rounds:
        raise UsageError(f"there is no round {name!r}", todo=f"There is: {', '.join(source.rounds)}.")
    return source.read(name)


def _check(codebook: Codebook, wanted: Wanted) -> None:
    measured = [question.id for question in codebook.measured()]
    unknown = [name for name in wanted.explain if name not in measured]
    if unknown:
        raise UsageError(
            f"no question {', '.join(unknown)} with agreement in this codebook",
            todo=f"There is: {', '.join(measured)}.",
        )
    strange = [division for division in wanted.by if division not in DIVISIONS]
    if strange:
        raise UsageError(f"sentences have no {', '.join(strange)}", todo=f"There is: {', '.join(DIVISIONS)}.")
    if wanted.plan is not None and not 0 < wanted.plan < 1:
        raise UsageError(f"a half-width lies between 0 and 1, not {wanted.plan:g}")


def _groups(source: Coded, by: Sequence[str]) -> GroupOf:
    def of(column: str) -> Callable[[Annotation], str | None]:
        if column == "article":
            return lambda annotation: annotation.article_id
        return lambda annotation: getattr(source.articles.get(annotation.article_id), column, None)

    return {column: of(column) for column in by if column != ROUND}
