"""``intercoder export`` of a large study: the whole command, from its database to the version that is published.

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
        small, large = (run(folder / str(one) / "study", INTERCODER, "export", "--to", "out") for one in (fewer, n))
        answers, whole = (
            pq.ParquetFile(folder / str(one) / "study" / "out" / "v1" / "answers.parquet").metadata.num_rows
            for one in (fewer, n)
        )
    yield Row(
        f"`intercoder export` of {whole:,} answers, {n:,} sentences by {len(PEOPLE)} people, whole process",
        f"{large.seconds:.0f} s, peak {large.memory / 1000:.2f} GB",
        f"{answers:,} answers {small.seconds:.0f} s, peak {small.memory / 1000:.2f} GB",
        f"{small.seconds / large.seconds:.2f}",
    )


if __name__ == "__main__":
    for row in rows(sys.argv[1:]):
        print(f"{row.what} | {row.measured} | {row.against} | {row.ratio}")
