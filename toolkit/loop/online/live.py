"""How the server says it stands right now: what is in progress, what is newer there, what its gate has refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from toolkit.errors import ServerRefused, ServerUnreachable, UsageError
from toolkit.labelstudio.patience import Tell
from toolkit.loop.online.connection import open_server, server_identity
from toolkit.loop.online.page_drift import page_drift
from toolkit.loop.online.round_project import project_gone
from toolkit.study import annotators, rounds, server_items
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.rounds import Round

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio


@dataclass(frozen=True, slots=True)
class LiveRound:
    """A round as its project is now."""

    drafts: Sequence[tuple[int, str | None]]
    newer: bool
    page_differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusals:
    """How often an annotator asked for something that is not theirs, in one of the gate's words, and when last."""

    annotator: str
    what: str
    n: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """What was found on the server; ``away`` says why there is nothing of some or all of it."""

    rounds: Mapping[str, LiveRound] = field(default_factory=dict)
    away: str | None = None
    gated: bool = False
    """Whether a gate keeps annotators apart."""
    kept_out: str | None = None
    """The release the gate does not know, and lets no annotator in to; None where it lets them in."""
    refused: tuple[Refusals, ...] = ()


def look(study: Study, database: Database, names: Sequence[str], *, tell: Tell) -> Look:
    """Return how it stands with these rounds. A server that does not answer is no failure."""
    from toolkit.labelstudio.connection import NotThere

    found: dict[str, LiveRound] = {}
    away: str | None = None
    try:
        identity = server_identity(study)
        with open_server(study, tell=tell) as server:
            people = server.people()
            if database.writable:
                annotators.learn_accounts(database, identity, {person.user_id: person.email for person in people})
            pseudonyms = {person.user_id: annotators.pseudonym(database, person.email) for person in people}
            for name in names:
                current = rounds.get(database, name)
                if current.project_id is None or current.server_url != identity:
                    continue
                try:
                    newer = _has_newer(database, server, current, current.project_id)
                    begun = server.in_progress(current.project_id)
                except NotThere:
                    away = project_gone(database, current, server.url).what
                    continue
                drafts = [
                    (draft.remote_id, pseudonyms.get(draft.user_id) if draft.user_id is not None else None)
                    for draft in begun
                ]
                found[name] = LiveRound(drafts, newer, page_drift(server, database, name, current.project_id))
            gate = server.gate.state()
            return Look(
                rounds=found,
                away=away,
                gated=gate is not None,
                kept_out=gate.release if gate is not None and not gate.serves else None,
                refused=tuple(_refused(database, server, identity, pseudonyms)) if gate is not None else (),
            )
    except (ServerUnreachable, ServerRefused, UsageError) as fault:
        return Look(away=fault.what)


def _refused(
    database: Database, server: LabelStudio, identity: str, pseudonyms: Mapping[int, str]
) -> Iterator[Refusals]:
    """What was refused to this study's annotators, or to anybody in its projects: a server may have other studies."""
    ours = {person.pseudonym for person in annotators.ever_registered(database)}
    every = (rounds.get(database, name) for name in rounds.names(database, adjudications=True, discarded=True))
    projects = {one.project_id for one in every if one.server_url == identity}
    found: dict[tuple[str, str], Refusals] = {}
    for one in server.gate.refusals():
        who = pseudonyms.get(one.user_id)
        if who is None or not (who in ours or (one.project_id is not None and one.project_id in projects)):
            continue
        before = found.get((who, one.what))
        n, last = (0, one.last) if before is None else (before.n, before.last)
        found[who, one.what] = Refusals(who, one.what, n + one.n, max(last, one.last))
    yield from (found[key] for key in sorted(found))


def _has_newer(database: Database, server: LabelStudio, current: Round, project_id: int) -> bool:
    """Whether a pull would find something: changed since the last one, or not what the study holds."""
    if server.n_annotated_since(project_id, current.newest_seen) > 0:
        return True
    announced, here = server.newest_change(project_id), server_items.held(database, current.name)
    return here.n_annotations is not None and announced.n_annotations not in {None, here.n_annotations}
