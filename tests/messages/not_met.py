"""Places where an error is made and no case comes, each with the reason."""

from __future__ import annotations

from collections.abc import Mapping

NOT_MET: Mapping[str, str] = {
    "labelstudio/connection.py refusal 1": "the SDK has named a status whenever it raised",
    "labelstudio/decode.py read_annotation 1": "a pull keeps nothing it could not read: it refuses it before",
    "loop/agreement/rounds_source.py default_round 1": "whatever asks a question again is exported beside its round",
    "tables/frames/counting.py _counted 1": "a unit with more than two thousand million rows",
    "tables/known_answers.py read_known_answers 2": "whoever has several questions has a column of them",
}
FAULTS_NOT_MET: Mapping[str, str] = {
    "loop/agreement/several.py agree_several 1": "whoever is root may read every file",
    "corpus/readers/parquet_table.py read 2": "a footer whose names are no text, which only the fuzzer has made",
    "files/csv_records.py broken_record 3": "whatever Python's reader of CSV says some day that it does not say now",
    "tables/read.py _csv 2": "whatever Arrow says of a CSV table in which we find nothing wrong",
}
