"""What the tables of an export come to, for the pages beside them: how much, by whom, how reliable."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute

from toolkit.codebook.model import Codebook
from toolkit.consensus.dawid_skene import FEW_ANSWERS
from toolkit.study.blindness import Blindness, day_of

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, so that a type checker cannot see them."""

_OF_ARTICLES = ["language", "splitter", "splitter_version"]
HEADLINE = "krippendorff_alpha"
PERCENT = "percent_agreement"
_IN_PART = ("category", "annotator", "other_annotator", "grouped_by", "group_name", "against")
"""Columns of ``agreement``, by the names they have now, that are all null where a row of its first version is about all
answers to a question."""


@dataclass(frozen=True, slots=True)
class Headline:
    """Agreement on one question of a round at one level, over all its answers."""

    round: str
    question: str
    level: str
    alpha: float | None
    undefined_because: str | None
    ci_low: float | None
    ci_high: float | None
    interval_undefined_because: str | None
    percent: float | None
    n_pairable: int
    n_annotators: int
    target: float | None
    verdict: str | None


@dataclass(frozen=True, slots=True)
class FewAnswers:
    """An annotator whose error rates on a question of a round rest on fewer than ``FEW_ANSWERS`` answers."""

    round: str
    question: str
    annotator: str
    n_answers: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What the tables hold; ``codebooks`` are those in force by round, oldest round first."""

    rows: Mapping[str, int]
    languages: tuple[str, ...]
    annotators: int
    """How many people's annotations count."""
    annotations: int
    excluded: Mapping[str, int]
    """Annotations that do not count, by reason."""
    per_sentence: Mapping[int, int]
    """Sentences of a round by how many annotators coded them, over all rounds."""
    splitters: tuple[str, ...]
    agreement: tuple[Headline, ...]
    codebooks: Mapping[str, Codebook]
    versions: Mapping[tuple[str, str, str], int]
    """Annotations that count, by round, version and hash of the codebook they were made under."""
    few_answers: tuple[FewAnswers, ...]
    blindness: Mapping[str, Blindness]
    """What is known of the annotations that count, by round; nothing of rounds in which none does."""


class Counts:
    """What the tables come to, counted block by block: a sentence is in one block, with all annotations on it."""

    def __init__(self) -> None:
        self._excluded, self._per_sentence = Counter[str](), Counter[int]()
        self._versions: Counter[tuple[str, str, str]] = Counter()
        self._people, self._languages, self._splitters = set[str](), set[str](), set[str]()
        self._blindness: dict[str, list[Blindness]] = defaultdict(list)

    def add(self, annotations: pa.Table, articles: pa.Table) -> None:
        """Count a block."""
        counted = annotations.filter(annotations["excluded_because"].is_null())
        people = counted.group_by(["round", "sentence_id"]).aggregate([("annotator", "count_distinct")])
        self._excluded += _many(annotations["excluded_because"].drop_null())
        self._per_sentence += _many(people["annotator_count_distinct"])
        self._versions += _versions(counted)
        self._people.update(counted["annotator"].unique().to_pylist())
        for language, *splitter in zip(*articles.select(_OF_ARTICLES).to_pydict().values(), strict=True):
            self._splitters.add(" ".join(splitter))
            if language:
                self._languages.add(language)
        for name, known in _blindness(counted):
            self._blindness[name].append(known)

    def summary(
        self, rows: Mapping[str, int], codebooks: Mapping[str, Codebook], *, agreement: pa.Table, error_rates: pa.Table
    ) -> Summary:
        """Return what all blocks come to; ``rows`` are those of every table."""
        return Summary(
            rows=rows,
            languages=tuple(sorted(self._languages)),
            annotators=len(self._people),
            annotations=rows["annotations"],
            excluded=dict(sorted(self._excluded.items())),
            per_sentence=dict(sorted(self._per_sentence.items())),
            splitters=tuple(sorted(self._splitters)),
            agreement=headlines(agreement),
            codebooks=codebooks,
            versions=dict(sorted(self._versions.items())),
            few_answers=few_answers(error_rates),
            blindness={name: _together(known) for name, known in sorted(self._blindness.items())},
        )


def few_answers(error_rates: pa.Table) -> tuple[FewAnswers, ...]:
    """Return the annotators of whom the model of Dawid and Skene knows little, by round and question."""
    columns = error_rates.select(["round", "question", "annotator", "n_answers"]).to_pydict()
    different = dict.fromkeys(zip(*columns.values(), strict=True))
    return tuple(FewAnswers(*each) for each in different if each[-1] < FEW_ANSWERS)


def _many(values: Any) -> Counter[Any]:
    """How often each value occurs."""
    return Counter({one["values"]: one["counts"] for one in values.value_counts().to_pylist()})


def _versions(counted: pa.Table) -> Counter[tuple[str, str, str]]:
    """Annotations that count, by round, version and hash of their codebook."""
    by = ["round", "codebook_version", "codebook_hash"]
    found = counted.group_by(by).aggregate([([], "count_all")]).to_pydict()
    return Counter(dict(zip(zip(*(found[name] for name in by), strict=True), found["count_all"], strict=True)))


def _blindness(counted: pa.Table) -> Iterator[tuple[str, Blindness]]:
    """As ``toolkit.study.blindness`` counts it in annotations."""
    for name in sorted(counted["round"].unique().to_pylist()):
        of_round = counted.filter(pc.equal(counted["round"], name))
        first = pc.min(of_round.filter(of_round["blind"])["created_at"]).as_py()
        yield (
            name,
            Blindness(
                n_annotations=of_round.num_rows,
                n_blind=pc.sum(of_round["blind"]).as_py() or 0,
                since=day_of(first) if first is not None else None,
            ),
        )


def _together(known: Sequence[Blindness]) -> Blindness:
    moments = [one.since for one in known if one.since is not None]
    return Blindness(
        n_annotations=sum(one.n_annotations for one in known),
        n_blind=sum(one.n_blind for one in known),
        since=min(moments, default=None),
    )


def headlines(agreement: pa.Table) -> tuple[Headline, ...]:
    """Return the rows about whole questions of the rounds that were coded: alpha, and percent agreement beside it."""
    rows: Sequence[Mapping[str, Any]] = agreement.to_pylist()
    whole = [row for row in rows if _is_whole(row)]
    coded = {row["round"] for row in whole if row["n_annotators"]}  # of a round nobody coded nothing is to be said
    percent = {
        (row["round"], row["question"], row["level"]): row["value"] for row in whole if row["measure"] == PERCENT
    }
    return tuple(
        Headline(
            round=row["round"],
            question=row["question"],
            level=row["level"],
            alpha=row["value"],
            undefined_because=row["undefined_because"],
            ci_low=row["ci_low"],
            ci_high=row["ci_high"],
            interval_undefined_because=row["interval_undefined_because"],
            percent=percent.get((row["round"], row["question"], row["level"])),
            n_pairable=row["n_pairable"],
            n_annotators=row["n_annotators"],
            target=row["target"],
            verdict=row["verdict"],
        )
        for row in whole
        if row["measure"] == HEADLINE and row["round"] in coded
    )


def _is_whole(row: Mapping[str, Any]) -> bool:
    """Whether a row is about all answers to a question; the table says so from its second version on."""
    return row["about"] == "whole" if "about" in row else all(row[column] is None for column in _IN_PART)
