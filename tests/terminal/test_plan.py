from __future__ import annotations

from dataclasses import replace

from tests.terminal.printed import words
from toolkit.loop.pushing.design import EarlierRound, PushPlan
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


def test_what_was_in_which_earlier_round() -> None:
    earlier = (EarlierRound("pilot", 42, 3), EarlierRound("second", 0, 0), EarlierRound("third", 1, 1))
    text = words(plan_text(replace(PLAN, earlier=earlier)))
    assert "earlier rounds 42 sentences of 3 articles in round pilot 1 sentence of 1 article in round third" in text
    assert "second" not in text
    assert "earlier rounds none of its sentences was in one" in words(plan_text(replace(PLAN, earlier=earlier[1:2])))
    assert "earlier rounds" not in words(plan_text(PLAN))


def test_where_its_sentences_are_from() -> None:
    def said(decision: Decision, n_repeats: int = 0) -> str:
        return words(plan_text(replace(PLAN, decision=decision, n_repeats=n_repeats)))

    assert "a random sample of 5 articles in no earlier round" in said(Decision(1, "articles", 5, fresh=True))
    assert "all there are of articles in no earlier round" in said(Decision(1, fresh=True))
    assert "all there are of round pilot" in said(Decision(1, repeat_of="pilot"))
    assert "a random sample of 40 sentences of round pilot" in said(Decision(1, "sentences", 40, repeat_of="pilot"))
    assert "as listed" in said(Decision(1, "listed", 40, listed="0" * 64))
    hidden = said(Decision(1, fresh=True, repeat_of="pilot", share=0.1), n_repeats=31)
    assert "repeats 31 sentences of round pilot, hidden among the new ones" in hidden
    assert "seed 0" in hidden


def test_gold() -> None:
    plan = replace(PLAN, decision=Decision(1, gold=0.05), n_gold=15, n_only_gold=12)
    text = words(plan_text(plan))
    assert "gold 15 sentences for everybody registered, 12 of them in the round only for that" in text
    assert "seed 0" in text
    assert "gold" not in words(plan_text(PLAN))
