"""The codebooks beside the tables: which file of an export says what was asked in a round."""

from __future__ import annotations

import re
from collections.abc import Mapping

NEWEST = "codebook.yaml"
"""The codebook in force in the newest round, and in every round without a file of its own."""

_OF_A_ROUND = re.compile(r"codebook-[\w-]{1,30}\.yaml")


def codebook_files(documents: Mapping[str, str]) -> dict[str, str]:
    """Return the text of each codebook file by its name; ``documents`` are those in force by round, oldest first.

    >>> codebook_files({"pilot": "version: 1.0.0", "repeat": "version: 1.1.0", "main": "version: 1.1.0"})
    {'codebook.yaml': 'version: 1.1.0', 'codebook-pilot.yaml': 'version: 1.0.0'}
    """
    if not documents:
        return {}
    newest = list(documents.values())[-1]
    own = {of_round(name): text for name, text in documents.items() if text != newest}
    return {NEWEST: newest, **own}


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


def is_codebook_file(name: str) -> bool:
    """Return whether a file of this name is one that an export writes.

    >>> is_codebook_file("codebook.yaml"), is_codebook_file("codebook-main.yaml"), is_codebook_file("my-codebook.yaml")
    (True, True, False)
    """
    return name == NEWEST or _OF_A_ROUND.fullmatch(name) is not None
