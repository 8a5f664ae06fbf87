"""The study's own files of known answers: ``gold.csv`` and ``adjudicated.csv``, beside its ``study.yaml``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from toolkit.codebook.model import Codebook
from toolkit.errors import UsageError
from toolkit.study.folder import Study

GOLD, ADJUDICATED = "gold", "adjudicated"
KNOWN_BY_A_WORD = (GOLD, ADJUDICATED)
"""Answers known in advance, and those a person decided on: kept in a study's folder in a file of that name, where they
are not decisions on a round."""
_WRITE = "rite them there, in the columns sentence_id, question and code, or name another file."


def known_file(study: Study, word: str) -> Path:
    """Return the file of known answers that a word stands for; it need not be there."""
    return study.folder / f"{word}.csv"


def check_is_there(file: Path) -> None:
    """Raise ``UsageError`` where the study has no such file."""
    if not file.is_file():
        raise UsageError(
            f"the study has no {file.stem} answers: there is no {file.name} beside its study.yaml",
            todo=f"Decide on them with `intercoder adjudicate start`, or w{_WRITE}"
            if file.stem == ADJUDICATED
            else f"W{_WRITE}",
        )


def known_answers(file: Path, codebook: Codebook, sentence_ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """Return the true categories in a study's file, by question and sentence.

    Raise ``UsageError`` where it is not there, ``BadInput`` listing every row that names no sentence, question or
    category of the study.
    """
    from toolkit.loop.agreement.questions import CountedAnswers, coded_question
    from toolkit.tables.known_answers import OF_A_STUDY, read_known_answers

    check_is_there(file)
    nothing = CountedAnswers()
    questions = [coded_question(one, nothing, clustered=False, texts={}) for one in codebook.measured()]
    return read_known_answers(file, questions, [OF_A_STUDY], units=sentence_ids)
