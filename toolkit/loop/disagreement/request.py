"""Which sentences ``disagreements`` is asked for, in the lead's words, and what these words mean in a round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.codebook.model import Codebook, Question
from toolkit.errors import Fault, UsageError
from toolkit.files.wording import MEND_THESE, closest, letters_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DisagreementRequest:
    """Which disputed sentences to return; without anything, all of them. What is named must hold together.

    Annotators are named by pseudonym, by the letter ``agree`` prints for them, or by address.
    """

    round_name: str | None = None
    """Where None, the newest round in which two people coded a sentence, if any."""
    questions: tuple[str, ...] = ()
    """Only disputes about one of these."""
    between: tuple[str, str] | None = field(default=None, repr=False)
    """Only where these two annotators differ."""
    categories: tuple[str, str] | None = None
    """Only where one annotator gave the one category and another the other, to the same question."""
    annotator: str | None = field(default=None, repr=False)
    """Only where fewer than half of the others gave the same answer as this one."""
    limit: int | None = None
    """At most so many, the worst."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The request in terms of the round: questions of its codebook, pseudonyms of its annotators."""

    questions: tuple[Question, ...]
    between: tuple[str, str] | None
    categories: tuple[str, str] | None
    annotator: str | None


def wanted_in(
    request: DisagreementRequest, codebook: Codebook, annotators: Sequence[str], addresses: Mapping[str, str]
) -> Wanted:
    """Return what is asked for; ``annotators`` are the pseudonyms of those who count, ``addresses`` theirs.

    Raise ``UsageError`` with every question, category and annotator there is not; no address is repeated in it.
    """
    faults: list[Fault] = []
    measured = {question.id: question for question in codebook.measured()}
    faults += [_unknown_question(name, codebook, measured) for name in request.questions if name not in measured]
    known = [name for name in request.questions if name in measured] or list(measured)
    chosen = [question for name, question in measured.items() if name in known]
    if request.categories is not None:
        faults += _category_faults(request.categories, chosen)
        chosen = [one for one in chosen if all(category in _named(one) for category in request.categories)]
    called = _called(annotators, addresses)
    named = [*(request.between or ()), *([request.annotator] if request.annotator is not None else [])]
    faults += [_unknown_annotator(name, annotators) for name in dict.fromkeys(named) if _key(name) not in called]
    between = None
    if request.between is not None and not any(_key(name) not in called for name in request.between):
        between = called[_key(request.between[0])], called[_key(request.between[1])]
        if between[0] == between[1]:
            faults.append(Fault("`between=`", "names one annotator twice"))
    if request.limit is not None and request.limit < 1:
        faults.append(Fault("`limit=`", f"is to be 1 or more, not {request.limit}"))
    if faults:
        raise UsageError("this cannot be asked of the round", faults=faults, todo=MEND_THESE)
    return Wanted(
        questions=tuple(chosen),
        between=between,
        categories=request.categories,
        annotator=None if request.annotator is None else called[_key(request.annotator)],
    )


def _unknown_question(name: str, codebook: Codebook, measured: Mapping[str, Question]) -> Fault:
    if name in codebook.by_id:
        return Fault(f"question {name!r}", "is kept out of agreement, and never in dispute")
    near = closest(name, measured)
    hint = f"did you mean {near!r}?" if near else f"there is: {', '.join(measured)}"
    return Fault(f"question {name!r}", f"is not in the codebook; {hint}")


def _category_faults(pair: tuple[str, str], questions: Sequence[Question]) -> Iterator[Fault]:
    if pair[0] == pair[1]:
        yield Fault("`categories=`", f"names {pair[0]!r} twice")
        return
    every = {name for question in questions for name in _named(question)}
    unknown = [category for category in pair if category not in every]
    for category in unknown:
        near = closest(category, every)
        hint = f"; did you mean {near!r}?" if near else ""
        yield Fault(f"category {category!r}", f"is in no question that is looked at{hint}")
    if questions and not unknown and not any(set(pair) <= _named(question) for question in questions):
        yield Fault("`categories=`", f"{pair[0]!r} and {pair[1]!r} are not of the same question")


def _named(question: Question) -> set[str]:
    """What a category of the question may be called: its code, a group's, and the whole path."""
    return {name for category in question.categories for name in (category.code, question.stored(category.code))}


def _called(annotators: Sequence[str], addresses: Mapping[str, str]) -> dict[str, str]:
    """Pseudonyms by everything their annotators may be called."""
    letters = letters_of(annotators)
    return {
        **{_key(addresses[name]): name for name in annotators if name in addresses},
        **{_key(letters[name]): name for name in annotators},
        **{_key(name): name for name in annotators},
    }


def _key(name: str) -> str:
    return name.strip().casefold()


def _unknown_annotator(name: str, annotators: Sequence[str]) -> Fault:
    if "@" in name:
        return Fault("an annotator named by address", "nothing of theirs counts in this round, or they are unknown")
    letters = ", ".join(f"{letter} ({who})" for who, letter in letters_of(annotators).items())
    return Fault(f"annotator {name!r}", f"is nobody whose work counts in this round; there is: {letters or 'nobody'}")
