"""The lines that explain a category, and that codebooks without them are what they were."""

from __future__ import annotations

from tests.codebook.samples import EXPLAINED, FULL, codebook
from toolkit.codebook.explained import definition_lines


def lines(text: str, *, with_examples: bool) -> list[tuple[str, str]]:
    question = codebook(text).questions[0]
    found = definition_lines(question, question.categories[0], with_examples=with_examples)
    return [(line.kind, line.text) for line in found]


def test_definition_examples_and_neighbours_in_this_order() -> None:
    assert lines(EXPLAINED, with_examples=True) == [
        ("definition", "One whole sentence."),
        ("example", "For example: It rains."),
        ("counter_example", "But not: Rain."),
        ("not_this_but", "If it is cut: not this, but It is not."),
    ]


def test_where_there_is_little_room_the_border_stays() -> None:
    kinds = [kind for kind, _ in lines(EXPLAINED, with_examples=False)]
    assert kinds == ["definition", "not_this_but"]


def test_only_neighbours_that_matter_where_these_are_named() -> None:
    question = codebook(EXPLAINED).questions[0]
    for among, said in ((["broken"], 1), (["unclear"], 0)):
        lines = definition_lines(question, question.categories[0], among=among)
        assert sum(line.kind == "not_this_but" for line in lines) == said


def test_a_definition_alone_is_one_line() -> None:
    assert lines(FULL, with_examples=True) == [("definition", "One whole sentence.")]


def test_codebooks_that_do_not_use_them_keep_their_hash() -> None:
    # As 1.0.0 of this sample was hashed before categories could be explained.
    assert codebook().hash == "74a0916493bac149ed367c2f74dd94b07062f16a2df6f00de366074ff60867dd"
    assert (
        codebook(FULL.replace("definition: One whole sentence.", "definition: One whole sentence., examples: []")).hash
        == codebook().hash
    )
    assert codebook(EXPLAINED).hash != codebook().hash
