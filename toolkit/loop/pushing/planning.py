"""What a push is about to do: design, sentences and counts, decided from the study before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from toolkit.codebook.model import Codebook
from toolkit.errors import UsageError
from toolkit.files.wording import counted
from toolkit.loop.agreement.known_file import known_answers
from toolkit.loop.pushing.design import Design, PlannedSentence, PushPlan, choose, decide
from toolkit.loop.pushing.earlier import (
    earlier_rounds,
    repeatable,
    to_choose_from,
    what_was_earlier,
    with_repeats,
    without_repeats,
)
from toolkit.loop.pushing.gold import Everybody, gold_to_come, n_alone, with_gold
from toolkit.loop.pushing.listed import listed_sentences
from toolkit.study import annotators, articles, escalations, rounds
from toolkit.study.blindness import ASK_THEM
from toolkit.study.database import Database
from toolkit.study.gold_sentences import GoldSentences, gold_of
from toolkit.study.rounds import Decision, Round


def plan_push(
    database: Database,
    codebook: Codebook,
    found: Round | None,
    *,
    round_name: str,
    design: Design,
    gold_file: Path,
    apart: bool = False,
) -> tuple[PushPlan, tuple[PlannedSentence, ...]]:
    """Return the plan of a push, and the sentences it adds to the round, in the round's order.

    ``gold_file`` is where the study keeps known answers; ``apart`` says that the server keeps annotators apart.

    Raise ``UsageError`` for a design that cannot be, or
    contradicts the round's, and ``BadInput`` for a list of ids, or known answers, with faults.
    """
    n_registered = len(annotators.registered(database, round=round_name))
    by_article: dict[str, list[str]] = {}
    for sentence in articles.sentences(database):
        by_article.setdefault(sentence.article_id, []).append(sentence.sentence_id)
    earlier = earlier_rounds(database, round_name)
    listed = listed_sentences(design.ids, by_article) if design.ids is not None and by_article else ()
    decision = decide(
        design,
        found=found,
        n_registered=n_registered,
        round_name=round_name,
        earlier=tuple(earlier),
        listed=listed,
    )
    if not by_article:
        raise UsageError("the study has no articles yet", todo="Take some in with `intercoder add PATH…`.")
    ledger = list(rounds.ledger(database, round_name)) if found is not None else []
    planned = {entry.sentence_id: entry.annotators_wanted for entry in ledger}
    again = repeatable(database, decision.repeat_of, by_article)
    frame = to_choose_from(decision, by_article, earlier, listed=listed or planned, again=again)
    # A sample is drawn with the name the round was made under: another name draws no other sample.
    drawn_as = found.first_name if found is not None else round_name
    wanted = choose(without_repeats(decision), frame, frozenset(planned), round_name=drawn_as)
    if decision.share is not None and not planned:
        wanted = with_repeats(wanted, decision, by_article, again, round_name=round_name, drawn_as=drawn_as)
    if not planned and not wanted:
        raise UsageError(f"there is nothing to push in round {round_name!r}", todo=_nothing_because(decision))
    if decision.gold is not None and wanted:
        everybody = Everybody.of(decision, n_registered, round_name=round_name)
        known = {each for of in known_answers(gold_file, codebook, _all(by_article)).values() for each in of}
        wanted = with_gold(
            wanted,
            decision,
            by_article,
            known - planned.keys(),
            everybody,
            round_name=round_name,
            drawn_as=drawn_as,
            as_far_as_it_goes=bool(planned),
        )
    everything = planned | {want.sentence_id: want.annotators for want in wanted}
    gold, by_design = _gold(database, round_name, wanted), escalations.wanted_by_design(database, round_name)
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
            1
            for sentence_id, n in everything.items()
            if decision.reliability_annotators
            and by_design.get(sentence_id, n) == decision.reliability_annotators
            and sentence_id not in gold.every
        ),
        n_new=len(everything) - sum(1 for entry in ledger if entry.remote_id is not None),
        n_repeats=0 if decision.share is None else len((everything.keys() - gold.only) & _all(again)),
        n_gold=len(gold.every),
        n_only_gold=len(gold.only),
        earlier=tuple(what_was_earlier(everything, earlier)),
        notes=(
            *_notes(decision, frame, outside=outside, n_registered=n_registered),
            *_notes_on_gold(
                decision, wanted, by_article, gold_to_come(database, round_name), is_new=found is None, apart=apart
            ),
        ),
    ), wanted


def _all(articles: Mapping[str, Sequence[str]]) -> frozenset[str]:
    return frozenset(each for ids in articles.values() for each in ids)


def _gold(database: Database, round_name: str, wanted: Sequence[PlannedSentence]) -> GoldSentences:
    """What gold the round has, with what it is to get."""
    before = gold_of(database, round_name)
    return GoldSentences(
        before.every | {want.sentence_id for want in wanted if want.gold},
        before.only | {want.sentence_id for want in wanted if not want.planned},
    )


def _nothing_because(decision: Decision) -> str:
    if decision.fresh:
        return "Every article is in an earlier round: add others with `intercoder add PATH…`."
    return f"Round {decision.repeat_of!r} has no sentence." if decision.repeat_of else ""


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


def _notes_on_gold(
    decision: Decision,
    wanted: Sequence[PlannedSentence],
    articles: Mapping[str, Sequence[str]],
    to_come: Mapping[str, int],
    *,
    is_new: bool,
    apart: bool,
) -> Iterator[str]:
    if decision.gold is None:
        return
    if is_new and not apart:
        yield f"gold is hidden on the page only. {ASK_THEM.removesuffix('.')}"
    if (alone := n_alone(wanted, articles)) > 0:
        yield (
            f"{counted(alone, 'gold sentence')} come without the rest of their article, which an attentive reader "
            "may notice"
        )
    if to_come:
        yield (
            f"{counted(len(to_come), 'gold sentence')} want {max(to_come.values())} annotators now: somebody was "
            "registered since they were planned"
        )
    if not is_new and wanted and not any(want.gold for want in wanted):
        yield "no gold comes with the articles added since: no answers are known beyond those in the round"
