"""The page an annotator works on, written out for Label Studio: pure text, from a codebook.

The page reads these fields of the task data: ``sentence``, ``context`` (the article up to the sentence, may be
empty), ``article_title``, ``position`` (counted from 1) and ``n_sentences``, and how far the round is by then,
``round_position`` of ``n_in_round``. Nothing after the sentence is shown.
Every control is called like its question, the text to mark is called ``sentence``; titles are shown, codes stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from toolkit.codebook.model import Category, Codebook, Question
from toolkit.codebook.visibility import triggers
from toolkit.labelstudio.page.keys import usable_key
from toolkit.labelstudio.page.style import MARK_COLOURS, is_limited, page_style

SENTENCE: Final = "sentence"
"""Name of the text that is marked, and of the task field it comes from."""

_IN_ROUND: Final = " · $round_position of $n_in_round in the round"
_WORD_JOINER: Final = "\u2060"
_TRUTH: Final = ("true", "false")
_SHORT_TITLE: Final = 24
_FIELD: Final = re.compile(r"\$(?=[\w\[\].{}])")
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def labelling_config(codebook: Codebook, *, in_round: bool = True) -> str:
    """Return the page as Label Studio's XML: context, then the sentence that stays in view, then the questions.

    Without ``in_round`` it does not say how far the round is: for projects whose sentences were sent by a version that
    did not say so. Label Studio refuses a page that reads what a sentence does not have.
    """
    page = Element("View", className="ic-page")
    SubElement(page, "Style").text = page_style(codebook)
    head = SubElement(page, "View", className="ic-head")
    _words(head, "ic-title", "$article_title" if codebook.show.title else "")
    _words(head, "ic-place", "Sentence $position of $n_sentences" + (_IN_ROUND if in_round else ""))
    _words(page, "ic-context", "$context")
    _sentence(page, codebook)
    below = SubElement(page, "View", className="ic-questions")
    for question in codebook.questions:
        if question.level != "span":
            _question(below, question, codebook)
    indent(page)
    return tostring(page, encoding="unicode")


def _sentence(page: Element, codebook: Codebook) -> None:
    block = SubElement(page, "View", className="ic-sentence")
    colours = 0
    for question in codebook.questions:
        if question.level == "span":
            marks = _shown_if(block, question, codebook, "ic-marks")
            _words(marks, "ic-mark-ask", _literal(question.text))
            labels = SubElement(marks, "Labels", name=question.id, toName=SENTENCE)
            for category in question.choosable:
                colour = MARK_COLOURS[colours % len(MARK_COLOURS)]
                _category(labels, "Label", category, question, background=colour)
                colours += 1
    SubElement(block, "Text", name=SENTENCE, value=f"${SENTENCE}", granularity="word", showLabels="true")


def _question(below: Element, question: Question, codebook: Codebook) -> None:
    row = _shown_if(below, question, codebook, f"ic-q {_layout(question)}")
    _words(row, "ic-ask", _literal(question.text))
    control = {"name": question.id, "toName": SENTENCE}
    if question.required:
        control |= {"required": "true", "requiredMessage": _attribute(f"Still to answer: {question.text}")}
    match question.level:
        case "text":
            SubElement(row, "TextArea", control, rows="1", maxSubmissions="1", editable="true")
        case "interval" | "ratio":
            bounds = {"min": question.minimum, "max": question.maximum}
            control |= {name: f"{bound:.15g}" for name, bound in bounds.items() if bound is not None}
            SubElement(row, "Number", control)
        case _:
            choice = "multiple" if question.level == "set" else "single-radio"
            _choices(SubElement(row, "Choices", control, choice=choice, showInline="true"), question)


def _choices(choices: Element, question: Question) -> None:
    for title, members in _groups(question):
        into = choices if title is None else SubElement(choices, "View", className="ic-group")
        if title is not None:
            _words(into, "ic-heading", _literal(title) or "\u00a0")
        for category in members:
            chosen = {"selected": "true"} if category.code == question.preselected else {}
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


def _layout(question: Question) -> str:
    if question.level == "taxonomy":
        return "ic-tree"
    if any(len(category.title) > _SHORT_TITLE for category in question.choosable):
        return "ic-flow"
    return "ic-four" if len(question.choosable) <= 4 else "ic-five"


def _shown_if(parent: Element, question: Question, codebook: Codebook, css: str) -> Element:
    """A block shown only when every condition of the question holds: one block inside another for each."""
    *outer, inner = [_condition(asked, codes) for asked, codes in triggers(codebook, question).items()] or [{}]
    for condition in outer:
        parent = SubElement(parent, "View", condition)
    return SubElement(parent, "View", inner, className=css, idAttr=f"question-{question.id}")


def _condition(asked: str, codes: Sequence[str]) -> dict[str, str]:
    chosen = ",".join(codes)
    if chosen in _TRUTH:  # the comma keeps a lone "true" a word
        chosen += ","
    return {"visibleWhen": "choice-selected", "whenTagName": asked, "whenChoiceValue": chosen}


def _category(parent: Element, tag: str, category: Category, question: Question, **more: str) -> None:
    """One category to choose. Without a key it gets one that no keyboard has, lest Label Studio picks one itself."""
    hotkey = usable_key(category.hotkey)
    if is_limited(question):
        place = [choosable.code for choosable in question.choosable].index(category.code)
        parent = SubElement(parent, "View", className=f"ic-nth ic-nth-{place}")
    if hotkey is None:
        parent = SubElement(parent, "View", className="ic-keyless")
        hotkey = f"{_WORD_JOINER}{question.categories.index(category)}{_WORD_JOINER}{question.id}"
    # Shift is written as its sign: shorter on the page, the same to the keyboard
    hotkey = hotkey.lower().replace("shift+", "⇧+")
    title = _literal(category.title)
    if category.code in _TRUTH:  # an alias "true" would be read as a truth value, a value would not
        words = {"value": category.code, "html": _attribute(escape(title))}
    elif title != category.code and title in question.by_code:  # conditions look for titles as well as codes
        words = {"value": title + _WORD_JOINER, "alias": category.code}
    else:
        words = {"value": title, "alias": category.code}
    SubElement(parent, tag, words, hint=_attribute(category.definition), hotkey=hotkey, **more)


def _words(parent: Element, css: str, words: str) -> None:
    SubElement(SubElement(parent, "View", className=css), "Header", value=words, style="margin:0")


def _literal(text: str) -> str:
    """``text`` shown as it is: Label Studio would take ``$100`` for a task field, so the ``$`` is set apart."""
    return _FIELD.sub("$" + _WORD_JOINER, _xml_text(text))


def _attribute(text: str) -> str:
    """``text`` fit for an attribute: there Label Studio reads a lone ``true`` or ``false`` as a truth value."""
    return _xml_text(text) + (_WORD_JOINER if text in _TRUTH else "")


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def says_how_far(config_xml: str) -> bool:
    """Return whether a page says how far the round is, so that its sentences have what it reads."""
    return "$round_position" in config_xml


def instructions_html(codebook: Codebook) -> str:
    """Return what Label Studio shows under *Instructions*: the decision rules, then every question with its
    definitions.

    Label Studio strips styles from it and shows lists without numbers and paragraphs without space, so numbers
    and space are written out.
    """
    rules = "<br>".join(
        f"<p><b>{number}.</b> {escape(rule)}</p>" for number, rule in enumerate(codebook.instructions, 1)
    )
    questions = "<br>".join(_explained(question) for question in codebook.questions if question.categories)
    return f"<h3>Decision rules</h3>{rules}<br><h3>Categories</h3>{questions}"


def _explained(question: Question) -> str:
    lines = []
    for category in question.categories:
        mark = "▸" if category.code in question.parents else "•"
        lines.append(f"<p>{mark} <b>{escape(category.title)}</b>: {escape(category.definition)}</p>")
    return f"<h4>{escape(question.text)}</h4>{''.join(lines)}"
