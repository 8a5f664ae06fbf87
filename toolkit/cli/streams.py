"""What reaches the terminal: data on stdout, everything else on stderr, progress only where somebody watches."""

from __future__ import annotations

import dataclasses
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from toolkit.errors import UsageError
from toolkit.files.csv_lines import csv_line, inert
from toolkit.loop.progress import Progress

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_WIDTH_WITHOUT_TERMINAL = 80


class Format(StrEnum):
    """How a command prints its table."""

    table = "table"
    json = "json"
    csv = "csv"


def stdout() -> Console:
    """Return the console for data."""
    return _console(_data())


def stderr() -> Console:
    """Return the console for messages."""
    return _console(sys.stderr or io.StringIO())  # none where it was closed: `2>&-`


def show(*renderables: RenderableType) -> None:
    """Print data for a person to read."""
    console = stdout()
    for renderable in renderables:
        console.print(renderable)


def wait_for_the_end(word: str) -> None:
    """Wait until somebody presses Enter, or there is nobody at the other end of stdin."""
    tell(word)
    (sys.stdin or io.StringIO()).readline()


def say(text: str) -> None:
    """Print data as it is: no line is wrapped."""
    stdout().print(text, markup=False, emoji=False, soft_wrap=True)


def tell(message: str, *, passing: bool = False) -> None:
    """Print a message beside the data; a ``passing`` one, of use for the moment only, only where somebody watches."""
    console = stderr()
    if console.is_terminal or not passing:
        console.print(message, style="dim" if passing else None, markup=False, highlight=False, soft_wrap=True)


def show_json(value: object) -> None:
    """Print a value as JSON, exactly as the library returned it."""
    show_text(json_text(value))


def show_text(text: str) -> None:
    """Print lines of a file as they are."""
    _data().write(text)


def show_csv(rows: Iterable[Mapping[str, object]], *, raw: bool) -> None:
    """Print rows as CSV with a header; unless ``raw``, so that a spreadsheet takes no text for a formula."""
    for line in csv_lines(rows, raw=raw):
        _data().write(line)


def csv_lines(rows: Iterable[Mapping[str, object]], *, raw: bool) -> Iterator[str]:
    """Yield the lines of the same, each with its line break; none where there is no row."""
    rows = [{key: _cell(value, raw=raw) for key, value in row.items()} for row in rows]
    if rows:
        names = list(rows[0])
        yield from (
            csv_line([record[name] for name in names]) for record in (dict(zip(names, names, strict=True)), *rows)
        )


def printed(*renderables: RenderableType) -> str:
    """Return what ``show`` would print where nobody watches: in 80 columns, without colours."""
    text = io.StringIO()
    console = _console(text)
    for renderable in renderables:
        console.print(renderable)
    return text.getvalue()


def json_text(value: object) -> str:
    """Return a value as JSON, exactly as the library returned it."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def show_bytes(data: bytes, *, what: str = "Parquet", file: str = "agreement.parquet") -> None:
    """Write a file's bytes to stdout, unless a person would see them."""
    check_destination(is_binary=True, what=what, file=file)
    sys.stdout.buffer.write(data)


def check_destination(*, is_binary: bool, what: str = "Parquet", file: str = "agreement.parquet") -> None:
    """Raise ``UsageError`` unless stdout takes data of this kind: said before they are computed."""
    if _data().isatty() and is_binary:
        raise UsageError(f"{what} cannot be read on a screen", todo=f"Send it to a file: … > {file}")


def plain(value: object) -> Any:
    """Return a record as dictionaries, lists and JSON's own values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    for listing in ("to_pylist", "tolist"):  # a table: its rows; an array of numbers
        if hasattr(value, listing):
            return plain(getattr(value, listing)())
    return str(value) if isinstance(value, Path) else value


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Yield a callback that draws a bar on stderr; silent when nobody watches."""
    console = stderr()
    if not console.is_terminal:
        yield lambda _what, _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    bars = Bars(*columns, console=console, transient=True)
    known: dict[str, Any] = {}

    def advance(what: str, done: int, total: int | None) -> None:
        if not known:
            bars.start()  # not before there is something to show: messages printed until then stay whole
        if what not in known:
            known[what] = bars.add_task(what, total=total)
        bars.update(known[what], completed=done, total=total)

    try:
        yield advance
    finally:
        if known:
            bars.stop()


def _data() -> TextIO:
    stream: TextIO | None = sys.stdout  # none where it was closed: `>&-`
    if stream is None:
        raise UsageError("there is nowhere to print to: standard output is closed", todo="Send it to a file: … > FILE")
    return stream


def _console(stream: Any) -> Console:
    from rich.console import Console

    width = None if stream.isatty() else _WIDTH_WITHOUT_TERMINAL
    console = Console(file=stream, width=width, highlight=False)
    console.on_broken_pipe = _reader_gone  # type: ignore[method-assign]  # rich would exit with 1
    return console


def _reader_gone() -> None:
    from toolkit.cli.interruption import ReaderGone

    raise ReaderGone


def _cell(value: object, *, raw: bool) -> object:
    if isinstance(value, Mapping | list | tuple):
        value = json.dumps(plain(value), ensure_ascii=False)
    return value if raw or not isinstance(value, str) else inert(value)
