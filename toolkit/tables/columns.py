"""A column of a table as integer codes and the distinct values behind them.

Arrow's functions are imported where there is something for them to do: that takes longer than to read a small table of
text without them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import pyarrow as pa

from toolkit.agreement.ratings import MISSING
from toolkit.errors import Fault
from toolkit.files.arrays import FloatArray, IntArray
from toolkit.files.wording import closest

NAME_COLUMNS = "Name columns it has, each with one value a row."
"""What to do where a column cannot be found or used."""

FEW = 1000
"""Texts below which Python itself is the fastest to look at them."""
_TWO_GIGABYTES = 2**31 - 1
_WORD = 8
_FEW = 16


class Texts(Sequence[str]):
    """The entries of an Arrow array as text, made when asked for: a million names cost nothing until one is printed.

    >>> Texts(pa.array([1.0, 2.5]))[0]
    '1'
    """

    __slots__ = ("_array",)

    def __init__(self, array: pa.Array) -> None:
        self._array = array

    def __len__(self) -> int:
        return len(self._array)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return Texts(self._array[index])
        text: str = as_text(self._array[index : index + 1] if index >= 0 else self._array[index:][:1])[0].as_py()
        return text

    def taken(self, places: IntArray) -> Texts:
        """Return the texts at these places."""
        return Texts(taken(self._array, places))

    def listed(self) -> list[str]:
        """Return all of them, at once."""
        found: list[str] = as_text(self._array).to_pylist()
        return found


@dataclass(frozen=True, slots=True, eq=False)
class CodedColumn:
    """One code per row, ``MISSING`` where the field is empty, and the text of each code; every code is in use.

    Empty is null, the empty text, and in a column of floating-point numbers NaN, as pandas writes a missing number so.
    """

    codes: IntArray
    values: pa.Array

    @property
    def texts(self) -> Texts:
        """What each code stands for."""
        return Texts(self.values)


def as_text(array: pa.Array) -> pa.Array:
    """Return entries as text: numbers without a fraction of zero, ``true`` and ``false``, text as written."""
    if pa.types.is_floating(array.type):
        return pa.array([number_text(value) for value in as_numbers(array).tolist()], type=pa.string())
    if pa.types.is_decimal(array.type):
        return pa.array([format(value.normalize(), "f") for value in array.to_pylist()], type=pa.string())
    text = pa.large_string() if pa.types.is_large_string(array.type) else pa.string()
    return array if array.type == text else array.cast(text)


def taken(array: pa.Array, places: IntArray) -> pa.Array:
    """Return the entries at these places."""
    if pa.types.is_string(array.type) and len(places) < FEW:
        return pa.array([array[place].as_py() for place in places.tolist()], type=array.type)
    return array.take(pa.array(places))


def as_numbers(array: pa.Array) -> FloatArray:
    """Return numbers as float64; those of fewer bits with the fewest digits that give them back: .1 in 32 bits is
    .1.
    """
    if pa.types.is_float32(array.type):
        array = array.cast(pa.string()).cast(pa.float64())
    numbers: FloatArray = array.to_numpy(zero_copy_only=False).astype(np.float64)
    return numbers


def number_text(number: float) -> str:
    """Return a number as people write it in a list of categories: 1 for 1.0.

    >>> number_text(1.0), number_text(2.5), number_text(7)
    ('1', '2.5', '7')
    """
    return str(int(number)) if float(number).is_integer() and abs(number) < 2**53 else repr(number)


def cannot_be_coded(table: pa.Table, column: str) -> str:
    """Return why the fields of a column are neither text, numbers nor yes and no; empty where they are."""
    kind = table.schema.field(column).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if pa.types.is_nested(kind):
        return f"holds {'lists' if is_list(kind) else 'records'}, one field cannot be one value"
    return f"holds {kind}, which is not text" if _is_binary(kind) else ""


def is_list(kind: pa.DataType) -> bool:
    """Return whether fields of this type are lists of values."""
    return bool(
        pa.types.is_list(kind)
        or pa.types.is_large_list(kind)
        or pa.types.is_fixed_size_list(kind)
        or pa.types.is_list_view(kind)
        or pa.types.is_large_list_view(kind)
    )


def missing_columns(asked: Mapping[str, str], present: Sequence[str]) -> list[Fault]:
    """Return one fault for every column asked for that is not there, by how it was asked for, with the closest that
    is.
    """
    faults = []
    for column, place in asked.items():
        if column not in present:
            near = closest(column, present)
            hint = f" Did you mean {near!r}?" if near else ""
            there = ", ".join(map(shown, present)) or "none"
            faults.append(Fault(place, f"there is no such column, only {there}.{hint}"))
    return faults


def shown(text: str) -> str:
    r"""Return a name as it is, or quoted and escaped where a terminal would not print it as it is.

    >>> shown("a b"), shown("a\x1b[1m")
    ('a b', "'a\\x1b[1m'")
    """
    return text if text.isprintable() else repr(text)


def coded_column(column: pa.ChunkedArray | pa.Array) -> CodedColumn:
    """Return the codes of a column of text, numbers or booleans, numbered as they first appear or by size."""
    codes, values = _coded(one_array(column))
    return CodedColumn(codes, values)


def in_use(codes: IntArray, n_codes: int) -> tuple[IntArray, IntArray]:
    """Return codes that occur, ascending, and the same entries counted among those; ``MISSING`` stays what it is."""
    if n_codes > _FEW * len(codes):
        kept, renumbered = np.unique(np.append(codes, MISSING), return_inverse=True)
        return kept[1:], renumbered[:-1] - 1
    used = np.zeros(n_codes + 1, dtype=np.bool_)
    used[codes] = True  # MISSING is the last place
    kept = np.flatnonzero(used[:-1])
    if len(kept) == n_codes:
        return kept, codes
    renumbered = np.append(np.cumsum(used[:-1]) - 1, MISSING)
    return kept, renumbered[codes]


def _coded(array: pa.Array) -> tuple[IntArray, pa.Array]:
    if pa.types.is_null(array.type):
        array = array.cast(pa.string())
    kind = array.type
    if pa.types.is_dictionary(kind):
        inner, values = _coded(array.dictionary)
        codes = _numpy(array.indices, MISSING)
        if not np.array_equal(inner, np.arange(len(inner))):  # values twice in the dictionary, or none
            codes = np.append(inner, MISSING)[codes]
        kept, codes = in_use(codes, len(values))
        return codes, values.take(pa.array(kept)) if len(kept) < len(values) else values
    if pa.types.is_integer(kind) and not pa.types.is_uint64(kind):
        return _coded_integers(array)
    if pa.types.is_floating(kind):
        import pyarrow.compute as pc

        array = array.cast(pa.float32()) if pa.types.is_float16(kind) else array
        return _hashed(pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or _is_view(kind):
        return _coded_text(array.cast(pa.large_string()) if _is_view(kind) else array)
    return _hashed(array)


def _coded_integers(array: pa.Array) -> tuple[IntArray, pa.Array]:
    """Integers that lie close together need no hashing."""
    import pyarrow.compute as pc

    bounds = pc.min_max(array).as_py()
    if bounds["min"] is None or bounds["max"] - bounds["min"] > 4 * len(array) + FEW:
        return _hashed(array)
    lowest, width = bounds["min"], bounds["max"] - bounds["min"] + 1
    places = _numpy(array, lowest) - lowest
    if array.null_count:
        places[array.is_null().to_numpy(zero_copy_only=False)] = MISSING
    kept, codes = in_use(places, width)
    return codes, pa.array(kept + lowest)


def _coded_text(array: pa.Array) -> tuple[IntArray, pa.Array]:
    return _few_texts(array) if len(array) < FEW else _many_texts(array)


def _few_texts(array: pa.Array) -> tuple[IntArray, pa.Array]:
    code_of: dict[str, int] = {}
    codes = [code_of.setdefault(text, len(code_of)) if text else MISSING for text in array.to_pylist()]
    return np.asarray(codes, dtype=np.int64), pa.array(list(code_of), type=array.type)


def _many_texts(array: pa.Array) -> tuple[IntArray, pa.Array]:
    import pyarrow.compute as pc

    if _is_in_runs(array):
        starts = np.ones(len(array), dtype=np.bool_)
        changes = pc.fill_null(pc.not_equal(array[1:], array[:-1]), True)  # noqa: FBT003 - the value filled in
        starts[1:] = changes.to_numpy(zero_copy_only=False)
        run, values = np.cumsum(starts) - 1, array.filter(pa.array(starts))
        codes, values = (run, values) if _ascend(values) else _codes_of_runs(run, values)
    else:
        codes, values = _text_codes(array)
    empty = pc.index(values, pa.scalar("", values.type)).as_py()
    if empty < 0:
        return codes, values
    codes = np.where(codes == empty, MISSING, codes)
    kept, codes = in_use(codes, len(values))
    return codes, values.take(pa.array(kept))


def _ascend(array: pa.Array) -> bool:
    """Whether each text is above the one before: so a table sorted by it has it, and nothing has to be looked up."""
    import pyarrow.compute as pc

    if array.null_count:
        return False
    # the first thousand alone first: most tables that are not sorted end here
    return all(pc.all(pc.less(some[:-1], some[1:])).as_py() is not False for some in (array[:FEW], array))


def _codes_of_runs(run: IntArray, values: pa.Array) -> tuple[IntArray, pa.Array]:
    of_run, values = _text_codes(values)
    return of_run[run], values


def _text_codes(array: pa.Array) -> tuple[IntArray, pa.Array]:
    width = _common_width(array)
    if not width:
        return _hashed(array)
    # identifiers of one width up to eight bytes are integers to a computer, and those hash three times as fast
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int64 if pa.types.is_large_string(array.type) else np.int32)
    start = int(offsets[array.offset])
    letters = np.frombuffer(array.buffers()[2], dtype=np.uint8)[start : start + width * len(array)]
    padded = np.zeros((len(array), _WORD), dtype=np.uint8)
    padded[:, :width] = letters.reshape(len(array), width)
    codes, words = _hashed(pa.array(padded.view(np.uint64)[:, 0]))
    back = np.ascontiguousarray(words.to_numpy().view(np.uint8).reshape(-1, _WORD)[:, :width])
    ends = np.arange(len(words) + 1, dtype=np.int32) * width
    return codes, pa.Array.from_buffers(pa.string(), len(words), [None, pa.py_buffer(ends), pa.py_buffer(back)])


def _common_width(array: pa.Array) -> int:
    """Bytes of every text where all have as many, and few enough for one integer; else 0."""
    import pyarrow.compute as pc

    if array.null_count:
        return 0
    shortest_longest = pc.min_max(pc.binary_length(array)).as_py()
    width: int = shortest_longest["max"]
    return width if shortest_longest["min"] == width <= _WORD else 0


def _is_in_runs(array: pa.Array) -> bool:
    """Whether equal texts mostly follow each other, judging by the first thousand."""
    import pyarrow.compute as pc

    head = array[:FEW]
    same = pc.sum(pc.equal(head[1:], head[:-1])).as_py() or 0
    return bool(same * 4 > len(head))


def _hashed(array: pa.Array) -> tuple[IntArray, pa.Array]:
    encoded = array.dictionary_encode()
    return _numpy(encoded.indices, MISSING), encoded.dictionary


def _numpy(array: pa.Array, instead_of_null: int) -> IntArray:
    filled = array.fill_null(instead_of_null) if array.null_count else array
    numbers: IntArray = filled.to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers


def one_array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return the whole column in one piece."""
    if isinstance(column, pa.Array):
        return column
    if pa.types.is_string(column.type) and column.nbytes > _TWO_GIGABYTES:
        column = column.cast(pa.large_string())
    whole = column.unify_dictionaries().combine_chunks()
    return whole if isinstance(whole, pa.Array) else whole.chunk(0)


def _is_view(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string_view(kind))


def _is_binary(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary_view(kind)
    )
