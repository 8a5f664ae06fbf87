"""From a study's content to a version of its export: tables, codebooks, and the pages that describe them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from toolkit.agreement.consensus_reliability import ConsensusReliability, said_in_json
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.codebook.without_examples import without_comments, without_examples
from toolkit.errors import BadInput
from toolkit.export.content.blocks import BlocksOfContent, in_blocks
from toolkit.export.content.study_content import StudyContent
from toolkit.export.contract.content_hash import content_hash
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
from toolkit.export.pages.summary import FewAnswers, Summary
from toolkit.export.writing.numbering import semantic_version
from toolkit.export.writing.privacy import columns_looked_through, refuse_looser
from toolkit.export.writing.tables import WrittenTables, write_tables
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


def export_tables(content: StudyContent | BlocksOfContent, folder: Path, source: Source) -> ExportResult:
    """Return the newest version of the study's export in the folder: a new one only where rows or codebooks changed.

    Content that comes in blocks is written block by block, and need not fit in memory.

    A version is completed out of sight and gets its name in one step; then ``latest.json`` is pointed at it. Whenever
    the program is stopped, the former version is the newest, or the new one is. Two exports to one folder wait for
    each other.

    Raises:
        ContractViolated: when the content breaks the contract; nothing was written.
        BadInput: when the folder cannot be written, or holds another study's versions, or where what people wrote may
            say who somebody is and that was not asked for.
        UsageError: when the newest version there withholds what this one would hold.

    """
    blocks = content if isinstance(content, BlocksOfContent) else in_blocks(replace(content, study_id=source.study_id))
    whole, options = blocks.whole, source.options
    codebooks, in_force = _codebooks(whole, options), _in_force(whole.documents)
    files = file_of_each(whole.documents)
    try:
        with alone(folder):
            refuse_looser(folder, options)
            former = _former(folder, source)
            with draft(folder) as place:
                written = write_tables(
                    place,
                    blocks,
                    options,
                    in_force=in_force,
                    addresses=source.addresses,
                    key=source.key,
                    metadata=_metadata(whole, in_force),
                )
                content_sha256 = content_hash(written.tables, codebooks, written.columns)
                if former is not None and _says_the_same(former, content_sha256, source) and _is_whole(folder, former):
                    point(folder, former.version)
                    return _result(folder, former, written, changed=False)
                manifest = Manifest(
                    manifest_version=MANIFEST_VERSION,
                    study=source.study,
                    study_id=source.study_id,
                    about=source.about,
                    version=next_number(folder),
                    semantic_version=semantic_version(folder, written.tables, whole.codebooks.values()),
                    former=_came_after(folder),
                    content_sha256=content_sha256,
                    options=options,
                    rounds=round_states(_watermarks(source), files, in_force),
                    codebooks=_read_under(whole, in_force, files),
                    withheld=written.withheld,
                    looked_through=columns_looked_through(options, written.withheld),
                    redacted=written.replaced,
                    tools=tools(),
                    files=_files(place, written, codebooks),
                )
                manifest = _described(place, manifest, written.summary, whole)
                publish(folder, manifest.version)
    except OSError as fault:
        raise BadInput(
            f"{folder} cannot be written ({fault.strerror or fault})",
            todo="The versions that were there before still are; free the space or choose another folder.",
        ) from fault
    first = former is None or former.about.licence is not None
    missing = manifest.about.licence is None and first
    return replace(_result(folder, manifest, written, changed=True), licence_missing=missing)


def _watermarks(source: Source) -> Mapping[str, Watermark]:
    """Those of the study; in a public export to the day."""
    if not source.options.public:
        return source.watermarks
    return {
        name: replace(mark, moment=mark.moment[:_DAY] if mark.moment else None)
        for name, mark in source.watermarks.items()
    }


def _in_json(reliability: Mapping[str, Mapping[str, ConsensusReliability]]) -> str:
    said = {
        name: {question: said_in_json(one) for question, one in of.items()} for name, of in sorted(reliability.items())
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _metadata(whole: StudyContent, in_force: Mapping[str, Codebook]) -> Mapping[str, Mapping[str, str]]:
    """What is said of each table's file, beside its schema."""
    newest = {"intercoder.codebook_hash": list(in_force.values())[-1].hash if in_force else ""}
    reliability = {"intercoder.consensus_reliability": _in_json(whole.reliability)}
    return {name: {**newest, **(reliability if name == "consensus" else {})} for name in table_schemas()}


def _files(place: Path, written: WrittenTables, codebooks: Mapping[str, str]) -> tuple[ExportedFile, ...]:
    """The tables and the codebooks, which are written here, as the manifest has them."""
    for name, text in codebooks.items():
        write_flushed(place / name, text.encode())
    tables = (
        table_file(table.path, rows=table.num_rows, metadata=table.schema.metadata, columns=written.columns[name])
        for name, table in written.tables.items()
    )
    return ordered([*tables, *described(place, codebooks)])


def _described(place: Path, manifest: Manifest, found: Summary, whole: StudyContent) -> Manifest:
    """The manifest, once every page that describes the tables is in the folder, itself included."""
    schemas = expanded_schemas(whole.codebooks.values())
    pages = {
        datapackage.FILE: datapackage.datapackage(manifest, schemas, whole.codebooks.values()),
        croissant.FILE: croissant.croissant(manifest, schemas, found),
        data_card.FILE: data_card.data_card(manifest, schemas, found, whole.reliability),
    }
    for name, text in pages.items():
        write_flushed(place / name, text.encode())
    manifest = manifest.model_copy(update={"files": ordered([*manifest.files, *described(place, pages)])})
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


def _result(folder: Path, manifest: Manifest, written: WrittenTables, *, changed: bool) -> ExportResult:
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
        few_answers=written.summary.few_answers,
        semantic_version=manifest.semantic_version,
        withheld=manifest.withheld,
    )
