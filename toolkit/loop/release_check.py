"""The release of Label Studio that runs, held against what the gate opens; how annotators are let in to a new one."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import ServerRefused, UsageError
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.online.connection import open_server, server_identity
from toolkit.loop.online.gate_trial import Trial, try_gate
from toolkit.study.folder import Study


@dataclass(frozen=True, slots=True)
class ReleaseChecked:
    """A release as the gate in front of it finds it."""

    release: str
    known: bool
    """Whether the gate was tried on it, route by route, before it was handed out."""
    serves: bool
    """Whether annotators are let in now."""
    n_routes: int
    """Routes of the server, each with a method."""
    n_open: int
    """Those annotators get through; every other one is refused, whatever it is."""
    gone: tuple[str, ...]
    """Those that are open and that this release has no more: its labelling page may want others."""
    trial: Trial | None
    """What an annotator was refused just now; None where none could be tried as."""


def check_release(study: Study, *, let_in: bool = False, tell: Tell = untold) -> ReleaseChecked:
    """Return what the gate finds of the release that runs; with ``let_in`` it lets annotators in from now on.

    Until then it is tried as one of them, which works while they are kept out. Raise ``UsageError`` where the server
    has no gate, ``ServerRefused`` where an annotator would get what is not theirs: then nobody is let in.
    """
    with open_server(study, tell=tell) as server, study.database() as database:
        gate = server.gate.state()
        if gate is None:
            raise UsageError(
                f"there is no gate in front of {server.url}", todo="`intercoder doctor` says how to put one there."
            )
        trial = try_gate(database, server, server_identity(study), leads=gate.leads)
        routes = server.gate.routes()
        if trial is not None and trial.answered:
            raise ServerRefused(
                f"asked as {trial.annotator}, the server gave {' and '.join(trial.answered)}.",
                todo="Keep annotators away from it. Label Studio 1.23.2 is the release the gate was made for.",
            )
        if let_in and not gate.serves:
            gate = server.gate.serve()
        return ReleaseChecked(
            release=gate.release,
            known=gate.known,
            serves=gate.serves,
            n_routes=len(routes.every),
            n_open=len(routes.open - routes.gone),
            gone=tuple(f"{method} {pattern}" for pattern, method in sorted(routes.gone)),
            trial=trial,
        )
