"""Every version of the codebook that an annotation names is in the export, and the card counts by it."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.loop.several_rounds import several_rounds
from toolkit.codebook.parse import parse
from toolkit.loop.export import export
from toolkit.loop.validate import validate


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("versions")
    return export(several_rounds(folder / "study"), to=folder / "exports", replicates=0).folder


def named(exported: Path) -> Counter[tuple[str, str, str]]:
    """Annotations that count, by round, version and hash, counted from the table."""
    rows = pq.read_table(exported / "annotations.parquet").to_pylist()
    return Counter(
        (row["round"], row["codebook_version"], row["codebook_hash"]) for row in rows if row["excluded_because"] is None
    )


def test_there_is_a_file_for_every_hash_that_an_annotation_names(exported: Path) -> None:
    books = {
        parse(path.read_text(encoding="utf-8"), source=path.name).hash: path.name
        for path in exported.glob("codebook*.yaml")
    }
    assert {hash_ for _, _, hash_ in named(exported)} <= set(books)
    assert len({hash_ for name, _, hash_ in named(exported) if name == "pilot"}) == 2
    earlier = [name for hash_, name in books.items() if name == f"codebook-{hash_[:12]}.yaml"]
    assert len(earlier) + sum(name not in earlier for name in books.values()) == len(books)
    assert validate(exported).faults == ()


def test_a_file_that_was_changed_is_a_fault(exported: Path, tmp_path: Path) -> None:
    for path in exported.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    file = next(tmp_path.glob("codebook*.yaml"))
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    file.write_text(file.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")
    assert hashlib.sha256(file.read_bytes()).hexdigest() != before
    assert validate(tmp_path).faults


def test_the_card_counts_annotations_by_version(exported: Path) -> None:
    card = (exported / "README.md").read_text(encoding="utf-8")
    lines = [line for line in card.splitlines() if line.startswith("| pilot |")]
    for (name, version, _), n in named(exported).items():
        if name == "pilot":
            assert any(f"| {version} |" in line and line.rstrip(" |").endswith(f"{n:,}") for line in lines), version
