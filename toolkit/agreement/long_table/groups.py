"""The groups a column of a long table divides its entries into."""

from __future__ import annotations

import numpy as np

from toolkit.agreement.groups import Grouping
from toolkit.agreement.long_table.columns import CodedColumn, in_use
from toolkit.agreement.long_table.spelling import by_size
from toolkit.agreement.ratings import MISSING
from toolkit.files.arrays import IntArray


def grouping(coded: CodedColumn, rows: IntArray | None) -> Grouping:
    """The group of each of the rows (None: of all), groups by size, numbers before text."""
    codes = coded.codes if rows is None else coded.codes[rows]
    used, group = in_use(codes, len(coded.values))
    texts = coded.texts.taken(used).listed()
    order = sorted(range(len(texts)), key=lambda code: by_size(texts[code]))
    place = np.full(len(order) + 1, MISSING, dtype=np.int64)
    place[order] = np.arange(len(order))
    return Grouping(tuple(texts[code] for code in order), place[group])
