"""Numbers at the ends of what a computer can hold: multiplied by a power of two they agree as they did before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from toolkit.cli.streams import plain
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.table import TableScale, agree_table
from toolkit.tables.rows import LongColumns

COLUMNS = LongColumns(unit="unit", annotator="coder", value="value")
SIGNED = ((1.0, -1.0), (1.5, 1.0), (0.0, 0.25), (-1.75, -1.5), (0.5, 0.5), (1.75, 1.75))
FROM_ZERO = tuple((abs(one), abs(other)) for one, other in SIGNED)


def figures(folder: Path, level: str, pairs: tuple[tuple[float, float], ...], factor: float) -> list[dict[str, object]]:
    path = folder / "numbers.csv"
    rows = [
        f"{unit},{coder},{value * factor!r}"
        for unit, pair in enumerate(pairs)
        for coder, value in zip("ab", pair, strict=True)
    ]
    path.write_text("\n".join(["unit,coder,value", *rows]))
    request = AgreementRequest(measures=("all",), plan=0.1, replicates=100)
    report = agree_table(path, COLUMNS, TableScale(level=level), request)
    json.dumps(plain(report), allow_nan=False)
    return [
        {name: value for name, value in estimate.to_json().items() if name != "confirmed_by"}
        for estimate in report.estimates
    ]


@pytest.mark.parametrize("factor", [2.0**1023, 2.0**600, 2.0**-600, 2.0**-1060])
@pytest.mark.parametrize(("level", "pairs"), [("interval", SIGNED), ("ratio", FROM_ZERO)])
def test_far_numbers_agree_as_near_ones(
    tmp_path: Path, level: str, pairs: tuple[tuple[float, float], ...], factor: float
) -> None:
    near, far = figures(tmp_path, level, pairs, 1.0), figures(tmp_path, level, pairs, factor)
    assert len(near) > 5
    for one, other in zip(near, far, strict=True):
        for name, value in one.items():
            assert other[name] == (pytest.approx(value, abs=1e-12) if isinstance(value, float) else value), name


@pytest.mark.parametrize("level", ["interval", "ratio", "nominal"])
def test_the_whole_range_at_once(tmp_path: Path, level: str) -> None:
    largest = 1.7976931348623157e308
    pairs = [(largest, 5e-324), (0.0, 1e-300), (1.0, 2.0), (largest, 1e308), (3e-308, largest)]
    pairs += [(-largest, largest)] if level == "interval" else []
    for found in figures(tmp_path, level, tuple(pairs), 1.0):
        assert (found["value"] is None) == (found["undefined_because"] is not None)
