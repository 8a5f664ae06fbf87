"""A round made anew whose project is gone: the old one is let go of, and what was coded there is not asked again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from toolkit.errors import UsageError
from toolkit.loop.answers import annotations_of
from toolkit.loop.online.round_project import mark
from toolkit.study import annotators, former_projects, rounds
from toolkit.study.database import Database
from toolkit.study.records import GOLD
from toolkit.study.rounds import Round

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio


def let_go(database: Database, server: LabelStudio, found: Round, identity: str) -> tuple[str, ...]:
    """Let go of the project of a round that is to be made anew; return what is to be said of other rounds.

    Raise ``UsageError`` where the project is there still.
    """
    if found.project_id is None:
        return ()
    if found.server_url == identity:
        people = {person.user_id: person.email for person in server.people()}
        if annotators.other_people(database, identity, people):
            # Nothing on this server is what the study knew there: every round is to be made anew, one by one.
            others = [name for name in former_projects.leave_server(database, identity) if name != found.name]
            return tuple(
                f"round {name} is not on this server either: make it anew with `again=True` as well" for name in others
            )
        if found.project_id in {one.project_id for one in server.projects_with(mark(database, found))}:
            raise UsageError(
                f"round {found.name!r} has its project {found.project_id} on {server.url} still",
                todo="Leave `again=True` out: then it is gone on with.",
            )
    former_projects.leave_project(database, found.name)
    return ()


def coded_before(database: Database, round_name: str) -> Mapping[str, int]:
    """Return how many people coded each sentence, in a way that counts, in the projects the round had before."""
    current = rounds.get(database, round_name)
    if current.project == 1:
        return {}
    coded = {
        (annotation.sentence_id, annotation.annotator)
        for annotation in annotations_of(database, round_name)
        if annotation.project < current.project and annotation.excluded_because in {None, "revised", GOLD}
    }
    return Counter(sentence_id for sentence_id, _ in coded)
