from __future__ import annotations

from tests.agreement.diagnosis import naive
from toolkit.agreement.diagnosis.judged import judged_or_not, missing_shares

LABELS = ["low", "high", "unclear", "cannot be judged"]
CODES = naive.codes("0 1 3\n2 3 .\n. . .\n1 1 3")


def test_shares_are_of_all_answers() -> None:
    unclear, cannot = missing_shares(CODES, LABELS, [2, 3])
    assert (unclear.category, unclear.count, unclear.n_answers, unclear.share) == ("unclear", 1, 8, 1 / 8)
    assert (cannot.category, cannot.count, cannot.n_answers, cannot.share) == ("cannot be judged", 3, 8, 3 / 8)


def test_nothing_answered() -> None:
    (one,) = missing_shares(naive.codes(". .\n. ."), LABELS, [3])
    assert (one.count, one.share, one.undefined_because) == (0, None, "nothing answered")


def test_one_missing_category_against_everything_else() -> None:
    assert judged_or_not(CODES, [3]).tolist() == naive.codes("0 0 1\n0 1 .\n. . .\n0 0 1").tolist()


def test_all_missing_categories_together() -> None:
    assert judged_or_not(CODES, [2, 3]).tolist() == naive.codes("0 0 1\n1 1 .\n. . .\n0 0 1").tolist()


def test_a_missing_category_nobody_gave() -> None:
    assert judged_or_not(naive.codes("0 1\n. 0"), [3]).tolist() == [[0, 0], [-1, 0]]
    assert judged_or_not(naive.codes(". ."), [3]).tolist() == [[-1, -1]]
