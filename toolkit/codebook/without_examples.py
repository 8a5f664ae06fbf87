"""A codebook as its model says it: without comments, and without the texts it gives as examples where they quote."""

from __future__ import annotations

from typing import Any

from toolkit.codebook.parse import parse
from toolkit.files.yaml_text import as_yaml

_EXAMPLES: Any = {"questions": {"__all__": {"categories": {"__all__": {"examples", "counter_examples"}}}}}


def without_comments(document: str) -> str:
    """Return the YAML of a codebook without what only its authors read; it is the same codebook, with the same hash."""
    return _written(document)


def without_examples(document: str) -> str:
    """Return the same without the texts that show how to apply its categories.

    It asks the same and has other words, and so another hash.
    """
    return _written(document, exclude=_EXAMPLES)


def _written(document: str, *, exclude: Any = None) -> str:
    said = parse(document, source="codebook").model_dump(mode="json", exclude_defaults=True, exclude=exclude)
    return as_yaml(said)
