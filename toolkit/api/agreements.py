"""Agreement in a notebook: of any table, and as an object that shows itself and becomes a data frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
from rich.console import Console, Group, RenderableType
from rich.text import Text

from toolkit.agreement.estimate import Estimate
from toolkit.api.frames import arrow_table, lazy_frame, pandas_frame
from toolkit.errors import UsageError
from toolkit.export.writing.estimates import estimates_table
from toolkit.loop.agreement.frame import agree_frame, in_memory_only
from toolkit.loop.agreement.report import AgreementReport, Explained
from toolkit.loop.agreement.request import REPLICATES, AgreementRequest
from toolkit.loop.agreement.table import TableScale, agree_long
from toolkit.tables.rows import LongColumns
from toolkit.terminal.agreement.explained import explained_text
from toolkit.terminal.agreement.headline import agreement_text
from toolkit.terminal.agreement.next_steps import how_to_explain
from toolkit.words.kinds import LEVELS, headline_rows
from toolkit.words.numbers import NONE, Notes, number
from toolkit.words.reasons import nouns_of

Level = Literal["nominal", "ordinal", "interval", "ratio", "set", "taxonomy", "span"]
_WIDTH = 80


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Agreement:
    """The agreement on one or several questions: it prints as ``intercoder agree`` does, in a notebook as a table."""

    report: AgreementReport
    """Everything that was found, as the command line has it."""
    _request: AgreementRequest = field(repr=False)
    _find: Callable[[AgreementRequest], AgreementReport] = field(repr=False)

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every figure with its interval, what it rests on, and why it does not exist where it does not."""
        return self.report.estimates

    def to_frame(self) -> pd.DataFrame:
        """Return one row per estimate, in the columns of the exported table ``agreement``, as a pandas data frame."""
        return pandas_frame(self.to_arrow())

    def to_arrow(self) -> pa.Table:
        """Return the same as a PyArrow table; ``polars.from_arrow`` takes it."""
        return estimates_table(self.estimates, round_name=self.report.round)

    def explain(self, question: str) -> Explanation:
        """Say why the agreement on one question is what it is: confusions, annotators, pairs, what merging would do.

        Raise ``UsageError`` where there is no such question.
        """
        found = self._find(replace(self._request, by=(), measures=(), explain=(question,)))
        return Explanation(question, tuple(found.explained), found)

    def __str__(self) -> str:
        hint = how_to_explain(self.report, ".explain({!r})")
        return _text(Group(agreement_text(self.report), *([Text(), hint] if hint else [])))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return _html(self.report)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Explanation:
    """Why the agreement on one question is what it is; it prints as ``intercoder agree --explain`` does."""

    question: str
    parts: tuple[Explained, ...]
    """The records behind it: one, or one per label of a question about spans."""
    _report: AgreementReport = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return the estimates in it: alpha itself, by category, without each annotator, of each pair."""
        estimates = [estimate for part in self.parts for estimate in part.estimates]
        return pandas_frame(estimates_table(estimates, round_name=self._report.round))

    def __str__(self) -> str:
        nouns = nouns_of(self._report)
        return "\n".join(_text(explained_text(part, nouns=nouns)) for part in self.parts)

    __repr__ = __str__


def agreement(
    frame: Any,
    *,
    unit: str,
    annotator: str,
    value: str,
    level: Level,
    question: str | None = None,
    cluster: str | None = None,
    order: Sequence[str] = (),
    categories: Sequence[str] = (),
    missing: Sequence[str] = (),
    set_separator: str | None = None,
    on_repeat: Literal["error", "latest", "first"] = "error",
    start: str | None = None,
    end: str | None = None,
    length: str | None = None,
    span_id: str | None = None,
    by: Sequence[str] = (),
    measures: Sequence[str] = (),
    against: str | Path | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> Agreement:
    """Return the agreement in a table with one row per answer (or per marked span).

    ``frame`` is a table of pandas, Polars or PyArrow, or anything with ``__arrow_c_stream__``; or, with the extra
    ``engines``, one whose rows stay on an engine that counts them: a lazy frame of Polars, a relation of DuckDB, a
    table of PySpark, Dask or Ibis. What such a table does not answer (``against``, spans, which of two values is the
    latest, ``explain``, ``by`` more groups than an engine divides by) a relation of DuckDB is taken into memory for.
    ``unit``, ``annotator`` and ``value`` name its columns of what was coded, by whom, and how; ``question`` one that
    says to which of several questions a row belongs. With ``cluster`` (say, the article) the bootstrap resamples whole
    clusters, as it must where units of one are alike; without, single units. ``level`` is the level of measurement,
    ``order`` the categories of an ordinal scale from low to high, ``categories`` all there could be, ``missing`` values
    that are no answer on the scale. ``start``, ``end`` and ``length`` name the columns of spans, ``span_id`` one that
    the rows of one discontinuous span share. ``by`` divides units by further columns; ``measures`` asks for more than
    alpha and percent agreement: ids, or ``all``. ``against`` is a file of known answers (Parquet, CSV or JSON lines) in
    columns of the same names: accuracy, sensitivity and precision of every annotator are then among the estimates.

    Raise ``BadInput`` listing every fault of the table, ``UsageError`` where what is asked contradicts itself or needs
    rows that stay on an engine, ``TransferIncomplete`` where that breaks off, and ``TypeError`` on what is no table.
    """
    columns = LongColumns(
        unit=unit, annotator=annotator, value=value, question=question, cluster=cluster, start=start, end=end,
        length=length, span_id=span_id, by=tuple(by),
    )  # fmt: skip
    scale = TableScale(
        level=level, order=tuple(order), categories=tuple(categories), missing=tuple(missing),
        set_separator=set_separator, on_repeat=on_repeat,
    )  # fmt: skip
    request = AgreementRequest(
        by=tuple(by), measures=tuple(measures), replicates=replicates, seed=seed,
        against=None if against is None else Path(against),
    )  # fmt: skip
    lazy = lazy_frame(frame)
    if lazy is None:
        table = arrow_table(frame, columns.asked)
        return computed(partial(agree_long, table, columns, scale, source="table"), request)

    def find(asked: AgreementRequest) -> AgreementReport:
        can_be_taken = hasattr(frame, "__arrow_c_stream__")
        if not (in_memory_only(scale, asked) and can_be_taken):
            try:
                return agree_frame(lazy, columns, scale, asked, source="table")
            except UsageError:
                if not (asked.by and can_be_taken):  # memory divides by more groups than an engine
                    raise
        return agree_long(arrow_table(frame, columns.asked), columns, scale, asked, source="table")

    return computed(find, request)


def computed(find: Callable[[AgreementRequest], AgreementReport], request: AgreementRequest) -> Agreement:
    """Return the agreement that ``find`` finds, and goes on finding when a question is to be explained."""
    return Agreement(find(request), request, find)


def _text(renderable: RenderableType) -> str:
    console = Console(file=StringIO(), width=_WIDTH, color_system=None, legacy_windows=False)
    console.print(renderable)
    written: StringIO = console.file  # type: ignore[assignment]  # it was given one
    return "\n".join(line.rstrip() for line in written.getvalue().rstrip().splitlines())


def _html(report: AgreementReport) -> str:
    """The headline as an HTML table, one row per question and level, and the terminal's notes under it."""
    nouns = nouns_of(report)
    notes = Notes(nouns)
    title = "Krippendorff's alpha" + ("" if report.round is None else f", round {report.round}")
    head = ("question", "level", "alpha", "95 % interval", f"{nouns.unit}s", "annotators", "target")
    lines = ["<table>", f"<caption>{escape(title)}</caption>", f"<thead>{_cells('th', head)}</thead>", "<tbody>"]
    for row in headline_rows(report.estimates):
        alpha = row.alpha
        target = NONE if alpha.target is None else f"{number(alpha.target)} {alpha.verdict}"
        level, interval = LEVELS.get(alpha.level, alpha.level), str(notes.interval(alpha))
        counts = f"{alpha.n_pairable:,}", str(alpha.n_annotators)
        lines.append(_cells("td", (alpha.question, level, number(alpha.value), interval, *counts, target)))
    lines += ["</tbody>", "</table>"]
    return "\n".join([*lines, *(f"<div>{escape(note)}</div>" for note in notes.lines())])


def _cells(tag: str, texts: Sequence[str]) -> str:
    sides = ("left", "left", "right", "right", "right", "right", "left")
    cells = (
        f'<{tag} style="text-align: {side}; white-space: nowrap">{escape(text)}</{tag}>'
        for side, text in zip(sides, texts, strict=True)
    )
    return f"<tr>{''.join(cells)}</tr>"
