"""The programs of consumers in ``outside/``, run in the environment that knows nothing of this package."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Final

from tests.expected import absent

PROGRAMS: Final = Path(__file__).parent / "outside"
BIN: Final = Path(__file__).parents[3] / ".venv" / "outside" / "bin"
QUIET: Final = {"PATH": os.environ["PATH"], "DO_NOT_TRACK": "1", "NO_COLOR": "1", "HOME": "/nonexistent"}


def check_installed() -> None:
    """Skip the test where they are not, or fail it where they were promised."""
    if not (BIN / "dbt").is_file():
        absent("outside", f"there is no environment of consumers in {BIN.parent}: make test installs it")


def run(*command: object, where: Path) -> subprocess.CompletedProcess[str]:
    said = [str(each) for each in command]
    return subprocess.run(said, cwd=where, env=QUIET, capture_output=True, text=True, check=False)


def frictionless(version: Path) -> dict[str, Any]:
    made = run(BIN / "frictionless", "validate", "datapackage.json", "--json", where=version)
    found: dict[str, Any] = json.loads(made.stdout)
    assert (made.returncode == 0) == found["valid"]
    return found


def pandera(version: Path) -> subprocess.CompletedProcess[str]:
    return run(BIN / "python", PROGRAMS / "as_pandera.py", version, where=version)


def dbt(version: Path, project: Path) -> tuple[int, list[str]]:
    """How many nodes of the project passed, and the names of those that did not."""
    made = run(BIN / "python", PROGRAMS / "as_dbt.py", version, project, where=version)
    assert made.returncode == 0, made.stderr
    said = run(BIN / "dbt", "build", "--profiles-dir", project, "--project-dir", project, where=project)
    results = json.loads((project / "target" / "run_results.json").read_bytes())["results"]
    failed = [one["unique_id"] for one in results if one["status"] not in {"pass", "success"}]
    assert (said.returncode == 0) == (not failed), said.stdout
    return len(results) - len(failed), failed
