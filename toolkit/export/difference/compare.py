"""What changed between two versions of an export: every change, and what people are told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from toolkit.errors import BadInput, UsageError
from toolkit.export.difference.changes import (
    CHANGED,
    COUNTS_AGAIN,
    COUNTS_NO_MORE,
    NEW,
    REMOVED,
    changes_between,
    moved_agreement,
)
from toolkit.export.difference.sides import Side, both_sides, pc
from toolkit.export.writing.versions import complete_versions, version_name

EXAMPLES = 5
"""How many examples stand for a question's changed answers."""

_HOLDS: Mapping[str, str] = {
    "text": "texts",
    "notes": "notes",
    "identities": "e-mail addresses",
    "attributes": "attributes of annotators",
    "redact": "what people wrote redacted",
    "public": "names and moments of its own",
    "dawid_skene": "Dawid-Skene posteriors",
    "zeros": "soft labels of categories nobody chose",
}


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """An answer that is another one now; what it was and is, as text."""

    sentence_id: str | None
    annotator: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """Answers to a question of a round that are new, gone or changed, with examples of those changed.

    ``counts_no_more`` and ``counts_again`` are how many of all that are in both versions went out of agreement or came
    back, changed or not; ``because`` says why the former do not count, as ``annotations.excluded_because`` or the
    status of the answer does.
    """

    round: str
    question: str
    new: int
    removed: int
    changed: int
    examples: tuple[ChangedAnswer, ...]
    counts_no_more: int = 0
    counts_again: int = 0
    because: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnnotatorChange:
    """An annotator who is new, gone, or registered for other rounds; None where the version does not know them."""

    annotator: str
    registered_before: str | None
    registered_after: str | None


@dataclass(frozen=True, slots=True)
class AgreementChange:
    """Krippendorff's alpha of a question that moved, appeared or vanished; None with the reason where there is none."""

    round: str
    question: str
    level: str
    before: float | None
    after: float | None
    undefined_before: str | None
    undefined_after: str | None
    n_pairable_before: int | None
    n_pairable_after: int | None


@dataclass(frozen=True, slots=True)
class ExportDifference:
    """What changed from the old version to the new one: counted, with examples, for people; ``changes`` is all of it.

    ``changes`` has a row per change, with ids, as ``docs/data-contract.md`` describes it.
    """

    old: str
    new: str
    new_articles: tuple[str, ...]
    removed_articles: tuple[str, ...]
    new_sentences: int
    removed_sentences: int
    new_annotations: int
    removed_annotations: int
    answers: tuple[QuestionChange, ...]
    agreement: tuple[AgreementChange, ...]
    codebooks: tuple[str, ...]
    """Codebook files that are new, gone or changed."""
    options: tuple[str, ...] = ()
    """What was asked for in one version and not in the other: texts, notes, identities, attributes, Dawid-Skene."""
    annotators: tuple[AnnotatorChange, ...] = ()
    in_agreement: tuple[int, int] = (0, 0)
    """Answers in agreement, before and after."""
    decisions: Mapping[str, int] = field(default_factory=dict)
    """Adjudicators' decisions that are new, gone or others, or settle something no more or again."""
    changes: pa.Table = field(default_factory=lambda: pa.table({}), repr=False)


def compare_versions(folder: Path, old: str, new: str) -> ExportDifference:
    """Return the difference between two versions in a folder, named ``v3`` or ``3``.

    Raises:
        UsageError: when there is no such version; the ones there are are named.
        BadInput: when a table of a version cannot be read.

    """
    there = [version_name(number) for number in complete_versions(folder)]
    names = [name if name.startswith("v") else f"v{name}" for name in (old, new)]
    if unknown := [name for name in names if name not in there]:
        raise UsageError(
            f"{folder} has no version {', '.join(unknown)} (versions: {', '.join(there) or 'none yet'})",
            todo="Name two of these.",
        )
    sides = both_sides(*(folder / name for name in names))
    try:
        changes = changes_between(*sides)
    except (pa.ArrowException, KeyError, TypeError, AttributeError):
        raise BadInput(
            f"{names[0]} or {names[1]} has tables that are none of an export",
            todo="`intercoder validate` says what is wrong with which.",
        ) from None
    of = {kind: changes.filter(pc.equal(changes["kind"], kind)) for kind in changes["kind"].unique().to_pylist()}
    nothing = changes.slice(0, 0)

    def named(kind: str, change: str, column: str) -> tuple[str, ...]:
        found = of.get(kind, nothing)
        return tuple(found.filter(pc.equal(found["change"], change))[column].to_pylist())

    return ExportDifference(
        old=names[0],
        new=names[1],
        new_articles=named("article", NEW, "article_id"),
        removed_articles=named("article", REMOVED, "article_id"),
        new_sentences=len(named("sentence", NEW, "sentence_id")),
        removed_sentences=len(named("sentence", REMOVED, "sentence_id")),
        new_annotations=len(named("annotation", NEW, "annotation_id")),
        removed_annotations=len(named("annotation", REMOVED, "annotation_id")),
        answers=tuple(_questions(of.get("answer", nothing))),
        agreement=tuple(_agreement(*sides)),
        codebooks=tuple(of.get("codebook", nothing)["what"].to_pylist()),
        options=tuple(
            f"{'now with' if one['after'] == 'true' else 'now without'} {_HOLDS.get(one['what'], one['what'])}"
            for one in of.get("option", nothing).to_pylist()
        ),
        annotators=tuple(
            AnnotatorChange(one["annotator"], one["before"], one["after"])
            for one in of.get("annotator", nothing).to_pylist()
        ),
        in_agreement=(_n_in_agreement(sides[0]), _n_in_agreement(sides[1])),
        decisions=dict(Counter(of.get("decision", nothing)["change"].to_pylist())),
        changes=changes,
    )


def _n_in_agreement(side: Side) -> int:
    return int(pc.sum(side.table("answers", ("round", "annotation_id", "in_agreement"))["in_agreement"]).as_py() or 0)


def _questions(answers: pa.Table) -> Iterator[QuestionChange]:
    """The changed answers, by round and question."""
    found: dict[tuple[str, str], Counter[str]] = {}
    reasons: dict[tuple[str, str], Counter[str]] = {}
    columns = ("round", "question", "change", "counted_before", "counted_after", "because")
    counted = answers.group_by(list(columns)).aggregate([([], "count_all")])
    for *at, change, before, after, because, n in zip(
        *(counted[name].to_pylist() for name in (*columns, "count_all")), strict=True
    ):
        key = (at[0], at[1])
        many = found.setdefault(key, Counter())
        many[change] += n
        if change in {CHANGED, COUNTS_AGAIN, COUNTS_NO_MORE} and before != after:
            many["out" if before else "back"] += n
            if before:
                reasons.setdefault(key, Counter())[because] += n
    for key in sorted(found):
        many = found[key]
        yield QuestionChange(
            *key,
            new=many[NEW],
            removed=many[REMOVED],
            changed=many[CHANGED],
            examples=tuple(_examples(answers, *key)),
            counts_no_more=many["out"],
            counts_again=many["back"],
            because=dict(reasons.get(key, Counter()).most_common()),
        )


def _examples(answers: pa.Table, round_name: str, question: str) -> Iterator[ChangedAnswer]:
    here = pc.and_(pc.equal(answers["round"], round_name), pc.equal(answers["question"], question))
    changed = pc.and_(here, pc.equal(answers["change"], CHANGED))
    rows = pc.indices_nonzero(changed)[:EXAMPLES]
    for one in answers.take(rows).to_pylist():
        yield ChangedAnswer(one["sentence_id"], one["annotator"], one["before"], one["after"])


def _agreement(old: Side, new: Side) -> Iterator[AgreementChange]:
    for at, was, now in moved_agreement(old, new):
        yield AgreementChange(
            *at,
            before=was.alpha if was else None,
            after=now.alpha if now else None,
            undefined_before=was.undefined_because if was else "not there",
            undefined_after=now.undefined_because if now else "not there",
            n_pairable_before=was.n_pairable if was else None,
            n_pairable_after=now.n_pairable if now else None,
        )
