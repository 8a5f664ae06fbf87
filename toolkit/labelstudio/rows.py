"""The server's answers read into records, field by field: its SDK checks no types, so this does."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from toolkit.labelstudio.decode import read_time
from toolkit.labelstudio.records import (
    InProgress,
    MarkedProject,
    Person,
    ProjectState,
    SentenceOnServer,
    SentenceState,
    ServerVersion,
)

Json = dict[str, Any]


class UnexpectedAnswerError(ValueError):
    """The answer lacks a field or holds another kind of thing than Label Studio sends. Never leaves the package."""


def objects(value: object) -> list[Json]:
    """Return ``value`` as a list of JSON objects."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise UnexpectedAnswerError
    return value


def number(body: Json, field: str) -> int:
    """Return the integer in ``field``."""
    value = body.get(field)
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnexpectedAnswerError
    return value


def number_or_none(body: Json, field: str) -> int | None:
    """Return the integer in ``field``; None where there is no such field."""
    return number(body, field) if body.get(field) is not None else None


def text(body: Json, field: str) -> str:
    """Return the string in ``field``."""
    value = body.get(field)
    if not isinstance(value, str):
        raise UnexpectedAnswerError
    return value


def truth(body: Json, field: str) -> bool:
    """Return whether ``field`` holds."""
    value = body.get(field)
    if not isinstance(value, bool):
        raise UnexpectedAnswerError
    return value


def numbers(body: Json, field: str) -> list[int]:
    """Return the integers listed in ``field``."""
    listed = body.get(field)
    if not isinstance(listed, list):
        raise UnexpectedAnswerError
    return [number({field: each}, field) for each in listed]


def pairs(body: Json, field: str) -> list[list[object]]:
    """Return the pairs listed in ``field``."""
    listed = body.get(field)
    if not isinstance(listed, list) or not all(isinstance(each, list) and len(each) == 2 for each in listed):
        raise UnexpectedAnswerError
    return listed


def moment(body: Json, field: str) -> datetime:
    """Return the moment in ``field``, UTC."""
    return as_moment(body.get(field))


def as_moment(told: object) -> datetime:
    """Return a moment as it is told, UTC."""
    value = read_time(told)
    if value is None:
        raise UnexpectedAnswerError
    return value


def clock(date_header: str | None) -> datetime:
    """Return the server's clock when it answered, UTC."""
    try:
        return parsedate_to_datetime(date_header or "").astimezone(UTC)
    except ValueError:
        raise UnexpectedAnswerError from None


def server_version(body: Json) -> ServerVersion:
    """Return the edition and release of the server."""
    return ServerVersion(edition=str(body.get("edition", "unknown")), release=text(body, "release"))


def person(body: Json) -> Person:
    """Return one account."""
    return Person(user_id=number(body, "id"), email=text(body, "email"))


def project_state(body: Json) -> ProjectState:
    """Return one project."""
    return ProjectState(
        project_id=number(body, "id"),
        title=text(body, "title"),
        description=str(body.get("description") or ""),
        config_xml=text(body, "label_config"),
        instructions_html=str(body.get("expert_instruction") or ""),
        annotators_per_sentence=number(body, "maximum_annotations"),
        n_sentences=number(body, "task_number"),
    )


def marked_project(body: Json) -> MarkedProject:
    """Return one project of a listing."""
    return MarkedProject(project_id=number(body, "id"), n_sentences=number(body, "task_number"))


def sentence_on_server(task: Json) -> SentenceOnServer:
    """Return one sentence, without its annotations."""
    data = task.get("data")
    if not isinstance(data, dict):
        raise UnexpectedAnswerError
    return SentenceOnServer(
        remote_id=number(task, "id"),
        data=data,
        annotators_wanted=number(task, "overlap"),
        n_annotations=number(task, "total_annotations"),
        n_skips=number(task, "cancelled_annotations"),
        is_done=bool(task.get("is_labeled")),
        updated_at=moment(task, "updated_at"),
    )


def sentence_state(task: Json) -> SentenceState:
    """Return how one sentence stands, without anything it holds."""
    return SentenceState(
        remote_id=number(task, "id"),
        updated_at=moment(task, "updated_at"),
        n_annotations=number(task, "total_annotations"),
        n_skips=number(task, "cancelled_annotations"),
    )


def in_progress(remote_id: int, draft: Json, ids_by_email: dict[str, int]) -> InProgress | None:
    """Return one draft; None where it is an edit of something already submitted. Its author is named by e-mail."""
    if draft.get("annotation") is not None:
        return None
    who = draft.get("user")
    user_id = ids_by_email.get(who.lower()) if isinstance(who, str) else who
    return InProgress(remote_id, user_id if isinstance(user_id, int) else None, moment(draft, "updated_at"))
