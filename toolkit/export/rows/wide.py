"""Rows of the table ``wide``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from toolkit.export.content.consensus import undefined_because
from toolkit.export.content.study_content import OrderedContent, day_of
from toolkit.export.contract.schema import table_schemas
from toolkit.export.contract.templates import asked_in, template_columns


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per sentence and round; a column per question for each of the schema's templates that fits its
    level.
    """
    units, votes, found = content.units, content.votes, content.voted
    sentences = pa.array(units.sentence)
    articles = {frozen.article.article_id: frozen.article for frozen in content.articles}
    of = [articles.get(sentence.article_id) for sentence in content.sentences]
    made = {
        "{question}_n": pa.array(votes.n_answers),
        "{question}_majority": pa.array(found.code, pa.string()),
        "{question}_tie": found.tie,
        "{question}_share": found.share,
        "{question}_chosen": found.codes,
        "{question}_median": found.number,
        "{question}_marked": pa.array(votes.n_marked),
        "{question}_n_not_shown": pa.array(votes.n_not_shown),
        "{question}_applies": found.applies,
        "{question}_undefined_because": pa.array(undefined_because(found, votes), pa.string()),
    }
    asked = asked_in(content.codebooks.values())
    group_of = _groups(votes.unit, votes.question, n_units=units.size, n_questions=len(votes.questions))
    number = {id_: at for at, id_ in enumerate(votes.questions)}
    return {
        **units.taken(np.arange(units.size)),
        "position": pa.array([sentence.position for sentence in content.sentences], pa.int32()).take(sentences),
        "outlet": pa.array([each.outlet if each else None for each in of], pa.string()).take(sentences),
        "published": pa.array([day_of(each.published) if each else None for each in of], pa.date32()).take(sentences),
        "n_annotators": units.n_counted,
        **{
            name: made[template.name].take(group_of[number[id_]])
            for template in table_schemas()["wide"].templates
            for id_, name in template_columns(template, asked)
        },
    }


def _groups(unit: Any, question: Any, *, n_units: int, n_questions: int) -> list[pa.Array]:
    """For each question the group of votes of every unit, null where it has none."""
    group = np.full((n_questions, n_units), -1, np.int64)
    group[question, unit] = np.arange(len(unit))
    return [pa.array(each, mask=each < 0) for each in group]
