from __future__ import annotations

from tests.export.contents import CODEBOOK
from toolkit.export.contract.schema import table_schemas
from toolkit.export.contract.templates import expanded_schemas

WIDE = table_schemas()["wide"]


def test_only_templates_are_written_out_and_nothing_else_changes() -> None:
    schemas = expanded_schemas([CODEBOOK])
    assert {name: schema for name, schema in schemas.items() if name != "wide"} == {
        name: schema for name, schema in table_schemas().items() if name != "wide"
    }
    wide = schemas["wide"]
    assert wide.columns[: len(WIDE.columns)] == WIDE.columns
    assert (wide.templates, wide.hash, wide.version) == ((), WIDE.hash, WIDE.version)
    assert expanded_schemas([CODEBOOK], schemas=schemas) == schemas


def test_a_column_says_which_question_it_is_of() -> None:
    column = next(one for one in expanded_schemas([CODEBOOK])["wide"].columns if one.name == "voice_n")
    assert (column.arrow_type, column.unit) == ("int32", "answers")
    assert column.description == "Answers to voice with in_agreement."


def test_no_two_questions_can_make_the_same_column() -> None:
    """A name ends in its template's ending, and no ending ends in another or in the name of a fixed column."""
    endings = [template.name.removeprefix("{question}") for template in WIDE.templates]
    for ending in endings:
        assert ending.startswith("_")
        assert not any(other != ending and other.endswith(ending) for other in endings)
        assert not any(column.name.endswith(ending) for column in WIDE.columns)


def test_text_and_unmeasured_questions_have_no_columns() -> None:
    names = [column.name for column in expanded_schemas([CODEBOOK])["wide"].columns]
    assert not [name for name in names if name.startswith(("note_", "sure_"))]
