"""The JSON Schema of codebooks, for editors: generated from the model, so it cannot say anything else."""

from __future__ import annotations

import json

from toolkit.codebook.borrowed import BORROWED
from toolkit.codebook.model import Codebook


def codebook_json_schema() -> str:
    """Return the text of ``schemas/codebook.schema.json`` (JSON Schema, draft 2020-12)."""
    schema = Codebook.model_json_schema()
    # What the reader of codebooks writes out before the model sees it.
    schema["$defs"]["Question"]["properties"][BORROWED] = {
        "type": "string",
        "description": "In place of categories: the question whose categories these are, without the missing ones; a "
        "hotkey becomes the same with shift.",
    }
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
