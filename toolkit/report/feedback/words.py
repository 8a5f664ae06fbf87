"""What a letter says, sentence by sentence: the same words in Markdown and in HTML."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.agreement.estimate import Estimate
from toolkit.codebook.reasons import words_of
from toolkit.files.wording import counted
from toolkit.loop.feedback.letter import DecidedOtherwise, Letter, QuestionLetter, TakenFor

TITLE = "What was decided on your answers"
NONE = "–"

_FEW = 10
"""Sentences below which a share may well be chance, and is said to be."""


def letterhead(letter: Letter) -> str:
    """Return what the letter is about."""
    return f"{letter.study} · round {letter.round} · codebook {letter.codebook} · for {letter.annotator}"


def greeting(letter: Letter) -> str:
    """Return the first paragraph."""
    again = "; some sentences on which all agreed were read again as well" if _has_drawn(letter) else ""
    return (
        "Thank you for your coding. Where coders gave different answers, somebody read the sentence again and decided"
        f"{again}. Here is what came of it for your answers. That a decision is not your answer need not be a mistake "
        "of yours: some sentences can be read in two ways, and where the codebook leaves something open, it is the "
        "codebook that will be mended."
    )


def what_stands(letter: Letter) -> Iterator[str]:
    """Yield how much of what was decided on is as the coder had it."""
    n, n_stand = letter.n_decided, letter.n_stand
    if n:
        every = "all of them" if n_stand == n > 1 else f"{n_stand:,}"
        stand = "stands" if n_stand == 1 else "stand"
        yield f"{counted(n, 'answer')} of yours {_were(n)} decided on; {every} {stand} as you gave {_them(n_stand)}."
    if any(one.n_disputed for one in letter.questions):
        yield (
            "Where coders differed, sentences are the hard ones: how many of your answers stand there says little of "
            "your coding as a whole."
        )
    if any(one.share is not None and one.share.value is not None for one in letter.questions):
        yield (
            "“All your answers” counts each answer from the sample for all those it was drawn for; in brackets, the "
            "limits within which that share lies with 95 % confidence."
        )
    unasked = sum(one.n_unasked for one in letter.questions)
    if unasked:
        more = counted(unasked, "answer")
        yield f"A further {more} that all coders gave alike {_were(unasked)} taken over without asking."
    if letter.n_defensible:
        yield f"On {counted(letter.n_defensible, 'answer')} no single one is right: yours is one that can be argued."


STANDS_COLUMNS = ("question", "where coders differed", "where all agreed", "together", "all your answers")


def stands_row(one: QuestionLetter) -> tuple[str, str, str, str, str]:
    """Return a question, and how much of its answers stands: the cells under ``STANDS_COLUMNS``."""
    return (
        one.question,
        _of(one.n_disputed_stand, one.n_disputed),
        _of(one.n_drawn_stand, one.n_drawn),
        _of(one.n_stand, one.n_decided),
        share_words(one.share),
    )


def share_words(share: Estimate | None) -> str:
    """Return a share with its interval, in whole percent.

    >>> share_words(None)
    '–'
    """
    if share is None or share.value is None:
        return NONE
    if share.ci_low is None or share.ci_high is None:
        return f"{_percent(share.value)}, no interval: {share.interval_undefined_because}"
    return f"{_percent(share.value)} ({100 * share.ci_low:.0f} to {100 * share.ci_high:.0f})"


def found_words(one: QuestionLetter) -> str | None:
    """Return the categories that were found every time, of those met at least twice; None where there are none."""
    always = [each for each in one.found if each.n == each.n_found and each.n > 1]
    if not always:
        return None
    listed = ", ".join(f"{each.category} ({each.n_found} of {each.n})" for each in always)
    return f"{one.question}, found every time: {listed}."


def taken_for_words(one: TakenFor) -> str:
    """Return how often one category was given for another, and what so many sentences leave open."""
    chance = " With so few sentences it may be chance." if one.n_decided < _FEW else ""
    return (
        f"on {one.n} of the {counted(one.n_decided, 'sentence')} decided as {one.decided.title} (95 % limits "
        f"{_percent(one.low)} to {_percent(one.high)}).{chance}"
    )


def no_habit_words(letter: Letter) -> str:
    """Return what is said where no category was taken for another one twice."""
    if letter.n_stand == letter.n_decided:
        return "None."
    return "None more than once. What happened once is a sentence, not a habit."


def reason_words(one: DecidedOtherwise) -> str | None:
    """Return why coders differed, in the adjudicator's eyes; None where that was not said."""
    words = words_of(one.reason)
    if words is None or one.reason == "other":
        return None
    return f"{words.title}. {words.definition}"


def closing(letter: Letter) -> Iterator[str]:
    """Yield what the letter leaves out, and how to read it."""
    waiting = sum(one.n_waiting for one in letter.questions)
    if waiting:
        yield f"{counted(waiting, 'answer')} of yours {_are(waiting)} not settled yet and left out."
    reasons = {one.share_undefined_because for one in letter.questions if one.share_undefined_because}
    yield from (f"Where “all your answers” is empty: {reason}." for reason in sorted(reasons))
    if any(one.differences for one in letter.questions):
        yield (
            "Why coders differed, and what the codebook should say, was asked once for a sentence, not for each of its "
            "questions."
        )
    yield (
        "Where the answer to one question was decided otherwise and another question falls away with it, only the "
        "first is counted. Nobody else's answers are in this letter, and it is for nobody else but whoever leads the "
        "study."
    )


def _has_drawn(letter: Letter) -> bool:
    return any(one.n_drawn for one in letter.questions)


def _of(n: int, of: int) -> str:
    return f"{n:,} of {of:,}" if of else NONE


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def _were(n: int) -> str:
    return "was" if n == 1 else "were"


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def _them(n: int) -> str:
    return "it" if n == 1 else "them"
