"""Hold each table of an export against the pandera schema that its ``datapackage.json`` comes to."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa

TYPES = {
    "string": pa.string(),
    "bool": pa.bool_(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "double": pa.float64(),
    "date32[day]": pa.date32(),
    "timestamp[us, UTC]": pa.timestamp("us", "UTC"),
}


def column(field: dict[str, Any]) -> Any:
    limits = field.get("constraints", {})
    checks = []
    if "enum" in limits:
        checks.append(pandera.Check.isin(limits["enum"]))
    if "minimum" in limits:
        checks.append(pandera.Check.ge(limits["minimum"]))
    arrow = TYPES.get(field["arrowType"])  # lists are no type of pandera's: they are looked at apart
    return pandera.Column(
        None if arrow is None else pd.ArrowDtype(arrow),
        checks,
        nullable=not limits.get("required", False),
        unique=limits.get("unique", False),
    )


def schema(resource: dict[str, Any]) -> Any:
    described = resource["schema"]
    return pandera.DataFrameSchema(
        {field["name"]: column(field) for field in described["fields"]},
        unique=described["primaryKey"] or None,
        strict=True,
        ordered=True,
    )


def main(version: Path) -> None:
    package = json.loads((version / "datapackage.json").read_bytes())
    frames = {}
    for resource in package["resources"]:
        frame = pd.read_parquet(version / resource["path"], dtype_backend="pyarrow")
        schema(resource).validate(frame, lazy=True)
        for field in resource["schema"]["fields"]:
            if re.fullmatch(r"list<.+>", field["arrowType"]):
                assert pa.types.is_list(frame[field["name"]].dtype.pyarrow_dtype), field["name"]
        frames[resource["name"]] = frame
    for resource in package["resources"]:
        for key in resource["schema"]["foreignKeys"]:
            here = frames[resource["name"]][key["fields"]].dropna().drop_duplicates()
            there = frames[key["reference"]["resource"]][key["reference"]["fields"]].drop_duplicates()
            found = here.merge(there, left_on=key["fields"], right_on=key["reference"]["fields"])
            assert len(found) == len(here), f"{resource['name']}: {key}"
    sys.stdout.write(f"{len(frames)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
