from __future__ import annotations

import re

import pytest

from toolkit.codebook.model import Category, Codebook, Question
from toolkit.codebook.parse import parse
from toolkit.codebook.shipped import shipped_names, shipped_text
from toolkit.labelstudio.page.config import instructions_html, labelling_config
from toolkit.labelstudio.page.differences import page_differences
from toolkit.labelstudio.page.style import STYLE


def book() -> Codebook:
    def cat(code: str, title: str) -> Category:
        return Category(code=code, title=title, definition=f"When {title} & so on.")

    return Codebook(
        name="small", version="1.0.0", language="en", instructions=["Be kind.", "Do not <guess>."],
        questions=[
            Question(
                id="who", text="Who speaks?", level="nominal", categories=[cat("true", "Yes"), cat("b", "$5 each")]
            ),
            Question(id="why", text="Why?", level="text", required=False, show_if={"who": ["true"]}),
            Question(id="sum", text="How much?", level="ratio", minimum=0, maximum=0.1),
            Question(id="spans", text="Mark", level="span", categories=[cat("Cue", "Cue")]),
        ],
    )  # fmt: skip


def differences(config: str | None = None, instructions: str | None = None) -> tuple[str, ...]:
    return page_differences(
        labelling_config(book()),
        instructions_html(book()),
        config_xml=labelling_config(book()) if config is None else config,
        instructions=instructions_html(book()) if instructions is None else instructions,
    )


def edited(pattern: str, by: str) -> str:
    config = labelling_config(book())
    found = re.sub(pattern, by, config, count=1, flags=re.DOTALL)
    assert found != config
    return found


@pytest.mark.parametrize("name", shipped_names())
def test_a_page_as_it_was_written_differs_in_nothing(name: str) -> None:
    codebook = parse(shipped_text(name), source=name)
    config, instructions = labelling_config(codebook), instructions_html(codebook)
    assert page_differences(config, instructions, config_xml=config, instructions=instructions) == ()


def test_how_it_looks_does_not_count() -> None:
    config = labelling_config(book()).replace(STYLE, ".ic-page { color: red; }")
    config = re.sub(r'className="ic-(q|tree)[^"]*"', 'className="other"', re.sub(r">\s+<", "><", config))
    config = re.sub(r' hotkey="[^"]*"', "", config)
    looks = instructions_html(book()).replace("<p>", '<p style="margin:0">\n ').replace("<br>", "")
    assert differences(config, looks) == ()


@pytest.mark.parametrize(
    ("pattern", "by", "said"),
    [
        (r'alias="b"', 'alias="c"', ["'who': category 'b' is not on the page", "'who': category 'c' is on the page"]),
        (r'html="Yes"', 'html="No"', ["'who': category 'true' is called 'No', not 'Yes'"]),
        (r'hint="When Yes', 'hint="Never', ["'who': category 'true' has another definition"]),
        (r'value="Who speaks\?"', 'value="Who?"', ["'who': the question is 'Who?', in the codebook 'Who speaks?'"]),
        (r'whenChoiceValue="true,"', 'whenChoiceValue="b"', ["'why': when it is shown is", "true"]),
        (r'choice="single-radio"', 'choice="multiple"', ["'who': the kind of answer is", "several"]),
        (r'(name="who"[^>]*) required="true"', r"\1", ["'who': whether it must be answered is 'no'"]),
        (r'max="0.1"', 'max="1"', ["'sum': the largest number is '1'", "'0.1'"]),
        (r"<Number[^>]*/>", "", ["'sum' is not on the page"]),
        (r"<Number", '<Number name="more" toName="sentence"/><Number', ["'more' is on the page"]),
        (r"<Labels.*</Labels>", "", ["'spans' is not on the page"]),
        (r"</View>\s*$", "", ["the page cannot be read"]),
    ],
)  # fmt: skip
def test_what_was_changed_on_the_page_is_named(pattern: str, by: str, said: list[str]) -> None:
    found = differences(edited(pattern, by))
    assert 1 <= len(found) <= 2
    assert all(any(words in line for line in found) for words in said), found


def test_a_page_that_declares_what_grows_is_not_read() -> None:
    bomb = '<!DOCTYPE v [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + labelling_config(book()).replace("Why?", "&b;")
    assert differences(bomb) == ("the page cannot be read",)
    assert differences(labelling_config(book()).replace("<View", "<!-- a note --><View", 1)) == ()


def test_edited_instructions_are_named_line_by_line() -> None:
    found = differences(instructions=instructions_html(book()).replace("Be kind.", "Be quick."))
    assert [line.startswith("the instructions") for line in found] == [True, True]
    assert "do not say '1. Be kind.'" in found[0]
    assert "say '1. Be quick.'" in found[1]
    assert differences(instructions="")[0].startswith("the instructions do not say 'Decision rules'")
