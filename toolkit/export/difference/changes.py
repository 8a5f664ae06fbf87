"""Every change between two versions of an export as a row of one table, with the ids a program needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from toolkit.codebook.without_examples import without_examples
from toolkit.export.contract.keys import NOWHERE, locate
from toolkit.export.difference.said import decided, differing, shown_spans, texts
from toolkit.export.difference.sides import ANNOTATION, Side, pc
from toolkit.export.pages.codebook_files import is_of_version
from toolkit.export.pages.summary import HEADLINE, Headline, headlines
from toolkit.files.arrays import IntArray

NEW, REMOVED, CHANGED = "new", "removed", "changed"
COUNTS_NO_MORE, COUNTS_AGAIN = "counts_no_more", "counts_again"
_TEXTS: Final = (
    "kind", "change", "round", "article_id", "sentence_id", "annotation_id", "annotator", "question", "what", "before",
    "after",
)  # fmt: skip
CHANGES: Final = pa.schema(
    [
        *(pa.field(name, pa.string(), nullable=name not in _TEXTS[:2]) for name in _TEXTS),
        pa.field("counted_before", pa.bool_()),
        pa.field("counted_after", pa.bool_()),
        pa.field("because", pa.string()),
    ]
)
"""One row per change: of what kind of thing, which one, what it was and is, whether it counted and counts, and why."""

_ANSWER = (*ANNOTATION, "question")
_DECISION = ("round", "sentence_id", "question", "adjudicator")
_SAME = 1e-12


def changes_between(old: Side, new: Side) -> pa.Table:
    """Return every change from the old version to the new one.

    Kinds come in this order: ``option``, ``round`` (that was renamed), ``codebook``, ``article``, ``sentence``,
    ``annotator``, ``annotation``, ``answer``, ``decision``, ``agreement``. ``change`` is ``new``, ``removed``,
    ``changed``, or, where only that is another, ``counts_no_more`` or ``counts_again``.
    """
    renamed = {} if old.by_place else _renamed(old, new)
    old = replace(old, renamed=renamed)
    parts = [
        _options(old, new),
        _listed(
            "round",
            [
                {"change": CHANGED, "round": now, "what": "name", "before": was, "after": now}
                for was, now in sorted(renamed.items())
            ],
        ),
        _codebooks(old, new),
        _named(old, new, "article", ("article_id",)),
        _named(old, new, "sentence", ("sentence_id", "article_id")),
        _annotators(old, new),
        _annotations(old, new),
        _answers(old, new),
        _decisions(old, new),
        _agreement(old, new),
    ]
    return pa.concat_tables(parts)


def _renamed(old: Side, new: Side) -> dict[str, str]:
    """What rounds are called now whose annotations are the same under another name."""
    was, now = (side.table("annotations", (*ANNOTATION, "round")) for side in (old, new))
    before = locate(now, ANNOTATION, was, ANNOTATION)
    both = np.flatnonzero(before >= 0)
    pairs = zip(was["round"].take(before[both]).to_pylist(), now["round"].take(both).to_pylist(), strict=True)
    return {one: other for one, other in dict.fromkeys(pairs) if one != other}


def _rows(kind: str, change: Any, n: int, **columns: Any) -> pa.Table:
    """Changes of one kind; what a column is not given for is null."""
    given = {"kind": pa.array([kind] * n), "change": change, **columns}
    arrays = []
    for field in CHANGES:
        values = given.get(field.name)
        arrays.append(pa.nulls(n, field.type) if values is None else _plain(values).cast(field.type))
    return pa.table(arrays, schema=CHANGES)


def _plain(values: Any) -> Any:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _taken(table: pa.Table, rows: IntArray, names: Sequence[str]) -> dict[str, Any]:
    part = table.select(list(names)).take(pa.array(rows, pa.int64()))
    return {name: _plain(part[name]) for name in names}


def _listed(kind: str, found: Sequence[Mapping[str, Any]]) -> pa.Table:
    rows = [{"kind": kind, **one} for one in found]
    return pa.Table.from_pylist(rows, schema=CHANGES)


def _options(old: Side, new: Side) -> pa.Table:
    computing = {"replicates", "seed"}
    was, now = (side.options.model_dump(exclude=computing) for side in (old, new))
    return _listed(
        "option",
        [
            {"change": CHANGED, "what": name, "before": str(was[name]).lower(), "after": str(now[name]).lower()}
            for name in was
            if was[name] != now[name]
        ],
    )


def _codebooks(old: Side, new: Side) -> pa.Table:
    """Files of codebooks in force that differ; an earlier version stays what it was, whether it lies beside or not.

    Where one of them withholds the examples they are no difference.
    """
    with_examples = old.options.text == new.options.text

    def said(side: Side) -> dict[str, str]:
        files = (path for path in side.place.glob("codebook*.yaml") if not is_of_version(path.name))
        found = {path.name: path.read_bytes().decode("utf-8", "replace") for path in files}
        return found if with_examples else {name: without_examples(text) for name, text in found.items()}

    was, now = said(old), said(new)
    return _listed(
        "codebook",
        [
            {"change": REMOVED if name not in now else NEW if name not in was else CHANGED, "what": name}
            for name in sorted(was.keys() | now.keys())
            if was.get(name) != now.get(name)
        ],
    )


def _named(old: Side, new: Side, kind: str, names: tuple[str, ...]) -> pa.Table:
    """What is new and what is gone of things that never change, by their first column."""
    was, now = (side.table(f"{kind}s", names) for side in (old, new))
    come = np.flatnonzero(locate(now, names[:1], was, names[:1]) == NOWHERE)
    gone = np.flatnonzero(locate(was, names[:1], now, names[:1]) == NOWHERE)
    return pa.concat_tables(
        [
            _rows(kind, pa.array([change] * len(rows)), len(rows), **_taken(table, rows, names))
            for change, table, rows in ((NEW, now, come), (REMOVED, was, gone))
        ]
    )


def _annotators(old: Side, new: Side) -> pa.Table:
    def registered(side: Side) -> dict[str, str]:
        table = side.table("annotators", ("annotator", "registered_rounds"))
        return {
            one["annotator"]: ", ".join(sorted(side.renamed.get(name, name) for name in one["registered_rounds"] or ()))
            for one in table.to_pylist()
        }

    was, now = registered(old), registered(new)
    return _listed(
        "annotator",
        [
            {
                "change": REMOVED if name not in now else NEW if name not in was else CHANGED,
                "annotator": name,
                "what": "registered_rounds",
                "before": was.get(name),
                "after": now.get(name),
            }
            for name in sorted(was.keys() | now.keys())
            if was.get(name) != now.get(name)
        ],
    )


_WHOSE = ("round", "article_id", "sentence_id", "annotation_id", "annotator")


def _annotations(old: Side, new: Side) -> pa.Table:
    columns = (*_WHOSE, "excluded_because")
    was, now = (side.table("annotations", columns) for side in (old, new))
    before = locate(now, ANNOTATION, was, ANNOTATION)
    after = locate(was, ANNOTATION, now, ANNOTATION)
    come, gone = np.flatnonzero(before == NOWHERE), np.flatnonzero(after == NOWHERE)
    both = np.flatnonzero(before >= 0)
    both = both[differing(was.select(columns[-1:]).take(before[both]), now.select(columns[-1:]).take(both))]
    lost = _taken(was, gone, _WHOSE)
    deleted = locate(pa.table({name: lost[name] for name in ANNOTATION}), ANNOTATION, new.deleted(), ANNOTATION) >= 0
    reason = [_plain(was.take(before[both])["excluded_because"]), _plain(now.take(both)["excluded_because"])]
    return pa.concat_tables(
        [
            _rows(
                "annotation", pa.array([NEW] * len(come)), len(come), **_taken(now, come, _WHOSE),
                counted_after=_counted(now, come), because=_taken(now, come, columns[-1:])["excluded_because"],
            ),
            _rows(
                "annotation", pa.array([REMOVED] * len(gone)), len(gone), **lost, counted_before=_counted(was, gone),
                because=pc.if_else(pa.array(deleted), "deleted", None),
            ),
            _rows(
                "annotation", _turned(reason[0].is_null(), reason[1].is_null()), len(both), **_taken(now, both, _WHOSE),
                what=pa.array(["excluded_because"] * len(both)), before=reason[0], after=reason[1],
                counted_before=reason[0].is_null(), counted_after=reason[1].is_null(), because=reason[1],
            ),
        ]
    )  # fmt: skip


def _counted(annotations: pa.Table, rows: IntArray) -> Any:
    return _plain(annotations["excluded_because"].take(pa.array(rows, pa.int64()))).is_null()


def _turned(counted: Any, counts: Any) -> Any:
    """What is to be said of things that are what they were, but for whether and why they count."""
    return pc.if_else(pc.equal(counted, counts), CHANGED, pc.if_else(counted, COUNTS_NO_MORE, COUNTS_AGAIN))


def _answers(old: Side, new: Side) -> pa.Table:
    notes = all(side.options.notes and side.options.text for side in (old, new))
    whose = (*_WHOSE, "question")
    said = ("status", "code", "codes", "number", *(["text"] if notes else []))
    was, now = (side.table("answers", (*whose, "level", *said, "in_agreement")) for side in (old, new))
    spans = [shown_spans(side.table("spans"), _ANSWER) for side in (old, new)]
    before, after = locate(now, _ANSWER, was, _ANSWER), locate(was, _ANSWER, now, _ANSWER)
    come, gone, both = (np.flatnonzero(found) for found in (before == NOWHERE, after == NOWHERE, before >= 0))
    other = differing(was.select(said).take(before[both]), now.select(said).take(both))
    other |= differing(spans[0].of(was, before[both]), spans[1].of(now, both))
    turned = pc.not_equal(_flags(was, before[both]), _flags(now, both)).to_numpy(zero_copy_only=False)
    here, changed = both[other | turned], pa.array(other[other | turned])
    counted, counts = _flags(was, before[here]), _flags(now, here)
    new_ones = {
        **_taken(now, come, whose),
        "after": texts(now, come, spans[1]),
        "counted_after": _flags(now, come),
    }
    lost = {
        **_taken(was, gone, whose),
        "before": texts(was, gone, spans[0]),
        "counted_before": _flags(was, gone),
    }
    others = {
        **_taken(now, here, whose),
        "before": texts(was, before[here], spans[0]),
        "after": texts(now, here, spans[1]),
        "counted_before": counted,
        "counted_after": counts,
        "because": pc.if_else(pc.and_(counted, pc.invert(counts)), _reasons(new, now, here), None),
    }
    return pa.concat_tables(
        [
            _rows("answer", pa.array([NEW] * len(come)), len(come), **new_ones),
            _rows("answer", pa.array([REMOVED] * len(gone)), len(gone), **lost),
            _rows("answer", pc.if_else(changed, CHANGED, _turned(counted, counts)), len(here), **others),
        ]
    )


def _flags(answers: pa.Table, rows: IntArray) -> Any:
    return _plain(answers["in_agreement"].take(pa.array(rows, pa.int64())))


def _reasons(side: Side, answers: pa.Table, rows: IntArray) -> Any:
    """Why each of the answers does not count, if it does not: its annotation, itself, or its question."""
    annotations = side.table("annotations", (*ANNOTATION, "excluded_because"))
    part = answers.take(pa.array(rows, pa.int64()))
    at = pa.array(locate(part, ANNOTATION, annotations, ANNOTATION), pa.int64())
    whole = _plain(annotations["excluded_because"].take(at))
    status = _plain(part["status"])
    itself = pc.if_else(pc.equal(status, "answered"), "not_measured", status)
    return pc.coalesce(whole, itself)


def _decisions(old: Side, new: Side) -> pa.Table:
    """Decisions on answers; an export of before there were any has none."""

    def made(side: Side) -> dict[tuple[Any, ...], Mapping[str, Any]]:
        rows = side.table("adjudications").to_pylist() if side.has("adjudications") else []
        return {tuple(one[name] for name in _DECISION): one for one in rows}

    was, now = made(old), made(new)
    found: list[Mapping[str, Any]] = []
    for key in dict.fromkeys([*was, *now]):
        one, other = was.get(key), now.get(key)
        said = [decided(each) if each is not None else None for each in (one, other)]
        counts = [each["settled"] if each is not None else None for each in (one, other)]
        if said[0] == said[1] and counts[0] == counts[1]:
            continue
        shown = other or one or {}
        if one is None or other is None:
            change = NEW if one is None else REMOVED
        else:
            change = CHANGED if said[0] != said[1] else COUNTS_AGAIN if counts[1] else COUNTS_NO_MORE
        found.append(
            {
                "change": change,
                "article_id": shown["article_id"],
                **dict(zip(("round", "sentence_id", "question", "annotator"), key, strict=True)),
                "what": "decision",
                "before": said[0],
                "after": said[1],
                "counted_before": counts[0],
                "counted_after": counts[1],
                "because": shown["excluded_because"],
            }
        )
    return _listed("decision", found)


def moved_agreement(old: Side, new: Side) -> Iterator[tuple[tuple[str, str, str], Headline | None, Headline | None]]:
    """Yield round, question and level of each headline that moved, appeared or vanished, and what it was and is."""
    was, now = (
        {(one.round, one.question, one.level): one for one in headlines(side.table("agreement"))} for side in (old, new)
    )
    for at in sorted(was.keys() | now.keys()):
        one, other = was.get(at), now.get(at)
        a, b = (each.alpha if each is not None else None for each in (one, other))
        same = a == b or (a is not None and b is not None and abs(a - b) <= _SAME)
        if one is None or other is None or not same:
            yield at, one, other


def _agreement(old: Side, new: Side) -> pa.Table:
    found = []
    for (round_name, question, level), one, other in moved_agreement(old, new):
        was, now = (each.alpha if each is not None else None for each in (one, other))
        found.append(
            {
                "change": NEW if one is None else REMOVED if other is None else CHANGED,
                "round": round_name,
                "question": question,
                "what": f"{HEADLINE} ({level})",
                "before": None if was is None else repr(was),
                "after": None if now is None else repr(now),
                "because": other.undefined_because if other is not None else None,
            }
        )
    return _listed("agreement", found)
