from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

from tests.codebook.samples import FULL
from toolkit.codebook.document import read_document
from toolkit.codebook.json_schema import codebook_json_schema
from toolkit.codebook.model import Category, Codebook, Level, Question
from toolkit.codebook.parse import parse
from toolkit.codebook.shipped import shipped_names, shipped_text
from toolkit.errors import UsageError
from toolkit.loop.init import DEFAULT_CODEBOOK
from toolkit.shipped import schemas_folder


def test_every_codebook_of_the_folder_is_shipped() -> None:
    assert list(shipped_names()) == sorted(path.stem for path in (schemas_folder() / "codebooks").iterdir())
    assert DEFAULT_CODEBOOK in shipped_names()


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_codebooks_are_sound_and_named_after_their_file(name: str) -> None:
    assert parse(shipped_text(name), source=f"{name}.yaml").name == name


def test_a_name_that_is_not_shipped_gets_its_near_ones() -> None:
    with pytest.raises(UsageError, match="'source-relibility'") as refused:
        shipped_text("source-relibility")
    assert "source-reliability" in refused.value.todo


@pytest.mark.parametrize("name", ["../codebooks/source-framing", "", "source-framing.yaml"])
def test_only_plain_names_are_shipped(name: str) -> None:
    with pytest.raises(UsageError):
        shipped_text(name)


def test_the_schema_file_is_the_model() -> None:
    written = (schemas_folder() / "codebook.schema.json").read_text(encoding="utf-8")
    assert written == codebook_json_schema(), "write it again with codebook_json_schema()"


@pytest.mark.parametrize("name", [*shipped_names(), "sample"])
def test_sound_codebooks_follow_the_schema(name: str) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(codebook_json_schema()))
    root, _ = read_document(FULL if name == "sample" else shipped_text(name))
    assert root is not None
    assert [error.message for error in validator.iter_errors(root.plain())] == []
    assert not validator.is_valid({**root.plain(), "langauge": "en"})


DOCS = Path(__file__).parents[2] / "docs" / "codebook.md"


def test_the_example_of_the_docs_is_sound() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert examples
    for example in examples:
        parse(example, source="docs/codebook.md")


def test_the_map_of_the_docs_is_one() -> None:
    """Each of its codes is one that the shipped codebook had, or that a codebook after it may have."""
    (text,) = re.findall(r'```yaml title="rename.yaml"\n(.*?)```', DOCS.read_text(encoding="utf-8"), re.DOTALL)
    root, findings = read_document(text)
    assert findings == []
    assert root is not None
    old = parse(shipped_text(DEFAULT_CODEBOOK), source=DEFAULT_CODEBOOK)
    codes: dict[str, dict[str, str | list[str]]] = root.plain()
    for question, became in codes.items():
        assert set(became) <= set(old.by_id[question].by_code)
    assert sorted(type(into).__name__ for of in codes.values() for into in of.values()) == ["list", "str", "str", "str"]


def test_the_docs_name_every_field_and_level() -> None:
    rows = re.findall(r"^\| (`[^|]+`) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    named = {word for row in rows for word in re.findall(r"`([^`]+)`", row)}
    fields = {field for model in (Codebook, Question, Category) for field in model.model_fields}
    assert fields | set(get_args(Level)) <= named


@pytest.mark.parametrize("name", shipped_names())
def test_a_target_from_which_no_conclusions_are_drawn_says_why(name: str) -> None:
    """Krippendorff (2004, p. 241): no conclusions below .667."""
    codebook = parse(shipped_text(name), source=name)
    for question in codebook.measured():
        targets = question.target.values() if isinstance(question.target, dict) else [question.target]
        low = any(target is not None and target < 0.667 for target in targets)
        assert (question.target_because is not None) is low, question.id
