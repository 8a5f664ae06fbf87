"""Whether a request keeps to what an annotator may ask: its parameters, and what it would have saved. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final, Literal

NOTHING_CHOSEN: Final = {
    "ordering": [],
    "selectedItems": {"all": False, "included": []},
    "filters": {"conjunction": "and", "items": []},
}
_OF_AN_ANSWER: Final = frozenset(
    {
        "result", "lead_time", "draft_id", "parent_prediction", "parent_annotation", "started_at", "unique_id",
        "was_cancelled", "project", "task", "completed_by", "user", "was_postponed", "annotation", "ground_truth", "id",
    }
)  # fmt: skip
_DIGITS: Final = 19
_LARGEST: Final = 10 ** (_DIGITS - 1)
_PLACES: Final = ("project", "task", "annotation")
_OWNERS: Final = ("completed_by", "user", "updated_by")
_KNOWN_WITHOUT: Final = frozenset({*_PLACES, *_OWNERS, "id", "ground_truth"})


What = Literal["answers", "round", "closed", "deleting", "twice", "lead", "form"]
"""What somebody asked for: answers of others, a round that is not theirs, one that is closed, to delete an answer,
to answer a sentence a second time, what is the lead's, or something in a form that no page of Label Studio sends.
"""


class Refusal(Exception):  # noqa: N818 - it is no fault of ours
    """A request goes beyond what somebody may ask."""

    def __init__(self, what: What) -> None:
        super().__init__(what)
        self.what: What = what


def number(value: object) -> int | None:
    """A whole number as JSON or a query carries it; None for anything else, and for one no database holds."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < _LARGEST else None
    is_number = isinstance(value, str) and len(value) < _DIGITS and value.isascii() and value.isdecimal()
    return int(str(value)) if is_number else None


def same_place(given: Mapping[str, Any], places: Mapping[str, int]) -> None:
    """Raise ``Refusal`` where a query or a body names another project, task or annotation than the address does."""
    for name in _PLACES:
        value = given.get(name)
        if value is not None and value != "" and number(value) != places.get(name):
            raise Refusal("form")


def next_sentence(body: Mapping[str, Any]) -> None:
    """Raise ``Refusal`` where the next sentence is asked for by what was answered, or out of turn.

    Which sentence comes would tell what others answered.
    """
    for name, nothing in NOTHING_CHOSEN.items():
        if body.get(name, nothing) != nothing:
            raise Refusal("answers")
    if set(body) - NOTHING_CHOSEN.keys() - {"project"}:
        raise Refusal("answers")


def answer(body: Mapping[str, Any], user_id: int) -> dict[str, Any]:
    """Return what of an annotation or a draft is handed on: whose it is and what it answers is known without its body.

    Raise ``Refusal`` where it would be saved for somebody else, or as more than an answer.
    """
    for name in _OWNERS:
        if body.get(name) is not None and number(body[name]) != user_id:
            raise Refusal("answers")
    if body.get("ground_truth"):
        raise Refusal("lead")
    if set(body) - _OF_AN_ANSWER or not (_is_result(body.get("result", [])) and _is_time(body.get("lead_time"))):
        raise Refusal("form")
    return {name: value for name, value in body.items() if name not in _KNOWN_WITHOUT}


def _is_result(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _is_time(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value))
