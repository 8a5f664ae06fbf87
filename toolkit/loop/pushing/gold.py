"""Gold in a round: sentences with known answers, so many that they are a share of what each annotator sees.

Everybody registered codes each of them, whoever codes the rest. Some are in the round in any case and stay where they
are; the others are spread over it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.errors import UsageError
from toolkit.files.wording import counted
from toolkit.loop.pushing.design import PlannedSentence
from toolkit.loop.pushing.spread import spread
from toolkit.study import annotators, rounds
from toolkit.study.database import Database
from toolkit.study.gold_sentences import gold_of
from toolkit.study.rounds import Decision
from toolkit.study.sampling import draw_sentences

Sentences = Mapping[str, Sequence[str]]
"""Ids of sentences by article, both in reading order."""


@dataclass(frozen=True, slots=True)
class Everybody:
    """Who codes gold: how many are registered, and how many annotators a gold sentence wants."""

    n_registered: int
    n_wanted: int

    @classmethod
    def of(cls, decision: Decision, n_registered: int, *, round_name: str) -> Everybody:
        """Return everybody registered for the round, or as many as its other sentences want if that is more.

        Raise ``UsageError`` where nobody is registered.
        """
        if not n_registered:
            raise UsageError(
                f"gold goes to everybody registered for round {round_name!r}, and nobody is",
                todo="Register the annotators first: `add_annotators(EMAIL…)`.",
            )
        most = max(decision.annotators_per_sentence, decision.reliability_annotators or 0)
        return cls(n_registered, max(n_registered, most))


def with_gold(
    planned: Sequence[PlannedSentence],
    decision: Decision,
    articles: Sentences,
    known: Collection[str],
    everybody: Everybody,
    *,
    round_name: str,
    drawn_as: str,
    as_far_as_it_goes: bool = False,
) -> tuple[PlannedSentence, ...]:
    """Return the sentences planned with gold among them, drawn from the ``known`` ones as every sample of sentences is.

    ``drawn_as`` is the name the round was made under, with which its samples are drawn.
    Raise ``UsageError`` where too few are known, unless it is to go as far as they do.
    """
    share = decision.gold or 0.0
    have = {article_id: [each for each in ids if each in known] for article_id, ids in articles.items()}
    have = {article_id: ids for article_id, ids in have.items() if ids}
    n_known = sum(map(len, have.values()))

    def drawn(n: int) -> Mapping[str, list[str]]:
        sizes = {article_id: len(ids) for article_id, ids in have.items()}
        places = draw_sentences(sizes, n, seed=decision.seed, purpose=f"{drawn_as}:gold")
        return {article_id: [have[article_id][at - 1] for at in positions] for article_id, positions in places.items()}

    def needed(n: int) -> int:
        """How many there should be where n are drawn: of those that are planned, the fewer others are left."""
        gold = {each for ids in drawn(n).values() for each in ids}
        others = sum(
            min(1.0, one.annotators / everybody.n_registered) for one in planned if one.sentence_id not in gold
        )
        return max(1, round(share / (1 - share) * others))

    low, high = 1, n_known + 1  # the least n that is enough; one more drawn never needs more
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if middle >= needed(middle) else (middle + 1, high)
    if low > n_known:
        if not as_far_as_it_goes:
            raise UsageError(
                f"{100 * share:.3g} % of what each annotator sees in round {round_name!r} are "
                f"{counted(needed(n_known), 'sentence')}, and the answers of {n_known:,} are known",
                todo="Add known answers to gold.csv, or choose a smaller `gold=`.",
            )
        low = n_known
    return _put_in(planned, drawn(low), articles, everybody.n_wanted) if low else tuple(planned)


def _put_in(
    planned: Sequence[PlannedSentence], drawn: Mapping[str, Sequence[str]], articles: Sentences, n_wanted: int
) -> tuple[PlannedSentence, ...]:
    gold = {each for ids in drawn.values() for each in ids}
    there = {one.sentence_id for one in planned}
    raised = [
        replace(one, annotators=max(one.annotators, n_wanted), gold=True) if one.sentence_id in gold else one
        for one in planned
    ]
    added = {
        article_id: [PlannedSentence(each, n_wanted, gold=True, planned=False) for each in ids if each not in there]
        for article_id, ids in drawn.items()
    }
    return spread(raised, {article_id: new for article_id, new in added.items() if new}, articles)


def n_alone(planned: Sequence[PlannedSentence], articles: Sentences) -> int:
    """Return how many of the sentences that only gold brings in come without the rest of their article."""
    here = {one.sentence_id for one in planned}
    alone = {each for ids in articles.values() if not here.issuperset(ids) for each in ids}
    return sum(1 for one in planned if not one.planned and one.sentence_id in alone)


def gold_to_come(database: Database, round_name: str) -> Mapping[str, int]:
    """Return gold sentences of the round that want fewer annotators than are registered now, and how many they should.

    Somebody was registered since they were planned.
    """
    gold = gold_of(database, round_name).every
    if not gold:
        return {}
    n = len(annotators.registered(database, round=round_name))
    entries = rounds.ledger(database, round_name)
    return {one.sentence_id: n for one in entries if one.sentence_id in gold and one.annotators_wanted < n}
