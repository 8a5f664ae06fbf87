"""Rounds in which a question is asked again, because one of its categories became several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.codebook.migration.question_alone import question_alone
from toolkit.codebook.model import Codebook
from toolkit.loop.answers import annotations_of
from toolkit.loop.pushing.design import MAX_NAME, digest_of
from toolkit.study import annotators, answer_migrations, round_endings, round_names, rounds
from toolkit.study.answer_migrations import SplitRound
from toolkit.study.database import Database
from toolkit.study.records import Annotation
from toolkit.study.round_endings import State
from toolkit.study.rounds import Decision


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """A round that asks one question again: ``n_waiting`` answers wait for it, by ``annotators`` on ``n_sentences``.

    Each of the annotators is to code each of the sentences: the server gives sentences to people, not to a certain one.
    A round that was ended (``state``) is left as it is, and asks nothing until that is taken back.
    """

    round: str
    question: str
    n_waiting: int
    n_sentences: int
    annotators: tuple[str, ...]
    project_id: int | None = None
    link: str | None = None
    n_sent: int = 0
    state: State = "open"


def never_asked(database: Database, of_round: str, waiting: Mapping[str, Sequence[Annotation]]) -> dict[str, int]:
    """Return how many answers wait to each question that are by annotators who were removed.

    Nobody else can say what they would have chosen: these answers stay rejected, and count for nothing, unless the
    annotator is registered again.
    """
    asked = _of_registered(database, of_round, waiting)
    lost = {question: len(of) - len(asked.get(question, ())) for question, of in waiting.items()}
    return {question: n for question, n in lost.items() if n}


def _of_registered(
    database: Database, of_round: str, waiting: Mapping[str, Sequence[Annotation]]
) -> dict[str, list[Annotation]]:
    """What waits of annotators who can be asked."""
    there = {person.pseudonym for person in annotators.registered(database, round=of_round)}
    found = {question: [one for one in of if one.annotator in there] for question, of in waiting.items()}
    return {question: of for question, of in found.items() if of}


def planned_again(
    database: Database, of_round: str, sequence: int | None, waiting: Mapping[str, Sequence[Annotation]]
) -> tuple[AskedAgain, ...]:
    """Return the rounds that ask again what waits, those of this step that are there and those to be made.

    Only annotators who are registered are asked; see ``never_asked`` for the others.
    """
    waiting = _of_registered(database, of_round, waiting)
    there = {
        one.question: one.round
        for one in answer_migrations.split_rounds(database, of_round)
        if one.sequence == sequence
    }
    taken, found = set(round_names.ever_had(database)), []
    for question in dict.fromkeys((*waiting, *there)):
        name = there.get(question) or _free_name(of_round, question, taken)
        taken.add(name)
        of = waiting.get(question, ())
        sentences = {one.sentence_id for one in of}
        if question in there:
            sentences |= {entry.sentence_id for entry in rounds.ledger(database, name)}
        people = {one.annotator for one in of}
        people |= {one.pseudonym for one in annotators.registered(database) if name in one.rounds}
        state = round_endings.state(database, name)
        found.append(AskedAgain(name, question, len(of), len(sentences), tuple(sorted(people)), state=state))
    return tuple(found)


def make_rounds(
    database: Database,
    of_round: str,
    sequence: int,
    codebook: Codebook,
    waiting: Mapping[str, Sequence[Annotation]],
    planned: Sequence[AskedAgain],
) -> None:
    """Make the rounds as planned, register for each who is to code again, and add the sentences they lack.

    Every sentence is to have all of them, also those planned when they were others. Rounds that were ended are left as
    they are.
    """
    waiting = _of_registered(database, of_round, waiting)
    address = {person.pseudonym: person.email for person in annotators.registered(database)}
    order = {entry.sentence_id: place for place, entry in enumerate(rounds.ledger(database, of_round))}
    for one in planned:
        if one.state != "open":
            continue
        many = max(len(one.annotators), 1)
        if rounds.find(database, one.round) is None:
            alone, document = question_alone(codebook, one.question)
            listed = digest_of({each.sentence_id for each in waiting.get(one.question, ())})
            decision = Decision(many, sample="listed", sample_size=one.n_sentences, listed=listed)
            split = SplitRound(one.round, of_round, sequence, one.question)
            answer_migrations.create_split_round(database, split, decision, alone, document=document)
        annotators.register(database, [address[name] for name in one.annotators], round=one.round)
        have = {entry.sentence_id for entry in rounds.ledger(database, one.round)}
        new = {each.sentence_id for each in waiting.get(one.question, ())} - have
        wanted = sorted(new, key=lambda sentence_id: order.get(sentence_id, len(order)))
        rounds.plan(database, one.round, [(sentence_id, many) for sentence_id in wanted])
        by_others = _by_others(database, one)
        rounds.want(database, one.round, {each: many + by_others[each] for each in have | new})


def _by_others(database: Database, one: AskedAgain) -> Counter[str]:
    """How many annotations of each sentence count that are by people who are asked no more: they take a place, too."""
    coded = annotations_of(database, one.round, with_answers=False)
    return Counter(
        each.sentence_id for each in coded if each.excluded_because is None and each.annotator not in one.annotators
    )


def _free_name(of_round: str, question: str, taken: set[str]) -> str:
    """Return a name for the round that fits and is free: ``pilot-split-voice``."""
    full = f"{of_round}-split-{question}"
    name, number = full[:MAX_NAME].rstrip("-_"), 1
    while name in taken:
        number += 1
        name = f"{full[: MAX_NAME - 1 - len(str(number))].rstrip('-_')}-{number}"
    return name
