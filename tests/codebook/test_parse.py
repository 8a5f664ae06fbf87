from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.codebook.samples import FULL, GATE, HEAD, codebook, faults_of
from toolkit.codebook.document import BOUNDS
from toolkit.codebook.parse import parse
from toolkit.errors import ContractViolated, Fault


def test_a_sound_codebook_is_read_whole() -> None:
    book = codebook()
    assert (book.name, book.version, book.language) == ("small", "1.0.0", "en")
    assert [q.id for q in book.questions] == ["gate", "kind", "rank", "topics", "words", "warmth", "deaths", "note"]
    assert book.by_id["rank"].scale == ("low", "middle", "high")
    assert book.by_id["kind"].path("police") == ("STATE", "police")
    assert book.by_id["kind"].target == {"1": 0.8, "2": 0.7}
    assert book.by_id["gate"].missing_codes == {"unclear"}


def test_what_a_codebook_could_not_say_at_first_changes_no_hash_while_it_says_nothing() -> None:
    """A study remembers its codebook by this: of the one that was handed out with the first tables."""
    text = (Path(__file__).parents[1] / "frozen" / "v1" / "study" / "codebook.yaml").read_text(encoding="utf-8")
    assert parse(text, source="codebook.yaml").hash.startswith("c7b3399f69eb")
    assert (
        codebook(FULL.replace("language: en\n", "language: en\nshow: {title: yes, outlet: yes}\n")).hash
        == codebook().hash
    )
    assert codebook(FULL.replace("language: en\n", "language: en\nshow: {title: no}\n")).hash != codebook().hash


def test_layout_and_comments_do_not_change_the_hash() -> None:
    respaced = "# a remark\n" + FULL.replace("language: en\n", "language:   'en'  # English\n\n")
    assert codebook(respaced).hash == codebook().hash
    assert codebook(FULL.replace("title: Army", "title: Armed forces")).hash != codebook().hash


def test_plain_no_and_yes_are_text() -> None:
    text = HEAD + GATE.replace("code: ok", "code: no").replace("code: broken", "code: yes")
    assert list(codebook(text).by_id["gate"].by_code) == ["no", "yes", "unclear"]


def test_byte_order_mark_and_windows_line_ends_are_read() -> None:
    assert codebook("\ufeff" + FULL.replace("\n", "\r\n")).hash == codebook().hash


def test_numbers_as_keys_of_a_target_are_depths() -> None:
    assert codebook(FULL.replace('{"1": 0.8, "2": 0.7}', "{1: 0.8, 2: 0.7}")).hash == codebook().hash


MANY_FAULTS = """\
name: Small Book
version: 1.0
langauge: en
instructions: []
questions:
  - id: gate
    text: Is it?
    level: nominal
    categories:
      - code: true
        title: It is
        definition: One.
        hotkey: a
      - code: broken
        title: It is not
        definition: None.
        hotkey: A
  - id: rank
    text: Which rank?
    level: ordinal
    show_if: {gaet: [broken]}
    order: [low, hihg, low]
    categories:
      - {code: low, title: Low, definition: Low.}
      - {code: high, title: High, definition: High.}
  - id: rank
    text: "  "
    level: nominl
    required: "true"
    target: 2
    text: again
  - id: size
    text: How many?
    level: ratio
    minimum: -1
    maximum: -2
    show_if: {rank: [lwo]}
"""


def test_all_faults_are_reported_at_once_in_the_order_of_the_file() -> None:
    found = faults_of(MANY_FAULTS)
    expected = [
        ("1:1", "'language' is missing"),
        ("1:7", "'name' must be small letters"),
        ("2:10", "'version' must be three numbers, as in 1.0.0; it is the number 1.0"),
        ("3:1", "unknown key 'langauge'; did you mean 'language'?"),
        ("4:1", "'instructions' is empty"),
        ("10:15", 'the truth value true: write it in quotes, "true"'),
        ("17:17", "the hotkey 'A' already chooses 'true' of question 'gate' (line 13)"),
        ("21:15", "'gaet', which is no question here; did you mean 'gate'?"),
        ("22:5", "leaves out high"),
        ("22:18", "unknown category 'hihg'; did you mean 'high'?"),
        ("22:24", "names 'low' 2 times"),
        ("26:9", "the question id 'rank' is given twice (first in line 18)"),
        ("27:11", "'text' is blank"),
        ("28:12", "'nominl'; did you mean 'nominal'?"),
        ("29:15", "must be true or false; it is 'true': write it without quotes"),
        ("30:13", "'target' must be a number from -1 to 1"),
        ("31:5", "'text' is given twice (first in line 27)"),
        ("35:14", "'minimum' cannot be negative"),
        ("35:14", "minimum -1 is above maximum -2"),
        ("36:14", "'maximum' cannot be negative"),
        ("37:22", "'lwo', which is no category of 'rank'; did you mean 'low'?"),
    ]
    assert [fault.split(" ", 1)[0] for fault in found] == [place for place, _ in expected]
    by_place = sorted(expected, key=lambda pair: [int(part) for part in pair[0].split(":")])
    for place, words in by_place:
        assert any(fault.startswith(f"{place} ") and words in fault for fault in found), (place, words, found)


def test_the_error_says_how_many_and_what_to_do() -> None:
    with pytest.raises(ContractViolated) as refused:
        parse(MANY_FAULTS, source="mine.yaml")
    assert refused.value.what == "mine.yaml cannot be used as a codebook: 21 faults"
    assert "codebook check" in refused.value.todo


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1 empty"),
        ("# nothing but a remark\n", "1:1 empty"),
        ("- a\n- b\n", "1:1 a codebook is a map"),
        ("just words\n", "1:1 a codebook is a map"),
        ("name: a\n---\nname: b\n", "2:1 this has a second document"),
        ("name: [a\n", "2:1 this is not YAML"),
        ("name: a\n\tversion: b\n", "2:1 this is not YAML"),
        ("name: *other\n", "1:7 this is not YAML"),
        ("name: a\nversion: \x07\n", "2:10 this has the character U+0007"),
        ("[" * 100_000, "1:51 this has lists and maps nested too deep"),
        ("#" * (BOUNDS.characters + 1), "1:1 this is 300,001 characters long"),
        ("name: &me [*me]\n", "an alias that holds itself"),
        ("? [a, b]\n: c\n", "1:3 a list or map cannot be a key"),
    ],
)
def test_what_is_no_codebook_at_all(text: str, expected: str) -> None:
    assert any(expected in fault for fault in faults_of(text)), faults_of(text)


def test_a_text_of_the_largest_size_is_still_read() -> None:
    assert codebook(FULL + "#" * (BOUNDS.characters - len(FULL))).hash == codebook().hash


def test_aliases_that_multiply_are_stopped() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert any("25,000 values" in fault for fault in faults_of("\n".join(rows)))


@given(
    st.text(alphabet=st.sampled_from("abc:-[]{}#&*!|>'\"%@`, \n0123456789."), max_size=60)
    | st.sampled_from(FULL.split("\n")).map(lambda line: FULL.replace(line, "", 1))
)
def test_any_text_is_a_codebook_or_a_list_of_faults(text: str) -> None:
    for fault in refused_faults(text):
        assert re.fullmatch(r"any\.yaml:\d+:\d+", fault.place)
        assert fault.message


def refused_faults(text: str) -> tuple[Fault, ...]:
    """The faults of a text; none where it is a codebook. A refusal without a fault is a bug."""
    try:
        parse(text, source="any.yaml")
    except ContractViolated as refused:
        return refused.faults or (Fault("", "refused without a fault"),)
    return ()


@given(st.data())
def test_any_line_of_a_codebook_may_be_spoiled(data: st.DataObject) -> None:
    lines = FULL.split("\n")
    index = data.draw(st.integers(0, len(lines) - 1))
    key, _, _ = lines[index].partition(":")
    spoiled = data.draw(
        st.sampled_from(["true", "[]", "{}", "3", "-.inf", "~", "[[a]]", "{a: b}", '"\\ud800"', "[1, {}]"])
    )
    lines[index] = f"{key}: {spoiled}"
    for fault in refused_faults("\n".join(lines)):
        assert re.fullmatch(r"any\.yaml:\d+:\d+", fault.place)
        assert fault.message
