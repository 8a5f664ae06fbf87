"""A round's project on the server: the recorded one, the one a stopped push left behind, or a new one; never two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.codebook.model import Codebook
from toolkit.errors import ServerRefused
from toolkit.study import adjudications, adoptions, annotation_versions, rounds
from toolkit.study.database import Database
from toolkit.study.rounds import Round

if TYPE_CHECKING:
    from toolkit.labelstudio.records import MarkedProject
    from toolkit.labelstudio.session import LabelStudio

_TITLE_LENGTH = 50  # Label Studio refuses longer titles


@dataclass(frozen=True, slots=True)
class RoundPage:
    """What a project shows: the page on which people work, and its instructions."""

    config_xml: str
    instructions_html: str


def coding_page(codebook: Codebook) -> RoundPage:
    """Return the page on which sentences are coded."""
    from toolkit.labelstudio.page.config import instructions_html, labelling_config

    return RoundPage(labelling_config(codebook), instructions_html(codebook))


def mark(database: Database, current: Round) -> str:
    """Return the word in a project's description by which it is found again as this round's."""
    again = f":{current.project}" if current.project > 1 else ""
    return f"intercoder:{database.meta('study_id')}:{current.first_name}{again}"


def round_project(
    database: Database, server: LabelStudio, round_name: str, page: RoundPage, *, study_name: str, identity: str
) -> tuple[int, tuple[str, ...]]:
    """Return the id of the round's project, made and recorded if there is none, and what there is to say about it.

    Label Studio repeats a request itself when its database is locked, so that one can leave two projects: an empty twin
    is removed. Raise ``ServerRefused`` where several hold sentences and none is recorded.
    """
    current = rounds.get(database, round_name)
    marked = server.projects_with(mark(database, current))
    chosen = current.project_id
    if chosen is None:
        chosen = _left_behind(marked, server.url, round_name)
        if chosen is None:
            chosen = _make(database, server, current, page, study_name=study_name)
            marked = server.projects_with(mark(database, current))
        rounds.set_project(database, round_name, server_url=identity, project_id=chosen)
    elif all(one.project_id != chosen for one in marked):
        check_there(database, server, current)  # its description may have been edited; or it is gone
    return chosen, tuple(_without_twins(server, marked, chosen))


def check_there(database: Database, server: LabelStudio, current: Round) -> None:
    """Raise ``ServerRefused`` that says what is safe and how to go on, where the round's project is not there."""
    from toolkit.labelstudio.connection import NotThere

    if current.project_id is None:
        return
    try:
        server.project(current.project_id)
    except NotThere:
        raise project_gone(database, current, server.url) from None


def project_gone(database: Database, current: Round, url: str) -> ServerRefused:
    """Return what to say where a round's project is not on its server any more."""
    n_annotations, n_sentences = annotation_versions.count_kept(database, current.name)
    decided = adjudications.adjudicated_round(database, current.name)
    go_on = (
        "`agree` and `export` go on working. To go on coding, make the round anew with the sentences that are not "
        f"coded yet: `push(round_name={current.name}, again=True)`."
    )
    if decided is not None:
        go_on = f"To go on deciding, make it anew: `start_adjudication(round_name={decided}, again=True)`."
    if adoptions.find(database, current.name) is not None:
        go_on = "`agree` and `export` go on working. To go on coding, push another round with these sentences."
    return ServerRefused(
        f"round {current.name!r} has no project on {url} any more: project {current.project_id} was deleted there, or "
        "this account cannot see it. "
        f"What was pulled is safe: {n_annotations:,} annotations of {n_sentences:,} sentences",
        todo=go_on,
    )


def _left_behind(marked: Sequence[MarkedProject], url: str, round_name: str) -> int | None:
    """The project a stopped push made without recording it: the one with sentences, else the oldest."""
    filled = [one.project_id for one in marked if one.n_sentences]
    if len(filled) > 1:
        raise ServerRefused(
            f"{len(filled)} projects at {url} carry the mark of round {round_name!r} and hold sentences: "
            f"{', '.join(map(str, filled))}",
            todo="A round has one project: delete the copies in Label Studio.",
        )
    return next(iter(filled), marked[0].project_id if marked else None)


def _make(database: Database, server: LabelStudio, current: Round, page: RoundPage, *, study_name: str) -> int:
    from toolkit.labelstudio.connection import AnswerLost

    marker = mark(database, current)
    try:
        return server.create_project(
            title=f"{study_name[: _TITLE_LENGTH - len(current.name) - 3]} · {current.name}",
            description=f"Sentences sent by intercoder; please leave this line in place: {marker}",
            config_xml=page.config_xml,
            instructions_html=page.instructions_html,
            annotators_per_sentence=current.decision.annotators_per_sentence,
        )
    except AnswerLost:
        made = _left_behind(server.projects_with(marker), server.url, current.name)
        if made is None:
            raise
        return made


def _without_twins(server: LabelStudio, marked: Sequence[MarkedProject], chosen: int) -> list[str]:
    """Remove every other project with the round's mark that is empty; what was done, and what was left."""
    said = []
    for twin in marked:
        if twin.project_id == chosen:
            continue
        if twin.n_sentences or server.project(twin.project_id).n_sentences:
            said.append(f"project {twin.project_id} carries the mark of this round as well and was left alone: a copy?")
            continue
        server.delete_project(twin.project_id)
        said.append(f"project {twin.project_id}, an empty twin that Label Studio had made, was removed")
    return said
