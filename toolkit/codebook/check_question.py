"""What must hold inside one question: its categories, order, tree, target and limits."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Iterable, Iterator

from toolkit.codebook.asked import Asked, is_missing
from toolkit.codebook.document import Finding, Node, Place

CODED = frozenset({"nominal", "ordinal", "set", "taxonomy"})
"""Levels answered by choosing categories."""
MEASURED = frozenset({"interval", "ratio"})
"""Levels answered by a number."""
RESERVED_IDS = frozenset({"sentence", "context"})
"""Names the labelling page uses for what it shows."""


def question_faults(asked: Asked) -> Iterator[Finding]:
    """Everything wrong inside one question, whatever the other questions say."""
    if asked.id in RESERVED_IDS:
        yield Finding(asked.place("id"), f"{asked.id!r} is a name the page needs for itself: choose another id")
    yield from _categories(asked)
    yield from _hotkeys(asked)
    yield from _order(asked)
    yield from _tree(asked)
    yield from _preselected(asked)
    yield from _target(asked)
    yield from _limits(asked)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint naming the nearest known word, beginning with '; ', or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _categories(asked: Asked) -> Iterator[Finding]:
    counted, need = f"{asked.name} ({asked.level})", {"span": 1}.get(asked.level, 2)
    listed = asked.node.get("categories")
    if asked.categories and asked.level in MEASURED | {"text"}:
        yield Finding(asked.place("categories"), f"{counted} is not answered by categories: take them away")
    elif asked.level in CODED | {"span"} and (listed is None or listed.items is not None):
        outside = asked.groups | asked.missing
        there = sum(category.text("code") not in outside for category in asked.categories)
        if there < need:
            besides = " besides the missing ones" if asked.missing else ""
            what = "label" if need == 1 else "categories to choose from"
            message = f"{counted} needs at least {need} {what}{besides}; it has {there}"
            yield Finding(asked.place("categories"), message)
    yield from _repeated_codes(asked)
    yield from _repeated_titles(asked)
    if asked.level == "span":
        for category in asked.categories:
            if is_missing(category):
                place = category.entries["missing"].place if category.entries else category.place
                yield Finding(place, f"{asked.name}: a span label cannot be 'missing'")


def _repeated_codes(asked: Asked) -> Iterator[Finding]:
    for category in asked.categories:
        code = category.text("code")
        if code is not None and (first := asked.by_code[code]) is not category:
            message = f"{asked.name} has the code {code!r} twice (first in line {_at(first, 'code').line})"
            yield Finding(_at(category, "code"), message)


def _repeated_titles(asked: Asked) -> Iterator[Finding]:
    seen: dict[tuple[str | None, str], Node] = {}
    for category in asked.categories:
        title = category.text("title")
        if title is None:
            continue
        first = seen.setdefault((category.text("parent"), title.strip().casefold()), category)
        if first is not category:
            message = f"{asked.name} shows the title {title!r} twice (first in line {_at(first, 'title').line})"
            yield Finding(_at(category, "title"), message)


def _hotkeys(asked: Asked) -> Iterator[Finding]:
    has = {code for code in asked.choosable if asked.by_code[code].text("hotkey") is not None}
    lacks = [code for code in asked.choosable if code not in has]
    if has and lacks:
        yield Finding(
            asked.place("categories"),
            f"{asked.name}: give every category a hotkey or none (the page invents the rest);"
            f" without one: {', '.join(lacks)}",
        )
    for code in asked.by_code:
        if code in asked.groups and asked.by_code[code].text("hotkey") is not None:
            place = _at(asked.by_code[code], "hotkey")
            yield Finding(place, f"{asked.name}: {code!r} only groups others and cannot have a hotkey")


def _order(asked: Asked) -> Iterator[Finding]:
    listed = asked.node.listed("order")
    if asked.level != "ordinal":
        if listed and asked.level:
            yield Finding(asked.place("order"), f"{asked.name} is {asked.level}: only ordinal questions have an order")
        return
    if not listed:
        yield Finding(asked.place("order"), f"{asked.name} is ordinal and needs 'order': its codes from low to high")
        return
    counts = Counter(item.written for item in listed)
    seen: set[str] = set()
    for item in listed:
        code = item.written
        if code not in asked.by_code:
            hint = did_you_mean(code, asked.on_scale)
            yield Finding(item.place, f"{asked.name}: 'order' names the unknown category {code!r}{hint}")
        elif code in asked.missing:
            yield Finding(
                item.place, f"{asked.name}: {code!r} is outside the scale (missing) and has no place in 'order'"
            )
        elif code in seen:
            yield Finding(item.place, f"{asked.name}: 'order' names {code!r} {counts[code]} times")
        seen.add(code)
    left_out = [code for code in asked.on_scale if code not in counts]
    if left_out:
        yield Finding(asked.place("order"), f"{asked.name}: 'order' leaves out {', '.join(left_out)}")


def _tree(asked: Asked) -> Iterator[Finding]:
    if asked.level != "taxonomy":
        for category in asked.categories:
            if category.text("parent") is not None and asked.level:
                message = f"{asked.name} is {asked.level}: only taxonomy categories have a parent"
                yield Finding(_at(category, "parent"), message)
        return
    if asked.categories and not asked.groups:
        yield Finding(asked.place("categories"), f"{asked.name} is a taxonomy and no category has a parent")
    circles: set[frozenset[str]] = set()
    for code, category in asked.by_code.items():
        parent = category.text("parent")
        if parent is None:
            continue
        if parent not in asked.by_code:
            hint = did_you_mean(parent, asked.by_code)
            yield Finding(_at(category, "parent"), f"{asked.name}: {parent!r} is no category of it{hint}")
            continue
        path = asked.path(code)
        if asked.by_code[path[-1]].text("parent") == code and frozenset(path) not in circles:
            circles.add(frozenset(path))
            round_trip = " → ".join((*path, code))
            yield Finding(_at(category, "parent"), f"{asked.name}: the parents run in a circle ({round_trip})")
    for code in asked.missing & asked.groups:
        place = _at(asked.by_code[code], "missing")
        yield Finding(place, f"{asked.name}: {code!r} is missing ('cannot be judged') and cannot hold other categories")


def _preselected(asked: Asked) -> Iterator[Finding]:
    code = asked.node.text("preselected")
    if code is None:
        return
    if asked.level and asked.level not in CODED:
        yield Finding(asked.place("preselected"), f"{asked.name} is {asked.level}: nothing can be preselected")
    elif code in asked.groups and code in asked.by_code:
        message = f"{asked.name}: {code!r} only groups others and cannot be preselected"
        yield Finding(asked.place("preselected"), message)
    elif code not in asked.by_code:
        message = f"{asked.name} has no category {code!r} to preselect{did_you_mean(code, asked.choosable)}"
        yield Finding(asked.place("preselected"), message)


def _target(asked: Asked) -> Iterator[Finding]:
    target = asked.node.get("target")
    if target is None or (target.is_scalar and target.scalar is None):
        return
    flag = asked.node.get("agreement")
    if flag is not None and flag.scalar is False:
        message = f"{asked.name} has a target, but 'agreement: false' keeps it out of the agreement table"
        yield Finding(target.place, message)
    elif asked.level == "text":
        yield Finding(target.place, f"{asked.name} is text: agreement on it is not computed, so it has no target")
    if target.entries is not None:
        yield from _target_map(asked, target, target.entries)


def _target_map(asked: Asked, target: Node, entries: Iterable[str]) -> Iterator[Finding]:
    if not entries:
        yield Finding(target.place, f"{asked.name}: the target's map is empty")
    if asked.level == "taxonomy":
        deepest = max((len(asked.path(code)) for code in asked.by_code), default=0)
        known, what = [str(depth) for depth in range(1, deepest + 1)], "depth"
    elif asked.level == "span":
        known, what = list(asked.by_code), "label"
    else:
        if asked.level:
            yield Finding(target.place, f"{asked.name} is {asked.level}: its target is one number, not a map")
        return
    for key in entries:
        if key not in known:
            message = f"{asked.name}: the target names the {what} {key!r}; it has {', '.join(known) or 'none'}"
            yield Finding(target.key_places[key], message)


def _limits(asked: Asked) -> Iterator[Finding]:
    limits = {field: node for field in ("minimum", "maximum") if (node := asked.node.get(field)) is not None}
    numbers: dict[str, float] = {}
    for field, node in limits.items():
        if not isinstance(node.scalar, int | float) or isinstance(node.scalar, bool):
            continue
        numbers[field] = float(node.scalar)
        if asked.level and asked.level not in MEASURED:
            yield Finding(node.place, f"{asked.name} is {asked.level}: {field!r} is for interval and ratio questions")
        elif not math.isfinite(numbers[field]):
            yield Finding(node.place, f"{asked.name}: {field!r} must be a finite number")
        elif asked.level == "ratio" and numbers[field] < 0:
            yield Finding(node.place, f"{asked.name} is ratio, which begins at zero: {field!r} cannot be negative")
    if len(numbers) == 2 and numbers["minimum"] > numbers["maximum"]:
        message = f"{asked.name}: minimum {limits['minimum'].written} is above maximum {limits['maximum'].written}"
        yield Finding(limits["minimum"].place, message)


def _at(category: Node, field: str) -> Place:
    node = category.get(field)
    return category.place if node is None else node.place
