"""How many more articles, as the lead reads it."""

from __future__ import annotations

from dataclasses import replace

from tests.terminal.printed import printed, words
from toolkit.agreement.more_coders import OneCoderMore
from toolkit.agreement.planning import ClustersPlan
from toolkit.agreement.reason import Reason
from toolkit.loop.agreement.report import PlannedQuestion
from toolkit.terminal.agreement.plan import agreement_plan_text
from toolkit.words.reasons import OF_TABLE

ENOUGH = ClustersPlan(cluster="article", n_clusters=40, half_width=0.041, wanted=0.05, n_needed=40, n_more=0)
FEW = ClustersPlan(
    cluster="article",
    n_clusters=8,
    half_width=0.13,
    wanted=0.05,
    n_needed=1210,
    n_more=1202,
    caveats=(Reason("learnt from {} {}s only", 8, "article"),),
)
NEVER = ClustersPlan(
    cluster="article",
    n_clusters=1,
    half_width=None,
    wanted=0.05,
    undefined_because=Reason("one {}", "article"),
)


def planned(*plans: ClustersPlan) -> list[PlannedQuestion]:
    return [PlannedQuestion(question=f"q{n}", level="nominal", plan=plan) for n, plan in enumerate(plans)]


def test_a_row_says_now_wanted_needed_and_more() -> None:
    text = words(agreement_plan_text(planned(ENOUGH, FEW, NEVER)))
    assert "q0 nominal 40 ± .04 ± .05 40 0" in text
    assert "q1 nominal 8 ± .13 ± .05 1,210 1,202" in text
    assert "q2 nominal 1 – ± .05 – a" in text
    assert "a one article: an interval needs two or more" in text


def test_one_coder_more_stands_beside_or_why_it_does_not() -> None:
    one, other = planned(ENOUGH, FEW)
    told = replace(one, one_coder_more=OneCoderMore(ci_low=0.5, ci_high=0.56))
    because = OneCoderMore(undefined_because="told where all units have three values")
    text = words(agreement_plan_text([told, replace(other, one_coder_more=because)]))
    assert "q0 nominal 40 ± .04 ± .05 40 0 ± .03" in text
    assert "q1 nominal 8 ± .13 ± .05 1,210 1,202 – a" in text
    assert "a what one coder more would do can be told where every sentence that two coded has three or more" in text
    assert "+1 coder: the half-width with one coder more on every sentence, and no article more." in text
    printed(agreement_plan_text([replace(told, question="a_question_of_a_long_name", level="set:jaccard")]))


def test_a_caution_names_its_questions_once() -> None:
    text = words(agreement_plan_text(planned(FEW, ENOUGH, FEW)))
    assert "q0, q2: learnt from 8 articles only." in text


def test_a_table_is_planned_in_its_own_words() -> None:
    text = words(agreement_plan_text(planned(FEW), nouns=OF_TABLE))
    assert "q0: learnt from 8 clusters only." in text
    assert "article" not in text


def test_a_third_decimal_that_was_asked_for_is_kept() -> None:
    exact = ClustersPlan(cluster="unit", n_clusters=40, half_width=0.041, wanted=0.025, n_needed=90, n_more=50)
    assert "± .025 90 50" in words(agreement_plan_text(planned(exact)))


def test_no_plan_is_said() -> None:
    assert "No question" in words(agreement_plan_text([]))
