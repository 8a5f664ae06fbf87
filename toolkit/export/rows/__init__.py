"""Builders of rows: module ``NAME`` here fills the table that ``schemas/tables/NAME.vN.json`` describes.

Each has one function, ``columns(content)``, that gives the table's columns by name from a study's content in reading
order. Content comes in blocks: rows of one follow those of the one before it, unless the module has a function
``joined(tables)`` that says how one table is made of those of all blocks. Adding a table is adding its schema and its
module: modules are found, not listed.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, TypeAlias

import pyarrow as pa

from toolkit.export.content.study_content import OrderedContent, StudyContent, in_reading_order
from toolkit.export.contract.conform import conform
from toolkit.export.contract.schema import table_schemas

Columns: TypeAlias = Mapping[str, Any]
"""Column name → its values: a sequence, or an Arrow array."""
_STUDY = "study_id"


def builders() -> Mapping[str, Callable[[OrderedContent], Columns]]:
    """Return the builder of every table, by table name."""
    return {name: module.columns for name, module in _modules().items()}


def joiners() -> Mapping[str, Callable[[Sequence[pa.Table]], pa.Table]]:
    """Return, by name of the table, what makes one table of those of several blocks where rows of a block do not just
    follow those of the one before it. Such tables are small.
    """
    return {name: module.joined for name, module in _modules().items() if hasattr(module, "joined")}


def tables_of(content: StudyContent) -> dict[str, pa.Table]:
    """Return every table of the contract as an Arrow table, rows in their fixed order.

    Raises:
        ContractViolated: when the content breaks the contract; every fault is listed.

    """
    return conform(columns_of(in_reading_order(content)), schemas=table_schemas(), codebooks=content.codebooks)


def columns_of(content: OrderedContent) -> dict[str, Columns]:
    """Return the columns of every table as they are built, not looked at yet."""
    schemas, found = table_schemas(), dict[str, Columns]()
    for name, build in builders().items():
        found[name] = build(content)
        if name in schemas and any(column.name == _STUDY for column in schemas[name].columns):
            n = max((len(values) for values in found[name].values()), default=0)
            found[name] = {**found[name], _STUDY: pa.repeat(content.study_id, n)}
    return found


def _modules() -> Mapping[str, ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}
