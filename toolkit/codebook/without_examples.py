"""A codebook that quotes nobody: what goes with data whose texts are withheld."""

from __future__ import annotations

import io

from toolkit.codebook.parse import parse
from toolkit.files.yaml_text import writer

_EXAMPLES = {"questions": {"__all__": {"categories": {"__all__": {"examples", "counter_examples"}}}}}


def without_examples(document: str) -> str:
    """Return the YAML of a codebook without the texts that show how to apply its categories, and without comments.

    It asks the same and has other words, and so another hash.
    """
    codebook = parse(document, source="codebook")
    text = io.StringIO()
    writer().dump(codebook.model_dump(mode="json", exclude_defaults=True, exclude=_EXAMPLES), text)
    return text.getvalue()
