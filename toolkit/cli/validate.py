"""``intercoder validate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.options import FormatOption, RawCsvOption, check_raw
from toolkit.cli.streams import Format, plain, show, show_csv, show_json
from toolkit.errors import ContractViolated


def validate(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="An export's folder or s3://… address, or that of a version.")
    ],
    format: FormatOption = Format.table,
    raw_csv: RawCsvOption = False,
) -> None:
    """Check an export against its contract and its hashes; it needs no study."""
    from toolkit.loop.validate import validate as check
    from toolkit.terminal.validation import validation_text

    check_raw(raw_csv, format)
    found = check(folder)
    if format is Format.json:
        show_json(found)
    elif format is Format.csv:
        show_csv([plain(fault) for fault in found.faults], raw=raw_csv)
    else:
        show(validation_text(found))
    if found.n_faults:
        raise typer.Exit(ContractViolated.exit_code)
