"""Coders' answers beside what was settled on them: what letters to coders and a review of the codebook rest on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

from toolkit.codebook.migration.translated import Step
from toolkit.loop.adjudication.carried_over import WasSplit, carried_value, steps_of_decisions
from toolkit.loop.adjudication.decisions import compared_value, decisions_of, settled_of
from toolkit.loop.answers import annotations_of
from toolkit.study import adjudications
from toolkit.study.adjudications import AskedAgain, Because
from toolkit.study.database import Database
from toolkit.study.decisions import Decision, Settled

_NAMED = (
    (re.compile(r"[^\s@,;<>()]+@[^\s@,;<>()]*[^\s@,;<>().:!?]"), "[address]"),
    (re.compile(r"\bannotator-[0-9a-f]{8}\b"), "[annotator]"),
    (re.compile(r"\b([Cc]oder|[Aa]nnotator)s? [A-Z]\d?\b"), "[coder]"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One coder's answer to a question of a sentence, as it stood when it was decided on, beside the decision."""

    sentence_id: str
    article_id: str
    question: str
    annotator: str
    given: Any
    """In the form JSON holds it, as ``decided``."""
    outcome: Literal["decided", "both_defensible"]
    decided: Any
    """None where both are defensible."""
    because: Because
    chance: float
    reason: str | None
    suggestions: tuple[str, ...]
    """What the codebook should say, in the adjudicators' words, without anybody's address, pseudonym or letter."""

    @property
    def stands(self) -> bool:
        """Whether the decision is the coder's answer."""
        return self.outcome == "decided" and compared_value(self.given) == compared_value(self.decided)

    @property
    def differs(self) -> bool:
        """Whether the decision is another answer."""
        return self.outcome == "decided" and not self.stands

    @property
    def drawn(self) -> bool:
        """Whether all coders had given one answer, and it was decided on all the same."""
        return self.because in {"sampled", "agreed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All answers of a round that were settled by a decision, in the order they were asked, and how many wait."""

    answers: tuple[Compared, ...]
    waiting: Mapping[str, Mapping[str, int]]
    """Answers asked about and not settled yet, by annotator and question."""
    taken_over: Mapping[tuple[str, str], Any]
    """Answers that all coders of a sentence gave, taken over unasked."""


def comparison(database: Database, of_round: str, name: str) -> Comparison:
    """Return the answers of a round beside what its adjudication, ``name``, settled; all as they read now.

    Of who was removed, and is not to count, nothing is left; nor of answers whose category became several since.
    """
    decisions = list(decisions_of(database, name))
    settled = settled_of(database, of_round)
    steps = steps_of_decisions(database, name)
    asked = [_as_it_reads_now(one, steps) if steps else one for one in adjudications.asked_again(database, name)]
    annotator_of = {
        one.annotation_id: one.annotator
        for one in annotations_of(database, of_round, with_answers=False)
        if one.excluded_because not in {"withdrawn", "not_registered"}
    }
    return Comparison(
        answers=tuple(compared_answers(asked, settled, decisions, annotator_of)),
        waiting=_waiting(asked, settled, annotator_of),
        taken_over={place: one.value for place, one in settled.items() if one.outcome == "agreed"},
    )


def compared_answers(
    asked: Iterable[AskedAgain],
    settled: Mapping[tuple[str, str], Settled],
    decisions: Iterable[Decision],
    annotator_of: Mapping[str, str],
) -> Iterator[Compared]:
    """Yield every coder's answer to what was asked again and is settled.

    Left out is who gave no answer, what a decision on another question made superfluous, and answers of an annotation
    that ``annotator_of`` does not name: it is gone.
    """
    said: dict[str, dict[str, None]] = {}
    article_of: dict[str, str] = {}
    for decision in decisions:
        article_of[decision.sentence_id] = decision.article_id
        if decision.excluded_because is None and decision.suggestion:
            said.setdefault(decision.sentence_id, {})[without_names(decision.suggestion)] = None
    for one in asked:
        found = settled.get((one.sentence_id, one.question))
        if found is None or found.outcome not in ("decided", "both_defensible"):
            continue
        for shown in one.shown:
            annotator = annotator_of.get(shown.annotation)
            if annotator is None or shown.status not in ("answered", "cannot_be_judged"):
                continue
            yield Compared(
                sentence_id=one.sentence_id,
                article_id=article_of[one.sentence_id],
                question=one.question,
                annotator=annotator,
                given=shown.value,
                outcome="decided" if found.outcome == "decided" else "both_defensible",
                decided=found.value,
                because=one.because,
                chance=one.chance,
                reason=found.reason,
                suggestions=tuple(sorted(said.get(one.sentence_id, ()))),
            )


def without_names(text: str) -> str:
    """Return what somebody wrote without addresses, pseudonyms and the letters that coders have on a page.

    >>> without_names("Coder B is right, see ana@example.org.")
    '[coder] is right, see [address].'
    """
    for pattern, instead in _NAMED:
        text = pattern.sub(instead, text)
    return text


def _as_it_reads_now(one: AskedAgain, steps: Sequence[Step]) -> AskedAgain:
    """The same with coders' answers carried over, without those of which nobody can say what they became."""
    shown = []
    for each in one.shown:
        with suppress(WasSplit):
            shown.append(replace(each, value=carried_value(one.question, each.value, steps)))
    return replace(one, shown=tuple(shown))


def _waiting(
    asked: Iterable[AskedAgain], settled: Mapping[tuple[str, str], Settled], annotator_of: Mapping[str, str]
) -> Mapping[str, Mapping[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for one in asked:
        place = settled.get((one.sentence_id, one.question))
        if place is not None and place.outcome != "agreed":
            continue
        for shown in one.shown:
            annotator = annotator_of.get(shown.annotation)
            if annotator is not None and shown.status in ("answered", "cannot_be_judged"):
                of_annotator = found.setdefault(annotator, {})
                of_annotator[one.question] = of_annotator.get(one.question, 0) + 1
    return found
