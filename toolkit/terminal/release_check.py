"""What the gate finds of a release of Label Studio."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group
from rich.text import Text

from toolkit.loop.release_check import ReleaseChecked
from toolkit.terminal.lines import fact_table


def release_text(found: ReleaseChecked) -> Group:
    """Return what was found, and what to do where annotators are kept out."""
    return Group(Text(_sentence(found)), fact_table([*_facts(found)]))


def _sentence(found: ReleaseChecked) -> str:
    name = f"Label Studio {found.release}"
    if found.known:
        return f"{name} is known to the gate: annotators are let in."
    if found.serves:
        return f"{name} was checked here: annotators are let in."
    return (
        f"{name} is not known to the gate: annotators are kept out. After reading this, let them in with "
        "`intercoder server check --let-in`."
    )


def _facts(found: ReleaseChecked) -> Iterator[tuple[str, str]]:
    yield "routes", f"{found.n_routes:,}; {found.n_open:,} are open to annotators, every other one is refused"
    if not found.known:
        more = f"{len(found.gone):,} of those that are open: the labelling page may lack something"
        yield "gone", more if found.gone else "none of those that are open"
        yield from (("", one) for one in found.gone)
    if (trial := found.trial) is None:
        yield "tried", "not yet: no registered annotator has an account and a round here"
    else:
        yield "tried", f"as {trial.annotator}, who was refused:"
        yield from (("", what) for what in trial.asked)
