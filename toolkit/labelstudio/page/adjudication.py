"""The page an adjudicator decides on: the sentence, what the coders answered under letters, and what is in dispute.

A project has one page and each sentence other disputes: every question's block is repeated once for each entry of a
list in the task data, which is empty where the question is not asked. What is not asked is not there: it cannot be
seen, required, chosen by a key or submitted, whatever is undone. Besides the fields of a labelling page this one reads
those of ``adjudication_data``; what ``decisions.decision_of`` reads are the names of its controls.

The lists have one entry at most, and the controls that are answered have their names written out: Label Studio takes
no change of a page once a control was used in whose name the number of the copy is put in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from toolkit.codebook.answers import Answer
from toolkit.codebook.model import Codebook, Question
from toolkit.codebook.reasons import REASONS, Reason
from toolkit.codebook.visibility import triggers
from toolkit.labelstudio.decisions import BOTH_DEFENSIBLE, REASON, REASON_OF_ONE_MIND, SUGGESTION, control_of
from toolkit.labelstudio.page.blocks import (
    SENTENCE,
    answer_control,
    condition,
    labels,
    layout,
    literal,
    nested,
    option,
    page_with_head,
    sentence_text,
    words,
)
from toolkit.labelstudio.page.config import instructions_html
from toolkit.labelstudio.page.keys import spare_keys
from toolkit.labelstudio.page.shown_answers import ShownAnswer, agreed_html, answers_html, notes_html
from toolkit.labelstudio.page.style import adjudication_style

_COPY: Final = "{{idx}}"
_NO_SINGLE_ANSWER: Final = "Both defensible: no single answer"
_PLACE: Final = "Sentence $position of $n_sentences · $round_position of $n_in_round to decide"
_WHY: Final = "Why did the coders differ?"
_WHY_NOT: Final = "If you decide otherwise: why?"
_SHOULD_SAY: Final = "The codebook should say …"
_IN_A_ROW: Final = 4
_SINGLE: Final = ("nominal", "ordinal", "taxonomy")


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """What an adjudicator is shown of a sentence.

    ``asked`` maps the questions to decide to what each coder answered, in the order of the letters; ``agreed`` maps
    questions that are not asked to the answer all gave; ``notes`` are what coders wrote, each with its letter. Letters
    are the caller's: shuffled for every sentence, so that nobody is recognised.
    """

    text: str
    asked: Mapping[str, Sequence[ShownAnswer]]
    agreed: Mapping[str, Answer]
    notes: Sequence[tuple[str, str]] = ()

    @property
    def of_one_mind(self) -> bool:
        """Whether the coders answered alike whatever is asked, as in a sample of what they agreed on."""
        return all(
            len({(each.answer.status, each.answer.value) for each in answers}) <= 1 for answers in self.asked.values()
        )


def adjudication_config(codebook: Codebook, questions: Sequence[str]) -> str:
    """Return the page as Label Studio's XML, for sentences of which any of ``questions`` may be asked.

    Raise ``ValueError`` for a question that the codebook does not have, or that is answered with a text.
    """
    asked = _asked(codebook, questions)
    keys = iter(spare_keys(codebook))
    reasons = {code: next(keys, None) for code in REASONS}
    page = page_with_head(codebook, style=adjudication_style(codebook), place=_PLACE)
    block = SubElement(page, "View", className="ic-sentence")
    for question in asked:
        if question.level == "span":
            conditions = list(_conditions(codebook, question, asked))
            marks = nested(_repeated(block, _field(question)), conditions, question, "ic-marks")
            labels(marks, question, codebook, name=control_of(question.id))
    sentence_text(block)
    below = SubElement(page, "View", className="ic-questions")
    for question in asked:
        _question(below, question, asked, codebook, key=next(keys, None))
    _reason(_repeated(below, "ic_differ"), REASON, reasons, ask=_WHY, required=True)
    _reason(_repeated(below, "ic_of_one_mind"), REASON_OF_ONE_MIND, reasons, ask=_WHY_NOT, required=False)
    row = SubElement(below, "View", className="ic-q")
    words(row, "ic-ask", _SHOULD_SAY)
    SubElement(row, "TextArea", name=SUGGESTION, toName=SENTENCE, rows="1", maxSubmissions="1", editable="true")
    _read_only(page, "ic_notes", "Notes", "ic-notes")
    _read_only(page, "ic_agreed", "Agreed", "ic-agreed")
    for question in asked:
        _stand_in(page, question, codebook)
    indent(page)
    return tostring(page, encoding="unicode")


def adjudication_data(codebook: Codebook, shown: ShownSentence) -> dict[str, object]:
    """Return the fields that the page reads of a sentence besides those of a labelling page.

    They hold nothing of who the coders are but their letters. Raise ``ValueError`` as ``adjudication_config`` does.
    """
    asked = {question.id for question in _asked(codebook, tuple(shown.asked))}
    looked_at = _looked_at(codebook)
    data: dict[str, object] = {}
    for question in codebook.questions:
        if question.level != "text":
            is_asked = question.id in asked
            said = answers_html(question, codebook, shown.asked[question.id], sentence=shown.text) if is_asked else ""
            data[_field(question)] = [{"said": said}] if is_asked else []
            if question.id in looked_at:
                data[_unasked_field(question)] = [] if is_asked else [{}]
    data["ic_differ"] = [] if shown.of_one_mind else [{}]
    data["ic_of_one_mind"] = [{}] if shown.of_one_mind else []
    for name, said in (("ic_notes", notes_html(shown.notes)), ("ic_agreed", agreed_html(codebook, shown.agreed))):
        data[name] = [{"said": said}] if said else []
    return data


def adjudication_instructions(codebook: Codebook) -> str:
    """Return what Label Studio shows under *Instructions*: how to decide, the reasons, then those of the coders."""
    rules = (
        "Decide by the codebook, not by the number of coders. A letter is another coder on every sentence.",
        f"Where text and codebook are clear and no single answer is right, choose “{_NO_SINGLE_ANSWER}”.",
        "Then say why they differed, and what the codebook should say so that they would not.",
    )
    said = "<br>".join(f"<p><b>{number}.</b> {rule}</p>" for number, rule in enumerate(rules, 1))
    why = "".join(f"<p>• <b>{escape(each.title)}</b>: {escape(each.definition)}</p>" for each in REASONS.values())
    return f"<h3>Deciding</h3>{said}<br><h4>{_WHY}</h4>{why}<br>{instructions_html(codebook)}"


def _asked(codebook: Codebook, questions: Sequence[str]) -> list[Question]:
    """Questions that can be decided, in the codebook's order."""
    cannot = [name for name in questions if name not in codebook.by_id or codebook.by_id[name].level == "text"]
    if cannot:
        raise ValueError(f"cannot be decided: {', '.join(cannot)}")
    return [question for question in codebook.questions if question.id in questions]


def _field(question: Question) -> str:
    return f"ic_ask_{question.id}"


def _unasked_field(question: Question) -> str:
    return f"ic_not_{question.id}"


def _repeated(parent: Element, field: str) -> Element:
    """What stands in it is there once for each entry of the list in this field of the task data."""
    return SubElement(parent, "Repeater", on=f"${field}", indexFlag=_COPY)


def _conditions(codebook: Codebook, question: Question, asked: Sequence[Question]) -> Iterator[dict[str, str]]:
    """What hides a question again: a decision under which nobody would be asked it."""
    for name, codes in triggers(codebook, question).items():
        parent = codebook.by_id[name]
        yield from _conditions(codebook, parent, asked)
        against = [category.code for category in parent.choosable if category.code not in codes]
        if parent in asked and parent.level in _SINGLE and against:
            yield condition("choice-unselected", control_of(name), against)


def _is_always_needed(codebook: Codebook, question: Question, asked: Sequence[Question]) -> bool:
    """Whether no decision could make it superfluous without hiding it: of a set several may be chosen."""
    parents = [codebook.by_id[name] for name in question.show_if]
    return all(
        not (parent in asked and parent.level not in _SINGLE) and _is_always_needed(codebook, parent, asked)
        for parent in parents
    )


def _question(
    below: Element, question: Question, asked: Sequence[Question], codebook: Codebook, *, key: str | None
) -> None:
    conditions = list(_conditions(codebook, question, asked))
    part = "said" if question.level == "span" else "question"
    row = nested(_repeated(below, _field(question)), conditions, question, f"ic-q {layout(question)}", part=part)
    words(row, "ic-ask", literal(question.text))
    decide = SubElement(row, "View", className="ic-decide")
    _html(decide, "ic-said", _field(question), f"ic_said_{question.id}")
    if question.level == "span":
        return
    required = question.required and _is_always_needed(codebook, question, asked)
    control = answer_control(decide, question, name=control_of(question.id), required=required, preselect=False)
    if question.level in _SINGLE or question.level == "set":
        beside = " ic-beside" if layout(question) == "ic-four" and len(question.choosable) < _IN_A_ROW else ""
        both = SubElement(control, "View", className=f"ic-both{beside}")
        shown = {"value": _NO_SINGLE_ANSWER, "alias": BOTH_DEFENSIBLE}
        hint = "Text and codebook allow more than one answer; the coders' answers are kept beside each other."
        option(both, "Choice", shown, hint=hint, key=key, unpressable=f"\u2060both\u2060{question.id}")


def _reason(parent: Element, name: str, keys: Mapping[Reason, str | None], *, ask: str, required: bool) -> None:
    row = SubElement(parent, "View", className="ic-q ic-flow ic-why")
    words(row, "ic-ask", ask)
    control = {"name": name, "toName": SENTENCE, "choice": "single-radio", "showInline": "true"}
    if required:
        control |= {"required": "true", "requiredMessage": f"Still to answer: {ask}"}
    choices = SubElement(row, "Choices", control)
    for code, said in REASONS.items():
        shown = {"value": said.title, "alias": code}
        option(choices, "Choice", shown, hint=said.definition, key=keys[code], unpressable=f"\u2060{code}\u2060{name}")


def _read_only(page: Element, field: str, title: str, css: str) -> None:
    row = SubElement(_repeated(page, field), "View", className="ic-alike")
    words(row, "ic-ask", title)
    _html(row, css, field, f"{field}_shown")


def _html(parent: Element, css: str, field: str, name: str) -> None:
    block = SubElement(parent, "View", className=css)
    SubElement(block, "HyperText", name=name, value=f"${field}[{_COPY}].said", inline="true")


def _stand_in(page: Element, question: Question, codebook: Codebook) -> None:
    """An empty control in the place of one that is not asked, where another question's block looks at its answer:
    Label Studio shows nothing at all where a condition names a control that is not there. As no two controls may be
    written alike, this one gets its name when its block is repeated.
    """
    if question.id in _looked_at(codebook):
        block = SubElement(_repeated(page, _unasked_field(question)), "View", className="ic-nothing")
        empty = SubElement(block, "Choices", name=f"{question.id}_{_COPY}", toName=SENTENCE)
        option(empty, "Choice", {"value": "-"}, hint="", key=None, unpressable=f"\u2060not\u2060{question.id}")


def _looked_at(codebook: Codebook) -> set[str]:
    """Questions on whose answer it depends whether another is asked."""
    return {name for question in codebook.questions for name in question.show_if}
