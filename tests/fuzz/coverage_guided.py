"""The same targets under atheris, which keeps what reaches new lines: ``python -m tests.fuzz.coverage_guided SECONDS``.

Every target gets its share of the time in a process of its own; what makes one fail is written to the folder named by
``--keep`` (by default a temporary one) and said. Exits with 1 where there is such an input, 2 without atheris.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

_PER_INPUT = 30
"""Seconds after which an input counts as one that never ends."""
_MEGABYTES = 2048


def main() -> int:
    """Try every target that is asked for, or all, one after the other."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz.coverage_guided")
    asked.add_argument("seconds", type=int, help="for all targets together")
    asked.add_argument("targets", nargs="*")
    asked.add_argument("--keep", type=Path, help="where inputs that fail are kept")
    asked.add_argument("--alone", action="store_true", help="in this process: one target, which atheris ends")
    given = asked.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.stderr.write("atheris is not installed: coverage-guided fuzzing is left out\n")
        return 2
    if given.alone:
        _alone(given.targets[0], given.seconds, given.keep)
    from tests.fuzz.targets import TARGETS

    names = given.targets or list(TARGETS)
    kept = given.keep or Path(tempfile.mkdtemp(prefix="fuzz-"))
    kept.mkdir(parents=True, exist_ok=True)
    failed = []
    for name in names:
        share = str(max(given.seconds // len(names), 5))
        command = [sys.executable, "-m", "tests.fuzz.coverage_guided", share, name, "--alone", "--keep", str(kept)]
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        how = "ok" if ended.returncode == 0 else f"FAILED with {ended.returncode}"
        sys.stderr.write(f"{name}: {how}, {_inputs(ended.stderr)} inputs\n")
        if ended.returncode:
            failed.append(name)
            sys.stderr.write(ended.stderr[-4000:] + "\n")
    if failed:
        sys.stderr.write(f"{len(failed)} failed: {', '.join(failed)}. The inputs are in {kept}\n")
    return 1 if failed else 0


def _alone(name: str, seconds: int, kept: Path) -> None:
    import atheris

    with atheris.instrument_imports(include=["toolkit"]):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    with tempfile.TemporaryDirectory() as corpus, tempfile.TemporaryDirectory() as words:
        for number, valid in enumerate(target.valid):
            Path(corpus, str(number)).write_bytes(valid)
        dictionary = Path(words, "words")
        quoted = ("".join(f"\\x{byte:02x}" for byte in word[:64]) for word in target.words if word)
        dictionary.write_text("".join(f'"{word}"\n' for word in quoted))
        known_words = [f"-dict={dictionary}"] if target.words else []
        options = [
            f"-max_total_time={seconds}", f"-timeout={_PER_INPUT}", f"-rss_limit_mb={_MEGABYTES}", "-max_len=8192",
            f"-artifact_prefix={kept}/{name}-", "-print_final_stats=1", *known_words, corpus,
        ]  # fmt: skip
        atheris.Setup([name, *options], target.attempt)
        atheris.Fuzz()


def _inputs(log: str) -> str:
    """How many inputs were tried, as libFuzzer counts them."""
    lines = [line for line in log.splitlines() if line.startswith("stat::number_of_executed_units:")]
    return lines[-1].split()[-1] if lines else "?"


if __name__ == "__main__":
    sys.exit(main())
