"""How to see that a command has done its work, each a list of what is amiss: nothing, where all is well."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from tests.faults import truth
from tests.faults.stage import ARTICLES, LATER, Stage
from toolkit.errors import IntercoderError
from toolkit.labelstudio.accounts import signed_in
from toolkit.loop.answers import annotations_of
from toolkit.study.folder import find

Check = Callable[[Stage, Path], list[str]]
AT_HOME = ("at.home@coders.example", "at.work@coders.example")  # these get accounts on the server
NEWCOMERS = ("new.one@coders.example", "new.two@coders.example")
_LOOKS = ("accounts", "meta")


def transferred(stage: Stage, study: Path) -> list[str]:
    return truth.transferred(study, stage.server_database)


def page_follows(stage: Stage, study: Path) -> list[str]:
    amiss = transferred(stage, study)
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


def migrated(stage: Stage, study: Path) -> list[str]:
    """Every answer carried over, what is split asked again of each sentence once, on the server and in the study."""
    amiss = transferred(stage, study) + truth.pulled(study, stage.server_database)
    there = truth.of(stage.server_database, study)
    amiss += [f"the page of project {one['id']} does not ask for 'described'" for one in there.projects
              if 'alias="described"' not in one["label_config"]]  # fmt: skip
    tables = truth.contents(study)
    if (steps := [row["sequence"] for row in tables["answer_migrations"]]) != [2]:
        amiss.append(f"steps {steps} were recorded, not one")
    if (asked := [row["question"] for row in tables["split_rounds"]]) != ["attribution"]:
        amiss.append(f"{asked} were asked again, not attribution")
    with find(study).database() as database:
        answers = [
            answer
            for one in annotations_of(database, "pilot")
            if one.excluded_because is None
            for answer in one.answers
            if answer.question == "attribution"
        ]
        waits = {
            one.sentence_id
            for one in annotations_of(database, "pilot")
            if one.excluded_because is None
            if any(each.migrated_from == ("attributed",) and each.status == "rejected" for each in one.answers)
        }
    again = {row["sentence_id"] for row in tables["ledger"] if row["round"] != "pilot"}
    if not waits or again != waits:
        amiss.append(f"{len(waits)} sentences wait, {len(again)} are asked again")
    if not answers or any(answer.value not in {"author", None} for answer in answers):
        amiss.append("an answer was not carried over")
    if (study / "codebook.yaml").read_bytes() != (study / "new.yaml").read_bytes():
        amiss.append("codebook.yaml is not the new one")
    return amiss


def pulled(stage: Stage, study: Path) -> list[str]:
    amiss = truth.pulled(study, stage.server_database)
    tasks = set(stage.tasks(study))
    return amiss + [
        f"the ledger says item {row['remote_id']}, which is not on the server"
        for row in truth.contents(study)["ledger"]
        if row["remote_id"] is not None and row["remote_id"] not in tasks
    ]


def untouched(template: str) -> Check:
    def amiss(stage: Stage, study: Path) -> list[str]:
        before, after = truth.contents(stage.template(template) or study), truth.contents(study)
        return [f"table {name} has changed" for name in before if before[name] != after[name] and name not in _LOOKS]

    return amiss


def registered(*emails: str) -> Check:
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


def can_sign_in(stage: Stage, study: Path) -> list[str]:
    amiss = registered(*AT_HOME)(stage, study)
    passwords = json.loads((study / "server" / "annotators.json").read_text(encoding="utf-8"))
    for email in AT_HOME:
        try:
            with signed_in(stage.server.url, email=email, password=passwords[email]):
                pass
        except (IntercoderError, KeyError) as fault:
            amiss.append(f"a newcomer cannot sign in: {fault}")
    return amiss


def all_sentences(_: Stage, study: Path) -> list[str]:
    tables = truth.contents(study)
    texts = Counter(row["text"] for row in tables["articles"])
    amiss = [] if texts == Counter((*ARTICLES.values(), LATER)) else [f"articles: {dict(texts)}"]
    return amiss + ([] if len(tables["sentences"]) == 8 else [f"{len(tables['sentences'])} sentences, not 8"])


def adopted(stage: Stage, study: Path) -> list[str]:
    theirs = study / "theirs"
    there = truth.of(stage.server_database, study)
    amiss = truth.damage(theirs) + truth.pulled(theirs, stage.server_database, there=there)
    tables = truth.contents(theirs)
    items = [row["remote_id"] for row in tables["ledger"] if row["remote_id"] is not None]
    if sorted(items) != [row["id"] for row in there.tasks]:
        amiss.append(f"the items are {items}, not those of the project")
    texts = {row["sentence_id"]: row["text"] for row in tables["sentences"]}
    words = {row["id"]: json.loads(row["data"])["sentence"] for row in there.tasks}
    return amiss + [
        f"item {row['remote_id']} has another text"
        for row in tables["ledger"]
        if row["remote_id"] in words and words[row["remote_id"]] != texts[row["sentence_id"]]
    ]


def connected(stage: Stage, study: Path) -> list[str]:
    kept = json.loads((study / "credentials.json").read_text(encoding="utf-8"))
    amiss = [] if kept["token"] == stage.server.token else ["the token is another"]
    return amiss if stage.proxy.url in (study / "study.yaml").read_text(encoding="utf-8") else [*amiss, "no address"]


def exported(stage: Stage, study: Path) -> list[str]:
    newest = max((study / "versions").glob("v[0-9]*"), key=lambda version: int(version.name[1:]))
    checked = stage.run(["validate", str(newest)], study)
    amiss = [] if checked.code == 0 else [f"validate: {checked.said()}"]
    written = pq.read_table(newest / "annotations.parquet").num_rows
    counts = len(truth.contents(study)["annotations"])
    return amiss + ([] if written == counts else [f"{written} annotations in the export, {counts} in the study"])


def backed_up(_: Stage, study: Path) -> list[str]:
    copy = study / "kept" / "study.db"
    amiss = truth.damage(copy.parent)
    return amiss if truth.contents(copy.parent) == truth.contents(study) else [*amiss, "the copy is another"]


def erased(stage: Stage, study: Path) -> list[str]:
    person = stage.annotators()[0]
    tables = truth.contents(study)
    amiss = [f"{len(tables['annotations'])} annotations are left, not 5"] if len(tables["annotations"]) != 5 else []
    files = [file for file in study.rglob("*") if file.is_file() and person.encode() in file.read_bytes()]
    return amiss + [f"the address is in {file.name}" for file in files]


def made_anew(stage: Stage, study: Path) -> list[str]:
    before = truth.contents(stage.template("lost") or study)["annotations"]
    amiss = [] if truth.contents(study)["annotations"] == before else ["what was pulled has changed"]
    return amiss + transferred(stage, study)


def escalated(stage: Stage, study: Path) -> list[str]:
    """What was planned is planned once, within the budget, and every such sentence is open on the server."""
    amiss, tables = transferred(stage, study), truth.contents(study)
    asked = {row["sentence_id"]: row["coded_before"] + row["more"] for row in tables["escalated_sentences"]}
    if [row["applied_at"] is not None for row in tables["escalations"]] != [True]:
        amiss.append(f"the escalations are {tables['escalations']}")
    if sum(row["more"] for row in tables["escalated_sentences"]) != 2:
        amiss.append(f"{tables['escalated_sentences']} is not what the budget allows")
    wanted = {row["sentence_id"]: row["annotators_wanted"] for row in tables["ledger"]}
    amiss += [f"{name} is to have {wanted[name]} annotators, not {n}" for name, n in asked.items() if wanted[name] != n]
    open_there = {
        json.loads(row["data"])["sentence_id"]
        for row in truth.of(stage.server_database, study).tasks
        if not row["is_labeled"]
    }
    return amiss + [f"{name} is closed on the server" for name in asked if name not in open_there]


def adjudicated(stage: Stage, study: Path) -> list[str]:
    """One project holds every disputed sentence once, and the study knows which item each of them is."""
    tables, there = truth.contents(study), truth.of(stage.server_database, study)
    amiss: list[str] = []
    projects = [row["id"] for row in there.projects if row["description"].rstrip().endswith(":pilot-adjudication")]
    (known,) = [row["project_id"] for row in tables["rounds"] if row["round"] == "pilot-adjudication"]
    if projects != [known]:
        amiss.append(f"projects of the adjudication are {projects}, and the study knows {known}")
    queued = {row["sentence_id"]: row["remote_id"] for row in tables["ledger"] if row["round"] == "pilot-adjudication"}
    asked = Counter((row["sentence_id"], row["question"]) for row in tables["asked_again"])
    differing = {place for place in asked if place[1] == "attribution"}
    if len(differing) != -(-len([row for row in tables["ledger"] if row["round"] == "pilot"]) // 2):
        amiss.append(f"asked about {sorted(differing)}")
    if set(asked.values()) != {1} or {sentence_id for sentence_id, _ in asked} != queued.keys():
        amiss.append(f"{asked} is asked of {sorted(queued)}")
    items = [(json.loads(row["data"])["sentence_id"], row["id"]) for row in there.tasks if row["project_id"] == known]
    if sorted(items) != sorted(queued.items()):
        amiss.append(f"items {sorted(items)} are not what is queued: {sorted(queued.items())}")
    return amiss


def mended(stage: Stage, study: Path) -> list[str]:
    (project,) = truth.of(stage.server_database, study).projects
    hurried = "Hurry" in project["expert_instruction"]
    return transferred(stage, study) + ["the page is the edited one"] * hurried


def offered_to_nobody(stage: Stage, study: Path) -> list[str]:
    ended = [(row["round"], row["ending"]) for row in truth.contents(study)["round_endings"]]
    amiss = [] if ended == [("pilot", "closed")] else [f"the round's endings are {ended}"]
    tasks = truth.of(stage.server_database, study).tasks
    return amiss + [f"item {row['id']} is offered still" for row in tasks if not row["is_labeled"]]
