"""What is refused before an adjudication starts, by a dry run as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codebook.samples import FULL, codebook
from tests.loop.several_rounds import several_rounds
from toolkit.errors import UsageError
from toolkit.loop.adjudication.start import start
from toolkit.loop.rounds.renamed import rename_round
from toolkit.study import rounds
from toolkit.study.rounds import Decision


def test_its_name_may_be_or_have_been_that_of_another_round(tmp_path: Path) -> None:
    made = several_rounds(tmp_path / "study")
    assert start(made, round_name="pilot", incomplete=True, dry_run=True).plan.name == "pilot-adjudication"
    with made.database() as database:
        rounds.create(database, "pilot-adjudication", Decision(1), codebook(), document=FULL)
    with pytest.raises(UsageError, match="there is a round 'pilot-adjudication'"):
        start(made, round_name="pilot", dry_run=True)
    rename_round(made, "pilot-adjudication", "other")
    with pytest.raises(UsageError, match="'pilot-adjudication', which was the name of round 'other'") as refused:
        start(made, round_name="pilot", dry_run=True)
    assert "Rename round pilot" in refused.value.todo
