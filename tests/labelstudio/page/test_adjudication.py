from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from itertools import combinations
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from tests.labelstudio.page.test_config import NAMES, book, cat, shipped
from toolkit.codebook.answers import Answer, Span, Value
from toolkit.codebook.model import Codebook, Question
from toolkit.codebook.reasons import REASONS
from toolkit.labelstudio.page.adjudication import (
    ShownSentence,
    adjudication_config,
    adjudication_data,
    adjudication_instructions,
)
from toolkit.labelstudio.page.config import instructions_html, labelling_config
from toolkit.labelstudio.page.shown_answers import ShownAnswer

SENTENCE = "Officials said it rained."
SENT = {"sentence", "context", "article_title", "position", "n_sentences", "round_position", "n_in_round"}
"""What travels with every sentence anyway."""


def coded(question: str, *values: Value | None) -> list[ShownAnswer]:
    """What coders A, B, … answered; None: left blank."""
    return [
        ShownAnswer(letter, Answer(question, "unanswered" if value is None else "answered", value))
        for letter, value in zip("ABCDE", values, strict=False)
    ]


def shown(**asked: Sequence[ShownAnswer]) -> ShownSentence:
    return ShownSentence(SENTENCE, asked, {})


def decidable(codebook: Codebook) -> list[str]:
    return [question.id for question in codebook.questions if question.level != "text"]


def as_shown(codebook: Codebook, data: Mapping[str, Any], questions: Sequence[str] | None = None) -> Element:
    """The page as Label Studio builds it for one sentence: what stands in a Repeater once per entry of its list, the
    flag replaced by the entry's number.
    """
    root = fromstring(adjudication_config(codebook, decidable(codebook) if questions is None else questions))

    def built(element: Element) -> Element:
        made = Element(element.tag, element.attrib)
        made.text = element.text
        for child in element:
            if child.tag != "Repeater":
                made.append(built(child))
                continue
            flag = child.attrib["indexFlag"]
            for number in range(len(data[child.attrib["on"].removeprefix("$")])):
                for inner in child:
                    copy = built(inner)
                    for each in copy.iter():
                        each.attrib = {name: value.replace(flag, str(number)) for name, value in each.attrib.items()}
                    made.append(copy)
        return made

    return built(root)


def controls(page: Element) -> dict[str, Element]:
    found = [each for each in page.iter() if each.tag in ("Choices", "Labels", "Number", "TextArea")]
    names = [each.attrib["name"] for each in found]
    assert len(set(names)) == len(names)
    return dict(zip(names, found, strict=True))


def codes(control: Element) -> list[str | None]:
    return [each.get("alias") or each.get("value") for each in control.iter("Choice")]


class Reader(HTMLParser):
    """What a browser makes of HTML: its elements, and what is text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert [name for name, _ in attrs if name.startswith("on")] == []
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def conditions(page: Element, name: str) -> list[tuple[str | None, str | None, str | None]]:
    inside = {child: parent for parent in page.iter() for child in parent}
    element, found = controls(page)[name], []
    while element in inside:
        element = inside[element]
        if element.get("visibleWhen"):
            found.append((element.get("visibleWhen"), element.get("whenTagName"), element.get("whenChoiceValue")))
    return found[::-1]


def read_by(page: Element) -> dict[str, str]:
    """What the values on a page read of the task data: field by the whole reference."""
    values = [value for each in page.iter() for name, value in each.attrib.items() if name in ("value", "on", "html")]
    return {found: found[1:].split("[")[0] for value in values for found in re.findall(r"\$[\w\[\].{}]+", value)}


# ---------------------------------------------------------------- what is asked, and nothing else


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_has_a_control_and_nothing_else_has(name: str) -> None:
    codebook = shipped(name)
    looked_at = {parent for question in codebook.questions for parent in question.show_if}
    asked_in_turn = [*combinations(decidable(codebook), 1), *combinations(decidable(codebook), 2)]
    for asked in [(), *asked_in_turn, tuple(decidable(codebook))]:
        data = adjudication_data(codebook, shown(**dict.fromkeys(asked, ())))
        page = as_shown(codebook, data)
        stand_ins = {f"{parent}_0" for parent in looked_at - set(asked)}
        assert set(controls(page)) - stand_ins == {
            *(f"{question}_0" for question in asked),
            "ic_reason_of_one_mind_0",
            "ic_suggestion",
        }
        # Label Studio shows nothing at all where a condition names a control that is not there
        named = {each.get("whenTagName") for each in page.iter("View")} - {None}
        assert named <= set(controls(page))
        for stand_in in stand_ins & set(controls(page)):
            assert codes(controls(page)[stand_in]) == ["-"]
            assert controls(page)[stand_in].get("required") is None


def test_the_names_of_what_is_answered_are_written_out() -> None:
    """Or the page could not be mended once it was used; what stands in is never answered."""
    codebook = shipped("source-framing")
    config = fromstring(adjudication_config(codebook, decidable(codebook)))
    put_in = [name for name in controls(config) if "{" in name]
    assert put_in == ["segment_ok_{{idx}}", "attribution_{{idx}}"]


@pytest.mark.parametrize("name", NAMES)
def test_every_field_that_the_page_reads_is_there(name: str) -> None:
    codebook = shipped(name)
    config = fromstring(adjudication_config(codebook, decidable(codebook)))
    data = adjudication_data(codebook, shown())
    assert set(read_by(config).values()) - SENT == set(data)
    assert json.loads(json.dumps(data)) == data
    everything = adjudication_data(codebook, shown(**dict.fromkeys(decidable(codebook), ())))
    for reference, field in read_by(as_shown(codebook, everything)).items():
        if field not in SENT and "[" in reference:
            assert reference == f"${field}[0].said"
            assert isinstance(everything[field], list)


@pytest.mark.parametrize("name", NAMES)
def test_no_two_choices_share_a_key_on_any_page(name: str) -> None:
    codebook = shipped(name)
    data = adjudication_data(codebook, shown(**dict.fromkeys(decidable(codebook), ())))
    keys = [each.get("hotkey") for each in as_shown(codebook, data).iter() if each.tag in ("Choice", "Label")]
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert None not in keys


def test_reasons_and_both_defensible_have_keys_that_the_codebook_leaves_free() -> None:
    codebook = shipped("source-framing")
    page = as_shown(codebook, adjudication_data(codebook, shown(loaded=coded("loaded", "none", "writer"))))
    keys = {each.get("alias"): each.get("hotkey") for each in controls(page)["ic_reason_0"].iter("Choice")}
    assert keys == {
        "slip": "u",  # the only letter or digit that the codebook does not use
        "codebook_gap": "⇧+q",
        "ambiguous": "⇧+w",
        "both_defensible": "⇧+e",
        "badly_cut": "⇧+r",
        "other": "⇧+t",
    }
    (both,) = [e for e in controls(page)["loaded_0"].iter("Choice") if e.get("alias") == "ic_both_defensible"]
    assert both.get("value") == "Both defensible: no single answer"
    assert re.fullmatch("⇧.[a-z]", both.get("hotkey") or "")


def test_questions_are_asked_as_annotators_are_asked_them_but_nothing_is_chosen_yet() -> None:
    codebook = shipped("source-framing")
    data = adjudication_data(codebook, shown(**dict.fromkeys(decidable(codebook), ())))
    found = controls(as_shown(codebook, data))
    theirs = {e.get("name"): e for e in fromstring(labelling_config(codebook)).iter() if e.tag in ("Choices", "Labels")}
    assert len(theirs) == 8
    for name, control in theirs.items():
        wanted = [dict(each.attrib) for each in control.iter() if each.tag in ("Choice", "Label")]
        options = [dict(each.attrib) for each in found[f"{name}_0"].iter() if each.tag in ("Choice", "Label")]
        if control.tag == "Choices":
            assert options.pop()["alias"] == "ic_both_defensible"
        for option in wanted:
            option.pop("selected", None)
        assert options == wanted
    assert [each for each in as_shown(codebook, data).iter() if each.get("selected")] == []


def test_numbers_and_marks_have_no_way_out_and_texts_are_never_asked() -> None:
    small = book(
        Question(id="how_many", text="How many?", level="ratio"),
        Question(id="marks", text="Mark", level="span", categories=[cat("a"), cat("b")]),
        Question(id="note", text="Note", level="text", required=False),
        Question(id="kinds", text="Kinds?", level="set", categories=[cat("a"), cat("b")]),
    )
    page = as_shown(small, adjudication_data(small, shown(how_many=(), marks=(), kinds=())))
    found = controls(page)
    assert "ic_both_defensible" in codes(found["kinds_0"])
    assert found["how_many_0"].tag == "Number"
    assert found["marks_0"].tag == "Labels"
    assert [each.get("alias") for each in found["marks_0"].iter("Label")] == ["a", "b"]
    with pytest.raises(ValueError, match="note"):
        adjudication_config(small, ["note"])
    with pytest.raises(ValueError, match="nothing_of_it"):
        adjudication_data(small, shown(nothing_of_it=()))


# ---------------------------------------------------------------- conditions, what is required


def test_a_question_goes_where_a_decision_makes_it_superfluous() -> None:
    """attribution is shown by segment_ok: ok, source_type by an attribution other than the writer's."""
    codebook = shipped("source-framing")
    data = adjudication_data(codebook, shown(segment_ok=(), attribution=(), source_type=()))
    page = as_shown(codebook, data)
    not_ok = ("choice-unselected", "segment_ok_0", "split_error,not_article")
    assert conditions(page, "attribution_0") == [not_ok]
    assert conditions(page, "source_type_0") == [not_ok, ("choice-unselected", "attribution_0", "writer")]
    assert conditions(page, "segment_ok_0") == []
    assert [name for name, control in controls(page).items() if control.get("required")] == [
        "segment_ok_0",
        "attribution_0",
        "source_type_0",
    ]


def test_a_question_that_is_not_on_the_page_sets_no_condition() -> None:
    codebook = shipped("source-framing")
    page = as_shown(codebook, adjudication_data(codebook, shown(source_type=())), ["source_type"])
    assert conditions(page, "source_type_0") == []
    assert controls(page)["source_type_0"].get("required") == "true"


def test_what_a_choice_of_several_may_make_superfluous_is_not_required() -> None:
    small = book(
        Question(id="kinds", text="Kinds?", level="set", categories=[cat("a"), cat("b")]),
        Question(id="more", text="More?", level="nominal", categories=[cat("c"), cat("d")], show_if={"kinds": ["a"]}),
        Question(id="last", text="Last?", level="nominal", categories=[cat("e"), cat("f")], show_if={"more": ["c"]}),
    )
    page = as_shown(small, adjudication_data(small, shown(kinds=(), more=(), last=())))
    assert conditions(page, "more_0") == []
    assert conditions(page, "last_0") == [("choice-unselected", "more_0", "d")]
    assert [name for name, control in controls(page).items() if control.get("required")] == ["kinds_0"]
    alone = as_shown(small, adjudication_data(small, shown(more=())), ["more"])
    assert controls(alone)["more_0"].get("required") == "true"


def test_the_reason_is_required_where_the_coders_differed_only() -> None:
    codebook = shipped("source-framing")
    differed = shown(loaded=coded("loaded", "none", "writer"), attribution=coded("attribution", "writer", "writer"))
    page = as_shown(codebook, adjudication_data(codebook, differed))
    assert controls(page)["ic_reason_0"].get("required") == "true"
    assert codes(controls(page)["ic_reason_0"]) == [
        *("slip", "codebook_gap", "ambiguous", "both_defensible", "badly_cut", "other"),
    ]
    assert "ic_reason_of_one_mind_0" not in controls(page)

    alike = shown(loaded=coded("loaded", "none", "none"), frame_other=coded("frame_other", ("policy",), ("policy",)))
    page = as_shown(codebook, adjudication_data(codebook, alike))
    assert controls(page)["ic_reason_of_one_mind_0"].get("required") is None
    assert codes(controls(page)["ic_reason_of_one_mind_0"]) == list(REASONS)
    assert "ic_reason_0" not in controls(page)


def test_one_who_left_it_blank_and_one_who_did_not_differ() -> None:
    assert not shown(loaded=coded("loaded", "none", None)).of_one_mind
    here, there = (Span("Cue", 10, end, SENTENCE[10:end], "code_point") for end in (14, 17))
    assert not shown(spans=coded("spans", (here,), (there,))).of_one_mind
    assert shown(spans=coded("spans", (here,), (here,))).of_one_mind


# ---------------------------------------------------------------- what is read


def test_what_coders_wrote_stays_text() -> None:
    hostile = '<script>alert("x")</script> $sentence ${context} {{idx}} & <style>.ic-q{display:none}</style>'
    codebook = shipped("source-framing")
    data = adjudication_data(
        codebook,
        ShownSentence(
            hostile,
            {"spans": coded("spans", (Span("Cue", 0, 8, hostile[:8], "code_point"),), ())},
            {"frame_other": Answer("frame_other", "answered", (hostile,))},
            [("B", hostile)],
        ),
    )
    reader = Reader()
    for entry in (entry for entries in data.values() if isinstance(entries, list) for entry in entries):
        reader.feed(entry.get("said", ""))
    assert set(reader.tags) == {"div", "span", "b", "i", "dl", "dt", "dd", "mark", "sub"}
    # in the sentence that A marked words of, in the agreed answer and in the note
    assert "".join(reader.said).count(hostile[8:]) == 3
    # Label Studio replaces fields in the page, not in what it shows of a sentence; the page has none of it
    assert hostile[:7] not in adjudication_config(codebook, decidable(codebook))


def test_what_xml_cannot_hold_does_not_travel() -> None:
    codebook = shipped("source-framing")
    data = adjudication_data(codebook, ShownSentence("x", {}, {}, [("A", "half \ud83d \x00")]))
    json.dumps(data, ensure_ascii=False).encode()
    assert "half \ufffd \ufffd" in json.dumps(data, ensure_ascii=False)


def test_instructions_say_how_to_decide_and_then_what_coders_were_told() -> None:
    codebook = shipped("source-framing")
    said = adjudication_instructions(codebook)
    assert said.endswith(instructions_html(codebook))
    for each in REASONS.values():
        assert f"<b>{each.title}</b>" in said
