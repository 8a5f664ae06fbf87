"""Answers as columns of whole numbers: millions of them fit where an object for each would not."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterator, Sequence
from typing import Generic, TypeVar

import numpy as np

from toolkit.files.arrays import IntArray

_FOUR_BYTES = "i"

_Name = TypeVar("_Name", bound=Hashable)


class Names(Generic[_Name]):
    """Different names in the order in which they came, each with its number."""

    def __init__(self) -> None:
        self._numbers: dict[_Name, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[_Name]:
        return iter(self._numbers)

    def number(self, name: _Name) -> int:
        """Return the number of a name: the next one where it is new."""
        return self._numbers.setdefault(name, len(self._numbers))


class Numbers:
    """Whole numbers below 2³¹, added one by one."""

    def __init__(self) -> None:
        self._numbers = array(_FOUR_BYTES)
        self.add = self._numbers.append

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def array(self) -> IntArray:
        """All of them."""
        return np.frombuffer(self._numbers.tobytes(), dtype=np.int32).astype(np.int64)


class Submissions:
    """Who submitted something on which unit of which cluster; what is given there names it by its number."""

    def __init__(self) -> None:
        self.units = Names[str]()
        self.clusters = Names[str]()
        self.annotators = Names[str]()
        self.unit, self.cluster, self.annotator = Numbers(), Numbers(), Numbers()

    def __len__(self) -> int:
        return len(self.unit)

    def add(self, unit: str, cluster: str, annotator: str) -> int:
        """Add one, and return its number."""
        number = len(self.unit)
        self.unit.add(self.units.number(unit))
        self.cluster.add(self.clusters.number(cluster))
        self.annotator.add(self.annotators.number(annotator))
        return number


class AnswerColumn:
    """Answers to one question: the submission that each stands in, and its value."""

    def __init__(self, submissions: Submissions) -> None:
        self.submissions = submissions
        self.given_in = Numbers()
        self.values = Names[Hashable]()
        self.value = Numbers()

    def __len__(self) -> int:
        return len(self.given_in)

    def add(self, submission: int, value: Hashable) -> None:
        """Add the value that was given in a submission."""
        self.given_in.add(submission)
        self.value.add(self.values.number(value))

    def given(self) -> Sequence[Hashable]:
        """Return the value of each."""
        values = list(self.values)
        return [values[number] for number in self.value.array.tolist()]

    def rows(self) -> Iterator[tuple[str, str, Hashable]]:
        """Yield unit, annotator and value of each, in their order."""
        given_in, of = self.given_in.array, self.submissions
        units, annotators = list(of.units), list(of.annotators)
        numbers = zip(of.unit.array[given_in].tolist(), of.annotator.array[given_in].tolist(), strict=True)
        for (unit, annotator), value in zip(numbers, self.given(), strict=True):
            yield units[unit], annotators[annotator], value
