"""The codebooks beside the tables: which file of an export says what was asked in a round."""

from __future__ import annotations

import re
from collections.abc import Mapping

NEWEST = "codebook.yaml"
"""The codebook in force in the newest round, and in every round without a file of its own."""

_OF_A_ROUND = re.compile(r"codebook-[\w-]{1,30}\.yaml")

_OF_A_VERSION = re.compile(r"codebook-[0-9a-f]{12}\.yaml")


def codebook_files(documents: Mapping[str, str], earlier: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the text of each codebook file by its name; ``documents`` are those in force by round, oldest first,
    ``earlier`` are versions that annotations were made under before, by their hash.

    >>> codebook_files({"pilot": "version: 1.0.0", "repeat": "version: 1.1.0", "main": "version: 1.1.0"})
    {'codebook.yaml': 'version: 1.1.0', 'codebook-pilot.yaml': 'version: 1.0.0'}
    """
    if not documents:
        return {}
    newest = list(documents.values())[-1]
    own = {of_round(name): text for name, text in documents.items() if text != newest}
    before = {of_version(hash_): text for hash_, text in (earlier or {}).items()}
    return {NEWEST: newest, **own, **before}


def file_of_each(documents: Mapping[str, str]) -> dict[str, str]:
    """Return the name of the codebook file of each round.

    >>> file_of_each({"pilot": "version: 1.0.0", "repeat": "version: 1.1.0", "main": "version: 1.1.0"})
    {'pilot': 'codebook-pilot.yaml', 'repeat': 'codebook.yaml', 'main': 'codebook.yaml'}
    """
    own = codebook_files(documents)
    return {name: of_round(name) if of_round(name) in own else NEWEST for name in documents}


def of_round(name: str) -> str:
    """Return the name of the file that holds a round's codebook where it is not the newest round's."""
    return f"codebook-{name}.yaml"


def of_version(hash_: str) -> str:
    """Return the name of the file of an earlier version: the beginning of the hash that annotations name it by."""
    return f"codebook-{hash_[:12]}.yaml"


def is_of_version(name: str) -> bool:
    """Return whether a file of this name holds an earlier version of a codebook.

    >>> is_of_version("codebook-37e744610ee4.yaml"), is_of_version("codebook-main.yaml")
    (True, False)
    """
    return _OF_A_VERSION.fullmatch(name) is not None


def is_codebook_file(name: str) -> bool:
    """Return whether a file of this name is one that an export writes.

    >>> is_codebook_file("codebook.yaml"), is_codebook_file("codebook-main.yaml"), is_codebook_file("my-codebook.yaml")
    (True, True, False)
    """
    return name == NEWEST or _OF_A_ROUND.fullmatch(name) is not None
