"""What units and clusters are called where the numbers come from, and what the reasons of missing numbers mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.agreement.estimate import Cluster
from toolkit.loop.agreement.report import AgreementReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Nouns:
    """What a unit and a cluster of units are called."""

    unit: str
    cluster: str

    def drawn(self, cluster: Cluster | None) -> str:
        """What was resampled."""
        return self.unit if cluster == "unit" else self.cluster


OF_STUDY = Nouns(unit="sentence", cluster="article")
OF_TABLE = Nouns(unit="unit", cluster="cluster")


def nouns_of(report: AgreementReport) -> Nouns:
    """The words of a study, or of any table."""
    return OF_TABLE if report.round is None else OF_STUDY


def sentence_of(reason: str, nouns: Nouns = OF_STUDY) -> str:
    """What a reason means, for somebody who reads it for the first time.

    >>> sentence_of("one article", OF_TABLE)
    'one cluster: an interval needs two or more'
    >>> sentence_of("no variation in 312 of 2000 replicates")
    'no interval: in more than 5 % of the replicates there is no variation'
    """
    words = {"unit": nouns.unit, "cluster": nouns.cluster}
    if reason in _BECAUSE:
        return _BECAUSE[reason].format(**words)
    for pattern, sentence in _PATTERNS.items():
        if found := re.fullmatch(pattern, reason):
            return sentence.format(*found.groups(), **words)
    return reason


_BECAUSE: Mapping[str, str] = {
    "no variation": "no variation: all answers that can be compared are the same",
    "no overlap": "no overlap: no {unit} has answers by two annotators",
    "one article": "one {cluster}: an interval needs two or more",
    "one unit": "one {unit}: an interval needs two or more",
    "one category": "one category: the scale has no other, so chance cannot be corrected for",
    "no spans": "no spans: nobody marked any",
    "no distance": "no distance: the values in use are all at distance 0 from each other",
    "nothing answered": "nothing answered: nobody gave any answer",
    "leaves one category": "leaves one category: nothing would vary any more",
    "no annotation answers both questions": "no annotation answers both questions, so ranks cannot be compared",
    "not resampled": "not resampled: this measure is not a sum over {unit}s, so it has a value and no interval",
    "labels overlap": "labels overlap: an annotator gave the same characters two labels; each label alone has a value",
    "annotators differ between sentences": "not the same annotators throughout: this measure needs all of them on "
    "every {unit}",
    "fewer than two annotators": "fewer than two annotators: there is nobody to compare",
    "needs ordered categories or numbers": "needs ordered categories or numbers; these are neither",
    "needs a table of distances": "needs a table of distances; there is none",
    "for categories, not numbers": "for categories, not numbers: here every number would be a category of its own",
    "for one category per answer, not sets": "for one category per answer, not sets: here an answer may hold several",
    "a label is marked or not": "a label is a yes-or-no variable already",
    "numbers have no categories": "numbers have no categories that could be looked at one by one",
    "value undefined": "no interval, because there is no value",
    "no replicates asked for": "no interval, because no replicates were asked for",
}
_PATTERNS: Mapping[str, str] = {
    r"(\d+) replicates are too few": "no interval: {0} replicates are too few for one",
    # how many it was differs from number to number, and each would need a line of its own
    r"(no [a-z]+) in \d+ of \d+ replicates": "no interval: in more than 5 % of the replicates there is {0}",
    r"not drawn in \d+ of \d+ replicates": "no interval: more than 5 % of the replicates do not draw this annotator",
    r"more than ([\d,]+) distinct values": "more than {0} distinct values: distances between all of them are too many",
    r"more than ([\d,]+) categories": "more than {0} categories: nobody reads a number for each",
    r"more than ([\d,]+) annotators": "more than {0} annotators: nobody reads a number for each pair of them",
    r"more than ([\d,]+) articles": "more than {0} {cluster}s would be needed",
    r"more than ([\d,]+) units": "more than {0} {unit}s would be needed",
}
