"""The page an annotator works on, written out for Label Studio: pure text, from a codebook.

The page reads these fields of the task data: ``sentence``, ``context`` (the article up to the sentence, may be
empty), ``article_title``, ``position`` (counted from 1) and ``n_sentences``, and how far the round is by then,
``round_position`` of ``n_in_round``. Nothing after the sentence is shown.
Every control is called like its question, the text to mark is called ``sentence``; titles are shown, codes stored.
"""

from __future__ import annotations

from html import escape
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from toolkit.codebook.explained import definition_lines
from toolkit.codebook.model import Codebook, Question
from toolkit.codebook.visibility import triggers
from toolkit.labelstudio.page.blocks import (
    answer_control,
    condition,
    labels,
    layout,
    literal,
    nested,
    page_with_head,
    sentence_text,
    words,
)
from toolkit.labelstudio.page.style import page_style

_IN_ROUND: Final = " · $round_position of $n_in_round in the round"
_INDENT: Final = "\u00a0" * 4


def labelling_config(codebook: Codebook, *, in_round: bool = True) -> str:
    """Return the page as Label Studio's XML: context, then the sentence that stays in view, then the questions.

    Without ``in_round`` it does not say how far the round is: for projects whose sentences were sent by a version that
    did not say so. Label Studio refuses a page that reads what a sentence does not have.
    """
    place = "Sentence $position of $n_sentences" + (_IN_ROUND if in_round else "")
    page = page_with_head(codebook, style=page_style(codebook), place=place)
    _sentence(page, codebook)
    below = SubElement(page, "View", className="ic-questions")
    for question in codebook.questions:
        if question.level != "span":
            _question(below, question, codebook)
    indent(page)
    return tostring(page, encoding="unicode")


def _sentence(page: Element, codebook: Codebook) -> None:
    block = SubElement(page, "View", className="ic-sentence")
    for question in codebook.questions:
        if question.level == "span":
            labels(_shown_if(block, question, codebook, "ic-marks"), question, codebook, name=question.id)
    sentence_text(block)


def _question(below: Element, question: Question, codebook: Codebook) -> None:
    row = _shown_if(below, question, codebook, f"ic-q {layout(question)}")
    words(row, "ic-ask", literal(question.text))
    answer_control(row, question, name=question.id, required=question.required, preselect=True)


def _shown_if(parent: Element, question: Question, codebook: Codebook, css: str) -> Element:
    conditions = [condition("choice-selected", asked, codes) for asked, codes in triggers(codebook, question).items()]
    return nested(parent, conditions, question, css)


def without_how_far(config_xml: str) -> str:
    """Return the same page without saying how far the round is."""
    return config_xml.replace(_IN_ROUND, "")


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
        definition, *more = definition_lines(question, category)
        lines.append(f"<p>{mark} <b>{escape(category.title)}</b>: {escape(definition.text)}</p>")
        # Label Studio strips margins: blanks that do not collapse set these lines under their category.
        lines += [f"<p>{_INDENT}{escape(line.text)}</p>" for line in more]
    return f"<h4>{escape(question.text)}</h4>{''.join(lines)}"
