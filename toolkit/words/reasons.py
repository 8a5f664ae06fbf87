"""What units and clusters are called where the numbers come from, and what the reasons of missing numbers mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.agreement.reason import Reason, code_of
from toolkit.loop.agreement.report import AgreementReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Nouns:
    """What a unit and a cluster of units are called."""

    unit: str
    cluster: str

    def drawn(self, cluster: str | None) -> str:
        """Return what was resampled."""
        return self.unit if cluster == "unit" else self.cluster


OF_STUDY = Nouns(unit="sentence", cluster="article")
OF_TABLE = Nouns(unit="unit", cluster="cluster")


def nouns_of(report: AgreementReport) -> Nouns:
    """Return the words of a study, or of any table."""
    return OF_TABLE if report.round is None else OF_STUDY


def sentence_of(reason: str, nouns: Nouns = OF_STUDY) -> str:
    """Return what a reason means, for somebody who reads it for the first time.

    >>> sentence_of(Reason("one {}", "speaker"), OF_TABLE)
    'one cluster: an interval needs two or more'
    >>> sentence_of(Reason("{} in {} of {} replicates", "no variation", 312, 2000))
    'no interval: in more than 5 % of the replicates there is no variation'
    """
    sentence = _BECAUSE.get(code_of(reason))
    if sentence is None:
        return reason
    given = reason.given if isinstance(reason, Reason) else ()
    drawn = nouns.drawn(str(given[-1]) if given else None)
    return sentence.format(*given, unit=nouns.unit, cluster=nouns.cluster, drawn=drawn)


_BECAUSE: Mapping[str, str] = {
    "no variation": "no variation: all answers that can be compared are the same",
    "no overlap": "no overlap: no {unit} has answers by two annotators",
    "one category": "one category: the scale has no other, so chance cannot be corrected for",
    "no spans": "no spans: nobody marked any",
    "no overlapping span": "no overlapping span: nobody else marked any of the same characters with the same label",
    "never given": "never given: by nobody where two or more answered",
    "no known answer": "no known answer: nobody answered a {unit} whose true category is known",
    "no known case": "no known case: nobody answered a {unit} known to be of this category",
    "not given to known units": "not given to any {unit} whose true category is known",
    "no agreed unit drawn": "none of the {unit}s decided on by chance is among these, and the disputed ones alone say "
    "nothing of all",
    "only ties decided on": "of the disputed {unit}s only ties were decided on: those on which one answer was given "
    "most often could not be, so no share holds for all",
    "no agreed unit of {} drawn": "none of the {unit}s decided on by chance is truly {0}: how often it is taken for "
    "others is known of disputed ones only",
    "no known case of {}": "no known case of {0}: how often it is taken for others is not known",
    "condition number above {:g}": "not corrected: annotators hardly tell categories apart (condition number of the "
    "rates above {0:g}), so what is wrong with them by little would be wrong with the result by {0:g} times as much",
    "more than {:,} categories in use": "more than {0:,} categories in use: too many to know how often each is "
    "taken for another",
    "the same without any one {}": "no interval: leaving out any one {drawn} changes nothing, so how sure it "
    "is cannot be told",
    "no distance": "no distance: the values in use are all at distance 0 from each other",
    "nothing answered": "nothing answered: nobody gave any answer",
    "leaves one category": "leaves one category: nothing would vary any more",
    "no annotation answers both questions": "no annotation answers both questions, so ranks cannot be compared",
    "no consensus of sets and spans": "no consensus: sets and spans have none in the export",
    "not resampled": "not resampled: this measure is not a sum over {unit}s, so it has a value and no interval",
    "labels overlap": "labels overlap: an annotator gave the same characters two labels; each label alone has a value",
    "annotators differ between units": "not the same annotators throughout: this measure needs all of them on "
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
    "no unit coded by both groups": "no {unit} was coded by both groups",
    "no agreement between the groups beyond chance": "no agreement between the groups beyond chance, so nothing to "
    "set that within one against",
    "no agreement within a group beyond chance": "no agreement within a group beyond chance, so no share of it",
    "too many relabellings have no value": "no p: more than 5 % of the relabellings have no value",
    # with figures in them
    "too few annotators for a test: {} ways to form such a group": "too few annotators for a test: p could not be .05 "
    "or less, whoever belonged together",
    "one {}": "one {drawn}: an interval needs two or more",
    "fewer than {} annotators": "no interval: fewer than {} annotators do not show how much others would differ",
    "too little disagreement": "no interval: too little disagreement to show how much other annotators would differ",
    "for these annotators only": "no interval: this figure is computed for these annotators only",
    "{} without one {}": "no interval: without one {drawn} there is {}",
    "{} replicates are too few": "no interval: {} replicates are too few for one",
    # how many it was differs from number to number, and each would need a line of its own
    "{} in {} of {} replicates": "no interval: in more than 5 % of the replicates there is {}",
    "not drawn in {} of {} replicates": "no interval: more than 5 % of the replicates do not draw this annotator",
    "more than {:,} distinct values": "more than {:,} distinct values: distances between all of them are too many",
    "more than {:,} categories": "more than {:,} categories: nobody reads a number for each",
    "more than {:,} annotators": "more than {:,} annotators: nobody reads a number for each pair of them",
    "more than {:,} {}s": "more than {:,} {drawn}s would be needed",
    "expected alpha is not above the target": "no number of articles: a study is to be shown to reach a target that "
    "it does not exceed",
    "spans are not followed over time": "spans are not followed over time: only answers are",
    "{} {}s are too few to follow": "fewer than twelve {unit}s coded by two or more: too few to be followed over time",
    "{} clusters are too few for a break": "coded in fewer than six {cluster}s with others: hardly any order "
    "would be telling",
    "never nearer or further": "never nearer to the others or further from them in one {cluster} than in another",
    "told where all units have three values": "what one coder more would do can be told where every {unit} that two "
    "coded has three or more",
    "next to no disagreement": "next to no disagreement: how coders differ shows nowhere yet",
    "too few to tell coders from units": "too few to tell how coders differ from how {unit}s do",
    "learnt from {} {}s only": "learnt from {} {drawn}s only",
    "no disagreement yet": "no disagreement yet: this holds only if there is none in the {cluster}s to come either",
}
"""By the code of a reason; braces take its figures, and the words for what it is about."""
