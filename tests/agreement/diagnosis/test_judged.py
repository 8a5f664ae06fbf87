from __future__ import annotations

import numpy as np
import pytest

from tests.agreement import by_definition
from tests.agreement.diagnosis import naive
from toolkit.agreement.analysis import judged_estimates
from toolkit.agreement.answer_rows import AnswerRow, coded_answers
from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.diagnosis.judged import missing_shares
from toolkit.agreement.resampling import Resampling

LABELS = ["low", "high", "unclear", "cannot be judged"]
CODES = naive.codes("0 1 3\n2 3 .\n. . .\n1 1 3")
GIVEN = np.array([1, 3, 1, 3])


def test_shares_are_of_all_answers() -> None:
    unclear, cannot = missing_shares(GIVEN, LABELS, [2, 3])
    assert (unclear.category, unclear.count, unclear.n_answers, unclear.share) == ("unclear", 1, 8, 1 / 8)
    assert (cannot.category, cannot.count, cannot.n_answers, cannot.share) == ("cannot be judged", 3, 8, 3 / 8)


def test_nothing_answered() -> None:
    (one,) = missing_shares(np.zeros(4, dtype=np.int64), LABELS, [3])
    assert (one.count, one.share, one.undefined_because) == (0, None, "nothing answered")


def test_agreement_on_whether_a_missing_category_applies() -> None:
    """By definition, on the answers recoded by hand: this missing category, or any other answer."""
    answers = [
        AnswerRow(f"s{unit}", f"article {unit % 2}", f"annotator {annotator}", LABELS[code])
        for unit, row in enumerate(CODES.tolist())
        for annotator, code in enumerate(row)
        if code >= 0
    ]
    on_scale = [row for row in answers if row.value in LABELS[:2]]
    question = CodedQuestion(
        question="q",
        level="nominal",
        scale=("low", "high"),
        ratings=coded_answers("nominal", on_scale, LABELS[:2], clustered=True),
        with_missing=coded_answers("nominal", answers, LABELS, clustered=True),
        missing=("unclear", "cannot be judged"),
    )
    found = {
        one.category: one.value
        for one in judged_estimates(question, Resampling("article", 0))
        if one.measure == "krippendorff_alpha"
    }
    units = {
        "unclear": [["no", "no", "no"], ["yes", "no"], ["no", "no", "no"]],
        "cannot be judged": [["no", "no", "yes"], ["no", "yes"], ["no", "no", "yes"]],
    }
    assert found == {
        name: pytest.approx(by_definition.alpha(values, by_definition.nominal)) for name, values in units.items()
    }
