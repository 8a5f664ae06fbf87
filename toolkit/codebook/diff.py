"""What changed between two codebooks, and whether answers given under the old one stay valid under the new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.codebook.change import Change, Rule, fields_changed, reordered, shown
from toolkit.codebook.diff_categories import category_changes
from toolkit.codebook.model import Codebook, Question
from toolkit.codebook.visibility import triggers

_CODEBOOK_RULES = {
    "name": Rule(keeps_answers=False, because="another name is another codebook; a round is bound to one"),
    "language": Rule(keeps_answers=False, because="a translation is another instrument, with an agreement of its own"),
}
_QUESTION_RULES = {
    "text": Rule(keeps_answers=True, because="the wording may be mended; what may be answered is the same"),
    "level": Rule(keeps_answers=False, because="an answer at one level is no answer at another"),
    "required": Rule(keeps_answers=True, because="answers given stay as they are; blanks stay unanswered"),
    "target": Rule(keeps_answers=True, because="a target judges the agreement, not the answers"),
    "target_because": Rule(keeps_answers=True, because="a target judges the agreement, not the answers"),
    "agreement": Rule(keeps_answers=True, because="it decides what is reported, not what was answered"),
    "preselected": Rule(keeps_answers=False, because="leaving the page untouched came to mean something else"),
    "minimum": Rule(keeps_answers=False, because="the ends of a scale anchor the numbers between them"),
    "maximum": Rule(keeps_answers=False, because="the ends of a scale anchor the numbers between them"),
}


def compare(old: Codebook, new: Codebook) -> tuple[Change, ...]:
    """Return every change from ``old`` to ``new``, the codebook's own first, then question by question; none where
    equal.
    """
    if old.hash == new.hash:
        return ()
    return (*_codebook_changes(old, new), *_question_changes(old, new))


def keeps_answers(changes: Iterable[Change]) -> bool:
    """Return whether answers given under the old codebook stay valid after all of these changes."""
    return all(change.keeps_answers for change in changes)


def reworded(old: Codebook, new: Codebook) -> dict[str, tuple[str, ...]]:
    """Return the questions that are put in other words now, each with the categories called or explained otherwise.

    What may be answered is the same, so answers stay valid; what annotators understood by it may not be.
    """
    found = {}
    for question in new.questions:
        before = old.by_id.get(question.id)
        if before is None:
            continue
        codes = tuple(
            category.code
            for category in question.categories
            if (was := before.by_code.get(category.code)) is not None and was.wording != category.wording
        )
        if codes or before.text != question.text:
            found[question.id] = codes
    return found


def _codebook_changes(old: Codebook, new: Codebook) -> Iterator[Change]:
    yield from _version(old, new)
    yield from fields_changed("codebook", old, new, _CODEBOOK_RULES)
    if old.instructions != new.instructions:
        added = sum(rule not in old.instructions for rule in new.instructions)
        removed = sum(rule not in new.instructions for rule in old.instructions)
        what = (
            f"instructions: {added} new or mended, {removed} gone"
            if added or removed
            else "instructions: another order"
        )
        yield Change(
            "codebook", what, keeps_answers=True, because="decision rules may be mended; categories are the same"
        )
    if old.show != new.show:
        was, now = (", ".join(name for name, seen in book.show if seen) or "nothing" for book in (old, new))
        because = "what stands above the sentence is no part of the answer; who saw what is in the versions"
        yield Change("codebook", f"show: {was} → {now}", keeps_answers=True, because=because)
    if reordered(list(old.by_id), list(new.by_id)):
        because = "the order on the page does not change what an answer says"
        yield Change("codebook", "questions: another order on the page", keeps_answers=True, because=because)


def _version(old: Codebook, new: Codebook) -> Iterator[Change]:
    before, after = _numbers(old.version), _numbers(new.version)
    if after > before:
        what, because = f"version: {old.version} → {new.version}", "a version names the content, it changes no answer"
    elif after == before:
        what, because = f"version: still {new.version}", "the content differs: the version must be raised"
    else:
        what, because = f"version: {old.version} → {new.version}", "the version went down: it must be raised"
    yield Change("codebook", what, keeps_answers=True, because=because)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _question_changes(old: Codebook, new: Codebook) -> Iterator[Change]:
    for question in new.questions:
        before = old.by_id.get(question.id)
        if before is None:
            yield _added(question)
            continue
        yield from fields_changed(question.id, before, question, _QUESTION_RULES)
        if before.at_most != question.at_most:
            yield _so_many(before, question)
        if before.show_if != question.show_if:
            yield _shown_otherwise(old, new, question.id)
        yield from category_changes(before, question)
    for question in old.questions:
        if question.id not in new.by_id:
            because = "answers given to it would have no question"
            yield Change(question.id, "question removed", keeps_answers=False, because=because)


def _added(question: Question) -> Change:
    what = f"question added ({question.level}, {'required' if question.required else 'optional'})"
    if question.level in ("set", "span"):
        because = "earlier blanks would read as 'nothing there', which nobody decided"
        return Change(question.id, what, keeps_answers=False, because=because)
    if question.required:
        because = "earlier annotations lack an answer the new codebook insists on"
        return Change(question.id, what, keeps_answers=False, because=because)
    return Change(question.id, what, keeps_answers=True, because="optional: earlier annotations count as unanswered")


def _so_many(before: Question, question: Question) -> Change:
    what = f"at_most: {shown(before.at_most)} → {shown(question.at_most)}"
    if question.at_most is None or (before.at_most is not None and question.at_most > before.at_most):
        because = "earlier answers hold no more than may be chosen now"
        return Change(question.id, what, keeps_answers=True, because=because)
    because = "earlier answers may hold more than may be chosen now"
    return Change(question.id, what, keeps_answers=False, because=because)


def _shown_otherwise(old: Codebook, new: Codebook, question_id: str) -> Change:
    """A changed condition breaks no answer where it decides alike for every category there was before."""
    before, after = old.by_id[question_id], new.by_id[question_id]
    what = f"show_if: {shown(before.show_if)} → {shown(after.show_if)}"
    known = {question.id: {category.code for category in question.choosable} for question in old.questions}
    shown_before = {name: set(codes) for name, codes in triggers(old, before).items()}
    shown_after = {name: set(codes) & known.get(name, set()) for name, codes in triggers(new, after).items()}
    if shown_before == shown_after:
        because = "it is shown for the same earlier answers as before"
        return Change(question_id, what, keeps_answers=True, because=because)
    because = "it was shown, or hidden, where it now would not be"
    return Change(question_id, what, keeps_answers=False, because=because)
