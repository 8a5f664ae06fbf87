"""Erase: one annotator's answers and address out of the study for good, and what that cannot reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import BadInput, ServerRefused, ServerUnreachable, UsageError
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.export_places import exports_folders
from toolkit.loop.online.admission import admit_if_reached
from toolkit.loop.online.connection import open_server, server_identity
from toolkit.loop.online.passwords import forget, has_account
from toolkit.study import annotators, erasure, rounds
from toolkit.study.database import Database
from toolkit.study.erasure import Traces
from toolkit.study.folder import Study

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased, and what is left where the study cannot reach. It names nobody."""

    n_annotations: int
    n_versions: int
    n_edited: int
    """Annotations of others that this person was the last to change: they stay, they are the others'."""
    on_server: Mapping[str, int] = field(default_factory=dict)
    """Sentences on the server that still carry their answers, by round."""
    server_away: str | None = None
    """Why the server could not be asked."""
    copies: tuple[Path, ...] = ()
    """Backups of ``study.db`` that lie in the study's folder."""
    exports: tuple[Path, ...] = ()
    """Versions of the export made before."""
    shown_on_server: Mapping[str, int] = field(default_factory=dict)
    """Sentences on the server that show adjudicators their answers, under a letter; by adjudication."""
    letters: tuple[Path, ...] = ()
    """Letters to others that may quote what they wrote as an adjudicator."""


def found(study: Study, email: str) -> Traces:
    """Return what the study holds of the person with this address. ``UsageError`` where that is nothing."""
    with study.database() as database:
        traces = erasure.traces(database, email)
    if not (traces.any or has_account(study, email)):
        raise UsageError(
            "nobody in this study has that address",
            todo="`intercoder annotators list --identities` shows who has which.",
        )
    return traces


def erase(study: Study, email: str, *, tell: Tell = untold) -> Erasure:
    """Erase one person's annotations, every version of them, their registration, address, password, letters.

    A later pull leaves out what is still on the server. Killed at any moment, running it again finishes. Raises
    ``UsageError`` where nobody has that address.
    """
    with study.locked():
        found(study, email)
        with study.database() as database:
            on_server, away = _on_server(study, database, email, tell)
            traces = erasure.traces(database, email)  # after what the server said of accounts
            erasure.erase(database, email)
            admit_if_reached(study, database, tell=tell)
            pseudonym = annotators.pseudonym(database, email)
        forget(study, email)
        for letter in study.feedback_folder.glob(f"*{pseudonym}*"):
            letter.unlink(missing_ok=True)
        letters = sorted(study.feedback_folder.glob("annotator-*.*")) if traces.decided else []
    return Erasure(
        traces.n_annotations,
        traces.n_versions,
        traces.n_edited,
        on_server,
        away,
        copies=tuple(_copies(study)),
        exports=tuple(_exports(study)),
        shown_on_server=traces.shown_on_server,
        letters=tuple(letters),
    )


def _on_server(study: Study, database: Database, email: str, tell: Tell) -> tuple[Mapping[str, int], str | None]:
    try:
        with open_server(study, tell=tell, once=True) as server:
            identity = server_identity(study)
            people = {person.user_id: person.email for person in server.people()}
            annotators.learn_accounts(database, identity, people)
            theirs = [user_id for user_id, address in people.items() if address.casefold() == email.casefold()]
            return _coded(database, server, identity, theirs), None
    except (ServerUnreachable, ServerRefused, UsageError) as fault:
        return {}, fault.what


def _coded(database: Database, server: LabelStudio, identity: str, theirs: list[int]) -> Mapping[str, int]:
    coded: dict[str, int] = {}
    for name in rounds.names(database, adjudications=True, discarded=True):
        current = rounds.get(database, name)
        if current.project_id is not None and current.server_url == identity:
            coded[name] = sum(len(server.done_by(current.project_id, user_id)) for user_id in theirs)
    return {name: n for name, n in coded.items() if n}


def _copies(study: Study) -> list[Path]:
    name = study.database_file.name
    beside = {*study.folder.glob(f"{name}.*"), *study.folder.glob(f".{name}*")}
    return sorted(path for path in beside if path.is_file())


def _exports(study: Study) -> list[Path]:
    try:
        return sorted(version for folder in exports_folders(study) for version in folder.glob("v[0-9]*"))
    except (BadInput, UsageError, OSError):
        return []
