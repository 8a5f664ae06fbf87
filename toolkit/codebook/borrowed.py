"""Categories that a question takes from another one: written once, so that the two lists cannot drift apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from toolkit.codebook.document import Finding, Node
from toolkit.codebook.question_node import is_missing
from toolkit.files.wording import closest

BORROWED = "categories_of"
_SHIFT = "shift+"


def with_borrowed_categories(root: Node) -> tuple[Node, list[Finding]]:
    """Return the document with every ``categories_of`` written out, and what is wrong with any of them.

    The categories are those of the question named, without the ones outside its scale; a hotkey becomes the same with
    shift. Where something is wrong the question has no categories.
    """
    listed = root.get("questions")
    if listed is None or listed.items is None:
        return root, []
    by_id = {question.text("id"): question for question in listed.items}
    findings: list[Finding] = []
    items = tuple(_written_out(question, by_id, findings) for question in listed.items)
    if items == listed.items:
        return root, findings
    questions = replace(listed, items=items)
    return replace(root, entries={**(root.entries or {}), "questions": questions}), findings


def _written_out(question: Node, by_id: Mapping[str | None, Node], findings: list[Finding]) -> Node:
    borrowed = question.get(BORROWED)
    if borrowed is None or question.entries is None:
        return question
    entries = {name: node for name, node in question.entries.items() if name != BORROWED}
    found = _lender(question, borrowed, by_id)
    if isinstance(found, str):
        findings.append(Finding(borrowed.place, found))
    else:
        left_out = frozenset(category.text("code") for category in found if is_missing(category))
        taken = tuple(_taken(category, left_out) for category in found if not is_missing(category))
        entries["categories"] = Node(borrowed.place, items=taken)
    return replace(question, entries=entries, key_places={**question.key_places, "categories": borrowed.place})


def _lender(question: Node, borrowed: Node, by_id: Mapping[str | None, Node]) -> tuple[Node, ...] | str:
    """The categories of the question named, or what is wrong."""
    own, named = question.text("id"), borrowed.written
    if question.get("categories") is not None:
        return f"question {own!r} has categories of its own: leave out one of the two"
    lender = by_id.get(named)
    if lender is None:
        near = closest(named, [name for name in by_id if name is not None])
        return f"{named!r} is no question here" + (f"; did you mean {near!r}?" if near else "")
    categories = lender.get("categories")
    if categories is None or categories.items is None:
        return f"question {named!r} lists no categories itself"
    return categories.items


def _taken(category: Node, left_out: frozenset[str | None]) -> Node:
    """A category as another question has it: with a key of its own, and no word on categories that are left out."""
    if category.entries is None:
        return category
    entries, hotkey = dict(category.entries), category.get("hotkey")
    if hotkey is not None:
        entries["hotkey"] = Node(hotkey.place, scalar=f"{_SHIFT}{hotkey.written}", written=f"{_SHIFT}{hotkey.written}")
    neighbours = category.get("not_this_but")
    if neighbours is not None and neighbours.items is not None:
        kept = tuple(one for one in neighbours.items if one.text("then") not in left_out - {None})
        entries["not_this_but"] = replace(neighbours, items=kept)
    return replace(category, entries=entries)
