"""Gold in a round: how much of it, where, for whom; that it counts nowhere unasked, and how annotators do on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.codebook.samples import FULL, codebook
from tests.loop.several_rounds import pull
from tests.loop.test_answers import ANA, BEN, choice, raw
from tests.study.small import filled, numbered
from toolkit.errors import BadInput, UsageError
from toolkit.loop.adjudication.design import AdjudicationAsked
from toolkit.loop.adjudication.start import start
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.export import export
from toolkit.loop.init import init
from toolkit.loop.pushing.design import Design, PlannedSentence, PushPlan
from toolkit.loop.pushing.gold import gold_to_come
from toolkit.loop.pushing.planning import plan_push
from toolkit.loop.status import status
from toolkit.loop.validate import validate
from toolkit.study import annotators, articles, round_names, rounds
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.gold_sentences import gold_of
from toolkit.study.rounds import Decision

SIZES = {f"n{number:02}": 3 + number % 4 for number in range(30)}
KNOWN = ("n03", "n09", "n12", "n14", "n20", "n25")
"""Articles all of whose sentences have a known answer."""
N_KNOWN = sum(SIZES[name] for name in KNOWN)
REST = [name for name in SIZES if name not in KNOWN]


def write_gold(path: Path, sentences: Sequence[str], code: str = "ok") -> Path:
    path.write_text("sentence_id,question,code\n" + "".join(f"{one},gate,{code}\n" for one in sentences), "utf-8")
    return path


def all_of(names: Sequence[str]) -> list[str]:
    return [f"{name}-{position}" for name in names for position in range(1, SIZES[name] + 1)]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write_gold(tmp_path / "gold.csv", all_of(KNOWN))


@pytest.fixture
def rest(tmp_path: Path) -> Path:
    """A list of the articles of which nothing is known."""
    path = tmp_path / "rest.txt"
    path.write_text("\n".join(REST), encoding="utf-8")
    return path


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Thirty articles and three annotators."""
    with filled(tmp_path / "study.db", [numbered(name, n) for name, n in SIZES.items()]) as opened:
        annotators.register(opened, [f"{name}@example.org" for name in ("ana", "ben", "cem")], round=None)
        yield opened


def push(
    database: Database, gold: Path, design: Design | None = None, name: str = "pilot"
) -> tuple[PushPlan, tuple[PlannedSentence, ...]]:
    """What a push records before it sends anything."""
    found = rounds.find(database, name)
    plan, wanted = plan_push(database, codebook(), found, round_name=name, design=design or Design(), gold_file=gold)
    adding = [(want.sentence_id, want.annotators) for want in wanted]
    of = {want.sentence_id: want.planned for want in wanted if want.gold}
    if found is None:
        rounds.create(database, name, plan.decision, codebook(), document=FULL, wanted=adding, gold=of)
    else:
        rounds.plan(database, name, adding, gold=of)
    rounds.want_more(database, name, gold_to_come(database, name))
    return plan, wanted


def test_gold_that_comes_with_later_articles_does_not_depend_on_what_the_round_is_called_now(tmp_path: Path) -> None:
    names = [f"z{n}" for n in range(8)]

    def drawn(called: str) -> set[str]:
        with filled(tmp_path / f"{called}.db", [numbered(name, size) for name, size in SIZES.items()]) as database:
            annotators.register(database, [f"{name}@example.org" for name in ("ana", "ben", "cem")], round=None)
            file = write_gold(tmp_path / "gold.csv", all_of(KNOWN))
            push(database, file, Design(gold=0.05, seed=3))
            if called != "pilot":
                round_names.rename(database, {"pilot": called})
            before = gold_of(database, called).every
            new = [numbered(name, 6) for name in names]
            articles.add(database, new, splitter="by hand", splitter_version="1")
            write_gold(file, [*all_of(KNOWN), *(f"{name}-{place}" for name in names for place in range(1, 7))])
            push(database, file, name=called)
            return set(gold_of(database, called).every - before)

    as_it_was = drawn("pilot")
    assert len(as_it_was) > 1
    assert drawn("trial") == as_it_was


class TestHowMuch:
    @pytest.mark.parametrize("per_sentence", [1, 2, 3])
    @pytest.mark.parametrize("share", [0.05, 0.1])
    def test_it_is_that_share_of_what_each_annotator_sees(
        self, database: Database, gold: Path, rest: Path, per_sentence: int, share: float
    ) -> None:
        plan, wanted = push(database, gold, Design(per_sentence, ids=rest, gold=share))
        n_gold = sum(want.gold for want in wanted)
        others = sum(want.annotators for want in wanted if not want.gold) / 3  # what one of three sees, on average
        assert abs(n_gold - share * (n_gold + others)) <= 0.5
        assert n_gold == plan.n_gold == plan.n_only_gold
        assert {want.annotators for want in wanted if want.gold} == {3}
        assert {want.annotators for want in wanted if not want.gold} == {per_sentence}

    def test_what_the_round_has_in_any_case_stays_where_it_is(self, database: Database, gold: Path) -> None:
        plan, wanted = push(database, gold, Design(1, gold=0.1))
        assert [want.sentence_id for want in wanted] == all_of(list(SIZES))
        assert plan.n_only_gold == 0
        n_gold, others = plan.n_gold, sum(1 for want in wanted if not want.gold) / 3
        assert abs(n_gold - 0.1 * (n_gold + others)) <= 0.5
        assert {want.annotators for want in wanted if want.gold} == {3}
        assert all(want.planned for want in wanted)

    def test_every_known_sentence_has_a_chance_and_the_seed_says_which(
        self, database: Database, gold: Path, rest: Path
    ) -> None:
        drawn = Counter[str]()
        for seed in range(80):
            design = Design(3, ids=rest, gold=0.05, seed=seed)
            _, wanted = plan_push(database, codebook(), None, round_name="pilot", design=design, gold_file=gold)
            _, again = plan_push(database, codebook(), None, round_name="pilot", design=design, gold_file=gold)
            assert wanted == again
            drawn.update(want.sentence_id for want in wanted if want.gold)
        assert set(drawn) == set(all_of(KNOWN))

    def test_where_too_few_are_known(self, database: Database, gold: Path, rest: Path) -> None:
        with pytest.raises(UsageError, match=f"the answers of {N_KNOWN} are known"):
            push(database, gold, Design(3, ids=rest, gold=0.4))
        assert rounds.names(database) == ()

    def test_where_nobody_is_registered_for_it(self, tmp_path: Path) -> None:
        with filled(tmp_path / "other.db", [numbered("a", 3)]) as other, pytest.raises(UsageError, match="nobody is"):
            push(other, write_gold(tmp_path / "other.csv", ["a-1"]), Design(1, gold=0.1))

    def test_where_nothing_is_known(self, database: Database, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"no none\.csv beside"):
            push(database, tmp_path / "none.csv", Design(1, gold=0.1))

    def test_every_fault_of_the_file_with_its_line(self, database: Database, gold: Path) -> None:
        gold.write_text("sentence_id,question,code\nzz-1,gate,ok\nn00-1,gate,ok\nn00-2,gate,perhaps\n", "utf-8")
        with pytest.raises(BadInput) as problem:
            push(database, gold, Design(1, gold=0.01))
        assert [fault.place for fault in problem.value.faults] == ["line 2", "line 4"]


class TestWhere:
    def test_whole_articles_stand_between_articles_and_evenly(self, database: Database, gold: Path, rest: Path) -> None:
        _, wanted = push(database, gold, Design(3, ids=rest, gold=0.15))
        ids = [want.sentence_id for want in wanted]
        assert [one for one in ids if one not in all_of(KNOWN)] == all_of(REST)
        stretches = list(dict.fromkeys(one.partition("-")[0] for one in ids))
        assert ids == [one for name in stretches for one in ids if one.startswith(f"{name}-")]
        places = [at for at, name in enumerate(stretches) if name in KNOWN]
        n = len(places)
        assert n >= 3
        for number, place in enumerate(places):  # one in each of n parts of the round, give or take an article
            assert number * len(stretches) / n - 2 <= place <= (number + 1) * len(stretches) / n + 2

    def test_single_ones_of_an_article_stand_apart_and_in_its_order(
        self, database: Database, tmp_path: Path, rest: Path
    ) -> None:
        single = ["n03-1", "n03-3", "n03-5", "n09-2", "n09-4"]
        plan, wanted = push(database, write_gold(tmp_path / "g.csv", single), Design(3, ids=rest, gold=5 / 105))
        places = [at for at, want in enumerate(wanted) if want.gold]
        assert sorted(wanted[at].sentence_id for at in places) == single
        assert [wanted[at].sentence_id for at in places if wanted[at].sentence_id < "n04"] == single[:3]
        assert all(later - earlier > 5 for earlier, later in pairwise(places))
        assert any("5 gold sentences come without the rest" in note for note in plan.notes)

    def test_that_it_is_not_safe_from_whoever_opens_answers_is_said(self, database: Database, gold: Path) -> None:
        plan, _ = push(database, gold, Design(3, gold=0.05))
        assert any("does not enforce blindness" in note for note in plan.notes)
        assert not push(database, gold)[0].notes


class TestLater:
    def test_the_round_keeps_it_without_the_file(self, database: Database, gold: Path, rest: Path) -> None:
        plan, _ = push(database, gold, Design(3, ids=rest, gold=0.05))
        gold.unlink()
        again, wanted = push(database, gold, Design(gold=0.05))
        assert wanted == ()
        assert (again.n_gold, again.n_only_gold) == (plan.n_gold, plan.n_only_gold)
        with pytest.raises(UsageError, match="keeps its design"):
            push(database, gold, Design(gold=0.1))

    def test_somebody_registered_later_gets_it_from_the_next_push_on(
        self, database: Database, gold: Path, rest: Path
    ) -> None:
        push(database, gold, Design(1, ids=rest, gold=0.05))
        annotators.register(database, ["dan@example.org"], round=None)
        plan, _ = push(database, gold)
        assert any("want 4 annotators now" in note for note in plan.notes)
        of = gold_of(database, "pilot").every
        assert {entry.annotators_wanted for entry in rounds.ledger(database, "pilot") if entry.sentence_id in of} == {4}
        assert {e.annotators_wanted for e in rounds.ledger(database, "pilot") if e.sentence_id not in of} == {1}
        assert not push(database, gold)[0].notes

    def test_articles_added_later_bring_theirs_as_far_as_it_goes(self, database: Database, tmp_path: Path) -> None:
        few = write_gold(tmp_path / "g.csv", all_of(KNOWN)[:14])
        push(database, few, Design(3, gold=0.1))
        before = gold_of(database, "pilot").every
        assert len(before) == 13  # of 131 in all
        articles.add(database, [numbered("later", 60)], splitter="by hand", splitter_version="1")
        plan, wanted = push(database, few)
        assert [want.gold for want in wanted] == [False] * 60  # all known ones are in the round already
        assert any("no gold comes with" in note for note in plan.notes)
        assert gold_of(database, "pilot").every == before

    def test_a_repeat_of_the_round_leaves_its_gold_behind(self, database: Database, gold: Path, rest: Path) -> None:
        push(database, gold, Design(3, ids=rest, gold=0.05))
        _, wanted = push(database, gold, Design(3, repeat_of="pilot"), name="second")
        assert [want.sentence_id for want in wanted] == all_of(REST)


ANSWERS: Mapping[str, tuple[str, str]] = {
    "a-1": ("ok", "ok"), "a-2": ("broken", "broken"), "a-3": ("ok", "broken"), "a-4": ("ok", "ok"),
    "b-1": ("broken", "broken"), "b-2": ("ok", "ok"), "g-1": ("ok", "broken"), "g-2": ("ok", "broken"),
    "g-3": ("broken", "ok"), "a-5": ("ok", "ok"),
}  # fmt: skip
"""What ana and ben said."""
TRUE = {"g-1": "ok", "g-2": "ok", "g-3": "ok", "a-5": "ok"}
"""The article g is in the round only for its known answers, a-5 in any case."""


def coded(folder: Path, *, only_gold: Sequence[str], leave_out: Sequence[str] = ()) -> Study:
    study = init(folder)
    (folder / "gold.csv").write_text(
        "sentence_id,question,code\n" + "".join(f"{one},gate,{code}\n" for one, code in TRUE.items()), "utf-8"
    )
    with study.database() as database:
        cut = [numbered("a", 5), numbered("b", 2), numbered("g", 3)]
        articles.add(database, cut, splitter="by hand", splitter_version="1")
        annotators.register(database, ["ana@example.org", "ben@example.org", "cem@example.org"], round=None)
        annotators.learn_accounts(database, "embedded", {ANA: "ana@example.org", BEN: "ben@example.org"})
        ids = [one for one in ANSWERS if one not in leave_out]
        rounds.create(
            database, "pilot", Decision(2, gold=0.3), codebook(), document=FULL,
            wanted=[(one, 2) for one in ids], gold={one: one not in only_gold for one in TRUE if one in ids},
        )  # fmt: skip
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        for at, one in enumerate(ids):
            said = zip((ANA, BEN), ANSWERS[one], strict=True)
            found = [
                raw(2 * at + user - ANA, user, choice("gate", code), lead_time=900.0 if one in TRUE else 10.0)
                for user, code in said
            ]
            pull(database, "pilot", at + 1, one, *found)
    return study


@pytest.fixture
def with_gold(tmp_path: Path) -> Study:
    return coded(tmp_path / "study", only_gold=["g-1", "g-2", "g-3"])


@pytest.fixture
def without(tmp_path: Path) -> Study:
    """The same round as it would be without gold; the pseudonyms are the same."""
    return coded(tmp_path / "without", only_gold=[], leave_out=["g-1", "g-2", "g-3"])


def figures(report: AgreementReport) -> list[tuple[object, ...]]:
    return [
        (one.question, one.measure, one.level, one.category, one.value, one.ci_low, one.ci_high, one.n_units)
        for one in report.estimates
        if one.annotator is None and one.other_annotator is None
    ]


class TestInAgreement:
    def test_nowhere_unasked(self, with_gold: Study, without: Study) -> None:
        request = AgreementRequest(measures=("all",), consensus=True, replicates=100)
        found, expected = agree(with_gold, request), agree(without, request)
        assert figures(found) == figures(expected)
        assert found.consensus == expected.consensus
        assert found.excluded == {"gold": 6}
        timed = agree(with_gold, replace(request, over_time=True))
        assert [(one.n, one.seconds) for one in timed.pace] == [(7, 10.0), (7, 10.0)]

    def test_where_it_is_asked_for(self, with_gold: Study, tmp_path: Path) -> None:
        request = AgreementRequest(replicates=100)
        every = agree(coded(tmp_path / "all", only_gold=[]), request)
        asked = agree(with_gold, replace(request, with_gold=True))
        assert figures(asked) == figures(every)
        assert figures(asked) != figures(agree(with_gold, request))
        assert asked.excluded == {}

    def test_against_known_answers_it_counts_and_in_prevalences_not(self, with_gold: Study) -> None:
        found = agree(with_gold, AgreementRequest(against=Path("gold"), replicates=0))
        (gate,) = found.known
        assert (gate.n_known, gate.n_answered) == (4, 4)
        accuracy = {
            one.annotator: one.value for one in found.estimates if one.measure == "accuracy" and one.category is None
        }
        assert accuracy[None] == 5 / 8
        given = {one.category: one.value for one in found.estimates if one.measure == "prevalence"}
        assert given["ok"] == 9 / 14  # of seven sentences that are not there as gold only
        of_round = agree(with_gold, AgreementRequest(against=Path("gold"), replicates=0, with_gold=True))
        assert {o.category: o.value for o in of_round.estimates if o.measure == "prevalence"}["ok"] == 12 / 20


def test_an_adjudication_neither_waits_for_it_nor_asks_about_it(with_gold: Study) -> None:
    plan = start(with_gold, asked=AdjudicationAsked(sample=0), dry_run=True).plan
    assert (plan.n_waiting, plan.n_disputed, plan.n_sampled) == (0, 1, 0)  # a-3 is the only one that is not gold


class TestStatus:
    def test_scores_of_everybody(self, with_gold: Study) -> None:
        (found,) = status(with_gold).rounds
        assert found.gold is not None
        assert (found.gold.n_sentences, found.gold.n_only_gold) == (4, 3)
        in_all = {(one.n, one.n_right): (one.ci_low, one.ci_high) for one in found.gold.scores if one.question is None}
        assert in_all.keys() == {(4, 3), (4, 2), (0, 0)}
        # (2 + z²/2 ± z√(2·2/4 + z²/4)) / (4 + z²) with z = 1.96
        assert in_all[4, 2] == pytest.approx((0.1500, 0.8500), abs=5e-5)
        assert in_all[0, 0] == (None, None)
        by_question = [(one.question, one.n, one.n_right) for one in found.gold.scores if one.question is not None]
        assert sorted(by_question) == [("gate", 4, 2), ("gate", 4, 3)]

    def test_it_is_work_done_and_not_pace(self, with_gold: Study) -> None:
        (found,) = status(with_gold).rounds
        assert (found.sentences, found.done) == (10, 10)
        assert sorted((one.done, one.seconds or 0) for one in found.annotators) == [(0, 0), (10, 10.0), (10, 10.0)]

    @pytest.mark.parametrize("content", [None, "sentence_id,question,code\nzz,gate,ok\n"])
    def test_a_file_that_cannot_be_read_leaves_the_rest(self, with_gold: Study, content: str | None) -> None:
        file = with_gold.folder / "gold.csv"
        file.unlink() if content is None else file.write_text(content, "utf-8")
        (found,) = status(with_gold).rounds
        assert found.gold is not None
        assert found.gold.scores == ()
        assert "gold.csv" in (found.gold.unknown_because or "")

    def test_a_round_without_gold(self, tmp_path: Path) -> None:
        study = coded(tmp_path / "s", only_gold=[], leave_out=list(TRUE))
        (found,) = status(study).rounds
        assert found.gold is None
        assert asdict(found)["gold"] is None


class TestExport:
    def test_it_is_marked_and_counts_in_nothing(self, with_gold: Study) -> None:
        made = export(with_gold, replicates=0)
        assert validate(made.folder).faults == ()
        table = {name: pq.read_table(path).to_pylist() for name, path in made.paths.items() if path.suffix}
        marked = {row["sentence_id"]: (row["gold"], row["excluded_because"]) for row in table["annotations"]}
        assert {one: marked[one] for one in TRUE} == {
            "g-1": (True, "gold"), "g-2": (True, "gold"), "g-3": (True, "gold"), "a-5": (True, None),
        }  # fmt: skip
        assert marked["a-1"] == (False, None)
        assert {row["because"] for row in table["rejected"]} == {"gold"}
        assert not any(row["in_agreement"] for row in table["answers"] if row["sentence_id"].startswith("g-"))
        assert not {row["sentence_id"] for row in table["consensus"] if row["code"]} & {"g-1", "g-2", "g-3"}
        states = Counter(row["status"] for row in table["assignments"] if row["sentence_id"].startswith("g-"))
        assert states == {"excluded": 6}  # nobody is still to come

    def test_its_agreement_is_that_of_the_study(self, with_gold: Study) -> None:
        folder = export(with_gold, replicates=0).folder
        for request in (
            AgreementRequest(replicates=0),
            AgreementRequest(replicates=0, with_gold=True),
            AgreementRequest(replicates=0, against=with_gold.folder / "gold.csv"),
        ):
            assert figures(agree_export(folder, request)) == figures(agree(with_gold, request))
