"""The stage of every case: one Label Studio, the proxy before it, a warm process, and studies made cheaply.

A study that was made once is copied as a folder. Where the server is to change, the copy gets a mark of its own, so
that its project is its own; where it is not, copies share the project of the one they were copied from.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.faults import truth
from tests.faults.proxy import Proxy
from tests.faults.runner import Ended, Runner
from tests.live.server import LiveServer
from toolkit.labelstudio.accounts import make_account, personal_token

ARTICLES = {
    "one": "The minister resigned. “It is over,” she said. Nobody had expected it. The cabinet meets today.\n",
    "two": "Prices rose again. Analysts blame the drought.\n",
}
LATER = "A third article came. It has two sentences.\n"
DESIGN = ("--annotators-per-sentence", "1", "--reliability-sample", "50%", "--reliability-annotators", "2",
          "--seed", "1")  # fmt: skip
_TABLES = {"project": "id", "projects_projectsummary": "project_id", "task": "project_id",
           "task_completion": "project_id"}  # fmt: skip
_DRAFTS = "tasks_annotationdraft"
_number = count(1)


@dataclass(repr=False)
class Stage:
    """Everything a case needs; made once, used by all of them."""

    server: LiveServer
    proxy: Proxy
    runner: Runner
    folder: Path
    emails: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    _made: dict[str, Path] = field(default_factory=dict)
    _personal_token: str = ""

    @property
    def server_database(self) -> Path:
        return self.server.folder / "data" / "label_studio.sqlite3"

    # ------------------------------------------------------------ studies

    def template(self, name: str) -> Path | None:
        """The study of that name, if it was made before."""
        return self._made.get(name)

    def keep(self, name: str, study: Path) -> Path:
        """Remember a study that is to be copied."""
        self._made[name] = study
        return study

    def copied(self, study: Path, *, own_mark: bool) -> Path:
        """A copy of a study; with a mark of its own it knows nothing of the project of the other."""
        copy = self.folder / f"study-{next(_number)}"
        shutil.copytree(study, copy)
        if own_mark:
            self._mark(copy)
        return copy

    def cloned(self, study: Path) -> Path:
        """A copy of a pushed study with a copy of its project on the server: as good as pushed, in no time."""
        copy = self.copied(study, own_mark=False)
        (before,) = truth.of(self.server_database, study).projects
        mark = self._mark(copy)
        with self._on_server() as there:
            project = _inserted(there, "project", {**_row(there, "project", before["id"]), "id": None})
            described = before["description"].replace(truth.meta(study, "study_id"), mark)
            there.execute("UPDATE project SET description = ?, token = ? WHERE id = ?", (described, mark, project))
            (summary,) = _rows(there, "projects_projectsummary", "project_id", before["id"])
            _inserted(there, "projects_projectsummary", {**summary, "project_id": project})
            item_of = {}
            for task in _rows(there, "task", "project_id", before["id"]):
                data = task["data"].replace(truth.meta(study, "study_id"), mark)
                made = {**task, "id": None, "project_id": project, "data": data}
                item_of[task["id"]] = _inserted(there, "task", made)
        with closing(sqlite3.connect(copy / "study.db")) as mine, mine:
            mine.execute("UPDATE rounds SET project_id = ?", (project,))
            known = mine.execute("SELECT sentence_id, remote_id FROM ledger WHERE remote_id IS NOT NULL").fetchall()
            mine.execute("UPDATE ledger SET remote_id = NULL")
            moved = [(item_of.get(item), sentence_id) for sentence_id, item in known]
            mine.executemany("UPDATE ledger SET remote_id = ? WHERE sentence_id = ?", moved)
        self.server.admit(project_id=project)
        settings = copy / "study.yaml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace(f"project: {before['id']}\n", f"project: {project}\n"), encoding="utf-8")
        return copy

    def forget(self, study: Path) -> None:
        """Remove a study that was its own, with its projects: the server answers no slower in the end than at first."""
        marked = truth.of(self.server_database, study)
        with self._on_server() as there:
            for row in marked.annotations:
                there.execute("DELETE FROM task_completion WHERE id = ?", (row["id"],))
            for row in marked.tasks:
                there.execute("DELETE FROM tasks_annotationdraft WHERE task_id = ?", (row["id"],))
                there.execute("DELETE FROM task WHERE id = ?", (row["id"],))
            for row in marked.projects:
                there.execute("DELETE FROM projects_projectsummary WHERE project_id = ?", (row["id"],))
                there.execute("DELETE FROM project WHERE id = ?", (row["id"],))
        shutil.rmtree(study)

    @contextmanager
    def put_back(self, study: Path) -> Iterator[None]:
        """Whatever happens to the study's projects on the server meanwhile: afterwards they are as they were."""
        kept = self.saved(study)
        try:
            yield
        finally:
            self.restore(kept)

    def saved(self, study: Path) -> Mapping[str, list[Mapping[str, Any]]]:
        """A backup of the study's projects on the server, row by row."""
        marked = truth.of(self.server_database, study)
        with self._on_server() as there:
            return {
                table: [row for project in marked.projects for row in _rows(there, table, column, project["id"])]
                for table, column in _TABLES.items()
            } | {_DRAFTS: [row for task in marked.tasks for row in _rows(there, _DRAFTS, "task_id", task["id"])]}

    def restore(self, kept: Mapping[str, list[Mapping[str, Any]]]) -> None:
        """Put a backup back, as an administrator does: the same numbers, the same times."""
        with self._on_server() as there:
            for project in kept["project"]:
                for row in _rows(there, "task", "project_id", project["id"]):
                    there.execute(f"DELETE FROM {_DRAFTS} WHERE task_id = ?", (row["id"],))
                for table, column in reversed(_TABLES.items()):
                    there.execute(f"DELETE FROM {table} WHERE {column} = ?", (project["id"],))
            for table, rows in kept.items():
                for row in rows:
                    _inserted(there, table, row)

    def _mark(self, study: Path) -> str:
        mark = secrets.token_hex(8)
        with closing(sqlite3.connect(study / "study.db")) as connection, connection:
            connection.execute("UPDATE meta SET value = ? WHERE key = 'study_id'", (mark,))
        return mark

    @contextmanager
    def _on_server(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.server_database, timeout=60)) as connection, connection:
            connection.row_factory = sqlite3.Row
            yield connection

    def bare(self) -> Path:
        """A new study of two articles and six sentences, connected to the proxy, with two annotators; not pushed."""
        made = self.template("bare")
        if made is None:
            made = self.folder / "bare"
            for name, text in (*ARTICLES.items(), ("later", LATER)):
                (self.folder / f"{name}.txt").write_text(text, encoding="utf-8")
            token = self.folder / "token"
            token.write_text(self.server.token, encoding="ascii")
            self.proxy.begin()
            self.must(["init", str(made)], self.folder)
            self.must(["add", *(str(self.folder / f"{name}.txt") for name in ARTICLES)], made)
            self.must(["connect", self.proxy.url, "--token-file", str(token)], made)
            self.must(["annotators", "add", *self.annotators()], made)
            self.keep("bare", made)
        return self.copied(made, own_mark=True)

    def pushed(self) -> Path:
        """The same, pushed into a project of its own."""
        made = self.template("pushed")
        if made is None:
            made = self.keep("pushed", self.bare())
            self.proxy.begin()
            self.must(["push", *DESIGN], made)
        return self.cloned(made)

    def annotators(self) -> list[str]:
        """E-mail addresses of the two people who have accounts on the server; their tokens are in ``tokens``."""
        if not self.emails:
            link = self.server.raw("GET", "/api/invite").json()["invite_url"]
            for name in ("quiet", "loud"):
                email = f"{name}.{secrets.token_hex(3)}@coders.example"
                make_account(f"{self.server.url}{link}", email=email, password="a-long-passphrase")
                self.tokens.append(personal_token(self.server.url, email=email, password="a-long-passphrase"))
                self.emails.append(email)
                self.server.admit(email=email)
        return self.emails

    def as_embedded(self, study: Path) -> Path:
        """The study with the stage's server as its own: the address in its folder is the proxy's."""
        folder = study / "server"
        folder.mkdir(mode=0o700)
        for name in ("running.lock", "server.pid", "credentials.json"):
            (folder / name).symlink_to(self.server.folder / name)
        host, _, port = self.proxy.url.removeprefix("http://").partition(":")
        (folder / "address.json").write_text(json.dumps({"host": host, "port": int(port)}), encoding="utf-8")
        settings = study / "study.yaml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace("embedded: false", "embedded: true"), encoding="utf-8")
        return study

    def forget_newcomers(self) -> None:
        """Remove every account that a case made, and all that hangs on it, from the server's own database."""
        ours = {email.casefold() for email in self.addresses()}
        with self._on_server() as there:
            accounts = there.execute("SELECT id, email FROM htx_user").fetchall()
            users = [row["id"] for row in accounts if row["email"].casefold() not in ours]
            if not users:
                return
            tables = [row["name"] for row in there.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            of_users = [
                table
                for table in tables
                if any(column["name"] == "user_id" for column in there.execute(f"PRAGMA table_info({table})"))
            ]
            for user in users:
                for table in of_users:
                    there.execute(f"DELETE FROM {table} WHERE user_id = ?", (user,))
                there.execute("DELETE FROM htx_user WHERE id = ?", (user,))

    def personal_token(self) -> str:
        """A personal access token of the lead, made once."""
        if not self._personal_token:
            made = self.server.raw("POST", "/api/token/", json={})
            assert made.status_code in {200, 201}, made.text[:200]
            self._personal_token = str(made.json()["token"])
        return self._personal_token

    # ------------------------------------------------------------ commands

    def run(self, arguments: Sequence[str], study: Path, **order: Any) -> Ended:
        """Run a command in the study to its end, in a process of its own."""
        return self.runner.run(self.spelled(arguments, study), study, **order)

    def spelled(self, arguments: Sequence[str], study: Path) -> list[str]:
        """The arguments with what differs from stage to stage filled in: ``{url}``, ``{annotator}``, ``{project}``."""
        known = {"{url}": self.proxy.url, "{annotator}": self.emails[0] if self.emails else ""}
        if "{project}" in arguments:
            known["{project}"] = f"{self.proxy.url}#{self.project(study)}"
        return [known.get(part, part) for part in arguments]

    def must(self, arguments: Sequence[str], study: Path) -> Ended:
        """Run a command that sets the scene."""
        ended = self.run(arguments, study)
        if ended.code != 0:
            raise AssertionError(f"the scene could not be set: {' '.join(arguments)}: {ended.said()}")
        return ended

    # ------------------------------------------------------------ hands of people on the server

    def tasks(self, study: Path) -> list[int]:
        """Items of the study on the server, in order."""
        return [row["id"] for row in truth.of(self.server_database, study).tasks]

    def annotations(self, study: Path) -> list[int]:
        """Annotations of the study on the server, in order."""
        return [row["id"] for row in truth.of(self.server_database, study).annotations]

    def project(self, study: Path) -> int:
        """The study's project on the server."""
        (project,) = truth.of(self.server_database, study).projects
        return int(project["id"])

    def code(self, task: int, who: int, answer: str, *, skipped: bool = False, shown: bool = False) -> int:
        """The number of the annotation by which annotator ``who`` (0 or 1) answers ``answer``, to a question that was
        ``shown`` or to one that was not.
        """
        result = [] if skipped else [*[choice("ok", "segment_ok")] * shown, choice(answer)]
        body = {"result": result, "was_cancelled": skipped, "lead_time": 4.5}
        account = self._account(who)
        with self._on_server() as there:
            before = _rows(there, "task_completion", "task_id", task)
        if any(
            row["completed_by_id"] == account for row in before
        ):  # the gate would refuse it, and `status` counts what was refused
            return self.server.answer_again(task, account, body)
        made = self.server.raw("POST", f"/api/tasks/{task}/annotations/", token=self.tokens[who], json=body)
        assert made.status_code == 201, made.text[:200]
        return int(made.json()["id"])

    def edit(self, annotation: int, answer: str, who: int = 0) -> None:
        """Another answer in an annotation that is there."""
        self._hand("PATCH", f"/api/annotations/{annotation}/", self.tokens[who], {"result": [choice(answer)]})

    def author(self, study: Path, annotation: int) -> int:
        """Which annotator (0 or 1) made an annotation: nobody else may change it."""
        (made,) = (row for row in truth.of(self.server_database, study).annotations if row["id"] == annotation)
        return [self._account(who) for who in range(len(self.tokens))].index(made["completed_by_id"])

    def _account(self, who: int) -> int:
        return int(self.server.raw("GET", "/api/current-user/whoami", token=self.tokens[who]).json()["id"])

    def draft(self, task: int, who: int, answer: str) -> None:
        """Begin an annotation without submitting it."""
        body = {"result": [choice(answer)], "lead_time": 1.0}
        self._hand("POST", f"/api/tasks/{task}/drafts", self.tokens[who], body)

    def delete_annotation(self, annotation: int) -> None:
        self._hand("DELETE", f"/api/annotations/{annotation}/", self.server.token, None)

    def delete_task(self, task: int) -> None:
        self._hand("DELETE", f"/api/tasks/{task}/", self.server.token, None)

    def copy_tasks(self, study: Path) -> None:
        """A second item for each sentence, as a request that came late makes them."""
        project = self.project(study)
        with self._on_server() as there:
            for task in _rows(there, "task", "project_id", project):
                _inserted(there, "task", {**task, "id": None})

    def change_page(self, project: int) -> None:
        """What a lead, or anybody, may do on the settings page: other instructions."""
        self._hand("PATCH", f"/api/projects/{project}/", self.server.token, {"expert_instruction": "<p>Hurry.</p>"})

    def _hand(self, method: str, path: str, token: str, body: object) -> Any:
        response = self.server.raw(method, path, token=token, **({} if body is None else {"json": body}))
        assert response.is_success, (method, path, response.status_code, response.text[:200])
        return response.json() if response.content else None

    def age(self, study: Path, by: timedelta) -> None:
        """Move everything on the server's side of the study back (or forth) in time, in the server's own database."""
        project = self.project(study)
        with self._on_server() as connection:
            for table, of in (("task", "project_id = ?"), ("task_completion", "project_id = ?")):
                rows = connection.execute(f"SELECT id, created_at, updated_at FROM {table} WHERE {of}", (project,))
                moved = [(_moved(made, by), _moved(changed, by), number) for number, made, changed in rows.fetchall()]
                connection.executemany(f"UPDATE {table} SET created_at = ?, updated_at = ? WHERE id = ?", moved)

    def execute(self, statement: str, parameters: tuple[object, ...] = ()) -> None:
        """Change the server's own database directly: for clocks, and for backups that are put back."""
        with self._on_server() as connection:
            connection.execute(statement, parameters)

    def secrets(self) -> list[str]:
        """What no message may hold."""
        return [text for text in (self.server.token, *self.tokens, self.server.password, self._personal_token) if text]

    def addresses(self) -> list[str]:
        """E-mail addresses, which only ``annotators`` may print."""
        return [*self.emails, self.server.email]


def choice(answer: str, question: str = "attribution") -> dict[str, object]:
    """One answer as the labelling page submits it."""
    return {
        "id": "abcdefghij", "from_name": question, "to_name": "sentence", "type": "choices", "origin": "manual",
        "value": {"choices": [answer]},
    }  # fmt: skip


def _moved(moment: str, by: timedelta) -> str:
    return (datetime.fromisoformat(moment) + by).isoformat(sep=" ", timespec="microseconds")


def _rows(connection: sqlite3.Connection, table: str, column: str, value: object) -> list[Mapping[str, Any]]:
    return [dict(row) for row in connection.execute(f"SELECT * FROM {table} WHERE {column} = ? ORDER BY 1", (value,))]


def _row(connection: sqlite3.Connection, table: str, number: int) -> Mapping[str, Any]:
    (row,) = _rows(connection, table, "id", number)
    return row


def _inserted(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> int:
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    return connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values())).lastrowid or 0
