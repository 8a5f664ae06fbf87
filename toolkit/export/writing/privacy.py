"""What an export lets nobody know: who somebody is, and what a folder did not hold before."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

import pyarrow as pa

from toolkit.errors import BadInput, UsageError
from toolkit.export.content.identifying import Identifying, found_in, looked_through, redacted
from toolkit.export.contract.faults import LISTED, Faults
from toolkit.export.contract.schema import table_schemas
from toolkit.export.pages.manifest import Options
from toolkit.export.writing.versions import MANIFEST, every_number, version_name
from toolkit.files.wording import counted

_PRIVATE = {
    "text": ("texts", "ask for `text=False`"),
    "notes": ("notes", "leave out `notes=True`"),
    "identities": ("e-mail addresses", "leave out `identities=True`"),
    "attributes": ("attributes of annotators", "leave out `attributes=True`"),
}
"""What an export may withhold, in words, and how it is asked for without."""
_KEPT = {
    "public": ("the server's numbers and moments", "ask for `public=True`"),
    "redact": ("what says who somebody is", "ask for `redact=True`"),
}
"""What is withheld by asking for it."""


def refuse_looser(folder: Path, asked: Options) -> None:
    """Raise ``UsageError`` where a folder would hold what its newest version does not: whoever has access to it was
    promised otherwise.

    So it raises where the newest version's manifest cannot be read or is not there: it may have promised anything.
    """
    places = [folder / version_name(number) for number in every_number(folder)]
    versions = [place for place in places if (place / MANIFEST).exists() or any(place.glob("*.parquet"))]
    if not versions:
        return
    newest = versions[-1]
    former = _promised(newest / MANIFEST)
    if former is None:
        raise UsageError(
            f"{newest / MANIFEST} cannot be read: nobody can tell what this folder is not to hold",
            todo="Put the manifest back, or export to another folder with `to=DIR`.",
        )
    loosened = [_PRIVATE[name] for name in _PRIVATE if getattr(asked, name) and not getattr(former, name)]
    loosened += [_KEPT[name] for name in _KEPT if getattr(former, name) and not getattr(asked, name)]
    if loosened:
        raise UsageError(
            f"{folder} holds exports without {' and '.join(words for words, _ in loosened)}, and this one would have "
            "them: nothing was written",
            todo="Export to another folder, with `to=DIR`, if they are meant to be passed on; else "
            f"{' and '.join(otherwise for _, otherwise in loosened)}.",
        )


def _promised(manifest: Path) -> Options | None:
    """What a version was asked to hold, also where a later program says more in its manifest; None where nobody can
    tell.
    """
    try:
        said = json.loads(manifest.read_bytes())["options"]
        return Options.model_validate({name: said[name] for name in Options.model_fields if name in said})
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


class WithoutIdentities:
    """Takes what says who somebody is out of what people wrote, in tables that come in blocks; or finds where it is.

    ``addresses`` are those of everybody the study knows. Tables stay as they are where identities were asked for.
    """

    def __init__(self, options: Options, addresses: Collection[str]) -> None:
        self._options, self._identifying = options, Identifying(addresses)
        self._found: dict[str, Faults] = {name: Faults() for name in table_schemas()}
        self.replaced: dict[str, int] = {}
        """How often something was, by table and column."""

    def __call__(self, tables: dict[str, pa.Table], before: Mapping[str, int]) -> dict[str, pa.Table]:
        """Return the tables without it; ``before`` says how many rows of each were looked at already."""
        if self._options.identities and not self._options.redact:
            return tables
        schemas = {name: schema for name, schema in table_schemas().items() if name in tables}
        found = list(found_in(tables, schemas, self._identifying))
        if self._options.redact:
            tables, counts = redacted(tables, found, self._identifying)
            for column, n in counts.items():
                self.replaced[column] = self.replaced.get(column, 0) + n
            return tables
        for one in found:
            faults = self._found[one.table]
            faults.at(f"{one.table}.parquet", before.get(one.table, 0) + one.row, one.column, f"holds {one.what}")
        return tables

    def refuse(self) -> None:
        """Raise ``BadInput`` with every place where it is, and nobody asked to have it replaced."""
        n = sum(faults.count for faults in self._found.values())
        if n:
            raise BadInput(
                f"{counted(n, 'place')} in what people wrote may say who somebody is: nothing was written",
                faults=[fault for faults in self._found.values() for fault in faults.listed][:LISTED],
                todo="Have them replaced with `redact=True`; or write them as they are, with `identities=True`.",
            )


def columns_looked_through(options: Options, left_out: Collection[str]) -> tuple[str, ...]:
    """Return the columns with what people wrote that are there and were looked through, as in ``answers.text``."""
    if options.identities and not options.redact:
        return ()
    columns = (f"{name}.{column}" for name, column in looked_through(table_schemas()))
    return tuple(column for column in columns if column not in left_out)
