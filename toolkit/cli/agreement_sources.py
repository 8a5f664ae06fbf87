"""Where ``agree`` takes its answers from: a study, an export, a project's file or any long table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.cli.agreement_options import listed
from toolkit.cli.options import chosen_study, token_of
from toolkit.cli.pandas_left_out import pandas_left_out
from toolkit.cli.streams import progress_bar, tell
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.loop.agreement.report import AgreementReport
    from toolkit.loop.agreement.request import AgreementRequest
    from toolkit.loop.agreement.table import TableScale
    from toolkit.tables.rows import LongColumns


class OnRepeat(StrEnum):
    """Which of an annotator's values for one unit counts."""

    error = "error"
    latest = "latest"
    first = "first"


class Engine(StrEnum):
    """What counts the rows of a table that is not read into memory."""

    duckdb = "duckdb"
    polars = "polars"
    spark = "spark"


def is_on_engine(named: str, engine: Engine | None, *, is_described: bool) -> bool:
    """Return whether a table is counted where it is: it is elsewhere, is several files, or an engine is asked for.

    A folder that is no study and no export is one of Parquet files where its columns are described.
    """
    from toolkit.tables.frames.sources import holds_parquet, is_elsewhere

    if is_elsewhere(named):
        return True
    path = Path(named)
    if path.is_dir():
        from toolkit.export.writing.versions import is_export

        return is_described and not is_of_study(path) and not is_export(path) and holds_parquet(path)
    return engine is not None


def agreement_of_engine(
    named: str, engine: Engine | None, given: Mapping[str, Any], cluster: str | None, request: AgreementRequest
) -> AgreementReport:
    """Return the agreement in a long table that an engine counts; ``given`` are the options that describe it."""
    from toolkit.tables.frames.sources import is_folder_of_store

    may_be_export = is_folder_of_store(named)
    columns, scale = columns_and_scale(given, cluster, request, may_be_export=may_be_export)
    return _counted(named, engine, columns, scale, request)


def _counted(
    named: str, engine: Engine | None, columns: LongColumns, scale: TableScale, request: AgreementRequest
) -> AgreementReport:
    from toolkit.loop.agreement.frame import agree_source

    with progress_bar() as progress:
        return agree_source(named, engine, columns, scale, request, progress=progress)


def _had_better_be_counted(path: Path, scale: TableScale, request: AgreementRequest) -> bool:
    """Whether a table has more rows than memory holds, and the engine that reads more is there and answers all."""
    if path.suffix.lower() != ".parquet":
        return False
    from toolkit.tables.frames.sources import is_beyond_memory

    if not is_beyond_memory(path) or find_spec("narwhals") is None or find_spec("duckdb") is None:
        return False
    from toolkit.loop.agreement.frame import in_memory_only

    return not in_memory_only(scale, request)


def is_of_study(source: Path | None) -> bool:
    """Return whether it is a study that is looked at: the one here, or the folder named."""
    if source is None or not source.is_dir():  # for a file no study's settings need to be read
        return source is None
    from toolkit.study.folder import is_study

    return is_study(source)


def check_cluster(cluster: str | None) -> None:
    """Raise ``UsageError`` for what sentences of a study or an export do not lie in."""
    if cluster not in {None, "article", "none"}:
        raise UsageError(f"--cluster is 'article' or 'none' here, not {cluster!r}", todo="Leave it out for articles.")


def agreement_of_rounds(
    source: Path | None, study: Path | None, cluster: str | None, request: AgreementRequest
) -> AgreementReport:
    """Return the agreement of a round of a study, or of an export's folder."""
    from toolkit.loop.agreement.study import agree as of_study
    from toolkit.loop.agreement.study import agree_export
    from toolkit.study.folder import is_study

    check_cluster(cluster)
    with progress_bar() as progress:
        if source is None or is_study(source):
            return of_study(chosen_study(source or study), request, progress=progress)
        return agree_export(source, request, progress=progress)


def agreement_of_project(
    path: Path,
    config: str | None,
    read: Sequence[str],
    cluster: str | None,
    request: AgreementRequest,
) -> AgreementReport:
    """Return the agreement in a project that Label Studio exported as JSON."""
    from toolkit.loop.agreement.label_studio_file import agree_label_studio

    with progress_bar() as progress:
        return agree_label_studio(
            path,
            request,
            config=None if config is None else _config(config),
            read=read,
            cluster=None if cluster == "none" else cluster,
            progress=progress,
        )


def _config(said: str) -> Path | str:
    """The file, or the text that the server has."""
    from toolkit.loop.online.project_page import labelling_config_of, project_at

    return Path(said) if project_at(said) is None else labelling_config_of(said, token_of(None))


def agreement_of_table(
    path: Path, given: Mapping[str, Any], cluster: str | None, request: AgreementRequest
) -> AgreementReport:
    """Return the agreement in a long table; ``given`` are the options that describe it, by their names."""
    from toolkit.loop.agreement.table import agree_table

    columns, scale = columns_and_scale(given, cluster, request)
    if _had_better_be_counted(path, scale, request):
        tell(f"{path} has more rows than a quarter of memory holds: DuckDB counts them (--engine duckdb).")
        try:
            return _counted(str(path), None, columns, scale, request)
        except UsageError as why:  # nobody asked for an engine, and there is more that memory can do
            tell(f"DuckDB does not: {why.what}. It is read into memory.")
    with pandas_left_out(), progress_bar() as progress:
        return agree_table(path, columns, scale, request, progress=progress)


def columns_and_scale(
    given: Mapping[str, Any], cluster: str | None, request: AgreementRequest, *, may_be_export: bool = False
) -> tuple[LongColumns, TableScale]:
    """Return what the options say of a long table: its columns, and how their values are to be read.

    Where it may be an export that lies in a store, the error of who says nothing says that none is read there.
    """
    from toolkit.loop.agreement.table import TableScale
    from toolkit.tables.rows import LongColumns

    needed = ("--unit", "--annotator", "--value")
    level: str | None = given["--level"] or ("table" if given["--weight-table"] else None)
    absent = [name for name in needed if given[name] is None]
    if absent or level is None:
        absent += [] if level else ["--level"]
        todo = "Name the columns, and the level of measurement: it decides what counts as how far apart."
        if may_be_export:
            todo += " An export in a store is not read as one: copy a version here, or name its answers.parquet."
        raise UsageError(f"a table needs {', '.join(absent)}", todo=todo)
    columns = LongColumns(
        unit=given["--unit"],
        annotator=given["--annotator"],
        value=given["--value"],
        question=given["--question"],
        cluster=None if cluster == "none" else cluster,
        start=given["--start"],
        end=given["--end"],
        length=given["--length"],
        span_id=given["--span-id"],
        by=request.by,
    )
    on_repeat: Any = given["--on-repeat"] or OnRepeat.error
    scale = TableScale(
        level=level,
        order=listed(given["--order"]),
        categories=listed(given["--categories"]),
        missing=tuple(given["--missing"] or ()),
        set_separator=given["--set-separator"],
        on_repeat=on_repeat.value,
        distances=given["--weight-table"],
    )
    return columns, scale


def addresses_of(source: Path | None, study: Path | None) -> Mapping[str, str]:
    """Return the addresses of a study's annotators by their pseudonyms."""
    from toolkit.loop.annotators import addresses

    return addresses(chosen_study(source or study))
