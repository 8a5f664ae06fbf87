"""Agree on a stock JSON export of Label Studio: no study, no codebook, no columns to name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.agreement.answer_rows import AnswerRow, Value, coded_answers
from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.groups import Grouping, grouping_of
from toolkit.agreement.resampling import UNIT
from toolkit.errors import BadInput, Fault, UsageError
from toolkit.labelstudio.decode import read_export
from toolkit.labelstudio.stock import StockAnswer, StockExport, StockQuestion, stock_export
from toolkit.labelstudio.stock_config import Control, controls_of
from toolkit.loop.agreement.computed import report_on, what_is_asked
from toolkit.loop.agreement.report import AgreementReport, ReadAs
from toolkit.loop.agreement.request import HEADLINE_ONLY, AgreementRequest
from toolkit.loop.progress import Progress, silent

SKIP = "skip"
"""In place of a level: the question is left out."""

_INSTEAD: Mapping[str, tuple[str, ...]] = {
    "nominal": ("nominal", "ordinal", "interval", "ratio", "set"),
    "ordinal": ("ordinal", "nominal", "interval", "ratio"),
    "interval": ("interval", "ratio"),
    "set": ("set",),
    "taxonomy": ("taxonomy", "nominal"),
    "span": ("span",),
}
"""By the guessed level of a question, those its answers can be read at."""


@dataclass(frozen=True, slots=True)
class ReadingAs:
    """How a question is to be read, where the guess is not right: its level, and its categories in order."""

    level: str
    order: tuple[str, ...] = ()


def agree_label_studio(
    path: Path,
    request: AgreementRequest = HEADLINE_ONLY,
    *,
    config: Path | str | None = None,
    read: Mapping[str, ReadingAs] | None = None,
    cluster: str | None = None,
    progress: Progress = silent,
) -> AgreementReport:
    """Return the agreement on every question of a project exported as JSON, at levels guessed from its answers.

    ``config`` is the project's labelling configuration, a file or the text of one, which says what may be answered;
    ``read`` says otherwise how a question is to be read. ``cluster``, and ``by`` of the request, name fields that
    stand beside the texts. Raise ``BadInput`` listing every fault of the file, ``UsageError`` where what is asked does
    not fit it.
    """
    _check(request)
    found = read_export(_bytes(path), name=path.name)
    controls = None if config is None else _controls(config)
    export = stock_export(found, controls)
    chosen = _chosen(export, read or {}, path.name)
    asked = what_is_asked(request, (cluster if request.clustered else None) or UNIT)
    clusters = None if cluster is None or not request.clustered else _field(export, cluster, path.name)
    divisions = {name: _field(export, name, path.name) for name in request.by}
    questions = [_coded(question, clusters, divisions, path.name) for question in chosen]
    report = report_on(questions, request, asked, source=path.name, texts=export.texts, progress=progress)
    return replace(
        report,
        read_as=tuple(ReadAs(one.question, one.level, one.because, len(one.categories)) for one in chosen),
        left_out=export.left_out,
        n_annotations=export.n_annotations,
        excluded=export.excluded,
        rejected=export.unreadable,
        beside=export.beside,
    )


def _check(request: AgreementRequest) -> None:
    for name in ("round_name", "repeats"):
        if getattr(request, name) is not None:
            raise UsageError(f"`{name}=` is for the rounds of a study", todo="One project is one round.")
    request.check_plan()


def _controls(config: Path | str) -> Mapping[str, Control]:
    if isinstance(config, str):
        return controls_of(config, name="the project's configuration")
    return controls_of(_bytes(config).decode(errors="replace"), name=config.name)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise BadInput(f"{path} cannot be read ({fault.strerror or type(fault).__name__})") from fault


def _chosen(export: StockExport, read: Mapping[str, ReadingAs], name: str) -> list[StockQuestion]:
    """The questions as they are to be read, without those to be left out."""
    there = {question.question: question for question in export.questions}
    if unknown := [each for each in read if each not in there]:
        raise UsageError(
            f"{name} has no question {', '.join(unknown)}", todo=f"There is: {', '.join(there) or 'none'}."
        )
    if not there:
        raise BadInput(
            f"{name} holds no answer that agreement can be computed from.",
            faults=[Fault(control, why) for control, why in export.left_out.items()],
            todo="Choices, taxonomies, ratings, numbers, pairs and marked words can be.",
        )
    kept = [
        question if question.question not in read else _read_otherwise(question, read[question.question])
        for question in there.values()
        if question.question not in read or read[question.question].level != SKIP
    ]
    if not kept:
        raise UsageError("every question is left out", todo="Leave one in.")
    return kept


def _read_otherwise(question: StockQuestion, read: ReadingAs) -> StockQuestion:
    possible = _INSTEAD[question.level]
    if read.level not in possible:
        raise UsageError(
            f"{question.question} cannot be read at level {read.level!r}: {question.because}",
            todo=f"It can be at: {', '.join(possible)}, or {SKIP}.",
        )
    in_use = {code for answer in question.answers for code in answer.codes}
    if read.order and (missing := sorted(in_use - set(read.order))):
        raise UsageError(f"{question.question}: {', '.join(missing)} is given, and not among the categories listed")
    if read.level == "ordinal" and question.level != "ordinal" and not read.order:
        raise UsageError(
            f"{question.question} needs its categories from low to high",
            todo=f"Say `read={question.question}=ordinal:{','.join(question.categories)}`, in their order.",
        )
    return replace(question, level=read.level, because="as asked", categories=read.order or question.categories)


def _field(export: StockExport, name: str, file: str) -> dict[str, str]:
    """The field's value by unit."""
    without = [unit for unit, fields in export.fields.items() if not isinstance(fields.get(name), str | int)]
    if without and len(without) == len(export.fields):
        there = sorted({key for fields in export.fields.values() for key in fields})
        raise UsageError(f"nothing in {file} has a field {name!r}", todo=f"There is: {', '.join(there) or 'none'}.")
    if without:
        raise BadInput(
            f"{file} cannot be divided by {name!r}.", faults=[Fault(f"task {unit}", f"no {name}") for unit in without]
        )
    return {unit: str(fields[name]) for unit, fields in export.fields.items()}


def _coded(
    question: StockQuestion,
    clusters: Mapping[str, str] | None,
    divisions: Mapping[str, Mapping[str, str]],
    name: str,
) -> CodedQuestion | CodedSpans:
    answers = question.answers
    by: dict[str, Grouping] = {
        division: grouping_of([groups[answer.unit] for answer in answers]) for division, groups in divisions.items()
    }
    if question.level == "span":
        return _spans(question, clusters, by)
    rows = [
        AnswerRow(
            answer.unit, answer.unit if clusters is None else clusters[answer.unit], answer.annotator,
            _value(answer, question.level),
        )
        for answer in answers
    ]  # fmt: skip
    scale = () if question.level in {"interval", "ratio"} else question.categories
    try:
        ratings = coded_answers(question.level, rows, scale, clustered=clusters is not None)
    except ValueError as fault:
        raise BadInput(f"{name}: {question.question}: {fault}") from fault
    return CodedQuestion(question=question.question, level=question.level, ratings=ratings, scale=tuple(scale), by=by)


def _value(answer: StockAnswer, level: str) -> Value:
    if level in {"interval", "ratio"}:
        return answer.number if answer.number is not None else _as_number(answer.codes)
    return answer.codes if level == "set" else answer.codes[0]


def _as_number(codes: Sequence[str]) -> Value:
    """The number a category is; the category itself where it is none, for the message that refuses it."""
    try:
        return float(codes[0])
    except ValueError:
        return codes[0]


def _spans(question: StockQuestion, clusters: Mapping[str, str] | None, by: Mapping[str, Grouping]) -> CodedSpans:
    answers = question.answers
    ends: dict[str, int] = {}
    for answer in answers:
        ends[answer.unit] = max(ends.get(answer.unit, 1), *(mark.end for mark in answer.marks), 1)
    texts = question.texts
    return CodedSpans(
        question=question.question,
        labels=question.categories,
        units=[answer.unit for answer in answers],
        annotators=[answer.annotator for answer in answers],
        marks=[tuple((mark.label, mark.start, mark.end) for mark in answer.marks) for answer in answers],
        lengths=[ends[answer.unit] if texts is None else len(texts[answer.unit]) for answer in answers],
        clusters=None if clusters is None else [clusters[answer.unit] for answer in answers],
        texts=texts,
        by=by,
    )
