"""``validate`` on a large export: every hash, every value, every key."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.export_tables import SENTENCES, invented
from benchmarks.row import Row
from toolkit.export.checking.validate import validate_export
from toolkit.export.pages.manifest import Options, Watermark
from toolkit.export.writing.write import Source, export_tables


def rows(arguments: Sequence[str]) -> Iterator[Row]:
    n = int(arguments[0]) if arguments else SENTENCES
    content = invented(n)
    (book,) = content.codebooks.values()
    written = json.dumps(book.model_dump(mode="json", exclude_defaults=True))
    content = replace(content, documents=dict.fromkeys(content.planned, written))
    source = Source(
        study="invented",
        study_id="invented",
        options=Options(replicates=0, seed=0),
        watermarks=dict.fromkeys(content.planned, Watermark()),
    )
    with tempfile.TemporaryDirectory() as folder:
        export_tables(content, Path(folder), source)
        del content
        begun = time.perf_counter()
        found = validate_export(Path(folder))
        seconds = time.perf_counter() - begun
    assert not found.n_faults, found.faults
    yield Row(f"validate {found.rows['answers']:,} answers, {n:,} sentences", f"{seconds:.1f} s")
