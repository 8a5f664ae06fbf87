"""The wheel alone, in an empty environment without the development dependencies, does its first jobs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = target.glob("intercoder-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` of an empty environment with the wheel and what it depends on, and nothing else."""
    environment = tmp_path_factory.mktemp("empty") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    install = [uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
    subprocess.run([*install, "--quiet", str(wheel)], check=True)
    return environment / "bin"


def run(binary: Path, *arguments: str, where: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(binary / "intercoder"), *arguments], cwd=where, capture_output=True, text=True, check=False
    )


def test_schemas_travel_in_the_wheel(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    shipped = {f"toolkit/{path.relative_to(ROOT)}" for path in (ROOT / "schemas").rglob("*") if path.is_file()}
    assert shipped
    assert shipped <= names
    assert "toolkit/py.typed" in names
    assert [name for name in names if name.endswith("/LICENSE")]
    assert not [name for name in names if name.startswith(("tests/", "seeds/", "benchmarks/"))]


def test_it_explains_itself(installed: Path, tmp_path: Path) -> None:
    answer = run(installed, "--help", where=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "push" in answer.stdout


def test_it_takes_in_the_seed(installed: Path, tmp_path: Path) -> None:
    made = run(installed, "init", "study", where=tmp_path)
    assert made.returncode == 0, made.stderr
    seed = ROOT / "seeds" / "articles" / "iran-venezuela.txt"
    added = run(installed, "add", str(seed), where=tmp_path / "study")
    assert added.returncode == 0, added.stderr
    assert "1 article, 16 sentences" in added.stderr


def test_without_the_server_extra_it_says_what_to_install(installed: Path, tmp_path: Path) -> None:
    run(installed, "init", "study", where=tmp_path)
    answer = run(installed, "server", "start", where=tmp_path / "study")
    assert answer.returncode == 2
    assert 'pip install "intercoder[server]"' in answer.stderr
