"""What the values of a question are: their level and order, how many there could be, and what alpha is on them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from toolkit.agreement.levels import LevelOfValues
from toolkit.files.arrays import FloatArray

CATEGORICAL = frozenset({"nominal", "ordinal", "taxonomy", "table", "span"})
ORDERED = frozenset({"ordinal", "interval", "ratio"})


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Scale:
    """The values behind the codes of one reading of a question."""

    level: str
    """Level as reported beside measures that have only one: ``ordinal``, ``set``, ``taxonomy:1``, ``span:Source``."""
    domain: tuple[Hashable, ...]
    """What the codes 0, 1, 2 … stand for."""
    n_categories: int
    """q: categories there could be (numbers: distinct values in use); what AC1 and Brennan–Prediger correct by."""
    alphas: tuple[LevelOfValues, ...]
    """Alpha on these values; two for sets (MASI, Jaccard)."""
    points: FloatArray | None = None
    """Where each value lies: ranks where there is an order, the numbers where there are; None without.

    Very large and very small numbers are multiplied by a power of two: only proportions among distances count."""
    categories: tuple[str, ...] = ()
    """Names that can be looked at one against the rest."""
    membership: FloatArray | None = None
    """Values × categories, 1 where the value names the category: one each, or several for sets."""
    of_kind: str | None = None
    """The kind of answer, where the level does not say it: sets and numbers read as nominal stay sets and numbers."""

    @property
    def kind(self) -> str:
        """The kind of answer: the level without what follows the colon."""
        return self.of_kind or self.level.split(":", maxsplit=1)[0]

    @property
    def n_values(self) -> int:
        """Number of codes."""
        return len(self.domain)


def value_name(value: object) -> str:
    """Return how a value is written: a set in braces, a number in full, without needless zeros.

    >>> value_name(frozenset({"b", "a"})), value_name(2.0), value_name(1234567.5), value_name("writer")
    ('{a, b}', '2', '1234567.5', 'writer')
    """
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(map(str, value))) + "}"
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
