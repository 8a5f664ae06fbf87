"""What differs between two codebooks beside the categories that became others, and would cost answers."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.codebook.change import Change
from toolkit.codebook.diff import compare
from toolkit.codebook.migration.translated import Step
from toolkit.codebook.model import Category, Codebook, Question


def changes_left(step: Step) -> tuple[Change, ...]:
    """Return every change that answers would not survive once their categories are those of the later codebook."""
    found = compare(_carried_over(step), step.new)
    left = tuple(change for change in found if not change.keeps_answers and not _said_of_the_map(change))
    if _numbers(step.new.version) > _numbers(step.old.version):
        return left
    because = "the data could not tell before from after: raise it"
    return (*left, Change("version", f"{step.old.version} → {step.new.version}", keeps_answers=False, because=because))


def _said_of_the_map(change: Change) -> bool:
    """A category that is gone: what is left of those is what the map does not say, or says wrongly."""
    return change.what == "category removed" or change.what.startswith("code: ")


def _carried_over(step: Step) -> Codebook:
    """The earlier codebook with the later one's codes in the place of its own, and nothing else changed."""
    said = step.old.model_dump()
    questions = [_question(step, question).model_dump() for question in step.old.questions]
    return Codebook.model_validate({**said, "version": step.new.version, "questions": questions})


def _question(step: Step, before: Question) -> Question:
    after = step.new.by_id.get(before.id)
    show_if = {name: _images(step, name, codes) for name, codes in before.show_if.items()}
    if after is None or not before.categories:
        return before.model_copy(update={"show_if": show_if})
    categories: dict[str, Category] = {}
    for category in before.categories:
        for code in _images(step, before.id, [category.code]) or [category.code]:
            parents = [] if category.parent is None else _images(step, before.id, [category.parent])
            there = after.by_code.get(code)
            parent = there.parent if there is not None and there.parent in parents else next(iter(parents), None)
            # The wording is the later one's: in what words something is asked costs no answers.
            words = {} if there is None else {"title": there.title, "definition": there.definition}
            made = category.model_copy(
                update={**words, "code": code, "parent": parent, "hotkey": None, "not_this_but": []}
            )
            categories.setdefault(code, made)
    order = _images(step, before.id, before.order)
    if len(step.split.get(before.id, ())):  # what one step became stands where it stood, in the order it has now
        order = _in_place(order, step, before, after)
    chosen = [] if before.preselected is None else _images(step, before.id, [before.preselected])
    preselected = after.preselected if after.preselected in chosen else next(iter(chosen), None)
    return before.model_copy(
        update={"categories": list(categories.values()), "show_if": show_if, "order": order, "preselected": preselected}
    )


def _images(step: Step, question: str, codes: Iterable[str]) -> list[str]:
    """What codes became, each once; one that is gone without a word became nothing."""
    there = step.new.by_id.get(question)
    became = (target for code in codes for target in step.became(question, code))
    return [code for code in dict.fromkeys(became) if there is None or code in there.by_code]


def _in_place(order: list[str], step: Step, before: Question, after: Question) -> list[str]:
    for code in before.order:
        into = [target for target in step.became(before.id, code) if target in order]
        if len(into) > 1:
            at = order.index(into[0])
            rest = [target for target in order if target not in into]
            order = [*rest[:at], *sorted(into, key=after.order.index), *rest[at:]]
    return order


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
