"""Where an address leads: the project, sentence or answer it names, and whose that is, by Label Studio's database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from toolkit.labelstudio.gate.asked import Refusal, number
from toolkit.labelstudio.gate.rules import Scope


@dataclass(frozen=True, slots=True)
class Place:
    """What an address names, by number, with what it stands in."""

    numbers: Mapping[str, int] = field(default_factory=dict)
    """Of its project, task and annotation."""
    owner: int | None = None
    """Whose answer it is; None where it is none."""
    predictions: bool = False
    """Whether its project shows predictions to everybody."""
    is_skip: bool = False
    """Whether it is a sentence that somebody skipped."""


NOWHERE: Final = Place()
_PAGE: Final = 100
_PAGES: Final = 10**9


def place_of(scope: Scope, kwargs: Mapping[str, Any], query: Mapping[str, Any]) -> Place:
    """Return where an address leads; raise ``Refusal`` where there is nothing: who may not see it need not know."""
    pk = number(kwargs.get("pk"))
    if scope == "nothing":
        return NOWHERE
    if scope == "project":
        return _project(pk if pk is not None else number(query.get("project")))
    if scope == "task":
        return _task(pk)
    if scope == "annotation":
        return _annotation(number(kwargs.get("annotation_id", pk)), pk if "annotation_id" in kwargs else None)
    return _draft(pk)


def coded_by(user_id: int, project: int) -> int:
    """How many sentences of a project an account has coded."""
    from tasks.models import Annotation

    return int(Annotation.objects.filter(project_id=project, completed_by_id=user_id, was_cancelled=False).count())


def has_answered(user_id: int, task: int, *, besides: int | None) -> bool:
    """Whether a sentence has an answer of an account, one other than ``besides``; a skip is none."""
    from tasks.models import Annotation

    theirs = Annotation.objects.filter(task_id=task, completed_by_id=user_id, was_cancelled=False)
    return bool(theirs.exclude(pk=besides).exists())


def is_answer_of(user_id: int, annotation: int | None) -> bool:
    """Whether an answer is there and an account's own."""
    from tasks.models import Annotation

    return bool(Annotation.objects.filter(pk=annotation, completed_by_id=user_id).exists())


def is_project(pk: int | None) -> bool:
    """Whether there is such a project."""
    from projects.models import Project

    return pk is not None and bool(Project.objects.filter(pk=pk).exists())


def sentences_of(user_id: int, project: int, query: Mapping[str, Any]) -> dict[str, Any]:
    """The sentences of a project that an account has coded or skipped, a page of them, as Label Studio lists tasks."""
    from tasks.models import Task

    size = min(number(query.get("page_size")) or _PAGE, _PAGE)
    first = min(max(number(query.get("page")) or 1, 1) - 1, _PAGES) * size
    theirs = Task.objects.filter(project_id=project, annotations__completed_by_id=user_id).distinct().order_by("pk")
    listed = [
        {
            "id": pk,
            "inner_id": inner,
            "data": data,
            "project": project,
            "annotations": [],
            "drafts": [],
            "predictions": [],
        }
        for pk, inner, data in theirs.values_list("pk", "inner_id", "data")[first : first + size]
    ]
    n = theirs.count()
    return {"tasks": listed, "total": n, "total_annotations": n, "total_predictions": 0}


def _project(pk: int | None) -> Place:
    from projects.models import Project

    shown = Project.objects.filter(pk=pk).values_list("show_collab_predictions", flat=True).first()
    if pk is None or shown is None:
        raise Refusal("round")
    return Place({"project": pk}, predictions=bool(shown))


def _task(pk: int | None) -> Place:
    from tasks.models import Task

    row = Task.objects.filter(pk=pk).values_list("pk", "project_id", "project__show_collab_predictions").first()
    if row is None:
        raise Refusal("round")
    return Place({"task": row[0], "project": row[1]}, predictions=bool(row[2]))


def _annotation(pk: int | None, task: int | None) -> Place:
    from tasks.models import Annotation

    asked = ("pk", "task_id", "task__project_id", "completed_by_id", "was_cancelled")
    row = Annotation.objects.filter(pk=pk).values_list(*asked).first()
    if row is None or (task is not None and task != row[1]):
        raise Refusal("answers")
    return Place({"annotation": row[0], "task": row[1], "project": row[2]}, owner=row[3] or 0, is_skip=bool(row[4]))


def _draft(pk: int | None) -> Place:
    from tasks.models import AnnotationDraft

    row = (
        AnnotationDraft.objects.filter(pk=pk)
        .values_list("annotation_id", "task_id", "task__project_id", "user_id")
        .first()
    )
    if row is None:
        raise Refusal("answers")
    numbers = {"task": row[1], "project": row[2]} | ({} if row[0] is None else {"annotation": row[0]})
    return Place(numbers, owner=row[3] or 0)
