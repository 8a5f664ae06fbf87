"""Where a table is that is too large to be read, or that lives elsewhere, as it is named on the command line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from toolkit.errors import BadInput

STORES = ("s3", "gs", "gcs", "abfs", "abfss")
TABLE = "::"
"""What stands between a database and one of its tables."""
NAME_FILES = "Name a file, a folder, or a pattern in quotes."

_LIMIT = Path("/sys/fs/cgroup/memory.max")
_BYTES_A_ROW = 200
_SHARE_OF_MEMORY = 4
_QUERY = re.compile(r"\?[\w-]+=.*")
_LEAST_MASKED = 3


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table is: as it was named, and what it is called in reports and messages, where no password stands."""

    named: str

    @property
    def scheme(self) -> str:
        """What stands before ``://``; empty for files of this machine."""
        return self.named.partition("://")[0] if "://" in self.named else ""

    @property
    def path(self) -> str:
        """What stands behind ``://``, without login and query: ``bucket/labels/*.parquet``."""
        behind = self.named.partition("://")[2] if self.scheme else self.named
        return _QUERY.sub("", behind.rpartition("@")[2]) if self.scheme else behind

    @property
    def login(self) -> str:
        """User and password, as they stand in the address; empty where they do not."""
        return self.named.partition("://")[2].rpartition("@")[0] if self.scheme else ""

    @property
    def is_table(self) -> bool:
        """Whether it is a table of a database: ``duckdb:///file.db::table``."""
        return bool(self.scheme) and self.scheme not in STORES

    @property
    def short(self) -> str:
        """Its last two parts, as a report is headed: ``labels/*.parquet``."""
        return self.path.rpartition(TABLE)[2] if self.is_table else "/".join(PurePosixPath(self.path).parts[-2:])

    @property
    def name(self) -> str:
        """It without user, password and whatever else an address says of a login."""
        return f"{self.scheme}://{self.path}" if self.scheme else self.named

    def without_secrets(self, text: str) -> str:
        """Return a text of somebody else without what the address says of a login."""
        query = _QUERY.search(self.named)
        values = [pair.partition("=")[2] for pair in query[0][1:].split("&")] if query else []
        said = [self.login, *self.login.split(":", maxsplit=1), *values]
        hidden = {form for one in said for form in (one, unquote(one)) if len(form) >= _LEAST_MASKED}
        for one in sorted(hidden, key=len, reverse=True):
            text = text.replace(one, "***")
        return text


def is_elsewhere(named: str) -> bool:
    """Return whether it is named as no single file or folder of this machine is: a URL, or a pattern of files."""
    return "://" in named or (has_magic(named) and not Path(named).exists())


def is_folder_of_store(named: str) -> bool:
    """Return whether an address in an object store names neither a Parquet file nor a pattern of files.

    >>> [is_folder_of_store(f"s3://bucket/{name}") for name in ("study/v1", "study/v1/answers.parquet", "*.parquet")]
    [True, False, False]
    """
    source = Source(named)
    return source.scheme in STORES and not is_parquet(source.path) and not has_magic(source.path)


def holds_parquet(folder: Path) -> bool:
    """Return whether Parquet files lie in the folder, or below it."""
    return next(_below(folder), None) is not None


def files_of(source: Source) -> list[str]:
    """Return the Parquet files of this machine that a file, a folder or a pattern names. Raise BadInput on none."""
    path = Path(source.named)
    if path.is_dir():
        found = sorted(_below(path))
    elif path.exists() or not has_magic(source.named):
        found = [source.named] if path.exists() else []
    else:
        named = glob(source.named, recursive=True)  # noqa: PTH207 - Path.glob takes no pattern from the root
        found = sorted(one for one in named if Path(one).is_file())
    if not found:
        raise BadInput(f"there is no Parquet file at {source.name}", todo=NAME_FILES)
    if others := [file for file in found if not is_parquet(file)]:
        raise BadInput(f"{others[0]} is no Parquet file", todo="Engines read Parquet: write it as that first.")
    return found


def _below(folder: Path) -> Iterator[str]:
    """Every Parquet file in a folder and below it, links followed once, hidden ones left out."""
    seen = set[str]()
    for above, folders, names in os.walk(folder, followlinks=True):
        here = os.path.realpath(above)
        folders[:] = [] if here in seen else [name for name in folders if not is_hidden([name])]
        if here not in seen:
            yield from (str(Path(above, name)) for name in names if is_parquet(name) and not is_hidden([name]))
        seen.add(here)


def is_parquet(name: str) -> bool:
    """Return whether a file is called as Parquet files are."""
    return name.lower().endswith(".parquet")


def is_hidden(parts: Iterable[str]) -> bool:
    """Return whether any part of a path is what programs keep to themselves: ``.ipynb_checkpoints``, ``_temporary``."""
    return any(part.startswith((".", "_")) for part in parts)


def is_beyond_memory(path: Path) -> bool:
    """Return whether a Parquet file has more rows than a quarter of the machine's memory holds, at 200 bytes each."""
    import pyarrow as pa
    import pyarrow.parquet

    try:
        rows: int = pyarrow.parquet.read_metadata(path).num_rows
    except (pa.ArrowException, OSError):  # who reads it says what is wrong
        return False
    return rows * _BYTES_A_ROW * _SHARE_OF_MEMORY > memory()


def memory() -> int:
    """Return the bytes of memory of this machine, or of the container this runs in, where that has less."""
    of_machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = _LIMIT.read_text(encoding="utf-8").strip()
    except OSError:
        return of_machine
    return min(of_machine, int(limit)) if limit.isdecimal() else of_machine


def matching(path: str) -> tuple[str, re.Pattern[str]]:
    """Return the folder below which everything lies that a pattern of an object store names, and the pattern: a star is
    anything within a name, two are any folders.

    >>> below, pattern = matching("bucket/labels/*/day-?.parquet")
    >>> below, bool(pattern.fullmatch("bucket/labels/a/day-1.parquet"))
    ('bucket/labels', True)
    >>> bool(pattern.fullmatch("bucket/labels/a/b/day-1.parquet"))
    False
    """
    spelled = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/?|\*|\?|\[[^]]+\])", path)
    pattern = "".join(spelled.get(part, _letters(part)) for part in parts)
    return str(PurePosixPath(*_before_magic(path))), re.compile(pattern)


def _letters(part: str) -> str:
    """A class of letters, or text as it stands."""
    if not part.startswith("["):
        return re.escape(part)
    return "[^" + re.escape(part[2:-1]).replace(r"\-", "-") + "]" if part[1] == "!" else part


def _before_magic(path: str) -> Iterator[str]:
    for part in PurePosixPath(path).parts:
        if has_magic(part):
            return
        yield part
