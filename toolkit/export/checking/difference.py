"""What changed between two versions of an export: articles, answers, agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from toolkit.codebook.without_examples import without_examples
from toolkit.errors import BadInput, UsageError
from toolkit.export.contract.keys import NOWHERE, locate
from toolkit.export.pages.codebook_files import is_of_version
from toolkit.export.pages.manifest import Options, read_manifest
from toolkit.export.pages.summary import headlines
from toolkit.export.writing.versions import MANIFEST, complete_versions, version_name

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, so that a type checker cannot see them."""

EXAMPLES = 5
"""How many examples stand for a question's changed answers."""

_ANNOTATION = ("round", "annotation_id")
_ORDER = "order_in_round"
_ANSWER = (*_ANNOTATION, "question")
_SPAN = (*_ANSWER, "span_number")
_SAID = ("status", "code", "codes", "number")
_NOTE = "text"
_MARKED = ("label", "start", "end")
_SAME = 1e-12


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """An answer that is another one now; what it was and is, as text."""

    sentence_id: str | None
    annotator: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """Answers to a question of a round that are new, gone or changed, with examples of those changed."""

    round: str
    question: str
    new: int
    removed: int
    changed: int
    examples: tuple[ChangedAnswer, ...]


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
    """What changed from the old version to the new one."""

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


def compare_versions(folder: Path, old: str, new: str) -> ExportDifference:
    """Return the difference between two versions in a folder, named ``v3`` or ``3``.

    Raises:
        UsageError: when there is no such version; the ones there are are named.
        BadInput: when a table of a version cannot be read.

    """
    there = [version_name(number) for number in complete_versions(folder)]
    names = [name if name.startswith("v") else f"v{name}" for name in (old, new)]
    if unknown := [name for name in names if name not in there]:
        raise UsageError(f"{folder} has no version {', '.join(unknown)} (versions: {', '.join(there) or 'none yet'})")
    before, after = (folder / name for name in names)
    articles = [_column(place, "articles", "article_id") for place in (before, after)]
    sentences = [_column(place, "sentences", "sentence_id") for place in (before, after)]
    key = _ANNOTATION
    options = _options_of(before), _options_of(after)
    by_order = options[0].public != options[1].public
    annotations = [_read(place, "annotations", key, by_order=by_order) for place in (before, after)]
    with_notes = all(one.notes and one.text for one in options)
    return ExportDifference(
        old=names[0],
        new=names[1],
        new_articles=_missing_in(articles[0], articles[1]),
        removed_articles=_missing_in(articles[1], articles[0]),
        new_sentences=len(_missing_in(sentences[0], sentences[1])),
        removed_sentences=len(_missing_in(sentences[1], sentences[0])),
        new_annotations=int((locate(annotations[1], key, annotations[0], key) == NOWHERE).sum()),
        removed_annotations=int((locate(annotations[0], key, annotations[1], key) == NOWHERE).sum()),
        answers=_answers(before, after, (*_SAID, _NOTE) if with_notes else _SAID, by_order=by_order),
        agreement=_agreement(before, after),
        codebooks=_codebooks(before, after, with_examples=options[0].text == options[1].text),
        options=_options(*options),
    )


def _options_of(version: Path) -> Options:
    try:
        return read_manifest(version / MANIFEST).options
    except (OSError, ValueError) as why:
        raise BadInput(
            f"a manifest cannot be read ({type(why).__name__})", todo="`intercoder validate` says what else is wrong."
        ) from None


def _options(was: Options, now: Options) -> tuple[str, ...]:
    said = {
        "text": "texts",
        "notes": "notes",
        "identities": "e-mail addresses",
        "attributes": "attributes of annotators",
        "redact": "what people wrote redacted",
        "public": "names and moments of its own",
        "dawid_skene": "Dawid-Skene posteriors",
    }
    return tuple(
        f"{'now with' if getattr(now, name) else 'now without'} {words}"
        for name, words in said.items()
        if getattr(was, name) != getattr(now, name)
    )


def _read(place: Path, table: str, columns: tuple[str, ...] | None = None, *, by_order: bool = False) -> pa.Table:
    """The table; ``by_order`` calls annotations by their place in the round, which names made with a key have too."""
    path = place / f"{table}.parquet"
    try:
        with pq.ParquetFile(path) as file:
            found = file.read(list(columns) if columns else None)
            return _by_order(found, place) if by_order else found
    except (OSError, pa.ArrowException, KeyError) as why:
        raise BadInput(
            f"{path} cannot be read ({type(why).__name__})", todo="`intercoder validate` says what else is wrong."
        ) from None


def _by_order(table: pa.Table, place: Path) -> pa.Table:
    annotations = _read(place, "annotations")
    if _ORDER not in annotations.column_names:
        raise UsageError(
            f"{place.name} has the server's names of annotations and is from before their order was kept: it cannot be "
            "compared with a public version"
        )
    rows = locate(table, _ANNOTATION, annotations, _ANNOTATION)
    order = annotations[_ORDER].cast(pa.string()).take(pa.array(rows, pa.int64()))
    return table.set_column(table.schema.get_field_index(_ANNOTATION[1]), _ANNOTATION[1], order)


def _column(place: Path, table: str, column: str) -> list[str]:
    return [str(value) for value in _read(place, table, (column,))[column].to_pylist()]


def _missing_in(these: list[str], those: list[str]) -> tuple[str, ...]:
    """Those that are not among these, in their order."""
    known = set(these)
    return tuple(value for value in those if value not in known)


def _answers(before: Path, after: Path, said: tuple[str, ...], *, by_order: bool) -> tuple[QuestionChange, ...]:
    """Changes of answers in these columns; notes that one version withholds have not changed."""
    columns = (*_ANSWER, "sentence_id", "annotator", *said)
    old, new = (_read(place, "answers", columns, by_order=by_order) for place in (before, after))
    spans = [_read(place, "spans", (*_SPAN, *_MARKED), by_order=by_order) for place in (before, after)]
    was = locate(new, _ANSWER, old, _ANSWER)
    here = np.flatnonzero(was >= 0)
    differs = _differ(old.select(said).take(was[here]), new.select(said).take(here))
    remarked = _remarked(spans[0], spans[1], new)
    changed = np.union1d(here[differs], here[np.isin(here, remarked)])
    counts = {
        "new": _by_question(new, np.flatnonzero(was == NOWHERE)),
        "removed": _by_question(old, np.flatnonzero(locate(old, _ANSWER, new, _ANSWER) == NOWHERE)),
        "changed": _by_question(new, changed),
    }
    first = {at: rows[:EXAMPLES] for at, rows in counts["changed"].items()}
    shown = [row for rows in first.values() for row in rows]
    asked = new.take(pa.array(shown, pa.int64()))
    marks = [_marks(table, asked) for table in spans]
    examples = {
        row: _example(old, new, int(was[row]), row, (marks[0].get(_key(new, row)), marks[1].get(_key(new, row))))
        for row in shown
    }
    return tuple(
        QuestionChange(
            round=round_name,
            question=question,
            new=len(counts["new"].get((round_name, question), ())),
            removed=len(counts["removed"].get((round_name, question), ())),
            changed=len(counts["changed"].get((round_name, question), ())),
            examples=tuple(examples[row] for row in first.get((round_name, question), ())),
        )
        for round_name, question in sorted({at for found in counts.values() for at in found})
    )


def _differ(old: pa.Table, new: pa.Table) -> Any:
    """Whether a row of two equally long tables has another value in any column; null equals null only."""
    differs = np.zeros(old.num_rows, bool)
    for name in old.column_names:
        a, b = (_flat(table[name].combine_chunks()) for table in (old, new))
        nulls = a.is_null().to_numpy(zero_copy_only=False) != b.is_null().to_numpy(zero_copy_only=False)
        values = pc.fill_null(pc.not_equal(a, b), pa.scalar(value=False)).to_numpy(zero_copy_only=False)
        differs |= nulls | values
    return differs


def _flat(array: Any) -> Any:
    return pc.binary_join(array, "\x1f") if pa.types.is_list(array.type) else array


def _remarked(old: pa.Table, new: pa.Table, answers: pa.Table) -> Any:
    """Rows of the new answers under which a span is new, gone or another."""
    was, now = locate(new, _SPAN, old, _SPAN), locate(old, _SPAN, new, _SPAN)
    both = np.flatnonzero(was >= 0)
    other = both[_differ(old.select(_MARKED).take(was[both]), new.select(_MARKED).take(both))]
    touched = pa.concat_tables(
        [
            new.select(_ANSWER).take(np.union1d(np.flatnonzero(was == NOWHERE), other)),
            old.select(_ANSWER).take(np.flatnonzero(now == NOWHERE)),
        ]
    )
    rows = locate(touched, _ANSWER, answers, _ANSWER)
    return np.unique(rows[rows >= 0])


def _by_question(answers: pa.Table, rows: Any) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    some = answers.select(("round", "question")).take(rows).to_pydict()
    for row, round_name, question in zip(rows.tolist(), some["round"], some["question"], strict=True):
        found.setdefault((round_name, question), []).append(row)
    return found


def _marks(spans: pa.Table, answers: pa.Table) -> dict[tuple[str, ...], str]:
    """What was marked under each of the answers, as text."""
    found: dict[tuple[str, ...], str] = {}
    rows = np.flatnonzero(locate(spans, _ANSWER, answers, _ANSWER) >= 0)
    for one in spans.take(rows).to_pylist():
        key = tuple(one[name] for name in _ANSWER)
        mark = f"{one['label']} {one['start']}–{one['end']}"
        found[key] = f"{found[key]}, {mark}" if key in found else mark
    return found


def _key(table: pa.Table, row: int) -> tuple[str, ...]:
    return tuple(table[name][row].as_py() for name in _ANSWER)


def _example(old: pa.Table, new: pa.Table, was: int, row: int, marks: tuple[str | None, str | None]) -> ChangedAnswer:
    return ChangedAnswer(
        sentence_id=new["sentence_id"][row].as_py(),
        annotator=new["annotator"][row].as_py(),
        before=_said(_row(old, was), marks[0]),
        after=_said(_row(new, row), marks[1]),
    )


def _row(answers: pa.Table, row: int) -> dict[str, Any]:
    return {name: answers[name][row].as_py() for name in answers.column_names}


def _said(row: Mapping[str, Any], marks: str | None) -> str:
    if row["status"] != "answered":
        return str(row["status"]) + (f" ({row['code']})" if row["code"] else "")
    if row["codes"] is not None:
        return ", ".join(row["codes"]) or "none of them"
    values = [row[name] for name in ("code", "number", _NOTE) if row.get(name) is not None]
    return (
        f"{values[0]:g}"
        if values and isinstance(values[0], float)
        else str(values[0])
        if values
        else marks or "no span"
    )


def _agreement(before: Path, after: Path) -> tuple[AgreementChange, ...]:
    old, new = (
        {(one.round, one.question, one.level): one for one in headlines(_read(place, "agreement"))}
        for place in (before, after)
    )
    moved = []
    for at in sorted(old.keys() | new.keys()):
        a, b = old.get(at), new.get(at)
        was, now = (a.alpha if a else None), (b.alpha if b else None)
        known = a is not None and b is not None
        if known and (was == now or (was is not None and now is not None and abs(was - now) <= _SAME)):
            continue
        moved.append(
            AgreementChange(
                *at,
                before=was,
                after=now,
                undefined_before=a.undefined_because if a else "not there",
                undefined_after=b.undefined_because if b else "not there",
                n_pairable_before=a.n_pairable if a else None,
                n_pairable_after=b.n_pairable if b else None,
            )
        )
    return tuple(moved)


def _codebooks(before: Path, after: Path, *, with_examples: bool) -> tuple[str, ...]:
    """Files of codebooks in force that differ; an earlier version stays what it was, whether it lies beside or not.

    Where one of them withholds the examples they are no difference.
    """

    def texts(place: Path) -> dict[str, str]:
        files = (path for path in place.glob("codebook*.yaml") if not is_of_version(path.name))
        found = {path.name: path.read_bytes().decode("utf-8", "replace") for path in files}
        return found if with_examples else {name: without_examples(text) for name, text in found.items()}

    old, new = texts(before), texts(after)
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))
