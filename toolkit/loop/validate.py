"""Validate: an export against its contract, as those who receive it would check it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.export.checking.validate import Validation


def validate(folder: Path | str) -> Validation:
    """Return what is wrong with an export: of every version where the folder holds versions, or of the folder itself.

    It needs no study. What ``s3://bucket/prefix`` names is fetched into a folder of this machine for it, all of it.
    Raise ``BadInput`` where the folder holds no export at all, ``UsageError`` where another address is named, and what
    an object store answered where it lies in one.
    """
    from toolkit.export.checking.validate import validate_export
    from toolkit.export.store.address import store_address
    from toolkit.export.store.copies import fetched
    from toolkit.files.local import refuse_address_to_read

    address = store_address(folder)
    if address is None:
        refuse_address_to_read(Path(folder), only="folders of this machine and from s3://")
        return validate_export(Path(folder))
    with fetched(address) as copy:
        found = validate_export(copy)
    return replace(found, folder=found.folder.relative_to(copy), address=str(address))
