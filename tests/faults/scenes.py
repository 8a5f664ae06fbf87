"""The studies that commands are tried in, each as good as new and made cheaply: what is tried often is made once."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from tests.faults import truth
from tests.faults.stage import Stage

_HOURS_AGO = -timedelta(hours=5)


def _grown(stage: Stage) -> Path:
    study = stage.pushed()
    stage.must(["add", str(stage.folder / "later.txt")], study)
    stage.delete_task(stage.tasks(study)[1])
    return study


def push_more(stage: Stage) -> Path:
    """An article more in the study, a sentence fewer on the server."""
    return stage.cloned(stage.template("grown") or stage.keep("grown", _grown(stage)))


def push_codebook(stage: Stage) -> Path:
    study = stage.pushed()
    file = study / "codebook.yaml"
    text = file.read_text(encoding="utf-8")
    assert "version: 1.1.2" in text
    assert 'title: "Both"' in text
    text = text.replace("version: 1.1.2", "version: 1.1.3", 1).replace('title: "Both"', 'title: "Both of them"', 1)
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


def pull_first(stage: Stage) -> Path:
    return _shared(stage, "coded", coded)


def _changed(stage: Stage) -> Path:
    """Pulled some hours ago; since then an annotation is new, one edited, one deleted, one begun, a sentence gone."""
    study = coded(stage)
    stage.age(study, _HOURS_AGO)
    stage.proxy.begin()
    stage.must(["pull"], study)
    _go_on(stage, study)
    return study


def _go_on(stage: Stage, study: Path) -> None:
    """What people do on the server meanwhile."""
    tasks, annotations = stage.tasks(study), stage.annotations(study)
    stage.edit(annotations[0], "mixed")
    stage.edit(annotations[3], "mixed", who=1)
    stage.delete_annotation(annotations[2])
    stage.code(tasks[5], 0, "attributed")
    stage.code(tasks[1], 0, "attributed")
    stage.draft(tasks[3], 0, "writer")
    stage.delete_task(tasks[4])


def pull_again(stage: Stage) -> Path:
    return _shared(stage, "changed", _changed)


def _adopted(stage: Stage) -> Path:
    """A project that was adopted some hours ago; what has happened since is what happens to every round."""
    theirs = coded(stage)
    stage.age(theirs, _HOURS_AGO)
    stage.proxy.begin()
    token = str(stage.folder / "token")
    stage.must(["adopt", "{project}", "adopted", "--token-file", token], theirs)
    _go_on(stage, theirs)
    study = stage.folder / "adopted"
    shutil.move(theirs / "adopted", study)
    with closing(sqlite3.connect(study / "study.db")) as connection, connection:  # so that its project is found by it
        mark = truth.meta(theirs, "study_id")
        connection.execute("UPDATE meta SET value = ? WHERE key = 'study_id'", (mark,))
    return study


def adopted(stage: Stage) -> Path:
    return _shared(stage, "adopted", _adopted)


def embedded(stage: Stage) -> Path:
    """A study whose own, embedded server is the stage's, behind the proxy; the newcomers have no account there yet."""
    stage.forget_newcomers()
    return stage.as_embedded(stage.bare())


def personal(stage: Stage) -> Path:
    """Connected with a personal access token, which is exchanged for a short one by a request more."""
    study = pull_first(stage)
    credentials = study / "credentials.json"
    kept = json.loads(credentials.read_text(encoding="utf-8"))
    credentials.write_text(json.dumps(kept | {"token": stage.personal_token()}), encoding="utf-8")
    return study


def unconnected(stage: Stage) -> Path:
    study = stage.bare()
    (study / "credentials.json").unlink()
    return study


def held(stage: Stage) -> Path:
    """Pulled; whatever the study knows it holds."""
    return _shared(stage, "held", _hold)


def _hold(stage: Stage) -> Path:
    study = coded(stage)
    stage.proxy.begin()
    stage.must(["pull"], study)
    return study


def to_back_up(stage: Stage) -> Path:
    study = held(stage)
    (study / "kept").mkdir()
    return study


def lost(stage: Stage) -> Path:
    """Pulled, and then its project is gone from the server."""
    study = stage.template("lost")
    if study is None:
        study = stage.copied(held(stage), own_mark=True)
        with closing(sqlite3.connect(study / "study.db")) as connection, connection:
            connection.execute("UPDATE rounds SET project_id = 999999")
        stage.keep("lost", study)
    return stage.copied(study, own_mark=True)


def edited_page(stage: Stage) -> Path:
    study = stage.pushed()
    stage.change_page(stage.project(study))
    return study


def with_copies(stage: Stage) -> Path:
    study = stage.pushed()
    stage.copy_tasks(study)
    return study


def to_migrate(stage: Stage) -> Path:
    """Pulled, with a codebook beside it in which one category is called otherwise and one is two, and the map."""
    study = stage.pushed()
    for number, task in enumerate(stage.tasks(study)):
        stage.code(task, number % 2, "writer" if number % 3 else "attributed", shown=True)
    stage.proxy.begin()
    stage.must(["pull"], study)
    text = (study / "codebook.yaml").read_text(encoding="utf-8")
    assert "version: 1.1.2" in text
    attribution = text.index("  - id: attribution\n"), text.index("  - id: spans\n")
    asked = text[slice(*attribution)].replace("- code: writer\n", "- code: author\n")
    asked = asked.replace("then: writer}", "then: author}").replace("then: attributed}", "then: named}")
    asked = asked.replace("- code: attributed\n", "- code: named\n")
    asked += "      - {code: described, title: Described, definition: Nobody is named., hotkey: '.'}\n\n"
    rest = text[attribution[1] :].replace("[attributed, carried, mixed]", "[named, described, carried, mixed]")
    text = text[: attribution[0]].replace("version: 1.1.2", "version: 2.0.0") + asked.rstrip() + "\n\n" + rest
    (study / "new.yaml").write_text(text, encoding="utf-8")
    (study / "rename.yaml").write_text(
        "attribution: {writer: author, attributed: [named, described]}\n", encoding="utf-8"
    )
    return study


def in_dispute(stage: Stage) -> Path:
    """A study of its own: two coded each sentence and differ on half of them; somebody more may be asked."""
    study = stage.pushed()
    for number, task in enumerate(stage.tasks(study)):
        stage.code(task, 0, "writer", shown=True)
        stage.code(task, 1, "writer" if number % 2 else "attributed", shown=True)
    stage.proxy.begin()
    stage.must(["pull"], study)
    stage.must(["annotators", "add", "one.more@coders.example"], study)
    return study


def _shared(stage: Stage, name: str, make: Callable[[Stage], Path]) -> Path:
    made = stage.template(name)
    if made is None:
        made = stage.keep(name, make(stage))
    return stage.copied(made, own_mark=False)
