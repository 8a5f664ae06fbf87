"""Every group of cases, in the order in which a study goes; a module here that has a ``GROUP`` is one."""

from __future__ import annotations

import importlib
import pkgutil

from tests.messages.case import Group

GROUPS: tuple[Group, ...] = tuple(
    sorted(
        (importlib.import_module(f"{__name__}.{module.name}").GROUP for module in pkgutil.iter_modules(__path__)),
        key=lambda group: group.place,
    )
)
