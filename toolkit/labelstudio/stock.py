"""A stock JSON export of anybody's project as answers: what was asked, of which kind, and who answered what.

Kinds are read from each result's own type, better from the labelling configuration where there is one. The level of a
question is a guess from its kind, and says why; whoever made the study may know better.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolkit.codebook.answers import Mark
from toolkit.codebook.spans import check_marks
from toolkit.labelstudio.decode import RawAnnotation, finite_number, mark_of, read_annotation, texts_of
from toolkit.labelstudio.records import ExportFile, RawEntry
from toolkit.labelstudio.stock_config import HIGHEST, MARKING, Control, path_of

_LEFT_OUT = {
    "textarea": "free text: no two of it are the same or different by themselves",
    "datetime": "a date: neither a category nor a number by itself",
}
_ELSEWHERE = "not about the text as a whole, or not a question of categories, ratings, numbers or marked words"
_OF_REGIONS = "asked of marked regions: annotators who mark others answer other questions"


@dataclass(frozen=True, slots=True)
class StockAnswer:
    """One annotator's answer on one unit: categories (one, several, none), or a number, or marked words."""

    unit: str
    annotator: str
    codes: tuple[str, ...] = ()
    number: float | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StockQuestion:
    """What one control asked: its level as guessed, and why, and the answers to it."""

    question: str
    level: str
    because: str
    categories: tuple[str, ...]
    """As configured, else those in use; of a rating from low to high."""
    answers: tuple[StockAnswer, ...]
    texts: Mapping[str, str] | None = None
    """Of marked words: the units' texts, where they are known of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockExport:
    """The questions of a project, and what of its annotations does not count."""

    questions: tuple[StockQuestion, ...]
    fields: Mapping[str, Mapping[str, object]]
    """What stands beside each unit, by its field."""
    texts: Mapping[str, str]
    """What is shown of each unit: the configured field, else the longest text in it."""
    n_annotations: int
    excluded: Mapping[str, int]
    """Annotations that do not count, by reason."""
    beside: Mapping[str, int]
    """What else was found: drafts, predictions, annotations begun from one."""
    left_out: Mapping[str, str]
    """Controls that are not measured, and why."""
    unreadable: Mapping[str, int]
    """Answers that could not be read, by control."""


@dataclass(slots=True)
class _Gathered:
    answers: dict[str, list[StockAnswer]] = field(default_factory=lambda: defaultdict(list))
    kinds: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    unreadable: Counter[str] = field(default_factory=Counter)
    looked: list[tuple[str, str]] = field(default_factory=list)
    """Unit and annotator of every annotation that counts: who marked nothing has marked nothing."""


def stock_export(found: ExportFile, controls: Mapping[str, Control] | None = None) -> StockExport:
    """Return what a project's export holds; ``controls`` are those of its labelling configuration."""
    gathered, excluded, beside = _Gathered(), Counter[str](), Counter[str]()
    n_annotations = 0
    for entry in found.entries:
        annotations = [(raw, read_annotation(raw)) for raw in entry.annotations]
        n_annotations += len(annotations)
        counting = _counting([one for _, one in annotations], excluded)
        for raw, one in annotations:
            if one.annotation_id in counting:
                beside["begun_from_a_prediction"] += one.from_prediction
                _gather(entry, one, raw["result"], gathered, controls or {})  # type: ignore[arg-type]  # read as a list
    beside |= Counter({"drafts": found.n_drafts, "predictions": found.n_predictions})
    known = controls or {}
    names = [name for name in (*known, *gathered.kinds) if name in gathered.kinds and name not in gathered.left_out]
    texts = {str(entry.remote_id): entry.data for entry in found.entries}
    return StockExport(
        questions=tuple(_question(name, known.get(name), gathered, texts) for name in dict.fromkeys(names)),
        fields=texts,
        texts=_shown(texts, next((one.field for one in known.values() if one.field is not None), None)),
        n_annotations=n_annotations,
        excluded=dict(+excluded),
        beside=dict(+beside),
        left_out=gathered.left_out,
        unreadable=dict(+gathered.unreadable),
    )


def _shown(fields: Mapping[str, Mapping[str, object]], name: str | None) -> Mapping[str, str]:
    """The text of each unit that has one, for whoever reads an example."""
    found = {}
    for unit, beside in fields.items():
        texts = [value for key, value in beside.items() if isinstance(value, str) and name in {None, key}]
        if texts:
            found[unit] = max(texts, key=len)
    return found


def _counting(annotations: Sequence[RawAnnotation], excluded: Counter[str]) -> set[int]:
    """The annotations of one unit that count: the latest of each annotator, if nobody else changed it."""
    latest: dict[int, RawAnnotation] = {}
    for one in sorted(annotations, key=lambda each: (each.created_at, each.annotation_id)):
        if one.skipped:
            excluded["skipped"] += 1
        elif one.user_id is None:
            excluded["no_annotator"] += 1
        elif one.edited_by_other:
            excluded["edited_by_other"] += 1
        else:
            excluded["revised"] += one.user_id in latest
            latest[one.user_id] = one
    return {one.annotation_id for one in latest.values()}


def _gather(
    entry: RawEntry, one: RawAnnotation, result: Sequence[Any], gathered: _Gathered, controls: Mapping[str, Control]
) -> None:
    """Take in the answers of one annotation."""
    unit, annotator = str(entry.remote_id), f"annotator {one.user_id}"
    gathered.looked.append((unit, annotator))
    parts = [part for part in result if isinstance(part, Mapping) and part.get("from_name")]
    regions = {part.get("id") for part in parts if str(part.get("type")) in MARKING and part.get("id")}
    marks: dict[str, list[Mark]] = defaultdict(list)
    for part in parts:
        name, kind, said = str(part["from_name"]), str(part.get("type")), part.get("value")
        value: Mapping[str, object] = said if isinstance(said, Mapping) else {}
        asked = controls.get(name)
        if kind in MARKING:
            read = list(_marks(value))
            gathered.unreadable[name] += not read
            marks[name] += read
            gathered.kinds.setdefault(name, "labels")
        elif (asked is not None and asked.of_regions) or part.get("id") in regions:
            gathered.left_out[name] = _OF_REGIONS
        elif kind not in _VALUES:
            gathered.left_out.setdefault(name, _LEFT_OUT.get(kind, _ELSEWHERE))
        else:
            gathered.kinds.setdefault(name, kind)
            answer = _VALUES[kind](value)
            if answer is None:
                gathered.unreadable[name] += 1
            else:
                codes, number = answer
                gathered.answers[name].append(StockAnswer(unit, annotator, codes, number))
    for name, found in marks.items():
        gathered.answers[name].append(StockAnswer(unit, annotator, marks=tuple(found)))


def _question(
    name: str, control: Control | None, gathered: _Gathered, fields: Mapping[str, Mapping[str, object]]
) -> StockQuestion:
    kind, answers = gathered.kinds[name], gathered.answers[name]
    if kind == "labels":
        return _spans(name, control, gathered, fields)
    in_use = sorted({code for answer in answers for code in answer.codes}, key=_by_size)
    configured = control.categories if control is not None else ()
    categories = (*configured, *(code for code in in_use if code not in configured))
    whose = "as configured" if control is not None else "categories: those in use"
    if kind == "number":
        return StockQuestion(question=name, level="interval", because="numbers", categories=(), answers=tuple(answers))
    if kind == "rating":
        best = control.highest if control is not None and control.highest else 0
        top = max([best, *(int(code) for code in in_use)])
        because = f"a rating from 1 to {top}{'' if best else ', the highest in use'}"
        scale = tuple(map(str, range(1, top + 1)))
        return StockQuestion(question=name, level="ordinal", because=because, categories=scale, answers=tuple(answers))
    n_several = sum(len(answer.codes) > 1 for answer in answers)
    several = bool(n_several) or (control is not None and control.several and kind == "choices")
    level = "set" if several else "taxonomy" if kind == "taxonomy" else "nominal"
    said = {
        "set": f"several categories in {n_several:,} of {len(answers):,} answers",
        "taxonomy": "one path in a tree an answer",
        "nominal": "one category an answer",
    }
    return StockQuestion(
        question=name,
        level=level,
        because=f"{said[level]}; {whose}",
        categories=categories,
        answers=tuple(answers),
    )


def _spans(
    name: str, control: Control | None, gathered: _Gathered, fields: Mapping[str, Mapping[str, object]]
) -> StockQuestion:
    """Marked words: an entry for everybody whose annotation counts, and offsets that give back the words."""
    given = {(answer.unit, answer.annotator): answer.marks for answer in gathered.answers[name]}
    labels = dict.fromkeys(control.categories if control is not None else ())
    labels |= dict.fromkeys(sorted({mark.label for marks in given.values() for mark in marks}))
    units = dict.fromkeys(unit for unit, _ in gathered.looked)
    texts = _texts(control.field if control is not None else None, given, fields, units)
    answers = []
    for unit, annotator in gathered.looked:
        marks = given.get((unit, annotator), ())
        if texts is not None:
            checked, reasons = check_marks(tuple(labels), marks, texts[unit])
            gathered.unreadable[name] += len(reasons)
            marks = tuple(Mark(span.label, span.start, span.end, span.text) for span in checked)
        answers.append(StockAnswer(unit, annotator, marks=marks))
    return StockQuestion(
        question=name,
        level="span",
        because="marked words" + ("" if texts is not None else "; the texts are not in the export as they were shown"),
        categories=tuple(labels),
        answers=tuple(answers),
        texts=texts,
    )


def _texts(
    name: str | None,
    given: Mapping[tuple[str, str], Sequence[Mark]],
    fields: Mapping[str, Mapping[str, object]],
    units: Mapping[str, None],
) -> Mapping[str, str] | None:
    """The text of every unit: of the configured field, else of the one whose words the marks give back most often."""
    candidates = [name] if name is not None else list(dict.fromkeys(key for unit in units for key in fields[unit]))
    fitting: dict[str, int] = {}
    for candidate in candidates:
        shown = {unit: fields[unit].get(candidate) for unit in units}
        if all(isinstance(text, str) for text in shown.values()):
            fitting[candidate] = sum(
                mark.text is not None and str(shown[unit])[mark.start : mark.end] == mark.text
                for (unit, _), marks in given.items()
                for mark in marks
            )
    chosen = max(fitting, key=lambda each: fitting[each], default=None)
    if chosen is None or (name is None and not fitting[chosen]):
        return None
    return {unit: str(fields[unit][chosen]) for unit in units}


def _by_size(code: str) -> tuple[int, str]:
    return (int(code), "") if code.isdecimal() else (1 << 62, code)


def _marks(value: Mapping[str, object]) -> Iterator[Mark]:
    labels = next((value[kind] for kind in MARKING if kind in value), None)
    for label in texts_of(labels) or ():
        mark = mark_of({**value, "labels": [label]})
        if mark is not None:
            yield mark


_Value = tuple[tuple[str, ...], float | None]


def _choices(value: Mapping[str, object]) -> _Value | None:
    codes = texts_of(value.get("choices"))
    return (codes, None) if codes and all(codes) else None


def _taxonomy(value: Mapping[str, object]) -> _Value | None:
    listed = value.get("taxonomy")
    paths = [texts_of(path) for path in listed] if isinstance(listed, list) else []
    return (tuple(path_of(path) for path in paths if path), None) if paths and all(paths) else None


def _rating(value: Mapping[str, object]) -> _Value | None:
    rating = finite_number(value.get("rating"))
    whole = rating is not None and rating.is_integer() and 1 <= rating <= HIGHEST
    return ((str(int(rating)),), rating) if whole and rating is not None else None


def _number(value: Mapping[str, object]) -> _Value | None:
    number = finite_number(value.get("number"))
    return None if number is None else ((), number)


def _pairwise(value: Mapping[str, object]) -> _Value | None:
    selected = value.get("selected")
    return ((selected,), None) if isinstance(selected, str) and selected else None


_VALUES: Mapping[str, Callable[[Mapping[str, object]], _Value | None]] = {
    "choices": _choices,
    "taxonomy": _taxonomy,
    "rating": _rating,
    "number": _number,
    "pairwise": _pairwise,
}
