"""From Label Studio's JSON to this project's words: pure, so that what was pulled once can be read again and again."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from toolkit.codebook.answers import Mark, Response
from toolkit.errors import BadInput

MALFORMED: Final = "?malformed"
"""The code of a response that could not be read: no category can have it, so checking rejects the answer."""

_PERSONAL: Final = frozenset({
    "created_username", "created_ago", "email", "first_name", "last_name", "username", "initials", "avatar", "phone",
    "active_organization_meta", "last_activity", "user_email",
})  # fmt: skip
LONGEST: Final = 30 * 24 * 3600
"""The most seconds a page can have been open (30 days); whoever submits names the time, and may name any."""
WHO: Final = frozenset({"completed_by", "updated_by", "created_by", "last_created_by", "user", "reviewed_by"})
"""Fields that name an account, by its number or as an object."""


ReadResponses = Callable[[Sequence[object]], Iterable[Response]]
"""What reads the parts of a submission as responses, one per question."""


@dataclass(frozen=True, slots=True)
class RawAnnotation:
    """One submission as the server tells it: who, when, how long, and what was submitted, unchecked. Times are UTC."""

    annotation_id: int
    user_id: int | None
    updated_by: int | None
    created_at: datetime
    updated_at: datetime
    seconds: float | None
    skipped: bool
    from_prediction: bool
    responses: tuple[Response, ...]
    impossible_seconds: float | None = None
    """The time that was sent, where no page can have been open so long: negative, or more than ``LONGEST``."""

    @property
    def edited_by_other(self) -> bool:
        """Whether somebody else was the last to change it."""
        return self.updated_by is not None and self.updated_by != self.user_id

    @property
    def saved_by_annotator(self) -> bool:
        """Whether the annotator was the last to save it: of what is imported the server names nobody who did."""
        return self.user_id is not None and self.updated_by == self.user_id


def read_annotation(raw: Mapping[str, object], *, responses: ReadResponses | None = None) -> RawAnnotation:
    """Return the submission that ``raw`` (as kept by a pull or read from an export) holds.

    Whatever the annotator submitted is kept as it is, malformed or not: judging is the codebook's. ``responses`` reads
    it where the page was not ours. Raise ``BadInput`` only for what is no annotation at all (see
    ``unreadable_because``).
    """
    annotation_id, created = whole_number(raw.get("id")), read_time(raw.get("created_at"))
    why = unreadable_because(raw)
    if why is not None or annotation_id is None or created is None:
        raise BadInput(f"annotation {raw.get('id')!r} cannot be read: {why}", todo="Open it in Label Studio.")
    seconds, impossible = _seconds(raw.get("lead_time"))
    result = raw["result"]
    return RawAnnotation(
        annotation_id=annotation_id,
        user_id=user_of(raw.get("completed_by")),
        updated_by=user_of(raw.get("updated_by")),
        created_at=created,
        updated_at=read_time(raw.get("updated_at")) or created,
        seconds=seconds,
        skipped=bool(raw.get("was_cancelled")),
        from_prediction=raw.get("parent_prediction") is not None,
        responses=tuple((responses or read_responses)(result if isinstance(result, Sequence) else ())),
        impossible_seconds=impossible,
    )


def unreadable_because(raw: Mapping[str, object]) -> str | None:
    """Return why ``raw`` is not an annotation that can be kept; None if it is one."""
    if whole_number(raw.get("id")) is None:
        return "it has no id"
    if not isinstance(raw.get("result"), list):
        return "its answers are missing"
    if read_time(raw.get("created_at")) is None:
        return "it does not say when it was made"
    return None


def read_responses(result: Sequence[object]) -> Iterator[Response]:
    """Yield what was submitted, one response per control and part; marked spans of one control are gathered in one.

    A part that cannot be read becomes a response with the code ``MALFORMED``.
    """
    marks: dict[str, list[Mark]] = {}
    for item in result:
        if (one := _single_choice(item)) is not None:
            yield one
            continue
        if not isinstance(item, Mapping):
            yield Response(question="", codes=(MALFORMED,))
            continue
        kind = str(item.get("type"))
        if kind == "relation":
            continue  # a link between spans: no control of ours asks for one
        question = str(item.get("from_name") or "")
        value = item.get("value")
        if kind in {"labels", "hypertextlabels"}:
            mark = mark_of(value)
            if mark is None:
                yield Response(question=question, codes=(MALFORMED,))
            else:
                marks.setdefault(question, []).append(mark)
            continue
        yield _response(question, kind, value)
    for question, found in marks.items():
        yield Response(question=question, marks=tuple(found))


def user_of(value: object) -> int | None:
    """Return the id of the account that ``value`` names: a number, an object with an id, or a list of one such."""
    if isinstance(value, list) and value:
        value = value[-1]
    if isinstance(value, Mapping):
        value = value.get("id", value.get("user_id"))
    return whole_number(value)


def strip_personal(raw: Mapping[str, object]) -> dict[str, object]:
    """Return ``raw`` without names, e-mails and what changes by itself (``created_ago``); accounts become their ids.

    What the annotator submitted (``result``) is left exactly as it is.
    """
    kept: dict[str, object] = {}
    for name, value in raw.items():
        if name in _PERSONAL:
            continue
        if name in WHO:
            kept[name] = user_of(value)
        elif name == "result":
            kept[name] = value
        elif isinstance(value, Mapping):
            kept[name] = strip_personal(value)
        elif isinstance(value, list):
            kept[name] = [strip_personal(each) if isinstance(each, Mapping) else each for each in value]
        else:
            kept[name] = value
    return kept


def read_time(value: object) -> datetime | None:
    """Return ``value`` (ISO 8601, or seconds since 1970) as a moment in UTC, also where no zone is given; None if
    neither.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, UTC)
        except (OverflowError, ValueError, OSError):
            return None
    return _time_in(value) if isinstance(value, str) else None


@lru_cache(maxsize=8)  # each is asked for more than once
def _time_in(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _response(question: str, kind: str, value: object) -> Response:
    read = _READERS.get(kind)
    inner = value.get(kind, value.get("text") if kind == "textarea" else None) if isinstance(value, Mapping) else None
    response = read(question, inner) if read is not None else None
    return response or Response(question=question, codes=(MALFORMED,))


def _single_choice(item: object) -> Response | None:
    """The response of a part as most are: one code of a choice; None where it is anything else."""
    if not isinstance(item, dict) or item.get("type") != "choices":
        return None
    question, value = item.get("from_name"), item.get("value")
    codes = value.get("choices") if isinstance(value, dict) else None
    if isinstance(codes, list) and len(codes) == 1 and isinstance(codes[0], str) and isinstance(question, str):
        return _one_choice(question, codes[0])
    return None


@lru_cache(maxsize=4096)  # a study has few different ones, and a million of each
def _one_choice(question: str, code: str) -> Response:
    return Response(question=question, codes=(code,))


def _choices(question: str, value: object) -> Response | None:
    codes = texts_of(value)
    return Response(question=question, codes=codes) if codes else None


def _taxonomy(question: str, value: object) -> Response | None:
    if not isinstance(value, list) or not value:
        return None
    paths = [texts_of(path) for path in value]
    if not all(paths):
        return None
    return Response(question=question, codes=tuple(path[-1] for path in paths if path))  # as if the leaf was chosen


def _textarea(question: str, value: object) -> Response | None:
    texts = texts_of([value] if isinstance(value, str) else value)
    return Response(question=question, texts=texts) if texts is not None else None


def _number(question: str, value: object) -> Response | None:
    number = finite_number(value)
    return Response(question=question, numbers=(number,)) if number is not None else None


_READERS: Final[Mapping[str, Callable[[str, object], Response | None]]] = {
    "choices": _choices,
    "taxonomy": _taxonomy,
    "textarea": _textarea,
    "number": _number,
    "rating": _number,
}


def mark_of(value: object) -> Mark | None:
    """Return the marked words that ``value`` holds with one label; None where it cannot be read."""
    if not isinstance(value, Mapping):
        return None
    labels = texts_of(value.get("labels", value.get("hypertextlabels")))
    text, offsets = value.get("text"), value.get("globalOffsets")
    counted = offsets if isinstance(offsets, Mapping) else value  # rich text counts inside elements, these in the text
    start, end = whole_number(counted.get("start")), whole_number(counted.get("end"))
    if labels is None or len(labels) != 1 or start is None or end is None:
        return None
    return Mark(label=labels[0], start=start, end=end, text=text if isinstance(text, str) else None)


def texts_of(value: object) -> tuple[str, ...] | None:
    """Return the texts of a list of nothing else; None for anything else."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return None
    return tuple(value)


def _seconds(sent: object) -> tuple[float | None, float | None]:
    """The time a page was open, and in its place the time that was sent where that cannot be one."""
    seconds = finite_number(sent)
    if seconds is not None:
        return (seconds, None) if 0 <= seconds <= LONGEST else (None, seconds)
    return None, math.inf if isinstance(sent, int | float) and not isinstance(sent, bool) else None


def whole_number(value: object) -> int | None:
    """Return the integer, if it is one and no larger than a database keeps."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63 else None


def finite_number(value: object) -> float | None:
    """Return the number, if it is one and finite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None
