from __future__ import annotations

from dataclasses import replace

from tests.terminal.printed import words
from toolkit.loop.pushing.design import PushPlan
from toolkit.study.rounds import Decision
from toolkit.terminal.plan import plan_text

PLAN = PushPlan(
    round="a-round-with-a-name-of-thirty-c",
    new_round=True,
    decision=Decision(1, "sentences", 300, reliability_share=0.125, reliability_annotators=3, seed=17),
    codebook="source-framing-extended 1.0.0",
    codebook_hash="0" * 64,
    n_articles=1041,
    n_sentences=20000,
    n_reliability_sentences=2533,
    n_new=1,
)


def test_everything_that_was_decided_is_said() -> None:
    text = words(plan_text(PLAN))
    for said in (
        "a-round-with-a-name-of-thirty-c (new)",
        "source-framing-extended 1.0.0",
        "20,000 of 1,041 articles, a random sample of 300 sentences",
        "1 per sentence",
        "2,533 sentences by 3 annotators (12.5 % of the articles, drawn at random)",
        "seed 17",
        "to send 1 sentence",
    ):
        assert said in text, text


def test_no_seed_where_nothing_is_drawn() -> None:
    text = words(plan_text(replace(PLAN, decision=Decision(3), new_round=False, n_new=0)))
    assert "seed" not in text
    assert "reliability" not in text
    assert "(new)" not in text
    assert "all there are" in text
