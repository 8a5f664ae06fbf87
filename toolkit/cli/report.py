"""``intercoder report``."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from toolkit.cli.agreement_options import refuse, refuse_empty
from toolkit.cli.agreement_sources import OnRepeat, columns_and_scale, is_of_study
from toolkit.cli.options import RoundOption, StudyOption, chosen_study
from toolkit.cli.streams import progress_bar, tell
from toolkit.cli.table_options import (
    AnnotatorOption,
    CategoriesOption,
    EndOption,
    LengthOption,
    LevelOption,
    MissingOption,
    OnRepeatOption,
    OrderOption,
    QuestionOption,
    SetSeparatorOption,
    SpanIdOption,
    StartOption,
    TargetOption,
    UnitOption,
    ValueOption,
    WeightTableOption,
    described,
)
from toolkit.errors import IntercoderError, UsageError

if TYPE_CHECKING:
    from toolkit.loop.report import StudyReport
    from toolkit.study.folder import Study


class ReportFormat(StrEnum):
    """What a report is written in."""

    html = "html"
    md = "md"


def report(
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="[STUDY|EXPORT|TABLE]",
            help="A study's or an export's folder, or a Parquet, CSV or JSON-lines file; by default the study here.",
        ),
    ] = None,
    *,
    round: RoundOption = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it; by default report-ROUND.html in the study.")
    ] = None,
    no_text: Annotated[bool, typer.Option("--no-text", help="Without words of articles.")] = False,
    format: Annotated[
        ReportFormat | None, typer.Option("--format", help="One page that opens anywhere, or Markdown.")
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the pictures as SVG and PNG; alone, unless a page is asked for too."),
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in your browser.")] = False,
    bootstrap: Annotated[int, typer.Option(metavar="N", min=0, help="Bootstrap replicates; 0: no intervals.")] = 2000,
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="Seed of the bootstrap.")] = 0,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="COL", help="Of a table: what is resampled whole.", rich_help_panel="Any long table"),
    ] = None,
    target: TargetOption = None,
    unit: UnitOption = None,
    annotator: AnnotatorOption = None,
    value: ValueOption = None,
    question: QuestionOption = None,
    level: LevelOption = None,
    order: OrderOption = None,
    categories: CategoriesOption = None,
    missing: MissingOption = None,
    set_separator: SetSeparatorOption = None,
    on_repeat: OnRepeatOption = OnRepeat.error,
    weight_table: WeightTableOption = None,
    start: StartOption = None,
    end: EndOption = None,
    length: LengthOption = None,
    span_id: SpanIdOption = None,
    study: StudyOption = None,
) -> None:
    """Write one page on a round: can it be relied on, where not, why, and what was coded."""
    of_table = described(
        unit=unit,
        annotator=annotator,
        value=value,
        question=question,
        level=level,
        order=order,
        categories=categories,
        missing=missing,
        set_separator=set_separator,
        on_repeat=None if on_repeat is OnRepeat.error else on_repeat,
        weight_table=weight_table,
        start=start,
        end=end,
        length=length,
        span_id=span_id,
    )
    only_table = {**of_table, "--target": target, "--cluster": cluster}
    refuse_empty({**only_table, "--round": round})
    if source is not None:
        refuse({"--study": study}, f"not for {source}, which is read wherever you are")
    chosen = format or (ReportFormat.md if to is not None and to.suffix.lower() == ".md" else ReportFormat.html)
    pictures_alone = figures is not None and to is None and format is None and not open_
    if open_ and chosen is not ReportFormat.html:
        raise UsageError("--open is for a page, and that is not what is written", todo="Leave out --format md.")
    check_place(to)
    if source is None or source.is_dir():
        refuse(only_table, "for tables: name a Parquet, CSV or JSON-lines file")
        told, folder = _of_rounds(source, study, round, bootstrap, seed)
    else:
        refuse({"--round": round}, "for studies and exports: a table has no rounds")
        told, folder = _of_table(source, {**of_table, "--target": target}, cluster, bootstrap, seed), Path()
    page = to or (
        None if pictures_alone else folder / f"report{'' if told.round is None else f'-{told.round}'}.{chosen}"
    )
    _write(told, page, figures, chosen, with_text=not no_text)
    if open_ and page is not None:
        _open(page)


def check_place(to: Path | None) -> None:
    """Raise ``UsageError`` where a page cannot be put."""
    if to is not None and (to.is_dir() or not to.absolute().parent.is_dir()):
        raise UsageError(
            f"{to} cannot be written: {'it is a folder' if to.is_dir() else 'there is no such folder'}",
            todo="Name a file in a folder that is there.",
        )


def _of_rounds(
    source: Path | None, study: Path | None, round: str | None, replicates: int, seed: int
) -> tuple[StudyReport, Path]:
    """The report, and the folder it is written to by default: a study's own, for an export the one you are in."""
    from toolkit.loop.report import ReportRequest, report_export, report_study

    request = ReportRequest(round_name=round, replicates=replicates, seed=seed)
    with progress_bar() as progress:
        if source is None or is_of_study(source):
            chosen = chosen_study(source or study)
            return report_study(chosen, request, progress=progress), chosen.folder
        return report_export(source, request, progress=progress), Path()


def _of_table(path: Path, given: dict[str, object], cluster: str | None, replicates: int, seed: int) -> StudyReport:
    from toolkit.loop.agreement.request import AgreementRequest
    from toolkit.loop.report import report_table

    targets: Any = given["--target"]
    request = AgreementRequest(
        clustered=cluster is not None, replicates=replicates, seed=seed, targets=tuple(targets or ())
    )
    columns, scale = columns_and_scale(given, cluster, request)
    with progress_bar() as progress:
        return report_table(path, columns, scale, request, progress=progress)


def _write(
    told: StudyReport, page: Path | None, figures: Path | None, chosen: ReportFormat, *, with_text: bool
) -> None:
    from toolkit.report.study_page.files import write_report

    written = write_report(told, to=page, figures=figures, format=chosen.value, with_text=with_text)
    if written.page is not None:
        tell(f"Written to {written.page}.")
    if figures is not None:
        tell(f"{len(written.figures) // 2} pictures written to {figures}, each as SVG and PNG.")


def _open(page: Path) -> None:
    import webbrowser

    address = page.resolve().as_uri()
    if not webbrowser.open(address):
        tell(f"No browser could be opened. It is here: {address}")


def check_can_be_drawn() -> None:
    """Raise ``UsageError`` where what draws pictures is not installed."""
    for needed in ("grammar", "rendering"):
        import_module(f"toolkit.report.charts.{needed}")


def write_study_report(study: Study, round_name: str | None, to: Path) -> None:
    """Write the page of a round that is being coded; what keeps it from being written is told, and no more."""
    from toolkit.loop.report import ReportRequest, report_study
    from toolkit.report.study_page.files import write_report

    chosen: Literal["html", "md"] = "md" if to.suffix.lower() == ".md" else "html"
    try:
        write_report(report_study(study, ReportRequest(round_name=round_name)), to=to, format=chosen)
    except IntercoderError as fault:
        tell(f"No report this time: {fault.what}")
