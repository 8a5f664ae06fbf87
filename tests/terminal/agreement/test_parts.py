"""Parts beside each other: what a difference comes from, and parts too small for an alpha of their own."""

from __future__ import annotations

from dataclasses import replace

from tests.terminal.agreement.made_up import ALPHA, report
from tests.terminal.printed import words
from toolkit.agreement.estimate import Estimate
from toolkit.terminal.agreement.measures import measures_text


def test_a_difference_says_what_it_comes_from() -> None:
    def part(measure: str, value: float, low: float, high: float) -> Estimate:
        return replace(
            ALPHA,
            measure=f"krippendorff_alpha_difference{measure}",
            by="round",
            group="main",
            against="pilot",
            value=value,
            ci_low=low,
            ci_high=high,
            interval_method="bca",
        )

    mixed = [part("", -0.34, -0.5, -0.15), part("_observed", 0.01, -0.19, 0.22), part("_expected", -0.35, -0.5, -0.2)]
    text = words(measures_text(report(*mixed), divisions_only=True))
    assert (
        "voice · nominal, -.34: +.01 is Do and -.35 De, so mostly how mixed categories are (De). That annotators agree "
        "otherwise is not shown: -.19 … .22 of it." in text
    )
    assert text.count("-.35") == 1
    agreeing = [part("", 0.3, 0.1, 0.5), part("_observed", 0.25, 0.1, 0.4), part("_expected", 0.05, -0.1, 0.2)]
    text = words(measures_text(report(*agreeing), divisions_only=True))
    assert "so mostly how annotators agree (Do). Annotators agree more: .10 … .40 of it." in text


def test_a_small_part_has_no_alpha_of_its_own_and_a_pooled_one() -> None:
    small = replace(
        ALPHA, by="outlet", group="Daily", n_pairable=9, observed_disagreement=0.1, expected_disagreement=0.2
    )
    pooled = replace(small, measure="krippendorff_alpha_pooled", value=0.77)
    text = words(measures_text(report(small, pooled), divisions_only=True))
    assert "Daily – – .10 .20 .77 – 9" in text
    assert "– with fewer than 10 sentences: too few for an alpha of their own." in text
