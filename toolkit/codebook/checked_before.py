"""The answers of many annotations, checked by one codebook: the same choices are checked once.

A study has few different choices and a million answers. What was marked or written differs from sentence to sentence,
and is looked at each time.
"""

from __future__ import annotations

from toolkit.codebook.accepted_answers import check_answers, check_shown
from toolkit.codebook.answers import Answer, Response
from toolkit.codebook.model import Codebook

MOST_KEPT = 20_000
"""Different choices that are remembered: a few megabytes."""


class AnswerChecks:
    """``check_answers`` of one codebook, which remembers what it said of choices."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self._spans = {
            question.id: place for place, question in enumerate(codebook.questions) if question.level == "span"
        }
        self._known: dict[tuple[Response, ...], tuple[Answer, ...]] = {}

    def __call__(self, responses: tuple[Response, ...], *, sentence: str) -> tuple[Answer, ...]:
        """Return what ``check_answers`` returns."""
        marked = [one for one in responses if one.marks]
        chosen = tuple([one for one in responses if not one.marks]) if marked else responses
        if not marked:
            return self._of_choices(chosen, sentence)
        by_question: dict[str, list[Response]] = {}
        for one in marked:
            by_question.setdefault(one.question, []).append(one)
        answers = [*self._of_choices(chosen, sentence)]
        for name, given in by_question.items():
            place = self._spans.get(name)
            # nothing is shown because of what was marked, so marks are added to what was said of all the rest
            if place is None or answers[place].status != "answered":
                return check_answers(self.codebook, responses, sentence=sentence)
            answers[place] = check_shown(self.codebook.questions[place], given, sentence=sentence)
        return tuple(answers)

    def _of_choices(self, responses: tuple[Response, ...], sentence: str) -> tuple[Answer, ...]:
        found = self._known.get(responses)
        if found is None:
            found = check_answers(self.codebook, responses, sentence=sentence)
            if len(self._known) < MOST_KEPT and not any(one.texts or one.numbers for one in responses):
                self._known[responses] = found
        return found
