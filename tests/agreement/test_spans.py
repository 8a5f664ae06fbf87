from __future__ import annotations

from typing import Any

import pytest

from tests.agreement.matrices import Matrix, nominal_alpha
from tests.agreement.one_question import AnswerRow, question_estimates
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.spans.marks import SpanMark, token_bounds

SENTENCES = {
    "s1": "“We won’t wait,” the minister said.",
    "s2": "Oil rose 3%.",
    "s3": "🛢️ Prices fell.",
    "s4": "Nobody else read this.",
}


def words(unit: str) -> list[str]:
    return [SENTENCES[unit][start:end] for start, end in token_bounds(SENTENCES[unit])]


def mark(unit: str, label: str, text: str) -> SpanMark:
    start = SENTENCES[unit].index(text)
    return label, start, start + len(text)


def row(unit: str, annotator: str, *marks: SpanMark) -> AnswerRow:
    return AnswerRow(unit, f"article of {unit}", annotator, marks)


ROWS = [
    row("s1", "x", mark("s1", "Source", "the minister"), mark("s1", "Cue", "said")),
    row("s1", "y", mark("s1", "Source", "minister"), mark("s1", "Cue", "minister said")),
    row("s1", "z"),
    row("s2", "x"),
    row("s2", "y", mark("s2", "Source", "Oil"), mark("s2", "Cue", "%")),
    row("s3", "x", mark("s3", "Source", "Prices fell"), mark("s3", "Source", "rices")),
    row("s3", "z", mark("s3", "Source", "Price")),
    row("s4", "x", mark("s4", "Cue", "read")),
]


def estimates(rows: list[AnswerRow], **options: Any) -> dict[tuple[str, str], Estimate]:
    found = question_estimates(
        "spans",
        "span",
        rows,
        scale=["Source", "Cue"],
        texts=SENTENCES,
        replicates=0,
        **options,
    )
    return {(estimate.measure, estimate.level): estimate for estimate in found}


def test_tokens_are_words_and_single_marks() -> None:
    assert words("s1") == ["“", "We", "won", "’", "t", "wait", ",", "”", "the", "minister", "said", "."]
    assert words("s2") == ["Oil", "rose", "3", "%", "."]
    assert words("s3")[-3:] == ["Prices", "fell", "."]


def by_hand(label: str) -> Matrix:
    """Tokens × annotators, worked out by eye from ROWS; columns x, y, z."""
    n = len(words("s3"))
    sources: dict[str, list[list[int] | None]] = {
        "s1": [[8, 9], [9], []],
        "s2": [[], [0], None],
        "s3": [[n - 3, n - 2], None, [n - 3]],
        "s4": [[], None, None],
    }
    cues: dict[str, list[list[int] | None]] = {
        "s1": [[10], [9, 10], []],
        "s2": [[], [3], None],
        "s3": [[], None, []],
        "s4": [[2], None, None],
    }
    marked = sources if label == "Source" else cues
    return [
        [None if tokens is None else "yes" if token in tokens else "no" for tokens in marked[unit]]
        for unit in SENTENCES
        for token in range(len(words(unit)))
    ]


@pytest.mark.parametrize("label", ["Source", "Cue"])
def test_each_label_is_a_binary_variable_over_tokens(label: str) -> None:
    found = estimates(ROWS)["krippendorff_alpha", f"span:{label}"]
    expected = nominal_alpha(by_hand(label))
    assert expected.value is not None
    assert found.value == pytest.approx(expected.value, abs=1e-12)
    assert found.n_values == expected.n_values
    assert found.confirmed_by


def test_units_are_counted_in_sentences() -> None:
    found = estimates(ROWS)["krippendorff_alpha", "span:Source"]
    assert (found.n_units, found.n_pairable, found.n_annotators, found.n_categories) == (4, 3, 3, 2)


def test_a_sentence_left_unmarked_is_an_observation() -> None:
    without = [coding for coding in ROWS if coding.value != ()]
    assert estimates(without)["krippendorff_alpha", "span:Source"].value != pytest.approx(
        estimates(ROWS)["krippendorff_alpha", "span:Source"].value
    )


def test_nobody_marked_anything() -> None:
    silent = [row("s1", "x"), row("s1", "y")]
    found = estimates(silent)
    assert found["krippendorff_alpha", "span:Source"].undefined_because == "no variation"
    assert found["percent_agreement", "span:Source"].value == 1


def test_articles_are_resampled_or_sentences() -> None:
    rows = [
        AnswerRow(f"s{n}", f"article {n % 4}", who, (("Source", 0, 3),) if (n + (who == "y" and n == 5)) % 2 else ())
        for n in range(24)
        for who in ("x", "y")
    ]
    texts = {f"s{n}": "Oil rose again." for n in range(24)}
    by_article = question_estimates("q", "span", rows, scale=["Source"], texts=texts, replicates=100)[0]
    by_sentence = question_estimates("q", "span", rows, scale=["Source"], texts=texts, replicates=100, clustered=False)[
        0
    ]
    assert (by_article.cluster, by_article.n_clusters) == ("cluster", 4)
    assert (by_sentence.cluster, by_sentence.n_clusters) == ("unit", 24)


def test_targets_by_label() -> None:
    found = estimates(ROWS, target={"Source": 0.75})
    assert found["krippendorff_alpha", "span:Source"].target == 0.75
    assert found["krippendorff_alpha", "span:Cue"].target is None
    assert found["percent_agreement", "span:Source"].target is None
    with pytest.raises(ValueError, match="Hedge"):
        estimates(ROWS, target={"Hedge": 0.5})


@pytest.mark.parametrize(
    "wrong",
    [
        row("s2", "q", ("Source", 5, 13)),
        row("s2", "q", ("Source", 3, 3)),
        row("s2", "q", ("Source", -1, 3)),
        row("s2", "q", ("Hedge", 0, 3)),
        row("s9", "q"),
    ],
    ids=["past the end", "empty", "before the start", "unknown label", "no text"],
)
def test_spans_that_cannot_be_are_refused(wrong: AnswerRow) -> None:
    with pytest.raises(ValueError, match=wrong.unit):
        estimates([*ROWS, wrong])


def test_all_faults_are_listed() -> None:
    with pytest.raises(ValueError, match=r"(?s)Hedge.*5–99"):
        estimates([row("s2", "q", ("Hedge", 0, 3), ("Source", 5, 99))])
