"""The one place where the grammar of graphics is imported: everything that draws takes it from here."""

from __future__ import annotations

from toolkit.errors import UsageError

try:
    import altair as alt
except ImportError:
    raise UsageError(
        "what draws the pictures of a report is not installed", todo='Install it with: pip install "intercoder[report]"'
    ) from None

__all__ = ["alt"]
