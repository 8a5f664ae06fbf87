"""The annotations of a round as they were pulled: kept where they are few, else read again whenever they are asked for.

A million of them, with their answers, are a gigabyte; what agreement needs of them is a tenth of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

from toolkit.corpus.article import Sentence
from toolkit.loop.agreement.read_again import ReadAgain
from toolkit.loop.agreement.rounds import CodedRound
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.progress import Progress, silent, telling
from toolkit.study import answer_migrations, stored_annotations
from toolkit.study.database import Database
from toolkit.study.records import ASKED_AGAIN, GOLD, Annotation

KEPT = 50_000
"""Annotations of a round, or sentences of a study, that are kept."""


def pulled_round(
    database: Database,
    name: str,
    *,
    sentences: Mapping[str, Sentence] | None = None,
    keep: int | None = None,
    progress: Progress = silent,
) -> CodedRound:
    """Return a round as it was pulled, with every annotation, also those that do not count; more than ``keep`` are read
    again whenever they are asked for. ``sentences`` are those of the study by their id, where they are in memory.
    """
    n = stored_annotations.count(database, name)

    def read(*, with_answers: bool = True) -> Iterable[Annotation]:
        found = annotations_of(database, name, with_answers=with_answers, sentences=sentences)
        return as_they_count(database, name, telling(progress, f"reading round {name}", found, n))

    many = keep is not None and n > keep
    annotations = ReadAgain(read, partial(read, with_answers=False), n) if many else tuple(read())
    return CodedRound(codebook_of(database, name), annotations)


def as_they_count(database: Database, name: str, annotations: Iterable[Annotation]) -> Iterable[Annotation]:
    """Return the annotations of a round; of one that only asks a question of another round again none counts: what
    replaces an answer counts there.
    """
    if answer_migrations.split_round(database, name) is None:
        return annotations
    return (
        replace(one, excluded_because=ASKED_AGAIN) if one.excluded_because in {None, GOLD} else one
        for one in annotations
    )
