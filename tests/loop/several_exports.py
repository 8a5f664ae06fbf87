"""Two studies, and the exports of both side by side."""

from __future__ import annotations

from pathlib import Path

from tests.loop.settled_study import settled_study
from tests.loop.several_rounds import several_rounds
from toolkit.loop.export import export


def several_exports(here: Path) -> Path:
    """The folder, with both studies and ``exports``."""
    export(settled_study(here / "trade"), to=here / "exports" / "trade", replicates=0, redact=True)
    export(several_rounds(here / "elections"), to=here / "exports" / "elections", replicates=0)
    return here
