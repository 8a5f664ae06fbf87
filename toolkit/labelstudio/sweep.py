"""Reading a project page by page while people annotate, and knowing that nothing was left out.

Pages follow the id of the last sentence seen, not a page number: rows that move between requests are neither missed nor
read twice. The ``total`` of an answer counts what remains from there, so a page is complete when it holds
``min(page size, total)`` sentences.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

from toolkit.errors import Fault, TransferIncomplete
from toolkit.labelstudio.connection import ServerStumbled
from toolkit.labelstudio.rows import Json, number, objects

# The server applies ``include`` to nested annotations as well: without their own names only ids would come.
ENTRY_FIELDS: Final = (
    "id,data,updated_at,annotations,result,completed_by,updated_by,created_at,lead_time,was_cancelled,"
    "parent_prediction,parent_annotation,ground_truth,last_action,bulk_created,import_id"
)
SENTENCE_FIELDS: Final = "id,data,updated_at,overlap,total_annotations,cancelled_annotations,is_labeled"
STATE_FIELDS: Final = "id,updated_at,total_annotations,cancelled_annotations"


_SMALLER: Final = 4  # by how much pages shrink around a sentence on which the server fails
_MOST_BROKEN: Final = 20  # with so many of them it is the server that is broken: give up


def condition(field: str, operator: str, kind: str, value: object) -> Json:
    """Return one filter of the server's data manager on a field of the sentence."""
    return {"filter": f"filter:tasks:{field}", "operator": operator, "type": kind, "value": value}


def changed_after(since: datetime | None) -> list[Json]:
    """Return the filter for what changed strictly after ``since``; none for None.

    The server understands one form only: UTC with microseconds and a ``Z`` (any other is answered with a 500).
    """
    if since is None:
        return []
    if since.tzinfo is None:
        raise ValueError("a moment without a time zone")
    moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return [condition("updated_at", "greater", "Datetime", moment)]


def page_request(
    project_id: int, conditions: Sequence[Json], *, order: str, fields: str, include: str, size: int
) -> Json:
    """Return the parameters of the request for the first ``size`` sentences that meet the conditions, in the order
    given.
    """
    query = {"filters": {"conjunction": "and", "items": list(conditions)}, "ordering": [order]}
    return {
        "project": project_id,
        "page": 1,
        "page_size": size,
        "fields": fields,
        "include": include,
        "query": json.dumps(query),
    }


def sweep(
    get: Callable[[Mapping[str, object]], Json],
    project_id: int,
    conditions: Sequence[Json] = (),
    *,
    fields: str,
    include: str,
    page_size: int,
    after: int = 0,
) -> Iterator[tuple[list[Json], int]]:
    """Yield pages of sentences with an id above ``after``, ascending, each with how many are left after it; all
    complete.

    A page that is short is asked for once more (a sentence may have been deleted in between, or the server may send
    smaller pages than it was asked for); short again raises ``TransferIncomplete``. A sentence on which the server
    fails is closed in on by smaller pages and passed over; at the end ``TransferIncomplete`` names all such.
    """
    last, size, largest, asked_again = after, page_size, page_size, False
    broken: list[int] = []
    while len(broken) < _MOST_BROKEN:
        wanted = [condition("id", "greater", "Number", last), *conditions]
        request = partial(page_request, project_id, wanted, order="tasks:id")
        body, size = _readable(get, partial(request, fields=fields, include=include), size)
        if body is None:
            # Not even one at a time: the next sentence is the one. Its id alone can be had.
            next_one = _ids(objects(get(request(fields="task_only", include="id", size=1)).get("tasks")))
            broken += next_one
            last, size = max([last, *next_one]), largest
            continue
        page, total = objects(body.get("tasks")), number(body, "total")
        ids = _ids(page)
        if len(page) != min(size, total) or ids != sorted(ids) or (ids and ids[0] <= last):
            if asked_again:
                raise TransferIncomplete(
                    f"the server announced {total} more sentences and sent {len(page)} of {min(size, total)}.",
                    todo="Run the command again; what has arrived is kept.",
                )
            size = largest = len(page) or size
            asked_again = True
            continue
        asked_again = False
        if page:
            yield page, total - len(page)
            last = ids[-1]
        if len(page) >= total:
            break
        size = min(largest, size * _SMALLER)
    if broken:
        raise TransferIncomplete(
            f"Label Studio fails when it is asked for {len(broken)} of the sentences.",
            faults=[Fault(f"item {remote_id}", "cannot be read (500)") for remote_id in broken],
            todo="Open them in Label Studio and delete the annotation that breaks them; then run the command again.",
        )


def _readable(
    get: Callable[[Mapping[str, object]], Json], request: Callable[..., Json], size: int
) -> tuple[Json | None, int]:
    """The next page the server does not fail on, and its size; None if it fails on a single sentence."""
    while True:
        try:
            return get(request(size=size)), size
        except ServerStumbled:
            if size == 1:
                return None, 1
            size = max(1, size // _SMALLER)


def _ids(page: Sequence[Json]) -> list[int]:
    return [number(row, "id") for row in page]
