"""The page on a round, from a notebook or a pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from toolkit.api.study import Export, PathName
from toolkit.errors import UsageError
from toolkit.loop.agreement.request import REPLICATES
from toolkit.loop.report import ReportRequest, report_export, report_study
from toolkit.study.folder import Study

if TYPE_CHECKING:
    from toolkit.report.study_page.files import WrittenReport


def report(
    source: Study | Export,
    to: PathName | None = None,
    *,
    round: str | None = None,
    format: Literal["html", "md"] = "html",
    figures: PathName | None = None,
    text: bool = True,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> WrittenReport:
    """Write the report on a round of a study or an export to a file, its pictures to a folder, or both; return where.

    Without ``text`` nothing of it holds words of articles. The same source gives the same bytes. Raise ``UsageError``
    where there is no such round, or neither ``to`` nor ``figures`` is given; ``BadInput`` for a place that cannot be
    written to.
    """
    if to is None and figures is None:
        raise UsageError("a report is written somewhere", todo="Name a file with `to=`, or a folder with `figures=`.")
    # what draws is an extra, and takes a second to load: all else here works without it
    from toolkit.report.study_page.files import write_report  # noqa: PLC0415

    request = ReportRequest(round_name=round, replicates=replicates, seed=seed)
    told = report_export(source.folder, request) if isinstance(source, Export) else report_study(source, request)
    return write_report(
        told,
        to=None if to is None else Path(to),
        figures=None if figures is None else Path(figures),
        format=format,
        with_text=text,
    )
