"""What is left of an answer of Label Studio for somebody who may see only what is theirs. Pure: JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Json = Any


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who is to see an answer."""

    user_id: int
    predictions: bool = False
    """Whether the project shows everybody what a model predicted."""


Filter = Callable[[Json, Eyes], Json]
"""An answer and who is to see it, to what is left of it."""

# What a page needs of a sentence. A list of what stays, so that what a later release adds does not.
_OF_A_TASK: Final = frozenset(
    {
        "id", "data", "meta", "created_at", "overlap", "inner_id", "project", "file_upload", "storage_filename",
        "queue", "unique_lock_id", "allow_skip",
    }
)  # fmt: skip
_OF_A_PROJECT: Final = frozenset(
    {
        "id", "title", "description", "label_config", "expert_instruction", "show_instruction", "show_skip_button",
        "enable_empty_annotation", "organization", "color", "is_published", "model_version", "is_draft", "created_at",
        "show_collab_predictions", "sampling", "control_weights", "parsed_label_config", "maximum_annotations",
        "evaluate_predictions_automatically", "config_has_control_tags", "skip_queue",
        "min_annotations_to_start_training", "start_training_on_annotation_update",
        "reveal_preannotations_interactively", "show_overlap_first",
        "overlap_cohort_percentage", "show_ground_truth_first", "annotator_evaluation_enabled", "pinned_at", "state",
        "config_suitable_for_bulk_annotation", "source_syncing", "target_syncing",
    }
)  # fmt: skip
_COUNTS_OF_A_PROJECT: Final = (
    "num_tasks_with_annotations", "task_number", "useful_annotation_number", "ground_truth_number",
    "skipped_annotations_number", "total_annotations_number", "total_predictions_number", "finished_task_number",
    "queue_total", "queue_done", "task_count", "annotation_count",
)  # fmt: skip
_PERMISSIONS: Final = frozenset(
    {"projects.view", "tasks.view", "annotations.create", "annotations.view", "annotations.change", "actions.perform"}
)


def task(answer: Json, eyes: Eyes) -> Json:
    """A sentence with their own annotations and drafts, and counts of these."""
    if not isinstance(answer, Mapping):
        return {}
    left = _without_others({name: value for name, value in answer.items() if name in _OF_A_TASK}, eyes)
    annotations, drafts = (owned(answer.get(name), eyes) for name in ("annotations", "drafts"))
    predictions = _listed(answer, "predictions") if eyes.predictions else []
    skipped = sum(bool(one.get("was_cancelled")) for one in annotations)
    return left | {
        "annotations": annotations,
        "drafts": drafts,
        "annotators": [eyes.user_id] if annotations else [],
        "updated_by": [{"user_id": eyes.user_id}] if annotations else [],
        "updated_at": max((str(one.get("updated_at")) for one in annotations), default=answer.get("created_at")),
        "is_labeled": len(annotations) > skipped,
        "total_annotations": len(annotations) - skipped,
        "cancelled_annotations": skipped,
        "predictions": predictions,
        "total_predictions": len(predictions),
        "draft_exists": bool(drafts),
        "comment_count": 0,
        "unresolved_comment_count": 0,
        "last_comment_updated_at": None,
        "comment_authors": [],
    }


def owned(answer: Json, eyes: Eyes) -> list[Json]:
    """Of annotations or drafts, their own."""
    return [_without_others(one, eyes) for one in _listed(answer, "results") if _whose(one) == eyes.user_id]


def one_owned(answer: Json, eyes: Eyes) -> Json:
    """An annotation or a draft, if it is theirs."""
    is_theirs = isinstance(answer, Mapping) and _whose(answer) == eyes.user_id
    return _without_others(answer, eyes) if is_theirs else {}


def project(answer: Json, eyes: Eyes) -> Json:
    """A project without what others did in it: counts are not known, and nothing may be managed."""
    if not isinstance(answer, Mapping):
        return {}
    left = _without_others({name: value for name, value in answer.items() if name in _OF_A_PROJECT}, eyes)
    unknown = {name: None for name in _COUNTS_OF_A_PROJECT if name in answer}
    may = dict.fromkeys(("can_delete_tasks", "can_manage_annotations", "can_manage_tasks"), False)
    return left | unknown | may | {"created_by": None, "show_annotation_history": False}


def columns(answer: Json, _eyes: Eyes) -> Json:
    """The columns of the list of sentences, without the people that could be chosen in them."""
    found = _listed(answer, "columns")
    return {"columns": [{name: value for name, value in one.items() if name != "schema"} for one in found]}


def people(answer: Json, eyes: Eyes) -> Json:
    """Of all accounts, their own."""
    return [_without_lead(one) for one in _listed(answer, "results") if one.get("id") == eyes.user_id]


def myself(answer: Json, _eyes: Eyes) -> Json:
    """Their own account, with the permissions that a page should act on."""
    if not isinstance(answer, Mapping):
        return {}
    given = answer.get("permissions")
    allowed = [each for each in given if each in _PERMISSIONS] if isinstance(given, list) else []
    return _without_lead(answer) | {"permissions": allowed}


def release(answer: Json, _eyes: Eyes) -> Json:
    """Which Label Studio this is, without where it was started."""
    if not isinstance(answer, Mapping):
        return {}
    return {name: answer[name] for name in ("release", "label-studio-os-package", "edition") if name in answer}


def _listed(answer: Json, name: str) -> list[Mapping[str, Json]]:
    """The objects of a list, whether it comes bare or by a name."""
    found = answer.get(name) if isinstance(answer, Mapping) else answer
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _without_others(value: Json, eyes: Eyes) -> Json:
    """A value without annotations of others, however deep: no release nests one in another, some later one might."""
    if isinstance(value, Mapping):
        return {name: _without_others(one, eyes) for name, one in value.items() if not _of_others(one, eyes)}
    if isinstance(value, list):
        return [_without_others(one, eyes) for one in value if not _of_others(one, eyes)]
    return value


def _of_others(value: Json, eyes: Eyes) -> bool:
    return isinstance(value, Mapping) and "completed_by" in value and _whose(value) != eyes.user_id


def _without_lead(account: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in account.items() if name != "active_organization_meta"}


def _whose(one: Mapping[str, Json]) -> int | None:
    """The account something belongs to: it is named in several ways, a draft's by its address and number."""
    found = one.get("completed_by", one.get("user"))
    if isinstance(found, Mapping):
        found = found.get("id")
    if isinstance(found, str):
        _, _, number = str(one.get("created_username") or "").rpartition(", ")
        return int(number) if number.isdecimal() else None
    return found if isinstance(found, int) else None
