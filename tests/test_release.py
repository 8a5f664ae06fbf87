"""One version, said once; what is said elsewhere is that of the last numbered section of the changelog."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from toolkit import __version__

ROOT = Path(__file__).parents[1]
RELEASED = re.search(
    r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
)


def test_the_package_has_the_version_of_its_source() -> None:
    assert metadata.version("intercoder") == __version__


def test_the_version_is_the_released_one_or_that_of_the_next() -> None:
    assert RELEASED is not None
    number, _, development = __version__.partition(".dev")
    assert [int(part) for part in number.split(".")] >= [int(part) for part in RELEASED[1].split(".")]
    assert bool(development) == (number != RELEASED[1])


def test_the_citation_is_of_the_last_release() -> None:
    cited = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert RELEASED is not None
    assert (cited["version"], str(cited["date-released"])) == (RELEASED[1], RELEASED[2])
    assert cited["cff-version"] == "1.2.0"
    assert cited["license"] == "Apache-2.0"
    assert {"message", "title", "authors"} <= cited.keys()


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: path.stem
)
def test_issue_forms_are_forms(path: Path) -> None:
    form = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    if path.stem == "config":
        assert form.keys() == {"blank_issues_enabled"}
        return
    assert {"name", "description", "body"} <= form.keys()
    asked = [field for field in form["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in asked}) == len(asked)
    assert all(field["attributes"]["label"] for field in asked)


def test_hooks_check_what_lint_checks() -> None:
    hooks = YAML(typ="safe").load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    lint = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nlint:")[2].partition("\n\n")[0]
    programs = set(re.findall(r"\$\(BIN\)/([\w-]+)", lint))
    assert {re.search(r"\.venv/bin/([\w-]+)", hook["entry"])[1] for hook in hooks} == programs  # type: ignore[index]
