"""Reports that several tests look at: written once a session."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from toolkit.files.csv_lines import csv_line
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.table import TableScale
from toolkit.loop.report import StudyReport, report_study, report_table
from toolkit.report.study_page.files import write_report
from toolkit.study.folder import Study
from toolkit.tables.rows import LongColumns


def written(study: Study, to: Path, *, with_text: bool = True) -> Path:
    """The page of a study's round, in a file."""
    write_report(report_study(study), to=to, with_text=with_text)
    return to


def data_in(page: str) -> dict[str, Any]:
    """What a page holds for its list of sentences."""
    found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(found[1])))
    return data


def told_of_table(
    folder: Path,
    rows: Iterable[Sequence[str]],
    *,
    level: str = "nominal",
    clustered: bool = False,
    request: AgreementRequest | None = None,
    **scale: Any,
) -> StudyReport:
    """The report of a table of question, unit, annotator and value, and of what is resampled whole where there is any;
    of spans of where they start and end, and how long the unit is.
    """
    spans = ("start", "end", "length") if level == "span" else ()
    names = ("question", "unit", "annotator", "value", *(("cluster",) if clustered else ()), *spans)
    table = folder / "table.csv"
    table.write_text("".join(csv_line(row) for row in (names, *rows)), encoding="utf-8")
    more = {name: name for name in names if name not in {"unit", "annotator", "value"}}
    columns = LongColumns(unit="unit", annotator="annotator", value="value", **more)
    asked = request or AgreementRequest(clustered=clustered)
    return report_table(table, columns, TableScale(level=level, **scale), asked)


def page_of_table(folder: Path, rows: Iterable[Sequence[str]], **described: Any) -> str:
    """The page of that report."""
    return page_told(folder, told_of_table(folder, rows, **described))


def page_told(folder: Path, told: StudyReport) -> str:
    """The page of a report."""
    write_report(told, to=folder / "page.html")
    return (folder / "page.html").read_text(encoding="utf-8")
