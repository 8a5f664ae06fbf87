"""What an adjudicator submitted, in this project's words: pure, so that what was pulled once can be read again.

On an adjudication's page every question's control carries the number of its copy (``loaded_0``): there is one where a
sentence asks it, and none where not. What the page has besides the codebook's questions begins with ``ic_``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from toolkit.codebook.answers import Response
from toolkit.codebook.reasons import REASONS, Reason
from toolkit.labelstudio.decode import MALFORMED, read_responses

BOTH_DEFENSIBLE: Final = "ic_both_defensible"
"""What is stored where an adjudicator finds no single answer right."""

REASON: Final = "ic_reason_0"
"""The control that asks why the coders differed."""

REASON_OF_ONE_MIND: Final = "ic_reason_of_one_mind_0"
"""The same where they did not differ: nobody has to answer it."""

SUGGESTION: Final = "ic_suggestion"
"""The control for what the codebook should say."""

_COPY: Final = "_0"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on one sentence, unchecked: a response for each question answered, and why the coders differed.

    ``both_defensible`` names questions that were answered with no single answer; they have no response.
    """

    responses: tuple[Response, ...]
    both_defensible: tuple[str, ...]
    reason: Reason | None
    suggestion: str | None


def control_of(question_id: str) -> str:
    """Return what the control of a question is called on an adjudication's page.

    >>> control_of("loaded")
    'loaded_0'
    """
    return question_id + _COPY


def decision_of(result: Sequence[object]) -> Decision:
    """Return the decision that the parts of a submission hold.

    What cannot be read becomes a response with the code ``MALFORMED``: both defensible beside a category as well as a
    part of a control that the page does not have.
    """
    responses: list[Response] = []
    both: list[str] = []
    reason: Reason | None = None
    suggestion: str | None = None
    for response in read_responses(result):
        control = response.question
        if control in (REASON, REASON_OF_ONE_MIND):
            if len(response.codes) == 1 and response.codes[0] in REASONS:
                reason = cast("Reason", response.codes[0])
            else:
                responses.append(Response(question=control, codes=(MALFORMED,)))
        elif control == SUGGESTION:
            suggestion = "\n".join(text.strip() for text in response.texts if text.strip()) or None
        elif not control.endswith(_COPY):
            responses.append(Response(question=control, codes=(MALFORMED,)))
        elif response.codes == (BOTH_DEFENSIBLE,):
            both.append(control.removesuffix(_COPY))
        elif BOTH_DEFENSIBLE in response.codes:
            responses.append(Response(question=control.removesuffix(_COPY), codes=(MALFORMED,)))
        else:
            responses.append(replace(response, question=control.removesuffix(_COPY)))
    return Decision(tuple(responses), tuple(both), reason, suggestion)
