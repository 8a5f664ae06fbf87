"""Codebook: check one, compare two."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.codebook.change import Change
from toolkit.codebook.diff import compare, keeps_answers
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.loop.init import codebook_text


@dataclass(frozen=True, slots=True)
class CodebookDiff:
    """What changed between two codebooks, and whether answers given under the old one are valid under the new."""

    changes: tuple[Change, ...]
    keeps_answers: bool


def check(codebook: str) -> Codebook:
    """Return the codebook of a file or a shipped name; raise ``ContractViolated`` with every fault, line and column."""
    return parse(codebook_text(codebook), source=codebook)


def diff(old: str, new: str) -> CodebookDiff:
    """Return what changed from ``old`` to ``new``, each a file or a shipped name."""
    changes = compare(check(old), check(new))
    return CodebookDiff(changes, keeps_answers(changes))
