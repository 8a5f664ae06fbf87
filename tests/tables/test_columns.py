from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest

from toolkit.tables.columns import FEW, coded_column

N = 2 * FEW
ASCENDING = [f"unit {place // 3:06d}" for place in range(N)]
COLUMNS: dict[str, Sequence[str | None]] = {
    "sorted, in runs": ASCENDING,
    "sorted, an empty text first": ["", "", *ASCENDING],
    "sorted, beyond ASCII": [f"ä{place // 3:06d}" for place in range(N)] + ["😀"] * 3,
    "sorted but for the end": [*ASCENDING, *ASCENDING[:3]],
    "descending": ASCENDING[::-1],
    "a run that comes again": ASCENDING * 2,
    "in runs, some without a text": [None if place % 7 == 0 else text for place, text in enumerate(ASCENDING)],
    "in runs, none at the start": [None, None, *ASCENDING],
    "not in runs": [f"unit {place % (N // 3):06d}" for place in range(N)],
    "short texts of one width": [f"{place // 3:06d}" for place in range(N)][::-1],
    "one text": ["x"] * N,
}


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())], ids=str)
@pytest.mark.parametrize("texts", COLUMNS.values(), ids=COLUMNS.keys())
@pytest.mark.parametrize("first", [0, 5], ids=["whole", "a slice"])
def test_codes_stand_for_the_texts_and_every_value_is_in_use(
    texts: Sequence[str | None], kind: pa.DataType, first: int
) -> None:
    found = coded_column(pa.array(texts, pa.string()).cast(kind)[first:])
    values = found.values.to_pylist()
    read = [values[code] if code >= 0 else None for code in found.codes.tolist()]
    assert read == [text or None for text in texts[first:]]
    assert len({*values}) == len(values)
    assert np.unique(found.codes[found.codes >= 0]).tolist() == [*range(len(values))]


def test_a_dictionary_may_hold_a_text_twice_none_and_what_no_row_has() -> None:
    dictionary = pa.array(["b", "a", "b", None, "unused", ""])
    indices = pa.array([0, 1, 2, 3, None, 5] * FEW, pa.int8())
    found = coded_column(pa.DictionaryArray.from_arrays(indices, dictionary))
    values = found.values.to_pylist()
    assert sorted(values) == ["a", "b"]
    assert [values[code] if code >= 0 else None for code in found.codes[:6].tolist()] == ["b", "a", "b"] + [None] * 3
