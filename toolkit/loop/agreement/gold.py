"""Annotations of sentences that are in a round only because their answers are known: left out, unless asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from toolkit.codebook.model import Codebook
from toolkit.loop.agreement.known import Held
from toolkit.loop.agreement.questions import GroupOf, coded_question, counted_answers
from toolkit.study.records import GOLD, Annotation


def counting_gold(annotations: Iterable[Annotation]) -> Sequence[Annotation]:
    """Return the annotations with those left out only for being gold as ones that count."""
    return [replace(one, excluded_because=None) if one.excluded_because == GOLD else one for one in annotations]


def only_gold(annotations: Iterable[Annotation]) -> frozenset[str]:
    """Return the sentences whose annotations are left out only for being gold."""
    return frozenset(one.sentence_id for one in annotations if one.excluded_because == GOLD)


def held_against(
    annotations: Iterable[Annotation],
    codebook: Codebook,
    by: GroupOf,
    *,
    clustered: bool,
    of_annotators: AbstractSet[str],
) -> Held | None:
    """Return the questions of a round with the answers to gold as well; None where nothing is in it only for that."""
    units = only_gold(annotations)
    if not units:
        return None
    found = counted_answers(counting_gold(annotations), codebook, by=by)
    measured = [one for one in codebook.measured() if one.level != "span"]  # spans have no known answers
    return Held(
        [coded_question(one, found, clustered=clustered, texts={}, of_annotators=of_annotators) for one in measured],
        units,
    )
