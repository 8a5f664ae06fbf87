"""Every version of every table: what changed, what it asks of readers, and how to read a table as it was before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.export.contract.schema import TableSchema, schema_versions
from toolkit.export.contract.schema_changes import level_of, schema_changes

BEGIN = "<!-- versions: made from schemas/tables/, do not edit -->"
END = "<!-- end of versions -->"


def refresh(page: Path) -> None:
    """Bring a page's list of versions up to date."""
    page.write_text(with_versions(page.read_text(encoding="utf-8")), encoding="utf-8")


def with_versions(page: str) -> str:
    """Return the page with everything between its two markers replaced by the versions of all tables."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    tables = "\n".join(line for versions in schema_versions().values() for line in _table(versions))
    return f"{before}{BEGIN}\n\n{tables}\n{END}{after}"


def as_before(old: TableSchema, new: TableSchema) -> str | None:
    """Return SQL that reads the columns of an earlier version from a table of a later one, under the names they had;
    None where it reads them as they are, or one of them is gone.
    """
    there = {column.name: column.arrow_type for column in new.columns}
    called = {column.formerly: column.name for column in new.columns if column.formerly is not None}
    chosen = []
    for column in old.columns:
        same = there.get(column.name) == column.arrow_type
        now = column.name if same else called.get(column.name)
        if now is None:
            return None
        chosen.append(column.name if same else f'{now} as "{column.name}"')
    if not any(" as " in each for each in chosen):
        return None
    return f"select {', '.join(chosen)}\nfrom '{new.name}.parquet'"


def _table(versions: tuple[TableSchema, ...]) -> Iterator[str]:
    newest = versions[-1]
    yield from (f"### `{newest.name}`", "")
    for older, later in zip((None, *versions), versions, strict=False):
        if older is None:
            yield f"- **version {later.version}**: {later.title}."
            continue
        changes = schema_changes({later.name: older}, {later.name: later})
        said = "; ".join(f"{f'`{one.column}` ' if one.column else ''}{one.what}" for one in changes)
        yield f"- **version {later.version}** ({level_of(changes)}): {said or 'what its columns hold is said'}."
    yield ""
    for older in versions[:-1]:
        if sql := as_before(older, newest):
            yield from (f"As version {older.version} had it:", "", "```sql", sql, "```", "")
