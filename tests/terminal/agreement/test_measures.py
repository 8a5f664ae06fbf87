"""What was asked for beside the headline."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from tests.terminal.agreement.made_up import ALPHA, FIFTEEN, TWELVE, pairs, report
from tests.terminal.printed import printed, words
from toolkit.agreement.diagnosis.prevalence import Prevalence
from toolkit.agreement.estimate import Estimate
from toolkit.terminal.agreement.headline import agreement_text
from toolkit.terminal.agreement.measures import measures_text

NONE = replace(ALPHA, value=None, ci_low=None, ci_high=None, interval_method=None, undefined_because="no variation")
PAIR = replace(ALPHA, measure="krippendorff_alpha_pairwise", target=None, verdict=None)
LEFT_OUT = replace(ALPHA, measure="krippendorff_alpha_leave_one_annotator_out", target=None, verdict=None)
CATEGORY = replace(ALPHA, measure="krippendorff_alpha_category", target=None, verdict=None)
LONG = "a_question_somebody_gave_a_name_of_sixty_characters_or_so_xx"


def of_pairs(annotators: tuple[str, ...], like: Estimate = PAIR) -> list[Estimate]:
    """The alphas of all pairs: .01 for the first, .02 for the second …"""
    return [
        replace(like, annotator=one, other_annotator=other, value=n / 100)
        for n, (one, other) in enumerate(pairs(annotators), start=1)
    ]


def everything(question: str, like: Estimate) -> list[Estimate]:
    """Every kind of figure there is about a question, of twelve annotators and fifteen categories."""

    def figure(**changed: str) -> Estimate:
        return replace(like, question=question, target=None, verdict=None, **changed)  # type: ignore[arg-type]

    found = [figure(), figure(measure="percent_agreement"), figure(measure="gwet_ac1")]
    found += [figure(measure=measure) for measure in ("fleiss_kappa", "hubert_conger_kappa")]
    found += [figure(measure=CATEGORY.measure, category=category) for category in FIFTEEN]
    found += [figure(measure=LEFT_OUT.measure, annotator=annotator) for annotator in TWELVE]
    for one, other in pairs(TWELVE):
        found.append(figure(measure=PAIR.measure, annotator=one, other_annotator=other))
    found += [figure(by="article", group=f"https://news.example/2024/03/{n}/some-long-address") for n in range(60)]
    found.append(figure(measure="krippendorff_alpha_difference", by="round", group="main", against="pilot"))
    for annotator in TWELVE:
        intra = "krippendorff_alpha_intra_annotator"
        found.append(figure(measure=intra, by="round", group="repeat", against="main", annotator=annotator))
    return found


@pytest.mark.parametrize("like", [ALPHA, NONE], ids=["defined", "undefined"])
def test_much_of_everything_fits_and_no_number_is_cut(like: Estimate) -> None:
    """Eighty columns are checked wherever something is printed; a cut would end in an ellipsis without a space."""
    estimates = [estimate for question in (LONG, "voice", "kind") for estimate in everything(question, like)]
    everybody = report(*estimates)
    for text in (printed(agreement_text(everybody)), printed(measures_text(everybody))):
        assert "…\n" not in text.replace("–\n", "")
        assert not any(line.rstrip().endswith("a…") for line in text.splitlines())
        assert "nan" not in text.lower().replace("annotator", "")
        assert "None" not in text


def test_nothing_is_added_where_only_the_headline_was_computed() -> None:
    headline = [ALPHA, replace(ALPHA, measure="percent_agreement"), replace(ALPHA, measure="gwet_ac1")]
    assert words(measures_text(report(*headline))) == ""


def test_other_measures_by_name_with_percent_agreement_and_ac1_for_their_intervals() -> None:
    percent = replace(ALPHA, measure="percent_agreement", value=0.915, ci_low=0.9, ci_high=0.93)
    text = words(measures_text(report(ALPHA, percent, replace(ALPHA, measure="fleiss_kappa", value=0.66))))
    assert "voice · nominal · 4 categories" in text
    assert "Percent agreement .92 .90 … .93 240" in text
    assert "Fleiss' kappa .66 .70 … .90 240" in text
    assert ".81" not in text
    assert "95 % intervals: jackknife over 11 articles" in text


def test_other_measures_are_at_the_questions_own_level() -> None:
    """At a depth of a tree there are headline figures only, and these stand in the headline."""
    tree = replace(ALPHA, level="taxonomy", measure="fleiss_kappa", value=0.66)
    at_depth = replace(ALPHA, level="taxonomy:1", measure="percent_agreement", value=0.47)
    text = words(measures_text(report(tree, at_depth)))
    assert ".66" in text
    assert ".47" not in text


def test_a_measure_that_is_not_for_the_question_is_one_line_and_not_a_row() -> None:
    not_for = [
        replace(
            NONE,
            question=question,
            measure="gwet_ac2_quadratic",
            undefined_because="needs ordered categories or numbers",
        )
        for question in ("voice", "kind")
    ]
    text = words(measures_text(report(ALPHA, replace(NONE, measure="fleiss_kappa"), *not_for)))
    assert "Not for voice, kind: gwet_ac2_quadratic (needs ordered categories or numbers)." in text
    assert "Fleiss' kappa – – a 240" in text
    assert "a no variation: all answers that can be compared are the same" in text


def test_categories_stand_beside_how_often_they_were_given() -> None:
    given = Prevalence(
        category="writer", count=1200, share=0.254, pairable_count=9, pairable_share=0.3, undefined_because=None
    )
    one, other = (replace(CATEGORY, category=category) for category in ("writer", "source"))
    text = words(measures_text(replace(report(one, other), prevalences={"voice": (given,)})))
    assert "writer .81 .70 … .90 1,200 25%" in text
    assert "source .81 .70 … .90 – –" in text


def test_who_is_left_out_is_named() -> None:
    text = words(measures_text(report(*(replace(LEFT_OUT, annotator=name, value=0.5) for name in TWELVE))))
    for name in TWELVE:
        assert f"{name} .50 .70 … .90 240" in text


def test_pairs_of_few_are_a_square_and_a_list() -> None:
    names = ("p-ana", "p-ben", "p-cem")
    text = words(measures_text(report(*of_pairs(names))))
    assert "p-ana .01 .02" in text
    assert "p-cem .02 .03" in text
    assert "p-ben · p-cem .03 .70 … .90 240" in text


def test_pairs_of_eight_with_long_pseudonyms_are_numbered() -> None:
    names = TWELVE[:8]
    text = printed(measures_text(report(*of_pairs(names))))
    for place, name in enumerate(names, start=1):
        assert f"{place}  {name}" in text
    second = next(line.split() for line in text.splitlines() if names[1] in line)
    assert second[2:] == [".01", ".08", ".09", ".10", ".11", ".12", ".13"]
    assert "·" not in text.partition("\n")[2]


def test_pairs_of_twelve_are_the_lowest_and_the_highest() -> None:
    text = words(measures_text(report(*of_pairs(TWELVE))))
    shown = [f"{one} · {other}" for one, other in combinations(TWELVE, 2)]
    assert [name in text for name in shown] == [True] * 5 + [False] * 56 + [True] * 5
    assert "Of 66 pairs the 5 lowest and the 5 highest." in text


def test_a_pair_without_value_says_why() -> None:
    names = ("p-ana", "p-ben", "p-cem")
    found = [replace(pair, value=None, undefined_because="no overlap") for pair in of_pairs(names)]
    text = words(measures_text(report(*found)))
    assert "p-ana – a – a" in text
    assert "a no overlap: no sentence has answers by two annotators" in text


def test_spans_show_outcomes_side_by_side() -> None:
    shares = {"agreed": 0.5, "boundary": 0.25, "label": 0.0, "missed": 0.25}
    like = replace(PAIR, measure="span_disagreement", annotator="p-ana", other_annotator="p-ben", n_values=48)
    split = [replace(like, level=level, category="Cue", value=share) for level, share in shares.items()]
    f1 = [
        replace(like, measure="span_f1", level=level, value=value)
        for level, value in (("exact", 0.4), ("overlap-same-label", 0.7), ("exact-boundaries-any-label", 0.5))
    ]
    text = words(measures_text(report(*split, *f1)))
    assert "Cue p-ana · p-ben 50% 25% 0% 25% 48" in text
    assert "p-ana · p-ben .40 .70 .50 240" in text


def test_parts_of_the_units_and_their_difference() -> None:
    pilot, main = (
        replace(ALPHA, by="round", group=name, value=value) for name, value in (("pilot", 0.5), ("main", 0.62))
    )
    percent = replace(pilot, measure="percent_agreement", value=0.71)
    like = replace(main, against="pilot", ci_low=0.03, ci_high=0.21, target=None)
    apart = replace(like, measure="krippendorff_alpha_difference", value=0.12)
    text = words(measures_text(report(pilot, percent, main, apart)))
    assert "By round" in text
    assert "pilot .50 .70 … .90 71% 240" in text
    assert "main .62 .70 … .90 – 240" in text
    assert "main − pilot alpha +.12 .03 … .21" in text


def test_of_many_parts_the_two_ends_are_shown_and_the_rest_is_counted() -> None:
    found = [replace(ALPHA, by="article", group=f"a-{n:02}", value=n / 100) for n in range(60)]
    undefined = replace(NONE, by="article", group="a-99")
    text = words(measures_text(report(*found, undefined)))
    assert "a-11 .11" in text
    assert "a-12" not in text
    assert "a-47" not in text
    assert "a-48 .48" in text
    assert "… 36 between, 1 without alpha" in text


def test_where_nothing_has_a_value_there_is_no_empty_table() -> None:
    found = of_pairs(TWELVE, replace(PAIR, undefined_because="no variation"))
    parts = [replace(NONE, by="article", group=f"a-{n}") for n in range(60)]
    text = words(measures_text(report(*(replace(pair, value=None) for pair in found), *parts)))
    assert "No value for any of 66 pairs." in text
    assert "none of 60 has an alpha" in text


def test_annotators_with_themselves() -> None:
    like = replace(ALPHA, by="round", group="repeat", against="main")
    intra = replace(like, measure="krippendorff_alpha_intra_annotator")
    agree = replace(like, measure="percent_agreement_intra_annotator", value=0.9, annotator="p-ana")
    text = words(measures_text(report(intra, replace(intra, annotator="p-ana", value=0.7), agree)))
    assert "the same sentences again: repeat against main" in text
    assert "all together .81 .70 … .90 – 240" in text
    assert "p-ana .70 .70 … .90 90% 240" in text


def test_specific_agreement_has_a_table_of_its_own() -> None:
    found = [replace(CATEGORY, measure="specific_agreement", category=name, value=0.5) for name in ("writer", "mixed")]
    text = words(measures_text(report(ALPHA, *found)))
    assert "Specific agreement where one gives the category" in text
    assert "writer 50%" in text
    assert "over all annotators" not in text
