"""Rows of the table ``agreement``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from toolkit.agreement.estimate import Estimate
from toolkit.export.content import StudyContent

_NOT_A_COLUMN = frozenset({"bootstrap_share_below"})
"""Maps have no column type every reader understands; this one follows from the replicates and their seed."""


def columns(content: StudyContent) -> Mapping[str, Any]:
    """One row per estimate, rounds by name and estimates in the order they were reported."""
    rows = [(name, estimate) for name, estimates in content.estimates.items() for estimate in estimates]
    names = [field.name for field in fields(Estimate) if field.name not in _NOT_A_COLUMN]
    return {
        "round": [name for name, _ in rows],
        **{name: [getattr(estimate, name) for _, estimate in rows] for name in names},
    }
