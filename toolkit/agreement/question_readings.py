"""The readings of a question: at its own level, and at those that tell more (depths of a tree, "not shown")."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar, cast

import numpy as np

from toolkit.agreement import levels
from toolkit.agreement.answer_rows import Recoded
from toolkit.agreement.distances import PATH_SEPARATOR, path_at_depth
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.reading import Rated, Reading, reading_of
from toolkit.agreement.scale import Scale
from toolkit.files.arrays import FloatArray

_Rated = TypeVar("_Rated", bound=Rated)

Target = float | Mapping[str, float] | None
"""Alpha to reach: one number, or a map per depth (``1``, ``2`` …) or per span label."""


def readings_of(
    level: str,
    ratings: Rated,
    scale: Sequence[str],
    *,
    target: Target = None,
    distances: FloatArray | None = None,
    ordered: bool = False,
    with_not_shown: Rated | None = None,
) -> list[Reading]:
    """Return the readings of ratings whose domain holds values of ``level``, all on ``scale`` where categories are
    meant.

    ================= =========================================================================
    nominal … ratio   at that level
    set               by MASI and by Jaccard
    taxonomy          by Wu–Palmer distance, then nominal at each depth, top first
    table             by the table of ``distances`` between the categories of ``scale``
    ================= =========================================================================

    A numeric ``target`` is for the question's own level; a map is for the depths it names. ``ordered`` says that
    ``scale`` goes from low to high also at a level that does not use it. ``with_not_shown`` are the same ratings with
    "not shown" as one more value: read as nominal, level ``nominal:not_shown``.
    """
    if level == "taxonomy":
        found = _taxonomy(ratings, scale, target)
    else:
        if isinstance(target, Mapping):
            raise TypeError(f"a {level} question has one target, not {dict(target)!r}")
        found = [reading_of(*_on_scale(level, ratings, scale, distances, ordered=ordered), target=target)]
    if with_not_shown is not None:
        found.append(_nominal_with_not_shown(with_not_shown, found[0].scale))
    return found


def _on_scale(
    level: str, ratings: Rated, scale: Sequence[str], distances: FloatArray | None = None, *, ordered: bool = False
) -> tuple[Rated, Scale]:
    match level:
        case "nominal" | "ordinal" | "taxonomy" | "table":
            return on_domain(ratings, tuple(scale)), _categories(level, scale, distances, ordered=ordered)
        case "set":
            position = {code: place for place, code in enumerate(scale)}
            in_use = [codes for codes in ratings.domain if isinstance(codes, frozenset)]
            sets = sorted(in_use, key=lambda codes: sorted(position[code] for code in codes))
            return on_domain(ratings, tuple(sets)), _sets(sets, scale)
        case "interval" | "ratio":
            numbers = sorted(float(str(value)) for value in ratings.domain)
            return on_domain(ratings, tuple(numbers)), _numbers(level, numbers)
        case _:
            raise ValueError(f"no agreement is defined for level {level!r}")


def _categories(level: str, scale: Sequence[str], distances: FloatArray | None, *, ordered: bool) -> Scale:
    few = len(scale) <= levels.MOST_DISTINCT
    return Scale(
        level=level,
        domain=tuple(scale),
        n_categories=len(scale),
        alphas=(_alpha(level, scale, distances),) if few else (),
        points=np.arange(len(scale), dtype=np.float64) if ordered or level == "ordinal" else None,
        categories=tuple(scale),
        membership=np.eye(len(scale)) if few else None,
    )


def _alpha(level: str, scale: Sequence[str], distances: FloatArray | None) -> LevelOfValues:
    match level:
        case "ordinal":
            return levels.ordinal(len(scale))
        case "taxonomy":
            return levels.taxonomy(scale)
        case "table":
            if distances is None:
                raise ValueError("a level by table needs its table of distances")
            return levels.by_table("table", distances)
        case _:
            return levels.nominal(len(scale))


def _sets(sets: Sequence[frozenset[str]], scale: Sequence[str]) -> Scale:
    names = [[float(code in codes) for code in scale] for codes in sets]
    few = len(sets) <= levels.MOST_DISTINCT
    return Scale(
        level="set",
        domain=tuple(sets),
        n_categories=len(scale),
        alphas=(levels.sets_by_masi(sets), levels.sets_by_jaccard(sets)) if few else (),
        categories=tuple(scale),
        membership=np.asarray(names, dtype=np.float64).reshape(len(sets), len(scale)),
    )


def _numbers(level: str, numbers: Sequence[float]) -> Scale:
    alphas = (levels.interval(numbers),) if level == "interval" else ()
    if level == "ratio" and len(numbers) <= levels.MOST_DISTINCT:
        alphas = (levels.ratio(numbers),)
    points = levels.comfortable(numbers)
    return Scale(level=level, domain=tuple(numbers), n_categories=len(numbers), alphas=alphas, points=points)


def _taxonomy(ratings: Rated, scale: Sequence[str], target: Target) -> list[Reading]:
    depths = range(1, 1 + max((path.count(PATH_SEPARATOR) + 1 for path in scale), default=0))
    per_depth = targets_by_name(target, [str(depth) for depth in depths]) if isinstance(target, Mapping) else {}
    whole = None if isinstance(target, Mapping) else target
    found = [reading_of(*_on_scale("taxonomy", ratings, scale), target=whole)]
    for depth in depths:
        cut = ratings.recoded(partial(_cut, depth=depth))
        at_depth = tuple(dict.fromkeys(path_at_depth(path, depth) for path in scale))
        nominal = _nominal(at_depth, f"taxonomy:{depth}")
        found.append(reading_of(on_domain(cut, at_depth), nominal, target=per_depth.get(str(depth)), whole=False))
    return found


def _nominal(domain: tuple[Hashable, ...], level: str, *, n_categories: int | None = None) -> Scale:
    return Scale(
        level=level,
        domain=domain,
        n_categories=len(domain) if n_categories is None else n_categories,
        alphas=(levels.nominal(len(domain), name=level),) if len(domain) <= levels.MOST_DISTINCT else (),
    )


def _cut(path: Hashable, *, depth: int) -> Hashable:
    return path_at_depth(str(path), depth)


def _nominal_with_not_shown(ratings: Rated, scale: Scale) -> Reading:
    domain = (*scale.domain, Recoded.NOT_SHOWN)
    nominal = _nominal(domain, "nominal:not_shown", n_categories=scale.n_categories + 1)
    return reading_of(on_domain(ratings, domain), replace(nominal, of_kind=scale.kind), whole=False)


def on_domain(ratings: _Rated, domain: tuple[Hashable, ...]) -> _Rated:
    """Return the same ratings, coded by the values of ``domain`` in their order."""
    if ratings.domain == domain:
        return ratings
    code_of = {value: code for code, value in enumerate(domain)}
    outside = [value for value in ratings.domain if value not in code_of]
    if outside:
        raise ValueError(f"values outside the scale: {outside!r}")
    codes = np.asarray([*(code_of[value] for value in ratings.domain), MISSING], dtype=np.int64)
    return cast("_Rated", ratings.coded(domain, codes))  # mypy loses which of the two it is


def targets_by_name(target: Mapping[str, float], names: Sequence[str]) -> dict[str, float | None]:
    """Return the target of each depth or label that has one. Raise ValueError on names there are not."""
    unknown = [name for name in target if name not in names]
    if unknown:
        raise ValueError(f"targets for {unknown!r}, but there is only {list(names)!r}")
    return dict(target)
