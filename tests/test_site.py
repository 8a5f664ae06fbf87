"""The docs build as a site without a warning, and it holds the reference of all that is public."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit import api

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
FOR_TESTS = ("clock", "page_size", "show_plan", "sleep", "today")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(place)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return place


def test_every_page_is_in_it(site: Path) -> None:
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    expected = {page.with_name("index.html") if page.name == "README.html" else page for page in pages}
    assert {path.relative_to(site) for path in site.rglob("*.html")} - {Path("404.html")} == expected


def test_all_that_is_public_is_documented_and_nothing_else_is_promised(site: Path) -> None:
    page = (site / "python.html").read_text(encoding="utf-8")
    documented = set(re.findall(r'id="toolkit\.api\.(\w+)"', page))
    assert documented == set(api.__all__)
    assert not re.findall(rf">({'|'.join(FOR_TESTS)})<", page)


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        loaded = re.findall(r'(?:<link[^>]+href|src)="(https?:[^"]+)"', path.read_text(encoding="utf-8"))
        assert loaded == [], path
