from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.codebook.model import Category, Codebook, Level, Neighbour, Question, Shown
from toolkit.codebook.parse import parse
from toolkit.codebook.shipped import shipped_names, shipped_text
from toolkit.labelstudio.page.config import instructions_html, labelling_config, says_how_far
from toolkit.labelstudio.page.style import NOTHING_MARKED, STYLE

FIELDS = {
    "article_title", "context", "n_in_round", "n_sentences", "position", "round_position", "sentence",
}  # fmt: skip
CONTROLS = ("Choices", "Labels", "TextArea", "Number")
TAG_OF: dict[Level, str] = {
    "nominal": "Choices",
    "ordinal": "Choices",
    "set": "Choices",
    "taxonomy": "Choices",
    "span": "Labels",
    "text": "TextArea",
    "interval": "Number",
    "ratio": "Number",
}
# Label Studio 1.23.2 acts on these itself where a text is labelled (its Settings, Hotkeys: regions, annotation, tasks)
TAKEN = {
    *("u", "enter", "escape", "backspace", "delete", "alt+.", "alt+r", "alt+h", "alt+l", "alt+m", "ctrl+enter"),
    *("ctrl+space", "ctrl+z", "ctrl+shift+z", "ctrl+backspace", "ctrl+h", "ctrl+d", "shift+up", "shift+down"),
    *("shift+left", "shift+right", "shift+."),
}
NAMES = shipped_names()


def shipped(name: str) -> Codebook:
    return parse(shipped_text(name), source=name)


def book(*questions: Question) -> Codebook:
    return Codebook(name="small", version="1.0.0", language="en", instructions=["Be kind."], questions=[*questions])


def cat(code: str, title: str = "Title", *, definition: str = "When.", **more: str) -> Category:
    return Category.model_validate({"code": code, "title": title, "definition": definition, **more})


def page(codebook: Codebook) -> Element:
    return fromstring(labelling_config(codebook))


def control(root: Element, name: str) -> Element:
    (found,) = [element for element in root.iter() if element.tag in CONTROLS and element.get("name") == name]
    return found


def options(element: Element) -> list[Element]:
    return [option for option in element.iter() if option.tag in ("Choice", "Label")]


def stored(option: Element) -> str | None:
    return option.get("alias") or option.get("value")


def conditions(root: Element, name: str) -> list[tuple[str | None, str | None]]:
    """What must be answered for a control to be seen, from the outside in."""
    inside = {child: parent for parent in root.iter() for child in parent}
    found, element = [], control(root, name)
    while element in inside:
        if element.get("visibleWhen"):
            assert element.get("visibleWhen") == "choice-selected"
            assert element.tag == "View"
            found.append((element.get("whenTagName"), element.get("whenChoiceValue")))
        element = inside[element]
    return found[::-1]


def fields_read(root: Element) -> set[str]:
    """The fields of the task data that Label Studio would put in: it replaces ``$name`` wherever a value has it."""
    shown = [value for element in root.iter() for name, value in element.attrib.items() if name in ("value", "html")]
    return {found[1:] for value in shown for found in re.findall(r"\$[\w\[\].{}]+", value)}


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_one_control_of_its_kind_that_speaks_about_the_sentence(name: str) -> None:
    codebook, root = shipped(name), page(shipped(name))
    found = {element.get("name"): element.tag for element in root.iter() if element.tag in CONTROLS}
    assert found == {question.id: TAG_OF[question.level] for question in codebook.questions}
    assert {e.get("toName") for e in root.iter() if e.tag in CONTROLS} == {"sentence"}
    assert [(e.get("name"), e.get("value")) for e in root.iter("Text")] == [("sentence", "$sentence")]


@pytest.mark.parametrize("name", NAMES)
def test_every_category_is_shown_by_title_and_stored_by_code_exactly_once(name: str) -> None:
    root = page(shipped(name))
    for question in shipped(name).questions:
        found = [(o.get("alias"), o.get("value"), o.get("hint")) for o in options(control(root, question.id))]
        wanted = [(c.code, c.title, c.definition) for c in question.categories if c.code not in question.parents]
        assert Counter(found) == Counter(wanted)


@pytest.mark.parametrize("name", NAMES)
def test_no_key_is_given_twice_or_is_label_studios_own(name: str) -> None:
    keys = [(o.get("hotkey") or "").replace("⇧", "shift") for o in options(page(shipped(name)))]
    assert all(keys)
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert TAKEN.isdisjoint(keys)


def test_every_category_of_the_default_codebook_has_a_key_any_keyboard_has() -> None:
    keys = [o.get("hotkey") for o in options(page(shipped("source-framing")))]
    assert len(keys) == 3 + 4 + 3 + 15 + 3 + 10 + 9 + 3
    assert all(re.fullmatch(r"(⇧\+)?[a-z0-9]", key or "") for key in keys)


def test_a_category_without_a_key_gets_one_nobody_can_press_and_shows_none() -> None:
    ones, others = [cat("a"), cat("+1")], [cat("a"), cat("A")]
    asked = [Question(id=name, text="?", level="nominal", categories=c) for name, c in (("one", ones), ("two", others))]
    root = page(book(*asked))
    keys = [o.get("hotkey") or "" for o in options(root)]
    assert len({key.lower() for key in keys}) == 4
    # a plus or a comma would make it a combination, or two keys
    assert not re.search("[+,]", "".join(keys))
    # the first character decides which key is meant; key codes of keyboards end far below
    assert all(ord(key[0]) > 0x2000 for key in keys)
    keyless = [view for view in root.iter("View") if view.get("className") == "ic-keyless"]
    assert [len(options(view)) for view in keyless] == [1] * 4
    assert re.search(r"\.ic-keyless \.lsf-hint[^}]*\{ display: none; \}", STYLE)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_reads_nothing_but_the_sentence_and_what_comes_before_it(name: str) -> None:
    assert fields_read(page(shipped(name))) == FIELDS


def test_source_type_is_shown_only_where_there_is_a_source() -> None:
    shown = conditions(page(shipped("source-framing")), "source_type")
    assert shown == [("attribution", "attributed,carried,mixed")]
    assert conditions(page(shipped("source-framing")), "segment_ok") == []


def test_reliability_is_asked_at_the_first_mention_only() -> None:
    assert conditions(page(shipped("source-reliability")), "reliability") == [("first_mention", "yes")]
    asked = [e.get("name") for e in page(shipped("source-reliability")).iter("Choices")]
    assert asked.index("credibility") < asked.index("reliability")


def test_several_conditions_stand_inside_one_another_and_a_parent_means_all_below_it() -> None:
    tree = [cat("STATE", "State"), cat("gov", "Government", parent="STATE"), cat("army", "Army", parent="STATE")]
    codebook = book(
        Question(id="first", text="?", level="nominal", categories=[cat("a", "A"), cat("b", "B")]),
        Question(id="kind", text="?", level="taxonomy", categories=[*tree, cat("other", "Other")]),
        Question(id="why", text="?", level="text", show_if={"first": ["b"], "kind": ["STATE"]}),
    )
    assert conditions(page(codebook), "why") == [("first", "b"), ("kind", "gov,army")]


def test_the_two_levels_of_source_type_are_groups_within_one_single_choice() -> None:
    choices = control(page(shipped("source-framing")), "source_type")
    assert choices.get("choice") == "single-radio"
    groups = [
        ([h.get("value") for h in group.iter("Header")], [o.get("alias") for o in options(group)]) for group in choices
    ]
    assert groups == [
        (["State"], ["gov", "military", "intel_law", "igo"]),
        (["Expert"], ["think_tank", "academic"]),
        (["Interest group"], ["advocacy", "corporate", "party", "nonstate_armed"]),
        (["\u00a0"], ["media", "citizen", "document", "unspecified", "other"]),
    ]


def test_a_set_is_ticked_and_everything_else_chosen_once() -> None:
    chosen = {e.get("name"): e.get("choice") for e in page(shipped("source-framing")).iter("Choices")}
    assert chosen.pop("frame_other") == "multiple"
    assert set(chosen.values()) == {"single-radio"}


def test_only_what_is_required_is_required() -> None:
    root = page(shipped("source-framing"))
    required = {e.get("name") for e in root.iter() if e.get("required") == "true"}
    assert required == {"segment_ok", "attribution", "source_type", "loaded", "frame_primary", "confidence"}


def test_only_the_preselected_category_is_selected() -> None:
    assert [o.get("alias") for o in options(page(shipped("source-framing"))) if o.get("selected")] == ["ok"]


def test_a_number_has_the_limits_of_its_question() -> None:
    share = Question(id="share", text="?", level="ratio", minimum=0, maximum=0.1)
    money = Question(id="money", text="?", level="interval", maximum=12_345_678.5)
    root = page(book(share, money))
    assert (control(root, "share").get("min"), control(root, "share").get("max")) == ("0", "0.1")
    assert (control(root, "money").get("min"), control(root, "money").get("max")) == (None, "12345678.5")


def test_the_sentence_stays_in_view_and_the_context_cannot_push_it_away() -> None:
    assert re.search(r"\.ic-sentence \{[^}]*position: sticky; top: 0", STYLE)
    assert re.search(r"\.ic-context \{[^}]*max-height: [\d.]+vh; overflow-y: auto", STYLE)
    classes = [view.get("className") for view in page(shipped("source-framing"))]
    assert classes == [None, "ic-head", "ic-context", "ic-sentence", "ic-questions"]


def test_the_style_needs_no_escaping() -> None:
    # Label Studio hands the text of <Style> to the browser as it is written in the XML
    assert not set("<>&") & set(STYLE)


@pytest.mark.parametrize("code", ["true", "false"])
def test_codes_that_look_like_truth_values_stay_words(code: str) -> None:
    yes = cat(code, "Yes <it> is", definition=code)
    asked = Question(id="so", text="?", level="nominal", categories=[yes, cat("maybe", "Maybe")])
    codebook = book(asked, Question(id="why", text="?", level="text", show_if={"so": [code]}))
    option = options(control(page(codebook), "so"))[0]
    # Label Studio turns every attribute that is exactly true or false into a truth value, except "value"
    assert (option.get("value"), option.get("html")) == (code, "Yes &lt;it&gt; is")
    assert {name for name, value in option.attrib.items() if value in ("true", "false")} == {"value"}
    ((_, when),) = conditions(page(codebook), "why")
    assert when is not None
    assert when != code
    assert code in when.split(",")


@pytest.mark.parametrize("word", ["true", "false"])
@pytest.mark.parametrize("level", ["nominal", "set", "span"])
def test_a_truth_value_is_a_word_whatever_it_stands_for(word: str, level: Level) -> None:
    yes = cat(word, word, definition=word, hotkey=word)
    root = page(book(Question(id="so", text=word, level=level, categories=[yes, cat("a", hotkey="z")])))
    for option in options(control(root, "so")):
        assert {name for name, value in option.attrib.items() if value in ("true", "false")} <= {"value"}


def test_a_key_that_label_studio_uses_itself_is_no_key() -> None:
    keys = [cat("a", hotkey="ctrl+enter"), cat("b", hotkey="x")]
    found = options(control(page(book(Question(id="q", text="?", level="nominal", categories=keys))), "q"))
    assert ord((found[0].get("hotkey") or "a")[0]) > 0x2000
    assert found[1].get("hotkey") == "x"


def test_a_title_that_is_another_categorys_code_does_not_answer_for_it() -> None:
    asked = Question(id="who", text="?", level="nominal", categories=[cat("x", "writer"), cat("writer", "writer")])
    values = [o.get("value") for o in options(control(page(book(asked)), "who"))]
    # conditions take the first option whose code or title they name
    assert values == ["writer\u2060", "writer"]


hostile = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=40).filter(str.strip),
    st.sampled_from(
        [
            "$sentence",
            "costs $100",
            "${x}",
            "a,b",
            '"><script>',
            "]]>",
            "&amp;",
            "🙂",
            "true",
            "\x00\x0bx",
            "a",
        ]
    ),
)
codes = st.lists(st.sampled_from(["a", "b", "no", "+1", "-1", "x.y", "true", "A", "0"]), min_size=1, unique=True)
levels: list[Level] = ["nominal", "ordinal", "set", "span"]


@st.composite
def questions(draw: st.DrawFn) -> list[Question]:
    def asked(number: int) -> Question:
        categories = [cat(code, draw(hostile), definition=draw(hostile)) for code in draw(codes)]
        level = draw(st.sampled_from(levels))
        return Question(id=f"q{number}", text=draw(hostile), level=level, categories=categories)

    return [asked(number) for number in range(draw(st.integers(1, 4)))]


def seen(text: str) -> str:
    """``text`` without the characters a page cannot show, and without invisible joiners."""
    return re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text).replace("\u2060", "")


@given(questions())
def test_whatever_titles_say_they_are_shown_as_written_and_codes_are_stored(asked: list[Question]) -> None:
    root = page(book(*asked))
    assert fields_read(root) == FIELDS
    for question in asked:
        for option, category in zip(options(control(root, question.id)), question.categories, strict=True):
            assert stored(option) == category.code
            assert seen(option.get("hint") or "") == seen(category.definition)
            if category.code != "true":
                assert seen(option.get("value") or "") == seen(category.title)
    headers = [seen(header.get("value") or "") for header in root.iter("Header")]
    assert {seen(question.text) for question in asked} <= set(headers)
    assert len({(o.get("hotkey") or "").lower() for o in options(root)}) == len(options(root))


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


@pytest.mark.parametrize("name", NAMES)
def test_instructions_number_the_rules_and_explain_every_category(name: str) -> None:
    codebook, words = shipped(name), read(instructions_html(shipped(name))).words
    for number, rule in enumerate(codebook.instructions, start=1):
        assert f"{number}. {rule}" in words
    for question in codebook.questions:
        for category in question.categories:
            assert f"{category.title}: {category.definition}" in words
            assert all(f"For example: {text}" in words for text in category.examples)
            assert all(f"But not: {text}" in words for text in category.counter_examples)
            for one in category.not_this_but:
                assert f"If {one.when}: not this, but {question.by_code[one.then].title}." in words


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_codebook_explains_categories(name: str) -> None:
    categories = [category for question in shipped(name).questions for category in question.categories]
    assert any(category.examples for category in categories)
    assert any(category.counter_examples for category in categories)
    assert any(category.not_this_but for category in categories)


def test_instructions_use_only_what_label_studio_lets_through_and_run_nothing() -> None:
    nasty = '<script>alert("x")</script> & <b onclick=y>'
    explained = cat("a", nasty, definition=nasty).model_copy(
        update={"examples": [nasty], "counter_examples": [nasty], "not_this_but": [Neighbour(when=nasty, then="a")]}
    )
    asked = Question(id="q", text=nasty, level="nominal", categories=[explained])
    reader = read(instructions_html(book(asked)))
    assert reader.tags == {"h3", "h4", "p", "b", "br"}
    assert reader.attributes == []
    assert reader.words.count(nasty) == 3 + 4  # the neighbour is called by its title, too


def test_what_annotators_are_not_to_see_is_not_read_by_the_page() -> None:
    hidden = book(*shipped(NAMES[0]).questions).model_copy(update={"show": Shown(title=False)})
    assert "$article_title" not in labelling_config(hidden)
    assert "$article_title" in labelling_config(book(*shipped(NAMES[0]).questions))


def test_a_page_of_sentences_that_do_not_say_how_far_the_round_is_does_not_either() -> None:
    codebook = shipped(NAMES[0])
    old = labelling_config(codebook, in_round=False)
    assert not says_how_far(old)
    assert "$n_in_round" not in old
    assert says_how_far(labelling_config(codebook))


def test_a_limit_is_told_to_the_page_as_far_as_it_can_be_written_out() -> None:
    def asked(n: int, most: int) -> Question:
        return Question(
            id="q", text="?", level="set", at_most=most, categories=[cat(f"c{i}", f"{i}") for i in range(n)]
        )

    limited = page(book(asked(4, 2)))
    style = next(element.text or "" for element in limited.iter("Style"))
    assert style.count(".ic-nth-0 input:checked") == 3 + 3 + 3  # with one other of three; with two; twice told
    assert [
        element.get("className") for element in limited.iter("View") if "ic-nth" in element.get("className", "")
    ] == [f"ic-nth ic-nth-{place}" for place in range(4)]
    assert not set("<>&") & set(style)
    too_many = labelling_config(book(asked(40, 3)))
    assert "ic-nth-0" not in too_many


def test_panels_that_stay_empty_are_closed() -> None:
    marked = shipped("source-framing").questions
    unmarked = [question for question in marked if question.level != "span"]
    assert NOTHING_MARKED in labelling_config(book(*unmarked))
    assert NOTHING_MARKED not in labelling_config(book(*marked))
