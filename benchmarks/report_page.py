"""The report on a large study: the whole command, and how long a filter of its page takes in a browser.

Five people code every sentence, with a question of each common kind and marked words (``tests/report/large_study.py``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.process import INTERCODER, apart, run
from benchmarks.row import Row
from tests.chromium import CHROMIUM, FLAGS
from tests.report.large_study import PEOPLE, large_study

SENTENCES = 20_000
RUNS = 3
FILTERS = (
    ("question", "attribution"), ("show", "all"), ("one", "0"), ("other", "1"), ("annotator", "2"),
    ("words", "harbour"), ("words", ""), ("article", "1"), ("article", ""), ("question", ""),
)  # fmt: skip
_TIMED = """filters => filters.map(([name, value]) => {
  const form = document.getElementById("filters"), begun = performance.now();
  form.elements[name].value = value;
  form.elements[name].dispatchEvent(new Event("input", {bubbles: true}));
  document.body.getBoundingClientRect();
  return performance.now() - begun;
})"""


def rows(arguments: Sequence[str]) -> Iterator[Row]:
    n = int(arguments[0]) if arguments else SENTENCES
    with tempfile.TemporaryDirectory() as folder:
        study = large_study(Path(folder) / "made", n)
        agreed = sorted((run(study.folder, INTERCODER, "agree") for _ in range(RUNS)), key=lambda one: one.seconds)
        told = sorted((run(study.folder, INTERCODER, "report") for _ in range(RUNS)), key=lambda one: one.seconds)
        page = study.folder / "report-main.html"
        ran, alone = told[RUNS // 2], agreed[RUNS // 2]
        yield Row(
            f"`intercoder report` on {n:,} sentences by {len(PEOPLE)} people, whole process, median of {RUNS}",
            f"{ran.seconds:.1f} s, peak {ran.memory / 1000:.2f} GB, page {page.stat().st_size / 1e6:.1f} MB",
            f"`intercoder agree` on the same {alone.seconds:.1f} s",
            f"{alone.seconds / ran.seconds:.2f}",
        )
        times = apart(filtered, page)
        yield Row(
            "a filter of its list of sentences, in Chromium", f"{median(times):.0f} ms, longest {max(times):.0f} ms"
        )


def filtered(page: Path) -> list[float]:
    """Milliseconds each filter takes, until what is found stands there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        opened.goto(page.as_uri())
        opened.locator("#explorer").wait_for()
        times: list[float] = opened.evaluate(_TIMED, list(FILTERS))
        browser.close()
    return times
