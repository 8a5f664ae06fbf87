"""``add`` of large tables, as a process of its own, against the splitter alone on the same texts."""

from __future__ import annotations

import csv
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import nupunkt

from benchmarks.process import INTERCODER, run
from benchmarks.row import Row
from toolkit.loop.init import init

ROWS = 200_000
FEWER = 4
LONGER = 10
"""So many times fewer articles, and so many times as many sentences in each, for the table of long ones."""
SPOKEN = (
    "the a of in on for minister border river market council report drought union prices talks officials said "
    "denied Monday London Dr. Mr. U.S. percent 3.5 million about after while because who which new old large"
)


def rows(arguments: Sequence[str]) -> Iterator[Row]:
    n = int(arguments[0]) if arguments else ROWS
    yield from _grown(n // FEWER, n, sentences=(1, 2))
    yield from _grown(n // FEWER // LONGER, n // LONGER, sentences=(15, 25))


def _grown(fewer: int, n: int, *, sentences: tuple[int, int]) -> Iterator[Row]:
    each = 0.0
    for size in (fewer, n):
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "table.csv"
            texts = _table(file, size, sentences)
            begun = time.perf_counter()
            for text in texts:
                nupunkt.sent_spans(text)
            bare = time.perf_counter() - begun
            del texts
            ran = run(init(Path(scratch) / "study").folder, INTERCODER, "add", str(file))
        grown = f", {ran.seconds / size / each:.2f} of the time per row of a quarter of them" if each else ""
        each = ran.seconds / size
        yield Row(
            f"add {size:,} articles of {sentences[0]} to {sentences[1]} sentences from CSV, whole process",
            f"{ran.seconds:.1f} s, peak {ran.memory:.0f} MB{grown}",
            f"`nupunkt` alone, on texts in memory {bare:.1f} s",
            f"{bare / ran.seconds:.2f}",
        )


def _table(file: Path, n: int, sentences: tuple[int, int]) -> list[str]:
    draw = random.Random(0)
    texts = [f"Number {row}. " + " ".join(_sentence(draw) for _ in range(draw.randint(*sentences))) for row in range(n)]
    with file.open("w", encoding="utf-8", newline="") as out:
        written = csv.writer(out)
        written.writerow(["id", "title", "published", "text"])
        written.writerows([f"row-{row}", f"Title {row}", "2026-01-31", text] for row, text in enumerate(texts))
    return texts


def _sentence(draw: random.Random) -> str:
    words = " ".join(draw.choices(SPOKEN.split(), k=draw.randint(8, 28)))
    return words[0].upper() + words[1:] + draw.choice(".....?!")
