"""What was planned in an export: which sentences each round has, and how many annotators each is to have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from toolkit.errors import BadInput
from toolkit.export.contract.faults import Faults
from toolkit.export.reading.stored import stored_tables
from toolkit.export.writing.versions import version_folder

TABLE = "assignments"
USED = ("sentence_id", "round", "annotators_wanted")


def planned_in(folder: Path, round_name: str) -> Mapping[str, int] | None:
    """Return how many annotators each sentence of a round is planned to have; None where the export does not say.

    Raise ``BadInput`` where the table that says so is not what it is to be.
    """
    folder = version_folder(folder)
    if not (folder / f"{TABLE}.parquet").is_file():
        return None
    faults = Faults()
    table = stored_tables(folder, {TABLE: USED}, faults).get(TABLE)
    if faults.count or table is None:
        raise BadInput(
            faults.counted(f"in the export {folder}"),
            faults=faults.listed,
            todo="Export the study again, or put back a copy.",
        )
    rows = zip(*(table[name].to_pylist() for name in USED), strict=True)
    return {sentence_id: wanted for sentence_id, name, wanted in rows if name == round_name and wanted > 0}
