"""Whether a study holds what its server holds: both read from their own SQLite files, past all of our code."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Rows = list[Mapping[str, Any]]


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    # Not read-only: a database left behind by a killed process has a log to be read first, and that writes.
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


@dataclass(frozen=True, slots=True)
class Server:
    """What the server's database says of the projects of one study."""

    projects: Rows
    tasks: Rows
    annotations: Rows

    def fingerprint(self) -> str:
        """The same for the same content, when it was last looked at aside."""
        told = [[dict(row) for row in rows] for rows in (self.projects, self.tasks, self.annotations)]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def server(database: Path, study_id: str) -> Server:
    """Everything on the server that carries the mark of the study."""
    with _opened(database) as connection:
        projects = connection.execute(
            "SELECT id, title, description, label_config, expert_instruction, maximum_annotations FROM project "
            "WHERE description LIKE ? ORDER BY id",
            (f"%intercoder:{study_id}:%",),
        ).fetchall()
        marks = ",".join(str(row["id"]) for row in projects)
        tasks = connection.execute(
            "SELECT id, project_id, data, overlap, is_labeled, updated_at, total_annotations, cancelled_annotations "
            f"FROM task WHERE project_id IN ({marks}) ORDER BY id"
        ).fetchall()
        annotations = connection.execute(
            "SELECT c.id, c.task_id, t.project_id, c.result, c.was_cancelled, c.completed_by_id, c.updated_at "
            f"FROM task_completion c JOIN task t ON t.id = c.task_id WHERE t.project_id IN ({marks}) ORDER BY c.id"
        ).fetchall()
    return Server([*map(dict, projects)], [*map(dict, tasks)], [*map(dict, annotations)])


def meta(study: Path, key: str) -> str:
    """A fact of the study's database."""
    with _opened(study / "study.db") as connection:
        return str(connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0])


def of(database: Path, study: Path) -> Server:
    """Everything on the server that is of this study."""
    return server(database, meta(study, "study_id"))


def contents(study: Path) -> dict[str, Rows]:
    """Every table of the study's database, row by row."""
    with _opened(study / "study.db") as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')]
            for name in names
            if not name.startswith("sqlite_")
        }


def damage(study: Path) -> list[str]:
    """What is wrong with the file itself."""
    with _opened(study / "study.db") as connection:
        said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [f"integrity: {line}" for line in said if line != "ok"] + [f"{len(broken)} broken references"] * bool(broken)


def versions(study: Path) -> set[tuple[str, int, str]]:
    """Every version of every annotation ever stored, by what it says."""
    with _opened(study / "study.db") as connection:
        rows = connection.execute("SELECT round, annotation_id, raw FROM annotation_versions")
        return {(row[0], row[1], row[2]) for row in rows}


def transferred(study: Path, database: Path) -> list[str]:
    """What is amiss between the plan of the study and the sentences on the server; empty when all is well."""
    with _opened(study / "study.db") as connection:
        rounds = connection.execute("SELECT round, project, project_id FROM rounds").fetchall()
        ledger = connection.execute("SELECT round, sentence_id, annotators_wanted, remote_id FROM ledger").fetchall()
        frozen = {row[0]: row[1] for row in connection.execute("SELECT sentence_id, text FROM sentences")}
        done = connection.execute(_CODED_BEFORE).fetchall()
    coded = Counter((row["round"], row["sentence_id"]) for row in done if not json.loads(row["raw"])["was_cancelled"])
    there = of(database, study)
    amiss = []
    for each in rounds:
        mark = f":{each['round']}" + (f":{each['project']}" if each["project"] > 1 else "")
        mine = [row["id"] for row in there.projects if row["description"].rstrip().endswith(mark)]
        if mine != [each["project_id"]]:
            amiss.append(f"round {each['round']}: projects {mine} on the server, {each['project_id']} in the study")
        have: dict[str, list[Mapping[str, Any]]] = {}
        for task in there.tasks:
            if task["project_id"] == each["project_id"]:
                have.setdefault(json.loads(task["data"]).get("sentence_id"), []).append(task)
        for row in ledger:
            if row["round"] == each["round"]:
                found, left = have.pop(row["sentence_id"], []), _left(row, coded)
                if left > 0 or found:
                    amiss += _astray(row, found, left, frozen[row["sentence_id"]])
        amiss += [f"{sentence_id} is on the server and not in the plan" for sentence_id in have]
    if not rounds:
        amiss.append("there is no round")
    return amiss


_CODED_BEFORE = """
SELECT DISTINCT a.round, a.sentence_id, json_extract(v.raw, '$.completed_by') AS account, v.raw FROM annotations a
JOIN rounds r ON r.round = a.round AND a.project < r.project
JOIN annotation_versions v USING (round, project, annotation_id, version) WHERE a.gone_at IS NULL
"""


def _left(row: sqlite3.Row, coded: Counter[tuple[str, str]]) -> int:
    """How many annotators a sentence still needs: in a project made anew, less those who coded it in the one before."""
    return int(row["annotators_wanted"]) - coded[row["round"], row["sentence_id"]]


def _astray(row: sqlite3.Row, tasks: Rows, wanted: int, text: str) -> Iterator[str]:
    sentence_id = row["sentence_id"]
    if len(tasks) != 1:
        yield f"{sentence_id} is on the server {len(tasks)} times"
        return
    (task,) = tasks
    if task["id"] != row["remote_id"]:
        yield f"{sentence_id} is item {task['id']}, the study says {row['remote_id']}"
    if task["overlap"] != wanted:
        yield f"{sentence_id} goes to {task['overlap']} annotators, not {wanted}"
    if json.loads(task["data"])["sentence"] != text:
        yield f"{sentence_id} has another text on the server"


def pulled(study: Path, database: Path, *, there: Server | None = None) -> list[str]:
    """What is amiss between the annotations on the server and those that count in the study; empty when all is well.

    ``there`` is what is on the server, where it does not carry the mark of this study.
    """
    with _opened(study / "study.db") as connection:
        rounds = connection.execute("SELECT round, project, project_id FROM rounds").fetchall()
        stored = connection.execute(
            "SELECT a.*, v.raw FROM annotations a LEFT JOIN annotation_versions v ON v.round = a.round "
            "AND v.project = a.project AND v.annotation_id = a.annotation_id AND v.version = a.version"
        ).fetchall()
    there = of(database, study) if there is None else there
    amiss: list[str] = []
    for each in rounds:
        alive = {
            row["annotation_id"]: row
            for row in stored
            if (row["round"], row["project"]) == (each["round"], each["project"]) and row["gone_at"] is None
        }
        for annotation in there.annotations:
            if annotation["project_id"] != each["project_id"]:
                continue
            row = alive.pop(annotation["id"], None)
            amiss += _unlike(annotation, row)
        amiss += [f"annotation {number} counts in the study and is not on the server" for number in alive]
    return amiss


def _unlike(annotation: Mapping[str, Any], row: sqlite3.Row | None) -> Iterator[str]:
    name = f"annotation {annotation['id']} of item {annotation['task_id']}"
    if row is None:
        yield f"{name} is on the server and does not count in the study"
        return
    if row["raw"] is None:
        yield f"{name} has no stored version"
        return
    raw = json.loads(row["raw"])
    if row["remote_id"] != annotation["task_id"]:
        yield f"{name} is stored with item {row['remote_id']}"
    if raw["result"] != json.loads(annotation["result"]):
        yield f"{name} has another answer in the study"
    if bool(raw["was_cancelled"]) != bool(annotation["was_cancelled"]):
        yield f"{name} is skipped in one place only"
    if _moment(raw["updated_at"]) != _moment(annotation["updated_at"]):
        yield f"{name} is of {annotation['updated_at']}, stored is {raw['updated_at']}"


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
