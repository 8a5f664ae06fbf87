from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import UsageError
from toolkit.loop.pushing.design import MAX_NAME, Design, PlannedSentence, choose, decide, written
from toolkit.study.rounds import Decision, Round, SampleKind

TEN = {f"article-{n}": [f"{n}.{position}" for position in range(1, n + 1)] for n in range(1, 11)}


def decided(design: Design, *, registered: int = 3, name: str = "pilot") -> Decision:
    return decide(design, found=None, n_registered=registered, round_name=name)


def refused(design: Design, *, found: Round | None = None, name: str = "pilot") -> UsageError:
    with pytest.raises(UsageError) as fault:
        decide(design, found=found, n_registered=3, round_name=name)
    return fault.value


def pushed(decision: Decision) -> Round:
    return Round("pilot", decision, "embedded", 1, None, None, None, "hash")


def chosen(
    decision: Decision, articles: Mapping[str, list[str]], planned: tuple[PlannedSentence, ...] = ()
) -> tuple[PlannedSentence, ...]:
    return choose(decision, articles, frozenset(want.sentence_id for want in planned), round_name="pilot")


def articles_of(wanted: tuple[PlannedSentence, ...]) -> set[str]:
    return {want.sentence_id.partition(".")[0] for want in wanted}


def test_everybody_registered_codes_everything_where_nothing_is_said() -> None:
    assert decided(Design(), registered=3) == Decision(annotators_per_sentence=3, sample="all", seed=0)


def test_one_annotator_per_sentence_beside_a_reliability_sample() -> None:
    found = decided(Design(reliability_sample=0.15, reliability_annotators=3), registered=5)
    assert (found.annotators_per_sentence, found.reliability_share, found.reliability_annotators) == (1, 0.15, 3)


def test_nobody_registered_and_nothing_said() -> None:
    with pytest.raises(UsageError, match="how many annotators") as fault:
        decided(Design(), registered=0)
    assert "`add_annotators(EMAIL…)`" in fault.value.todo
    assert decided(Design(annotators_per_sentence=2), registered=0).annotators_per_sentence == 2


def test_every_fault_of_a_design_at_once() -> None:
    design = Design(annotators_per_sentence=0, reliability_sample=1.5, articles=-1, sentences=3)
    messages = [fault.message for fault in refused(design, name="no/slash").faults]
    assert len(messages) == 6
    for said in ("'no/slash'", "give one", "`articles=` must", "`annotators_per_sentence=`", "together", "150%"):
        assert sum(said in message for message in messages) == 1, said


@pytest.mark.parametrize("share", [0.0, -0.1, 1.01])
def test_a_share_is_a_share(share: float) -> None:
    assert "share" in str(refused(Design(reliability_sample=share, reliability_annotators=3)))


@pytest.mark.parametrize("more", [1, 2])
def test_the_reliability_sample_has_more_annotators_than_the_rest(more: int) -> None:
    design = Design(annotators_per_sentence=2, reliability_sample=0.2, reliability_annotators=more)
    assert "more than the 2" in str(refused(design))


@pytest.mark.parametrize("name", ["", "-", "a b", "*", "a" * (MAX_NAME + 1), "x:y"])
def test_a_rounds_name_goes_into_a_title_and_a_marker(name: str) -> None:
    assert "name" in str(refused(Design(), name=name))


def test_saying_the_same_again_or_nothing_is_no_contradiction() -> None:
    frozen = Decision(1, "articles", 4, 0.15, 3, seed=7)
    for design in (
        Design(),
        Design(articles=4, seed=7),
        Design(1, 0.15, 3, articles=4, seed=7),
    ):
        assert decide(design, found=pushed(frozen), n_registered=9, round_name="pilot") == frozen


def test_a_contradiction_names_each_option_and_what_was_decided() -> None:
    design = Design(annotators_per_sentence=2, sentences=5, seed=7)
    fault = refused(design, found=pushed(Decision(1, "articles", 4, seed=7)))
    assert [(each.place, each.message) for each in fault.faults] == [
        ("`annotators_per_sentence=2`", "the round was made with 1"),
        ("`sentences=5`", "the round was made without it"),
    ]
    assert "None" not in str(fault)


def test_a_sample_asked_of_a_round_of_everything_is_a_contradiction() -> None:
    assert refused(Design(articles=4), found=pushed(Decision(3))).faults[0].place == "`articles=4`"
    assert refused(Design(seed=1), found=pushed(Decision(3, seed=0))).faults[0].message.endswith("with 0")


def test_all_articles_in_reading_order() -> None:
    wanted = chosen(Decision(2), TEN)
    assert [want.sentence_id for want in wanted] == [sentence for ids in TEN.values() for sentence in ids]
    assert {want.annotators for want in wanted} == {2}


def test_a_sample_of_articles_holds_them_whole_and_in_reading_order() -> None:
    wanted = chosen(Decision(2, "articles", 4, seed=3), TEN)
    drawn = articles_of(wanted)
    assert len(drawn) == 4
    expected = [sentence for ids in TEN.values() for sentence in ids if sentence.partition(".")[0] in drawn]
    assert [want.sentence_id for want in wanted] == expected


@given(st.integers(1, 80), st.integers(0, 100))
def test_a_sample_of_sentences_is_exact_and_in_reading_order(n: int, seed: int) -> None:
    wanted = [want.sentence_id for want in chosen(Decision(1, "sentences", n, seed=seed), TEN)]
    order = [sentence for ids in TEN.values() for sentence in ids]
    assert len(wanted) == min(n, len(order))
    assert wanted == [sentence for sentence in order if sentence in set(wanted)]


def test_the_reliability_sample_is_of_whole_articles() -> None:
    wanted = chosen(Decision(1, reliability_share=0.25, reliability_annotators=3), TEN)
    by_article: dict[str, set[int]] = {}
    for want in wanted:
        by_article.setdefault(want.sentence_id.partition(".")[0], set()).add(want.annotators)
    assert Counter(map(tuple, by_article.values())) == {(1,): 7, (3,): 3}  # a quarter of ten, at least: three


def test_every_article_can_be_in_the_reliability_sample() -> None:
    often = Counter[str]()
    for seed in range(300):
        wanted = chosen(Decision(1, reliability_share=0.2, reliability_annotators=2, seed=seed), TEN)
        often.update(articles_of(tuple(want for want in wanted if want.annotators == 2)))
    assert len(often) == 10
    assert all(20 < count < 110 for count in often.values())  # 60 expected; five standard deviations are 35


def test_a_round_of_all_articles_takes_in_those_added_since() -> None:
    first = {name: TEN[name] for name in list(TEN)[:4]}
    before = chosen(Decision(1, reliability_share=0.5, reliability_annotators=2, seed=1), first)
    more = chosen(Decision(1, reliability_share=0.5, reliability_annotators=2, seed=1), TEN, before)
    assert articles_of(more) == {"5", "6", "7", "8", "9", "10"}
    assert len(articles_of(tuple(want for want in more if want.annotators == 2))) == 3
    assert chosen(Decision(1), TEN, before + more) == ()


@pytest.mark.parametrize("kind", ["articles", "sentences"])
def test_a_sample_once_drawn_stays_as_it_is(kind: SampleKind) -> None:
    first = {name: TEN[name] for name in list(TEN)[:6]}
    decision = Decision(1, kind, 3, seed=1)
    assert chosen(decision, TEN, chosen(decision, first)) == ()


def test_a_decision_in_the_words_of_the_settings() -> None:
    assert written(Decision(2)) == {"annotators_per_sentence": 2, "sample": "all articles", "seed": 0}
    assert written(Decision(1, "sentences", 300, 0.15, 3, 9)) == {
        "annotators_per_sentence": 1,
        "sample": "300 sentences",
        "reliability_sample": "0.15 of the articles",
        "reliability_annotators": 3,
        "seed": 9,
    }
