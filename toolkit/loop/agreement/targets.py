"""Targets where no codebook has them: of a table, or of a project's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from toolkit.agreement.coded_question import AnyQuestion
from toolkit.errors import Fault, UsageError


def with_targets(questions: Sequence[AnyQuestion], said: Sequence[str]) -> list[AnyQuestion]:
    """Return the questions with the targets that are ``said``: ``0.8`` is for all, ``voice=0.7`` for one.

    Raise ``UsageError`` listing everything said that is no target, names no question, or names one twice.
    """
    of_question = _read(said, [question.question for question in questions])
    for_all = of_question.get(None)
    return [replace(one, target=of_question.get(one.question, for_all)) for one in questions]


def _read(said: Sequence[str], names: Sequence[str]) -> Mapping[str | None, float]:
    found: dict[str | None, float] = {}
    faults: list[Fault] = []
    for text in said:
        named, equals, number = text.rpartition("=")
        name = named.strip() if equals else None
        target = _number(number)
        if target is None:
            faults.append(Fault(repr(text), f"{number.strip()!r} is no number from -1 to 1"))
        elif name is not None and name not in names:
            faults.append(Fault(repr(text), f"there is no question {name!r}"))
        elif name in found:
            faults.append(Fault(repr(text), "there is another target for " + ("all" if name is None else repr(name))))
        else:
            found[name] = target
    if faults:
        raise UsageError("not every target can be taken", faults=faults, todo=f"Questions are {', '.join(names)}.")
    return found


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if -1 <= number <= 1 else None
