"""What a request carries, read once: Label Studio is handed what was read here, and never the bytes that came.

Two readers of the same bytes may read two things: by another character set than utf-8, by a key that comes twice, by a
number or a character that only one of them takes. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from toolkit.labelstudio.gate.asked import Refusal


def read(raw: bytes, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the JSON object in a body; ``parameters`` are those of its content type. Raise ``Refusal`` for any other
    body, and for one that could be read in two ways.
    """
    if set(parameters) - {"charset"} or parameters.get("charset", "utf-8").lower() != "utf-8":
        raise Refusal("form")
    try:
        found = json.loads(raw.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refusal("form") from None
    if not isinstance(found, dict):
        raise Refusal("form")
    return found


def written(body: Mapping[str, Any]) -> bytes:
    """Return the body as it is handed on. Raise ``Refusal`` for what Label Studio saves, but cannot read again: numbers
    without end, halves of characters.
    """
    try:
        return json.dumps(body, allow_nan=False, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise Refusal("form") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found
