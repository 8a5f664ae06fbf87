"""The codebooks that come with intercoder."""

from __future__ import annotations

import difflib

from toolkit.errors import UsageError
from toolkit.shipped import schemas_folder


def shipped_names() -> tuple[str, ...]:
    """Return names of the codebooks that come with intercoder, in alphabetical order."""
    return tuple(sorted(path.stem for path in (schemas_folder() / "codebooks").glob("*.yaml")))


def shipped_text(name: str) -> str:
    """Return the YAML text of a codebook that comes with intercoder; UsageError naming near ones where there is
    none.
    """
    known = shipped_names()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=2, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(known)}."
        raise UsageError(f"no codebook named {name!r} comes with intercoder", todo=hint)
    return (schemas_folder() / "codebooks" / f"{name}.yaml").read_text(encoding="utf-8")
