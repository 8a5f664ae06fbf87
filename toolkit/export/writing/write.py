"""From a study's content to a version of its export: tables, codebooks, and the pages that describe them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from toolkit.agreement.consensus_reliability import ConsensusReliability, said_in_json
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.codebook.without_examples import without_comments, without_examples
from toolkit.errors import BadInput
from toolkit.export.content.public import public
from toolkit.export.content.study_content import StudyContent
from toolkit.export.content.withheld import withheld
from toolkit.export.contract.content_hash import Hashes, column_hashes, content_hash
from toolkit.export.contract.schema import table_schemas
from toolkit.export.contract.templates import expanded_schemas
from toolkit.export.pages import croissant, data_card, datapackage
from toolkit.export.pages.codebook_files import codebook_files, file_of_each
from toolkit.export.pages.manifest import (
    MANIFEST_VERSION,
    ExportedFile,
    FormerVersion,
    Manifest,
    Options,
    Watermark,
    described,
    file_hash,
    ordered,
    read_manifest,
    round_states,
    table_file,
    tools,
)
from toolkit.export.pages.summary import FewAnswers, few_answers, summary
from toolkit.export.rows import tables_of
from toolkit.export.writing.numbering import semantic_version
from toolkit.export.writing.parquet import write_table
from toolkit.export.writing.privacy import columns_looked_through, refuse_looser, without_identities
from toolkit.export.writing.versions import (
    MANIFEST,
    alone,
    complete_versions,
    draft,
    next_number,
    point,
    publish,
    version_name,
)
from toolkit.files.whole import write_flushed
from toolkit.study.about import About

_DAY = len("2026-03-01")
_AT_ONCE = 2
"""Tables that are written at the same time: more would hold more of them in memory twice."""


@dataclass(frozen=True, slots=True)
class Source:
    """What an export is of and was asked to hold, beside its content.

    ``watermarks`` gives for each round, oldest first, the moment of its server's clock up to which it was pulled.
    ``addresses`` are those of everybody the study knows: nobody else may find them in what people wrote. ``key`` is the
    study's, for names in a public export. ``about`` is what the study says of itself.
    """

    study: str
    study_id: str
    options: Options
    watermarks: Mapping[str, Watermark] = field(default_factory=dict)
    addresses: Collection[str] = field(default=(), repr=False)
    key: bytes = field(default=b"", repr=False)
    about: About = field(default_factory=About)


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The newest version: its folder, whether this export made it, its tables by name, and its codebooks.

    ``few_answers`` are the annotators whose error rates rest on few answers, where Dawid and Skene was asked for.
    """

    folder: Path
    version: int
    changed: bool
    content_sha256: str
    options: Mapping[str, bool | int]
    """What was asked for, as the manifest has it."""
    paths: Mapping[str, Path]
    rows: Mapping[str, int]
    codebooks: tuple[Path, ...] = ()
    few_answers: tuple[FewAnswers, ...] = ()
    semantic_version: str | None = None
    """What the version asks of whoever read the one before it, by which of its three numbers is another."""
    licence_missing: bool = False
    """Whether no licence is stated, for the first time in this folder."""
    withheld: Mapping[str, int] = field(default_factory=dict)
    """How many values were left out, by table and column."""
    address: str | None = None
    """The address in an object store that ``folder`` and ``paths`` are below, where the versions lie in one."""


def export_tables(content: StudyContent, folder: Path, source: Source) -> ExportResult:
    """Return the newest version of the study's export in the folder: a new one only where rows or codebooks changed.

    A version is completed out of sight and gets its name in one step; then ``latest.json`` is pointed at it. Whenever
    the program is stopped, the former version is the newest, or the new one is. Two exports to one folder wait for
    each other.

    Raises:
        ContractViolated: when the content breaks the contract; nothing was written.
        BadInput: when the folder cannot be written, or holds another study's versions, or where what people wrote may
            say who somebody is and that was not asked for.
        UsageError: when the newest version there withholds what this one would hold.

    """
    tables = tables_of(replace(content, study_id=source.study_id))
    options = source.options
    tables, left_out = withheld(tables, table_schemas(), text=options.text, notes=options.notes)
    tables, replaced = without_identities(tables, options, source.addresses)
    watermarks = source.watermarks
    if options.public:
        tables = public(tables, source.key)
        watermarks = {name: _by_day(mark) for name, mark in watermarks.items()}
    codebooks = _codebooks(content, source.options)
    columns = column_hashes(tables)
    content_sha256 = content_hash(tables, codebooks, columns)
    try:
        with alone(folder):
            refuse_looser(folder, source.options)
            former = _former(folder, source)
            if former is not None and _says_the_same(former, content_sha256, source) and _is_whole(folder, former):
                point(folder, former.version)
                return _result(folder, former, tables, changed=False)
            in_force, files = _in_force(content.documents), file_of_each(content.documents)
            manifest = Manifest(
                manifest_version=MANIFEST_VERSION,
                study=source.study,
                study_id=source.study_id,
                about=source.about,
                version=next_number(folder),
                semantic_version=semantic_version(folder, tables, content.codebooks.values()),
                former=_came_after(folder),
                content_sha256=content_sha256,
                options=source.options,
                rounds=round_states(watermarks, files, in_force),
                codebooks=_read_under(content, in_force, files),
                withheld=left_out,
                looked_through=columns_looked_through(options, left_out),
                redacted=replaced,
                tools=tools(),
                files=(),
            )
            with draft(folder) as place:
                manifest = _written(place, manifest, tables, columns, content)
                publish(folder, manifest.version)
    except OSError as fault:
        raise BadInput(
            f"{folder} cannot be written ({fault.strerror or fault})",
            todo="The versions that were there before still are; free the space or choose another folder.",
        ) from fault
    first = former is None or former.about.licence is not None
    missing = manifest.about.licence is None and first
    return replace(_result(folder, manifest, tables, changed=True), licence_missing=missing)


def _by_day(mark: Watermark) -> Watermark:
    return replace(mark, moment=mark.moment[:_DAY] if mark.moment else None)


def _in_json(reliability: Mapping[str, Mapping[str, ConsensusReliability]]) -> str:
    said = {
        name: {question: said_in_json(one) for question, one in of.items()} for name, of in sorted(reliability.items())
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _written(
    place: Path, manifest: Manifest, tables: Mapping[str, pa.Table], columns: Hashes, content: StudyContent
) -> Manifest:
    """The manifest, once every file it names is in the folder, itself included."""
    codebooks = _codebooks(content, manifest.options)
    in_force = _in_force(content.documents)
    newest = list(in_force.values())[-1].hash if in_force else ""

    def written(name: str) -> ExportedFile:
        path, table = place / f"{name}.parquet", tables[name]
        metadata = {"intercoder.codebook_hash": newest}
        if name == "consensus":
            metadata["intercoder.consensus_reliability"] = _in_json(content.reliability)
        write_table(path, table, metadata=metadata)
        described_by = table.schema.metadata or {}
        return table_file(path, rows=table.num_rows, metadata=described_by, columns=columns[name])

    with ThreadPoolExecutor(_AT_ONCE) as threads:  # Arrow lets others run while it compresses
        files = list(threads.map(written, tables))
    for name, text in codebooks.items():
        write_flushed(place / name, text.encode())
    files += described(place, codebooks)
    manifest = manifest.model_copy(update={"files": ordered(files)})
    found, schemas = summary(tables, in_force), expanded_schemas(content.codebooks.values())
    pages = {
        datapackage.FILE: datapackage.datapackage(manifest, schemas, content.codebooks.values()),
        croissant.FILE: croissant.croissant(manifest, schemas, found),
        data_card.FILE: data_card.data_card(manifest, schemas, found, content.reliability),
    }
    for name, text in pages.items():
        write_flushed(place / name, text.encode())
    manifest = manifest.model_copy(update={"files": ordered([*files, *described(place, pages)])})
    write_flushed(place / MANIFEST, manifest.text().encode())
    return manifest


def _codebooks(content: StudyContent, options: Options) -> Mapping[str, str]:
    """The text of each codebook file; its examples are words of articles, too, and its comments its authors' own."""
    files = codebook_files(content.documents, content.earlier)
    if not options.text:
        return {name: without_examples(text) for name, text in files.items()}
    return {name: without_comments(text) for name, text in files.items()} if options.public else files


def _in_force(documents: Mapping[str, str]) -> dict[str, Codebook]:
    return {name: parse(document, source=f"codebook of {name}") for name, document in documents.items()}


def _read_under(content: StudyContent, in_force: Mapping[str, Codebook], files: Mapping[str, str]) -> dict[str, str]:
    """The codebook file that answers are read under, by the hash of the codebook they were given under."""
    file_of = {in_force[name].hash: files[name] for name in in_force}
    return {
        hash_: file_of[codebook.hash]
        for hash_, codebook in sorted(content.codebooks.items())
        if codebook.hash in file_of
    }


def _came_after(folder: Path) -> FormerVersion | None:
    """The newest version there is, as its manifest stands, whoever edited it; None where there is none."""
    numbers = complete_versions(folder)
    if not numbers:
        return None
    manifest = folder / version_name(numbers[-1]) / MANIFEST
    return FormerVersion(version=numbers[-1], manifest_sha256=file_hash(manifest))


def _former(folder: Path, source: Source) -> Manifest | None:
    """The manifest of the highest version there is; None where there is none that can be read."""
    numbers: Sequence[int] = complete_versions(folder)
    for number in reversed(numbers):
        try:
            former = read_manifest(folder / version_name(number) / MANIFEST)
        except ValueError:  # somebody edited it: what comes next is a new version
            return None
        if former.study_id != source.study_id:
            raise BadInput(
                f"{folder} holds exports of another study ({former.study!r})",
                todo="Choose a folder of its own with `to=DIR`.",
            )
        return former if former.version == number else None
    return None


def _says_the_same(former: Manifest, content_sha256: str, source: Source) -> bool:
    computing = {"replicates", "seed"}  # no other rows
    asked, before = (each.model_dump(exclude=computing) for each in (source.options, former.options))
    return former.content_sha256 == content_sha256 and asked == before and former.about == source.about


def _is_whole(folder: Path, manifest: Manifest) -> bool:
    """Whether every file of a version is there, as large as it was: a look, and no check."""
    place = folder / version_name(manifest.version)
    files = ((place / file.path, file.bytes) for file in manifest.files)
    return all(path.is_file() and path.stat().st_size == size for path, size in files)


def _result(folder: Path, manifest: Manifest, tables: Mapping[str, pa.Table], *, changed: bool) -> ExportResult:
    place = folder / version_name(manifest.version)
    return ExportResult(
        folder=place,
        version=manifest.version,
        changed=changed,
        content_sha256=manifest.content_sha256,
        options=manifest.options.model_dump(),
        paths={name: place / file.path for name, file in sorted(manifest.tables.items())},
        rows={name: file.rows or 0 for name, file in sorted(manifest.tables.items())},
        codebooks=tuple(place / file.path for file in manifest.files if file.path.startswith("codebook")),
        few_answers=few_answers(tables["error_rates"]),
        semantic_version=manifest.semantic_version,
        withheld=manifest.withheld,
    )
