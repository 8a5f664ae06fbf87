"""Accept agreed: answers all coders gave are taken over as settled, without asking anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.errors import Fault, UsageError
from toolkit.loop.adjudication.carried_over import agreed_now, refuse_migrated
from toolkit.loop.adjudication.coded import coded_sentences
from toolkit.loop.adjudication.queue import agreed_values
from toolkit.loop.answers import codebook_of
from toolkit.loop.rounds.meant import round_meant
from toolkit.study import adjudications
from toolkit.study.folder import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedAgreed:
    """How many answers were taken over now, by question, and how many were before."""

    round: str
    accepted: Mapping[str, int]
    n_before: int


def accept_agreed(study: Study, *, round_name: str | None = None, questions: Sequence[str] = ()) -> AcceptedAgreed:
    """Take over every answer that all coders of a sentence gave, at least two of them; again only what is new.

    What is being decided on is left to whoever decides, and sentences that are to have more coders wait. Raise
    ``UsageError`` for a question that is not measured.
    """
    with study.locked(), study.database() as database:
        of_round = round_meant(database, round_name)
        codebook = codebook_of(database, of_round)
        measured = [one.id for one in codebook.measured()]
        if strange := [each for each in questions if each not in measured]:
            faults = [Fault(each, "is no measured question") for each in strange]
            raise UsageError(
                "these answers cannot be accepted", faults=faults, todo=f"There is: {', '.join(measured)}."
            )
        name = adjudications.find(database, of_round)
        refuse_migrated(database, of_round, name)
        asked = (
            {(one.sentence_id, one.question) for one in adjudications.asked_again(database, name)} if name else set()
        )
        before = agreed_now(database, of_round)
        found: dict[tuple[str, str], object] = {}
        sentences, short = coded_sentences(database, of_round)
        for sentence_id, coded in sentences.items():
            for question, value in agreed_values(coded, codebook, questions or measured):
                place = sentence_id, question
                if place not in asked and place not in before and sentence_id not in short:
                    found[place] = value
        adjudications.take_over(database, of_round, found)
        counts = Counter(question for _, question in found)
        return AcceptedAgreed(
            round=of_round,
            accepted={question: counts[question] for question in measured if counts[question]},
            n_before=len(before),
        )
