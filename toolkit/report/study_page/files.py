"""Reports as files: each whole or not there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from toolkit.errors import BadInput
from toolkit.files.local import refuse_address
from toolkit.files.whole import write_whole
from toolkit.loop.report import StudyReport
from toolkit.report.charts.rendering import as_png, drawn
from toolkit.report.study_page.as_html import report_html
from toolkit.report.study_page.as_markdown import report_markdown
from toolkit.report.study_page.shown import Shown, shown
from toolkit.report.study_page.told import each_told, figures_of

Format = Literal["html", "md"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReport:
    """What was written, and where."""

    page: Path | None
    figures: tuple[Path, ...] = ()


def write_report(
    report: StudyReport,
    *,
    to: Path | None,
    figures: Path | None = None,
    format: Format = "html",
    with_text: bool = True,
) -> WrittenReport:
    """Write the page to a file, and its figures to a folder as SVG and PNG, each in place of a former one.

    Without ``with_text`` nothing of it holds words of articles. The same report gives the same bytes. Raise
    ``BadInput`` where a place cannot be written to.
    """
    told = shown(report, with_text=with_text)
    try:
        written = {} if figures is None else _figures(told, figures)
        if to is not None:
            pictures = {name: _address(svg, to.absolute().parent) for name, (svg, _) in written.items()}
            page = report_html(told) if format == "html" else report_markdown(told, pictures=pictures)
            write_whole(to, page.encode())
    except OSError as fault:
        place = fault.filename or to or figures
        raise BadInput(
            f"{place} cannot be written to: {os.strerror(fault.errno or 0)}",
            todo="Is the folder there and yours, and is there space? Then run this again.",
        ) from None
    return WrittenReport(page=to, figures=tuple(path for both in written.values() for path in both))


def _address(file: Path, folder: Path) -> str:
    """Where a file is, seen from a folder, as it is written in a link: a space or a bracket would end that."""
    return quote(Path(os.path.relpath(file.absolute(), folder)).as_posix())


def _figures(told: Shown, folder: Path) -> Mapping[str, tuple[Path, Path]]:
    refuse_address(folder)
    folder.mkdir(parents=True, exist_ok=True)
    every = [figure for _, blocks in each_told(told) for figure in figures_of(blocks)]
    svgs = drawn(every)
    found: dict[str, tuple[Path, Path]] = {}
    for figure in every:
        svg, png = folder / f"{figure.name}.svg", folder / f"{figure.name}.png"
        write_whole(svg, svgs[figure.name].encode())
        write_whole(png, as_png(figure))
        found[figure.name] = svg, png
    return found
