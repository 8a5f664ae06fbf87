"""How common each category is: over all articles, by outlet and over time, each share with its interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from toolkit.agreement.estimate import Estimate
from toolkit.report.charts.dots import Dot, dots
from toolkit.report.charts.figure import Figure, spoken
from toolkit.report.charts.theme import BLUE, VERMILION
from toolkit.words.numbers import percent

GIVEN, TRULY = "as given", "corrected for known errors"
_KINDS = {GIVEN: (BLUE, "circle"), TRULY: (VERMILION, "square")}
MOST_PANELS = 6
"""Categories that parts are drawn of, the most common ones: the table has all."""


Called = Callable[[str | None], str]
"""What a category is called in a picture that is made to be shown."""


def shares(
    question: str, given: Sequence[Estimate], corrected: Sequence[Estimate], called: Called, *, name: str
) -> Figure | None:
    """Return the picture over all articles; None where nothing was given."""
    both = [(GIVEN, one) for one in given] + [(TRULY, one) for one in corrected]
    shown = [(kind, one) for kind, one in both if one.value is not None]
    if not shown:
        return None
    order = [one.category for one in given]
    shown.sort(key=lambda each: (order.index(each[1].category), each[0] == TRULY))
    return Figure(
        name=f"{name}-shares",
        title=f"{question}: how common each category is",
        says=spoken(f"{called(one.category)}: {percent(one.value)}." for kind, one in shown if kind == GIVEN),
        drawing=dots(
            [
                Dot(row=called(one.category), kind=kind, value=one.value, low=one.ci_low, high=one.ci_high)
                for kind, one in shown
            ],
            axis="share of the answers",
            zero=True,
            percent=True,
            kinds=_KINDS if any(kind == TRULY for kind, _ in shown) else None,
        ),
    )


def shares_by_outlet(question: str, given: Sequence[Estimate], called: Called, *, name: str) -> Figure | None:
    """Return a panel for each category, a row for each outlet."""
    shown = [one for one in given if one.value is not None]
    categories = most_common(shown)
    if not categories:
        return None
    return Figure(
        name=f"{name}-by-outlet",
        title=f"{question}: how common each category is, outlet by outlet{of_how_many(shown)}",
        says=spoken(f"{one.group}, {called(one.category)}: {percent(one.value)}." for one in shown),
        drawing=dots(
            [
                Dot(row=one.group or "", panel=called(category), value=one.value, low=one.ci_low, high=one.ci_high)
                for category in categories
                for one in shown
                if one.category == category
            ],
            axis="share of the answers",
            zero=True,
            columns=3,
            percent=True,
        ),
    )


def most_common(estimates: Sequence[Estimate]) -> list[str]:
    """Return the categories that parts are drawn of, in their order: those with most answers over all parts."""
    answers: dict[str, float] = {}
    for one in estimates:
        name = one.category or ""
        answers[name] = answers.get(name, 0.0) + (one.value or 0.0) * one.n_values
    chosen = sorted(answers, key=lambda name: -answers[name])[:MOST_PANELS]
    return [name for name in answers if name in chosen and answers[name]]


def of_how_many(estimates: Sequence[Estimate]) -> str:
    """Return what to say where not every category is drawn."""
    n = len({one.category for one in estimates if one.value})
    return f" (the {MOST_PANELS} most common of {n})" if n > MOST_PANELS else ""
