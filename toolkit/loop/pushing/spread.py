"""Where sentences that are put into a round besides its own stand: evenly over it, and never inside an article.

Annotators read a round in its order, article after article. A sentence of another article in the middle of one would
say by its place that it is something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby, zip_longest

from toolkit.loop.pushing.design import PlannedSentence


def spread(
    planned: Sequence[PlannedSentence],
    added: Mapping[str, Sequence[PlannedSentence]],
    articles: Mapping[str, Sequence[str]],
) -> tuple[PlannedSentence, ...]:
    """Return the sentences planned, in their order, with those ``added`` (by article) among them.

    What follows on each other in an article stays together; an article's stretches come in reading order, with those
    of other articles between them. ``articles`` gives all sentences of every article, in reading order.
    """
    article_of = {each: article_id for article_id, ids in articles.items() for each in ids}
    named = [article_of[want.sentence_id] for want in planned]
    ends = [0, *(at for at in range(1, len(named)) if named[at] != named[at - 1]), len(named)]
    runs = list(_in_turn([list(_stretches(ids, articles[article_id])) for article_id, ids in added.items()]))
    before: dict[int, list[PlannedSentence]] = {}
    for number, run in enumerate(runs):
        even = (number + 0.5) / len(runs) * len(planned)
        end = min(ends, key=lambda at: abs(at - even))
        before.setdefault(end, []).extend(run)
    parts = ([*before.get(at, ()), *planned[at : at + 1]] for at in range(len(planned) + 1))
    return tuple(chain.from_iterable(parts))


def _stretches(chosen: Sequence[PlannedSentence], article: Sequence[str]) -> Iterator[list[PlannedSentence]]:
    """The chosen sentences of an article, those that follow on each other together.

    >>> chosen = [PlannedSentence(each, 1) for each in "bce"]
    >>> [[one.sentence_id for one in stretch] for stretch in _stretches(chosen, "abcde")]
    [['b', 'c'], ['e']]
    """
    place = {sentence_id: at for at, sentence_id in enumerate(article)}
    ordered = sorted(chosen, key=lambda one: place[one.sentence_id])
    for _, run in groupby(enumerate(ordered), key=lambda pair: place[pair[1].sentence_id] - pair[0]):
        yield [one for _, one in run]


def _in_turn(of_articles: Sequence[Sequence[list[PlannedSentence]]]) -> Iterator[list[PlannedSentence]]:
    """The first stretch of every article, then the second of each that has one, and so on."""
    for turn in zip_longest(*of_articles):
        yield from (run for run in turn if run is not None)
