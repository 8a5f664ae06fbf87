"""Categories taken from another question: written out as if they had been copied, hotkeys with shift."""

from __future__ import annotations

import pytest

from tests.codebook.samples import HEAD
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import hotkey_places, parse
from toolkit.errors import ContractViolated

FIRST = """\
  - id: first
    text: Which?
    level: nominal
    categories:
      - {code: a, title: A, definition: An A., hotkey: q}
      - {code: b, title: B, definition: A b., hotkey: w}
      - {code: none, title: None, definition: Neither., hotkey: e, missing: true}
"""
SECOND = "  - {id: second, text: Which else?, level: set, required: false, categories_of: first}\n"
COPIED = """\
  - id: second
    text: Which else?
    level: set
    required: false
    categories:
      - {code: a, title: A, definition: An A., hotkey: shift+q}
      - {code: b, title: B, definition: A b., hotkey: shift+w}
"""


def read(questions: str) -> Codebook:
    return parse(HEAD + questions, source="book.yaml")


def faults(questions: str) -> list[str]:
    with pytest.raises(ContractViolated) as refused:
        read(questions)
    return [str(fault) for fault in refused.value.faults]


def test_it_is_what_a_copy_would_be() -> None:
    assert read(FIRST + SECOND).hash == read(FIRST + COPIED).hash
    assert read(FIRST + SECOND) == read(FIRST + COPIED)


def test_it_may_come_before_the_question_it_takes_them_from() -> None:
    assert [category.code for category in read(SECOND + FIRST).questions[0].categories] == ["a", "b"]


def test_a_hotkey_has_the_place_of_the_one_it_is_made_of() -> None:
    places = hotkey_places(HEAD + FIRST + SECOND)
    assert places["second", "a"] == places["first", "a"]


def test_a_neighbour_that_is_left_out_is_not_spoken_of() -> None:
    explained = FIRST.replace(
        "definition: An A.", "definition: An A., not_this_but: [{when: x, then: b}, {when: y, then: none}]"
    )
    first, second = read(explained + SECOND).questions
    assert [one.then for one in first.categories[0].not_this_but] == ["b", "none"]
    assert [one.then for one in second.categories[0].not_this_but] == ["b"]


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (SECOND.replace("categories_of: first", "categories_of: frist"), "did you mean 'first'?"),
        (SECOND.replace("categories_of: first", "categories_of: second"), "lists no categories itself"),
        (COPIED + "    categories_of: first\n", "categories of its own"),
        (SECOND.replace("categories_of: first", "categories_of: [first]"), "is no question here"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(second: str, said: str) -> None:
    found = [fault for fault in faults(FIRST + second) if said in fault]
    assert len(found) == 1
    line = next(n for n, text in enumerate((HEAD + FIRST + second).splitlines(), start=1) if "categories_of" in text)
    assert found[0].startswith(f"book.yaml:{line}:")
