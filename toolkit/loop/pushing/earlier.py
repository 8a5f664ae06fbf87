"""What earlier rounds have to do with a round: what it may choose from, what it repeats, what it has of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from toolkit.errors import UsageError
from toolkit.files.wording import counted
from toolkit.loop.pushing.design import EarlierRound, PlannedSentence
from toolkit.loop.pushing.spread import spread
from toolkit.study import rounds
from toolkit.study.database import Database
from toolkit.study.gold_sentences import gold_of
from toolkit.study.rounds import Decision
from toolkit.study.sampling import draw_sentences

Sentences = Mapping[str, Sequence[str]]
"""Ids of sentences by article, both in reading order."""


def earlier_rounds(database: Database, round_name: str) -> Mapping[str, Sentences]:
    """Return the sentences of every round before this one (of all, where it is new), oldest round first.

    A round that was discarded is one of them: people have seen its sentences.
    """
    names = rounds.names(database, discarded=True)
    before = names[: names.index(round_name)] if round_name in names else names
    return {name: _by_article(database, name) for name in before}


def _by_article(database: Database, round_name: str) -> Sentences:
    found: dict[str, list[str]] = {}
    for entry in rounds.ledger(database, round_name):
        found.setdefault(entry.article_id, []).append(entry.sentence_id)
    return found


def to_choose_from(
    decision: Decision,
    articles: Sentences,
    earlier: Mapping[str, Sentences],
    *,
    listed: Collection[str],
    again: Sentences,
) -> Sentences:
    """Return what of the study's ``articles`` a round of this design may have, hidden repeats left aside.

    ``again`` are the sentences of the round it repeats.
    """
    if decision.listed is not None:
        return _only(articles, frozenset(listed))
    if decision.fresh:
        known = {article_id for of_round in earlier.values() for article_id in of_round}
        return {article_id: ids for article_id, ids in articles.items() if article_id not in known}
    return articles if decision.repeat_of is None else again


def repeatable(database: Database, name: str | None, articles: Sentences) -> Sentences:
    """Return the sentences of an earlier round, in reading order; without those that only gold brought into it."""
    if name is None:
        return {}
    gold = gold_of(database, name).only
    entries = rounds.ledger(database, name)
    return _only(articles, frozenset(one.sentence_id for one in entries if one.sentence_id not in gold))


def _only(articles: Sentences, wanted: Collection[str]) -> Sentences:
    chosen = {article_id: [each for each in ids if each in wanted] for article_id, ids in articles.items()}
    return {article_id: ids for article_id, ids in chosen.items() if ids}


def without_repeats(decision: Decision) -> Decision:
    """Return the design of what is new in a round with hidden repeats: ``sentences`` sizes both together."""
    if decision.share is None or decision.sample != "sentences" or decision.sample_size is None:
        return decision
    return replace(decision, sample_size=decision.sample_size - _of_all(decision.share, decision.sample_size))


def with_repeats(
    new: Sequence[PlannedSentence],
    decision: Decision,
    articles: Sentences,
    again: Sentences,
    *,
    round_name: str,
    drawn_as: str,
) -> tuple[PlannedSentence, ...]:
    """Return the sentences of a round with those of an earlier one (``again``) hidden among its new ones.

    They are drawn as every sample of sentences is, in whole articles but for two, and stand between articles, evenly
    over the round. ``drawn_as`` is the name the round was made under. Raise ``UsageError`` where nothing is new, or the
    earlier round has too few.
    """
    share, size = decision.share or 0.0, decision.sample_size or 0
    planned_new = without_repeats(decision).sample_size
    full = decision.sample == "sentences" and len(new) == planned_new
    n = size - len(new) if full else max(1, round(share / (1 - share) * len(new)))
    if not new:
        raise UsageError(
            f"round {round_name!r} would have no new sentence to hide repeats among",
            todo="Every article is in an earlier round, or the round is too small: add articles, or change its size.",
        )
    have = sum(map(len, again.values()))
    if n > have:
        raise UsageError(
            f"{100 * share:.3g} % of round {round_name!r} would be {counted(n, 'sentence')} of round "
            f"{decision.repeat_of!r}, which has {have:,}",
            todo="Choose a smaller `share=`, or a smaller round.",
        )
    sizes = {article_id: len(ids) for article_id, ids in again.items()}
    drawn = draw_sentences(sizes, n, seed=decision.seed, purpose=f"{drawn_as}:repeats")
    annotators = decision.annotators_per_sentence
    added = {
        article_id: [PlannedSentence(again[article_id][at - 1], annotators) for at in positions]
        for article_id, positions in drawn.items()
    }
    return spread(new, added, articles)


def _of_all(share: float, size: int) -> int:
    return max(1, round(share * size))


def what_was_earlier(sentence_ids: Collection[str], earlier: Mapping[str, Sentences]) -> Iterator[EarlierRound]:
    """Yield how many of these sentences were in each earlier round, and of how many articles."""
    for name, of_round in earlier.items():
        both = [sum(1 for each in ids if each in sentence_ids) for ids in of_round.values()]
        yield EarlierRound(name, n_sentences=sum(both), n_articles=sum(1 for n in both if n))
