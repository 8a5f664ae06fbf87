"""Small codebooks the tests are written against."""

from __future__ import annotations

import pytest

from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.errors import ContractViolated

HEAD = """\
name: small
version: 1.0.0
language: en
instructions:
  - Read the sentence once.
questions:
"""

GATE = """\
  - id: gate
    text: Is it a sentence?
    level: nominal
    categories:
      - {code: ok, title: It is, definition: One whole sentence., hotkey: "1"}
      - {code: broken, title: It is not, definition: Anything else., hotkey: "2"}
      - {code: unclear, title: Cannot tell, definition: Not enough to tell., hotkey: "3", missing: true}
"""

KIND = """\
  - id: kind
    text: Who is speaking?
    level: taxonomy
    show_if: {gate: [ok]}
    target: {"1": 0.8, "2": 0.7}
    categories:
      - {code: STATE, title: State, definition: Organs of a state.}
      - {code: police, title: Police, definition: The police., parent: STATE}
      - {code: army, title: Army, definition: The army., parent: STATE}
      - {code: PRESS, title: Press, definition: News media.}
      - {code: paper, title: Paper, definition: A newspaper., parent: PRESS}
      - {code: unknown, title: Unknown, definition: Nothing tells., missing: true}
"""

FULL = (
    HEAD
    + GATE
    + KIND
    + """\
  - id: rank
    text: Which rank?
    level: ordinal
    show_if: {kind: [STATE]}
    order: [low, middle, high]
    categories:
      - {code: high, title: High, definition: High rank.}
      - {code: middle, title: Middle, definition: Middle rank.}
      - {code: low, title: Low, definition: Low rank.}
      - {code: none_given, title: Not given, definition: No rank is given., missing: true}
  - id: topics
    text: Which topics?
    level: set
    required: false
    categories:
      - {code: war, title: War, definition: Armed conflict.}
      - {code: trade, title: Trade, definition: Buying and selling.}
      - {code: law, title: Law, definition: Courts and rules.}
      - {code: cannot_tell, title: Cannot tell, definition: Too little to tell., missing: true}
  - id: words
    text: Mark the words
    level: span
    required: false
    show_if: {gate: [ok]}
    target: {Source: 0.75}
    categories:
      - {code: Source, title: Source, definition: Who is credited.}
      - {code: Cue, title: Cue, definition: How they are credited.}
  - id: warmth
    text: How warm is it, from -5 to 5?
    level: interval
    required: false
    minimum: -5
    maximum: 5
  - id: deaths
    text: How many deaths are named?
    level: ratio
    required: false
  - id: note
    text: Note
    level: text
    required: false
    agreement: false
"""
)

EXPLAINED = FULL.replace(
    "definition: One whole sentence.",
    "definition: One whole sentence., examples: [It rains.], counter_examples: [Rain.],"
    " not_this_but: [{when: it is cut, then: broken}]",
)
"""The same, with the first category explained in every way there is."""


def codebook(text: str = FULL) -> Codebook:
    return parse(text, source="book.yaml")


def faults_of(text: str) -> list[str]:
    """``line:column message`` of every fault found in a codebook's text."""
    with pytest.raises(ContractViolated) as refused:
        parse(text, source="book.yaml")
    assert all(fault.place.startswith("book.yaml:") for fault in refused.value.faults)
    return [f"{fault.place.removeprefix('book.yaml:')} {fault.message}" for fault in refused.value.faults]
