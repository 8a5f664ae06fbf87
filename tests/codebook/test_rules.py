from __future__ import annotations

import pytest

from tests.codebook.samples import GATE, HEAD, KIND, codebook, faults_of


def question(body: str) -> str:
    return HEAD + GATE + body


def with_two(level: str, extra: str = "", one: str = "", two: str = "") -> str:
    """A codebook whose second question has two categories."""
    return question(
        f"  - id: second\n    text: And?\n    level: {level}\n    categories:\n"
        f"      - {{code: a, title: A, definition: An A.{one}}}\n"
        f"      - {{code: b, title: B, definition: A B.{two}}}\n" + extra
    )


# A text with one thing wrong; the words around the place of the fault (§ stands just before it); words of the message.
ONE_FAULT = {
    "duplicate code": (with_two("nominal").replace("code: b,", "code: a,"), "code: §a, title: B", "the code 'a' twice"),
    "duplicate title": (with_two("nominal").replace("title: B", "title: A "), "title: §A ,", "the title 'A' twice"),
    "hotkey of another question": (
        with_two("nominal", one=', hotkey: "1"', two=", hotkey: x"),
        'An A., hotkey: §"1"',
        "'1' already chooses 'ok'",
    ),
    "hotkey spelled another way": (
        with_two("nominal", one=", hotkey: Shift+Ctrl+A", two=", hotkey: control+shift+a"),
        "hotkey: §control",
        "'control+shift+a' already chooses 'a'",
    ),
    "neighbour that is no category": (
        with_two("nominal", one=", not_this_but: [{when: it rains, then: bb}]"),
        "then: §bb",
        "'bb' is no category of it; did you mean 'b'?",
    ),
    "neighbour of another question": (
        with_two("nominal", one=", not_this_but: [{when: it rains, then: broken}]"),
        "then: §broken",
        "'broken' is no category of it",
    ),
    "neighbour that is itself": (
        with_two("nominal", one=", not_this_but: [{when: it rains, then: a}]"),
        "then: §a",
        "'a' names itself",
    ),
    "neighbour above": (
        question(
            KIND.replace("definition: The army.", "definition: The army., not_this_but: [{when: so, then: STATE}]")
        ),
        "then: §STATE",
        "the group it belongs under",
    ),
    "neighbour without a case": (
        with_two("nominal", one=", not_this_but: [{then: b}]"),
        "not_this_but: [§{then",
        "'when' is missing",
    ),
    "neighbour spelled otherwise": (
        with_two("nominal", one=", not_this_but: [{if: x, when: x, then: b}]"),
        "[{§if: x",
        "unknown key 'if'; known here: when, then",
    ),
    "blank example": (
        with_two("nominal", one=', examples: [" "]'),
        'examples: [§" "]',
        "item 1 of 'examples' is blank",
    ),
    "examples that are no list": (
        with_two("nominal", one=", counter_examples: One"),
        "counter_examples: §One",
        "'counter_examples' must be a list",
    ),
    "some hotkeys": (with_two("nominal", one=", hotkey: x"), "    §categories", "without one: b"),
    "code that is a number": (with_two("nominal").replace("code: b,", "code: 7,"), "§7,", 'write it in quotes, "7"'),
    "code that is nothing": (
        with_two("nominal").replace("code: b,", "code: null,"),
        "§null",
        "must be text; it is empty",
    ),
    "code with a blank": (with_two("nominal").replace("code: b,", "code: b c,"), "§b c", "without blanks"),
    "unknown category key": (with_two("nominal", two=", definiton: x"), "§definiton", "did you mean 'definition'"),
    "missing definition": (
        with_two("nominal").replace(", definition: A B.", ""),
        "- §{code: b",
        "'definition' is missing",
    ),
    "too few categories": (
        with_two("nominal", two=", missing: true"),
        "    §categories",
        "needs at least 2 categories",
    ),
    "categories on a number": (with_two("interval"), "    §categories", "not answered by categories"),
    "categories on text": (with_two("text"), "    §categories", "not answered by categories"),
    "categories not a list": (question("  - {id: s, text: T, level: set, categories: 3}\n"), "§3}", "must be a list"),
    "ordinal without order": (with_two("ordinal"), "- §id: second", "needs 'order'"),
    "order on nominal": (with_two("nominal", "    order: [a, b]\n"), "§order", "only ordinal questions have an order"),
    "missing in order": (
        with_two("ordinal", "      - {code: c, title: C, definition: C., missing: true}\n    order: [a, b, c]\n"),
        "[a, b, §c]",
        "'c' is outside the scale",
    ),
    "taxonomy without parents": (with_two("taxonomy"), "    §categories", "no category has a parent"),
    "unknown parent": (with_two("taxonomy", one=", parent: bb"), "parent: §bb", "'bb' is no category of it"),
    "parents on nominal": (
        with_two("nominal", "      - {code: c, title: C, definition: C.}\n", two=", parent: c"),
        "parent: §c",
        "only taxonomy categories have a parent",
    ),
    "missing with children": (
        question(KIND).replace("definition: News media.", "definition: News media., missing: true"),
        "media., missing: §true",
        "cannot hold other categories",
    ),
    "hotkey on a group": (
        question(KIND).replace("definition: News media.", "definition: News media., hotkey: x"),
        "hotkey: §x",
        "'PRESS' only groups others and cannot have a hotkey",
    ),
    "preselected unknown": (
        with_two("nominal", "    preselected: c\n"),
        "preselected: §c",
        "no category 'c' to preselect",
    ),
    "preselected group": (question(KIND + "    preselected: STATE\n"), "preselected: §STATE", "cannot be preselected"),
    "preselected on a span": (
        with_two("span", "    preselected: a\n"),
        "preselected: §a",
        "nothing can be preselected",
    ),
    "target without agreement": (
        with_two("nominal", "    agreement: false\n    target: 0.7\n"),
        "§0.7",
        "keeps it out",
    ),
    "target on text": (question("  - {id: s, text: T, level: text, target: 0.7}\n"), "§0.7", "has no target"),
    "target in words": (with_two("nominal", "    target: high\n"), "§high", "it is 'high'"),
    "target map too high": (with_two("span", "    target: {a: 1.5}\n"), "§1.5", "target 'a' must be a number"),
    "target map for nominal": (with_two("nominal", "    target: {a: 0.5}\n"), "§target", "one number, not a map"),
    "target depth": (question(KIND).replace('"2": 0.7', '"3": 0.7'), '§"3"', "the depth '3'; it has 1, 2"),
    "target label": (with_two("span", "    target: {c: 0.5}\n"), "{§c: 0.5", "the label 'c'; it has a, b"),
    "empty target map": (with_two("span", "    target: {}\n"), "§target", "map is empty"),
    "limits on nominal": (with_two("nominal", "    minimum: 1\n"), "minimum: §1", "for interval and ratio questions"),
    "limit not finite": (question("  - {id: s, text: T, level: interval, maximum: .inf}\n"), "§.inf", "finite"),
    "span label missing": (with_two("span", two=", missing: true"), "missing: §true", "cannot be 'missing'"),
    "reserved id": (
        with_two("nominal").replace("id: second", "id: context"),
        "id: §context",
        "the page needs for itself",
    ),
    "truth value as id": (
        with_two("nominal").replace("id: second", 'id: "true"'),
        'id: §"true"',
        "read as a truth value by the page",
    ),
    "bad id": (with_two("nominal").replace("id: second", "id: Second"), "id: §Second", "'id' must be small letters"),
    "shown by itself": (with_two("nominal", "    show_if: {second: [a]}\n"), "{§second", "shown by itself"),
    "unknown condition code": (with_two("nominal", "    show_if: {gate: [okk]}\n"), "[§okk", "did you mean 'ok'"),
    "empty condition": (with_two("nominal", "    show_if: {gate: []}\n"), "{§gate", "never be shown"),
    "code listed twice": (with_two("nominal", "    show_if: {gate: [ok, ok]}\n"), "[ok, §ok]", "listed twice"),
    "condition not a map": (
        with_two("nominal", "    show_if: gate\n"),
        "show_if: §gate",
        "must be a map; it is 'gate'",
    ),
    "bad condition id": (
        with_two("nominal", "    show_if: {Gate: [ok]}\n"),
        "{§Gate",
        "'Gate' in 'show_if' must be small",
    ),
    "truth value as key": (with_two("span", "    target: {a: 0.1, true: 0.5}\n"), "§true: 0.5", 'in quotes, "true"'),
    "old YAML": (
        "%YAML 1.1\n---\n" + with_two("nominal").replace("code: b,", "code: no,"),
        "code: §no",
        'the truth value no: write it in quotes, "no"',
    ),
    "half a character": (with_two("nominal").replace("title: B", r'title: "\ud800"'), r'§"\ud800', "half a character"),
    "a tag": (with_two("nominal").replace("title: B", "title: !!python/name:os B"), "§!!python", "has no meaning"),
    "long code": (with_two("nominal").replace("code: b,", f"code: {'b' * 61},"), "§bbbb" + "b" * 57, "longer than 60"),
}


def place_in(text: str, around: str) -> str:
    """``line:column`` of the § in ``around``, at the last place these words stand in the text."""
    offset = text.rindex(around.replace("§", "")) + around.index("§")
    return f"{text.count(chr(10), 0, offset) + 1}:{offset - text.rfind(chr(10), 0, offset)}"


@pytest.mark.parametrize("case", ONE_FAULT)
def test_each_fault_is_found_where_it_is(case: str) -> None:
    text, around, words = ONE_FAULT[case]
    found = faults_of(text)
    assert any(fault.startswith(f"{place_in(text, around)} ") and words in fault for fault in found), found


SEVERAL = {"truth value as key", "bad condition id"}
"""Cases where one mistake is rightly told twice: the key is of the wrong kind, and unknown."""
ALONE = sorted(set(ONE_FAULT) - SEVERAL)


@pytest.mark.parametrize("case", ALONE)
def test_one_fault_is_one_line(case: str) -> None:
    assert len(faults_of(ONE_FAULT[case][0])) == 1, faults_of(ONE_FAULT[case][0])


def two_questions(first: str, second: str) -> str:
    categories = "categories: [{code: x, title: X, definition: X}, {code: y, title: Y, definition: Y}]"
    extras = {"one": first, "two": second}.items()
    return HEAD + "".join(f"  - {{id: {id_}, text: T, level: nominal, {more}{categories}}}\n" for id_, more in extras)


def test_a_condition_on_a_later_question_is_refused() -> None:
    found = faults_of(two_questions("show_if: {two: [x]}, ", ""))
    assert len(found) == 1
    assert found[0].endswith("question 'one' is shown by 'two', which is asked later: move 'two' before it")


def test_a_circle_of_conditions_is_drawn_once() -> None:
    found = faults_of(two_questions("show_if: {two: [x]}, ", "show_if: {one: [x]}, "))
    assert len(found) == 1
    assert found[0].endswith("questions are shown by one another in a circle (one → two → one)")


def test_a_circle_of_parents_is_drawn_once() -> None:
    found = faults_of(with_two("taxonomy", one=", parent: b", two=", parent: a"))
    circles = [fault for fault in found if "circle" in fault]
    assert len(circles) == 1
    assert circles[0].startswith("18:")
    assert circles[0].endswith("the parents run in a circle (a → b → a)")


@pytest.mark.parametrize("level", ["interval", "ratio", "text", "span"])
def test_only_chosen_categories_can_show_a_question(level: str) -> None:
    labels = "categories: [{code: x, title: X, definition: X}], " if level == "span" else ""
    text = (
        HEAD
        + f"  - {{id: one, text: T, level: {level}, {labels}required: false}}\n"
        + GATE
        + "    show_if: {one: [x]}\n"
    )
    assert any("15:15" in fault and "no categories to choose" in fault for fault in faults_of(text)), faults_of(text)


def test_a_parent_may_show_a_question() -> None:
    assert codebook().by_id["rank"].show_if == {"kind": ["STATE"]}
