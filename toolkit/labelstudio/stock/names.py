"""What stands for what: the controls and values of a project that was adopted, as questions and codes of a codebook."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from toolkit.codebook.answers import Mark, Response
from toolkit.codebook.model import Codebook, Question
from toolkit.codebook.rules_of_a_question import CODED, MEASURED
from toolkit.errors import Fault
from toolkit.labelstudio.decode import MALFORMED, read_responses
from toolkit.labelstudio.stock.config import Control
from toolkit.labelstudio.stock.parts import Said, Value, said_by

Holds = Literal["codes", "numbers", "texts", "marks"]
"""What the answers to a control are."""

_CAN_BE: Mapping[Holds, frozenset[str]] = {
    "codes": CODED | MEASURED,
    "numbers": MEASURED,
    "texts": frozenset({"text"}),
    "marks": frozenset({"span"}),
}
"""Levels at which such answers can be read."""


@dataclass(frozen=True, slots=True)
class NamedControl:
    """The question a control is, what its answers are, and the code of each value it stores."""

    question: str
    holds: Holds
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """Controls that are questions of the codebook, and those that are none."""

    controls: Mapping[str, NamedControl]
    left_out: frozenset[str]

    def written(self) -> str:
        """Return them as text, for ``read_names``."""
        controls = {name: asdict(one) for name, one in self.controls.items()}
        return json.dumps({"controls": controls, "left_out": sorted(self.left_out)}, ensure_ascii=False)


def read_names(text: str) -> Names:
    """Return the names that ``Names.written`` wrote."""
    found = json.loads(text)
    return Names(
        {name: NamedControl(**one) for name, one in found["controls"].items()},
        frozenset(found["left_out"]),
    )


def responses_in(result: Sequence[object], names: Names, codebook: Codebook) -> Iterator[Response]:
    """Yield what a submission of an adopted project answers, question by question, unchecked.

    Controls that are no question of the codebook, or not any more, are passed over.
    """
    said, _ = said_by(result)
    texts = {one.question: one for one in read_responses(result) if one.texts}
    for control, what in said.items():
        named = names.controls.get(control)
        question = codebook.by_id.get(named.question) if named is not None else None
        if named is None or question is None:
            continue
        if question.level == "text":
            yield Response(question.id, texts=texts[control].texts if control in texts else ())
        elif what.unreadable or what.of_regions:
            yield Response(question.id, codes=(MALFORMED,))
        else:
            yield _response(question, named, what)


def _response(question: Question, named: NamedControl, said: Said) -> Response:
    if said.marks:
        marks = [Mark(_code(question, named, mark.label), mark.start, mark.end, mark.text) for mark in said.marks]
        return Response(question.id, marks=tuple(marks))
    if question.level in MEASURED:
        numbers = [_number(value) for value in said.values]
        known = tuple(number for number in numbers if number is not None)
        return Response(question.id, numbers=known if len(known) == len(numbers) else (), codes=_unread(numbers))
    return Response(
        question.id, codes=tuple(_code(question, named, code) for codes, _ in said.values for code in codes)
    )


def _unread(numbers: Sequence[float | None]) -> tuple[str, ...]:
    return (MALFORMED,) if None in numbers else ()


def _number(value: Value) -> float | None:
    codes, number = value
    if number is not None:
        return number
    try:
        return float(codes[0]) if len(codes) == 1 else None
    except ValueError:
        return None


def _code(question: Question, named: NamedControl, stored: str) -> str:
    """The code of a stored value; one that came later keeps its own words, but is never taken for a code."""
    return named.codes.get(stored, stored if stored not in question.by_code else f"?{stored}")


def misfits(names: Names, codebook: Codebook) -> Iterator[Fault]:
    """Yield why answers of the project cannot be read by this codebook: what it asks besides, and what it has lost."""
    of_question = {one.question: one for one in names.controls.values()}
    for question in codebook.questions:
        named = of_question.get(question.id)
        if named is None:
            yield Fault(question.id, "the project does not ask it")
        elif question.level not in _CAN_BE[named.holds]:
            yield Fault(question.id, f"its answers are {named.holds}, which cannot be read at level {question.level!r}")
        elif question.level not in MEASURED:
            lost = [code for code in dict.fromkeys(named.codes.values()) if code not in question.by_code]
            yield from (Fault(question.id, f"has no category {code!r}, which the project stores") for code in lost)


def not_known(names: Names, controls: Mapping[str, Control]) -> tuple[str, ...]:
    """Return what a project asks now that it did not ask when it was adopted, in plain words."""
    found = []
    for name, control in controls.items():
        named = names.controls.get(name)
        if named is None:
            found += [] if name in names.left_out else [f"it asks {name!r} as well"]
            continue
        if new := [stored for stored in control.categories if stored not in named.codes]:
            found.append(f"{name!r} has {', '.join(map(repr, new))} as well")
    gone = [name for name in names.controls if name not in controls]
    return (*found, *(f"it does not ask {name!r} any more" for name in gone))
