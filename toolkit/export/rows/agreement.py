"""Rows of the table ``agreement``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from toolkit.agreement.estimate import Estimate
from toolkit.export.content.study_content import StudyContent

_MAP = "bootstrap_share_below"
"""Maps have no column type every reader understands: each of its keys has a column."""
_SHARES = {"share_below_0_667": "0.667", "share_below_0_8": "0.8", "share_below_target": "target"}
_CALLED = {"by": "grouped_by", "group": "group_name"}
"""Names that SQL keeps for itself, and what the table calls the columns."""
_IDENTITY = ("question", "measure", "level", "category", "annotator", "other_annotator", "by", "group", "against")


def columns(content: StudyContent) -> Mapping[str, Any]:
    """Return one row per estimate, rounds by name and estimates in the order they were reported."""
    return estimate_columns([(name, one) for name, estimates in content.estimates.items() for one in estimates])


def estimate_columns(rows: Sequence[tuple[str | None, Estimate]]) -> Mapping[str, Any]:
    """Return the columns of estimates, each with its round; None where there are no rounds."""
    names = [field.name for field in fields(Estimate) if field.name != _MAP]
    return {
        "estimate_id": [_identity(name, estimate) for name, estimate in rows],
        "round": [name for name, _ in rows],
        **{_CALLED.get(name, name): [getattr(estimate, name) for _, estimate in rows] for name in names},
        **{
            column: [(estimate.bootstrap_share_below or {}).get(key) for _, estimate in rows]
            for column, key in _SHARES.items()
        },
    }


def _identity(round_name: str | None, estimate: Estimate) -> str:
    return "|".join([round_name or "", *(getattr(estimate, name) or "" for name in _IDENTITY)])
