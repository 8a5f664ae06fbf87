"""How an alpha came about: the square of what met what, and the arithmetic in words and numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import RenderableType
from rich.text import Text

from toolkit.agreement.diagnosis.coincidences import Coincidences
from toolkit.files.arrays import FloatArray
from toolkit.terminal.agreement.tables import fitting, heading, square_table
from toolkit.words.numbers import number, to_four_digits
from toolkit.words.reasons import Nouns, sentence_of

MOST_VALUES = 10
_NOTHING = "·"
_ROUNDING = 1e-9
_MANY = 1000
"""Of so many nobody wants to see fractions."""

_DISTANCES = {
    "nominal": "Nominal: two values are the same (distance 0) or not (1).",
    "ordinal": "Ordinal: the more answers lie between two ranks, the further they are apart (squared).",
    "interval": "Interval: the distance of two numbers is their difference, squared.",
    "ratio": "Ratio: the distance of two numbers is their difference by their sum, squared.",
    "set": "Sets by MASI: 1 less what they share of all they name, times 2/3 where one contains the other, "
    "1/3 where they only overlap.",
    "set:masi": "Sets by MASI: 1 less what they share of all they name, times 2/3 where one contains the other, "
    "1/3 where they only overlap.",
    "set:jaccard": "Sets by Jaccard: the distance is 1 less what two sets share of all they name.",
    "taxonomy": "Tree, by Wu–Palmer: 1 less twice the depth of what two paths share by the sum of their depths.",
    "table": "Table: the distances are those supplied.",
    "span": "Tokens: two annotators both marked one or both did not (distance 0), or only one did (1).",
}


def coincidence_parts(found: Coincidences, level: str, nouns: Nouns) -> Iterator[RenderableType]:
    """Yield the square with its marginals, what it leaves out, and alpha step by step."""
    unit = "token" if level.startswith("span") else nouns.unit
    yield heading("What met what", f"each answer with the others to the same {unit}")
    used = np.flatnonzero(found.marginals)
    if len(used):
        yield from _square(found, [int(code) for code in used])
    yield from (Text(line) for line in _arithmetic(found, level, unit, nouns))


def _square(found: Coincidences, used: list[int]) -> Iterator[RenderableType]:
    shown = _most_confused(found, used)
    while True:
        cells = _counts(found.matrix[np.ix_(shown, shown)])
        names = [found.labels[code] for code in shown]
        beside = {"all": [f"{found.marginals[code]:,}" for code in shown]}
        room = fitting(names, cells, beside)
        if room == len(shown):
            break
        shown = _most_confused(found, used, most=room)
    yield square_table(names, cells, beside)
    if len(shown) < len(used):
        yield Text(f"The {len(shown)} values that are confused most, of {len(used)} in use.", style="dim")
    never = [label for label, n in zip(found.labels, found.marginals.tolist(), strict=True) if not n]
    if never and len(found.labels) <= 2 * MOST_VALUES:
        yield Text(f"Never given where two answered: {', '.join(never)}.", style="dim")


def _most_confused(found: Coincidences, used: list[int], *, most: int = MOST_VALUES) -> list[int]:
    """The values that make up most of the observed disagreement, in the order of the scale."""
    if len(used) <= most:
        return used
    disagreement = (found.matrix * found.distances).sum(axis=1)
    first = sorted(used, key=lambda code: -disagreement[code])[:most]
    return sorted(first)


def _counts(matrix: FloatArray) -> list[list[str]]:
    """How often values met. A meeting weighs 1/(m − 1) in a unit with m answers, so there may be fractions."""
    whole = bool((np.abs(matrix - np.round(matrix)) < _ROUNDING).all()) or matrix.max() >= _MANY
    digits = 0 if whole else 1
    return [[f"{met:,.{digits}f}" if met > _ROUNDING else _NOTHING for met in row] for row in matrix.tolist()]


def _arithmetic(found: Coincidences, level: str, unit: str, nouns: Nouns) -> Iterator[str]:
    yield ""
    yield _DISTANCES.get(level, _DISTANCES.get(level.split(":", maxsplit=1)[0], ""))
    if found.observed is None or found.expected is None:
        yield f"alpha does not exist: {sentence_of(found.undefined_because or '', nouns)}."
        return
    d_o, d_e = to_four_digits(found.observed), to_four_digits(found.expected)
    yield f"n     = {found.n:,}  answers to {unit}s that two or more annotators answered"
    yield f"D_o   = {d_o}  observed: mean distance of two answers to the same {unit}"
    yield f"D_e   = {d_e}  expected: mean distance of any two of the {found.n:,} answers"
    if found.value is None:
        yield f"alpha = 1 − D_o / D_e does not exist: {sentence_of(found.undefined_because or '', nouns)}."
    else:
        yield f"alpha = 1 − D_o / D_e = 1 − {d_o} / {d_e} = {number(found.value)}"
