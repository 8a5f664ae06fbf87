"""The demo and the README, as a newcomer would run them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.export.consumers.programs import check_installed, dbt, frictionless, pandera
from tests.live.server import LiveServer, copy_of_migrated
from tests.live.stock_projects import SHAPES, exported, made
from toolkit.export.contract.schema import table_schemas

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
TABLES = sorted(table_schemas())
LOADED = """
import os, sys
os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": "cache"}
import datasets, mlcroissant
datasets.disable_progress_bars()
found = mlcroissant.Dataset(sys.argv[1] + "/croissant.json")
assert not found.metadata.issues.errors
print(sum(1 for _ in found.records("answers")), len(datasets.load_dataset(sys.argv[1], "answers", split="train")))
"""
"""What readers of Croissant and of ``datasets`` find in a folder."""


def run(*command: str, where: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(list(command), cwd=where, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    """A folder with the seeds and nothing else; whatever server was started in it is stopped at the end."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    yield tmp_path
    for settings in tmp_path.rglob("study.yaml"):
        run("intercoder", "server", "stop", "--study", str(settings.parent), where=tmp_path)


def test_the_demo_does_the_whole_loop_and_can_be_run_again(fresh: Path) -> None:
    run("intercoder", "init", ".demo", "--exports", "exports", where=fresh)
    copy_of_migrated(fresh / ".demo" / "server")  # what a first start would make in half a minute
    first = run("sh", "seeds/demo.sh", where=fresh)
    assert first.returncode == 0, first.stderr
    exports = fresh / "exports" / "demo" / "v1"
    assert sorted(path.stem for path in exports.glob("*.parquet")) == TABLES
    answers = pq.read_table(exports / "answers.parquet").to_pylist()
    assert len({row["annotator"] for row in answers}) == 3
    coded = {name: {row["sentence_id"] for row in answers if row["round"] == name} for name in ("pilot", "second")}
    assert {name: len(ids) for name, ids in coded.items()} == {"pilot": 107, "second": 113}
    recorded = (ROOT / "seeds" / "harder" / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    decided = pq.read_table(exports / "adjudications.parquet").to_pylist()
    assert len({row["sentence_id"] for row in decided}) == len(recorded)
    assert {row["outcome"] for row in decided} == {"decided", "both_defensible", "not_shown"}
    assert all(row["settled"] for row in decided)
    methods = {row["method"] for row in pq.read_table(exports / "consensus.parquet").to_pylist()}
    assert {"adjudicated", "agreed", "majority"} <= methods
    assert len(list((fresh / ".demo" / "feedback").glob("*.html"))) == 3
    assert (fresh / ".demo" / "review.md").stat().st_size > 1000
    assert "7 targets: " in (fresh / ".demo" / "report.html").read_text(encoding="utf-8")
    assert pq.read_table(exports / "articles.parquet").column("article_id")[0].as_py() == "iran-venezuela"
    said = first.stdout + first.stderr
    assert "source_type" in said
    assert re.search(r"loaded nominal.*not reached", first.stdout), "all is not well, or there is nothing to see"
    assert "exports/demo/v1/answers.parquet" in said
    assert re.search(r"http://127\.0\.0\.1:\d+/user/login/\?next=", said)
    before = {path.name: path.read_bytes() for path in exports.glob("*.parquet")}
    second = run("sh", "seeds/demo.sh", where=fresh)
    assert second.returncode == 0, second.stderr
    assert "entered 0 annotations; 107 were there already" in second.stderr
    assert f"entered 0 annotations; {len(recorded)} were there already" in second.stderr
    assert {path.name: path.read_bytes() for path in exports.glob("*.parquet")} == before
    assert "Nothing changed since v1" in second.stderr
    assert run("intercoder", "validate", "exports/demo", where=fresh).returncode == 0
    loaded = run(sys.executable, "-c", LOADED, str(exports), where=fresh)
    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.split() == [str(len(answers))] * 2
    check_installed()
    assert frictionless(exports)["valid"]
    assert pandera(exports).returncode == 0
    assert dbt(exports, fresh / "project")[1] == []


def readme_commands() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.strip().splitlines()]


def test_every_command_of_the_readme_works(
    fresh: Path, server: LiveServer, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(fresh / "seeds" / "articles", fresh / "articles")
    where, ran = fresh, 0
    for command in readme_commands():
        match command.split():
            case ["make", target]:
                assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
            case ["pip", "install", requirement]:
                assert requirement == '"intercoder[server]"'
            case ["cd", folder]:
                where = where / folder
            case ["intercoder", "agree", "project-1.json"]:
                theirs, _ = exported(server, SHAPES["sentiment with rating"], people, where)
                answer = run("sh", "-c", command.replace("project-1.json", theirs.name), where=where)
                assert "stars" in answer.stdout
                ran += 1
            case ["intercoder", "adopt", *_]:
                project, _ = made(server, SHAPES["text classification"], people)
                monkeypatch.setenv("LABEL_STUDIO_API_KEY", server.token)
                own = command.replace("http://127.0.0.1:8080#7", f"{server.url}#{project}")
                assert own != command
                answer = run("sh", "-c", own, where=where)
                assert answer.returncode == 0, answer.stderr
                assert "sentiment" in answer.stdout
                ran += 1
            case ["intercoder", *_]:
                if command == "intercoder server start":
                    copy_of_migrated(where / "server")
                answer = run("sh", "-c", command, where=where)
                assert answer.returncode == 0, f"{command}\n{answer.stderr}"
                ran += 1
            case _:
                pytest.fail(f"nobody runs {command!r}")
    assert ran >= 10
