"""Rounds that choose by what earlier rounds had: fresh articles, the same sentences again, repeats among new ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest

from tests.codebook.samples import FULL, codebook
from tests.study.small import filled, numbered
from toolkit.errors import BadInput, UsageError
from toolkit.loop.pushing.design import Design, EarlierRound, PushPlan, written
from toolkit.loop.pushing.planning import plan_push
from toolkit.study import articles, rounds
from toolkit.study.database import Database

SIZES = {f"n{number:02}": 3 + number % 4 for number in range(20)}
"""Sentences by article."""
GOLD = Path("gold.csv")
"""Nothing is known in advance here."""
PILOT = ("n02", "n05", "n07", "n11", "n15")
N_PILOT = sum(SIZES[name] for name in PILOT)


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Database]:
    """Twenty articles, of which five were coded in the pilot."""
    with filled(tmp_path / "study.db", [numbered(name, n) for name, n in SIZES.items()]) as database:
        ids = [f"{name}-{position}" for name in PILOT for position in range(1, SIZES[name] + 1)]
        push(database, "pilot", Design(2, ids=listed(tmp_path, ids)))
        yield database


def listed(folder: Path, lines: Sequence[str]) -> Path:
    path = folder / "ids.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def push(database: Database, name: str, design: Design | None = None) -> PushPlan:
    """What a push records before it sends anything."""
    found = rounds.find(database, name)
    plan, wanted = plan_push(database, codebook(), found, round_name=name, design=design or Design(), gold_file=GOLD)
    adding = [(want.sentence_id, want.annotators) for want in wanted]
    if found is None:
        rounds.create(database, name, plan.decision, codebook(), document=FULL, wanted=adding)
    else:
        rounds.plan(database, name, adding)
    return plan


def sentences(database: Database, name: str) -> list[str]:
    return [entry.sentence_id for entry in rounds.ledger(database, name)]


def articles_of(ids: Sequence[str]) -> list[str]:
    return [article for article, _ in groupby(ids, key=lambda one: one.partition("-")[0])]


def refused(database: Database, design: Design, name: str = "second") -> str:
    with pytest.raises(UsageError) as problem:
        push(database, name, design)
    assert rounds.find(database, "second") is None
    return str(problem.value)


class TestFresh:
    def test_takes_no_article_of_an_earlier_round(self, study: Database) -> None:
        plan = push(study, "second", Design(2, fresh=True))
        assert articles_of(sentences(study, "second")) == [name for name in SIZES if name not in PILOT]
        assert plan.earlier == (EarlierRound("pilot", 0, 0),)

    def test_is_what_a_sample_is_drawn_from(self, study: Database) -> None:
        drawn = Counter[str]()
        for seed in range(60):
            plan, wanted = plan_push(
                study,
                codebook(),
                None,
                round_name="second",
                design=Design(2, articles=5, fresh=True, seed=seed),
                gold_file=GOLD,
            )
            assert plan.n_articles == 5
            drawn.update(articles_of([want.sentence_id for want in wanted]))
        assert set(drawn) == set(SIZES) - set(PILOT)

    def test_an_article_of_which_one_sentence_was_coded_is_not_fresh(self, study: Database, tmp_path: Path) -> None:
        push(study, "one", Design(1, ids=listed(tmp_path, ["n00-2"])))
        push(study, "second", Design(2, fresh=True))
        assert "n00" not in articles_of(sentences(study, "second"))

    def test_takes_in_articles_added_since(self, study: Database) -> None:
        push(study, "second", Design(2, fresh=True))
        before = sentences(study, "second")
        articles.add(study, [numbered("later", 2)], splitter="by hand", splitter_version="1")
        push(study, "second")
        assert sentences(study, "second") == [*before, "later-1", "later-2"]

    def test_where_nothing_is_fresh(self, study: Database) -> None:
        push(study, "everything", Design(1))
        assert "every article is in an earlier round" in refused(study, Design(2, fresh=True)).lower()

    def test_a_plain_round_says_what_was_where(self, study: Database) -> None:
        plan = push(study, "everything", Design(1))
        assert plan.earlier == (EarlierRound("pilot", N_PILOT, 5),)
        assert push(study, "pilot").earlier == ()


class TestTheSameAgain:
    def test_all_of_it_in_reading_order(self, study: Database) -> None:
        push(study, "second", Design(2, repeat_of="pilot"))
        assert sentences(study, "second") == sentences(study, "pilot")

    def test_it_stays_as_it_was_when_its_original_grows(self, study: Database) -> None:
        push(study, "everything", Design(1))
        push(study, "second", Design(2, repeat_of="everything"))
        before = sentences(study, "second")
        articles.add(study, [numbered("later", 2)], splitter="by hand", splitter_version="1")
        push(study, "everything")
        push(study, "second")
        assert sentences(study, "second") == before

    def test_a_sample_is_exact_and_every_sentence_has_a_chance(self, study: Database) -> None:
        pilot, drawn = sentences(study, "pilot"), Counter[str]()
        for seed in range(80):
            design = Design(2, repeat_of="pilot", sentences=7, seed=seed)
            _, wanted = plan_push(study, codebook(), None, round_name="second", design=design, gold_file=GOLD)
            ids = [want.sentence_id for want in wanted]
            assert len(ids) == 7
            assert ids == [one for one in pilot if one in ids]
            drawn.update(ids)
        assert set(drawn) == set(pilot)

    def test_more_than_there_are(self, study: Database) -> None:
        plan = push(study, "second", Design(2, repeat_of="pilot", sentences=1000))
        assert sentences(study, "second") == sentences(study, "pilot")
        assert any(f"round pilot has only {N_PILOT} sentences" in note for note in plan.notes)

    def test_of_a_round_there_is_not(self, study: Database) -> None:
        assert "earlier rounds: pilot" in refused(study, Design(2, repeat_of="first"))
        assert "cannot repeat itself" in refused(study, Design(2, repeat_of="second"))
        push(study, "later", Design(1))
        assert "there is no earlier round" in refused(study, Design(2, repeat_of="later"), name="pilot")


class TestHiddenAmongNewOnes:
    @pytest.mark.parametrize("size", [Design(2, sentences=40), Design(2, articles=9), Design(2)], ids=str)
    @pytest.mark.parametrize("share", [0.1, 0.25])
    def test_they_are_that_share_and_the_rest_is_new(self, study: Database, size: Design, share: float) -> None:
        plan = push(study, "second", replace(size, repeat_of="pilot", share=share, seed=4))
        ids, pilot = sentences(study, "second"), set(sentences(study, "pilot"))
        repeats = [one for one in ids if one in pilot]
        assert len(ids) == len(set(ids))
        assert abs(len(repeats) - share * len(ids)) <= 1
        assert plan.n_repeats == len(repeats)
        assert {one.partition("-")[0] for one in ids if one not in pilot}.isdisjoint(PILOT)
        if size.sentences is not None:
            assert len(ids) == size.sentences

    def test_they_stand_between_articles_and_evenly(self, study: Database) -> None:
        push(study, "second", Design(2, repeat_of="pilot", share=0.2, seed=4))
        ids = sentences(study, "second")
        new = [one for one in ids if one.partition("-")[0] not in PILOT]
        order = [one for name, n in SIZES.items() for one in (f"{name}-{k}" for k in range(1, n + 1))]
        assert new == [one for one in order if one in new]
        stretches = articles_of(ids)
        assert len(stretches) == len(set(stretches))  # no article is interrupted by another
        places = [number for number, name in enumerate(stretches) if name in PILOT]
        n = len(places)
        assert n >= 3
        for number, place in enumerate(places):  # one in each of n parts of the round, give or take an article
            assert number / n - 2 / len(stretches) <= place / len(stretches) <= (number + 1) / n + 2 / len(stretches)

    def test_all_have_as_many_annotators_as_the_others(self, study: Database) -> None:
        push(study, "second", Design(2, repeat_of="pilot", share=0.1))
        assert {entry.annotators_wanted for entry in rounds.ledger(study, "second")} == {2}

    def test_pushing_again_adds_none(self, study: Database) -> None:
        push(study, "second", Design(2, repeat_of="pilot", share=0.1))
        before = sentences(study, "second")
        articles.add(study, [numbered("later", 2)], splitter="by hand", splitter_version="1")
        again = push(study, "second", Design(2, repeat_of="pilot", share=0.1))
        assert sentences(study, "second") == before
        assert again.n_repeats > 0

    def test_too_few_to_repeat(self, study: Database) -> None:
        assert f"which has {N_PILOT}" in refused(study, Design(2, repeat_of="pilot", share=0.5))

    def test_nothing_new(self, study: Database) -> None:
        push(study, "everything", Design(1))
        assert "no new sentence" in refused(study, Design(2, repeat_of="pilot", share=0.1))

    def test_with_fewer_annotators_than_there_are_it_is_said_whose_repeats_count(self, study: Database) -> None:
        from toolkit.study import annotators

        annotators.register(study, [f"{name}@example.org" for name in "abc"], round=None)
        plan = push(study, "second", Design(1, repeat_of="pilot", share=0.1))
        assert any("1 of 3 annotators" in note for note in plan.notes)


class TestListed:
    def test_sentences_and_articles_in_reading_order_each_once(self, study: Database, tmp_path: Path) -> None:
        path = listed(tmp_path, ["\ufeffn03", "", "  n01-2  ", "n03-1", "n01-2"])
        push(study, "second", Design(1, ids=path))
        assert sentences(study, "second") == ["n01-2", *(f"n03-{k}" for k in range(1, 7))]

    def test_every_fault_at_once_with_its_line(self, study: Database, tmp_path: Path) -> None:
        with pytest.raises(BadInput) as problem:
            push(study, "second", Design(1, ids=listed(tmp_path, ["n01-22", "n01-2", "zzz"])))
        assert [fault.place for fault in problem.value.faults] == ["line 1", "line 3"]
        assert "'n01-2'" in problem.value.todo
        assert rounds.find(study, "second") is None

    @pytest.mark.parametrize("content", [b"", b" \n", b"n01\n\xff\n"])
    def test_no_list(self, study: Database, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "ids.txt"
        path.write_bytes(content)
        with pytest.raises(BadInput):
            push(study, "second", Design(1, ids=path))
        with pytest.raises(BadInput, match="cannot be read"):
            push(study, "second", Design(1, ids=tmp_path / "none.txt"))

    def test_it_stays_and_another_list_is_another_round(self, study: Database, tmp_path: Path) -> None:
        push(study, "second", Design(1, ids=listed(tmp_path, ["n03-1", "n01"])))
        before = sentences(study, "second")
        push(study, "second")
        push(study, "second", Design(1, ids=listed(tmp_path, ["n01", "n03-1"])))
        assert sentences(study, "second") == before
        with pytest.raises(UsageError, match="keeps its design") as problem:
            push(study, "second", Design(1, ids=listed(tmp_path, ["n01"])))
        assert "of other sentences" in str(problem.value)
        with pytest.raises(UsageError, match="keeps its design"):
            push(study, "second", Design(1, fresh=True))

    def test_whoever_lists_says_nothing_else_of_what_to_take(self, study: Database, tmp_path: Path) -> None:
        said = refused(study, Design(1, ids=listed(tmp_path, ["n01"]), sentences=4, fresh=True))
        assert "leave out `sentences=` and `fresh=`" in said


@pytest.mark.parametrize(
    ("design", "said"),
    [
        (Design(1, share=0.1), "repeat_of=ROUND"),
        (Design(1, repeat_of="pilot", share=1.0), "100%"),
        (Design(1, repeat_of="pilot", fresh=True), "exclude each other"),
    ],
)
def test_what_cannot_be_asked_together(study: Database, design: Design, said: str) -> None:
    assert said in refused(study, design)


def test_a_round_keeps_whom_it_repeats(study: Database) -> None:
    push(study, "second", Design(2, repeat_of="pilot", share=0.1, seed=3))
    push(study, "second", Design(2, fresh=True, repeat_of="pilot", share=0.1, seed=3))
    with pytest.raises(UsageError) as problem:
        push(study, "second", Design(repeat_of="pilot", share=0.2, seed=0))
    assert [(each.place, each.message) for each in problem.value.faults] == [
        ("`seed=0`", "the round was made with 3"),
        ("`share=0.2`", "the round was made with 0.1"),
    ]


def test_designs_as_they_stand_in_the_settings(study: Database, tmp_path: Path) -> None:
    plans = {
        "a": push(study, "a", Design(2, repeat_of="pilot")),
        "b": push(study, "b", Design(2, repeat_of="pilot", sentences=4)),
        "c": push(study, "c", Design(2, ids=listed(tmp_path, ["n01"]))),
        "d": push(study, "d", Design(2, repeat_of="pilot", share=0.1)),
    }
    says = {name: written(plan.decision) for name, plan in plans.items()}
    assert says["a"] | {"sample": "all its sentences", "repeat_of": "pilot"} == says["a"]
    assert says["b"] | {"sample": "4 sentences", "repeat_of": "pilot"} == says["b"]
    assert says["c"]["sample"] == "4 listed sentences"
    assert says["d"] | {"fresh": True, "share": "0.1 of the sentences are repeats"} == says["d"]


def test_a_round_of_before_has_none_of_it(study: Database) -> None:
    with study.transaction() as connection:
        row = connection.execute("SELECT decision FROM rounds").fetchone()
        old = {key: json.loads(row[0])[key] for key in ("annotators_per_sentence", "seed")}
        connection.execute("UPDATE rounds SET decision = ?", (json.dumps(old),))
    decision = rounds.get(study, "pilot").decision
    assert (decision.fresh, decision.repeat_of, decision.share, decision.listed) == (False, None, None, None)
