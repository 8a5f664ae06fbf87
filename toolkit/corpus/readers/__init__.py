"""Articles from disk: one module here per kind of file, found by the suffixes it names.

A reader is a module of this package, without a leading underscore, that has ``SUFFIXES`` (lower case, with the dot)
and ``read(path, *, columns, on_bytes)``, which yields a ``Draft`` for every article it finds and a ``Fault`` for
everything it cannot read, and calls ``on_bytes`` with how far into a long file it is. It never raises for what is in
a file. Adding one file adds a reader; there is nothing else to edit.

A file's stem is its article's id (in Unicode NFC, so that it is the same on every machine); a table's rows bring
theirs in the id column, which is kept as it is but for white space around it; an article without either, or every
article with ``ids="content"``, is named after its text. An id is at most 120 characters without control characters, and
no path that leads out of a folder (``../a``, ``/a``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Protocol, cast

from toolkit.corpus.columns import ColumnMapping, column_mapping
from toolkit.corpus.drafts import Draft, Drafted, Ids, check
from toolkit.corpus.file_names import NamePattern
from toolkit.corpus.readers._paths import find_files, printable
from toolkit.errors import Fault

__all__ = ["ColumnMapping", "Drafted", "Ids", "ReadResult", "Reading", "Repeat", "column_mapping", "read_articles",
           "reading", "suffixes"]  # fmt: skip

Progress = Callable[[int, int], None]
"""Called with the bytes read so far and the bytes there are."""


class _Reader(Protocol):
    SUFFIXES: tuple[str, ...]

    def read(
        self, path: Path, *, columns: ColumnMapping, on_bytes: Callable[[int], None]
    ) -> Iterator[Draft | Fault]: ...


@dataclass(frozen=True, slots=True)
class Repeat:
    """A text met a second time in the same input, and left out: where, and which article it repeats."""

    place: str
    article_id: str
    first_place: str


@dataclass(frozen=True, slots=True)
class OpenedInput:
    """An input about to be read: its articles, faults and repeats one by one, in memory that hardly grows with it."""

    items: Iterator[Drafted | Fault | Repeat]
    passed_over: tuple[str, ...]
    """Files of a folder or pattern that no reader knows."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The articles read, in the order of the input; every fault; what was left out without being one."""

    articles: tuple[Drafted, ...]
    faults: tuple[Fault, ...]
    repeats: tuple[Repeat, ...] = ()
    passed_over: tuple[str, ...] = ()
    """Files of a folder or pattern that no reader knows."""


@cache
def _readers() -> Mapping[str, _Reader]:
    modules = (import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__) if not m.name.startswith("_"))
    return MappingProxyType({suffix: cast("_Reader", module) for module in modules for suffix in module.SUFFIXES})


def suffixes() -> tuple[str, ...]:
    """Return every kind of file that can be read, as in ``.txt``."""
    return tuple(sorted(_readers()))


def reading(
    paths: Sequence[str | Path],
    *,
    columns: ColumnMapping,
    ids: Ids = "name",
    names: NamePattern | None = None,
    on_progress: Progress | None = None,
) -> OpenedInput:
    """Return the articles of files, folders (searched to the bottom, in the order of their names) and patterns,
    unread yet.

    Nothing raises for what is in the input: a fault is an item. Of two texts with the same id the first is kept and
    the second is a fault that names both places; of two articles with the same text the second is a repeat.
    """
    found = find_files(paths, known=suffixes())

    def items() -> Iterator[Drafted | Fault | Repeat]:
        yield from found.faults
        taken = _Taken(ids)
        total = sum(found.sizes)
        done = 0
        for path, size in zip(found.files, found.sizes, strict=True):
            on_bytes = _within(on_progress, done, size, total)
            said = None if names is None else names.values(path.stem)
            if names is not None and said is None:
                yield Fault(printable(path), f"its name is not of the form {names.written}")
                continue
            for item in _readers()[path.suffix.lower()].read(path, columns=columns, on_bytes=on_bytes):
                if isinstance(item, Fault):
                    yield item
                else:
                    yield from taken.take(item if names is None or said is None else names.into(item, said))
            done += size
            on_bytes(size)

    return OpenedInput(items(), tuple(map(printable, found.unknown)))


def read_articles(
    paths: Sequence[str | Path],
    *,
    columns: ColumnMapping,
    ids: Ids = "name",
    on_progress: Progress | None = None,
) -> ReadResult:
    """Return all that ``reading`` finds, at once."""
    found = reading(paths, columns=columns, ids=ids, on_progress=on_progress)
    articles: list[Drafted] = []
    faults: list[Fault] = []
    repeats: list[Repeat] = []
    for item in found.items:
        match item:
            case Drafted():
                articles.append(item)
            case Fault():
                faults.append(item)
            case Repeat():
                repeats.append(item)
    return ReadResult(tuple(articles), tuple(faults), tuple(repeats), found.passed_over)


def _within(on_progress: Progress | None, before: int, size: int, total: int) -> Callable[[int], None]:
    def on_bytes(read: int) -> None:
        if on_progress is not None:
            on_progress(before + min(read, size), total)

    return on_bytes


class _Taken:
    """The articles of one input as they come, each text and each id once; remembered by name and place only."""

    def __init__(self, ids: Ids) -> None:
        self._ids: Ids = ids
        self._by_text: dict[bytes, tuple[str, str]] = {}
        self._place_of: dict[str, str] = {}

    def take(self, draft: Draft) -> tuple[Drafted] | tuple[Repeat] | tuple[Fault, ...]:
        """Return the article, or what it repeats, or the faults that keep it out."""
        drafted = check(draft, ids=self._ids)
        if not isinstance(drafted, Drafted):
            return drafted
        article, place = drafted.article, drafted.place
        digest = bytes.fromhex(article.sha256)
        if (same := self._by_text.get(digest)) is not None:
            return (Repeat(place, *same),)
        if (other := self._place_of.get(article.article_id)) is not None:
            todo = "use `ids=content`, or rename one" if draft.named_by_file else "give one of them another id"
            problem = f"the id '{article.article_id}' already names another text, at {other}; {todo}"
            return (Fault(place, problem),)
        self._by_text[digest] = article.article_id, place
        self._place_of[article.article_id] = place
        return (drafted,)
