from __future__ import annotations

import pytest

from toolkit.codebook.answers import Mark, Response
from toolkit.labelstudio.decisions import Decision, decision_of


def chosen(control: str, *codes: str) -> dict[str, object]:
    return {"from_name": control, "to_name": "sentence", "type": "choices", "value": {"choices": list(codes)}}


def test_what_was_decided_is_read_by_question_and_the_helpers_of_the_page_are_not() -> None:
    """As submitted in a browser to Label Studio 1.23.2."""
    result = [
        chosen("attribution_0", "mixed"),
        chosen("loaded_0", "ic_both_defensible"),
        {
            "from_name": "spans_0",
            "type": "labels",
            "value": {"start": 6, "end": 14, "text": "sentence", "labels": ["Source"]},
        },
        {"from_name": "n_0", "type": "number", "value": {"number": 4}},
        chosen("ic_reason_0", "codebook_gap"),
        {"from_name": "ic_suggestion", "type": "textarea", "value": {"text": ["say who speaks "]}},
    ]
    assert decision_of(result) == Decision(
        responses=(
            Response("attribution", codes=("mixed",)),
            Response("n", numbers=(4.0,)),
            Response("spans", marks=(Mark("Source", 6, 14, "sentence"),)),
        ),
        both_defensible=("loaded",),
        reason="codebook_gap",
        suggestion="say who speaks",
    )


def test_a_question_may_be_called_like_a_helper() -> None:
    decided = decision_of(
        [chosen("ic_suggestion_0", "a"), chosen("x_0_0", "b"), chosen("ic_reason_of_one_mind_0", "other")]
    )
    assert decided.responses == (Response("ic_suggestion", codes=("a",)), Response("x_0", codes=("b",)))
    assert decided.reason == "other"


def test_nothing_submitted_decides_nothing() -> None:
    empty = {"from_name": "ic_suggestion", "type": "textarea", "value": {"text": [" "]}}
    assert decision_of([]) == decision_of([empty]) == Decision((), (), None, None)


@pytest.mark.parametrize(
    ("part", "question"),
    [
        (chosen("kinds_0", "a", "ic_both_defensible"), "kinds"),
        (chosen("kinds", "a"), "kinds"),
        (chosen("kinds_1", "a"), "kinds_1"),
        (chosen("ic_reason_0", "because"), "ic_reason_0"),
        (chosen("ic_reason_0", "slip", "other"), "ic_reason_0"),
        ("nonsense", ""),
    ],
)
def test_what_the_page_cannot_have_sent_is_malformed(part: object, question: str) -> None:
    assert decision_of([part]) == Decision((Response(question, codes=("?malformed",)),), (), None, None)
