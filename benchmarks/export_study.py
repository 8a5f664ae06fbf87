"""``intercoder export`` of a large study, and ``validate`` of what it wrote: whole commands, from the study's database.

Five people code every sentence, with a question of each common kind and marked words (``tests/report/large_study.py``).
Ten million answers: ``python -m benchmarks.export_study 222000``.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.process import INTERCODER, run
from benchmarks.row import Row
from tests.report.large_study import PEOPLE, PER_ARTICLE, large_study

SENTENCES = 40_000


def rows(arguments: Sequence[str]) -> Iterator[Row]:
    n = int(arguments[0]) if arguments else SENTENCES
    fewer = max(n // 4 // PER_ARTICLE, 1) * PER_ARTICLE
    with tempfile.TemporaryDirectory() as here:
        folder = Path(here)
        for one in (fewer, n):
            large_study(folder / str(one), one)
        studies = [folder / str(one) / "study" for one in (fewer, n)]
        small, large = (run(study, INTERCODER, "export", "--to", "out") for study in studies)
        small_read, large_read = (run(study, INTERCODER, "validate", "out") for study in studies)
        answers, whole = (
            pq.ParquetFile(study / "out" / "v1" / "answers.parquet").metadata.num_rows for study in studies
        )
    of_study = f"{whole:,} answers, {n:,} sentences by {len(PEOPLE)} people, whole process"
    for what, most, least in (("export", large, small), ("validate", large_read, small_read)):
        yield Row(
            f"`intercoder {what}` of {of_study}",
            f"{most.seconds:.0f} s, peak {most.memory / 1000:.2f} GB",
            f"{answers:,} answers {least.seconds:.0f} s, peak {least.memory / 1000:.2f} GB",
            f"{least.seconds / most.seconds:.2f}",
        )


if __name__ == "__main__":
    for row in rows(sys.argv[1:]):
        print(f"{row.what} | {row.measured} | {row.against} | {row.ratio}")
