"""Where an export's tables are, how large, and whether it is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from toolkit.files.wording import counted


def export_lines(
    paths: Mapping[str, Path], rows: Mapping[str, int], *, here: Path, address: str | None = None
) -> list[str]:
    """Return one aligned line per table: its path as seen from ``here``, or its address, and its number of rows."""
    shown = {name: f"{address}/{path}" if address else _seen_from(path, here) for name, path in paths.items()}
    width = max((len(path) for path in shown.values()), default=0)
    return [f"{path:<{width}}  {rows[name]:>9,} rows" for name, path in shown.items()]


def notes_sentence(withheld: Mapping[str, int]) -> str:
    """Return that free-text answers are not in it; nothing where none was given, or all are there.

    >>> notes_sentence({"answers.text": 1, "articles.text": 3})
    '1 free-text answer is withheld: --notes, or notes in study.yaml, has them written.'
    """
    n = withheld.get("answers.text", 0)
    said = f"{counted(n, 'free-text answer')} {'is' if n == 1 else 'are'} withheld"
    return f"{said}: --notes, or notes in study.yaml, has them written." if n else ""


def export_sentence(
    version: int, *, changed: bool, identities: bool, attributes: bool = False, semantic_version: str | None = None
) -> str:
    """Return whether there is a new version, what it asks of readers, and what to mind about it.

    >>> export_sentence(3, changed=False, identities=False)
    'Nothing changed since v3: no new version.'
    >>> export_sentence(4, changed=True, identities=False, semantic_version="2.0.1")
    'New version v4 (2.0.1: only rows are others).'
    """
    asks = f" ({semantic_version}{_asks(semantic_version)})" if semantic_version is not None else ""
    said = f"New version v{version}{asks}." if changed else f"Nothing changed since v{version}: no new version."
    held = [*(["e-mail addresses"] if identities else []), *(["what is known of annotators"] if attributes else [])]
    return said + (f" It holds {' and '.join(held)}: mind who gets it." if held else "")


def _asks(semantic_version: str) -> str:
    """What a number says of the version before it; nothing of the first.

    >>> _asks("1.0.0"), _asks("1.1.0")
    ('', ': there is more to read')
    >>> _asks("2.0.0")
    ': tables changed, see `intercoder schema diff`'
    """
    major, minor, patch = semantic_version.split(".")
    if patch != "0":
        return ": only rows are others"
    if minor != "0":
        return ": there is more to read"
    return ": tables changed, see `intercoder schema diff`" if major != "1" else ""


def _seen_from(path: Path, here: Path) -> str:
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
