"""Studies and exports as data frames: the tables of the contract, whether they were written or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.api.agreements import Agreement, computed
from toolkit.api.frames import pandas_frame
from toolkit.errors import BadInput, UsageError
from toolkit.export.rows import tables_of
from toolkit.export.writing.versions import version_folder
from toolkit.loop import adopt as _adopt
from toolkit.loop import export_content as _content
from toolkit.loop import init as _init
from toolkit.loop.agreement.request import REPLICATES, AgreementRequest
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.init import DEFAULT_CODEBOOK
from toolkit.study import folder

PathName = str | PathLike[str]


@dataclass(frozen=True, slots=True)
class Study(folder.Study):
    """A study's folder; the functions of this package take it first. Its tables are those an export would hold."""

    @classmethod
    def open(cls, path: PathName = ".") -> Study:
        """Return the study in ``path``, or the nearest above it. Raise ``UsageError`` where there is none."""
        return cls(folder.find(Path(path).resolve()).folder)

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Return every table of what is frozen and pulled, by name, with the columns and types of the data contract.

        ``agreement`` is empty in it: ask ``agreement()``. Raise ``ContractViolated`` where a table breaks the contract.
        """
        return {name: pandas_frame(table) for name, table in self._tables().items()}

    def answers(self) -> pd.DataFrame:
        """Return one row per annotation and question; ``in_agreement`` marks the answers that count."""
        return pandas_frame(self._tables()["answers"])

    def spans(self) -> pd.DataFrame:
        """Return one row per marked span."""
        return pandas_frame(self._tables()["spans"])

    def annotations(self) -> pd.DataFrame:
        """Return one row per annotation, also those that do not count, with the reason."""
        return pandas_frame(self._tables()["annotations"])

    def sentences(self) -> pd.DataFrame:
        """Return one row per sentence, in reading order, with its text and offsets."""
        return pandas_frame(self._tables()["sentences"])

    def agreement(
        self,
        round: str | None = None,
        *,
        cluster: Literal["article", "none"] = "article",
        by: Sequence[str] = (),
        measures: Sequence[str] = (),
        replicates: int = REPLICATES,
        seed: int = 0,
    ) -> Agreement:
        """Return the agreement in a round, by default the newest in which two coded a sentence: of what was pulled."""
        request = AgreementRequest(
            round_name=round, clustered=cluster == "article", by=tuple(by), measures=tuple(measures),
            replicates=replicates, seed=seed,
        )  # fmt: skip
        return computed(partial(agree, self), request)

    def _tables(self) -> Mapping[str, pa.Table]:
        with self.database() as database:
            coded = _content.coded_study(self, database)
            return tables_of(_content.study_content(database, coded, estimates={}).together())


@dataclass(frozen=True, slots=True)
class Export:
    """One version of an export; it needs no study."""

    folder: Path
    """Where its files are."""

    @property
    def names(self) -> tuple[str, ...]:
        """The tables it has."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.parquet")))

    def table(self, name: str) -> pd.DataFrame:
        """Return the table of this name as it was written. Raise ``UsageError`` where there is none."""
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            raise UsageError(f"{self.folder} has no table {name!r}", todo=f"There is: {', '.join(self.names)}.")
        try:
            with path.open("rb") as file:
                return pandas_frame(pq.read_table(file))
        except (OSError, pa.ArrowException) as why:
            raise BadInput(
                f"{path} is not a Parquet file that can be read", todo="Export again, or put back a copy."
            ) from why

    def answers(self) -> pd.DataFrame:
        """Return one row per annotation and question; ``in_agreement`` marks the answers that count."""
        return self.table("answers")

    def spans(self) -> pd.DataFrame:
        """Return one row per marked span."""
        return self.table("spans")

    def annotations(self) -> pd.DataFrame:
        """Return one row per annotation, also those that do not count, with the reason."""
        return self.table("annotations")

    def sentences(self) -> pd.DataFrame:
        """Return one row per sentence, in reading order."""
        return self.table("sentences")

    def agreement(
        self,
        round: str | None = None,
        *,
        cluster: Literal["article", "none"] = "article",
        by: Sequence[str] = (),
        measures: Sequence[str] = (),
        replicates: int = REPLICATES,
        seed: int = 0,
    ) -> Agreement:
        """Return the agreement in a round, by default the newest in which two coded a sentence: of the export."""
        request = AgreementRequest(
            round_name=round, clustered=cluster == "article", by=tuple(by), measures=tuple(measures),
            replicates=replicates, seed=seed,
        )  # fmt: skip
        return computed(partial(agree_export, self.folder), request)


def read_export(path: PathName) -> Export:
    """Return an export: a version's folder, or the newest version where the folder holds several.

    Its tables are given as they are; ``validate`` checks them. Raise ``BadInput`` where there is no export.
    """
    found = version_folder(Path(path))
    if not (found / "answers.parquet").is_file():
        raise BadInput(
            f"{path} holds no export", todo="Name the folder that export wrote to: answers.parquet is in it."
        )
    return Export(found)


def init(path: PathName, *, codebook: str = DEFAULT_CODEBOOK, exports: PathName | None = None) -> Study:
    """Make a new study in the folder ``path`` and return it.

    ``codebook`` is a shipped one's name or a YAML file; ``exports`` is the folder its exports go to, one in the study
    by default. Raise ``UsageError`` (the folder is in use, no such codebook) and ``ContractViolated`` (faults in it).
    """
    made = _init.init(Path(path), codebook=codebook, exports=None if exports is None else Path(exports))
    return Study(made.folder.resolve())


def adopt(
    path: PathName,
    project: str,
    token: str,
    *,
    text_field: str | None = None,
    article_field: str | None = None,
    ca_file: PathName | None = None,
) -> Study:
    """Make a study in the folder ``path`` of the Label Studio project at ``URL#NUMBER`` and return it, pulled.

    Nothing there is changed. ``text_field`` names the field of a task that holds the sentence, ``article_field`` the
    one that says which article it stands in; ``ca_file`` holds certificates to trust there in place of public
    authorities. Raise ``UsageError`` (no such field, the folder is in use), ``BadInput``
    (nothing can be taken up), ``ServerUnreachable``, ``ServerRefused`` and ``TransferIncomplete``.
    """
    trusted = None if ca_file is None else Path(ca_file)
    _adopt.adopt(Path(path), project, token, text_field=text_field, article_field=article_field, ca_file=trusted)
    return Study(Path(path).resolve())
