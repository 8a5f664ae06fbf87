"""The tables of a study: what its content says, in the form the contract asks for."""

from __future__ import annotations

import pyarrow as pa

from toolkit.export.conform import conform
from toolkit.export.content import StudyContent, in_reading_order
from toolkit.export.rows import builders
from toolkit.export.schema import table_schemas


def tables_of(content: StudyContent) -> dict[str, pa.Table]:
    """Every table of the contract as an Arrow table, rows in their fixed order.

    Raises:
        ContractViolated: when the content breaks the contract; every fault is listed.

    """
    ordered = in_reading_order(content)
    columns = {name: build(ordered) for name, build in builders().items()}
    return conform(columns, schemas=table_schemas(), codebooks=content.codebooks)
