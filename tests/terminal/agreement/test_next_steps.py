"""What to do next: never more than four lines of eighty columns, and every one a command that can be pasted."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from tests.loop.seed_study import seed_study
from tests.terminal.agreement.made_up import ALPHA, report
from tests.terminal.printed import printed
from tests.test_docs import parse
from toolkit.agreement.diagnosis.furthest import Furthest
from toolkit.agreement.diagnosis.prevalence import Prevalence
from toolkit.agreement.estimate import Estimate
from toolkit.loop.agreement.holding_back import ConfusedPair, HoldingBack
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import HEADLINE_ONLY, AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.terminal.agreement.next_steps import how_to_explain, next_steps
from toolkit.terminal.agreement.pages import agreement_pages

LOW = replace(ALPHA, question="loaded", value=0.31, target=0.4, verdict="not reached")
PAIR = ConfusedPair(category="none", other_category="source_only", n_pairs=14, n_differing=31)
FAR = Furthest(annotator="B", alpha_without=0.4, difference=0.09, ci_low=0.02, ci_high=0.16)
HELD_BACK = HoldingBack(question="loaded", level="nominal", value=0.31, wanted=0.4, pair=PAIR, annotator=None)


def steps(made: AgreementReport, **options: str) -> list[str]:
    found = next_steps(made, **options)  # type: ignore[arg-type]
    lines = [] if found is None else [line.rstrip() for line in printed(found).splitlines()]
    assert len(lines) <= 4
    for line in lines[1:]:
        assert shlex.split(line, comments=True)[0] == "intercoder"
        parse(line.strip())
    return lines


def held_back(found: HoldingBack = HELD_BACK, *estimates: Estimate) -> AgreementReport:
    return replace(report(LOW, *estimates), holding_back=found)


def test_the_question_and_the_pair_of_categories_behind_it() -> None:
    assert steps(held_back()) == [
        "Next",
        "  intercoder agree --explain loaded  # holds back most: .31, wanted .40",
        "  intercoder disagreements --categories none,source_only  # 14 of 31 pairs",
    ]


def test_the_annotator_whom_the_interval_carries() -> None:
    assert steps(held_back(replace(HELD_BACK, annotator=FAR)))[::3] == [
        "Next  without B alpha of loaded is .09 higher (.02 … .16)",
        "  intercoder disagreements --question loaded --annotator B  # where B differs",
    ]


def test_a_pair_that_another_question_has_as_well_names_its_question() -> None:
    def prevalences(*categories: str) -> tuple[Prevalence, ...]:
        return tuple(
            Prevalence(category=each, count=1, share=0.5, pairable_count=1, pairable_share=0.5, undefined_because=None)
            for each in categories
        )

    shared = {"loaded": prevalences("none", "source_only"), "other": prevalences("source_only", "x", "none")}
    text = steps(replace(held_back(), prevalences=shared))
    assert text[2] == "  intercoder disagreements --question loaded --categories none,source_only"
    apart = {"loaded": prevalences("none", "source_only"), "other": prevalences("none")}
    assert "--question" not in steps(replace(held_back(), prevalences=apart))[2]


def test_without_a_pair_there_are_the_sentences() -> None:
    text = steps(held_back(replace(HELD_BACK, pair=None)))
    assert text[2] == "  intercoder disagreements --question loaded  # its sentences, the worst first"


def test_long_names_leave_no_room_for_reasons_and_still_fit() -> None:
    long = "q" * 60
    found = replace(HELD_BACK, question=long, annotator=FAR)
    text = printed(next_steps(held_back(found)) or "")
    assert f"--explain {long}" in "".join(text.split("\n"))
    assert text.splitlines()[0].rstrip() == "Next  without B alpha is .09 higher (.02 … .16)"


def test_the_round_is_named_where_it_was_asked_for() -> None:
    text = steps(held_back(), round_name="pilot")
    assert [line.split("  #")[0].strip() for line in text[1:]] == [
        "intercoder agree --round pilot --explain loaded",
        "intercoder disagreements --round pilot --categories none,source_only",
    ]


def test_where_nothing_is_low_what_is_undecided_comes_first() -> None:
    undecided = replace(ALPHA, question="kind", verdict="undecided", observed_disagreement=0.1)
    assert steps(report(ALPHA, undecided)) == [
        "Next",
        "  intercoder agree --plan target  # undecided: kind",
        "  intercoder disagreements  # the sentences on which annotators differ",
    ]


def test_where_every_target_is_reached_comes_the_export() -> None:
    differ = replace(ALPHA, observed_disagreement=0.1)
    assert steps(report(differ))[1:] == [
        "  intercoder disagreements  # the sentences on which annotators differ",
        "  intercoder export  # every target is reached",
    ]
    assert steps(report(replace(ALPHA, observed_disagreement=0.0)))[1:] == [
        "  intercoder export  # every target is reached"
    ]
    assert steps(report(replace(ALPHA, target=None, verdict=None))) == []


def test_nothing_is_said_where_more_than_the_headline_was_asked_for() -> None:
    asked = replace(LOW, measure="fleiss_kappa")
    assert next_steps(held_back(HELD_BACK, asked)) is None


def test_a_table_has_the_command_there_is_for_it() -> None:
    made = replace(held_back(), round=None)
    assert printed(next_steps(made, in_study=False) or "").strip() == "To see why: add --explain loaded"
    assert next_steps(report(ALPHA, round_name=None), in_study=False) is None
    assert str(how_to_explain(made, ".explain({!r})")) == "To see why: .explain('loaded')"


@pytest.mark.parametrize("request_", [HEADLINE_ONLY, AgreementRequest(round_name="pilot")])
def test_agree_ends_with_them(tmp_path: Path, request_: AgreementRequest) -> None:
    """The seeds: no alpha is below its target, one verdict is undecided, and people differ."""
    study = seed_study(tmp_path / "study")
    *_, last = agreement_pages(agree(study, request_), request_)
    option = "" if request_.round_name is None else " --round pilot"
    assert [line.strip() for line in printed(last).splitlines()] == [
        "Next",
        f"intercoder agree{option} --plan target  # undecided: source_type",
        f"intercoder disagreements{option}  # {'where' if option else 'the sentences on which'} annotators differ",
    ]
