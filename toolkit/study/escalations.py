"""Escalations: sentences that are to have an annotator more, what was expected of it, and how they stood before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from toolkit.study.database import Database, now
from toolkit.study.soundness import damaged

Rule = Literal["dawid-skene", "vote"]
"""By what a label is decided: the likeliest category under the model, or the most frequent answer."""


@dataclass(frozen=True, slots=True)
class EscalationDesign:
    """What was asked for: at most ``budget`` annotations more, none that is expected to gain less than
    ``least_gain``.
    """

    rule: Rule
    questions: tuple[str, ...]
    budget: int
    least_gain: float
    seed: int


@dataclass(frozen=True, slots=True)
class EscalatedLabel:
    """The label of one question on a sentence when the escalation was planned, and what was expected to become of it.

    ``label`` is None where it was a tie; ``certainty`` is how probably it was right, as the model had it, and 0 of a
    tie. ``gain`` is the expected rise of that, ``change`` the probability that the label is another one once every
    annotator more has answered.
    """

    question: str
    label: str | None
    certainty: float
    gain: float
    change: float


@dataclass(frozen=True, slots=True)
class EscalatedSentence:
    """A sentence that is to have ``more`` annotators more than the ``coded_before`` that had coded it."""

    sentence_id: str
    wanted_before: int
    coded_before: int
    more: int
    gain: float
    labels: tuple[EscalatedLabel, ...]

    def n_in(self, n_coded: int) -> int:
        """Return how many of the annotations asked for are in, where so many count on the sentence now."""
        return min(self.more, max(0, n_coded - self.coded_before))


@dataclass(frozen=True, slots=True)
class Escalation:
    """One escalation of a round, numbered from 1; ``applied_at`` is None until Label Studio has all of it.

    Its labels are in the codes of the codebook ``version`` of the round, counted from 1, under which it was planned.
    """

    round: str
    sequence: int
    version: int
    design: EscalationDesign
    planned_at: str
    applied_at: str | None
    sentences: tuple[EscalatedSentence, ...]

    @property
    def n_annotations(self) -> int:
        """How many annotations more it asks for."""
        return sum(sentence.more for sentence in self.sentences)


def record(database: Database, round: str, design: EscalationDesign, sentences: Sequence[EscalatedSentence]) -> int:
    """Record an escalation and have the ledger want as many annotators: both or neither. Return its number."""
    with database.transaction() as connection:
        query = "SELECT coalesce(max(sequence), 0) + 1 FROM escalations WHERE round = ?"
        sequence = int(connection.execute(query, (round,)).fetchone()[0])
        connection.execute(
            "INSERT INTO escalations SELECT ?, ?, max(sequence), ?, ?, NULL FROM round_codebooks WHERE round = ?",
            (round, sequence, json.dumps(asdict(design)), now(), round),
        )
        connection.executemany(
            "INSERT INTO escalated_sentences VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(round, sequence, s.sentence_id, s.wanted_before, s.coded_before, s.more, s.gain) for s in sentences],
        )
        connection.executemany(
            "INSERT INTO escalated_labels VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (round, sequence, s.sentence_id, one.question, one.label, one.certainty, one.gain, one.change)
                for s in sentences
                for one in s.labels
            ],
        )
        connection.executemany(
            "UPDATE ledger SET annotators_wanted = ? WHERE round = ? AND sentence_id = ?",
            [(s.coded_before + s.more, round, s.sentence_id) for s in sentences],
        )
    return sequence


def mark_applied(database: Database, round: str, sequence: int) -> None:
    """Record that Label Studio has all of an escalation."""
    with database.transaction() as connection:
        connection.execute(
            "UPDATE escalations SET applied_at = ? WHERE round = ? AND sequence = ?", (now(), round, sequence)
        )


def of_round(database: Database, round: str) -> tuple[Escalation, ...]:
    """Return the escalations of a round, oldest first."""
    labels: dict[tuple[int, str], list[EscalatedLabel]] = {}
    query = "SELECT * FROM escalated_labels WHERE round = ? ORDER BY sequence, sentence_id, rowid"
    for row in database.rows(query, (round,)):
        one = EscalatedLabel(row["question"], row["label"], row["certainty"], row["gain"], row["change"])
        labels.setdefault((row["sequence"], row["sentence_id"]), []).append(one)
    sentences: dict[int, list[EscalatedSentence]] = {}
    for row in database.rows("SELECT * FROM escalated_sentences WHERE round = ? ORDER BY sequence, rowid", (round,)):
        sentences.setdefault(row["sequence"], []).append(
            EscalatedSentence(
                sentence_id=row["sentence_id"],
                wanted_before=row["wanted_before"],
                coded_before=row["coded_before"],
                more=row["more"],
                gain=row["gain"],
                labels=tuple(labels.get((row["sequence"], row["sentence_id"]), ())),
            )
        )
    query = "SELECT * FROM escalations WHERE round = ? ORDER BY sequence"
    return tuple(
        Escalation(
            round=round,
            sequence=row["sequence"],
            version=row["version"],
            design=_design(database, round, row["design"]),
            planned_at=row["planned_at"],
            applied_at=row["applied_at"],
            sentences=tuple(sentences.get(row["sequence"], ())),
        )
        for row in database.rows(query, (round,))
    )


def wanted_by_design(database: Database, round: str) -> dict[str, int]:
    """Return how many annotators sentences that were escalated were to have before they were."""
    query = "SELECT sentence_id, wanted_before FROM escalated_sentences WHERE round = ? ORDER BY sequence DESC"
    return {row["sentence_id"]: row["wanted_before"] for row in database.rows(query, (round,))}


def _design(database: Database, round: str, written: str) -> EscalationDesign:
    try:
        read = json.loads(written)
        return EscalationDesign(**(read | {"questions": tuple(read["questions"])}))
    except (TypeError, ValueError, KeyError):
        raise damaged(database.path, f"an escalation of round {round!r} cannot be read") from None
