"""Annotations that take a place on the server and do not count, because whoever made them was removed."""

from __future__ import annotations

from collections import Counter

from toolkit.loop.answers import annotations_of
from toolkit.study import rounds
from toolkit.study.database import Database
from toolkit.study.removals import removals


def places_in_vain(database: Database, round_name: str) -> Counter[str]:
    """Return how many of the annotations each sentence has in the round's project, as of the last pull, are such.

    Label Studio offers a sentence until it has its number of annotations, whoever made them: it is to have so
    many more.
    """
    if not removals(database):
        return Counter()
    project = rounds.get(database, round_name).project
    return Counter(
        annotation.sentence_id
        for annotation in annotations_of(database, round_name, with_answers=False)
        if annotation.project == project and annotation.excluded_because == "withdrawn" and not annotation.skipped
    )
