from __future__ import annotations

from tests.terminal.printed import printed, words
from toolkit.agreement.expected.power import NOT_ABOVE, Told
from toolkit.agreement.reason import Reason
from toolkit.loop.plan import NeededArticles, StudyPlan, ToldStudies
from toolkit.terminal.agreement.study_plan import study_plan_text

PLAN = StudyPlan(
    level="nominal",
    shares=(0.6, 0.3, 0.1),
    expect=0.75,
    target=0.667,
    power=0.8,
    coders=3,
    sentences_per_article=14,
    confidence=0.95,
    samples=2000,
    seed=7,
    needed=(
        NeededArticles(differ="little", coders=2, articles=1000, annotations=28_000, undefined_because=None),
        NeededArticles(differ="little", coders=3, articles=40, annotations=1680, undefined_because=None),
        NeededArticles(differ="much", coders=3, articles=None, annotations=None, undefined_because=Reason(NOT_ABOVE)),
    ),
    told=(
        ToldStudies(
            differ="little",
            articles=40,
            expected=Told(n_clusters=40, reached=0.8, undecided=0.2, not_reached=0.0),
            at_target=Told(n_clusters=40, reached=0.015, undecided=0.96, not_reached=0.025),
        ),
    ),
)


def test_a_plan_reads_in_eighty_columns() -> None:
    lines = printed(study_plan_text(PLAN)).splitlines()
    said = [" ".join(line.split()) for line in lines]
    assert "little 2 1,000 28,000" in said
    assert "› 3 40 1,680" in said
    assert "much › 3 – a –" in said
    assert "little 40 80% 20% 0% 2% 2%" in said


def test_it_says_what_was_supposed_and_why_there_is_no_number() -> None:
    said = words(study_plan_text(PLAN))
    assert "true alpha .75, nominal, categories .60, .30, .10, 14 sentences an article" in said
    assert "seed 7" in said
    assert "a target that it does not exceed" in said
