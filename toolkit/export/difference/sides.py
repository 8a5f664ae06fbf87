"""One of two versions that are compared: its tables as far as they say the same things in the same words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from toolkit.errors import BadInput, UsageError
from toolkit.export.contract.keys import locate
from toolkit.export.contract.renamed import ANNOTATION_ID, STUDY_ID, columns_of_the_first, in_todays_words, names_in
from toolkit.export.pages.manifest import Manifest, Options, read_manifest
from toolkit.export.writing.versions import MANIFEST

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, so that a type checker cannot see them."""

ANNOTATION: Final = ("annotation_id",)
_ORDER, _DELETED_AT = "order_in_round", "deleted_at"
_PLACE: Final = ("round", "sentence_id", "annotator")
_OF_ANNOTATIONS: Final = ("annotations", "answers", "spans")


@dataclass(frozen=True, slots=True)
class Side:
    """One version. ``by_place`` calls annotations by sentence and annotator, and by which of theirs on it they are: the
    same where names are made with a key. ``renamed`` says what rounds are called in the other version.

    An annotation that is gone from the server is not there, nor are its answers: exports of before had none.
    """

    place: Path
    study_id: str
    options: Options
    by_place: bool = False
    renamed: Mapping[str, str] = field(default_factory=dict)

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the table, with these columns as far as the version has them (null where not), or with all."""
        found = self._read(
            name, None if columns is None else [*columns, *(ANNOTATION if name in _OF_ANNOTATIONS else ())]
        )
        for column in columns or ():
            if column not in found.column_names:
                if column in columns_of_the_first(name):
                    raise KeyError(column)
                found = found.append_column(column, pa.nulls(found.num_rows, pa.string()))
        if name in _OF_ANNOTATIONS:
            found = self._there(found)
        if self.renamed and "round" in found.column_names:
            called = [self.renamed.get(name, name) for name in found["round"].to_pylist()]
            found = found.set_column(found.schema.get_field_index("round"), "round", pa.array(called, pa.string()))
        return found.select(list(columns)) if columns is not None else found

    def has(self, name: str) -> bool:
        """Return whether the version has this table."""
        return (self.place / f"{name}.parquet").is_file()

    def deleted(self) -> pa.Table:
        """Return the names of the annotations that are gone from the server."""
        found = self._annotations()
        if _DELETED_AT not in found.column_names:
            return found.select(ANNOTATION).slice(0, 0)
        return self._called(found.filter(found[_DELETED_AT].is_valid())).select(ANNOTATION)

    def _there(self, found: pa.Table) -> pa.Table:
        annotations = self._annotations()
        if _DELETED_AT in annotations.column_names and annotations[_DELETED_AT].null_count < annotations.num_rows:
            gone = annotations[_DELETED_AT].is_valid()
            found = found.filter(pc.invert(gone.take(_rows_in(found, annotations))))
        return self._called(found)

    def _called(self, found: pa.Table) -> pa.Table:
        if not self.by_place:
            return found
        annotations = self._annotations()
        if _ORDER not in annotations.column_names:
            raise UsageError(
                f"{self.place.name} has the server's names of annotations and is from before their order was kept: it "
                "cannot be compared with a public version",
                todo="Compare it with a version that is not public.",
            )
        names = pa.array(_by_place(annotations), pa.string()).take(_rows_in(found, annotations))
        return found.set_column(found.schema.get_field_index(ANNOTATION_ID), ANNOTATION_ID, names)

    def _annotations(self) -> pa.Table:
        return self._read("annotations", (*ANNOTATION, *_PLACE, _ORDER, _DELETED_AT))

    def _read(self, name: str, columns: Sequence[str] | None) -> pa.Table:
        path = self.place / f"{name}.parquet"
        try:
            with pq.ParquetFile(path) as file:
                there = file.schema_arrow.names
                found = file.read(there if columns is None else names_in(name, there, columns))
        except (OSError, pa.ArrowException):
            raise BadInput(
                f"{path} is not a Parquet file that can be read", todo="`intercoder validate` says what else is wrong."
            ) from None
        found = in_todays_words(name, found)
        return found if STUDY_ID in there or ANNOTATION_ID not in there else self._whole_names(found)

    def _whole_names(self, found: pa.Table) -> pa.Table:
        """The table with the names annotations have now; before there was a study's column, they were without it."""
        place = found.schema.get_field_index(ANNOTATION_ID)
        if place < 0:
            return found
        names = pc.binary_join_element_wise(self.study_id, found[ANNOTATION_ID], "-")
        return found.set_column(place, ANNOTATION_ID, names)


def both_sides(before: Path, after: Path) -> tuple[Side, Side]:
    """Return two versions, compared by names of annotations, or by their places where one of them is public."""
    was, now = _manifest_of(before), _manifest_of(after)
    by_place = was.options.public != now.options.public
    return Side(before, was.study_id, was.options, by_place), Side(after, now.study_id, now.options, by_place)


def _manifest_of(version: Path) -> Manifest:
    try:
        return read_manifest(version / MANIFEST)
    except (OSError, ValueError) as why:
        raise BadInput(
            f"a manifest cannot be read ({type(why).__name__})", todo="`intercoder validate` says what else is wrong."
        ) from None


def _by_place(annotations: pa.Table) -> list[str]:
    """What annotations are called by their places: of several by one annotator on a sentence the first is 1."""
    places = list(zip(*(annotations[name].to_pylist() for name in _PLACE), strict=True))
    names, so_far = [""] * len(places), Counter[tuple[str, ...]]()
    for at in np.argsort(annotations[_ORDER].to_numpy(), kind="stable").tolist():
        so_far[places[at]] += 1
        names[at] = json.dumps([*places[at], so_far[places[at]]])
    return names


def _rows_in(found: pa.Table, annotations: pa.Table) -> pa.Array:
    """The row of each one's annotation; null where there is none, which is a fault of the export."""
    rows = locate(found, ANNOTATION, annotations, ANNOTATION)
    return pa.array(rows, pa.int64(), mask=rows < 0)
