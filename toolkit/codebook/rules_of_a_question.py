"""What must hold inside one question: its categories, order, tree, target and limits."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator

from toolkit.codebook.document import Finding, Node, Place
from toolkit.codebook.question_node import QuestionNode, is_missing
from toolkit.files.wording import closest

CODED = frozenset({"nominal", "ordinal", "set", "taxonomy"})
"""Levels answered by choosing categories."""
MEASURED = frozenset({"interval", "ratio"})
"""Levels answered by a number."""
RESERVED_IDS = frozenset({"sentence", "context"})
"""Names the labelling page uses for what it shows."""
TRUTH_IDS = frozenset({"true", "false"})
"""Names Label Studio takes for truth values: it refuses the page, so no round ever had them."""


def question_faults(question: QuestionNode) -> Iterator[Finding]:
    """Yield everything wrong inside one question, whatever the other questions say."""
    if question.id in RESERVED_IDS:
        yield Finding(question.place("id"), f"{question.id!r} is a name the page needs for itself: choose another id")
    if question.id in TRUTH_IDS:
        yield Finding(question.place("id"), f"{question.id!r} is read as a truth value by the page: choose another id")
    yield from _categories(question)
    yield from _hotkeys(question)
    yield from _order(question)
    yield from _tree(question)
    yield from _neighbours(question)
    yield from _preselected(question)
    yield from _target(question)
    yield from _limits(question)
    yield from _at_most(question)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint naming the nearest known word, beginning with '; ', or nothing."""
    near = closest(word, known)
    return f"; did you mean {near!r}?" if near else ""


def _categories(question: QuestionNode) -> Iterator[Finding]:
    named, need = f"{question.name} ({question.level})", {"span": 1, "set": 1}.get(question.level, 2)
    listed = question.node.get("categories")
    if question.categories and question.level in MEASURED | {"text"}:
        yield Finding(question.place("categories"), f"{named} is not answered by categories: take them away")
    elif question.level in CODED | {"span"} and (listed is None or listed.items is not None):
        outside = question.groups | question.missing
        there = sum(category.text("code") not in outside for category in question.categories)
        if there < need:
            besides = " besides the missing ones" if question.missing else ""
            one = "label" if question.level == "span" else "category to choose from"
            what = one if need == 1 else "categories to choose from"
            message = f"{named} needs at least {need} {what}{besides}; it has {there}"
            yield Finding(question.place("categories"), message)
    yield from _repeated_codes(question)
    yield from _repeated_titles(question)
    if question.level == "span":
        for category in question.categories:
            if is_missing(category):
                place = category.entries["missing"].place if category.entries else category.place
                yield Finding(place, f"{question.name}: a span label cannot be 'missing'")


def _repeated_codes(question: QuestionNode) -> Iterator[Finding]:
    for category in question.categories:
        code = category.text("code")
        if code is not None and (first := question.by_code[code]) is not category:
            message = f"{question.name} has the code {code!r} twice (first in line {_at(first, 'code').line})"
            yield Finding(_at(category, "code"), message)


def _repeated_titles(question: QuestionNode) -> Iterator[Finding]:
    seen: dict[tuple[str | None, str], Node] = {}
    for category in question.categories:
        title = category.text("title")
        if title is None:
            continue
        first = seen.setdefault((category.text("parent"), title.strip().casefold()), category)
        if first is not category:
            message = f"{question.name} shows the title {title!r} twice (first in line {_at(first, 'title').line})"
            yield Finding(_at(category, "title"), message)


def _hotkeys(question: QuestionNode) -> Iterator[Finding]:
    has = {code for code in question.choosable if question.by_code[code].text("hotkey") is not None}
    lacks = [code for code in question.choosable if code not in has]
    if has and lacks:
        yield Finding(
            question.place("categories"),
            f"{question.name}: give every category a hotkey or none (the page invents the rest);"
            f" without one: {', '.join(lacks)}",
        )
    for code in question.by_code:
        if code in question.groups and question.by_code[code].text("hotkey") is not None:
            place = _at(question.by_code[code], "hotkey")
            yield Finding(place, f"{question.name}: {code!r} only groups others and cannot have a hotkey")


def _order(question: QuestionNode) -> Iterator[Finding]:
    listed = question.node.listed("order")
    if question.level != "ordinal":
        if listed and question.level:
            yield Finding(
                question.place("order"), f"{question.name} is {question.level}: only ordinal questions have an order"
            )
        return
    if not listed:
        yield Finding(
            question.place("order"), f"{question.name} is ordinal and needs 'order': its codes from low to high"
        )
        return
    counts = Counter(item.written for item in listed)
    seen: set[str] = set()
    for item in listed:
        code = item.written
        if code not in question.by_code:
            hint = did_you_mean(code, question.on_scale)
            yield Finding(item.place, f"{question.name}: 'order' names the unknown category {code!r}{hint}")
        elif code in question.missing:
            yield Finding(
                item.place, f"{question.name}: {code!r} is outside the scale (missing) and has no place in 'order'"
            )
        elif code in seen:
            yield Finding(item.place, f"{question.name}: 'order' names {code!r} {counts[code]} times")
        seen.add(code)
    left_out = [code for code in question.on_scale if code not in counts]
    if left_out:
        yield Finding(question.place("order"), f"{question.name}: 'order' leaves out {', '.join(left_out)}")


def _tree(question: QuestionNode) -> Iterator[Finding]:
    if question.level != "taxonomy":
        for category in question.categories:
            if category.text("parent") is not None and question.level:
                message = f"{question.name} is {question.level}: only taxonomy categories have a parent"
                yield Finding(_at(category, "parent"), message)
        return
    if question.categories and not question.groups:
        yield Finding(question.place("categories"), f"{question.name} is a taxonomy and no category has a parent")
    circles: set[frozenset[str]] = set()
    for code, category in question.by_code.items():
        parent = category.text("parent")
        if parent is None:
            continue
        if parent not in question.by_code:
            hint = did_you_mean(parent, question.by_code)
            yield Finding(_at(category, "parent"), f"{question.name}: {parent!r} is no category of it{hint}")
            continue
        path = question.path(code)
        if question.by_code[path[-1]].text("parent") == code and frozenset(path) not in circles:
            circles.add(frozenset(path))
            round_trip = " → ".join((*path, code))
            yield Finding(_at(category, "parent"), f"{question.name}: the parents run in a circle ({round_trip})")
    for code in question.missing & question.groups:
        place = _at(question.by_code[code], "missing")
        yield Finding(
            place, f"{question.name}: {code!r} is missing ('cannot be judged') and cannot hold other categories"
        )


def _neighbours(question: QuestionNode) -> Iterator[Finding]:
    for code, category in question.by_code.items():
        for neighbour in category.listed("not_this_but"):
            then = neighbour.text("then")
            if then is None:
                continue
            if then not in question.by_code:
                others = [other for other in question.by_code if other != code]
                message = f"{then!r} is no category of it{did_you_mean(then, others)}"
                yield Finding(_at(neighbour, "then"), f"{question.name}: 'not_this_but' of {code!r}: {message}")
            elif then in question.path(code):
                which = "itself" if then == code else f"{then!r}, the group it belongs under"
                message = f"'not_this_but' of {code!r} names {which}: name another category"
                yield Finding(_at(neighbour, "then"), f"{question.name}: {message}")


def _preselected(question: QuestionNode) -> Iterator[Finding]:
    code = question.node.text("preselected")
    if code is None:
        return
    if question.level and question.level not in CODED:
        yield Finding(question.place("preselected"), f"{question.name} is {question.level}: nothing can be preselected")
    elif code in question.groups and code in question.by_code:
        message = f"{question.name}: {code!r} only groups others and cannot be preselected"
        yield Finding(question.place("preselected"), message)
    elif code not in question.by_code:
        message = f"{question.name} has no category {code!r} to preselect{did_you_mean(code, question.choosable)}"
        yield Finding(question.place("preselected"), message)


def _target(question: QuestionNode) -> Iterator[Finding]:
    target, because = question.node.get("target"), question.node.get("target_because")
    if target is None or (target.is_scalar and target.scalar is None):
        if because is not None and because.scalar is not None:
            yield Finding(because.place, f"{question.name} has no target that 'target_because' could be about")
        return
    flag = question.node.get("agreement")
    if flag is not None and flag.scalar is False:
        message = f"{question.name} has a target, but 'agreement: false' keeps it out of the agreement table"
        yield Finding(target.place, message)
    elif question.level == "text":
        yield Finding(target.place, f"{question.name} is text: agreement on it is not computed, so it has no target")
    if target.entries is not None:
        yield from _target_map(question, target, target.entries)


def _target_map(question: QuestionNode, target: Node, entries: Iterable[str]) -> Iterator[Finding]:
    if not entries:
        yield Finding(target.place, f"{question.name}: the target's map is empty")
    if question.level == "taxonomy":
        deepest = max((len(question.path(code)) for code in question.by_code), default=0)
        known, what = [str(depth) for depth in range(1, deepest + 1)], "depth"
    elif question.level == "span":
        known, what = list(question.by_code), "label"
    else:
        if question.level:
            yield Finding(target.place, f"{question.name} is {question.level}: its target is one number, not a map")
        return
    for key in entries:
        if key not in known:
            message = f"{question.name}: the target names the {what} {key!r}; it has {', '.join(known) or 'none'}"
            yield Finding(target.key_places[key], message)


def _limits(question: QuestionNode) -> Iterator[Finding]:
    limits = {field: node for field in ("minimum", "maximum") if (node := question.node.get(field)) is not None}
    numbers: dict[str, float] = {}
    for field, node in limits.items():
        if not isinstance(node.scalar, int | float) or isinstance(node.scalar, bool):
            continue
        numbers[field] = float(node.scalar)
        if question.level and question.level not in MEASURED:
            yield Finding(
                node.place, f"{question.name} is {question.level}: {field!r} is for interval and ratio questions"
            )
        elif not math.isfinite(numbers[field]):
            yield Finding(node.place, f"{question.name}: {field!r} must be a finite number")
        elif question.level == "ratio" and numbers[field] < 0:
            yield Finding(node.place, f"{question.name} is ratio, which begins at zero: {field!r} cannot be negative")
    if len(numbers) == 2 and numbers["minimum"] > numbers["maximum"]:
        message = f"{question.name}: minimum {limits['minimum'].written} is above maximum {limits['maximum'].written}"
        yield Finding(limits["minimum"].place, message)


def _at_most(question: QuestionNode) -> Iterator[Finding]:
    node = question.node.get("at_most")
    if node is None or not isinstance(node.scalar, int) or isinstance(node.scalar, bool):
        return
    if question.level and question.level != "set":
        yield Finding(node.place, f"{question.name} is {question.level}: 'at_most' is for sets")
    elif question.on_scale and node.scalar >= len(question.on_scale):
        yield Finding(
            node.place, f"{question.name}: all {len(question.on_scale)} categories are at most {node.written}"
        )


def _at(category: Node, field: str) -> Place:
    node = category.get(field)
    return category.place if node is None else node.place
