"""``intercoder agree`` of several exports and studies at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from glob import has_magic
from typing import TYPE_CHECKING

from toolkit.cli.agreement_options import refuse, tell_unvouched
from toolkit.cli.agreement_sources import check_cluster
from toolkit.cli.streams import progress_bar, show, show_csv, show_json, tell

if TYPE_CHECKING:
    from toolkit.loop.agreement.report import AgreementReport
    from toolkit.loop.agreement.request import AgreementRequest
    from toolkit.loop.agreement.several import StudyAgreement

FORMATS = ("table", "json", "csv")


def are_several(named: Sequence[str], of_table: Mapping[str, object]) -> bool:
    """Return whether several exports or studies are named, where ``of_table`` are the options that describe a table.

    Of one table nothing else is loaded to say so.
    """
    if len(named) <= 1 and not any(map(has_magic, named)):
        return False
    from toolkit.loop.agreement.several_named import means_several

    return means_several(named, is_described=any(said is not None for said in of_table.values()))


def agree_on_several(
    named: Sequence[str],
    cluster: str | None,
    request: AgreementRequest,
    *,
    format: str,
    raw_csv: bool,
    of_one: Mapping[str, object],
) -> Mapping[str, AgreementReport]:
    """Print the agreement in each, and return it by what each is called. ``of_one`` are options for one source only."""
    from toolkit.loop.agreement.several import agree_several, by_name
    from toolkit.loop.agreement.several_named import several_named

    refuse(of_one, "not for several exports and studies at once")
    if format not in FORMATS:
        refuse({f"--format {format}": True}, f"not for several studies: there is {', '.join(FORMATS)}")
    if format == "table":
        refuse(
            {"--measure": request.measures or None}, "not in the table of several studies: --format csv or json has it"
        )
    check_cluster(cluster)
    given = several_named(named)
    with progress_bar() as progress:
        found = agree_several(given.folders, request, progress=progress)
    if given.files:
        tell(f"Left out, for these are files and no exports: {', '.join(map(str, given.files))}.")
    for one in found:
        tell_unvouched(one.agreement, folder=str(one.folder))
    if format == "json":
        show_json(found)
    elif format == "csv":
        show_csv(_rows(found), raw=raw_csv)
    else:
        from toolkit.terminal.agreement.several import several_text

        show(several_text(found))
    return by_name(found)


def _rows(found: Sequence[StudyAgreement]) -> Iterator[Mapping[str, object]]:
    """The columns of one report's CSV, behind those that say whose it is."""
    for one in found:
        whose = {"study": one.study, "study_id": one.study_id, "folder": str(one.folder), "version": one.version}
        for estimate in one.agreement.estimates:
            yield {**whose, "round": one.agreement.round, **estimate.to_json()}
