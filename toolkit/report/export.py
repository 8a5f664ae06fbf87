"""Where an export's tables are, and how large."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def export_lines(paths: Mapping[str, Path], rows: Mapping[str, int], *, here: Path) -> list[str]:
    """One aligned line per table: its path as seen from ``here``, and its number of rows."""
    shown = {name: _seen_from(path, here) for name, path in paths.items()}
    width = max((len(path) for path in shown.values()), default=0)
    return [f"{path:<{width}}  {rows[name]:>9,} rows" for name, path in shown.items()]


def _seen_from(path: Path, here: Path) -> str:
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
