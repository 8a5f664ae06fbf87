"""`agree exports/*`: a line per study and question, and the exit codes of all of them."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from tests.loop.several_exports import several_exports
from toolkit.cli.streams import plain
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.several import agree_several

QUICK = ("--bootstrap", "20", "--round", "pilot")
REQUEST = AgreementRequest(replicates=20, round_name="pilot")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return several_exports(tmp_path_factory.mktemp("several"))


@pytest.fixture
def here(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with exports of two studies, and something to read about them."""
    shutil.copytree(made / "exports", tmp_path / "exports")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def folders(here: Path) -> list[str]:
    """What a shell makes of ``exports/*``."""
    return sorted(f"exports/{path.name}" for path in (here / "exports").iterdir())


def test_a_pattern_in_quotes_is_what_the_shell_makes_of_it(here: Path, intercoder: Command) -> None:
    (here / "exports" / "README.md").write_text("What was handed out.")
    by_shell, by_itself = (intercoder("agree", *named, *QUICK) for named in (folders(here), ["exports/*"]))
    assert by_shell == by_itself
    assert (by_shell.code, by_shell.err) == (
        0,
        "Left out, for these are files and no exports: exports/README.md.\n",
    )
    assert by_shell.out.startswith("Agreement in 2 studies")
    assert max(map(len, by_shell.out.splitlines())) <= 80
    assert by_shell.out.index("elections, pilot") < by_shell.out.index("trade, pilot")


def test_each_line_has_the_figures_of_its_study_by_itself(here: Path, intercoder: Command) -> None:
    """Alpha, interval, number of sentences and verdict, as they are printed."""
    several = [line.split() for line in intercoder("agree", "exports/*", *QUICK).out.splitlines()]
    for name in ("elections", "trade"):
        by_itself = json.loads(intercoder("agree", f"exports/{name}", *QUICK, "--format", "json").out)
        (start,) = (place for place, words in enumerate(several) if words[:2] == [f"{name},", "pilot"])
        headline = [one for one in by_itself["estimates"] if one["headline"]]
        assert len(headline) > 2
        printed = intercoder("agree", f"exports/{name}", *QUICK).out
        for place, one in enumerate(headline):
            words = several[start + place]
            assert one["question"] in words or one["question"] in " ".join(printed.split())
            if one["value"] is not None:
                shown = f"{one['value']:.2f}".replace("0.", ".", 1)
                assert shown in words
            assert any(str(one["n_pairable"]) in word.split("/") for word in words)


def test_json_is_what_the_library_returns(here: Path, intercoder: Command) -> None:
    found = json.loads(intercoder("agree", *folders(here), *QUICK, "--format", "json").out)
    expected = agree_several([Path(name) for name in folders(here)], REQUEST)
    assert found == json.loads(json.dumps(plain(expected)))
    assert [(one["study"], one["folder"]) for one in found] == [
        ("elections", "exports/elections"),
        ("trade", "exports/trade"),
    ]
    by_itself = json.loads(intercoder("agree", "exports/trade", *QUICK, "--format", "json").out)
    assert found[1]["agreement"] == by_itself


def test_csv_has_the_rows_of_each_behind_its_name(here: Path, intercoder: Command) -> None:
    def rows(*arguments: str) -> list[dict[str, str]]:
        ended = intercoder("agree", *arguments, *QUICK, "--measure", "all", "--format", "csv", "--raw-csv")
        assert ended.code == 0, ended.err
        return list(csv.DictReader(io.StringIO(ended.out)))

    found = rows("exports/*")
    expected = [
        {"study": name, "folder": f"exports/{name}", "version": "1"} | row
        for name in ("elections", "trade")
        for row in rows(f"exports/{name}")
    ]
    assert [{key: value for key, value in row.items() if key != "study_id"} for row in found] == expected
    assert list(found[0])[:5] == ["study", "study_id", "folder", "version", "round"]
    assert len({row["study_id"] for row in found}) == 2


def test_copies_are_told_apart_by_their_folders(here: Path, intercoder: Command) -> None:
    shutil.copytree(here / "exports" / "trade", here / "exports" / "trade-copy")
    ended = intercoder("agree", "exports/*", *QUICK)
    assert ended.code == 0
    for name in ("elections", "exports/trade", "exports/trade-copy"):
        assert ended.out.count(f"{name}, pilot") == 1
    assert "Agreement in 3 studies" in ended.out


def test_one_folder_is_what_it_always_was(here: Path, intercoder: Command) -> None:
    by_itself, of_pattern = (
        json.loads(intercoder("agree", named, *QUICK, "--format", "json").out)
        for named in ("exports/trade", "exports/tr*")
    )
    assert by_itself["source"] == "trade"
    assert [one["agreement"] for one in of_pattern] == [by_itself], "a pattern gives a list, of one too"


def headlines(intercoder: Command) -> dict[str, list[dict[str, Any]]]:
    """What each study is judged by, asked by itself."""
    return {
        name: [
            one
            for one in json.loads(intercoder("agree", f"exports/{name}", *QUICK, "--format", "json").out)["estimates"]
            if one["headline"]
        ]
        for name in ("elections", "trade")
    }


def test_fail_under_looks_at_every_line(here: Path, intercoder: Command) -> None:
    defined = [
        one["value"]
        for found in headlines(intercoder).values()
        for one in found
        if one["value"] is not None and not one["level"].startswith(("taxonomy:", "nominal:"))
    ]
    lowest, next_lowest, *_ = sorted(set(defined))
    between = (lowest + next_lowest) / 2
    ended = intercoder("agree", "exports/*", *QUICK, "--fail-under", str(between))
    assert ended.code == 8
    assert "Agreement in 2 studies" in ended.out
    assert "of 2 studies under the asked threshold" in ended.err
    named = [line for line in ended.err.splitlines() if ": alpha 0." in line or ": alpha -" in line]
    assert len(named) == defined.count(lowest)
    assert named[0].startswith(("  elections: ", "  trade: "))


def test_require_looks_at_every_line(here: Path, intercoder: Command) -> None:
    verdicts = {name: {one["verdict"] for one in found} for name, found in headlines(intercoder).items()}
    assert all(found - {None} for found in verdicts.values()), "each has targets"
    every = set[str]().union(*verdicts.values())
    ended = intercoder("agree", "exports/*", *QUICK, "--require", "reached")
    assert ended.code == (8 if "not reached" in every else 9 if "undecided" in every else 0) != 0
    missing = "not reached" if ended.code == 8 else "undecided"
    for name, found in verdicts.items():
        assert (f"  {name}: " in ended.err) == (missing in found)


def test_faulty_exports_are_said_at_once_and_nothing_is_printed(here: Path, intercoder: Command) -> None:
    (here / "exports" / "trade" / "v1" / "articles.parquet").unlink()
    (here / "exports" / "soon").mkdir()
    ended = intercoder("agree", "exports/*", *QUICK)
    assert (ended.code, ended.out) == (3, "")
    assert "2 of 3 studies cannot be read" in ended.err
    assert "  exports/trade: articles.parquet: table is missing\n" in ended.err
    assert "  exports/soon holds no export\n" in ended.err


def test_a_link_to_itself_and_a_manifest_that_is_a_folder_are_said_with_the_others(
    here: Path, intercoder: Command
) -> None:
    (here / "exports" / "loop").symlink_to("loop")
    manifest = here / "exports" / "trade" / "v1" / "manifest.json"
    manifest.unlink()
    manifest.mkdir()
    refused = intercoder("agree", *folders(here), *QUICK)
    assert (refused.code, refused.out) == (3, "")
    assert "exports/loop" in refused.err
    assert "exports/trade" in refused.err


@pytest.mark.parametrize("called", ["", "  ", "two\nlines", "\x1b[31mred"])
def test_a_name_that_cannot_be_printed_is_that_of_the_folder(here: Path, intercoder: Command, called: str) -> None:
    path = here / "exports" / "trade" / "v1" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "study": called}), encoding="utf-8")
    shown = intercoder("agree", *folders(here), *QUICK)
    assert shown.code == 0
    assert "trade, pilot" in shown.out
    assert "\x1b" not in shown.out


def test_a_pattern_that_matches_nothing_holds_no_export(here: Path, intercoder: Command) -> None:
    ended = intercoder("agree", "export/*", *QUICK)
    assert (ended.code, ended.out) == (3, "")
    assert "1 of 1 study cannot be read" in ended.err
    assert "  export/* holds no export\n" in ended.err
    of_table = intercoder("agree", "export/*", "--unit", "sentence")
    assert of_table.code == 2
    assert "a table needs --annotator, --value, --level" in of_table.err


def test_a_file_that_was_edited_is_told_with_its_folder(here: Path, intercoder: Command) -> None:
    codebook = here / "exports" / "trade" / "v1" / "codebook.yaml"
    codebook.write_text(codebook.read_text() + "\n# by hand\n")
    ended = intercoder("agree", "exports/*", *QUICK)
    assert ended.code == 0
    assert ended.err.startswith("exports/trade: not as it was exported: codebook.yaml.")


@pytest.mark.parametrize(
    "options",
    [
        "--explain gate",
        "--plan 0.05",
        "--by outlet",
        "--consensus",
        "--over-time",
        "--repeats old",
        "--against gold",
        "--paragraph",
        "--identities",
        "--target 0.8",
        "--study .",
        "--unit sentence",
        "--engine duckdb",
        "--config page.xml",
        "--measure all",
        "--cluster outlet",
        "--format parquet",
        "--format latex",
        "--format markdown",
    ],
)
def test_what_is_for_one_study_is_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, intercoder: Command, options: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = intercoder("agree", "exports/a", "exports/b", *options.split())
    assert (ended.code, ended.out) == (2, "")
    assert options.split(maxsplit=1)[0] in ended.err
    assert "holds no export" not in ended.err
