"""What every page for people is made of: its head, the sentence to mark, a question with its categories.

A control is called as its page says, the text to mark is always called ``sentence``; titles are shown, codes stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from toolkit.codebook.model import Category, Codebook, Question
from toolkit.labelstudio.page.keys import usable_key
from toolkit.labelstudio.page.style import MARK_COLOURS, is_limited

SENTENCE: Final = "sentence"
"""Name of the text that is marked, and of the task field it comes from."""

_WORD_JOINER: Final = "\u2060"
_TRUTH: Final = ("true", "false")
_SHORT_TITLE: Final = 24
_FIELD: Final = re.compile(r"\$(?=[\w\[\].{}])")
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def page_with_head(codebook: Codebook, *, style: str, place: str) -> Element:
    """Return a page that has its style, the article's title with the sentence's place, and the context."""
    page = Element("View", className="ic-page")
    SubElement(page, "Style").text = style
    head = SubElement(page, "View", className="ic-head")
    words(head, "ic-title", "$article_title" if codebook.show.title else "")
    words(head, "ic-place", place)
    words(page, "ic-context", "$context")
    return page


def sentence_text(block: Element) -> None:
    """Add the sentence itself, whose words can be marked."""
    SubElement(block, "Text", name=SENTENCE, value=f"${SENTENCE}", granularity="word", showLabels="true")


def mark_colours(codebook: Codebook) -> Mapping[tuple[str, str], str]:
    """Return the colour of every label by question and code."""
    labels = [
        (question.id, category.code)
        for question in codebook.questions
        if question.level == "span"
        for category in question.choosable
    ]
    return {label: MARK_COLOURS[place % len(MARK_COLOURS)] for place, label in enumerate(labels)}


def labels(marks: Element, question: Question, codebook: Codebook, *, name: str) -> None:
    """Add a question that is answered by marking words: what it asks and its labels."""
    colours = mark_colours(codebook)
    words(marks, "ic-mark-ask", literal(question.text))
    choices = SubElement(marks, "Labels", name=name, toName=SENTENCE)
    for category in question.choosable:
        _category(choices, "Label", category, question, background=colours[question.id, category.code])


def answer_control(row: Element, question: Question, *, name: str, required: bool, preselect: bool) -> Element:
    """Add the control that answers a question which is not answered by marking words; return it."""
    control = {"name": name, "toName": SENTENCE}
    if required:
        control |= {"required": "true", "requiredMessage": attribute(f"Still to answer: {question.text}")}
    match question.level:
        case "text":
            return SubElement(row, "TextArea", control, rows="1", maxSubmissions="1", editable="true")
        case "interval" | "ratio":
            bounds = {"min": question.minimum, "max": question.maximum}
            control |= {name: f"{bound:.15g}" for name, bound in bounds.items() if bound is not None}
            return SubElement(row, "Number", control)
        case _:
            choice = "multiple" if question.level == "set" else "single-radio"
            choices = SubElement(row, "Choices", control, choice=choice, showInline="true")
            _choices(choices, question, preselected=question.preselected if preselect else None)
            return choices


def _choices(choices: Element, question: Question, *, preselected: str | None) -> None:
    for title, members in _groups(question):
        into = choices if title is None else SubElement(choices, "View", className="ic-group")
        if title is not None:
            words(into, "ic-heading", literal(title) or "\u00a0")
        for category in members:
            chosen = {"selected": "true"} if category.code == preselected else {}
            _category(into, "Choice", category, question, **chosen)


def _groups(question: Question) -> Iterator[tuple[str | None, list[Category]]]:
    """Categories under the title of what they belong to; title None: no groups; empty: groups of one, together."""
    if question.level != "taxonomy":
        yield None, list(question.choosable)
        return
    groups = [(path, list(found)) for path, found in groupby(question.choosable, lambda c: question.path(c.code)[:-1])]
    for alone, run in groupby(groups, lambda group: len(group[1]) == 1):
        together = list(run)
        if alone and len(together) > 1:
            yield "", [category for _, members in together for category in members]
        else:
            for path, members in together:
                yield " · ".join(question.by_code[code].title for code in path), members


def layout(question: Question) -> str:
    """Return in how many columns the categories stand: the class of the question's row."""
    if question.level == "taxonomy":
        return "ic-tree"
    if any(len(category.title) > _SHORT_TITLE for category in question.choosable):
        return "ic-flow"
    return "ic-four" if len(question.choosable) <= 4 else "ic-five"


def nested(
    parent: Element, conditions: Sequence[Mapping[str, str]], question: Question, css: str, *, part: str = "question"
) -> Element:
    """Add a block of a question, shown only when every condition holds: one block inside another for each. ``part``
    tells it apart from other blocks of the same question.
    """
    *outer, inner = conditions or [{}]
    for condition_ in outer:
        parent = SubElement(parent, "View", dict(condition_))
    return SubElement(parent, "View", dict(inner), className=css, idAttr=f"{part}-{question.id}")


def condition(when: str, control: str, codes: Sequence[str]) -> dict[str, str]:
    """Return what shows a block: a code of these is chosen (``choice-selected``), or none (``choice-unselected``)."""
    chosen = ",".join(codes)
    if chosen in _TRUTH:  # the comma keeps a lone "true" a word
        chosen += ","
    return {"visibleWhen": when, "whenTagName": control, "whenChoiceValue": chosen}


def _category(parent: Element, tag: str, category: Category, question: Question, **more: str) -> None:
    """One category to choose. Without a key it gets one that no keyboard has, lest Label Studio picks one itself."""
    if is_limited(question):
        place = [choosable.code for choosable in question.choosable].index(category.code)
        parent = SubElement(parent, "View", className=f"ic-nth ic-nth-{place}")
    title = literal(category.title)
    if category.code in _TRUTH:  # an alias "true" would be read as a truth value, a value would not
        shown = {"value": category.code, "html": attribute(escape(title))}
    elif title != category.code and title in question.by_code:  # conditions look for titles as well as codes
        shown = {"value": title + _WORD_JOINER, "alias": category.code}
    else:
        shown = {"value": title, "alias": category.code}
    unpressable = f"{_WORD_JOINER}{question.categories.index(category)}{_WORD_JOINER}{question.id}"
    option(
        parent, tag, shown, hint=category.definition, key=usable_key(category.hotkey), unpressable=unpressable, **more
    )


def option(
    parent: Element, tag: str, shown: Mapping[str, str], *, hint: str, key: str | None, unpressable: str, **more: str
) -> None:
    """Add what can be chosen; where it has no key, with one that no keyboard has and that differs from all others."""
    if key is None:
        parent = SubElement(parent, "View", className="ic-keyless")
        key = unpressable
    # Shift is written as its sign: shorter on the page, the same to the keyboard
    hotkey = key.lower().replace("shift+", "⇧+")
    SubElement(parent, tag, dict(shown), hint=attribute(hint), hotkey=hotkey, **more)


def words(parent: Element, css: str, said: str) -> None:
    """Add words that are only read."""
    SubElement(SubElement(parent, "View", className=css), "Header", value=said, style="margin:0")


def literal(text: str) -> str:
    """Return ``text`` shown as it is: Label Studio would take ``$100`` for a task field, so the ``$`` is set apart."""
    return _FIELD.sub("$" + _WORD_JOINER, plain(text))


def attribute(text: str) -> str:
    """Return ``text`` fit for an attribute: there Label Studio reads a lone ``true`` or ``false`` as a truth value."""
    return plain(text) + (_WORD_JOINER if text in _TRUTH else "")


def plain(text: str) -> str:
    """Return ``text`` with a mark for each character that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
