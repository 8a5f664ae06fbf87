"""Whether the server keeps annotators apart, told by trying; and what to do where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.errors import ServerRefused
from toolkit.loop.checks import Check, Outcome
from toolkit.loop.online.connection import EMBEDDED
from toolkit.loop.online.gate_trial import try_gate
from toolkit.study.database import Database

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio

_EXIT = ServerRefused.exit_code
_RESTART = "`intercoder server stop`, then `intercoder server start`"
_SWITCH_ON = f"Say `blind: true` under `label_studio:` in study.yaml, then {_RESTART}."
_HOW = "docs/blindness.md says how to put the gate in front of a Label Studio of your own."


def blindness_check(server: LabelStudio, database: Database, identity: str, *, asked_for: bool) -> Check:
    """Return what was found. ``asked_for`` says that the study wants its embedded server to keep annotators apart;
    where nobody does, that it is not enforced is no fault.
    """
    gate = server.gate.state()
    if gate is None and asked_for:
        return _found("warning", "study.yaml asks for it, but the server was started without the gate", f"{_RESTART}.")
    if gate is None:
        todo = _SWITCH_ON if identity == EMBEDDED else _HOW
        return _found("ok", "not enforced: signed-in annotators can open each other's answers", todo)
    if not gate.serves:
        said = f"annotators are kept out: the gate does not know Label Studio {gate.release}"
        return _found("warning", said, "`intercoder server check` looks at it.")
    since = f"enforced since {gate.duty[-1][0]:%Y-%m-%d %H:%M} UTC"
    trial = try_gate(database, server, identity, leads=gate.leads)
    if trial is None:
        return _found("ok", f"{since}; not tried: no registered annotator has an account and a round yet")
    if trial.answered:
        said = f"asked as {trial.annotator}, the server gave {' and '.join(trial.answered)}"
        return _found("problem", said, "Keep annotators away from this server until you know why.")
    return _found("ok", f"{since}; tried as {trial.annotator}: {len(trial.asked)} of {len(trial.asked)} refused")


def _found(outcome: Outcome, found: str, todo: str = "") -> Check:
    return Check("blindness", outcome, found, todo, _EXIT if outcome == "problem" else 0)
