"""``study.yaml``: what the lead set and what was decided, readable and editable by hand, comments kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError, model_validator

from toolkit.errors import BadInput, Fault
from toolkit.files.text_lines import unreadable
from toolkit.files.whole import write_whole
from toolkit.files.yaml_text import Bounds, NotYaml, as_yaml, kept_as_written
from toolkit.study.about import About

_BOUNDS = Bounds(characters=100_000, values=5_000)
"""What a study.yaml may hold: a hundred times one of many rounds."""


class ServerSettings(BaseModel):
    """Which Label Studio the study uses: the embedded one, or one at an address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    embedded: bool = True
    url: str | None = None
    blind: bool = False
    """Whether the embedded one is started behind the gate; studies of before there was one do not say so."""
    ca_file: str | None = None
    """Certificates to trust in place of public authorities: a file, where it is relative, to the study's folder."""

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not self.embedded and not self.url:
            raise ValueError("has no url, and is not embedded: which server is it?")
        return self


class ExportTarget(BaseModel):
    """An export that is made again and again: where to, and what it holds; the words are those of ``loop.export``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: str = Field(min_length=1)
    text: bool = True
    notes: bool = False
    redact: bool = False
    public: bool = False
    identities: bool = False
    attributes: bool = False
    dawid_skene: bool = False
    zeros: bool = False


class Settings(About):
    """The settings of a study, and what it says of itself.

    ``rounds`` mirrors what was decided at each push; the database is what counts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    label_studio: ServerSettings = ServerSettings()
    exports: Annotated[
        Annotated[str, Tag("folder")] | Annotated[dict[str, ExportTarget], Tag("targets")],
        Discriminator(lambda value: "targets" if isinstance(value, Mapping) else "folder"),
    ] = "exports"
    """A folder; or targets by name, each with a folder of its own."""
    rounds: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @property
    def about(self) -> About:
        """What it says of itself, alone."""
        return About(**{name: getattr(self, name) for name in About.model_fields})

    @model_validator(mode="after")
    def _apart(self) -> Self:
        folders = [] if isinstance(self.exports, str) else [target.folder for target in self.exports.values()]
        if self.exports == {}:
            raise ValueError("exports names no folder")
        if len({*folders}) < len(folders):
            raise ValueError("exports has one folder under several names: what is in one is passed on together")
        return self


def initial(name: str, *, exports: str) -> str:
    """Return the text of a new study's ``study.yaml``."""
    return (
        f"name: {_scalar(name)}\n"
        "label_studio:\n"
        "  embedded: true        # `intercoder server start`; `intercoder connect URL` uses another one\n"
        "  blind: true           # who codes sees and changes only their own answers; counts from the next start on\n"
        f"exports: {_scalar(exports)}  # where `intercoder export` writes, relative to this file\n"
        "# licence: CC-BY-4.0   # what others may do with the exports; also contributors, funder, contact, sources\n"
        "# What `intercoder push` decided for each round is written here for you to read:\n"
        "rounds: {}\n"
    )


def read(path: Path) -> Settings:
    """Return the settings in ``study.yaml``; every fault of the file at once."""
    document = _load(path)
    try:
        return Settings.model_validate(document)
    except ValidationError as invalid:
        faults = tuple(_faults(invalid))
        raise BadInput(f"{path} cannot be used as it is", faults=faults, todo=_MEND) from None


_MEND = "Mend it, or put back a copy; then run this again."
_WANTED = {"bool": "true or false", "string": "text", "int": "a whole number", "float": "a number", "list": "a list"}
_SAID = {
    "missing": "is missing",
    "extra_forbidden": "is no setting of a study",  # without its value: it may be a token pasted in the wrong place
    "model_type": "must be a mapping",
    "dict_type": "must be a mapping",
    "string_too_short": "is empty",
    "value_error": "{error}",
}


def _faults(invalid: ValidationError) -> Iterator[Fault]:
    for error in invalid.errors():
        known = _SAID.get(error["type"])
        wanted = _WANTED.get(error["type"].partition("_")[0], "something else")
        said = known.format(**error.get("ctx", {})) if known else f"must be {wanted}, not {error['input']!r}"
        loc = [
            part for at, part in enumerate(error["loc"]) if at != 1 or error["loc"][0] != "exports"
        ]  # without the tag
        yield Fault(".".join(map(str, loc)), said)


def update(path: Path, changes: Mapping[str, Any]) -> None:
    """Set the given keys, also inside mappings; everything else stays: the lead's keys, comments, order and quotes."""
    document = _load(path)
    _merge(document, changes)
    text = as_yaml(document)
    if text == path.read_text(encoding="utf-8"):
        return
    write_whole(path, text.encode())


def rename_round(path: Path, name: str, new: str) -> None:
    """Call what was decided for a round by its new name, at its place, if it stands there under the old one.

    Rounds that repeat it say the new name, too.
    """
    document = _load(path)
    decided = document.get("rounds")
    if not isinstance(decided, MutableMapping):
        return
    repeats = [one for one in decided.values() if isinstance(one, MutableMapping) and one.get("repeat_of") == name]
    if name not in decided and not repeats:
        return
    for one in repeats:
        one["repeat_of"] = new
    if name in decided:
        entries = [(new if key == name else key, value) for key, value in decided.items() if key != new]
        decided.clear()
        decided.update(entries)
    write_whole(path, as_yaml(document).encode())


def _merge(document: MutableMapping[str, Any], changes: Mapping[str, Any]) -> None:
    for key, value in changes.items():
        before = document.get(key)
        if isinstance(value, Mapping) and isinstance(before, MutableMapping) and before:
            _merge(before, value)
        elif key not in document or before != value:
            document[key] = value


def _load(path: Path) -> dict[str, Any]:
    try:
        document = kept_as_written(path.read_text(encoding="utf-8"), _BOUNDS)
    except OSError as fault:
        raise unreadable(path, fault) from None
    except UnicodeDecodeError as fault:
        raise BadInput(f"{path} is not UTF-8 (byte {fault.start})", todo="Save it as UTF-8.") from None
    except NotYaml as refused:
        place = f"{path}:{refused.line}:{refused.column}"
        raise BadInput(
            f"{path} cannot be read as YAML", faults=[Fault(place, f"it {refused.said}")], todo=_MEND
        ) from None
    if not isinstance(document, dict):
        raise BadInput(f"{path} must be a mapping with at least `name:`", todo=_MEND)
    return document


def _scalar(text: str) -> str:
    """The text as YAML: plain where that is safe, in double quotes (as JSON has them) otherwise."""
    safe = text.isascii() and as_yaml({"name": text}) == f"name: {text}\n"
    return text if safe else json.dumps(text, ensure_ascii=False)
