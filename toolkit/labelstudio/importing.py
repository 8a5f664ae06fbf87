"""Sentences sent as one import: Label Studio takes them in at once, or queues them and says later how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from toolkit.errors import IntercoderError, TransferIncomplete
from toolkit.labelstudio.client import Client
from toolkit.labelstudio.connection import AnswerLost
from toolkit.labelstudio.rows import Json, number

PREFILLED: Final = "prefilled"
"""The name under which a project keeps what is chosen beforehand: in its words, the version of a model."""
_PATIENCE: Final = 600.0


def about_to_import(
    client: Client,
    project_id: int,
    batch: Sequence[Mapping[str, object]],
    prefilled: Sequence[Sequence[Mapping[str, object]]],
    *,
    wait: Callable[[float], None],
) -> Callable[[], list[int]]:
    """Put the sentences in the form of an import; return what sends it and returns their remote ids in that order.

    ``prefilled`` is empty, or has as many as there are sentences. What it raises stands at ``send_sentences``.
    """
    tasks: list[Json] = [{"data": dict(data)} for data in batch]
    for task, parts in zip(tasks, prefilled, strict=bool(prefilled)):
        if parts:
            task["predictions"] = [{"model_version": PREFILLED, "result": [dict(part) for part in parts]}]
    path, asked = f"api/projects/{project_id}/import", {"return_task_ids": "true"}
    write = client.about_to_write("POST", path, tasks, dict, asked)

    def send() -> list[int]:
        answer = write()
        ids, queued = answer.get("task_ids"), answer.get("import")
        if not ids and isinstance(queued, int):
            ids = _finished(client, project_id, queued, wait)
        if not isinstance(ids, list) or not all(isinstance(each, int) for each in ids):
            raise AnswerLost(f"{client.url} took the sentences without saying under which ids.", todo="Run it again.")
        if len(ids) != len(tasks) or len(set(ids)) != len(ids):
            raise TransferIncomplete(
                f"{len(tasks)} sentences were sent, {len(set(ids))} arrived.", todo="Run the command again."
            )
        return list(ids)

    return send if tasks else list


def show_prefilled(client: Client, project_id: int) -> bool:
    """Have the page choose what was sent as ``prefilled``; return False where nothing of that is there any more."""
    there = client.read(f"api/projects/{project_id}/model-versions/", dict)
    if not there.get(PREFILLED):
        return False  # it was deleted; Label Studio refuses to show what it does not have
    shown = {"show_collab_predictions": True, "model_version": PREFILLED}
    client.write("PATCH", f"api/projects/{project_id}/", shown, partial(number, field="id"))
    return True


def _finished(client: Client, project_id: int, import_id: int, wait: Callable[[float], None]) -> object:
    # Editions that queue an import finish, or fail, later.
    waited, pause, problem = 0.0, 0.5, "is still taking in the sentences"
    while waited < _PATIENCE:
        try:
            state = client.read(f"api/projects/{project_id}/imports/{import_id}/", dict)
        except IntercoderError:
            problem = "has queued the sentences and does not say how it went"
            break
        if state.get("status") == "completed":
            return state.get("task_ids")
        if state.get("status") == "failed":
            raise TransferIncomplete(
                f"{client.url} queued the sentences and then failed to take them in.",
                todo="Run the command again: it sends what is missing.",
            )
        wait(pause)
        waited, pause = waited + pause, min(pause * 2, 10.0)
    raise AnswerLost(f"{client.url} {problem}.", todo="Run the command again in some minutes.")
