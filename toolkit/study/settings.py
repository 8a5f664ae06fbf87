"""``study.yaml``: what the lead set and what was decided, readable and editable by hand, comments kept."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from toolkit.errors import BadInput, Fault


class ServerSettings(BaseModel):
    """Which Label Studio the study uses: the embedded one, or one at an address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    embedded: bool = True
    url: str | None = None


class Settings(BaseModel):
    """The settings of a study. ``rounds`` mirrors what was decided at each push; the database is what counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    label_studio: ServerSettings = ServerSettings()
    exports: str = "exports"
    rounds: dict[str, dict[str, Any]] = Field(default_factory=dict)


def initial(name: str, *, exports: str) -> str:
    """The text of a new study's ``study.yaml``."""
    return (
        f"name: {_scalar(name)}\n"
        "label_studio:\n"
        "  embedded: true        # `intercoder server start`; `intercoder connect URL` uses another one\n"
        f"exports: {_scalar(exports)}  # where `intercoder export` writes, relative to this file\n"
        "# What `intercoder push` decided for each round is written here for you to read:\n"
        "rounds: {}\n"
    )


def read(path: Path) -> Settings:
    """The settings in ``study.yaml``; every fault of the file at once."""
    document = _load(path)
    try:
        return Settings.model_validate(document)
    except ValidationError as invalid:
        faults = [
            Fault(
                ".".join(str(step) for step in error["loc"]),
                f"{error['msg'].lower()} (found {error['input']!r})",
            )
            for error in invalid.errors()
        ]
        raise BadInput(f"{path} is not a valid study.yaml", faults=faults) from None


def update(path: Path, changes: Mapping[str, Any]) -> None:
    """Set the given top-level keys (mappings are merged one level deep), keeping the lead's comments and order."""
    document = _load(path)
    for key, value in changes.items():
        if isinstance(value, Mapping) and isinstance(document.get(key), dict) and document[key]:
            document[key].update(value)
        else:
            document[key] = value
    buffer = io.StringIO()
    _yaml().dump(document, buffer)
    text = buffer.getvalue()
    if text == path.read_text(encoding="utf-8"):
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _yaml() -> YAML:
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 110
    return yaml


def _load(path: Path) -> dict[str, Any]:
    try:
        document = _yaml().load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as fault:
        raise BadInput(f"{path} cannot be read as YAML: {str(fault).splitlines()[0]}") from None
    if not isinstance(document, dict):
        raise BadInput(f"{path} must be a mapping with at least `name:`")
    return document


def _scalar(text: str) -> str:
    buffer = io.StringIO()
    _yaml().dump({"name": text}, buffer)
    return buffer.getvalue().strip().removeprefix("name: ")
