"""Who uses which category more or less than co-annotators do: what stands out, the furthest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from rich.console import RenderableType
from rich.text import Text

from toolkit.agreement.diagnosis.over_use import OverUse
from toolkit.files.wording import counted
from toolkit.terminal.agreement.tables import add, heading, rows_table
from toolkit.words.numbers import percent, points
from toolkit.words.reasons import Nouns, sentence_of

MOST_FINDINGS = 20
_ROUNDING = 1e-9


def over_use_parts(found: Sequence[OverUse], nouns: Nouns, *, one_each: bool) -> Iterator[RenderableType]:
    """Yield a row for each finding, and how many combinations were looked at; ``one_each`` says that an answer is one
    category, not a set of them.
    """
    if not found:
        return
    yield heading("Who uses what more or less", f"than co-annotators on the same {nouns.unit}s")
    flagged = [each for each in found if each.flagged is not None]
    looked_at = sum(1 for each in found if each.interval_undefined_because in {None, "no variation"})
    if not looked_at:
        reasons = dict.fromkeys(
            sentence_of(each.interval_undefined_because, nouns) for each in found if each.interval_undefined_because
        )
        yield Text(f"Cannot be told: {'; '.join(reasons)}.")
        return
    mirrored = _mirrored(flagged) if one_each else set()
    told = sorted(
        (each for place, each in enumerate(flagged) if place not in mirrored),
        key=lambda one: -abs(one.difference or 0.0),
    )
    if told:
        yield _table(told[:MOST_FINDINGS])
    if len(told) > MOST_FINDINGS:
        yield Text(f"The {MOST_FINDINGS} furthest of {len(told)} that stand out.", style="dim")
    n = f"{counted(len(found), 'combination')} of annotator and category"
    rest = "Nothing else stands out" if flagged else "Nobody stands out"
    yield Text(f"{rest} among {n}; intervals are widened for so many.")
    if mirrored:
        yield Text("Of two categories more of one is as much less of the other, which is not shown.", style="dim")
    if any(each.interval_unreliable for each in flagged):
        yield Text(f"!  Fewer than ten {nouns.cluster}s: little to learn a spread from.", style="dim")


def _mirrored(flagged: Sequence[OverUse]) -> set[int]:
    """The places of what is used less by exactly what the same annotator uses another category more.

    The shares of both add up to all there is, own and the others': nobody gave a third category.
    """
    of_annotator: defaultdict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(flagged):
        of_annotator[each.annotator].append(place)
    return {
        one if flagged[one].flagged == "under" else other
        for places in of_annotator.values()
        for one, other in combinations(places, 2)
        if _whole(flagged[one].own_share, flagged[other].own_share)
        and _whole(flagged[one].others_share, flagged[other].others_share)
    }


def _whole(share: float | None, other: float | None) -> bool:
    return share is not None and other is not None and abs(share + other - 1) < _ROUNDING


def _table(told: Sequence[OverUse]) -> RenderableType:
    table = rows_table(("annotator", "", "category"), ("own", "others", "points", "interval"))
    for each in told:
        if each.difference is None or each.ci_low is None or each.ci_high is None:
            continue
        mark = "!" if each.interval_unreliable else ""
        add(
            table,
            each.annotator,
            "more" if each.flagged == "over" else "less",
            each.category,
            percent(each.own_share),
            percent(each.others_share),
            points(each.difference),
            f"{points(each.ci_low)} … {points(each.ci_high)}{mark}",
        )
    return table
