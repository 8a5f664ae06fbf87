from __future__ import annotations

import pytest

from tests.codebook.samples import EXPLAINED, FULL, codebook
from toolkit.codebook.diff import compare, keeps_answers, reworded

RAISED = ("version: 1.0.0", "version: 1.0.1")
OPTIONAL = "  - {id: extra, text: More?, level: text, required: false}\n"
MARKS = "  - {id: extra, text: Mark, level: span, required: false, categories: [{code: x, title: X, definition: X}]}\n"
HIGH = "      - {code: high, title: High, definition: High rank.}\n"
MIDDLE = "      - {code: middle, title: Middle, definition: Middle rank.}\n"
PARENT = "{code: police, title: Police, definition: The police., parent: STATE}"

# what is replaced in the codebook, by what; where the change is, a word of it; whether answers stay valid
CASES = {
    "title": ("title: Army", "title: Armed forces", "kind.army", "title", True),
    "definition": ("definition: The army.", "definition: All armed forces.", "kind.army", "definition", True),
    "examples": (
        "definition: The army.",
        "definition: The army., examples: [A], counter_examples: []",
        "kind.army",
        "examples: 1 new",
        True,
    ),
    "counter-examples": (
        "definition: The army.",
        "definition: The army., counter_examples: [A, B]",
        "kind.army",
        "counter_examples: 2 new",
        True,
    ),
    "neighbours": (
        "definition: The army.",
        "definition: The army., not_this_but: [{when: x, then: police}]",
        "kind.army",
        "not_this_but: 1 new or mended, 0 gone",
        True,
    ),
    "hotkey": ('hotkey: "1"', "hotkey: q", "gate.ok", "hotkey", True),
    "instructions": ("Read the sentence once.", "Read it twice.", "codebook", "1 new or mended, 1 gone", True),
    "text": ("text: Who is speaking?", "text: Who speaks?", "kind", "text", True),
    "target": ('"2": 0.7', '"2": 0.6', "kind", "target", True),
    "agreement flag": ("level: interval\n", "level: interval\n    agreement: false\n", "warmth", "agreement", True),
    "required": ("level: set\n    required: false", "level: set", "topics", "required: no → yes", True),
    "fewer at once": ("level: set\n", "level: set\n    at_most: 1\n", "topics", "at_most: none → 1", False),
    "title hidden": ("language: en\n", "language: en\nshow: {title: no}\n", "codebook", "→ outlet", True),
    "category added": (
        "      - {code: law,",
        "      - {code: new, title: N, definition: N.}\n      - {code: law,",
        "topics.new",
        "added",
        True,
    ),
    "categories rearranged": (
        HIGH + MIDDLE,
        MIDDLE + HIGH,
        "rank",
        "another order on the page",
        True,
    ),
    "label added": (
        "      - {code: Cue,",
        "      - {code: New, title: N, definition: N.}\n      - {code: Cue,",
        "words.New",
        "added",
        True,
    ),
    "optional question": ("  - id: note", OPTIONAL + "  - id: note", "extra", "question added (text, optional)", True),
    "span question": ("  - id: note", MARKS + "  - id: note", "extra", "question added (span, optional)", False),
    "required question": (
        "  - id: note",
        OPTIONAL.replace(", required: false", "") + "  - id: note",
        "extra",
        "required",
        False,
    ),
    "question removed": (
        "  - id: deaths\n    text: How many deaths are named?\n    level: ratio\n    required: false\n",
        "",
        "deaths",
        "removed",
        False,
    ),
    "category removed": (
        "      - {code: trade, title: Trade, definition: Buying and selling.}\n",
        "",
        "topics.trade",
        "removed",
        False,
    ),
    "code renamed": ("code: trade", "code: commerce", "topics.commerce", "code: trade → commerce", False),
    "level": ("level: ratio", "level: interval", "deaths", "level", False),
    "condition": ("show_if: {kind: [STATE]}", "show_if: {kind: [PRESS]}", "rank", "show_if", False),
    "condition dropped": ("    show_if: {kind: [STATE]}\n", "", "rank", "show_if", False),
    "condition written out": ("show_if: {kind: [STATE]}", "show_if: {kind: [army, police]}", "rank", "show_if", True),
    "parent": (PARENT, PARENT.replace("STATE", "PRESS"), "kind.police", "parent", False),
    "missing": (
        "definition: Too little to tell., missing: true",
        "definition: Too little to tell.",
        "topics.cannot_tell",
        "missing",
        False,
    ),
    "order": ("order: [low, middle, high]", "order: [middle, low, high]", "rank", "order", False),
    "minimum": ("minimum: -5", "minimum: -6", "warmth", "minimum", False),
    "maximum": ("    maximum: 5\n", "", "warmth", "maximum", False),
    "preselected": ("level: nominal\n", "level: nominal\n    preselected: ok\n", "gate", "preselected", False),
    "name": ("name: small", "name: tiny", "codebook", "name", False),
    "language": ("language: en", "language: nl", "codebook", "language", False),
}


@pytest.mark.parametrize("case", CASES)
def test_each_change_is_decided(case: str) -> None:
    before, after, place, words, keeps = CASES[case]
    assert before in FULL
    changes = compare(codebook(), codebook(FULL.replace(before, after, 1).replace(*RAISED)))
    assert [change.what for change in changes if change.place == "codebook" and change.what.startswith("version")] == [
        "version: 1.0.0 → 1.0.1"
    ]
    others = [change for change in changes if not change.what.startswith("version")]
    assert [(change.place, change.keeps_answers) for change in others] == [(place, keeps)], changes
    assert words in others[0].what
    assert others[0].because
    assert keeps_answers(changes) is keeps


def test_questions_in_another_order_keep_answers() -> None:
    book = codebook()
    swapped = book.model_copy(update={"questions": [*book.questions[:-2], book.questions[-1], book.questions[-2]]})
    changes = compare(book, type(book).model_validate(swapped.model_dump()))
    assert [change.what for change in changes] == ["version: still 1.0.0", "questions: another order on the page"]
    assert keeps_answers(changes)


def test_what_explains_a_category_is_part_of_its_wording() -> None:
    assert reworded(codebook(), codebook(EXPLAINED)) == {"gate": ("ok",)}
    assert reworded(codebook(EXPLAINED), codebook(EXPLAINED.replace("it is cut", "it ends early"))) == {"gate": ("ok",)}
    assert reworded(codebook(EXPLAINED), codebook(EXPLAINED.replace("version: 1.0.0", "version: 1.0.1"))) == {}


def test_no_change() -> None:
    assert compare(codebook(), codebook("# remark\n" + FULL)) == ()
    assert keeps_answers(())


@pytest.mark.parametrize(("version", "what"), [("1.0.0", "still 1.0.0"), ("0.9.9", "1.0.0 → 0.9.9")])
def test_a_version_that_was_not_raised_is_said(version: str, what: str) -> None:
    changed = FULL.replace("title: Army", "title: Armed forces").replace("version: 1.0.0", f"version: {version}")
    version_change = compare(codebook(), codebook(changed))[0]
    assert what in version_change.what
    assert "must be raised" in version_change.because


def test_versions_are_compared_as_numbers() -> None:
    old, new = (codebook(FULL.replace("version: 1.0.0", f"version: {v}")) for v in ("1.9.0", "1.10.0"))
    assert "must be raised" not in compare(old, new)[0].because


@pytest.mark.parametrize(
    ("order", "keeps"),
    [("[new, low, middle, high]", True), ("[low, middle, high, new]", True), ("[low, new, middle, high]", False)],
)
def test_a_step_added_within_an_order_shifts_its_neighbours(order: str, keeps: bool) -> None:
    text = FULL.replace("[low, middle, high]", order).replace(
        "      - {code: high,", "      - {code: new, title: N, definition: N.}\n      - {code: high,"
    )
    changes = compare(codebook(), codebook(text))
    assert [c.keeps_answers for c in changes if c.place == "rank.new"] == [keeps]
    assert keeps_answers(changes) is keeps


def test_a_category_that_became_a_group_loses_its_answers() -> None:
    text = FULL.replace(
        "      - {code: PRESS,",
        "      - {code: local, title: Local, definition: Local police., parent: police}\n      - {code: PRESS,",
    )
    changes = {change.place: change for change in compare(codebook(), codebook(text))}
    assert not changes["kind.police"].keeps_answers
    assert changes["kind.local"].keeps_answers


def test_a_condition_widened_by_a_new_category_only_keeps_answers() -> None:
    text = FULL.replace(
        "      - {code: broken,",
        '      - {code: nearly, title: Nearly, definition: Almost one., hotkey: "4"}\n      - {code: broken,',
    )
    text = text.replace("show_if: {gate: [ok]}", "show_if: {gate: [ok, nearly]}")
    changes = compare(codebook(), codebook(text))
    assert {change.place for change in changes} == {"codebook", "gate.nearly", "kind", "words"}
    assert keeps_answers(changes)


def test_a_renamed_step_of_an_order_is_one_rename() -> None:
    text = FULL.replace("order: [low, middle, high]", "order: [low, mid, high]").replace("code: middle", "code: mid")
    assert [(c.place, c.what) for c in compare(codebook(), codebook(text))[1:]] == [("rank.mid", "code: middle → mid")]
