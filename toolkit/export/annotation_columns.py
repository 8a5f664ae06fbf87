"""Columns every table about annotations begins with: which annotation, of which sentence, in which round, by whom."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from toolkit.export.content import OrderedContent
from toolkit.files.arrays import IntArray


def annotation_columns(content: OrderedContent, rows: IntArray | None = None) -> Mapping[str, pa.Array]:
    """Annotation, sentence, article, round and annotator for each row; ``rows`` are indices into the annotations.

    An annotation on a sentence the study does not know has no sentence and no article.
    """
    if rows is None:
        return content.annotation_columns
    indices = pa.array(rows, pa.int64())
    return {name: values.take(indices) for name, values in content.annotation_columns.items()}
