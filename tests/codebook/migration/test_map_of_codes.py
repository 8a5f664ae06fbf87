"""The map of what became of categories: read whole, or refused with everything that is wrong with it."""

from __future__ import annotations

import pytest

from tests.codebook.migration.books import AFTER, MAP
from tests.codebook.samples import FULL, codebook
from toolkit.codebook.migration.map_of_codes import read_map, stored_map, written_map
from toolkit.codebook.migration.translated import Step
from toolkit.errors import ContractViolated


def read(text: str = MAP, *, old: str = FULL, new: str = AFTER) -> Step:
    return read_map(text, old=codebook(old), new=codebook(new), source="rename.yaml")


def faults(text: str = MAP, *, old: str = FULL, new: str = AFTER) -> list[str]:
    with pytest.raises(ContractViolated) as refused:
        read(text, old=old, new=new)
    return [str(fault) for fault in refused.value.faults]


def test_what_became_of_each_category() -> None:
    step = read()
    assert step.became("gate", "ok") == ("whole",)
    assert step.became("gate", "broken") == ("broken",)
    assert step.became("kind", "paper") == ("daily", "weekly")
    assert step.split == {"kind": {"paper"}, "topics": {"law"}}


def test_it_is_kept_as_it_was_read() -> None:
    codes = read().codes
    assert stored_map(written_map(codes)) == codes


@pytest.mark.parametrize(
    ("before", "after", "place", "said"),
    [
        ("gate: {", "gaet: {", "rename.yaml:1:1", "'gaet' is no question of small 1.0.0; did you mean 'gate'?"),
        ("{ok: whole", "{okay: whole", "rename.yaml:1:8", "'okay' is no category of question 'gate' in 1.0.0"),
        ("{ok: whole", "{ok: whoel", "rename.yaml:1:12", "'whoel' is no category of question 'gate' in 2.0.0; did you"),
        (
            "{ok: whole",
            "{ok: unclear",
            "rename.yaml:1:12",
            "'unclear' is outside the scale (missing) and 'ok' is on it",
        ),
        ("  police: force\n", "", "rename.yaml:2:1", "'police' is gone, and the map does not say what became of it"),
        ("police: force", "police: PUBLIC", "rename.yaml:4:11", "'PUBLIC' only groups others and 'police' is chosen"),
        ("STATE: PUBLIC", "STATE: force", "rename.yaml:3:10", "'STATE' only groups others and 'force' is chosen"),
        ("[daily, weekly]", "[daily, daily]", "rename.yaml:2:1", "'paper' becomes the same category twice"),
        ("[daily, weekly]", "[]", "rename.yaml:6:3", "'paper' becomes a code, or a list of codes"),
        ("[daily, weekly]", "{daily: weekly}", "rename.yaml:6:3", "'paper' becomes a code, or a list of codes"),
        ("[daily, weekly]", "", "rename.yaml:6:3", "'paper' becomes a code, or a list of codes"),
        ("gate: {ok: whole}", "gate: whole", "rename.yaml:1:1", "what became of 'gate' is a map"),
        ("gate: {", "note: {a: b}\ngate: {", "rename.yaml:1:1", "question 'note' (text) has no categories"),
    ],
)
def test_a_fault_stands_at_its_place(before: str, after: str, place: str, said: str) -> None:
    assert before in MAP
    found = faults(MAP.replace(before, after, 1))
    assert [fault for fault in found if fault.startswith(f"{place}: ") and said in fault], found


def test_every_fault_is_listed_at_once() -> None:
    wrong = MAP.replace("{ok: whole}", "{okay: whole}").replace("low: lower", "low: lowest").replace("law:", "lwa:")
    found = faults(wrong)
    assert sum("'okay'" in fault for fault in found) == 1
    assert sum("'lowest'" in fault for fault in found) == 1
    assert sum("'lwa'" in fault for fault in found) == 1
    assert any("'ok' is gone" in fault for fault in found)
    assert any("'law' is gone" in fault for fault in found)


@pytest.mark.parametrize("text", ["", "- a\n", "gate\n"])
def test_a_map_is_a_map(text: str) -> None:
    assert any("a map of categories is {question: {code: other code}}" in fault for fault in faults(text))


def test_yaml_that_is_none_is_said_at_its_place() -> None:
    assert any("this is not YAML" in fault for fault in faults("gate: {ok: whole\n"))


def test_no_answer_goes_from_one_level_to_another() -> None:
    other = AFTER.replace("    level: set\n", "    level: nominal\n", 1)
    assert any("question 'topics' was set and is nominal" in fault for fault in faults(new=other))


def test_steps_that_become_one_stand_next_to_each_other() -> None:
    new = AFTER.replace("order: [lower, high]", "order: [lower, middle]").replace(
        "- {code: high, title: High, definition: High rank.}", "- {code: middle, title: Middle, definition: Between.}"
    )
    found = faults(MAP.replace("{low: lower, middle: lower}", "{low: lower, high: lower}"), new=new)
    assert any("steps that become 'lower' have 'middle' between them" in fault for fault in found)


@pytest.mark.parametrize(
    ("before", "after", "place", "said"),
    [
        ("minimum: -5", "minimum: -6", "small 2.0.0, warmth", "minimum"),
        ("show_if: {kind: [PUBLIC]}", "show_if: {kind: [PRESS]}", "small 2.0.0, rank", "show_if"),
        ("order: [lower, high]", "order: [high, lower]", "small 2.0.0, rank", "order"),
        (
            "definition: Police or army., parent: PUBLIC",
            "definition: X., parent: PRESS",
            "small 2.0.0, kind.force",
            "par",
        ),
        ("version: 2.0.0", "version: 1.0.0", "small 1.0.0, version", "raise it"),
        ("name: small", "name: other", "other 2.0.0, codebook", "name"),
    ],
)
def test_what_else_would_cost_answers_is_refused(before: str, after: str, place: str, said: str) -> None:
    assert before in AFTER
    found = faults(new=AFTER.replace(before, after, 1))
    assert [fault for fault in found if fault.startswith(place) and said in fault], found


def test_other_words_may_be_mended_on_the_way() -> None:
    new = AFTER.replace("text: Which topics?", "text: Which ones?").replace("definition: Not high.", "definition: Low.")
    assert read(new=new).became("rank", "low") == ("lower",)


def test_two_categories_may_change_places() -> None:
    text = FULL.replace("version: 1.0.0", "version: 1.1.0")
    step = read("gate: {ok: broken, broken: ok}\n", new=text.replace("{gate: [ok]}", "{gate: [broken]}"))
    assert (step.became("gate", "ok"), step.became("gate", "broken")) == (("broken",), ("ok",))


def test_a_step_may_become_two_neighbours() -> None:
    new = FULL.replace("version: 1.0.0", "version: 1.1.0").replace("[low, middle, high]", "[low, mid1, mid2, high]")
    middle = "- {code: middle, title: Middle, definition: Middle rank.}"
    two = "- {code: mid2, title: M2, definition: B.}\n      - {code: mid1, title: M1, definition: A.}"
    new = new.replace(middle, two)
    assert read("rank: {middle: [mid1, mid2]}\n", new=new).split == {"rank": {"middle"}}
    apart = new.replace("[low, mid1, mid2, high]", "[mid1, low, mid2, high]")
    assert any("order" in fault for fault in faults("rank: {middle: [mid1, mid2]}\n", new=apart))
