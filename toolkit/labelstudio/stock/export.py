"""A stock JSON export of anybody's project as answers: what was asked, of which kind, and who answered what.

Kinds are read from each result's own type, better from the labelling configuration where there is one. What cannot be
read is never taken for an answer: its annotator is missing on that unit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.codebook.answers import Mark
from toolkit.labelstudio.decode import RawAnnotation, read_annotation
from toolkit.labelstudio.records import ExportFile
from toolkit.labelstudio.stock.config import Control
from toolkit.labelstudio.stock.levels import Guess, guessed, used
from toolkit.labelstudio.stock.parts import Said, said_by
from toolkit.labelstudio.stock.spans import checked

_NO_TEXT = "marked, but not in a text that is in the export as it was shown: what was left unmarked is not known"
_SHOWN = ("text", "sentence")
"""Fields that hold what was shown, where no configuration says which does."""

Entry = tuple[str, str]
"""Unit and annotator."""


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
    n_unanswered: int = 0
    """Annotations that count and say nothing of it."""
    texts: Mapping[str, str] | None = None
    """Of marked words: the units' texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockExport:
    """The questions of a project, and what of its annotations does not count."""

    questions: tuple[StockQuestion, ...]
    fields: Mapping[str, Mapping[str, object]]
    """What stands beside each unit that anybody's counting annotation is on, by its field."""
    texts: Mapping[str, str]
    """What is shown of each unit, where that is known."""
    n_annotations: int
    excluded: Mapping[str, int]
    """Annotations that do not count, by reason."""
    beside: Mapping[str, int]
    """What else was found: drafts, predictions, annotations begun from one, parts of answers that name no control."""
    left_out: Mapping[str, str]
    """Controls that are not measured, and why."""
    unreadable: Mapping[str, int]
    """Answers that could not be read, by control."""


@dataclass(slots=True)
class _Gathered:
    """What all counting annotations say, by control and entry."""

    said: dict[str, dict[Entry, Said]] = field(default_factory=lambda: defaultdict(dict))
    looked: list[Entry] = field(default_factory=list)
    fields: dict[str, Mapping[str, object]] = field(default_factory=dict)


def stock_export(found: ExportFile, controls: Mapping[str, Control] | None = None) -> StockExport:
    """Return what a project's export holds; ``controls`` are those of its labelling configuration."""
    gathered, excluded, beside = _Gathered(), Counter[str](), Counter[str]()
    n_annotations = 0
    for entry in found.entries:
        annotations = [read_annotation(raw) for raw in entry.annotations]
        n_annotations += len(annotations)
        counting = counting_of(annotations, excluded)
        for raw, one in zip(entry.annotations, annotations, strict=True):
            if one.annotation_id not in counting:
                continue
            who = str(entry.remote_id), f"annotator {one.user_id}"
            gathered.looked.append(who)
            gathered.fields[who[0]] = entry.data
            result = raw["result"]
            said, nameless = said_by(result if isinstance(result, list) else [])
            for name, about in said.items():
                gathered.said[name][who] = about
            beside["begun_from_a_prediction"] += one.from_prediction
            beside["parts_without_a_name"] += nameless
    beside += Counter({"drafts": found.n_drafts, "predictions": found.n_predictions})
    known = controls or {}
    return _measured(gathered, known, n_annotations, excluded, beside)


def _measured(
    gathered: _Gathered,
    known: Mapping[str, Control],
    n_annotations: int,
    excluded: Counter[str],
    beside: Counter[str],
) -> StockExport:
    questions: list[StockQuestion] = []
    left_out: dict[str, str] = {}
    unreadable: Counter[str] = Counter()
    for name in dict.fromkeys([*known, *gathered.said]):
        made = _question(name, known.get(name), gathered, unreadable)
        if isinstance(made, str):
            left_out[name] = made
        else:
            questions.append(made)
    shown = next((one.field for one in known.values() if one.field is not None), None)
    return StockExport(
        questions=tuple(questions),
        fields=gathered.fields,
        texts=next((one.texts for one in questions if one.texts is not None), _shown(gathered.fields, shown)),
        n_annotations=n_annotations,
        excluded=dict(+excluded),
        beside=dict(+beside),
        left_out=left_out,
        unreadable=dict(+unreadable),
    )


def _shown(fields: Mapping[str, Mapping[str, object]], name: str | None) -> Mapping[str, str]:
    """The text of each unit, for whoever reads an example; never a field that may be something else."""
    names = (name,) if name is not None else _SHOWN
    found = {unit: next((beside[each] for each in names if each in beside), None) for unit, beside in fields.items()}
    return {unit: text for unit, text in found.items() if isinstance(text, str)}


def counting_of(annotations: Sequence[RawAnnotation], excluded: Counter[str]) -> set[int]:
    """Return the annotations of one unit that count: the latest of each annotator, unless it was skipped or somebody
    else was the last to change it. The others are counted in ``excluded``.
    """
    ordered = sorted(annotations, key=lambda each: (each.created_at, each.annotation_id))
    latest = {one.user_id: one.annotation_id for one in ordered}
    counting = set()
    for one in ordered:
        if one.user_id is None:
            excluded["no_annotator"] += 1
        elif one.edited_by_other:
            excluded["edited_by_other"] += 1
        elif one.skipped:
            excluded["skipped"] += 1
        elif latest[one.user_id] != one.annotation_id:
            excluded["revised"] += 1
        else:
            counting.add(one.annotation_id)
    return counting


def _question(name: str, control: Control | None, gathered: _Gathered, unreadable: Counter[str]) -> StockQuestion | str:
    """The question, or why it is not measured."""
    said = gathered.said.get(name, {})
    if not said:
        return "nobody answered it"
    use = used(said.values())
    guess = guessed(control, use)
    if isinstance(guess, str):
        return guess
    if guess.level == "span":
        return _spans(name, guess, control, gathered, unreadable)
    unreadable[name] += use.n_said - use.n_read
    answers = [
        StockAnswer(*who, *said[who].values[0]) for who in gathered.looked if who in said and not said[who].unreadable
    ]
    silent = [who for who in gathered.looked if who not in said]
    return _valued(name, guess, control, answers, silent) if answers else "no answer to it can be read"


def _valued(
    name: str, guess: Guess, control: Control | None, answers: list[StockAnswer], silent: Sequence[Entry]
) -> StockQuestion:
    """A question answered by values; ``silent`` are those who said nothing of it."""
    said = [guess.because]
    if guess.silence_is_none:
        answers = [*answers, *(StockAnswer(*who) for who in silent)]
        said += [f"none in {len(silent):,}, the empty set"] if silent else []
        silent = ()
    said += [guess.whose] if guess.whose else []
    if control is not None and control.conditional:
        said.append("asked only after another answer")
    if silent:
        said.append(f"{len(silent):,} without an answer")
    return StockQuestion(
        question=name,
        level=guess.level,
        because="; ".join(said),
        categories=guess.categories,
        answers=tuple(answers),
        n_unanswered=len(silent),
    )


def _spans(
    name: str, guess: Guess, control: Control | None, gathered: _Gathered, unreadable: Counter[str]
) -> StockQuestion | str:
    """Marked words: an entry for everybody whose annotation counts, and offsets that give back the words."""
    said = gathered.said[name]
    marks = {who: one.marks for who, one in said.items() if not one.unreadable}
    found = checked(marks, guess.categories, gathered.fields, name=control.field if control is not None else None)
    if found is None:
        return _NO_TEXT
    missing = {who for who, one in said.items() if one.unreadable} | found.misfits
    unreadable[name] += len(missing)
    # Who marked nothing where the control appears only after another answer may not have been asked.
    asked = set(said) if control is not None and control.conditional else set(gathered.looked)
    answers = [
        StockAnswer(*who, marks=found.marks.get(who, ()))
        for who in gathered.looked
        if who in asked and who not in missing and who[0] in found.texts
    ]
    return StockQuestion(
        question=name,
        level="span",
        because=guess.because,
        categories=guess.categories,
        answers=tuple(answers),
        texts={each.unit: found.texts[each.unit] for each in answers},
    )
