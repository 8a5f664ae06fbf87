"""Write a dbt project for an export from its ``datapackage.json``: a model per table, a test per promise."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PROJECT = {
    "name": "consumers",
    "version": "1.0.0",
    "profile": "consumers",
    "model-paths": ["models"],
    "test-paths": ["tests"],
    "flags": {"send_anonymous_usage_stats": False},
}
PROFILES = {
    "consumers": {"target": "dev", "outputs": {"dev": {"type": "duckdb", "path": "consumers.duckdb", "threads": 2}}},
}


def column(field: dict[str, Any], key: list[str]) -> dict[str, Any]:
    limits = field.get("constraints", {})
    tests: list[Any] = []
    if limits.get("required"):
        tests.append("not_null")
    if limits.get("unique") or key == [field["name"]]:
        tests.append("unique")
    if "enum" in limits:
        tests.append({"accepted_values": {"arguments": {"values": limits["enum"]}}})
    return {"name": field["name"], "quote": True, "data_tests": tests}


def model(resource: dict[str, Any]) -> dict[str, Any]:
    schema = resource["schema"]
    columns = [column(field, schema["primaryKey"]) for field in schema["fields"]]
    by_name = {one["name"]: one for one in columns}
    for key in schema["foreignKeys"]:
        if len(key["fields"]) == 1:
            reference = key["reference"]
            to = {"to": f"ref('{reference['resource']}')", "field": reference["fields"][0]}
            by_name[key["fields"][0]]["data_tests"].append({"relationships": {"arguments": to}})
    return {"name": resource["name"], "columns": columns}


def quoted(names: list[str], of: str = "") -> str:
    return ", ".join(f'{of}"{name}"' for name in names)


def main(version: Path, project: Path) -> None:
    package = json.loads((version / "datapackage.json").read_bytes())
    tables = [
        {"name": resource["name"], "meta": {"external_location": str((version / resource["path"]).resolve())}}
        for resource in package["resources"]
    ]
    files: dict[str, Any] = {
        "dbt_project.yml": PROJECT,
        "profiles.yml": PROFILES,
        "models/export.yml": {
            "version": 2,
            "sources": [{"name": "export", "tables": tables}],
            "models": [model(resource) for resource in package["resources"]],
        },
    }
    for resource in package["resources"]:
        name, schema = resource["name"], resource["schema"]
        files[f"models/{name}.sql"] = f"select * from {{{{ source('export', '{name}') }}}}\n"
        key = quoted(schema["primaryKey"])
        files[f"tests/{name}_key.sql"] = (
            f"select {key} from {{{{ ref('{name}') }}}} group by {key} having count(*) > 1\n"
        )
        for number, foreign in enumerate(schema["foreignKeys"]):
            if len(foreign["fields"]) > 1:
                there = foreign["reference"]
                alike = " and ".join(
                    f'a."{mine}" = b."{theirs}"'
                    for mine, theirs in zip(foreign["fields"], there["fields"], strict=True)
                )
                known = " and ".join(f'a."{mine}" is not null' for mine in foreign["fields"])
                files[f"tests/{name}_refers_{number}.sql"] = (
                    f"select {quoted(foreign['fields'], 'a.')} from {{{{ ref('{name}') }}}} a "
                    f"where {known} and not exists "
                    f"(select 1 from {{{{ ref('{there['resource']}') }}}} b where {alike})\n"
                )
        for field in schema["fields"]:
            if "minimum" in field.get("constraints", {}):
                least = field["constraints"]["minimum"]
                files[f"tests/{name}_{field['name']}_least.sql"] = (
                    f"select * from {{{{ ref('{name}') }}}} where \"{field['name']}\" < {least}\n"
                )
    for place, content in files.items():
        path = project / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
