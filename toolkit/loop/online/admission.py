"""Who may code where, told to the gate in front of Label Studio: always the whole list, as the study has it now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.errors import ServerRefused, ServerUnreachable, UsageError
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.online.connection import open_server, server_identity
from toolkit.study import adjudications, annotators, answer_migrations, rounds
from toolkit.study.database import Database
from toolkit.study.folder import Study

if TYPE_CHECKING:
    from toolkit.labelstudio.gatekeeper import Admitted
    from toolkit.labelstudio.session import LabelStudio


def admit(study: Study, database: Database, server: LabelStudio) -> bool:
    """Let those who are registered into the rounds they are registered for, and nobody else.

    Return whether the server has a gate: without one every account gets everywhere. Again it changes nothing.
    """
    return server.gate.admit(database.meta("study_id"), admitted(database, server_identity(study)))


def admit_if_reached(study: Study, database: Database, *, tell: Tell = untold) -> None:
    """Do the same, where the server answers; where it does not, the next command that reaches it does."""
    try:
        with open_server(study, tell=tell, once=True) as server:
            admit(study, database, server)
    except (ServerUnreachable, ServerRefused, UsageError):
        pass


def admitted(database: Database, identity: str) -> Iterator[Admitted]:
    """Yield every round that has a project on a server, with who is registered for it.

    Who is to answer a question again, in a round made for that, is registered for it by name.
    """
    from toolkit.labelstudio.gatekeeper import Admitted

    asking_again = answer_migrations.asking_again(database)
    for name in rounds.names(database, adjudications=True, discarded=True):
        current = rounds.get(database, name)
        if current.project_id is None or current.server_url != identity:
            continue
        people = annotators.registered(database, round=name)
        yield Admitted(
            project_id=current.project_id,
            name=name,
            role="coding" if adjudications.adjudicated_round(database, name) is None else "adjudicating",
            is_open=current.state == "open",
            people=frozenset(one.email for one in people if name not in asking_again or name in one.rounds),
        )
