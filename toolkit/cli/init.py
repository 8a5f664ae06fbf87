"""``intercoder init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.streams import tell
from toolkit.codebook.shipped import shipped_names


def init(
    name: Annotated[Path, typer.Argument(metavar="NAME", help="Name of the study: the folder that is made.")],
    codebook: Annotated[
        str,
        typer.Option(metavar="C", help=f"{', '.join(shipped_names())}, or a YAML file."),
    ] = "source-framing",
    exports: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where exports go; by default exports/ in the study.")
    ] = None,
) -> None:
    """Make a study: a folder with study.yaml, codebook.yaml and study.db."""
    from toolkit.loop.init import init as make

    study = make(name.absolute(), codebook=codebook, exports=exports)
    tell(
        f"Made the study {study.folder.name} with the codebook {codebook}.\n"
        f"Next: cd {name}, then `intercoder add PATH…`. Edit codebook.yaml first if you want to."
    )
