"""Validate: an export against its contract, as those who receive it would check it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.export.checking.validate import Validation


def validate(folder: Path) -> Validation:
    """Return what is wrong with an export: of every version where the folder holds versions, or of the folder itself.

    It needs no study. Raise ``BadInput`` where the folder holds no export at all.
    """
    from toolkit.export.checking.validate import validate_export

    return validate_export(folder)
