"""Options and arguments taken as they were given, where nothing has to be made of them.

Typer has pydantic make of every value what its parameter wants, also of those that nobody gave. To import it for that
takes longer than to read a small table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from functools import partial
from typing import Any

_MAKE = object()
"""Something has to be made of the value."""
_NUMBER_OF = {int: re.compile(r"-?[0-9]{1,15}"), float: re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")}


def take_as_given(parameters: Iterable[Any]) -> None:
    """Have these parameters of typer ask pydantic only where they have to."""
    for parameter in parameters:
        # before there was pydantic in it, typer described no types; and once is enough
        if hasattr(parameter, "type_descriptor") and "process_value" not in vars(parameter):
            parameter.process_value = partial(_processed, parameter, parameter.process_value)


def _processed(parameter: Any, make: Any, context: Any, value: Any) -> Any:
    """What ``make``, typer's own way, returns as well."""
    found = _as_it_is(parameter, value)
    if found is _MAKE or (value is None and parameter.required):
        return make(context, value)
    return found if parameter.callback is None else parameter.callback(context, parameter, found)


def _as_it_is(parameter: Any, value: Any) -> Any:
    wanted = parameter.type_descriptor.annotation
    if value is None:
        return () if parameter.multiple or parameter.nargs == -1 else None
    if parameter.type_descriptor.parameter_info.parser is not None:
        return _MAKE
    if wanted == list[str]:
        return [*value] if _are_texts(value) else _MAKE
    if wanted in _NUMBER_OF and type(value) is str:
        return _number(wanted, value, parameter.type_descriptor.parameter_info)
    return _single(wanted, value) if isinstance(wanted, type) else _MAKE


def _number(wanted: Any, text: str, asked: Any) -> Any:
    """What is written as numbers mostly are, and lies where it has to."""
    if not _NUMBER_OF[wanted].fullmatch(text):
        return _MAKE
    number = wanted(text)
    is_low, is_high = (asked.min is not None and number < asked.min), (asked.max is not None and number > asked.max)
    return _MAKE if is_low or is_high else number


def _are_texts(value: Any) -> bool:
    """Whether they are texts, and some: whether there may be none, typer knows."""
    return isinstance(value, list | tuple) and len(value) > 0 and all(type(one) is str for one in value)


def _single(wanted: type, value: Any) -> Any:
    if type(value) is wanted and issubclass(wanted, str | bool | int | float | Enum):
        return value
    if issubclass(wanted, Enum):
        return next((member for member in wanted if member.value == value), _MAKE)
    return _MAKE
