"""Tables with columns per question: a schema's column templates, written out for the questions of the codebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from toolkit.codebook.model import Codebook, Question
from toolkit.export.contract.schema import Column, TableSchema, Template, table_schemas


def expanded_schemas(
    codebooks: Iterable[Codebook], *, schemas: Mapping[str, TableSchema] | None = None
) -> Mapping[str, TableSchema]:
    """Return every schema with its templates written out; those of the contract unless others are given."""
    asked = asked_in(codebooks)
    given = table_schemas() if schemas is None else schemas
    return {name: _expanded(schema, asked) if schema.templates else schema for name, schema in given.items()}


def asked_in(codebooks: Iterable[Codebook]) -> Sequence[tuple[str, Sequence[Question]]]:
    """Return every measured question by its id, as each codebook has it: in the order of the newest, then the older
    ones'.
    """
    questions: dict[str, list[Question]] = {}
    for codebook in newest_first(codebooks):
        for question in codebook.measured():
            questions.setdefault(question.id, []).append(question)
    return list(questions.items())


def newest_first(codebooks: Iterable[Codebook]) -> Sequence[Codebook]:
    """Return the codebooks by version, the newest first."""
    return sorted(codebooks, key=_newest_last, reverse=True)


def template_columns(template: Template, asked: Sequence[tuple[str, Sequence[Question]]]) -> Sequence[tuple[str, str]]:
    """Return the columns a template gives: question and name of each."""
    return [
        (id_, template.name.format(question=id_))
        for id_, found in asked
        if any(question.level in template.levels for question in found)
    ]


def _newest_last(codebook: Codebook) -> tuple[list[int], str, str]:
    return [int(part) for part in codebook.version.split(".")], codebook.name, codebook.hash


def _expanded(schema: TableSchema, asked: Sequence[tuple[str, Sequence[Question]]]) -> TableSchema:
    made: dict[str, list[Column]] = {id_: [] for id_, _ in asked}
    for template in schema.templates:
        for id_, name in template_columns(template, asked):
            described = template.description.format(question=id_)
            written = {"name": name, "description": described, "of_question": id_}
            made[id_].append(Column(**{**template.model_dump(exclude={"levels"}), **written}))
    columns = (*schema.columns, *(column for of_question in made.values() for column in of_question))
    return schema.model_copy(update={"columns": columns, "templates": ()})
