"""Agree on a stock JSON export of Label Studio: no study, no codebook, no columns to name."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.agreement.answer_rows import AnswerRow, Value, coded_answers
from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.groups import Grouping, grouping_of
from toolkit.errors import BadInput, Fault, UsageError
from toolkit.files.text_lines import unreadable
from toolkit.files.wording import counted
from toolkit.labelstudio.export_file import read_export
from toolkit.labelstudio.stock.config import Control, controls_of
from toolkit.labelstudio.stock.export import StockAnswer, StockExport, StockQuestion, stock_export
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
    read: Mapping[str, ReadingAs] | Sequence[str] = (),
    cluster: str | None = None,
    progress: Progress = silent,
) -> AgreementReport:
    """Return the agreement on every question of a project exported as JSON, at levels guessed from its answers.

    ``config`` is the project's labelling configuration, a file or the text of one, which says what may be answered;
    ``read`` says otherwise how a question is to be read, as in ``["tone=ordinal:bad,fair,good"]``. ``cluster``, and
    ``by`` of the request, name fields that stand beside the texts. Raise ``BadInput`` listing every fault of the file,
    ``UsageError`` where what is asked does not fit it.
    """
    _check(request)
    found = read_export(_bytes(path), name=path.name)
    controls = None if config is None else _controls(config)
    export = stock_export(found, controls)
    _check_there_is_something(export, controls, path.name)
    names = [question.question for question in export.questions]
    chosen = _chosen(export, read if isinstance(read, Mapping) else readings(read, names), path.name)
    asked = what_is_asked(request, cluster if request.clustered else None)
    clusters = None if cluster is None or not request.clustered else _field(export, cluster, path.name)
    divisions = {name: _field(export, name, path.name) for name in request.by}
    questions = [_coded(question, clusters, divisions, path.name) for question in chosen]
    report = report_on(questions, request, asked, source=path.name, texts=export.texts, progress=progress)
    return replace(
        report,
        read_as=tuple(
            ReadAs(one.question, one.level, one.because, len(one.categories), one.n_unanswered) for one in chosen
        ),
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
    if request.against is not None:
        raise UsageError(
            "`against=` is for a study, an export or a long table, not for a project's file",
            todo="Write its answers as a table, one row each: unit, annotator, value.",
        )
    request.check_timeless("a project's file")
    request.check_plan()


def _controls(config: Path | str) -> Mapping[str, Control]:
    if isinstance(config, str):
        return controls_of(config, name="the project's configuration")
    return controls_of(_bytes(config).decode(errors="replace"), name=config.name)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise unreadable(path, fault) from fault


def readings(asked: Sequence[str], names: Sequence[str]) -> Mapping[str, ReadingAs]:
    """Return how questions are to be read, from ``QUESTION=LEVEL`` or ``QUESTION=LEVEL:A,B,C``.

    ``names`` are the questions there are, whatever stands in their names; a category with a comma in it stands in
    double quotes. Raise ``UsageError`` for what does not say how to read what.
    """
    found: dict[str, ReadingAs] = {}
    for one in asked:
        name = max((each for each in names if one.startswith(f"{each}=")), key=len, default=None)
        question, _, said = (name, "=", one[len(name) + 1 :]) if name is not None else one.partition("=")
        level, colon, order = said.partition(":")
        if not (question.strip() and level.strip()) or (colon and not order.strip()):
            raise UsageError(
                f"`read={one}` does not say how to read what", todo="As in `read=tone=ordinal:bad,fair,good`."
            )
        if question in found:
            raise UsageError(
                f"`read={one}`: {question} is read otherwise already", todo="Say it once for each question."
            )
        found[question] = ReadingAs(level.strip(), _listed(order))
    return found


def _listed(order: str) -> tuple[str, ...]:
    """Categories between commas, as in a line of CSV."""
    return tuple(part.strip() for part in next(csv.reader([order], skipinitialspace=True), [])) if order else ()


def _written(order: Sequence[str]) -> str:
    """The same as somebody would have to write it."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(order)
    return line.getvalue()


def _check_there_is_something(export: StockExport, controls: Mapping[str, Control] | None, name: str) -> None:
    """Raise where nothing can be measured, with everything that is known of why."""
    answered = {*export.unreadable, *(question.question for question in export.questions)}
    if controls is not None and answered and answered.isdisjoint(controls):
        raise UsageError(
            f"the configuration names no question of {name}",
            todo=f"It asks: {', '.join(controls)}. The file answers: {', '.join(sorted(answered))}.",
        )
    if export.questions:
        return
    why = [Fault(control, said) for control, said in export.left_out.items()]
    why += [Fault("annotations", f"{n:,} {reason.replace('_', ' ')}") for reason, n in export.excluded.items()]
    why += [Fault(control, f"{counted(n, 'answer')} that cannot be read") for control, n in export.unreadable.items()]
    raise BadInput(
        f"{name} holds no answer that agreement can be computed from ({counted(export.n_annotations, 'annotation')}).",
        faults=why,
        todo="Choices, taxonomies, ratings, numbers, pairs and marked words of annotators can be.",
    )


def _chosen(export: StockExport, read: Mapping[str, ReadingAs], name: str) -> list[StockQuestion]:
    """The questions as they are to be read, without those to be left out."""
    there = {question.question: question for question in export.questions}
    if unknown := [each for each in read if each not in there]:
        raise UsageError(f"{name} has no question {', '.join(unknown)}", todo=f"There is: {', '.join(there)}.")
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
    if len(set(read.order)) != len(read.order):
        raise UsageError(f"{question.question}: a category is listed twice", todo="Name each once, from low to high.")
    in_use = {code for answer in question.answers for code in answer.codes}
    if read.order and (missing := sorted(in_use - set(read.order))):
        raise UsageError(
            f"{question.question}: {', '.join(missing)} is given, and not among the categories listed",
            todo="List every category that is used.",
        )
    if read.level == "ordinal" and question.level != "ordinal" and not read.order:
        raise UsageError(
            f"{question.question} needs its categories from low to high",
            todo=f"Say `read={question.question}=ordinal:{_written(question.categories)}`, in their order.",
        )
    return replace(question, level=read.level, because="as asked", categories=read.order or question.categories)


def _field(export: StockExport, name: str, file: str) -> dict[str, str]:
    """The field's value by unit."""
    there = sorted({key for fields in export.fields.values() for key, value in fields.items() if _is_plain(value)})
    if name not in there:
        raise UsageError(
            f"no task of {file} has text or a number in a field {name!r}",
            todo=f"There is: {', '.join(there) or 'none'}.",
        )
    without = [unit for unit, fields in export.fields.items() if not _is_plain(fields.get(name))]
    if without:
        raise BadInput(
            f"{file} cannot be divided by {name!r}.",
            faults=[Fault(f"task {unit}", f"no {name}") for unit in without],
            todo="Divide by a field that every task has.",
        )
    return {unit: str(fields[name]) for unit, fields in export.fields.items()}


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)


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
        what, *lines = str(fault).rstrip(".").split("\n")
        raise BadInput(
            f"{name}: {question.question}: {what.rstrip(':')}",
            faults=[Fault("", line.strip()) for line in lines],
            todo=f"Read it at another level, or leave it out: `read={question.question}=skip`.",
        ) from fault
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
    answers, texts = question.answers, question.texts or {}
    return CodedSpans(
        question=question.question,
        labels=question.categories,
        units=[answer.unit for answer in answers],
        annotators=[answer.annotator for answer in answers],
        marks=[tuple((mark.label, mark.start, mark.end) for mark in answer.marks) for answer in answers],
        lengths=[len(texts[answer.unit]) for answer in answers],
        clusters=None if clusters is None else [clusters[answer.unit] for answer in answers],
        texts=texts,
        by=by,
    )
