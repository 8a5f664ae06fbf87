"""Columns every table about annotations begins with: which annotation, of which sentence, in which round, by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from toolkit.study.records import Annotation


def annotation_columns(annotations: Sequence[Annotation], rows: Sequence[int] | None = None) -> Mapping[str, pa.Array]:
    """Annotation, sentence, article, round and annotator for each row; ``rows`` are indices into the annotations.

    An annotation on a sentence the study does not know has no sentence and no article.
    """
    unknown = [annotation.excluded_because == "unknown_sentence" for annotation in annotations]
    columns = {
        "annotation_id": [a.annotation_id for a in annotations],
        "sentence_id": [None if lost else a.sentence_id for a, lost in zip(annotations, unknown, strict=True)],
        "article_id": [None if lost else a.article_id for a, lost in zip(annotations, unknown, strict=True)],
        "round": [a.round for a in annotations],
        "annotator": [a.annotator for a in annotations],
    }
    if rows is None:
        return {name: pa.array(values, pa.string()) for name, values in columns.items()}
    indices = pa.array(rows, pa.int64())
    return {name: pa.array(values, pa.string()).take(indices) for name, values in columns.items()}
