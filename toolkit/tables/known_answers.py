"""A table of known answers: for each unit (and question) the true category, checked against what was coded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.known.cases import ONE_CATEGORY
from toolkit.errors import BadInput, Fault, UsageError
from toolkit.files.wording import MEND_THESE, closest
from toolkit.tables.columns import NAME_COLUMNS, cannot_be_coded, coded_column
from toolkit.tables.read import origin_of, read_long_table
from toolkit.tables.rows import FAULTS_SHOWN, more
from toolkit.tables.spelling import key_of

_LISTED = 8

Truth = Mapping[str, Mapping[str, str]]
"""By question and unit, the true category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownColumns:
    """Which column of a table of known answers holds what; ``question`` None where there is one question."""

    unit: str
    value: str
    question: str | None = None

    @property
    def asked(self) -> dict[str, str]:
        """What each column is, by its name: how a fault names one that is not there."""
        named = {self.unit: "unit", self.question: "question", self.value: "known answer"}
        return {name: f"{what}, column {name!r}" for name, what in named.items() if name is not None}


OF_A_STUDY = KnownColumns(unit="sentence_id", question="question", value="code")
"""The columns as an export's ``answers`` names them."""


def read_known_answers(
    path: Path,
    questions: Sequence[CodedQuestion | CodedSpans],
    columns: Sequence[KnownColumns],
    *,
    units: Collection[str],
    off_scale: str = "",
) -> Truth:
    """Return the true categories in a Parquet, CSV or JSON-lines file, for the units and questions there are.

    The columns are the first of ``columns`` that the file has. An answer said twice is one answer. A file without a
    question column is about the one question there is. ``off_scale`` is what to do about a value that is on no scale.

    Raises:
        UsageError: where the path names no such file.
        BadInput: on columns that are not there, and listing by place every row without unit, question or value, every
            unit and question there is not, every value off the question's scale, and every unit with two answers.

    """
    if not path.suffix:
        raise UsageError(
            f"`against={path}` names no file",
            todo="Known answers are read from a Parquet, CSV or JSON-lines file: a unit and its true category a row.",
        )
    table, found = _read(path, columns)
    if found.question is None and len(questions) != 1:
        raise BadInput(
            f"{path} does not say which question an answer is to, and there are {len(questions)}",
            todo=f"Add a column of questions: {', '.join(question.question for question in questions)}.",
        )
    unusable = [Fault(what, why) for name, what in found.asked.items() if (why := cannot_be_coded(table, name))]
    if unusable:
        raise BadInput(f"{path} does not have the columns that are asked for.", faults=unusable, todo=NAME_COLUMNS)
    if not table.num_rows:
        raise BadInput(f"{path} holds no known answer", todo="One row each: a unit and its true category.")
    return _truth(table, found, questions, units, path=path, off_scale=off_scale)


def _read(path: Path, columns: Sequence[KnownColumns]) -> tuple[pa.Table, KnownColumns]:
    first: BadInput | None = None
    for each in columns:
        try:
            return read_long_table(path, columns=each.asked), each
        except BadInput as problem:
            first = first or problem
    raise first or ValueError("no columns are asked for")


def _truth(
    table: pa.Table,
    columns: KnownColumns,
    questions: Sequence[CodedQuestion | CodedSpans],
    units: Collection[str],
    *,
    path: Path,
    off_scale: str,
) -> Truth:
    origin = origin_of(path)
    asked = _Asked({question.question: question for question in questions}, units, columns)
    only = next(iter(asked.questions), None)
    n = table.num_rows
    unit, value = _texts(table[columns.unit]), _texts(table[columns.value])
    question = [only] * n if columns.question is None else _texts(table[columns.question])
    truth: dict[str, dict[str, str]] = {}
    row_of: dict[tuple[str, str], int] = {}
    wrong: dict[str, list[Fault]] = {}
    for row in range(n):
        read = asked.category(unit[row], question[row], value[row])
        if isinstance(read, _Wrong):
            wrong.setdefault(read.kind, []).append(Fault(origin.place(row), read.why))
            continue
        name, which, category = read
        first = truth.setdefault(name, {}).setdefault(which, category)
        rows = row_of.setdefault((name, which), row), row
        if first != category:
            why = f"unit {which!r}, question {name!r} has two known answers: {first!r} and {category!r}"
            wrong.setdefault("twice", []).append(Fault(origin.place(*rows), why))
    if wrong:
        faults = [fault for each in wrong.values() for fault in [*each[:FAULTS_SHOWN], *more(len(each))]]
        todo = (off_scale if "off the scale" in wrong else "") or MEND_THESE
        raise BadInput(f"{path} cannot be read as known answers.", faults=faults, todo=todo)
    return truth


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    """The fields as text, None where one is empty."""
    coded = coded_column(column)
    texts: list[str | None] = [*coded.texts.listed(), None]  # the last place is MISSING
    return [texts[code] for code in coded.codes.tolist()]


@dataclass(frozen=True, slots=True)
class _Wrong:
    kind: str
    why: str


class _Asked:
    """What a row may say: the questions with their scales, and the units."""

    def __init__(
        self,
        questions: Mapping[str, CodedQuestion | CodedSpans],
        units: Collection[str],
        columns: KnownColumns,
    ) -> None:
        self.questions = questions
        self._units = units
        self._columns = columns
        self._scales = {
            name: {key_of(category): category for category in question.scale}
            for name, question in questions.items()
            if isinstance(question, CodedQuestion) and question.level in ONE_CATEGORY
        }

    def category(self, unit: str | None, question: str | None, value: str | None) -> tuple[str, str, str] | _Wrong:
        """Question, unit and true category of a row, or the first thing that is wrong with it."""
        given = {"unit": unit, "question": question, "value": value}
        if empty := [what for what, text in given.items() if text is None]:
            named = ", ".join(f"{what} in column {getattr(self._columns, what)!r}" for what in empty)
            return _Wrong("empty", f"no {named}")
        unit, question, value = str(unit), str(question), str(value)
        if question not in self.questions:
            near = closest(question, list(self.questions))
            hint = f". Did you mean {near!r}?" if near else ""
            return _Wrong("question", f"there is no question {question!r}, only {', '.join(self.questions)}{hint}")
        scale = self._scales.get(question)
        if scale is None:
            level = self.questions[question].level
            return _Wrong("level", f"question {question!r} is of level {level}: known answers are single categories")
        if unit not in self._units:
            return _Wrong("unit", f"there is no unit {unit!r}")
        if key_of(value) not in scale:
            listed = ", ".join([*scale.values()][:_LISTED]) + (" …" if len(scale) > _LISTED else "")
            return _Wrong("off the scale", f"unit {unit!r}: {value!r} is no category of {question!r} ({listed})")
        return question, unit, scale[key_of(value)]
