"""What of a round is coded: the annotations of each sentence, and which sentences are to have more of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from toolkit.errors import UsageError
from toolkit.loop.answers import annotations_of
from toolkit.study import rounds
from toolkit.study.database import Database
from toolkit.study.records import GOLD, Annotation

_DONE = frozenset({None, "skipped", "revised", GOLD})
"""Why an annotation may not count although its annotator is done with the sentence."""


def coded_sentences(database: Database, of_round: str) -> tuple[Mapping[str, Sequence[Annotation]], frozenset[str]]:
    """Return the annotations of each planned sentence, in reading order, and the sentences that are to have more.

    Raise ``UsageError`` where nothing is coded.
    """
    every = annotations_of(database, of_round)
    by_sentence = {sentence_id: list(of) for sentence_id, of in groupby(every, key=lambda one: one.sentence_id)}
    ledger = list(rounds.ledger(database, of_round))
    if not any(entry.sentence_id in by_sentence for entry in ledger):
        raise UsageError(f"nothing of round {of_round!r} has been coded yet", todo="Fetch it with `intercoder pull`.")
    coded = {entry.sentence_id: by_sentence.get(entry.sentence_id, []) for entry in ledger}
    short = {
        entry.sentence_id
        for entry in ledger
        if len({one.annotator for one in coded[entry.sentence_id] if one.excluded_because in _DONE})
        < entry.annotators_wanted
    }
    return coded, frozenset(short)
