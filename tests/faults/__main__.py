"""``make faults``: every fault at every moment of every command, and docs/reliability.md written from it.

With ``--command``, ``--fault`` and ``--at``, or ``--story``, only what is named is tried and nothing is written: so a
case is repeated. Names may end in ``*``. ``--jobs`` is how many Label Studios share the work; ``--each`` tries no more
than so many moments of each fault and command, drawn with ``--seed``, and the page says so.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.faults.cases import Outcome, baseline
from tests.faults.commands import COMMANDS
from tests.faults.reliability import PAGE, cells, page
from tests.faults.runner import ROOT
from tests.faults.setting import stage_in
from tests.faults.stage import Stage
from tests.faults.stories import STORIES
from tests.faults.table import FAULTS


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--command", default="*", help="only this command")
    parser.add_argument("--fault", default="*", help="only this fault")
    parser.add_argument("--at", type=int, help="only at this moment")
    parser.add_argument("--story", type=int, metavar="N", help="only the N-th story; 0 for all of them")
    parser.add_argument("--jobs", type=int, default=2, help="how many share the whole (2)")
    parser.add_argument("--each", type=int, metavar="N", help="at most N moments of each fault and command")
    parser.add_argument("--seed", type=int, default=0, help="the seed of that draw (0)")
    parser.add_argument("--page", action="store_true", help="write the page from a part as well")
    parser.add_argument("--part", nargs=3, metavar=("I", "N", "FILE"), help=argparse.SUPPRESS)
    return parser.parse_args()


def _share(asked: argparse.Namespace, *, part: int = 0, of: int = 1) -> Iterator[dict[str, Any]]:
    """What came of each case asked for, and of each story; of all of them every ``of``-th, from ``part`` on."""
    with TemporaryDirectory(prefix="intercoder-faults-") as folder, stage_in(Path(folder)) as stage:
        if asked.story is None:
            for number, outcome in enumerate(_outcomes(stage, asked, part, of), start=1):
                if number % 50 == 0:
                    sys.stderr.write(f"{number} cases of part {part + 1}: {outcome.command}\n")
                if outcome.amiss:
                    sys.stdout.write(f"AMISS {outcome}\n{repeat(outcome)}\n")
                    sys.stdout.flush()
                yield {
                    "case": [outcome.fault, outcome.command, outcome.code],
                    "amiss": bool(outcome.amiss),
                }
        for number, story in enumerate(STORIES, start=1):
            if asked.story in {0, number} or (_whole(asked) and number % of == part):
                amiss = story.tell(stage)
                listed = "".join(f"\n      {line}" for line in amiss)
                sys.stdout.write(f"story {number}, {'AMISS' if amiss else 'well'}: {story.says}{listed}\n")
                sys.stdout.flush()
                yield {"story": story.says, "amiss": bool(amiss)}


def _outcomes(stage: Stage, asked: argparse.Namespace, part: int, of: int) -> Iterator[Outcome]:
    for command in COMMANDS:
        if not fnmatchcase(command.name, asked.command):
            continue
        normal = baseline(stage, command)
        for number, fault in enumerate(FAULTS):
            if number % of == part and fnmatchcase(fault.name, asked.fault.replace("[", "[[]")):
                moments = [at for at in fault.at(command, normal) if asked.at in {None, at}]
                if asked.each is not None and asked.each < len(moments):
                    drawn = random.Random(f"{asked.seed}/{command.name}/{fault.name}")
                    moments = sorted(drawn.sample(moments, asked.each))
                for at in moments:
                    yield fault.run(stage, command, at, normal)


def _whole(asked: argparse.Namespace) -> bool:
    return (asked.command, asked.fault, asked.at, asked.story) == ("*", "*", None, None)


def _shared_out(asked: argparse.Namespace) -> list[dict[str, Any]]:
    """The whole, by several processes, each with a Label Studio of its own."""
    jobs, drawn = asked.jobs, ["--seed", str(asked.seed), *(["--each", str(asked.each)] if asked.each else [])]
    with TemporaryDirectory(prefix="intercoder-faults-") as folder:
        files = [Path(folder) / f"{job}.jsonl" for job in range(jobs)]
        program = [sys.executable, "-m", "tests.faults", *drawn, "--part"]
        working = [
            subprocess.Popen([*program, str(job), str(jobs), str(file)], cwd=ROOT) for job, file in enumerate(files)
        ]
        codes = [one.wait() for one in working]
        if any(codes):
            raise SystemExit(f"a part of the run broke off: {codes}")
        return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def main() -> int:
    """The exit code: 0 if nothing was amiss."""
    asked, begun = _asked(), time.monotonic()
    if asked.part is not None:
        job, jobs, file = asked.part
        with Path(file).open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(told) + "\n" for told in _share(asked, part=int(job), of=int(jobs)))
        return 0
    tried = _shared_out(asked) if _whole(asked) else list(_share(asked))
    amiss = sum(told["amiss"] for told in tried)
    sys.stdout.write(f"{len(tried)} cases and stories, {amiss} amiss, {time.monotonic() - begun:.0f} s\n")
    if _whole(asked) or asked.page:
        counted = cells((*told["case"], told["amiss"]) for told in tried if "case" in told)
        stories = {told["story"]: told["amiss"] for told in tried if "story" in told}
        PAGE.write_text(page(counted, stories, each=asked.each), encoding="utf-8")
        sys.stdout.write(f"Wrote {PAGE}\n")
    return 1 if amiss or not tried else 0


def repeat(outcome: Outcome) -> str:
    """The command line that tries the same case again."""
    return f"      python -m tests.faults --command '{outcome.command}' --fault '{outcome.fault}' --at {outcome.at}"


if __name__ == "__main__":
    sys.exit(main())
