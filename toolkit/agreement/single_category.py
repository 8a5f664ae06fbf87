"""What measures of one category at a time share: where there are categories to look at, and a cut for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from toolkit.agreement.figure import Figure
from toolkit.agreement.measures import Cut
from toolkit.agreement.reason import Reason
from toolkit.agreement.scale import Scale
from toolkit.files.arrays import BoolArray, FloatArray

MOST_CATEGORIES = 200
"""Categories beyond which nobody reads one number for each."""


def no_categories_to_take_apart(scale: Scale) -> str | None:
    """Return why the values have no categories that could be looked at one by one, or None where they have."""
    if len(scale.categories) > MOST_CATEGORIES:
        return Reason("more than {:,} categories", MOST_CATEGORIES)
    if scale.membership is not None:
        return None
    return "a label is marked or not" if scale.kind == "span" else "numbers have no categories"


def cut_of_each_category(
    scale: Scale,
    figure: Callable[[FloatArray], Figure],
    *,
    lowest: float = -1.0,
    tells: Callable[[FloatArray], BoolArray] | None = None,
) -> Iterator[Cut]:
    """Return one cut a category; its ``figure`` is made of a 1 for each value that names the category, else 0."""
    if scale.membership is None:
        return
    for name, names_it in zip(scale.categories, scale.membership.T, strict=True):
        yield Cut(figure=figure(names_it), level="nominal", lowest=lowest, tells=tells, category=name)
