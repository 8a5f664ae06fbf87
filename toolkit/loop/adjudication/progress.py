"""How many sentences of an adjudication are decided on, without reading what was decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from toolkit.loop.answers import annotations_of
from toolkit.study import adjudications, rounds
from toolkit.study.database import Database


@dataclass(frozen=True, slots=True)
class AdjudicationProgress:
    """Sentences sent to be decided on, and those on which as many adjudicators decided as were to."""

    sentences: int
    done: int


def adjudication_progress(database: Database, of_round: str) -> AdjudicationProgress | None:
    """Return how far the adjudication of a round is, as of the last pull; None where there is none."""
    name = adjudications.find(database, of_round)
    if name is None:
        return None
    wanted = adjudications.design(database, name).per_sentence
    counted = (one for one in annotations_of(database, name, with_answers=False) if one.excluded_because is None)
    decided = Counter(one.sentence_id for one in counted)
    n_sentences = sum(1 for _ in rounds.ledger(database, name))
    return AdjudicationProgress(n_sentences, sum(n >= wanted for n in decided.values()))
