"""``export`` and ``validate`` as somebody at a terminal, or a pipeline, meets them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.loop.several_rounds import several_rounds

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def run(*arguments: str, where: Path) -> subprocess.CompletedProcess[str]:
    code = "from toolkit.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal")
    several_rounds(folder / "study")
    assert run("export", "--bootstrap", "0", where=folder / "study").returncode == 0
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A study with one version of its export."""
    return Path(shutil.copytree(made / "study", tmp_path / "study"))


def test_a_new_version_lists_its_tables_and_the_same_again_says_so(folder: Path) -> None:
    first = run("export", "--bootstrap", "0", "--to", "../out", where=folder)
    assert first.returncode == 0
    assert "../out/v1/answers.parquet" in first.stdout
    held = "1 free-text answer is withheld: --notes, or notes in study.yaml, has them written.\n"
    licence = "No licence is stated: licence in study.yaml says what others may do with the data, as CC-BY-4.0.\n"
    assert first.stderr == f"{held}{licence}New version v1 (1.0.0).\n"
    again = run("export", "--bootstrap", "30", "--seed", "5", "--to", "../out", where=folder)
    assert again.returncode == 0
    assert again.stderr == f"{held}Nothing changed since v1: no new version.\n"
    assert sorted(path.name for path in (folder.parent / "out").iterdir()) == ["latest.json", "v1"]


def test_identities_only_on_explicit_ask_and_with_a_word(folder: Path) -> None:
    here = run("export", "--bootstrap", "0", "--identities", where=folder)
    assert here.returncode == 2
    said = " ".join(here.stderr.split())
    assert "holds exports without e-mail addresses" in said
    assert "--to DIR, if they are meant to be passed on; else leave out --identities." in said
    asked = run("export", "--bootstrap", "0", "--identities", "--to", "../asked", where=folder)
    assert asked.returncode == 0
    assert "New version v1 (1.0.0). It holds e-mail addresses" in asked.stderr
    back = run("export", "--bootstrap", "0", "--no-text", "--dawid-skene", where=folder)
    assert "e-mail" not in back.stderr
    assert "Error rates rest on fewer than 50 answers" in back.stderr
    assert "Error rates rest on fewer than 50 answers" in (folder / "exports/study/v2/README.md").read_text()
    assert "Error rates" not in asked.stderr
    manifest = json.loads((folder / "exports" / "study" / "v2" / "manifest.json").read_bytes())
    assert manifest["options"] == {
        "text": False, "notes": False, "identities": False, "attributes": False, "redact": False, "public": False,
        "dawid_skene": True, "zeros": False, "replicates": 0, "seed": 0,
    }  # fmt: skip


def test_the_difference_is_shown_and_writes_nothing(folder: Path) -> None:
    run("export", "--bootstrap", "0", "--no-text", where=folder)
    shown = run("export", "--diff", "v1", "v2", where=folder)
    assert shown.returncode == 0
    assert "From v1 to v2" in shown.stdout
    assert "No answer is new, gone, another or counted otherwise." in shown.stdout
    wrong = run("export", "--diff", "v1", "v9", where=folder)
    assert wrong.returncode == 2
    assert "versions: v1, v2" in wrong.stderr
    both = run("export", "--diff", "v1", "v2", "--identities", where=folder)
    assert both.returncode == 2
    assert sorted(path.name for path in (folder / "exports" / "study").iterdir()) == ["latest.json", "v1", "v2"]


def test_validate_needs_no_study_and_exits_with_4_on_faults(folder: Path) -> None:
    place = folder / "exports" / "study"
    fine = run("validate", str(place), where=folder.parent)
    assert fine.returncode == 0
    assert "keeps its contract" in fine.stdout
    (place / "v1" / "spans.parquet").unlink()
    broken = run("validate", str(place), where=folder.parent)
    assert broken.returncode == 4
    assert "spans.parquet" in broken.stdout
    assert "is missing" in broken.stdout
    as_json = run("validate", str(place / "v1"), "--format", "json", where=folder.parent)
    assert as_json.returncode == 4
    assert json.loads(as_json.stdout)["faults"] == [
        {"file": "spans.parquet", "row": None, "column": None, "what": "is missing"}
    ]
    as_csv = run("validate", str(place), "--format", "csv", where=folder.parent)
    assert as_csv.stdout == "file,row,column,what\nspans.parquet,,,is missing\n"
    nothing = run("validate", "nowhere", where=folder.parent)
    assert nothing.returncode == 3


def test_an_export_that_study_yaml_names(folder: Path) -> None:
    said = (folder / "study.yaml").read_text(encoding="utf-8")
    (folder / "study.yaml").write_text(
        said.replace("exports: exports", "exports: {open: {folder: ../open, public: true}}")
    )
    made = run("export", "open", "--bootstrap", "0", where=folder)
    assert made.returncode == 0
    assert "open/study/v1/answers.parquet" in made.stdout
    assert "1 free-text answer is withheld" in made.stderr
    wrong = run("export", "shut", "--bootstrap", "0", where=folder)
    assert (wrong.returncode, "names open" in wrong.stderr) == (2, True)
    twice = run("export", "open", "--bootstrap", "0", "--notes", where=folder)
    assert (twice.returncode, "--to DIR" in twice.stderr) == (2, True)
    same = run("export", "open", "--diff", "v1", "v1", where=folder)
    assert "No answer is new, gone, another or counted otherwise." in same.stdout
