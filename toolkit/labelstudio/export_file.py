"""A Label Studio JSON export, or one sentence of an answer, as a pull would have it; every fault of it at once."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from toolkit.errors import BadInput, Fault
from toolkit.labelstudio.decode import WHO, read_time, strip_personal, unreadable_because, user_of, whole_number
from toolkit.labelstudio.records import ExportFile, Person, RawEntry


def read_entry(task: Mapping[str, object]) -> RawEntry:
    """Return the sentence and annotations that ``task`` (an element of an answer or of an export) holds; else
    ``BadInput``.
    """
    entry, faults = _entry(task, place=f"sentence {task.get('id')!r} on the server")
    if entry is None or faults:
        raise BadInput(
            "Label Studio sent something that cannot be kept.",
            faults=faults,
            todo="Look at these in Label Studio; nothing of them was kept.",
        )
    return entry


def read_export(text: str | bytes, *, name: str = "") -> ExportFile:
    """Return the sentences, annotations and accounts of a Label Studio JSON export (Community or Enterprise).

    ``name`` is the file's, for the messages. Raise ``BadInput`` with every fault at once.
    """
    try:
        tasks = json.loads(text)
    except (ValueError, RecursionError) as fault:  # also numbers of thousands of digits, lists in lists in lists
        raise BadInput(f"{name or 'The export'} is not JSON: {fault}.", todo=_EXPORT_TODO) from fault
    if isinstance(tasks, dict) and isinstance(tasks.get("tasks"), list):
        tasks = tasks["tasks"]
    if not isinstance(tasks, list):
        raise BadInput(f"{name or 'The export'} is not a list of sentences.", todo=_EXPORT_TODO)
    entries: list[RawEntry] = []
    faults: list[Fault] = []
    people: dict[int, str] = {}
    seen: set[int] = set()
    beside: Counter[str] = Counter()
    for number, task in enumerate(tasks, start=1):
        place = f"{name}: sentence {number}" if name else f"sentence {number}"
        if not isinstance(task, dict):
            faults.append(Fault(place, "not an object"))
            continue
        if not _is_unicode(task):
            faults.append(Fault(place, "holds half a surrogate pair, which is no text"))
            continue
        entry, wrong = _entry(task, place=place)
        faults += wrong
        beside += _beside(task)
        if entry is not None and not wrong:
            if entry.remote_id in seen:
                faults.append(Fault(place, f"id {entry.remote_id} occurs twice"))
            seen.add(entry.remote_id)
            entries.append(entry)
            people.update(_people(task))
    if faults:
        raise BadInput(
            f"{name or 'The export'} cannot be read as a Label Studio export.", faults=faults, todo=_EXPORT_TODO
        )
    return ExportFile(
        entries=tuple(entries),
        people=tuple(Person(user_id, email) for user_id, email in sorted(people.items())),
        n_drafts=beside["drafts"],
        n_predictions=beside["predictions"],
    )


_EXPORT_TODO: Final = "Export from Label Studio as JSON (not JSON-MIN, not CSV)."


def _entry(task: Mapping[str, object], *, place: str) -> tuple[RawEntry | None, list[Fault]]:
    faults: list[Fault] = []
    remote_id, data = whole_number(task.get("id")), task.get("data")
    annotations = task.get("annotations", task.get("completions"))
    if remote_id is None:
        faults.append(Fault(place, "no id that is a number"))
    if not isinstance(data, Mapping):
        faults.append(Fault(place, "no data: this is not what a JSON export holds"))
    if not isinstance(annotations, list):
        faults.append(Fault(place, "no list of annotations"))
        annotations = []
    raws = []
    ids: set[object] = set()
    for raw in annotations:
        why = unreadable_because(raw) if isinstance(raw, Mapping) else "it is not an object"
        if why is None and raw["id"] in ids:
            why = "it is there twice"
        if why is None:
            ids.add(raw["id"])
            raws.append(strip_personal(raw))
        else:
            which = whole_number(raw.get("id")) if isinstance(raw, Mapping) else None
            faults.append(Fault(place, f"annotation{'' if which is None else f' {which}'}: {why}"))
    times = [moment for raw in raws if (moment := read_time(raw.get("updated_at", raw.get("created_at")))) is not None]
    updated = read_time(task.get("updated_at")) or max(times, default=None)
    if updated is None and not faults:
        updated = read_time(task.get("created_at")) or datetime.fromtimestamp(0, UTC)
    if remote_id is None or updated is None or not isinstance(data, Mapping):
        return None, faults
    return RawEntry(remote_id, dict(data), updated, tuple(raws)), faults


def _beside(task: Mapping[str, object]) -> Counter[str]:
    """How many drafts and predictions came with the annotations."""
    listed = {name: task.get(name) for name in ("drafts", "predictions")}
    return Counter({name: len(found) for name, found in listed.items() if isinstance(found, list)})


def _people(task: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    listed = task.get("annotations", task.get("completions"))
    for raw in listed if isinstance(listed, list) else ():
        for field in WHO:
            who = raw.get(field)
            user_id = user_of(who)
            if isinstance(who, Mapping) and user_id is not None and isinstance(who.get("email"), str):
                yield user_id, who["email"]
        # "name e-mail, id" is how the server shows who made it
        shown = re.fullmatch(r".*?(\S+@\S+), (\d{1,18})", str(raw.get("created_username") or ""))
        if shown and int(shown[2]) == user_of(raw.get("completed_by")):
            yield int(shown[2]), shown[1]


def _is_unicode(value: object) -> bool:
    """Whether every string in it can be kept; JSON can spell half a character."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
