"""Where the documents of ``schemas/`` are: inside the wheel, or beside the package in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def schemas_folder() -> Path:
    """Return the folder holding ``codebooks/``, ``tables/`` and ``codebook.schema.json``."""
    installed = _PACKAGE / "schemas"
    return installed if installed.is_dir() else _PACKAGE.parent / "schemas"
