"""A codebook written from anybody's configuration is valid, and reads back what the project stores."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.codebook.accepted_answers import check_answers
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.labelstudio.stock.codebook import WrittenCodebook, written_codebook
from toolkit.labelstudio.stock.config import controls_of
from toolkit.labelstudio.stock.levels import Use, used
from toolkit.labelstudio.stock.names import Names, misfits, not_known, read_names, responses_in
from toolkit.labelstudio.stock.parts import said_by

Part = dict[str, Any]


def part(name: str, kind: str, value: Part, **more: object) -> Part:
    return {"from_name": name, "to_name": "text", "type": kind, "value": value, **more}


def written(config: str, *submissions: list[Part], **more: Any) -> WrittenCodebook:
    uses: dict[str, Use] = {}
    for result in submissions:
        for name, said in said_by(result)[0].items():
            uses.setdefault(name, Use()).take(said)
    page = f'<View><Text name="text" value="$text"/>{config}</View>'
    asked = {"title": "Theirs", "instructions_html": "", "where": "project 7", "not_marked": {}} | more
    return written_codebook(controls_of(page, name="label.xml"), uses, **asked)


def codebook_of(book: WrittenCodebook) -> Codebook:
    return parse(book.text, source="codebook.yaml")


def answers(book: WrittenCodebook, *result: Part, text: str = "Police said no.") -> dict[str, Any]:
    codebook = codebook_of(book)
    found = check_answers(codebook, responses_in(result, book.names, codebook), sentence=text)
    return {one.question: one.value if one.rejected_because is None else one.rejected_because for one in found}


def choices(name: str, *values: str, more: str = "") -> str:
    inside = "".join(f"<Choice value={quoteattr(value)}/>" for value in values)
    return f'<Choices name={quoteattr(name)} toName="text" {more}>{inside}</Choices>'


def test_values_that_cannot_be_codes_get_one_and_are_read_back() -> None:
    book = written(choices("How is it?", "Not sure", "not sure!", "Très bien", "да", "true"))
    (question,) = codebook_of(book).questions
    assert question.id == "how_is_it"
    assert [category.code for category in question.categories] == [
        "Not_sure", "not_sure_2", "Tres_bien", "category", "category_true",
    ]  # fmt: skip
    assert [category.title for category in question.categories][2:] == ["Très bien", "да", "true"]
    given_ = part("How is it?", "choices", {"choices": ["да"]})
    assert answers(book, given_) == {"how_is_it": "category"}


def test_a_value_that_came_later_is_never_taken_for_a_code() -> None:
    book = written(choices("q", "Not sure", "Sure"))
    assert "unknown category" in answers(book, part("q", "choices", {"choices": ["Not_sure"]}))["q"]
    assert answers(book, part("q", "choices", {"choices": ["Later"]}))["q"] == "unknown category 'Later'"


def test_kinds_become_levels_and_say_why() -> None:
    book = written(
        choices("one", "a", "b")
        + choices("several", "a", more='choice="multiple"')
        + '<Rating name="stars" toName="text" maxRating="3"/><Number name="n" toName="text" min="0" max="9"/>'
        + '<TextArea name="why" toName="text" required="true"/>'
        + '<Labels name="who" toName="text"><Label value="Person"/></Labels>'
        + '<Taxonomy name="tree" toName="text" maxUsages="1"><Choice value="A"><Choice value="x"/>'
        '<Choice value="y"/></Choice><Choice value="B"/></Taxonomy>'
    )
    codebook = codebook_of(book)
    assert {question.id: question.level for question in codebook.questions} == {
        "one": "nominal", "several": "set", "stars": "ordinal", "n": "interval", "why": "text", "who": "span",
        "tree": "taxonomy",
    }  # fmt: skip
    assert codebook.by_id["stars"].order == ["1", "2", "3"]
    assert (codebook.by_id["n"].minimum, codebook.by_id["n"].maximum) == (0, 9)
    assert codebook.by_id["tree"].path("x") == ("A", "x")
    assert "a guess: a rating; from 1 to 3" in book.text
    found = answers(
        book,
        part("stars", "rating", {"rating": 2}), part("n", "number", {"number": 2.5}),
        part("why", "textarea", {"text": ["so"]}), part("tree", "taxonomy", {"taxonomy": [["A", "x"]]}),
        part("who", "labels", {"start": 0, "end": 6, "text": "Police", "labels": ["Person"]}),
    )  # fmt: skip
    assert (found["stars"], found["n"], found["why"], found["tree"], found["several"]) == ("2", 2.5, "so", "A/x", ())
    assert [(span.label, span.text) for span in found["who"]] == [("Person", "Police")]


def test_who_chose_a_group_of_a_tree_chose_a_category_of_it() -> None:
    inside = '<Choice value="A"><Choice value="x"/></Choice><Choice value="B"/></Taxonomy>'
    tree = f'<Taxonomy name="tree" toName="text" maxUsages="1">{inside}'
    chosen = part("tree", "taxonomy", {"taxonomy": [["A"]]})
    book = written(tree, [chosen])
    assert answers(book, chosen) == {"tree": "A/A_itself"}
    assert answers(book, part("tree", "taxonomy", {"taxonomy": [["A", "x"]]})) == {"tree": "A/x"}
    assert answers(written(tree), chosen) == {"tree": "A/A_itself"}  # also where nobody had chosen it yet
    only_leaves = f'<Taxonomy name="tree" toName="text" maxUsages="1" leafsOnly="true">{inside}'
    assert "only groups others" in answers(written(only_leaves), chosen)["tree"]


def test_a_condition_on_part_of_a_tree_is_not_guessed() -> None:
    tree = (
        '<Taxonomy name="tree" toName="text" maxUsages="1"><Choice value="A"><Choice value="Other"/></Choice>'
        '<Choice value="B"><Choice value="Other"/></Choice></Taxonomy>'
    )
    for value in ("A", "Other"):
        shown = f'visibleWhen="choice-selected" whenTagName="tree" whenChoiceValue="{value}"'
        book = written(tree + choices("more", "x", "y", more=f'choice="multiple" {shown}'))
        assert "silence" in book.left_out["more"]
    any_of_it = choices("more", "x", "y", more='choice="multiple" visibleWhen="choice-selected" whenTagName="tree"')
    codes = codebook_of(written(tree + any_of_it)).by_id["more"].show_if["tree"]
    assert len(codes) == len(set(codes)) == 4


def test_a_condition_on_a_title_that_two_categories_have_means_both() -> None:
    first = (
        '<Choices name="first" toName="text"><Choice value="Yes" alias="y1"/><Choice value="Yes" alias="y2"/></Choices>'
    )
    shown = 'visibleWhen="choice-selected" whenTagName="first" whenChoiceValue="Yes,Yes"'
    codebook = codebook_of(written(first + choices("second", "a", "b", more=shown)))
    assert codebook.by_id["second"].show_if == {"first": ["y1", "y2"]}


def test_a_required_set_left_blank_is_no_answer() -> None:
    blank = answers(written(choices("q", "a", "b", more='choice="multiple" required="true"')))
    assert blank == {"q": None}
    assert answers(written(choices("q", "a", "b", more='choice="multiple"'))) == {"q": ()}


def test_what_can_be_a_code_is_its_own_whatever_comes_first() -> None:
    book = written(choices("q", "Né", "and/or", "Ne", "or"))
    assert book.names.controls["q"].codes == {"Né": "Ne_2", "and/or": "and_or", "Ne": "Ne", "or": "or"}


@pytest.mark.parametrize(
    "config",
    [
        '<Number name="n" toName="text" min="10" max="1"/>',
        choices(" ", "a", "b"),
        '<TextArea name="t" toName="text"/>',
    ],
)
def test_odd_configurations_give_valid_codebooks(config: str) -> None:
    assert codebook_of(written(config)).questions


def test_more_categories_than_a_codebook_is_for_are_said() -> None:
    assert "1,500 categories" in written(choices("q", *map(str, range(1500)))).left_out["q"]


def test_a_text_that_was_a_choice_before_is_not_read_as_either() -> None:
    book = written(
        '<TextArea name="t" toName="text"/>',
        [part("t", "choices", {"choices": ["a"]})],
        [part("t", "textarea", {"text": ["x"]})],
    )
    assert "changed on the way" in book.left_out["t"]


def test_conditions_become_show_if_where_a_codebook_can_say_them() -> None:
    shown = 'visibleWhen="choice-selected" whenTagName="first" whenChoiceValue="Yes please,no"'
    insisted = choices("second", "a", "b", more='required="true"')
    book = written(
        '<Choices name="first" toName="text"><Choice value="Yes please" alias="yes"/><Choice value="no"/>'
        '<Choice value="?"/></Choices>'
        f"<View {shown}>{insisted}</View>"
        + choices("third", "a", "b", more='visibleWhen="choice-unselected" whenTagName="first"')
        + choices("fourth", "a", "b", more='visibleWhen="choice-unselected" choice="multiple"')
    )
    codebook = codebook_of(book)
    assert codebook.by_id["second"].show_if == {"first": ["yes", "no"]}
    assert codebook.by_id["second"].required
    assert codebook.by_id["third"].show_if == {}
    assert not codebook.by_id["third"].required
    assert "silence" in book.left_out["fourth"]


def test_what_is_shown_by_a_later_question_is_asked_after_it() -> None:
    shown = 'visibleWhen="choice-selected" whenTagName="gate" whenChoiceValue="a"'
    marks = f'<Labels name="who" toName="text" {shown}><Label value="Person"/></Labels>'
    codebook = codebook_of(written(marks + choices("gate", "a", "b") + choices("last", "x", "y")))
    assert [question.id for question in codebook.questions] == ["gate", "who", "last"]
    assert codebook.by_id["who"].show_if == {"gate": ["a"]}
    circle = choices("p", "a", "b", more='visibleWhen="choice-selected" whenTagName="q"')
    circle += choices("q", "a", "b", more='visibleWhen="choice-selected" whenTagName="p"')
    assert [question.id for question in codebook_of(written(circle)).questions] == ["p", "q"]


def test_a_heading_is_the_question_and_a_hint_the_definition() -> None:
    book = written(
        '<Header value="How does it sound?"/><Choices name="tone" toName="text">'
        '<Choice value="a" hint="When calm."/><Choice value="b"/></Choices>' + choices("next", "a", "b"),
        instructions_html="<p>Read <b>all</b> of it.</p><ul><li>Then answer.</li></ul>",
    )
    codebook = codebook_of(book)
    assert [question.text for question in codebook.questions] == ["How does it sound?", "next"]
    assert codebook.by_id["tone"].categories[0].definition == "When calm."
    assert codebook.instructions == ["Read all of it.", "Then answer."]


@pytest.mark.parametrize(
    ("config", "why"),
    [
        (choices("q", "only"), "one category"),
        ('<DateTime name="q" toName="text"/>', "a date"),
        (choices("q", "a", "b", more='perRegion="true"'), "regions"),
        ('<Choices name="q" toName="text" value="$options"/>', "no category"),
    ],
)
def test_what_cannot_be_a_question_is_left_out_with_its_reason(config: str, why: str) -> None:
    book = written(config)
    assert why in book.left_out["q"]
    assert book.names.left_out == {"q"}


def test_categories_that_come_with_the_data_are_those_in_use() -> None:
    given_ = part("q", "choices", {"choices": ["b c"]})
    book = written('<Choices name="q" toName="text" value="$o"/>', [given_], [part("q", "choices", {"choices": ["a"]})])
    assert answers(book, given_) == {"q": "b_c"}


def test_names_travel_as_text() -> None:
    book = written(choices("q", "Not sure", "b") + '<DateTime name="when" toName="text"/>')
    assert read_names(book.names.written()) == book.names


def test_a_codebook_that_cannot_read_the_answers_is_told_in_what() -> None:
    book = written(choices("q", "a", "b") + '<Number name="n" toName="text"/>')
    document = codebook_of(book).model_dump(mode="json")
    document["questions"][0]["categories"][0]["code"] = "renamed"
    document["questions"][1] |= {"level": "nominal", "categories": document["questions"][0]["categories"]}
    document["questions"].append({**document["questions"][0], "id": "other"})
    found = [(fault.place, fault.message) for fault in misfits(book.names, parse(json.dumps(document), source="x"))]
    assert [place for place, _ in found] == ["q", "n", "other"]
    assert "no category 'a'" in found[0][1]
    assert "numbers" in found[1][1]
    assert "does not ask" in found[2][1]


def test_a_rating_can_be_read_as_a_number() -> None:
    book = written('<Rating name="stars" toName="text"/>')
    document = codebook_of(book).model_dump(mode="json")
    document["questions"][0] |= {"level": "interval", "order": [], "categories": []}
    codebook = parse(json.dumps(document), source="x")
    assert list(misfits(book.names, codebook)) == []
    (answer,) = check_answers(
        codebook, responses_in([part("stars", "rating", {"rating": 4})], book.names, codebook), sentence="A."
    )
    assert answer.value == 4.0


def test_what_the_project_asks_since_is_named() -> None:
    book = written(choices("q", "a", "b") + '<DateTime name="when" toName="text"/>')
    now = controls_of(f"<View>{choices('q', 'a', 'b', 'c')}{choices('r', 'x', 'y')}</View>", name="now")
    assert not_known(book.names, now) == ("'q' has 'c' as well", "it asks 'r' as well")
    assert not_known(book.names, {}) == ("it does not ask 'q' any more",)


ODD = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=12
).filter(str.strip)
VALUES = st.lists(ODD, min_size=1, max_size=6)
CONTROL: st.SearchStrategy[tuple[str, str, list[str], str]] = st.one_of(
    st.tuples(st.just("Choices"), ODD, VALUES, st.sampled_from(["", 'choice="multiple"', 'required="true"'])),
    st.tuples(st.just("Labels"), ODD, VALUES, st.just("")),
    st.tuples(st.just("Taxonomy"), ODD, VALUES, st.sampled_from(["", 'maxUsages="1"'])),
    st.tuples(st.sampled_from(["Rating", "Number", "TextArea", "Pairwise", "DateTime"]), ODD, st.just([]), st.just("")),
)


def as_xml(control: tuple[str, str, list[str], str]) -> str:
    tag, name, values, more = control
    inner = "Label" if tag == "Labels" else "Choice"
    inside = "".join(f"<{inner} value={quoteattr(value)}/>" for value in values)
    if tag == "Taxonomy":
        inside = f"<Choice value={quoteattr(values[0])}>{inside}</Choice>{inside}"
    return f'<{tag} name={quoteattr(name)} toName="text" {more}>{inside}</{tag}>'


@given(st.lists(CONTROL, min_size=1, max_size=5), ODD, st.text(max_size=80))
def test_whatever_is_configured_the_codebook_is_valid_and_reads_every_category(
    controls: list[tuple[str, str, list[str], str]], title: str, instructions: str
) -> None:
    config = "".join(map(as_xml, controls))
    book = written(config, title=title, instructions_html=instructions)
    if not book.guesses:
        return
    codebook = codebook_of(book)
    assert [question.id for question in codebook.questions] == list(book.guesses)
    assert list(misfits(book.names, codebook)) == []
    for name, named in book.names.controls.items():
        question = codebook.by_id[named.question]
        if question.level in {"nominal", "set"}:
            for stored, code in named.codes.items():
                chosen = part(name, "choices", {"choices": [stored]})
                (response,) = responses_in([chosen], book.names, codebook)
                assert response.codes == (code,)


def test_uses_are_counted() -> None:
    said = [
        said_by([part("q", "choices", {"choices": ["a", "b"]})])[0]["q"],
        said_by([part("q", "choices", {})])[0]["q"],
    ]
    use = used(said)
    assert (use.n_said, use.n_read, use.n_several, use.in_use) == (2, 1, 1, {"a", "b"})


def test_names_of_an_empty_project() -> None:
    assert read_names(Names({}, frozenset()).written()) == Names({}, frozenset())
