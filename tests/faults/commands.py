"""The commands that every fault is tried on. A command joins by being listed in ``COMMANDS``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.faults import truth
from tests.faults.stage import DESIGN, Stage
from toolkit.errors import IntercoderError
from toolkit.labelstudio.accounts import signed_in

_HOURS_AGO = -timedelta(hours=5)
Check = Callable[[Stage, Path], list[str]]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: how its scene is set, how it is called, and how to see that all is well in the end."""

    name: str
    arguments: tuple[str, ...]
    scene: Callable[[Stage], Path]
    """A study to run it in, as good as new."""
    amiss: Check
    """What is not as it should be once it has ended well."""
    writes_to_server: bool
    says: bool = False
    """Whether what it prints is its purpose: then a clean run prints what it would have printed without faults."""
    prints_addresses: bool = False
    also: frozenset[int] = frozenset()
    """Exit codes that are right for this command whatever the fault."""


# ---------------------------------------------------------------- scenes


def _grown(stage: Stage) -> Path:
    study = stage.pushed()
    stage.must(["add", str(stage.folder / "later.txt")], study)
    stage.delete_task(stage.tasks(study)[1])
    return study


def _push_more(stage: Stage) -> Path:
    """An article more in the study, a sentence fewer on the server."""
    return stage.cloned(stage.template("grown") or stage.keep("grown", _grown(stage)))


def _push_codebook(stage: Stage) -> Path:
    study = stage.pushed()
    file = study / "codebook.yaml"
    text = file.read_text(encoding="utf-8")
    assert "version: 1.0.0" in text
    assert 'title: "Both"' in text
    text = text.replace("version: 1.0.0", "version: 1.0.1", 1).replace('title: "Both"', 'title: "Both of them"', 1)
    file.write_text(text, encoding="utf-8")
    return study


def coded(stage: Stage) -> Path:
    """A study of its own, pushed, with eight annotations of two people; nothing pulled."""
    study = stage.pushed()
    tasks = stage.tasks(study)
    for number, task in enumerate(tasks):
        stage.code(task, number % 2, "writer" if number % 3 else "attributed")
    stage.code(tasks[0], 1, "writer")
    stage.code(tasks[4], 1, "", skipped=True)
    return study


def _pull_first(stage: Stage) -> Path:
    return _shared(stage, "coded", coded)


def _changed(stage: Stage) -> Path:
    """Pulled some hours ago; since then an annotation is new, one edited, one deleted, one begun, a sentence gone."""
    study = coded(stage)
    stage.age(study, _HOURS_AGO)
    stage.proxy.begin()
    stage.must(["pull"], study)
    tasks, annotations = stage.tasks(study), stage.annotations(study)
    stage.edit(annotations[0], "mixed")
    stage.edit(annotations[3], "mixed", who=1)
    stage.delete_annotation(annotations[2])
    stage.code(tasks[5], 0, "attributed")
    stage.code(tasks[1], 0, "attributed")
    stage.draft(tasks[3], 0, "writer")
    stage.delete_task(tasks[4])
    return study


def _pull_again(stage: Stage) -> Path:
    return _shared(stage, "changed", _changed)


def _shared(stage: Stage, name: str, make: Callable[[Stage], Path]) -> Path:
    made = stage.template(name)
    if made is None:
        made = stage.keep(name, make(stage))
    return stage.copied(made, own_mark=False)


# ---------------------------------------------------------------- how to see that all is well


def _transferred(stage: Stage, study: Path) -> list[str]:
    return truth.transferred(study, stage.server_database)


def _page_follows(stage: Stage, study: Path) -> list[str]:
    amiss = _transferred(stage, study)
    there = truth.of(stage.server_database, study)
    if not all("Both of them" in project["label_config"] for project in there.projects):
        amiss.append("the page does not follow the codebook")
    tables = truth.contents(study)
    (last,) = [row for row in tables["round_codebooks"] if row["sequence"] == len(tables["round_codebooks"])]
    documents = {row["hash"]: row["document"] for row in tables["codebooks"]}
    if documents[last["hash"]] != (study / "codebook.yaml").read_text(encoding="utf-8"):
        amiss.append("the codebook in force is not the one in codebook.yaml")
    if len(tables["round_codebooks"]) != 2:
        amiss.append(f"the round has had {len(tables['round_codebooks'])} codebooks, not 2")
    return amiss


def _pulled(stage: Stage, study: Path) -> list[str]:
    amiss = truth.pulled(study, stage.server_database)
    tasks = set(stage.tasks(study))
    return amiss + [
        f"the ledger says item {row['remote_id']}, which is not on the server"
        for row in truth.contents(study)["ledger"]
        if row["remote_id"] is not None and row["remote_id"] not in tasks
    ]


_LOOKS = ("accounts", "meta")


def _untouched(template: str) -> Check:
    def amiss(stage: Stage, study: Path) -> list[str]:
        before, after = truth.contents(stage.template(template) or study), truth.contents(study)
        return [f"table {name} has changed" for name in before if before[name] != after[name] and name not in _LOOKS]

    return amiss


AT_HOME = ("at.home@coders.example", "at.work@coders.example")  # these get accounts on the server
NEWCOMERS = ("new.one@coders.example", "new.two@coders.example")


def _registered(*emails: str) -> Check:
    def amiss(_: Stage, study: Path) -> list[str]:
        tables = truth.contents(study)
        have = {row["email"].casefold() for row in tables["annotators"]}
        counted = {row["email"].casefold() for row in tables["round_annotators"]}
        return [
            f"a newcomer is not in {where}"
            for where, who in (("annotators", have), ("the round", counted))
            if not set(emails) <= who
        ]

    return amiss


def _embedded(stage: Stage) -> Path:
    """A study whose own, embedded server is the stage's, behind the proxy; the newcomers have no account there yet."""
    stage.forget_newcomers()
    return stage.as_embedded(stage.bare())


def _can_sign_in(stage: Stage, study: Path) -> list[str]:
    amiss = _registered(*AT_HOME)(stage, study)
    passwords = json.loads((study / "server" / "annotators.json").read_text(encoding="utf-8"))
    for email in AT_HOME:
        try:
            with signed_in(stage.server.url, email=email, password=passwords[email]):
                pass
        except (IntercoderError, KeyError) as fault:
            amiss.append(f"a newcomer cannot sign in: {fault}")
    return amiss


def _personal(stage: Stage) -> Path:
    """Connected with a personal access token, which is exchanged for a short one by a request more."""
    study = _pull_first(stage)
    credentials = study / "credentials.json"
    kept = json.loads(credentials.read_text(encoding="utf-8"))
    credentials.write_text(json.dumps(kept | {"token": stage.personal_token()}), encoding="utf-8")
    return study


COMMANDS: tuple[Command, ...] = (
    Command("push", ("push", *DESIGN), Stage.bare, _transferred, writes_to_server=True),
    Command("push, something more", ("push",), _push_more, _transferred, writes_to_server=True),
    Command("push --update-codebook", ("push", "--update-codebook"), _push_codebook, _page_follows,
            writes_to_server=True),
    Command("pull, the first", ("pull",), _pull_first, _pulled, writes_to_server=False),
    Command("pull, once more", ("pull",), _pull_again, _pulled, writes_to_server=False),
    Command("status", ("status",), _pull_again, _untouched("changed"), writes_to_server=False, says=True),
    Command("annotators add", ("annotators", "add", *NEWCOMERS), _pull_again, _registered(*NEWCOMERS),
            writes_to_server=False, says=True, prints_addresses=True),
    Command("annotators add, embedded", ("annotators", "add", *AT_HOME), _embedded, _can_sign_in,
            writes_to_server=True, prints_addresses=True),
    Command("pull, personal token", ("pull",), _personal, _pulled, writes_to_server=False),
    Command("doctor", ("doctor",), _pull_again, _untouched("changed"), writes_to_server=False, says=True),
)  # fmt: skip

BY_NAME: Mapping[str, Command] = {command.name: command for command in COMMANDS}
