"""Estimates as one table, or as its Parquet file, in the columns of the table ``agreement``."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from toolkit.agreement.estimate import Estimate
from toolkit.export.contract.schema import table_schemas
from toolkit.export.rows.agreement import estimate_columns
from toolkit.export.writing.parquet import table_bytes


def estimates_table(estimates: Sequence[Estimate], *, round_name: str | None) -> pa.Table:
    """Return one row per estimate; ``round`` is null where there are no rounds, and no study is named."""
    columns = estimate_columns([(round_name, estimate) for estimate in estimates])
    wanted = [column for column in table_schemas()["agreement"].columns if column.name in columns]
    arrays = [pa.array(columns[column.name], column.arrow.type) for column in wanted]
    return pa.table(arrays, [column.name for column in wanted])


def estimates_parquet(estimates: Sequence[Estimate], *, round_name: str | None) -> bytes:
    """Return the bytes of that table's Parquet file."""
    return table_bytes(estimates_table(estimates, round_name=round_name))
