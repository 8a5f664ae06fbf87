"""Ending a round: closed it asks for no more work, discarded it counts for nothing; both can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import ServerRefused, ServerUnreachable, TransferIncomplete, UsageError
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.online.admission import admit_if_reached
from toolkit.loop.online.connection import open_server, server_identity
from toolkit.loop.online.round_project import project_gone
from toolkit.loop.progress import Progress, silent
from toolkit.loop.rounds.renamed import refuse_adjudication
from toolkit.study import adjudications, adoptions, answer_migrations, round_endings, rounds
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.round_endings import Ending, State

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio
    from toolkit.study.rounds import Round


@dataclass(frozen=True, slots=True)
class EndedRound:
    """What became of a round."""

    round: str
    state: State
    was: State
    n_offered_no_more: int | None
    """Sentences that Label Studio offered and offers no more, those of rounds that went with it included; None where
    it was not, or could not be, asked."""
    server_away: str | None = None
    """Why Label Studio still offers the round's sentences, where it may."""


def close_round(study: Study, round_name: str, *, progress: Progress = silent, tell: Tell = untold) -> EndedRound:
    """Close a round: links leave it out, ``push`` refuses it, and Label Studio offers none of its sentences any more.

    It stays in agreement and exports, and what is submitted yet is pulled. Nothing on the server is deleted: sentences
    that lack annotators are marked as done there, one request for each. Again it goes on where it was stopped. Rounds
    that ask a question of it again, because a category was split, are closed with it. Its adjudication is not: deciding
    often begins where coding has ended.

    Raise ``UsageError`` where there is no such round, it is ended with another one, or it was discarded; and, the round
    being closed here, ``ServerUnreachable``, ``ServerRefused`` and ``TransferIncomplete`` where Label Studio may offer
    its sentences yet.
    """
    with study.locked(), study.database() as database:
        current = _own_round(database, round_name)
        if current.state == "discarded":
            raise UsageError(
                f"round {round_name!r} was discarded, which asks for no more work either",
                todo=f"Take that back first: `discard_round({round_name}, undo=True)`.",
            )
        again = _asking_again(database, current)
        # first of all: from here on nothing new is sent to it
        round_endings.end(database, round_name, "closed", and_with_it=[one.name for one in again])
        try:
            n, left = _all_offer_no_more(study, database, [current, *again], progress, tell)
        except (ServerUnreachable, ServerRefused) as fault:
            raise type(fault)(
                fault.what,
                faults=fault.faults,
                todo=f"Round {round_name!r} is closed here, and nothing more is sent to it. Label Studio may offer its "
                "sentences yet: run this again once it answers.",
            ) from None
        return EndedRound(round_name, "closed", current.state, n, server_away=left)


def reopen_round(study: Study, round_name: str) -> EndedRound:
    """Open a closed round again, and those that ask a question of it again; the next ``push`` to each has its sentences
    offered as they were.
    """
    return _take_back(study, round_name, "closed")


def discard_round(
    study: Study, round_name: str, *, undo: bool = False, progress: Progress = silent, tell: Tell = untold
) -> EndedRound:
    """Discard a round: it counts for nothing, and Label Studio offers none of its sentences any more.

    What decides on it, and rounds that ask a question of it again, are discarded with it. It is not the default of
    ``agree``, not in exports and links, not in ``status`` and ``pull`` unless asked for. All of it stays, here and on
    the server, and ``undo`` takes it back; the next ``push`` to each has its sentences offered again. A server that
    does not answer is no failure: ``server_away`` says so.
    """
    if undo:
        return _take_back(study, round_name, "discarded")
    with study.locked(), study.database() as database:
        current = _own_round(database, round_name)
        decides = adjudications.find(database, round_name)
        its = [*_asking_again(database, current), *([rounds.get(database, decides)] if decides is not None else [])]
        round_endings.end(database, round_name, "discarded")
        try:
            n, left = _all_offer_no_more(study, database, [current, *its], progress, tell)
        except (ServerUnreachable, ServerRefused, TransferIncomplete, UsageError) as fault:
            n, left = None, fault.what
        return EndedRound(round_name, "discarded", current.state, n, server_away=left)


def _take_back(study: Study, round_name: str, ending: Ending) -> EndedRound:
    with study.locked(), study.database() as database:
        current = _own_round(database, round_name)
        was, again = current.state, [one.name for one in _asking_again(database, current)]
        round_endings.take_back(database, round_name, ending, and_with_it=again)
        admit_if_reached(study, database)
        return EndedRound(round_name, round_endings.state(database, round_name), was, None)


def _own_round(database: Database, name: str) -> Round:
    """The round of that name. Raise ``UsageError`` where there is none, or it is ended as another one is."""
    found = rounds.get(database, name)
    refuse_adjudication(database, name)
    if (of_round := round_endings.asks_again(database, name)) is not None:
        raise UsageError(
            f"{name!r} asks a question of round {of_round!r} again, and is closed and discarded as that round is",
            todo=f"Name {of_round} instead.",
        )
    return found


def _asking_again(database: Database, current: Round) -> list[Round]:
    """The rounds that ask a question of this one again."""
    return [rounds.get(database, one.round) for one in answer_migrations.split_rounds(database, current.name)]


def _all_offer_no_more(
    study: Study, database: Database, ended: Sequence[Round], progress: Progress, tell: Tell
) -> tuple[int | None, str | None]:
    """The same of several rounds: how many sentences together, and why any is not asked, each reason once."""
    admit_if_reached(study, database, tell=tell)
    found = [_offer_no_more(study, database, one, progress, tell) for one in ended]
    asked = [n for n, _ in found if n is not None]
    left = dict.fromkeys(why for _, why in found if why is not None)
    return sum(asked) if asked else None, "; ".join(left) or None


def _offer_no_more(
    study: Study, database: Database, current: Round, progress: Progress, tell: Tell
) -> tuple[int | None, str | None]:
    """Have Label Studio offer no sentence of the round any more: how many it offered, or why it is not asked."""
    from toolkit.labelstudio.connection import NotThere

    if current.project_id is None:
        return None, None
    if adoptions.find(database, current.name) is not None:
        return None, "the round was adopted, and nothing in its project is changed"
    if server_identity(study) != current.server_url:
        return None, f"the round is on {current.server_url}, which the study does not use now"
    with open_server(study, tell=tell) as server:
        try:
            return _mark_done(server, current.project_id, progress), None
        except NotThere:
            if _is_there(server, current.project_id):
                raise
            return None, project_gone(database, current, server.url).what


def _is_there(server: LabelStudio, project_id: int) -> bool:
    from toolkit.labelstudio.connection import NotThere

    try:
        server.project(project_id)
    except NotThere:
        return False
    return True


def _mark_done(server: LabelStudio, project_id: int, progress: Progress) -> int:
    """Mark as done what is not: a sentence then wants the annotations it has, and one that nobody has coded, one.

    So whoever has a sentence open and submits it changes nothing about that.
    """
    there = [item for page in server.sentences_on_server(project_id) for item in page]
    if len(there) != server.count(project_id):
        raise TransferIncomplete(
            f"the server lists {len(there):,} items of project {project_id} and counts another number",
            todo="Some of its sentences may be offered yet: run the command again.",
        )
    offered = [item for item in there if not item.is_done]
    for done, item in enumerate(offered, start=1):
        enough = max(1, item.n_annotations)
        server.set_annotators_wanted(item.remote_id, enough, n_annotations=enough)
        progress("ending the offer of sentences", done, len(offered))
    return len(offered)
