"""Every table of a study, written while its content comes in blocks: no more than a block is in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.codebook.model import Codebook
from toolkit.export.content.blocks import BlocksOfContent
from toolkit.export.content.order_in_round import OrderInRound
from toolkit.export.content.public import public
from toolkit.export.content.study_content import OrderedContent, in_reading_order
from toolkit.export.content.withheld import withheld
from toolkit.export.contract.conform import checked_tables
from toolkit.export.contract.content_hash import Hashes, stored_column_hashes
from toolkit.export.contract.faults import Faults
from toolkit.export.contract.repeated_keys import TOLD_APART, RepeatedKeys
from toolkit.export.contract.schema import table_schemas
from toolkit.export.contract.stored_table import StoredTable
from toolkit.export.contract.templates import expanded_schemas
from toolkit.export.pages.manifest import Options
from toolkit.export.pages.summary import Counts, Summary
from toolkit.export.rows import columns_of, joiners, tables_of
from toolkit.export.rows.annotations import ORDER
from toolkit.export.writing.held_rows import HeldRows
from toolkit.export.writing.memory import given_back
from toolkit.export.writing.parquet import TableWriter
from toolkit.export.writing.privacy import WithoutIdentities
from toolkit.files.heap import give_back

_AT_ONCE = 2
"""Tables that are written at the same time: Arrow lets others run while it compresses."""

_BLOCKS_BEFORE_GIVING_BACK = 10
"""Blocks after which memory that nothing holds is given back: objects of all sizes come and go in each."""

_HELD = "annotations"
"""The table that is written when every block is there: it has the column ``ORDER``."""


@dataclass(frozen=True, slots=True)
class WrittenTables:
    """What was written: tables by name, the hashes of their columns, and what was left out or replaced on the way."""

    tables: Mapping[str, StoredTable]
    columns: Hashes
    summary: Summary
    withheld: Mapping[str, int]
    replaced: Mapping[str, int]


def write_tables(
    place: Path,
    content: BlocksOfContent,
    options: Options,
    *,
    in_force: Mapping[str, Codebook],
    addresses: Collection[str] = (),
    key: bytes = b"",
    metadata: Mapping[str, Mapping[str, str]],
) -> WrittenTables:
    """Write every table of the content into a folder, and return what was written.

    ``addresses`` are those nobody is to find in what people wrote, ``key`` makes names in a public export, ``metadata``
    is what is said of every file, by table. Where a block breaks the contract the content is looked at as a whole, and
    held for that: every fault is said as of the whole tables.

    Raises:
        ContractViolated: when the content breaks the contract.
        BadInput: where what people wrote may say who somebody is, and nobody asked for that.

    """
    place = place.absolute()  # what has a colon in it is taken for an address otherwise

    def written(content: BlocksOfContent) -> WrittenTables:
        codebooks = content.whole.codebooks.values()
        with _Writing(place, codebooks, options, addresses, key, metadata) as writing:
            for block in content.blocks():
                writing.add(in_reading_order(block))
                del block  # before the next is made
            writing.finish()
        return writing.written(in_force)

    try:
        return written(content)
    except _BrokenError:
        whole = content.together()
        tables_of(whole)
        for path in place.glob("*.parquet"):  # no block stood by itself, and together they are sound
            path.unlink()
        return written(BlocksOfContent(content.whole, lambda: iter([whole])))


class _BrokenError(Exception):
    """A block breaks the contract, or two of them may."""


class _Writing(ExitStack):
    """The files of all tables, open until the last block is in them."""

    def __init__(
        self,
        place: Path,
        codebooks: Iterable[Codebook],
        options: Options,
        addresses: Collection[str],
        key: bytes,
        metadata: Mapping[str, Mapping[str, str]],
    ) -> None:
        super().__init__()
        self._place, self._options, self._key, self._metadata = place, options, key, metadata
        self._schemas = expanded_schemas(codebooks, schemas=table_schemas())
        self._writers: dict[str, TableWriter] = {}
        self._joined: dict[str, list[pa.Table]] = {name: [] for name in joiners()}
        self._keys = {name: RepeatedKeys(self._schemas[name].primary_key) for name in TOLD_APART}
        self._rows: Counter[str] = Counter()
        self._n_blocks = 0
        self._order = OrderInRound()
        self.enter_context(given_back())
        self._held = self.enter_context(HeldRows(place))
        self._threads = self.enter_context(ThreadPoolExecutor(_AT_ONCE))
        self.identities = WithoutIdentities(options, addresses)
        self.withheld: dict[str, int] = {}
        self.counts = Counts()

    def add(self, block: OrderedContent) -> None:
        """Check a block, and write it."""
        faults, before = Faults(), dict(self._rows)
        typed = checked_tables(columns_of(block), schemas=self._schemas, codebooks=block.codebooks, faults=faults)
        if faults.count:
            raise _BrokenError
        self._rows.update({name: table.num_rows for name, table in typed.items()})
        self._n_blocks += 1
        if self._n_blocks % _BLOCKS_BEFORE_GIVING_BACK == 0:
            give_back()
        for name, keys in self._keys.items():
            keys.add(typed[name])
        self._order.add(block.order)
        for name, tables in self._joined.items():
            tables.append(typed.pop(name))
        passed_on = self._passed_on(typed, before)
        self.counts.add(passed_on["annotations"], passed_on["articles"])
        self._held.add(passed_on.pop(_HELD))
        self._write(passed_on)

    def finish(self) -> None:
        """Write the tables that are made of all blocks."""
        if self._n_blocks > 1 and any(keys.may_repeat for keys in self._keys.values()):
            raise _BrokenError
        joined = {name: join(self._joined[name]) for name, join in joiners().items()}
        self._write(self._passed_on(joined, {}))
        self.identities.refuse()
        places, row = pa.array(self._order.places()), 0
        for table in self._held.tables():
            at = table.schema.get_field_index(ORDER)
            field = table.schema.field(at)
            of_all = places.slice(row, table.num_rows).cast(field.type)
            self._write({_HELD: table.set_column(at, field, of_all)})
            row += table.num_rows

    def written(self, in_force: Mapping[str, Codebook]) -> WrittenTables:
        """Return what was written, once every file is complete."""
        tables = {name: StoredTable.at(self._path(name)) for name in sorted(self._writers)}
        agreement, error_rates = (pq.read_table(tables[name].path) for name in ("agreement", "error_rates"))
        rows = {name: table.num_rows for name, table in tables.items()}
        return WrittenTables(
            tables=tables,
            columns=stored_column_hashes({name: table.path for name, table in tables.items()}),
            summary=self.counts.summary(rows, in_force, agreement=agreement, error_rates=error_rates),
            withheld=dict(sorted(self.withheld.items())),
            replaced=dict(sorted(self.identities.replaced.items())),
        )

    def _passed_on(self, tables: dict[str, pa.Table], before: Mapping[str, int]) -> dict[str, pa.Table]:
        """The tables as whoever receives the export may read them."""
        schemas = {name: self._schemas[name] for name in tables}
        tables, left_out = withheld(tables, schemas, text=self._options.text, notes=self._options.notes)
        for column, n in left_out.items():
            self.withheld[column] = self.withheld.get(column, 0) + n
        tables = self.identities(tables, before)
        return public(tables, self._key) if self._options.public else tables

    def _write(self, tables: Mapping[str, pa.Table]) -> None:
        for name, table in tables.items():
            if name not in self._writers:
                of_file = TableWriter(self._path(name), table.schema, metadata=self._metadata.get(name))
                self._writers[name] = self.enter_context(of_file)
        for _ in self._threads.map(lambda name: self._writers[name].add(tables[name]), tables):
            pass

    def _path(self, name: str) -> Path:
        return self._place / f"{name}.parquet"
