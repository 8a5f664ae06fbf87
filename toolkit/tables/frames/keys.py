"""How often a unit was given each value, or by whom, as few integers: an engine sums those faster than lists.

Every value has its digit in one of the keys, and a row adds one to the digit of its value: what a unit was given is the
sum of its rows. Digits have room for 255 rows of a unit alike at first; where that is not enough, they no longer add up
to the number of rows, and it is done again with more room. Keys hold no more digits than leave the highest of them room
for all rows there are, so that no sum leaves 64 bits.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np

from toolkit.agreement.ratings import MISSING
from toolkit.files.arrays import IntArray

_BITS = 62


@dataclass(frozen=True, slots=True)
class Keys:
    """So many ``digits`` of so many ``bits`` each, spread over as few integers as take them; in none a digit ever comes
    to more than ``most``.
    """

    digits: int
    bits: int
    most: int

    @property
    def per_key(self) -> int:
        """Digits in one integer."""
        return max((_BITS - max(self.most.bit_length(), self.bits)) // self.bits, 0) + 1

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that hold the integers."""
        return tuple(f"key_{number}" for number in range(max(-(-self.digits // self.per_key), 1)))

    def ones(self, column: nw.Expr, digit_of: Mapping[Hashable, int]) -> list[nw.Expr]:
        """Return the integers of a row: a one in the digit of what stands in the column, if that has one."""
        found = []
        for number in range(len(self.names)):
            here = [
                if_so(column == value, 1 << self.bits * (digit % self.per_key))
                for value, digit in digit_of.items()
                if digit // self.per_key == number
            ]
            found.append(added(here))
        return found

    def read(self, integers: Sequence[IntArray]) -> IntArray:
        """Return the digits (rows × digits) of integers."""
        found = np.empty((len(integers[0]), self.digits), dtype=np.int64)
        mask = (1 << self.bits) - 1
        for digit in range(self.digits):
            found[:, digit] = integers[digit // self.per_key] >> self.bits * (digit % self.per_key) & mask
        return found


def if_so(condition: nw.Expr, number: int = 1) -> nw.Expr:
    """Return the number where the condition holds, else 0: not every engine takes yes for an integer."""
    return nw.when(condition).then(nw.lit(number, nw.Int64)).otherwise(nw.lit(0, nw.Int64))


def added(parts: Sequence[nw.Expr]) -> nw.Expr:
    """Return the sum of integers in pairs of pairs: engines follow a row of a thousand additions one call deep each."""
    if not parts:
        return nw.lit(0, nw.Int64)
    half = len(parts) // 2
    return added(parts[:half]) + added(parts[half:]) if half else parts[0]


def alike(integers: Sequence[IntArray]) -> tuple[IntArray, IntArray]:
    """Return one row each of rows that have the same integers, and which of those each row has."""
    codes: IntArray = np.zeros(len(integers[0]), dtype=np.int64)
    first: IntArray = np.zeros(min(len(codes), 1), dtype=np.int64)
    for column in integers:
        distinct, here = np.unique(column, return_inverse=True)
        _, first, codes = np.unique(codes * len(distinct) + here, return_index=True, return_inverse=True)
    return first, codes


def spread(counts: IntArray, code_of_digit: IntArray) -> IntArray:
    """Return codes as often as counted (rows × most), ``MISSING`` behind them; ``counts`` are rows × digits."""
    per_row = counts.sum(axis=1)
    found = np.full((len(counts), int(per_row.max(initial=0))), MISSING, dtype=np.int64)
    codes = np.repeat(np.tile(code_of_digit, len(counts)), counts.ravel())
    row = np.repeat(np.arange(len(counts)), per_row)
    place = np.arange(len(codes)) - np.repeat(np.cumsum(per_row) - per_row, per_row)
    found[row, place] = codes
    return found
