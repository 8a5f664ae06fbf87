"""The wheel alone, in an empty environment without the development dependencies, does its first jobs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = target.glob("intercoder-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The ``bin`` of an empty environment with the wheel and what it depends on, and nothing else; half a gigabyte."""
    environment = tmp_path_factory.mktemp("empty") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    install = (
        [uv, "pip", "install", "--no-cache", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
    )
    subprocess.run([*install, "--quiet", str(wheel)], check=True)
    yield environment / "bin"
    shutil.rmtree(environment)


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


_AGREEMENT = """
import intercoder as ic, pandas as pd
frame = pd.DataFrame({"u": [1, 1, 2, 2], "who": ["a", "b"] * 2, "v": ["x", "x", "y", "y"]})
print(ic.agreement(frame, unit="u", annotator="who", value="v", level="nominal", replicates=0).estimates[0].value)
"""


def test_python_comes_in_by_the_front_door(installed: Path, tmp_path: Path) -> None:
    command = [str(installed / "python"), "-c", _AGREEMENT]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "1.0"), done.stderr


def test_so_it_does_where_this_checkout_is_installed_as_it_is(tmp_path: Path) -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    assert uv is not None, "make installs it"
    environment = tmp_path / "venv"
    venv.create(environment)
    install = [uv, "pip", "install", "--quiet", "--no-deps", "--python", str(environment), "--editable", str(ROOT)]
    subprocess.run(install, check=True)
    where = "import importlib.util as u; print(u.find_spec('intercoder').origin, u.find_spec('toolkit').origin)"
    command = [str(environment / "bin" / "python"), "-c", where]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    door, package = map(Path, done.stdout.split())
    assert door.read_bytes() == (ROOT / "toolkit" / "front_door.py").read_bytes()
    assert package == ROOT / "toolkit" / "__init__.py"


def test_it_takes_in_the_seed(installed: Path, tmp_path: Path) -> None:
    made = run(installed, "init", "study", where=tmp_path)
    assert made.returncode == 0, made.stderr
    seed = ROOT / "seeds" / "articles" / "iran-venezuela.txt"
    added = run(installed, "add", str(seed), where=tmp_path / "study")
    assert added.returncode == 0, added.stderr
    assert "1 article, 16 sentences" in added.stderr


def test_without_the_html_extra_it_says_what_to_install(installed: Path, tmp_path: Path) -> None:
    run(installed, "init", "study", where=tmp_path)
    (tmp_path / "page.html").write_text("<html><body><p>Ministers resigned on Monday.</p></body></html>")
    answer = run(installed, "add", "../page.html", where=tmp_path / "study")
    assert answer.returncode == 3
    assert 'page.html: web pages need one package more: pip install "intercoder[html]"' in " ".join(
        answer.stderr.split()
    )


@pytest.mark.parametrize("extra", ["[server]", "[html]"])
def test_the_pip_that_comes_with_python_can_install_it(wheel: Path, tmp_path: Path, extra: str) -> None:
    """Resolved only: the server alone is two gigabytes. Older pips give up where newer ones do not."""
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=True)  # the bundled one
    command = [str(environment / "bin" / "python"), "-m", "pip", "install", "--dry-run", "--quiet", f"{wheel}{extra}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_lowest_versions_it_allows_do_the_first_jobs(wheel: Path, tmp_path: Path) -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    assert uv is not None, "make installs it"
    environment = tmp_path / "venv"
    venv.create(environment)
    command = [
        uv,
        "pip",
        "install",
        "--quiet",
        "--resolution",
        "lowest-direct",
        "--python",
        str(environment),
        str(wheel),
    ]
    subprocess.run(command, check=True)
    binary = environment / "bin"
    assert run(binary, "init", "study", where=tmp_path).returncode == 0
    added = run(binary, "add", str(ROOT / "seeds" / "articles"), where=tmp_path / "study")
    assert added.returncode == 0, added.stderr
    export = ROOT / "tests" / "frozen" / "v1" / "study" / "exports" / "frozen" / "v1"
    for command_line in (["agree", str(export), "--round", "pilot", "--bootstrap", "50"], ["validate", str(export)]):
        done = run(binary, *command_line, where=tmp_path)
        assert done.returncode == 0, done.stderr


def test_without_the_server_extra_it_says_what_to_install(installed: Path, tmp_path: Path) -> None:
    run(installed, "init", "study", where=tmp_path)
    answer = run(installed, "server", "start", where=tmp_path / "study")
    assert answer.returncode == 2
    assert 'pip install "intercoder[server]"' in answer.stderr
