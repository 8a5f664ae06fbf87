"""What changed among the categories of one question, and whether answers that chose them stay valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.codebook.change import Change, Rule, fields_changed, reordered, shown
from toolkit.codebook.model import Category, Question

_RULES = {
    "title": Rule(keeps_answers=True, because="titles may be mended; the stored code is the same"),
    "definition": Rule(keeps_answers=True, because="definitions may be mended; the stored code is the same"),
    "hotkey": Rule(keeps_answers=True, because="a key is how a category is chosen, not what it says"),
    "parent": Rule(keeps_answers=False, because="the stored path runs through the parent"),
    "missing": Rule(keeps_answers=False, because="it moves between the scale and 'cannot be judged'"),
}


def category_changes(old: Question, new: Question) -> Iterator[Change]:
    """Yield every change among the categories of a question both codebooks have."""
    renamed = dict(_renamed(old, new))
    for category in new.categories:
        place = f"{new.id}.{category.code}"
        before = old.by_code.get(category.code)
        if before is not None:
            yield from fields_changed(place, before, category, _RULES)
            yield from _explained(place, before, category)
            yield from _group(old, new, category)
        elif category.code in renamed.values():
            source = next(code for code, target in renamed.items() if target == category.code)
            because = "codes are permanent: stored answers name the old one"
            yield Change(place, f"code: {source} → {category.code}", keeps_answers=False, because=because)
        else:
            yield _added(old, new, category)
    for category in old.categories:
        if category.code not in new.by_code and category.code not in renamed:
            because = "answers that chose it would name no category"
            yield Change(f"{old.id}.{category.code}", "category removed", keeps_answers=False, because=because)
    yield from _orders(old, new, renamed)


def _explained(place: str, before: Category, category: Category) -> Iterator[Change]:
    because = "it explains a category in other words; the stored code is the same"
    for field in ("examples", "counter_examples", "not_this_but"):
        was, now = getattr(before, field), getattr(category, field)
        if was != now:
            new, gone = sum(one not in was for one in now), sum(one not in now for one in was)
            what = f"{new} new or mended, {gone} gone" if new or gone else "another order"
            yield Change(place, f"{field}: {what}", keeps_answers=True, because=because)


def _renamed(old: Question, new: Question) -> Iterator[tuple[str, str]]:
    """Codes that went, with codes that came under the very same title and definition."""
    came = [category for category in new.categories if category.code not in old.by_code]
    for category in old.categories:
        if category.code in new.by_code:
            continue
        twins = [c for c in came if (c.title, c.definition) == (category.title, category.definition)]
        if len(twins) == 1:
            came.remove(twins[0])
            yield category.code, twins[0].code


def _group(old: Question, new: Question, category: Category) -> Iterator[Change]:
    was, now = category.code in old.parents, category.code in new.parents
    if now and not was:
        because = "answers that chose it would now name a group"
        yield Change(f"{new.id}.{category.code}", "became a group of others", keeps_answers=False, because=because)
    elif was and not now:
        because = "earlier annotators could not choose it; no answer names it"
        yield Change(f"{new.id}.{category.code}", "no longer a group", keeps_answers=True, because=because)


def _added(old: Question, new: Question, category: Category) -> Change:
    place = f"{new.id}.{category.code}"
    if new.level == "ordinal" and not category.missing and category.code in new.order:
        kept = [position for position, code in enumerate(new.order) if code in old.order]
        if kept and kept[0] < new.order.index(category.code) < kept[-1]:
            because = "a step between others shifts what its neighbours mean and how far apart they are"
            return Change(place, "category added within the order", keeps_answers=False, because=because)
        because = "the old steps keep their neighbours; earlier annotators could not go so far"
        return Change(place, "category added at an end of the order", keeps_answers=True, because=because)
    because = "earlier answers stay as they are; earlier annotators could not choose it"
    return Change(place, "category added", keeps_answers=True, because=because)


def _orders(old: Question, new: Question, renamed: Mapping[str, str]) -> Iterator[Change]:
    if reordered([renamed.get(code, code) for code in old.order], new.order):
        because = "ranks changed, and with them every distance between answers"
        what = f"order: {shown(old.order)} → {shown(new.order)}"
        yield Change(new.id, what, keeps_answers=False, because=because)
    if reordered([renamed.get(code, code) for code in old.by_code], list(new.by_code)):
        because = "the order on the page does not change what an answer says"
        yield Change(new.id, "categories: another order on the page", keeps_answers=True, because=because)
