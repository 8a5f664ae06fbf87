"""``intercoder agree``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.agreement_of_several import agree_on_several, are_several
from toolkit.cli.agreement_options import (
    check_for_paper,
    check_identities,
    check_targets,
    plan_of,
    refuse,
    refuse_empty,
    tell_notes,
    tell_unvouched,
    threshold_of,
)
from toolkit.cli.agreement_sources import (
    OnRepeat,
    addresses_of,
    agreement_of_engine,
    agreement_of_project,
    agreement_of_rounds,
    agreement_of_table,
    is_of_study,
    is_on_engine,
)
from toolkit.cli.options import RawCsvOption, RoundOption, StudyOption, check_raw
from toolkit.cli.streams import check_destination, say, show, show_bytes, show_csv, show_json, tell
from toolkit.cli.table_options import (
    AnnotatorOption,
    CategoriesOption,
    EndOption,
    EngineOption,
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

if TYPE_CHECKING:
    from toolkit.loop.agreement.report import AgreementReport
    from toolkit.loop.agreement.request import AgreementRequest

_MORE = "More than the headline"
_PROJECT = "A project that Label Studio exported as JSON"


class AgreementFormat(StrEnum):
    """How agreement is printed."""

    table = "table"
    json = "json"
    csv = "csv"
    parquet = "parquet"
    latex = "latex"
    markdown = "markdown"


class Required(StrEnum):
    """What every verdict has to be."""

    reached = "reached"


class Resampled(StrEnum):
    """What intervals are about."""

    articles = "articles"
    both = "both"


def agree(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TABLE|EXPORT…|PROJECT]",
            help="A Parquet, CSV or JSON-lines file; an export's folder, or many (exports/*); a project that Label "
            "Studio exported as JSON. Or rows that stay where they are: a folder or 'pattern' of Parquet files, "
            "s3://…, duckdb:///FILE::TABLE.",
        ),
    ] = None,
    *,
    round: RoundOption = None,
    measure: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Another measure, or 'all'.", rich_help_panel=_MORE)
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COL", help="Divide by 'article', 'round', or any column; of annotators too.", rich_help_panel=_MORE
        ),
    ] = None,
    explain: Annotated[
        list[str] | None, typer.Option(metavar="QUESTION", help="Why it is what it is.", rich_help_panel=_MORE)
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option(
            metavar="W|target", help="Articles needed for intervals of ± W, or for verdicts.", rich_help_panel=_MORE
        ),
    ] = None,
    consensus: Annotated[
        bool, typer.Option("--consensus", help="What a majority or mean of coders is worth.", rich_help_panel=_MORE)
    ] = False,
    paragraph: Annotated[
        bool, typer.Option("--paragraph", help="The methods paragraph of a paper.", rich_help_panel=_MORE)
    ] = False,
    over_time: Annotated[
        bool,
        typer.Option("--over-time", help="Over the order of coding, and who drifts.", rich_help_panel=_MORE),
    ] = False,
    repeats: Annotated[
        str | None,
        typer.Option(metavar="ROUND", help="Earlier round that this one repeats.", rich_help_panel=_MORE),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE|gold|adjudicated", help="Known answers: who finds what is there.", rich_help_panel=_MORE
        ),
    ] = None,
    with_gold: Annotated[
        bool,
        typer.Option("--with-gold", help="Count what is in a round only as gold (push --gold).", rich_help_panel=_MORE),
    ] = False,
    bootstrap: Annotated[int, typer.Option(metavar="N", min=0, help="Bootstrap replicates; 0: no intervals.")] = 2000,
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="Seed of the bootstrap.")] = 0,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="article|none|COL",
            help="Resample whole articles, or ('none') sentences as if they were independent; of a table, a column.",
        ),
    ] = None,
    resample: Annotated[
        Resampled, typer.Option(help="Intervals for other articles, or for other annotators as well ('both').")
    ] = Resampled.articles,
    simultaneous: Annotated[
        bool, typer.Option("--simultaneous", help="Wider intervals, of which those of all questions hold together.")
    ] = False,
    fail_under: Annotated[
        str | None,
        typer.Option(metavar="X|target", help="Exit with 8 if an alpha is under X, or under its own target."),
    ] = None,
    require: Annotated[
        Required | None,
        typer.Option(help="Exit with 8 if a target is not reached, with 9 if that is undecided, by the interval."),
    ] = None,
    target: TargetOption = None,
    format: Annotated[
        AgreementFormat, typer.Option(help="Print a table, JSON, CSV, Parquet, or the headline for a paper.")
    ] = AgreementFormat.table,
    raw_csv: RawCsvOption = False,
    identities: Annotated[
        bool, typer.Option("--identities", help="Of a study's printed table: annotators with their addresses.")
    ] = False,
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
    engine: EngineOption = None,
    start: StartOption = None,
    end: EndOption = None,
    length: LengthOption = None,
    span_id: SpanIdOption = None,
    config: Annotated[
        str | None,
        typer.Option(
            metavar="XML|URL#PROJECT",
            help="Its labelling configuration: a file, or the project it is asked of (needs a token).",
            rich_help_panel=_PROJECT,
        ),
    ] = None,
    read: Annotated[
        list[str] | None,
        typer.Option(
            metavar="QUESTION=LEVEL[:A,B,C]",
            help="How to read a question, where the guess is wrong; 'skip' leaves it out.",
            rich_help_panel=_PROJECT,
        ),
    ] = None,
    study: StudyOption = None,
) -> None:
    """Compute agreement, with intervals: of what was pulled, an export, a project's file, or any long table."""
    from toolkit.loop.agreement.request import AgreementRequest

    threshold = threshold_of(fail_under)
    request = AgreementRequest(
        round_name=round,
        clustered=cluster != "none",
        annotators=resample is Resampled.both,
        simultaneous=simultaneous,
        replicates=bootstrap,
        seed=seed,
        measures=tuple("all" if name.lower() == "all" else name for name in measure or ()),
        by=tuple(by or ()),
        explain=tuple(explain or ()),
        consensus=consensus,
        plan=plan_of(plan),
        targets=tuple(target or ()),
        repeats=repeats,
        against=against,
        with_gold=with_gold,
        over_time=over_time,
        paragraph=paragraph,
    )
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
    several = are_several(sources or (), of_table)
    named = sources[0] if sources and not several else None
    elsewhere = named is not None and is_on_engine(
        named, engine, is_described=any(said is not None for said in of_table.values())
    )
    source = None if named is None or elsewhere else Path(named)
    beside = {"--measure": measure, "--by": by, "--explain": explain, "--repeats": repeats}
    of_rounds = {"--round": round, "--over-time": over_time or None, "--with-gold": with_gold or None}
    of_project = {"--config": config, "--read": read}
    is_project = source is not None and source.suffix.lower() == ".json" and not source.is_dir()
    refuse_empty({**of_table, **of_project, **beside, "--target": target, "--cluster": cluster, "--round": round})
    check_raw(raw_csv, format)
    more = {"--plan": plan, "--against": against, "--consensus": consensus or None, "--over-time": over_time or None}
    check_for_paper(format, {**beside, **more}, paragraph=paragraph)
    of_study = not several and not elsewhere and is_of_study(source)
    check_identities(asked=identities, there=format is AgreementFormat.table and of_study)
    if sources and several:
        of_one = {**of_table, **of_project, "--engine": engine, "--target": target, "--study": study}
        reports = agree_on_several(sources, cluster, request, format=format.value, raw_csv=raw_csv, of_one=of_one)
        _gates(reports, fail_under, threshold, require)
        return
    check_destination(is_binary=format is AgreementFormat.parquet)
    if named is not None:
        refuse({"--study": study}, f"not for {named}, which is read wherever you are")
    if not is_project:
        refuse(of_project, "for a project that Label Studio exported as JSON")
    if named is not None and elsewhere:
        refuse(of_rounds, "for studies and exports, not for a table")
        check_targets("a table", fail_under, require, target)
        report = agreement_of_engine(named, engine, of_table, cluster, request)
        tell_notes(of_table, report)
    elif source is None or source.is_dir():
        refuse({**of_table, "--engine": engine}, "for tables: name a Parquet, CSV or JSON-lines file")
        refuse({"--target": target}, "for tables and projects' files: a study's targets stand in its codebook")
        report = agreement_of_rounds(source, study, cluster, request)
    elif is_project:
        refuse(of_rounds, "for studies and exports, not for a project's file")
        refuse(
            {**of_table, "--engine": engine}, "for tables: what a project asked is read from it, or said with --read"
        )
        check_targets("a project's file", fail_under, require, target)
        report = agreement_of_project(source, config, read or (), cluster, request)
    else:
        refuse(of_rounds, "for studies and exports, not for a table")
        check_targets("a table", fail_under, require, target)
        report = agreement_of_table(source, of_table, cluster, request)
        tell_notes(of_table, report)
    tell_unvouched(report)
    _show(
        report,
        format,
        request,
        raw_csv=raw_csv,
        addresses=addresses_of(source, study) if identities else None,
        in_study=of_study,
        rows_at_hand=not elsewhere,
    )
    _gates({"": report}, fail_under, threshold, require)


def _gates(
    reports: Mapping[str, AgreementReport], fail_under: str | None, threshold: float | None, require: Required | None
) -> None:
    """Raise where agreement is not what was asked for; say what a passed point does not say."""
    from toolkit.loop.agreement.gate import check_reached, check_threshold

    if fail_under is not None and (unsure := check_threshold(reports, threshold)):
        tell(
            "--fail-under looks at the point only: "
            f"of {', '.join(unsure)} the interval reaches below it, or there is none. "
            "--require reached looks at the interval."
        )
    if require is not None:
        check_reached(reports)


def _show(
    report: AgreementReport,
    chosen: AgreementFormat,
    request: AgreementRequest,
    *,
    raw_csv: bool,
    addresses: Mapping[str, str] | None,
    in_study: bool,
    rows_at_hand: bool,
) -> None:
    if chosen is AgreementFormat.json:
        show_json(report)
    elif chosen is AgreementFormat.csv:
        show_csv([{"round": report.round, **estimate.to_json()} for estimate in report.estimates], raw=raw_csv)
    elif chosen is AgreementFormat.parquet:
        from toolkit.export.writing.estimates import estimates_parquet

        show_bytes(estimates_parquet(report.estimates, round_name=report.round))
    elif request.paragraph or chosen is not AgreementFormat.table:
        from toolkit.terminal.agreement.pages import FOR_PAPER

        say(FOR_PAPER["paragraph" if request.paragraph else chosen.value](report))
    else:
        from toolkit.terminal.agreement.pages import agreement_pages

        show(*agreement_pages(report, request, addresses=addresses, in_study=in_study, rows_at_hand=rows_at_hand))
