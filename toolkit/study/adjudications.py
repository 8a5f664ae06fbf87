"""Adjudications: rounds in which people decide on the answers of another round, and what was taken over unasked.

What an adjudicator is shown is kept as it was when the sentence was queued: coders may edit their answers afterwards,
and a decision is to be read beside what it was made on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any, Final, Literal

from toolkit.codebook.model import Codebook
from toolkit.study import round_names, rounds
from toolkit.study.database import Database, now
from toolkit.study.rounds import Decision
from toolkit.study.soundness import damaged

Where = Literal["split", "tie", "all"]
Because = Literal["split", "tie", "follows", "agreed", "sampled"]
"""Why a question was asked again: coders differed, with a most frequent answer or without; it is asked only after
another question that is in dispute, and was put to too few of them; all agreed, and everything was to be decided on;
all agreed, and the sentence was drawn."""


_JSON: Final = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjudicationDesign:
    """How a round is adjudicated. Frozen when it starts, as the design of a round is."""

    questions: tuple[str, ...]
    """Questions that are decided on, in codebook order."""
    where: Where = "split"
    sample: float = 0.0
    """Share of the sentences whose agreed answers are asked again."""
    per_sentence: int = 1
    """How many adjudicators decide on each sentence, each for themselves."""
    prefill: Literal["majority"] | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One coder's answer as an adjudicator is shown it; which letter it has follows from its place."""

    annotation: str
    """The annotation's name."""
    status: str
    value: Any
    """As in ``Answer.value``; spans as lists of label, start and end."""


CHOSEN_BY_NOBODY_LEFT: Final[Mapping[str, bool]] = {"erased": True}
"""In place of what was chosen beforehand, where all who had given it were erased: whoever decided was anchored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAgain:
    """A question of a sentence that an adjudicator decides on; answers are in the order of their letters."""

    sentence_id: str
    question: str
    because: Because
    chance: float
    """The probability with which it came to be asked: 1 for a dispute, the share of the sample for what was drawn."""
    shown: tuple[ShownAnswer, ...]
    prefilled: Any = None
    """What the page offers beforehand, where it does: whoever decides on it is anchored. ``CHOSEN_BY_NOBODY_LEFT``
    where nobody may be told any more.
    """


@dataclass(frozen=True, slots=True)
class AgreedAnswer:
    """An answer all coders gave, taken over unasked, in the codes of a version of the round's codebook."""

    sentence_id: str
    question: str
    version: int
    """Which version, counted from 1."""
    value: Any


def name_of(database: Database, round_name: str, *, of: str | None = None) -> str:
    """Return the name under which the decisions on a round are, or would be, sent and pulled.

    It is one that no other round has or had; ``of`` is the adjudication that is called anew, which may have its own
    former name again.
    """
    names = (f"{round_name}-adjudication{'' if number == 1 else f'-{number}'}" for number in count(1))
    return next(name for name in names if _is_free(database, name, of))


def _is_free(database: Database, name: str, of: str | None) -> bool:
    called = name if rounds.find(database, name) is not None else round_names.called_now(database, name)
    return called in (None, of)


def find(database: Database, of_round: str) -> str | None:
    """Return the name of the adjudication of a round, or None."""
    row = database.one("SELECT round FROM adjudications WHERE of_round = ?", (of_round,))
    return str(row["round"]) if row is not None else None


def adjudicated_round(database: Database, name: str) -> str | None:
    """Return the round whose answers are decided on in this one; None where it is a round of coding."""
    row = database.one("SELECT of_round FROM adjudications WHERE round = ?", (name,))
    return str(row["of_round"]) if row is not None else None


def design(database: Database, name: str) -> AdjudicationDesign:
    """Return how this adjudication was designed."""
    row = database.one("SELECT design FROM adjudications WHERE round = ?", (name,))
    if row is None:
        raise KeyError(name)
    try:
        said = json.loads(row["design"])
        return AdjudicationDesign(**{**said, "questions": tuple(said["questions"])})
    except (TypeError, ValueError, KeyError):
        raise damaged(database.path, f"the design of {name!r} cannot be read") from None


def create(database: Database, of_round: str, chosen: AdjudicationDesign, codebook: Codebook, *, document: str) -> str:
    """Record a new adjudication and the round it is sent as, in one transaction; return that round's name."""
    name = name_of(database, of_round)
    with database.transaction() as connection:
        decision = Decision(annotators_per_sentence=chosen.per_sentence, seed=chosen.seed)
        rounds.insert(connection, name, decision, codebook, document=document)
        said = json.dumps(asdict(chosen), ensure_ascii=False)
        connection.execute("INSERT INTO adjudications VALUES (?, ?, ?)", (name, of_round, said))
    return name


def queue(database: Database, name: str, asked: Sequence[AskedAgain], agreed: Mapping[tuple[str, str], object]) -> None:
    """Queue questions to be decided on, and take over agreed answers (by sentence and question); all of it or nothing.

    Sentences come in the order given; one that is queued already keeps its place, and what it asks stays as it is.
    """
    of_round, wanted, at = adjudicated_round(database, name), design(database, name).per_sentence, now()
    with database.transaction() as connection:
        planned = {row[0] for row in connection.execute("SELECT sentence_id FROM ledger WHERE round = ?", (name,))}
        new = [each for each in dict.fromkeys(one.sentence_id for one in asked) if each not in planned]
        rounds.insert_planned(connection, name, [(sentence_id, wanted) for sentence_id in new])
        connection.executemany(
            "INSERT INTO asked_again VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    name, one.sentence_id, one.question, one.because, one.chance, _written(_plain(one.shown)),
                    _written(one.prefilled) if one.prefilled is not None else None, at,
                )
                for one in asked
            ],
        )  # fmt: skip
        _take_over(connection, str(of_round), agreed)


def take_over(database: Database, of_round: str, agreed: Mapping[tuple[str, str], object]) -> None:
    """Take over agreed answers of a round, by sentence and question, without asking anybody.

    They are in the codes of the codebook the round runs with now.
    """
    with database.transaction() as connection:
        _take_over(connection, of_round, agreed)


def asked_again(database: Database, name: str, *, sentence_ids: Sequence[str] | None = None) -> Iterator[AskedAgain]:
    """Yield what is asked, of ``sentence_ids`` or of every sentence, by sentence in the order they were queued."""
    among, chosen = _among("a.sentence_id", sentence_ids)
    yield from _asked_where(database, among, (name, *chosen))


def asked_with_prefilled(database: Database, name: str) -> Iterator[AskedAgain]:
    """Yield those for which something was chosen beforehand, in the same order."""
    yield from _asked_where(database, " AND a.prefilled IS NOT NULL", (name,))


def _asked_where(database: Database, condition: str, chosen: tuple[str, ...]) -> Iterator[AskedAgain]:
    database.check()
    query = (
        f"SELECT a.* FROM asked_again a JOIN ledger l USING (round, sentence_id) WHERE a.round = ?{condition} "
        "ORDER BY l.sequence, a.rowid"
    )
    for row in database.rows(query, chosen):
        yield AskedAgain(
            sentence_id=row["sentence_id"],
            question=row["question"],
            because=row["because"],
            chance=row["chance"],
            shown=tuple(ShownAnswer(*one) for one in json.loads(row["shown"])),
            prefilled=json.loads(row["prefilled"]) if row["prefilled"] is not None else None,
        )


def agreed_answers(
    database: Database, of_round: str, *, sentence_ids: Sequence[str] | None = None
) -> Iterator[AgreedAnswer]:
    """Yield the answers taken over from a round, to ``sentence_ids`` or to all, as they were then; those under later
    versions of its codebook last.
    """
    database.check()
    among, chosen = _among("sentence_id", sentence_ids)
    query = (
        f"SELECT sentence_id, question, version, value FROM agreed_answers WHERE round = ?{among} "
        "ORDER BY version, rowid"
    )
    for row in database.rows(query, (of_round, *chosen)):
        yield AgreedAnswer(row["sentence_id"], row["question"], row["version"], json.loads(row["value"]))


def _among(column: str, sentence_ids: Sequence[str] | None) -> tuple[str, tuple[str, ...]]:
    """A condition that leaves these sentences only, and what it is asked with."""
    if sentence_ids is None:
        return "", ()
    return f" AND {column} IN (SELECT value FROM json_each(?))", (json.dumps(list(sentence_ids)),)


def _take_over(connection: Any, of_round: str, agreed: Mapping[tuple[str, str], object]) -> None:
    newest = connection.execute("SELECT max(sequence) FROM round_codebooks WHERE round = ?", (of_round,))
    ((version,), at) = newest.fetchone(), now()
    connection.executemany(
        "INSERT OR IGNORE INTO agreed_answers VALUES (?, ?, ?, ?, ?, ?)",
        [(of_round, *place, version, _written(value), at) for place, value in agreed.items()],
    )


def _plain(shown: Iterable[ShownAnswer]) -> list[list[object]]:
    return [[one.annotation, one.status, one.value] for one in shown]


def _written(value: object) -> str:
    return _JSON.encode(value)
