"""Where secrets may stand: what is private to the lead, and what a command prints to be handed over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.secrecy.known import Known
from tests.secrecy.written import Written, in_files

PRIVATE = frozenset({"credentials.json", "annotators.json"})
"""Files of the study only its owner can read: the token of a connected server, the lead's account, passwords."""


def given_away(known: Known, written: Written, folder: Path) -> list[str]:
    """Every secret that stands where it does not belong, as a line: its kind, where, and whose test wrote it.

    The secret itself is not in it.
    """
    return sorted({*_in_texts(known, written), *_in_files(known, folder)})


def _in_texts(known: Known, written: Written) -> Iterator[str]:
    for value, kind in known.kind_of.items():
        for stream, test, handed_over in written.words.get(value, ()):
            if kind != "address" and not (kind in {"password", "invitation"} and handed_over):
                yield f"a {kind} in {stream}, by {test}"


def _in_files(known: Known, folder: Path) -> Iterator[str]:
    for path, value in in_files(folder, known.of_kinds("password", "token", "cookie", "invitation")):
        if not _keeps(path.relative_to(folder)):
            yield f"a {known.kind_of[value]} in {path.relative_to(folder)}"
    for path, value in in_files(folder, known.of_kinds("address")):
        if _is_for_others(path, value, folder):
            yield f"an {known.kind_of[value]} in {path.relative_to(folder)}"


def _keeps(path: Path) -> bool:
    """Whether secrets are kept in this file: one of ours, one of Label Studio's, or one a test wrote to be read."""
    return path.name in PRIVATE or "data" in path.parts or "token" in path.name


def _is_for_others(path: Path, value: str, folder: Path) -> bool:
    """Whether a file is passed on, or read by others: a log, and what is exported without identities.

    An address that the study itself says, as whom to ask, is meant for them.
    """
    if path.name == "server.log":
        return True
    above = [one for one in path.parents if one.is_relative_to(folder)]
    manifests = [said for one in above if (said := _manifest(one / "manifest.json")) is not None]
    return any(
        not said.get("options", {}).get("identities") and value not in json.dumps(said.get("about"))
        for said in manifests
    )


@cache
def _manifest(file: Path) -> dict[str, Any] | None:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) and "content_sha256" in said else None
