"""The data contract in words: markdown made from the schemas, so that the docs cannot drift from them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from toolkit.export.contract.schema import Column, TableSchema, table_schemas

BEGIN = "<!-- tables: made from schemas/tables/, do not edit -->"
END = "<!-- end of tables -->"


def describe(schemas: Iterable[TableSchema]) -> str:
    """Return Markdown: for each table a heading, its keys, and its columns in order."""
    return "\n".join(_table(schema) for schema in schemas)


def with_tables(page: str, schemas: Iterable[TableSchema]) -> str:
    """Return the page with everything between its two markers replaced by the description of the tables."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{describe(schemas)}\n{END}{after}"


def refresh(page: Path) -> None:
    """Bring a page's description of the tables up to date."""
    page.write_text(with_tables(page.read_text(encoding="utf-8"), table_schemas().values()), encoding="utf-8")


def _table(schema: TableSchema) -> str:
    lines = [
        f"### `{schema.name}` (version {schema.version})",
        "",
        schema.description,
        "",
        f"Primary key: {_names(schema.primary_key)}."
        + "".join(f" {_names(key.fields)} → `{key.reference.resource}`." for key in schema.foreign_keys)
        + (f" Rows go by {_names(schema.row_order)}." if schema.row_order else ""),
        "",
        "| column | type | null | meaning |",
        "|---|---|---|---|",
        *(_column(column) for column in schema.columns),
        "",
        *_templates(schema),
    ]
    return "\n".join(lines)


def _templates(schema: TableSchema) -> list[str]:
    if not schema.templates:
        return []
    return [
        "Then, for each measured question of the codebook, those of these columns that its level has:",
        "",
        "| column | type | levels | meaning |",
        "|---|---|---|---|",
        *(
            f"| `{each.name}` | `{each.arrow_type}` | {', '.join(each.levels)} | {_meaning(each)} |"
            for each in schema.templates
        ),
        "",
    ]


def _column(column: Column) -> str:
    null = "no" if column.constraints.required else "yes"
    return f"| `{column.name}` | `{column.arrow_type}` | {null} | {_meaning(column)} |"


def _meaning(column: Column) -> str:
    limits = column.constraints
    notes = [column.description]
    if column.unit:
        notes.append(f"Unit: {column.unit}.")
    if limits.enum:
        notes.append(f"One of: {_names(limits.enum)}.")
    if column.codebook == "category":
        notes.append("Checked against the codebook.")
    return " ".join(notes).replace("|", "\\|")


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
