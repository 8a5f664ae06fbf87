"""A codebook that asks one question of another one, and nothing else: what a split category is coded again with."""

from __future__ import annotations

from toolkit.codebook.model import Codebook
from toolkit.files.yaml_text import as_yaml

_LONGEST_NAME = 60


def question_alone(codebook: Codebook, question_id: str) -> tuple[Codebook, str]:
    """Return the codebook with one of its questions, which is always shown, and its YAML text.

    Decision rules, title and version are those of the whole; its name says which question it asks.
    """
    question = codebook.by_id[question_id]
    said = codebook.model_dump(mode="json", exclude_defaults=True)
    asked = question.model_dump(mode="json", exclude_defaults=True, exclude={"show_if"})
    name = f"{codebook.name}-{question_id.replace('_', '-')}"[:_LONGEST_NAME].rstrip("-")
    said |= {"name": name, "questions": [asked]}
    return Codebook.model_validate(said), as_yaml(said)
