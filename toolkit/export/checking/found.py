"""What is wrong with an export: the first faults in full, all of them counted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from toolkit.export.contract.faults import LISTED, Faults

_PLACE = re.compile(r"(?P<table>[^,]+)(?:, row (?P<row>\d+))?(?:, column (?P<column>.+))?")


@dataclass(frozen=True, slots=True)
class ExportFault:
    """One thing wrong with an export: in which file, and row (counted from 1) and column where it is in one."""

    file: str
    row: int | None
    column: str | None
    what: str


@dataclass(slots=True)
class Found:
    """Faults so far; the first ones in full, all of them counted."""

    listed: list[ExportFault] = field(default_factory=list)
    count: int = 0

    def add(self, file: str, what: str, *, row: int | None = None, column: str | None = None) -> None:
        """One fault more."""
        if len(self.listed) < LISTED:
            self.listed.append(ExportFault(file, row, column, what))
        self.count += 1

    def add_all(self, among: Faults) -> None:
        """Faults of tables, told as faults of their files."""
        for fault in among.listed:
            match = _PLACE.fullmatch(fault.place)
            table, row, column = match.group("table", "row", "column") if match else (fault.place, None, None)
            self.add(f"{table}.parquet", fault.message, row=int(row) if row else None, column=column)
        self.count += among.count - len(among.listed)

    def add_version(self, name: str, among: Found) -> None:
        """Faults of another version, each file with the folder it lies in."""
        for fault in among.listed:
            if len(self.listed) < LISTED:
                self.listed.append(replace(fault, file=f"{name}/{fault.file}"))
        self.count += among.count
