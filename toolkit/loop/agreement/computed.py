"""From coded questions to the report on them: the one way, whether they come from a study, an export or a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from toolkit.agreement.analysis import Asked, Numbers, question_numbers
from toolkit.agreement.coded_question import AnyQuestion, CodedQuestion, CodedSpans, CountedQuestion
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.matrix import TableTooLargeError
from toolkit.agreement.resampling import UNIT, Resampling
from toolkit.errors import UsageError
from toolkit.loop.agreement.holding_back import holding_back
from toolkit.loop.agreement.measures_by_id import measures_by_id
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.progress import Progress

if TYPE_CHECKING:
    from toolkit.loop.agreement.known import Held, KnownAnswers

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")

Compared = Callable[[Sequence[str]], Sequence[tuple[str, str]]]
"""From the groups of a division to the pairs of them whose figures are subtracted: (later, earlier)."""


def what_is_asked(request: AgreementRequest, cluster: str | None) -> Asked:
    """Return the request in the words of the numbers; ``cluster`` is what is resampled whole; None: single units."""
    if cluster == UNIT:
        raise UsageError(
            f"what is resampled whole cannot be called {UNIT!r}: in what is printed that means single units",
            todo="Call the column something else.",
        )
    measures, span_measures = measures_by_id(request.measures)
    resampling = Resampling(cluster or UNIT, request.replicates, request.seed, annotators=request.annotators)
    return Asked(resampling=resampling, measures=measures, span_measures=span_measures)


def _in_our_words(find: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
    """Have what is too much for memory said as what it is: something asked for that cannot be had here."""

    @wraps(find)
    def found(*given: _Given.args, **named: _Given.kwargs) -> _Found:
        try:
            return find(*given, **named)
        except TableTooLargeError as why:
            problem = str(why)
        raise UsageError(problem, todo="Ask for nothing that names annotators, or agree on a sample of the units.")

    return found


@_in_our_words
def report_on(
    questions: Sequence[AnyQuestion],
    request: AgreementRequest,
    asked: Asked,
    *,
    source: str,
    progress: Progress,
    round_name: str | None = None,
    texts: Mapping[str, str] | None = None,
    compared: Compared = lambda _: (),
    known: KnownAnswers | None = None,
    held: Held | None = None,
) -> AgreementReport:
    """Return the estimates of all questions and what stands beside them; ``texts`` are units by their name,
    ``known`` what answers are held against, ``held`` the answers held against that where they are more.

    Raise ``UsageError`` where a question is to be explained that is not there.
    """
    if request.explain:
        _check_explained(questions, request.explain, source if round_name is None else "this codebook")
    if request.targets:
        from toolkit.loop.agreement.targets import with_targets

        questions = with_targets(questions, request.targets)
    report = AgreementReport(source=source, round=round_name, estimates=())
    estimates: list[Estimate] = []
    place_of: dict[str, int] = {}
    for place in range(len(questions)):
        progress("computing agreement", place + 1, len(questions))
        question = questions[place]
        numbers = numbers_of(question, replace(asked, compared=_pairs(question, compared)))
        estimates += numbers.estimates
        place_of[question.question] = place
        report = _with(report, question, numbers)
        if not request.simultaneous and _is_looked_at_closely(question, request):
            report = _looked_at_closely(report, question, request, asked.resampling)
        del question, numbers  # before the next is made, where each is made as it is asked for
    if request.simultaneous:
        n = sum(one.headline and one.ci_low is not None for one in estimates)
        return report_on(
            questions,
            replace(request, simultaneous=False, targets=()),
            replace(asked, resampling=asked.resampling.together(n)) if n > 1 else asked,
            source=source,
            progress=progress,
            round_name=round_name,
            texts=texts,
            compared=compared,
            known=known,
            held=held,
        )
    report = replace(
        report,
        estimates=tuple(estimates),
        holding_back=holding_back(
            lambda name: questions[place_of[name]],
            estimates,
            asked.resampling,
            name_annotators=round_name is not None,
        ),
    )
    if not request.paragraph and not request.explain and known is None:
        return report
    in_rows = [question for question in questions if not isinstance(question, CountedQuestion)]
    if request.paragraph:
        from toolkit.loop.agreement.sample import sample_of

        report = replace(report, sample=sample_of(in_rows))
    if request.explain:
        from toolkit.loop.agreement.details import explained

        report = replace(report, explained=explained(in_rows, request.explain, asked.resampling, texts, progress))
    if known is None:
        return report
    from toolkit.loop.agreement.known import Held, with_known

    return with_known(report, held or Held(in_rows), known, asked.resampling)


def _check_explained(questions: Iterable[AnyQuestion], explained: Iterable[str], whose: str) -> None:
    names = [question.question for question in questions]
    if unknown := [name for name in explained if name not in names]:
        raise UsageError(
            f"no question {', '.join(unknown)} with agreement in {whose}", todo=f"There is: {', '.join(names)}."
        )


def _is_looked_at_closely(question: AnyQuestion, request: AgreementRequest) -> bool:
    return request.consensus or request.plan is not None or question.target is not None


def _looked_at_closely(
    report: AgreementReport, question: AnyQuestion, request: AgreementRequest, resampling: Resampling
) -> AgreementReport:
    """Return the report with what more than figures is asked about a question: what finds it is imported only here,
    which takes as long as a small table.
    """
    from toolkit.loop.agreement.details import deciding, planned, worth_of_consensus

    plans = () if request.plan is None else planned([question], resampling, request.plan)
    worth = worth_of_consensus([question], request.seed) if request.consensus else {}
    return replace(
        report,
        plans=(*report.plans, *plans),
        consensus={**report.consensus, **worth},
        deciding=(*report.deciding, *deciding([question], resampling)),
    )


def numbers_of(question: AnyQuestion, asked: Asked) -> Numbers:
    """Return every number about one question, be it of values or of spans."""
    if not isinstance(question, CodedSpans):
        return question_numbers(question, asked)
    from toolkit.agreement.span_analysis import span_numbers

    return span_numbers(question, asked)


def _pairs(question: AnyQuestion, compared: Compared) -> Mapping[str, Sequence[tuple[str, str]]]:
    return {division: compared(grouping.groups) for division, grouping in question.by.items()}


def _with(report: AgreementReport, question: AnyQuestion, numbers: Numbers) -> AgreementReport:
    """Return the report with what stands beside the estimates of one more question."""
    name = question.question
    repeats = question.n_repeats if isinstance(question, CodedQuestion) else 0
    return replace(
        report,
        prevalences={**report.prevalences, **({name: numbers.prevalences} if numbers.prevalences else {})},
        skew={**report.skew, **({name: numbers.skew} if numbers.skew else {})},
        pairs={**report.pairs, **({name: numbers.pairs} if numbers.pairs else {})},
        missing={**report.missing, **({name: numbers.missing} if numbers.missing else {})},
        n_merged_spans={**report.n_merged_spans, **({name: numbers.n_merged_spans} if numbers.n_merged_spans else {})},
        of_annotators=tuple(sorted({*report.of_annotators, *question.of_annotators})),
        group_over_use={
            **report.group_over_use,
            **({name: numbers.group_over_use} if numbers.group_over_use else {}),
        },
        n_ungrouped=dict(Counter(report.n_ungrouped) | Counter(numbers.n_ungrouped)),
        n_repeats={**report.n_repeats, **({name: repeats} if repeats else {})},
    )
