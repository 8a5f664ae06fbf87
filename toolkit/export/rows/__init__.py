"""Builders of rows: module ``NAME`` here fills the table that ``schemas/tables/NAME.vN.json`` describes.

Each has one function, ``columns(content)``, that gives the table's columns by name from a study's content in reading
order. Adding a table is adding its schema and its module: modules are found, not listed.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from toolkit.export.content import OrderedContent

Columns: TypeAlias = Mapping[str, Any]
"""Column name → its values: a sequence, or an Arrow array."""


def builders() -> Mapping[str, Callable[[OrderedContent], Columns]]:
    """Builder of every table, by table name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").columns for name in names}
