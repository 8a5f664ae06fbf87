"""``manifest.json``: every file of a version with its hash, and what the version was made from and with."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from toolkit import __version__
from toolkit.codebook.model import Codebook
from toolkit.study.about import About

MANIFEST_VERSION = 1
_HEX = r"^[0-9a-f]{64}$"
_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
_COMPUTED_WITH = ("pyarrow", "numpy", "krippendorff", "nupunkt")


class Options(BaseModel):
    """What was asked for. Without ``text`` no words of articles are in it, without ``notes`` none of annotators; with
    ``identities`` addresses are, with ``attributes`` what is known of annotators; with ``redact`` what people wrote
    stands without what says who somebody is; with ``public`` names of annotations and moments are none of the server's;
    with ``zeros`` soft labels have the categories nobody chose.
    """

    model_config = _STRICT

    text: bool = True
    notes: bool = True  # exports from before it could be said have them
    identities: bool = False
    redact: bool = False
    public: bool = False
    dawid_skene: bool = False
    zeros: bool = False
    attributes: bool = False
    replicates: int = Field(ge=0)
    seed: int = Field(ge=0)


class ExportedFile(BaseModel):
    """One file of a version; a table also has its rows, the version and hash of its schema, and of each column the
    SHA-256 of its values.
    """

    model_config = _STRICT

    path: str
    bytes: int
    sha256: str = Field(pattern=_HEX)
    table: str | None = None
    rows: int | None = None
    schema_version: int | None = None
    schema_sha256: str | None = None
    columns: Mapping[str, str] | None = None


class RoundState(BaseModel):
    """A round as it was pulled: everything that changed on its server up to the watermark (the server's clock) is in.

    Where ``read_from`` is a file the watermark is when its newest annotation was saved, and what it lacked is not in.
    The codebook is the one in force; null where the study has none for the round.
    """

    model_config = _STRICT

    round: str
    watermark: str | None
    read_from: Literal["server", "file"] | None = None
    codebook: str | None = None
    codebook_version: str | None = None
    codebook_hash: str | None = None
    codebook_file: str | None = None


class FormerVersion(BaseModel):
    """The version that this one came after, and the SHA-256 (hex) of its manifest's bytes."""

    model_config = _STRICT

    version: int = Field(ge=1)
    manifest_sha256: str = Field(pattern=_HEX)


@dataclass(frozen=True, slots=True)
class Watermark:
    """Up to which moment of its server's clock (ISO 8601, or the day) a round is known, and what from."""

    moment: str | None = None
    read_from: Literal["server", "file"] | None = None


class Manifest(BaseModel):
    """Everything to know about a version without opening its tables.

    ``about`` is what ``study.yaml`` says of licence, people and sources.
    ``former`` vouches for the version before it; the first one has none, and those of before it could be said.
    ``semantic_version`` says what the version asks of whoever read the one before it: its first number is another where
    a table changed in a way that breaks readers, its second where there is more to read, its third where only rows are
    others.
    ``codebooks`` gives, by the hash of the codebook an annotation was made under, the file its answers are read under:
    the newest codebook of its round, under which earlier answers stay valid. ``withheld`` counts the values that are
    left out, by table and column. ``looked_through`` names the columns in which nothing that says who somebody is was
    found, or which were ``redacted`` so often.
    """

    model_config = _STRICT

    manifest_version: int
    study: str
    study_id: str
    about: About = About()
    version: int = Field(ge=1)
    semantic_version: str | None = Field(None, pattern=r"^[1-9][0-9]{0,5}(\.[0-9]{1,6}){2}$")
    former: FormerVersion | None = None
    content_sha256: str = Field(pattern=_HEX)
    options: Options
    rounds: tuple[RoundState, ...]
    codebooks: Mapping[str, str]
    withheld: Mapping[str, int] = {}
    looked_through: tuple[str, ...] = ()
    redacted: Mapping[str, int] = {}
    tools: Mapping[str, str]
    files: tuple[ExportedFile, ...]

    @property
    def tables(self) -> dict[str, ExportedFile]:
        """The files that are tables, by table name."""
        return {file.table: file for file in self.files if file.table is not None}

    def text(self) -> str:
        """Return the manifest as it is written."""
        return json.dumps(self.model_dump(mode="json", exclude_none=False), ensure_ascii=False, indent=2) + "\n"


def read_manifest(path: Path) -> Manifest:
    """Return the manifest in a file.

    Raises:
        ValueError: when it is not JSON, or not a manifest.
        OSError: when it cannot be read.

    """
    return Manifest.model_validate_json(path.read_bytes())


def round_states(
    watermarks: Mapping[str, Watermark], files: Mapping[str, str], in_force: Mapping[str, Codebook]
) -> tuple[RoundState, ...]:
    """Return every round with its watermark, and the codebook in force with the file it is in; in the order of
    watermarks.
    """
    return tuple(_state(name, mark, in_force.get(name), files.get(name)) for name, mark in watermarks.items())


def _state(name: str, mark: Watermark, book: Codebook | None, file: str | None) -> RoundState:
    if book is None:
        return RoundState(round=name, watermark=mark.moment, read_from=mark.read_from)
    return RoundState(
        round=name,
        watermark=mark.moment,
        read_from=mark.read_from,
        codebook=book.name,
        codebook_version=book.version,
        codebook_hash=book.hash,
        codebook_file=file,
    )


def tools() -> dict[str, str]:
    """Return what the files were made with; under the same versions the same study gives the same bytes."""
    found = {"intercoder": __version__, "python": ".".join(platform.python_version_tuple()[:2])}
    for name in _COMPUTED_WITH:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # an optional one
            continue
    return found


def described(folder: Path, names: Iterable[str]) -> list[ExportedFile]:
    """Return the size and hash of files in a folder that are no tables."""
    return [ExportedFile(path=name, **_facts(folder / name)) for name in names]


def table_file(path: Path, *, rows: int, metadata: Mapping[bytes, bytes], columns: Mapping[str, str]) -> ExportedFile:
    """Return size, hash, rows, schema and hashes of columns of a table's file; ``metadata`` are those of its Arrow
    schema.
    """
    return ExportedFile(
        path=path.name,
        **_facts(path),
        table=path.stem,
        rows=rows,
        schema_version=int(metadata.get(b"intercoder.schema_version", b"0")),
        schema_sha256=metadata.get(b"intercoder.schema_sha256", b"").decode(),
        columns=columns,
    )


def file_hash(path: Path) -> str:
    """Return the SHA-256 (hex) of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def ordered(files: Sequence[ExportedFile]) -> tuple[ExportedFile, ...]:
    """Return files in the order a manifest has them: tables first, by name."""
    return tuple(sorted(files, key=lambda file: (file.table is None, file.path)))


def _facts(path: Path) -> dict[str, str | int]:
    return {"bytes": path.stat().st_size, "sha256": file_hash(path)}
