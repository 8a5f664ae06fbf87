"""Several studies in eighty columns: what is said once below the table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.terminal.agreement.made_up import ALPHA, report
from tests.terminal.printed import printed, words
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.reason import Reason
from toolkit.loop.agreement.several import StudyAgreement
from toolkit.terminal.agreement.several import several_text

PERCENT = replace(ALPHA, measure="percent_agreement", value=0.91, target=None, verdict=None)


def of(study: str, *estimates: Estimate, folder: str = "", round_name: str = "pilot") -> StudyAgreement:
    headline = [replace(one, headline=one.measure == "krippendorff_alpha") for one in estimates]
    return StudyAgreement(
        study=study,
        study_id=None,
        folder=Path(folder or f"exports/{study}"),
        version=1,
        agreement=report(*headline, round_name=round_name),
    )


def test_each_study_is_named_with_its_round() -> None:
    text = printed(several_text([of("elections", ALPHA), of("trade", ALPHA, round_name="main")]))
    assert text.startswith("Agreement in 2 studies  Krippendorff's alpha\n")
    lines = [line for line in text.splitlines() if "voice nominal" in line]
    assert [line.partition(" voice")[0].rstrip() for line in lines] == ["elections, pilot", "trade, main"]
    assert "nothing is pooled" in text


def test_a_name_of_forty_letters_fits() -> None:
    name = "the-elections-of-two-thousand-twenty-six"
    text = printed(several_text([of(name, ALPHA, folder=f"exports/{name}"), of(name, ALPHA, folder=f"more/{name}")]))
    assert [line for line in text.splitlines() if name in line] == [f"exports/{name}, pilot", f"more/{name}, pilot"]


def test_figures_beside_alpha_are_left_to_each_by_itself() -> None:
    text = words(several_text([of("elections", ALPHA, PERCENT)]))
    assert "Agreement in 1 study " in text
    assert "91%" not in text
    assert "percent agreement, not corrected" not in text


def test_a_missing_number_has_its_reason_once() -> None:
    none = replace(
        ALPHA,
        value=None,
        ci_low=None,
        ci_high=None,
        interval_method=None,
        undefined_because=Reason("no overlap"),
        verdict="undecided",
    )
    text = printed(several_text([of("elections", none), of("trade", none)]))
    assert text.count("– a") == 2
    assert text.count("no overlap") == 1


def test_what_a_low_target_allows_is_said_where_one_is_reached() -> None:
    low = replace(ALPHA, target=0.4)
    assert "no conclusions by custom" in words(several_text([of("elections", ALPHA), of("trade", low)]))
    assert "no conclusions by custom" not in words(several_text([of("elections", ALPHA)]))


def test_intervals_rest_on_as_many_articles_as_the_studies_have() -> None:
    more = replace(ALPHA, n_clusters=40)
    assert "jackknife over 11 to 40 articles" in words(several_text([of("elections", ALPHA), of("trade", more)]))
