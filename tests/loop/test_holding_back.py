"""What holds a study back: the question, the pair of categories and the annotator, on seeds spoiled on purpose."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.loop import seed_study
from tests.terminal.agreement.made_up import ALPHA, report
from tests.terminal.printed import printed
from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.ratings import ratings_from_rows
from toolkit.agreement.resampling import Resampling
from toolkit.loop.agreement.holding_back import HoldingBack, holding_back
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.study import annotators
from toolkit.study.folder import Study
from toolkit.terminal.agreement.pages import agreement_pages

ARTICLES = Resampling("article")


def coded(name: str, answers: dict[str, str | frozenset[str]], *, level: str = "nominal") -> CodedQuestion:
    """Two annotators' answers, sentence by sentence, as ``ab`` or as sets."""
    values = [value for pair in answers.values() for value in pair]
    ratings = ratings_from_rows(
        [unit for unit, pair in answers.items() for _ in pair],
        [annotator for pair in answers.values() for annotator, _ in zip("mn", pair, strict=True)],
        values,
        domain=list(dict.fromkeys(values)),
        clusters=[unit for unit, pair in answers.items() for _ in pair],
    )
    return CodedQuestion(question=name, level=level, ratings=ratings, scale=("a", "b", "c"))


def found(*estimates: Estimate) -> HoldingBack | None:
    questions = {
        name: coded(name, {"1": "ab", "2": "ab", "3": "bc", "4": "aa"}) for name in ("voice", "kind", "loaded", "tone")
    }
    return holding_back(questions.__getitem__, report(*estimates).estimates, ARTICLES, name_annotators=True)


def test_it_is_the_question_furthest_below_what_it_should_reach() -> None:
    """.20 below .90, .10 below .50: not the lower one; .317 below the customary .667 is below no target."""
    first = replace(ALPHA, question="kind", value=0.7, target=0.9, verdict="not reached")
    second = replace(ALPHA, question="loaded", value=0.4, target=0.5, verdict="not reached")
    third = replace(ALPHA, question="tone", value=0.35, target=None, verdict=None)
    fourth = replace(ALPHA, question="voice", value=0.3, target=None, verdict=None)
    assert (held := found(second, first, third)) is not None
    assert (held.question, held.wanted) == ("kind", 0.9)
    assert (held := found(third, second)) is not None
    assert (held.question, held.wanted) == ("loaded", 0.5)
    assert (held := found(third, fourth, replace(first, value=0.9))) is not None
    assert (held.question, held.wanted) == ("voice", 0.667)


def test_nothing_holds_back_what_reaches_its_target() -> None:
    assert found(ALPHA) is None
    assert found(replace(ALPHA, target=None, verdict=None, value=0.67)) is None
    assert found(replace(ALPHA, target=None, verdict=None, value=0.66)) is not None
    assert found(replace(ALPHA, value=None)) is None


def test_only_own_levels_count_and_depths_that_have_a_target() -> None:
    low = replace(ALPHA, value=0.1, target=None, verdict=None)
    assert found(ALPHA, replace(low, level="nominal:not_shown")) is None
    assert found(ALPHA, replace(low, level="taxonomy:1")) is None
    assert found(ALPHA, replace(low, level="taxonomy:1", target=0.2)) is not None
    assert found(ALPHA, replace(low, measure="percent_agreement")) is None


def test_the_pair_is_that_of_most_pairs_of_annotators() -> None:
    assert (held := found(replace(ALPHA, value=0.1))) is not None
    assert held.pair is not None
    assert (held.pair.category, held.pair.other_category, held.pair.n_pairs, held.pair.n_differing) == ("a", "b", 2, 3)
    assert held.annotator is None  # of two neither is the furthest


def test_of_sets_it_is_what_either_lacks() -> None:
    sets = {name: frozenset(name) for name in ("a", "b", "ab", "bc", "c")}
    answers = {
        "1": (sets["ab"], sets["bc"]),
        "2": (sets["a"], sets["c"]),
        "3": (sets["a"], sets["ab"]),
        "4": (sets["b"], sets["b"]),
    }
    question = coded("topics", answers, level="set")  # type: ignore[arg-type]
    low = replace(ALPHA, question="topics", level="set:masi", value=0.1)
    held = holding_back(lambda _: question, report(low).estimates, ARTICLES, name_annotators=True)
    assert held is not None
    assert held.pair is not None
    assert (held.pair.category, held.pair.other_category, held.pair.n_pairs, held.pair.n_differing) == ("a", "c", 2, 3)


@pytest.fixture
def spoiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Study, list[list[dict[str, Any]]]]:
    """The seeds, but coder c says ``source_only`` of loaded wherever others say ``none``."""
    before = seed_study.recorded

    def otherwise(coder: str) -> list[dict[str, Any]]:
        lines = before(coder)
        for line in lines:
            if coder == "c" and line["answers"].get("loaded") == "none":
                line["answers"]["loaded"] = "source_only"
        return lines

    monkeypatch.setattr(seed_study, "recorded", otherwise)
    return seed_study.seed_study(tmp_path / "study"), [otherwise(coder) for coder in "abc"]


def test_who_codes_differently_is_named_with_the_interval_and_a_letter(
    spoiled: tuple[Study, list[list[dict[str, Any]]]],
) -> None:
    study, lines = spoiled
    request = AgreementRequest(replicates=0)
    made = agree(study, request)
    held = made.holding_back
    assert held is not None
    assert held.question == "loaded"
    differing = [
        {one["answers"]["loaded"], other["answers"]["loaded"]}
        for sentence in zip(*lines, strict=True)
        for one, other in combinations(sentence, 2)
        if one["answers"].get("loaded") != other["answers"].get("loaded")
    ]
    assert held.pair is not None
    assert (held.pair.category, held.pair.other_category) == ("none", "source_only")
    assert held.pair.n_differing == len(differing)
    assert held.pair.n_pairs == differing.count({"none", "source_only"})
    assert held.annotator is not None
    with study.database() as database:
        chloe = annotators.pseudonym(database, "chloe@example.org")
    assert held.annotator.annotator == chloe
    assert 0 < held.annotator.ci_low < held.annotator.difference < held.annotator.ci_high
    explained = agree(study, replace(request, explain=("loaded",))).explained[0].estimates
    (without,) = [one.value for one in explained if one.about == "left_out" and one.annotator == chloe]
    assert held.annotator.alpha_without == pytest.approx(without, abs=1e-12)
    assert json.dumps(made.annotators) == json.dumps(sorted(made.annotators))
    letter = "ABC"[made.annotators.index(chloe)]
    text = "\n".join(printed(page) for page in agreement_pages(made, request))
    assert f"Next  without {letter} alpha of loaded is" in text
    assert f"  intercoder disagreements --question loaded --annotator {letter}" in text
    assert f"  {letter}  {chloe}" in text


def test_who_is_named_for_nothing_printed_has_no_line_in_the_legend(
    spoiled: tuple[Study, list[list[dict[str, Any]]]],
) -> None:
    study, _ = spoiled
    request = AgreementRequest(replicates=0, plan=0.1)
    assert "Annotators" not in "\n".join(printed(page) for page in agreement_pages(agree(study, request), request))
