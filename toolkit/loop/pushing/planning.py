"""What a push is about to do: design, sentences and counts, decided from the study before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toolkit.codebook.model import Codebook
from toolkit.errors import UsageError
from toolkit.loop.pushing.design import Design, PlannedSentence, PushPlan, choose, decide
from toolkit.loop.pushing.earlier import (
    earlier_rounds,
    repeatable,
    to_choose_from,
    what_was_earlier,
    with_repeats,
    without_repeats,
)
from toolkit.loop.pushing.listed import listed_sentences
from toolkit.study import annotators, articles, rounds
from toolkit.study.database import Database
from toolkit.study.rounds import Decision, Round


def plan_push(
    database: Database, codebook: Codebook, found: Round | None, *, round_name: str, design: Design
) -> tuple[PushPlan, tuple[PlannedSentence, ...]]:
    """Return the plan of a push, and the sentences it adds to the round, in the round's order.

    Raise ``UsageError`` for a design that cannot be, or contradicts the round's, and ``BadInput`` for a list of ids
    with faults.
    """
    registered = annotators.registered(database, round=round_name)
    by_article: dict[str, list[str]] = {}
    for sentence in articles.sentences(database):
        by_article.setdefault(sentence.article_id, []).append(sentence.sentence_id)
    earlier = earlier_rounds(database, round_name)
    listed = listed_sentences(design.ids, by_article) if design.ids is not None and by_article else ()
    decision = decide(
        design,
        found=found,
        n_registered=len(registered),
        round_name=round_name,
        earlier=tuple(earlier),
        listed=listed,
    )
    if not by_article:
        raise UsageError("the study has no articles yet", todo="Take some in with `intercoder add PATH…`.")
    ledger = list(rounds.ledger(database, round_name)) if found is not None else []
    planned = {entry.sentence_id: entry.annotators_wanted for entry in ledger}
    frame = to_choose_from(decision, by_article, earlier, listed or planned)
    wanted = choose(without_repeats(decision), frame, frozenset(planned), round_name=round_name)
    if decision.share is not None and not planned:
        again = repeatable(decision.repeat_of or "", by_article, earlier)
        wanted = with_repeats(wanted, decision, by_article, again, round_name=round_name)
    everything = planned | {want.sentence_id: want.annotators for want in wanted}
    if not everything:
        raise UsageError(f"there is nothing to push in round {round_name!r}", todo=_nothing_because(decision))
    outside = found is not None and bool(set(frame) - {entry.article_id for entry in ledger})
    return PushPlan(
        round=round_name,
        new_round=found is None,
        decision=decision,
        codebook=f"{codebook.name} {codebook.version}",
        codebook_hash=codebook.hash,
        n_articles=sum(any(sentence_id in everything for sentence_id in ids) for ids in by_article.values()),
        n_sentences=len(everything),
        n_reliability_sentences=sum(
            1 for n in everything.values() if decision.reliability_annotators and n == decision.reliability_annotators
        ),
        n_new=len(everything) - sum(1 for entry in ledger if entry.remote_id is not None),
        n_repeats=_n_repeats(decision, everything, earlier),
        earlier=tuple(what_was_earlier(everything, earlier)),
        notes=tuple(_notes(decision, frame, outside=outside, n_registered=len(registered))),
    ), wanted


def _nothing_because(decision: Decision) -> str:
    if decision.fresh:
        return "Every article is in an earlier round: add others with `intercoder add PATH…`."
    return f"Round {decision.repeat_of!r} has no sentence." if decision.repeat_of else ""


def _n_repeats(
    decision: Decision, everything: Mapping[str, int], earlier: Mapping[str, Mapping[str, Sequence[str]]]
) -> int:
    if decision.share is None or decision.repeat_of is None:
        return 0
    return sum(1 for ids in earlier.get(decision.repeat_of, {}).values() for each in ids if each in everything)


def _notes(
    decision: Decision, frame: Mapping[str, Sequence[str]], *, outside: bool, n_registered: int
) -> Iterator[str]:
    drawn_from = without_repeats(decision)
    if decision.sample_size is not None and drawn_from.sample_size is not None:
        have = len(frame) if decision.sample == "articles" else sum(map(len, frame.values()))
        if drawn_from.sample_size > have:
            whose = "the study has only" if decision.repeat_of is None else f"round {decision.repeat_of} has only"
            if decision.fresh:
                whose = "of articles in no earlier round there are only"
            yield f"{whose} {have} {decision.sample}: all of them are taken"
    if decision.sample in {"articles", "sentences"} and outside:
        yield "a sample once drawn stays as it is: articles outside it are not pushed"
    most = max(decision.annotators_per_sentence, decision.reliability_annotators or 0)
    if n_registered < most:
        yield f"{n_registered} annotators are registered for this round; some sentences want {most}"
    if decision.repeat_of is not None and decision.annotators_per_sentence < n_registered:
        yield (
            f"Label Studio gives a repeated sentence to any {decision.annotators_per_sentence} of {n_registered} "
            f"annotators: only those who coded it in round {decision.repeat_of} as well are compared with themselves"
        )
