"""Everything that reads what others wrote, as functions of bytes, with valid inputs to begin from."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from tests.codebook.samples import FULL
from toolkit.cli.streams import plain
from toolkit.codebook.parse import parse
from toolkit.corpus.readers import ColumnMapping, Ids, read_articles, suffixes
from toolkit.errors import BadInput, IntercoderError
from toolkit.labelstudio.decode import read_annotation, read_responses
from toolkit.labelstudio.export_file import read_entry, read_export
from toolkit.labelstudio.stock.config import controls_of
from toolkit.loop.agreement.label_studio_file import agree_label_studio
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.table import TableScale, agree_table
from toolkit.loop.annotator_attributes import read_attributes
from toolkit.study import settings
from toolkit.tables.distances import read_distance_table
from toolkit.tables.rows import LongColumns

Try = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Target:
    """What is tried: ``read`` takes bytes and raises nothing but an IntercoderError; ``valid`` are inputs it takes."""

    read: Try
    valid: Sequence[bytes]
    words: Sequence[bytes] = ()
    """Pieces that mean something in this format."""

    def attempt(self, data: bytes) -> None:
        """Read the bytes, or be refused in words that can be printed."""
        try:
            self.read(data)
        except IntercoderError as error:
            str(error).encode()


TEXT = b"The council met on Monday. Nobody spoke.\n\nThen \xe2\x80\x9cit\xe2\x80\x9d rained.\n"
ARTICLE = {"id": "a/7", "text": TEXT.decode(), "title": "Rain", "published": "2026-03-04", "language": "en"}
FRONT = b"---\ntitle: Rain\nauthors: [A, &b B]\ndate: 2026-03-04\nx: {y: *b}\n---\n"
PAGE = (
    b'<!doctype html><html lang="en"><head><title>Rain</title><meta name="author" content="A B">'
    b'<meta property="og:site_name" content="Ledger"></head><body><nav><a href="/">Home</a></nav><article><h1>Rain</h1>'
    b"<p>The council met on Monday, and nobody spoke about the rain that had fallen since the week before.</p>"
    b"<p>Then it rained again, as it had done on every day of that month, and the river rose by a metre.</p>"
    b"</article></body></html>"
)
ROWS = [
    {"unit": f"s{unit}", "coder": coder, "value": str(value), "start": value, "end": value + 2, "length": 9}
    for unit, values in enumerate([(1, 1), (1, 2), (3, 2), (2, 2)])
    for coder, value in zip("xy", values, strict=True)
]
MARKUP = [b"<", b">", b"</p>", b"<p>", b"&#0;", b"&#x110000;", b"<!--", b"<![CDATA[", b"<table>", b"<svg>", b'lang="']
CSV = [
    b",",
    b";",
    b"\t",
    b'"',
    b'""',
    b"\r",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xe9",
    b"text",
    b"id",
]
JSON = [
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b":",
    b",",
    b"null",
    b"true",
    b"NaN",
    b"1e999",
    b"\\ud800",
    b'"\\ud800"',
    b"9" * 5000,
    b"-0",
    b"[" * 3000,
]
YAML = [
    b"[", b"]", b"{", b"}", b": ", b"- ", b"? ", b"&a ", b"*a", b"<<: ", b"|\n", b">-\n", b"!!str ", b"!x ", b"---\n",
    b"...\n", b"%YAML 1.1\n", b"%TAG ! x\n", b"\t", b"#", b"~", b".inf", b".nan", b"0x", b"0o8", b"1:2:3",
    b"2026-02-31", b"'", b'"', b"\\u", b"\\x", b"[" * 200, b"- " * 200, b"\x85", b"\xe2\x80\xa8",
]  # fmt: skip
NUMBERS = [b"1e308", b"-1.7976931348623157e308", b"5e-324", b"nan", b"inf", b"1_0", b"9007199254740993", b"007", b""]


def _file(suffix: str, read: Callable[[Path], object]) -> Try:
    """What reads a file, as a function of the bytes in it."""

    def attempt(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"x{suffix}")
            path.write_bytes(data)
            read(path)

    return attempt


def _articles(path: Path) -> None:
    kinds: tuple[Ids, ...] = ("name", "content")
    for ids in kinds:
        result = read_articles([path], columns=ColumnMapping(), ids=ids)
        for drafted in result.articles:
            assert drafted.article.text.strip()
            drafted.article.text.encode()
            assert 0 < len(drafted.article.article_id) <= 120
        if result.faults:
            raise BadInput("some of it is at fault", faults=result.faults)


_SCALES = (
    TableScale(level="nominal", on_repeat="first", missing=("3",)),
    TableScale(level="ordinal", order=("1", "2", "3"), on_repeat="latest"),
    TableScale(level="interval"),
    TableScale(level="ratio"),
    TableScale(level="set", set_separator="|"),
    TableScale(level="span"),
)


def _attributes(path: Path) -> None:
    read_attributes(path, {"ana@example.org", "ben@example.org"})


def _agreement(path: Path) -> None:
    refused = []
    for scale in _SCALES:
        start, end, length = ("start", "end", "length") if scale.level == "span" else (None, None, None)
        columns = LongColumns(unit="unit", annotator="coder", value="value", start=start, end=end, length=length)
        try:
            found = agree_table(path, columns, scale, AgreementRequest(replicates=0, measures=("all",)))
        except IntercoderError as error:
            str(error).encode()
            refused.append(error)
        else:
            json.dumps(plain(found), allow_nan=False)
    if len(refused) == len(_SCALES):
        raise refused[0]


def _project(path: Path) -> None:
    found = agree_label_studio(path, AgreementRequest(replicates=0, measures=("all",)))
    json.dumps(plain(found), allow_nan=False)


def _labelling_config(path: Path) -> None:
    controls_of(path.read_text(encoding="utf-8", errors="replace"), name=path.name)


def _settings(path: Path) -> None:
    settings.read(path)
    settings.update(path, {"rounds": {"pilot": {"seed": 7}}})
    settings.read(path)


def _codebook(data: bytes) -> None:
    parse(data.decode(errors="surrogateescape"), source="any.yaml")


def _decoded(data: bytes) -> None:
    """An export; before, everything in it as what a server answers."""
    whole: object = None
    with suppress(ValueError, RecursionError):  # no JSON: then there are no parts
        whole = json.loads(data)
    _try_every_part(whole)
    read_export(data, name="any.json")


def _try_every_part(whole: object) -> None:
    pending: list[Any] = [whole]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            list(read_responses(value))
            pending += value
        elif isinstance(value, Mapping):
            for read in (read_annotation, read_entry):
                with suppress(IntercoderError):
                    read(value)
            pending += value.values()


def _written(rows: Sequence[Mapping[str, object]], suffix: str) -> bytes:
    if suffix == ".jsonl":
        return "".join(json.dumps(row) + "\n" for row in rows).encode()
    if suffix == ".csv":
        lines = [",".join(rows[0]), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)]
        return "\n".join(lines).encode()
    return as_parquet(pa.Table.from_pylist([dict(row) for row in rows]))


def as_parquet(table: pa.Table) -> bytes:
    """The bytes of the table's file, small enough for a spoiled byte to matter."""
    out = io.BytesIO()
    pa.parquet.write_table(table, out, compression="none")
    return out.getvalue()


EXPORT = json.dumps([
    {
        "id": 5, "data": {"sentence_id": "a-1", "text": "It rained."}, "updated_at": "2026-03-01T09:00:00Z",
        "annotations": [{
            "id": 11, "completed_by": {"id": 4, "email": "a@example.org"}, "created_username": "A a@example.org, 4",
            "created_at": "2026-03-01T09:00:00Z", "updated_at": "2026-03-01T10:00:00+01:00", "lead_time": 5.0,
            "was_cancelled": False, "parent_prediction": None, "updated_by": [4],
            "result": [
                {"from_name": "q", "type": "choices", "value": {"choices": ["a"]}},
                {"from_name": "k", "type": "taxonomy", "value": {"taxonomy": [["A", "b"]]}},
                {"from_name": "n", "type": "number", "value": {"number": 3}},
                {"from_name": "t", "type": "textarea", "value": {"text": ["x"]}},
                {"from_name": "s", "type": "labels", "value": {"start": 0, "end": 2, "text": "It", "labels": ["L"]}},
            ],
        }],
    }
]).encode()  # fmt: skip

LABEL_XML = (
    b'<View><Text name="text" value="$text"/><Choices name="q" toName="text" choice="multiple"><Choice value="A"/>'
    b'</Choices><Labels name="words" toName="text"><Label value="L"/></Labels><Rating name="r" toName="text"/></View>'
)


def _submitted(number: int, who: int) -> Mapping[str, Any]:
    """One annotation of every kind that is read."""
    kinds: Mapping[str, Any] = {
        "choices": ["A"],
        "rating": 3,
        "number": 1.5,
        "taxonomy": [["A", "b"]],
        "selected": "left",
        "labels": ["L"],
    }
    result = [
        {"from_name": kind, "to_name": "text", "type": "pairwise" if kind == "selected" else kind,
         "value": {kind: value, "start": 0, "end": 3, "text": "The"}}
        for kind, value in kinds.items()
    ]  # fmt: skip
    at = "2026-03-04T10:00:00Z"
    return {"id": number, "completed_by": who, "result": result, "created_at": at, "updated_at": at}


PROJECT = json.dumps([
    {"id": n, "data": {"text": TEXT.decode()}, "annotations": [_submitted(2 * n, 7), _submitted(2 * n + 1, 8)],
     "drafts": [], "predictions": [{}]}
    for n in (1, 2)
]).encode()  # fmt: skip

_ARTICLE_FILES: Mapping[str, tuple[Sequence[bytes], Sequence[bytes]]] = {
    ".txt": ([TEXT], [b"\0", b"\xff", b"\xef\xbb\xbf", b"\r"]),
    ".md": ([FRONT + TEXT, TEXT], YAML),
    ".html": ([PAGE], MARKUP),
    ".csv": ([_written([ARTICLE], ".csv"), b"id;text\r1;It rained.\r"], CSV),
    ".jsonl": ([_written([ARTICLE, {**ARTICLE, "id": 8}], ".jsonl")], JSON),
    ".parquet": ([_written([ARTICLE], ".parquet")], ()),
}

TARGETS: Mapping[str, Target] = {
    **{
        f"article{suffix}": Target(_file(suffix, _articles), *_ARTICLE_FILES.get(suffix, ([TEXT], ())))
        for suffix in suffixes()
        if suffix not in {".htm", ".markdown"}  # read by the module that reads .html and .md
    },
    **{
        f"table{suffix}": Target(_file(suffix, _agreement), [_written(ROWS, suffix)], words)
        for suffix, words in ((".csv", [*CSV, *NUMBERS]), (".jsonl", [*JSON, *NUMBERS]), (".parquet", ()))
    },
    "project.json": Target(_file(".json", _project), [PROJECT], JSON),
    "label.xml": Target(_file(".xml", _labelling_config), [LABEL_XML], MARKUP),
    "distances.csv": Target(
        _file(".csv", read_distance_table),
        [b"distance,a,b\na,0,1\nb,1,0\n", b"weight,a,b\na,1,0\nb,0,1\n"],
        [*CSV, *NUMBERS],
    ),
    "annotators.csv": Target(
        _file(".csv", _attributes), [b"email,leaning\nana@example.org,left\n", b"email,a,b\nben@example.org,,x\n"], CSV
    ),
    "study.yaml": Target(
        _file(".yaml", _settings),
        [settings.initial("s", exports="exports").encode(), b"name: s\nrounds: {a: {b: 1}}\n"],
        YAML,
    ),
    "codebook.yaml": Target(_codebook, [FULL.encode()], YAML),
    "export.json": Target(_decoded, [EXPORT], JSON),
}
