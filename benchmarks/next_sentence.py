"""How long an annotator waits for the next sentence behind the gate, against the same server without it."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.row import Row
from tests.live.server import CONFIG, copy_of_migrated
from toolkit.labelstudio.accounts import make_account, signed_in
from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.gatekeeper import Admitted
from toolkit.labelstudio.session import connect

ASKED = 600
SENTENCES = 1_000
_WARM = 10
_PASSWORD = "a-long-passphrase"
_NOTHING_CHOSEN: dict[str, object] = {
    "ordering": [],
    "selectedItems": {"all": False, "included": []},
    "filters": {"conjunction": "and", "items": []},
}
"""What the page sends along."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An annotator at a server, who codes as fast as sentences come."""

    http: httpx.Client
    url: str
    project_id: int
    asking: list[float]
    answering: list[float]

    def code(self) -> None:
        """Ask for the next sentence and answer it, as the page does."""
        begun = time.perf_counter()
        asked = self.http.post(
            f"{self.url}/api/dm/actions/", params={"id": "next_task", "project": self.project_id}, json=_NOTHING_CHOSEN
        )
        came = time.perf_counter()
        asked.raise_for_status()
        answer = {
            "value": {"choices": ["writer"]},
            "from_name": "attribution",
            "to_name": "sentence",
            "type": "choices",
        }
        made = self.http.post(
            f"{self.url}/api/tasks/{asked.json()['id']}/annotations/",
            params={"project": self.project_id},
            json={"result": [answer], "lead_time": 4.0},
        )
        self.asking.append(came - begun)
        self.answering.append(time.perf_counter() - came)
        made.raise_for_status()


def rows(arguments: Sequence[str]) -> Iterator[Row]:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.next_sentence")
    asked.add_argument("n", type=int, nargs="?", default=ASKED)
    n = asked.parse_args(arguments).n
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as servers:
        gated, bare = (
            servers.enter_context(_annotator(Path(scratch) / name, blind=name == "gated", sentences=n + _WARM))
            for name in ("gated", "bare")
        )
        for place in range(n + _WARM):
            # In turn, and each as often first: whatever else the machine does meets both.
            for one in (gated, bare) if place % 2 else (bare, gated):
                one.code()
        for what, ours, theirs in (
            ("the next sentence", gated.asking, bare.asking),
            ("an answer saved", gated.answering, bare.answering),
        ):
            here, there = (statistics.median(times[_WARM:]) for times in (ours, theirs))
            yield Row(
                f"{what} behind the gate, median of {n:,}",
                f"{here * 1000:.1f} ms",
                f"the same Label Studio without it {there * 1000:.1f} ms",
                f"{there / here:.2f}",
            )


@contextmanager
def _annotator(folder: Path, *, blind: bool, sentences: int) -> Iterator[Waiting]:
    copy_of_migrated(folder)
    try:
        running = embedded.start(folder, blind=blind)
        email = "annotator@bench.example"
        with connect(running.url, embedded.credentials(folder).token) as lead:
            make_account(lead.invite_link(), email=email, password=_PASSWORD)
            project_id = lead.create_project(
                title="Next", description="", config_xml=CONFIG, instructions_html="", annotators_per_sentence=1
            )
            data = [{"sentence_id": f"a:{n}", "sentence": f"Sentence {n}."} for n in range(sentences + SENTENCES)]
            lead.send_sentences(project_id, data)
            everybody = frozenset({email})
            lead.gate.admit("bench", [Admitted(project_id, "next", "coding", is_open=True, people=everybody)])
        with signed_in(running.url, email=email, password=_PASSWORD) as browser:
            browser.headers["X-CSRFToken"] = browser.cookies.get("csrftoken") or ""
            yield Waiting(browser, running.url, project_id, [], [])
    finally:
        embedded.stop(folder)


if __name__ == "__main__":
    import sys

    for row in rows(sys.argv[1:]):
        print(row.what, row.measured, row.against, row.ratio, sep=" | ")
