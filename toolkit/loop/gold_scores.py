"""How annotators do on the gold of a round: scored here, by the study's own file of known answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.agreement.wilson import wilson_interval
from toolkit.errors import BadInput, UsageError
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.study import articles, gold_sentences
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.records import GOLD, Annotation


@dataclass(frozen=True, slots=True)
class GoldScore:
    """How many of an annotator's answers to gold are right, with Wilson's 95 % interval of that share.

    ``question`` None: on how many gold sentences everything that is known was answered so. The share is None before the
    first one.
    """

    annotator: str
    question: str | None
    n: int
    n_right: int
    share: float | None
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True, slots=True)
class GoldProgress:
    """The gold of a round, and how each registered annotator does on it: in all, then question by question."""

    n_sentences: int
    n_only_gold: int
    """Those that are in the round for no other reason, and count in agreement only when that is asked for."""
    scores: tuple[GoldScore, ...]
    unknown_because: str | None = None
    """Why nobody can be scored."""


def gold_progress(study: Study, database: Database, round_name: str, registered: Sequence[str]) -> GoldProgress | None:
    """Return how annotators do on the gold of a round, as of the last pull; None where it has none."""
    gold = gold_sentences.gold_of(database, round_name)
    if not gold.every:
        return None
    from toolkit.loop.agreement.known_file import known_answers, known_file

    codebook = codebook_of(database, round_name)
    ids = frozenset(sentence.sentence_id for sentence in articles.sentences(database))
    try:
        truth = known_answers(known_file(study, "gold"), codebook, ids)
    except (BadInput, UsageError) as fault:
        return GoldProgress(len(gold.every), len(gold.only), (), unknown_because=fault.what)
    annotations = annotations_of(database, round_name, among=gold.every)
    counting = [one for one in annotations if one.excluded_because in {None, GOLD}]
    return GoldProgress(len(gold.every), len(gold.only), tuple(_scores(counting, truth, registered)))


@dataclass(slots=True)
class _Tally:
    """One annotator's answers to gold, by question and in all: how many, and how many right."""

    n: defaultdict[str | None, int] = field(default_factory=lambda: defaultdict(int))
    right: defaultdict[str | None, int] = field(default_factory=lambda: defaultdict(int))

    def take(self, question: str | None, *, is_right: bool) -> None:
        self.n[question] += 1
        self.right[question] += is_right


def _scores(
    counting: Sequence[Annotation],
    truth: Mapping[str, Mapping[str, str]],
    registered: Sequence[str],
) -> Iterator[GoldScore]:
    tallies: dict[str, _Tally] = {name: _Tally() for name in registered}
    for annotation in counting:
        known = {question: of[annotation.sentence_id] for question, of in truth.items() if annotation.sentence_id in of}
        if not known or annotation.annotator not in tallies:
            continue
        given = {one.question: one.value for one in annotation.answers if one.status == "answered"}
        tally = tallies[annotation.annotator]
        tally.take(None, is_right=all(given.get(question) == code for question, code in known.items()))
        for question, code in known.items():
            if question in given:
                tally.take(question, is_right=given[question] == code)
    for name, tally in sorted(tallies.items()):
        for which in (None, *(one for one in truth if tally.n[one])):
            n, n_right = tally.n[which], tally.right[which]
            low, high = wilson_interval(n_right, n) or (None, None)
            yield GoldScore(name, which, n, n_right, n_right / n if n else None, low, high)
