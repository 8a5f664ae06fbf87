"""How the labelling page looks: one column of rows, question on the left, answers on the right.

Label Studio puts this text into a ``<style>`` element as it stands in the XML: none of ``< > &`` may occur in it.
Colours come from Label Studio's own variables, so that its dark theme works too. Its "saved" message lies over the
buttons for seconds after every submission: clicks go through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb
from typing import Final

from toolkit.codebook.model import Codebook, Question

MARK_COLOURS: Final = ("#2563eb", "#b45309", "#be185d", "#0f766e", "#7c3aed", "#4d7c0f", "#0369a1", "#a21caf")
"""Colours of span labels, in the order of the labels; they start again when there are more labels."""

STYLE: Final = """
.ic-page { max-width: 1240px; margin: 0 auto -12px; font-size: 13px; line-height: 1.35; }
.ic-page :is(h1, h2, h3, h4, h5, h6) { font: inherit; letter-spacing: normal; color: inherit; }

.ic-head { display: flex; justify-content: space-between; gap: 24px; margin: -4px 0 6px; }
.ic-title { font-weight: 600; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.ic-title :is(h1, h2, h3, h4, h5, h6) { overflow: hidden; text-overflow: ellipsis; }
.ic-place { white-space: nowrap; color: var(--color-neutral-content-subtler, #6b675d); }

.ic-context { display: flex; flex-direction: column-reverse; max-height: 13.5vh; overflow-y: auto; padding: 8px 14px;
  border: 1px solid var(--color-neutral-border-subtler, #e1ded5); border-radius: 8px 8px 0 0; border-bottom: 0;
  background: var(--color-neutral-surface, #f9f8f6); color: var(--color-neutral-content-subtler, #6b675d);
  font-size: 14px; line-height: 1.5; white-space: pre-line; overflow-wrap: anywhere; }
.ic-context:has(:is(h1, h2, h3, h4, h5, h6):empty) { display: none; }
.ic-context:has(:is(h1, h2, h3, h4, h5, h6):empty) + .ic-sentence { border-radius: 8px; }

.ic-sentence { position: sticky; top: 0; z-index: 20; padding: 9px 14px 10px; margin-bottom: 6px;
  max-height: 46vh; overflow-y: auto;
  border: 1px solid var(--color-neutral-border, #d3cfc3); border-left: 4px solid var(--color-primary-border, #4c5fa9);
  border-radius: 0 0 8px 8px; background: var(--color-neutral-background, #fff);
  box-shadow: 0 6px 10px -8px rgba(0, 0, 0, .28); }
.ic-sentence .lsf-richtext__container { padding: 0; font-size: 19px; line-height: 1.62; overflow-wrap: anywhere; }
.ic-sentence .lsf-richtext, .ic-sentence .lsf-richtext__line { margin: 0; padding: 0; }
.ic-marks { display: flex; align-items: center; gap: 14px; margin-bottom: 5px; font-weight: 600; }
.ic-mark-ask { flex: 0 0 auto; max-width: 40%; overflow-wrap: anywhere; }
.ic-marks .lsf-labels { min-width: 0; margin: 0; padding: 0; }
.ic-marks .lsf-label { max-width: 100%; height: auto; margin: 0 8px 0 0; font-size: 12.5px; font-weight: 500;
  line-height: 20px; }
.ic-marks .lsf-label__text { min-width: 0; overflow-wrap: anywhere; white-space: normal; }

.ic-q { display: grid; grid-template-columns: 184px minmax(0, 1fr); column-gap: 12px; align-items: start;
  padding: 5px 0 4px; }
.ic-questions { border-bottom: 1px solid var(--color-neutral-border-subtler, #e1ded5); }
.ic-q { border-top: 1px solid var(--color-neutral-border-subtler, #e1ded5); }
.ic-questions .ic-q:first-child { border-top: 0; }
.ic-ask { padding-top: 3px; font-weight: 600; text-wrap: pretty; overflow-wrap: anywhere; }

.ic-q .lsf-choices { margin: 0; }
.ic-four .lsf-choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(max(150px, 24%), 1fr)); }
.ic-five .lsf-choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(max(150px, 19%), 1fr)); }
.ic-flow .lsf-choices { display: flex; flex-wrap: wrap; column-gap: 14px; }
.ic-tree .lsf-choices { display: grid; grid-template-columns: repeat(auto-fit, minmax(max(170px, 24%), 1fr)); }
.ic-group { min-width: 0; }
.ic-heading { padding: 3px 5px 1px; font-size: 11px; font-weight: 600; letter-spacing: .05em; text-transform: uppercase;
  color: var(--color-neutral-content-subtler, #6b675d); }

.ic-q .lsf-choice, .ic-q .lsf-choice_leaf.lsf-choice_layout_inline { display: block; margin: 0; line-height: 1.3; }
.ic-q .lsf-choice__checkbox { display: flex; align-items: baseline; flex: 1 1 auto; margin: 0; padding: 3px 5px;
  border-radius: 6px; font-size: 13px; font-weight: 450; line-height: 1.3; }
.ic-q :is(.lsf-choices, .lsf-choice, .lsf-choice__item, .lsf-choice__checkbox) { min-width: 0; max-width: 100%; }
.ic-q .lsf-choice__checkbox span { overflow-wrap: anywhere; white-space: normal; }
.ic-q .lsf-choice__checkbox:hover { background: var(--color-neutral-emphasis-subtle, #f4f2ee); }
.ic-q .ant-radio-wrapper-checked, .ic-q .ant-checkbox-wrapper-checked,
.ic-q .ant-radio-wrapper-checked:hover, .ic-q .ant-checkbox-wrapper-checked:hover {
  background: var(--color-primary-background, #f0f3fe); }
.ic-q .ant-radio, .ic-q .ant-checkbox { top: 2px; }
.ic-q .ant-radio-inner, .ic-q .ant-checkbox-inner { width: 14px; height: 14px; }
.ic-q :is(.ant-radio, .ant-checkbox) + span { padding: 0 0 0 6px; }
.ic-page .lsf-hint { position: static; margin-left: 5px; vertical-align: baseline; font-size: 10.5px; font-weight: 400;
  color: var(--color-neutral-content-subtlest, #8b877b); white-space: nowrap; }
.ic-keyless, .ic-nth { display: contents; }
.ic-keyless .lsf-hint, .ic-keyless .lsf-label__hotkey { display: none; }

.ic-q .lsf-text-area { margin: 0 !important; }
.ic-q .ant-form-item { margin: 0; }
.ic-q .ant-input, .ic-q input[type="number"] { height: 28px; padding: 2px 8px; font-size: 13px; }

[class*="toast--"] { pointer-events: none; }
"""

ADJUDICATED: Final = """
.ic-page .ic-context { max-height: 10vh; }
.ic-page .ic-questions .ic-q:is(:first-child, *) { border-top: 1px solid var(--color-neutral-border-subtler, #e1ded5);
  padding: 7px 0 6px; }
.ic-decide { min-width: 0; }
.ic-page :is(.ic-said, .ic-agreed, .ic-notes) :is(.lsf-richtext, .lsf-richtext__container) { margin: 0; padding: 0;
  font-size: 13px; line-height: 1.4; overflow-wrap: anywhere; }
.ic-said { padding: 0 5px 3px; }
.ic-letters { display: flex; flex-wrap: wrap; column-gap: 22px; row-gap: 2px; padding-top: 3px; }
:is(.ic-said, .ic-notes) :is(.ic-one, .ic-line) b { display: inline-block; min-width: 16px; padding: 0 3px;
  border: 1px solid var(--color-neutral-border, #d3cfc3); border-radius: 4px; text-align: center;
  font-size: 11px; font-weight: 600; line-height: 15px; color: var(--color-neutral-content-subtle, #4b4840); }
.ic-one b { margin-right: 3px; }
:is(.ic-said, .ic-notes) .ic-line { display: grid; grid-template-columns: 18px minmax(0, 1fr); column-gap: 7px;
  align-items: baseline; padding-top: 2px; }
.ic-page i { font-style: normal; color: var(--color-neutral-content-subtler, #6b675d); }
.ic-said mark { padding: 0; background: none; color: inherit; }
.ic-said sub { margin: 0 3px 0 2px; padding-left: 3px; border-left: 3px solid; font-size: 10.5px; font-weight: 600;
  line-height: 1; vertical-align: baseline; color: var(--color-neutral-content-subtle, #4b4840); }
.ic-page .ic-defined { display: grid; grid-template-columns: 190px minmax(0, 1fr); column-gap: 12px; row-gap: 1px;
  margin: 4px 0 1px; padding: 2px 0 2px 10px; border-left: 2px solid var(--color-neutral-border, #d3cfc3);
  font-size: 12.5px; color: var(--color-neutral-content-subtler, #6b675d); }
.ic-page .ic-defined :is(dt, dd) { margin: 0; }
.ic-page .ic-defined dt { font-weight: 600; color: var(--color-neutral-content, #262522); }

.ic-q .ic-both { grid-column: 1 / -1; }
.ic-q .ic-both .lsf-choice__checkbox { font-weight: 400; }
body:not(:has(.ic-marks)) .ic-q .ic-beside { grid-column: auto; }
.ic-questions .ic-q .ic-ask { padding-top: 4px; }

.ic-alike { display: grid; grid-template-columns: 184px minmax(0, 1fr); column-gap: 12px; padding: 6px 0 2px; }
.ic-alike .ic-ask { padding-top: 0; }
.ic-page :is(.ic-agreed, .ic-notes) { min-width: 0; padding: 0 5px; }
.ic-agreed { color: var(--color-neutral-content-subtler, #6b675d); }
.ic-agreed .ic-line { display: grid; grid-template-columns: minmax(0, 330px) minmax(0, 1fr); column-gap: 12px; }
.ic-agreed .ic-line b { font-weight: 400; }
.ic-agreed .ic-line span { color: var(--color-neutral-content, #262522); }
.ic-nothing { display: none; }

body:not(:has(.ic-marks)) .lsf-sidepanels__wrapper_align_right { display: none; }
body:not(:has(.ic-marks)) .lsf-sidepanels { padding-right: 0 !important; }
"""
"""Of the page on which an adjudicator decides."""

NOTHING_MARKED: Final = """
.lsf-sidepanels__wrapper_align_right { display: none; }
.lsf-sidepanels { padding-right: 0 !important; }
"""
"""Of a page on which nothing is marked: the panels for marks would stay empty."""

MARKED: Final = """
.lsf-sidepanels__wrapper_align_right .lsf-tabs-panel:has(.lsf-info) { display: none; }
.lsf-sidepanels__wrapper_align_right .lsf-tabs-panel { height: 100% !important; }
"""
"""Of one with marks: the list of them stays, the panel that would say more of a mark has nothing to say."""

_BUTTONS: Final = ':is([data-testid^="bottombar-submit"], [data-testid^="bottombar-update"])'

MOST_COMBINATIONS: Final = 300
"""A style cannot count: every way to choose so many is written out, up to so many ways."""


def page_style(codebook: Codebook) -> str:
    """Return the style of a codebook's page: the same for all, and what its own questions need."""
    marked = any(question.level == "span" for question in codebook.questions)
    limited = (question for question in codebook.questions if is_limited(question))
    return STYLE + (MARKED if marked else NOTHING_MARKED) + "".join(map(_limit, limited))


def adjudication_style(codebook: Codebook) -> str:
    """Return the style of the page on which an adjudicator decides: of a set, no single answer or answers."""
    sets = (question for question in codebook.questions if question.level == "set")
    return page_style(codebook) + ADJUDICATED + "".join(map(_either_or, sets))


def _either_or(question: Question) -> str:
    row = f"#question-{question.id}"
    at_odds = f"body:has({row} .ic-both input:checked):has({row} input:checked:not(.ic-both input))"
    return f"""
{at_odds} {row} .ic-ask::after {{ content: "No single answer, or answers: take one away"; display: block;
  color: #b91c1c; }}
{at_odds} {_BUTTONS} {{ opacity: .35; pointer-events: none; }}
"""


def is_limited(question: Question) -> bool:
    """Return whether the page itself holds annotators to the number of categories they may choose."""
    n, most = len(question.choosable), question.at_most
    return most is not None and comb(n, most) + comb(n, most + 1) <= MOST_COMBINATIONS


def _limit(question: Question) -> str:
    """Once enough are chosen the others cannot be clicked; with keys one can choose more, and then not submit."""
    most, row = question.at_most or 0, f"#question-{question.id}"
    full = ", ".join(_all_chosen(row, places) for places in combinations(range(len(question.choosable)), most))
    over = ", ".join(_all_chosen(row, places) for places in combinations(range(len(question.choosable)), most + 1))
    return f"""
body:is({full}) {row} .lsf-choice:not(:has(input:checked)) {{ opacity: .45; pointer-events: none; }}
body:is({over}) {row} .ic-ask::after {{ content: "At most {most}: take one away"; display: block; color: #b91c1c; }}
body:is({over}) {_BUTTONS} {{
  opacity: .35; pointer-events: none; }}
"""


def _all_chosen(row: str, places: Sequence[int]) -> str:
    return "".join(f":has({row} .ic-nth-{place} input:checked)" for place in places)
