"""The reliability of a consensus: from panels where there are annotators enough, a range of models where not."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.agreement.answer_rows import AnswerRow, coded_answers
from toolkit.agreement.consensus_reliability import NO_CONSENSUS, consensus_reliability
from toolkit.agreement.question_readings import readings_of
from toolkit.agreement.reading import Reading

SCALE = ["a", "b", "c"]


def reading_of(units: list[list[object]], level: str = "nominal") -> Reading:
    rows = [
        AnswerRow(f"s{place:04}", "article", f"r{who:02}", value)  # type: ignore[arg-type]  # any answer there is
        for place, unit in enumerate(units)
        for who, value in enumerate(unit)
    ]
    return readings_of(level, coded_answers(level, rows, SCALE, clustered=False), SCALE)[0]


def seen(n: int, m: int, *, share: float, seed: int = 0) -> list[list[object]]:
    """Units whose truth every annotator sees with the same probability, and otherwise guesses."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    return [
        [SCALE[int(t)] if rng.random() < share else SCALE[int(rng.integers(0, 3))] for _ in range(m)] for t in truth
    ]


def majority_alpha(units: list[list[object]], k: int) -> float:
    """Two panels, the first k and the next k of each unit; nominal alpha of two values a unit, pair by pair."""

    def majority(answers: list[object]) -> object:
        most = max(answers.count(value) for value in SCALE)
        found = [value for value in SCALE if answers.count(value) == most]
        return found[0] if len(found) == 1 else None

    pairs = [(majority(unit[:k]), majority(unit[k : 2 * k])) for unit in units]
    pairs = [pair for pair in pairs if None not in pair]
    values = [value for pair in pairs for value in pair]
    n = len(values)
    observed = sum(one != other for one, other in pairs) / len(pairs)
    same = sum(values.count(value) * (values.count(value) - 1) for value in SCALE)
    return 1 - observed / (1 - same / (n * (n - 1)))


def test_panels_are_drawn_where_there_are_twice_as_many() -> None:
    """1,500 units by six annotators, panels of three: the mean over divisions is near that of any one division."""
    units = seen(1500, 6, share=0.7)
    found = consensus_reliability(reading_of(units), 3)
    assert (found.method, found.low) == ("panels", found.high)
    assert found.low == pytest.approx(majority_alpha(units, 3), abs=0.03)


def test_one_annotator_is_worth_alpha() -> None:
    units = seen(400, 3, share=0.7)
    reading = reading_of(units)
    alpha = reading.scale.alphas[0].alpha
    pairable = reading.patterns.pairable()
    whole = alpha.values((pairable.weights @ alpha.statistics(pairable.rows))[None, :])[0]
    found = consensus_reliability(reading, 1)
    assert found.low == found.high == pytest.approx(whole)


@pytest.mark.parametrize("spread", [0.0, 2.0])
def test_models_span_what_three_others_would_have_said(spread: float) -> None:
    """What three annotators say of units of even or mixed difficulty is held against what three others say there."""
    rng = np.random.default_rng(1)
    n = 4000
    share = rng.beta(spread * 0.7, spread * 0.3, n) if spread else np.full(n, 0.7)
    truth = rng.integers(0, 3, n)
    units: list[list[object]] = [
        [SCALE[int(t)] if rng.random() < p else SCALE[int(rng.integers(0, 3))] for _ in range(6)]
        for t, p in zip(truth, share, strict=True)
    ]
    found = consensus_reliability(reading_of([unit[:3] for unit in units]), 3)
    assert found.method == "models"
    assert found.low is not None
    assert found.high is not None
    assert found.low - 0.02 <= majority_alpha(units, 3) <= found.high + 0.02
    assert found.high - found.low > 0.1


def test_means_of_numbers_by_spearman_and_brown() -> None:
    """A single reliability of .5 makes .75 with three annotators, as the prophecy formula is mostly shown."""
    rng = np.random.default_rng(3)
    truth = rng.normal(size=4000)
    units: list[list[object]] = [[float(t + e) for e in rng.normal(size=3)] for t in truth]
    found = consensus_reliability(reading_of(units, "interval"), 3)
    assert found.method == "spearman_brown"
    assert found.low == pytest.approx(0.75, abs=0.02)


def test_sets_have_no_consensus_and_no_variation_no_reliability() -> None:
    sets = reading_of([[("a",), ("a", "b")]] * 3, "set")
    assert consensus_reliability(sets, 3).undefined_because == NO_CONSENSUS
    assert consensus_reliability(reading_of([["a", "a"]] * 5), 3).undefined_because == "no variation"


def test_the_same_seed_gives_the_same_range() -> None:
    reading = reading_of(seen(60, 3, share=0.6))
    assert consensus_reliability(reading, 3) == consensus_reliability(reading, 3)
