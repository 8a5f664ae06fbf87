from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from tests.loop import test_migrate
from toolkit.loop.migrate import MigrationResult
from toolkit.loop.migrating.asked_again import AskedAgain
from toolkit.study.folder import Study
from toolkit.terminal.migration import migration_text

study = test_migrate.study


@pytest.fixture
def result(study: Study) -> MigrationResult:
    found: MigrationResult = test_migrate.dry_run(study)
    return found


def printed(result: MigrationResult) -> str:
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(migration_text(result))
    return capture.get()


def test_it_fits_80_columns_and_says_what_becomes_of_what(result: MigrationResult) -> None:
    text = printed(result)
    assert max(map(len, text.splitlines())) <= 80
    lines = [line.split() for line in text.splitlines()]
    assert ["gate", "ok", "whole", "renamed"] in lines
    assert ["army", "force", "merged"] in lines
    assert ["paper", "daily,", "weekly", "split"] in lines
    assert any(line[:3] == ["topics", "war", "world"] and line[-1] == "3" for line in lines)
    flowing = " ".join(text.split())
    assert "3 answers to kind wait: round pilot-split-kind would ask it again (2 sentences × 2 annotators)" in flowing
    assert "Until then they do not count in agreement" in flowing


def test_a_migration_done_before_says_so(study: Study) -> None:
    with study.database() as database:
        test_migrate.apply(database)
    assert "Round pilot  6 annotations that count: migrated before" in printed(test_migrate.dry_run(study))


def test_who_codes_again_and_where_is_said(result: MigrationResult) -> None:
    again = AskedAgain("pilot-split-kind", "kind", 1, 1, ("annotator-1", "annotator-2"), 7, "http://x/projects/7", 1)
    (pilot,) = result.rounds
    done = replace(result, dry_run=False, rounds=(replace(pilot, asked_again=(again,)),))
    flowing = " ".join(printed(done).split())
    assert "1 answer to kind waits: round pilot-split-kind asks it again (1 sentence × 2 annotators)" in flowing
    assert "annotator-1, annotator-2 label at http://x/projects/7" in flowing
