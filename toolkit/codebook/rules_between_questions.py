"""What must hold between the questions of a codebook: ids, hotkeys, and who depends on whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toolkit.codebook.document import Finding, Node, Place
from toolkit.codebook.question_node import QuestionNode, question_nodes
from toolkit.codebook.rules_of_a_question import CODED, did_you_mean, question_faults

_MODIFIERS: Mapping[str, str] = {
    "control": "ctrl",
    "option": "alt",
    "command": "cmd",
    "meta": "cmd",
    "⌘": "cmd",
    "⇧": "shift",
}


def structural_faults(root: Node) -> list[Finding]:
    """Return everything wrong in how the parts of a document refer to one another, alone or across questions."""
    questions = question_nodes(root)
    return [
        *_repeated_ids(questions),
        *(fault for question in questions for fault in question_faults(question)),
        *_repeated_hotkeys(questions),
        *_conditions(questions),
    ]


def same_key(hotkey: str) -> frozenset[str]:
    """Return the keys a hotkey answers to, so that ``A`` and ``a``, ``ctrl+shift+a`` and ``Shift+Control+a`` are one.

    >>> same_key("Shift+Control+A") == same_key("ctrl+shift+a")
    True
    >>> sorted(same_key("a,B"))
    ['a', 'b']
    """
    lowered = hotkey.lower()
    alternatives = [part for part in lowered.split(",") if part] or [lowered]
    return frozenset("+".join(sorted(_MODIFIERS.get(key, key) for key in part.split("+"))) for part in alternatives)


def _repeated_ids(questions: Sequence[QuestionNode]) -> Iterator[Finding]:
    first: dict[str, Place] = {}
    for question in questions:
        if not question.id:
            continue
        place = question.place("id")
        if question.id in first:
            line = first[question.id].line
            yield Finding(place, f"the question id {question.id!r} is given twice (first in line {line})")
        first.setdefault(question.id, place)


def _repeated_hotkeys(questions: Sequence[QuestionNode]) -> Iterator[Finding]:
    taken: dict[str, str] = {}
    for question in questions:
        for category in question.categories:
            hotkey = category.get("hotkey")
            if hotkey is None or not hotkey.is_scalar or hotkey.scalar is None:
                continue
            owner = f"{category.text('code')!r} of {question.name} (line {hotkey.place.line})"
            clash = next((taken[key] for key in sorted(same_key(hotkey.written)) if key in taken), None)
            if clash is not None:
                yield Finding(hotkey.place, f"the hotkey {hotkey.written!r} already chooses {clash}")
            for key in same_key(hotkey.written):
                taken.setdefault(key, owner)


def _conditions(questions: Sequence[QuestionNode]) -> Iterator[Finding]:
    position: dict[str, int] = {}
    for index, question in enumerate(questions):
        position.setdefault(question.id, index)
    circles: set[frozenset[str]] = set()
    for index, question in enumerate(questions):
        condition = question.node.get("show_if")
        if condition is None or condition.entries is None:
            continue
        for target, codes in condition.entries.items():
            place = condition.key_places[target]
            if target not in position:
                earlier = [other.id for other in questions[:index]]
                hint = did_you_mean(target, earlier)
                yield Finding(place, f"{question.name} is shown by {target!r}, which is no question here{hint}")
                continue
            yield from _listed_codes(question, questions[position[target]], codes)
            if position[target] >= index:
                yield from _not_earlier(question, target, place, questions, circles)


def _listed_codes(question: QuestionNode, target: QuestionNode, codes: Node) -> Iterator[Finding]:
    if codes.items is None:
        return
    if target.level and target.level not in CODED:
        message = (
            f"{question.name} cannot be shown by {target.id!r}: a {target.level} question has no categories to choose"
        )
        yield Finding(codes.place, message)
        return
    if not codes.items:
        message = f"{question.name}: no category of {target.id!r} is listed, so it would never be shown"
        yield Finding(codes.place, message)
    seen: set[str] = set()
    for item in codes.items:
        code = item.written
        if not item.is_scalar:
            continue
        if code not in target.by_code:
            hint = did_you_mean(code, target.by_code)
            message = f"{question.name} is shown by {code!r}, which is no category of {target.id!r}{hint}"
            yield Finding(item.place, message)
        elif code in seen:
            yield Finding(item.place, f"{question.name}: {code!r} of {target.id!r} is listed twice")
        seen.add(code)


def _not_earlier(
    question: QuestionNode, target: str, place: Place, questions: Sequence[QuestionNode], circles: set[frozenset[str]]
) -> Iterator[Finding]:
    if target == question.id:
        yield Finding(place, f"{question.name} is shown by itself")
        return
    back = _way(target, question.id, questions)
    if not back:
        yield Finding(place, f"{question.name} is shown by {target!r}, which is asked later: move {target!r} before it")
    elif frozenset(back) not in circles:
        circles.add(frozenset(back))
        round_trip = " → ".join((question.id, *back))
        yield Finding(place, f"questions are shown by one another in a circle ({round_trip})")


def _way(start: str, goal: str, questions: Sequence[QuestionNode]) -> tuple[str, ...]:
    """The shortest way from one question to another along ``show_if``; empty where there is none."""
    depends = {question.id: _depends_on(question) for question in reversed(questions)}
    ways: list[tuple[str, ...]] = [(start,)]
    met = {start}
    for way in ways:
        if way[-1] == goal:
            return way
        for following in depends.get(way[-1], ()):
            if following not in met:
                met.add(following)
                ways.append((*way, following))
    return ()


def _depends_on(question: QuestionNode) -> tuple[str, ...]:
    condition = question.node.get("show_if")
    return () if condition is None or condition.entries is None else tuple(condition.entries)
