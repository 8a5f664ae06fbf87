"""Hypothesis strategies for incomplete designs."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from hypothesis import strategies as st


def tables(values: Sequence[Hashable], *, most_units: int = 8) -> st.SearchStrategy[list[list[Hashable | None]]]:
    """Up to eight units by two to four annotators, any value missing."""
    cell = st.one_of(st.none(), st.sampled_from(values))
    return st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=most_units)
    )
