"""How far an adjudication is, as it is printed."""

from __future__ import annotations

from tests.terminal.printed import printed, words
from toolkit.loop.adjudication.status import AdjudicationStatus, AdjudicatorProgress, QuestionDecided
from toolkit.study.adjudications import AdjudicationDesign
from toolkit.terminal.adjudication import adjudication_status_text
from toolkit.words.numbers import NONE

FOUND = AdjudicationStatus(
    round="pilot",
    name="pilot-adjudication",
    design=AdjudicationDesign(questions=("attribution", "frame_primary"), sample=0.1, per_sentence=2, seed=3),
    project_id=7,
    sentences=1_250,
    done=1_000,
    adjudicators=(
        AdjudicatorProgress(adjudicator="annotator-4", registered=True, done=1_000, skipped=2),
        AdjudicatorProgress(adjudicator="annotator-5", registered=False, done=1, skipped=0),
    ),
    questions=(
        QuestionDecided(
            question="attribution",
            asked=1_250,
            decided=900,
            both_defensible=30,
            not_shown=12,
            contested=58,
            with_most=700,
            against_most=150,
            agreed=0,
        ),
        QuestionDecided(
            question="frame_primary",
            asked=10_000,
            decided=10_000,
            both_defensible=1,
            not_shown=2,
            contested=3,
            with_most=4,
            against_most=5,
            agreed=10_001,
        ),
    ),
    reasons={"codebook_gap": 3, "slip": 1},
    excluded={"duplicate": 1},
    rejected={"attribution": 2},
    n_compared=0,
    n_alike=0,
    estimates=(),
    pulled_at=None,
)


def test_each_number_stands_under_what_it_is() -> None:
    lines = printed(adjudication_status_text(FOUND)).splitlines()
    (head,) = (line for line in lines if line.startswith("question "))
    names = ["asked", "decided", "with most", "against", "both", "n/a", "contested", "agreed"]
    ends = [head.index(name) + len(name) for name in names]
    (row,) = (line for line in lines if line.startswith("frame_primary"))
    shown = ["10,000", "10,000", "4", "5", "1", "2", "3", "10,001"]
    assert [row[:end].split()[-1] for end in ends] == shown
    (other,) = (line for line in lines if line.startswith("attribution ") and "1,250" in line)
    assert other.split()[1:] == ["1,250", "900", "700", "150", "30", "12", "58", NONE]


def test_the_words_above_the_numbers_are_explained_and_who_does_not_count_is_said() -> None:
    said = words(adjudication_status_text(FOUND))
    assert "with most, against: decided as most coders had it, or otherwise" in said
    assert "agreed: taken over unasked" in said
    assert "1,000 (80%)" in said
    assert "excluded 1 duplicate" in said
    assert "annotator-5 1 0 does not count" in said
    assert "codebook gap 3 75%" in said
