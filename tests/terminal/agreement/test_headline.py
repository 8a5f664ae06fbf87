from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.terminal.agreement.made_up import ALPHA, report
from tests.terminal.printed import printed, words
from toolkit.agreement.diagnosis.diagonal import Diagonal
from toolkit.agreement.diagnosis.judged import MissingShare
from toolkit.agreement.diagnosis.pair_range import PairRange
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.reason import Reason
from toolkit.codebook.model import Codebook, Question
from toolkit.codebook.parse import parse
from toolkit.codebook.shipped import shipped_names, shipped_text
from toolkit.loop.agreement.report import OnDiagonal
from toolkit.terminal.agreement.headline import agreement_text

WIDEST = replace(
    ALPHA,
    value=-0.12,
    ci_low=-0.34,
    ci_high=-0.05,
    interval_unreliable=True,
    n_pairable=99_999,
    n_annotators=20,
    verdict="not reached",
)


NO_INTERVAL = replace(ALPHA, ci_low=None, ci_high=None, interval_method=None, verdict="undecided")


def levels_of(question: Question) -> Iterator[tuple[str, str]]:
    """The levels a question's alphas are reported at, each with that of its percent agreement."""
    match question.level:
        case "set":
            yield from (("set:masi", "set"), ("set:jaccard", "set"))
        case "span":
            yield from ((f"span:{code}",) * 2 for code in question.scale)
        case "taxonomy":
            depth = max(len(question.path(code)) for code in question.scale)
            yield from (("taxonomy",) * 2, *((f"taxonomy:{n}",) * 2 for n in range(1, depth + 1)))
        case level:
            yield level, level
    if question.show_if and question.level != "span":
        yield ("nominal:not_shown",) * 2


def estimates_of(codebook: Codebook, like: Estimate) -> list[Estimate]:
    found = []
    for question in codebook.measured():
        for level, percent_level in levels_of(question):
            found.append(replace(like, question=question.id, level=level))
            percent = replace(like, question=question.id, level=percent_level, measure="percent_agreement", value=1.0)
            percent = replace(percent, target=None, verdict=None)
            found += [percent, replace(percent, measure="gwet_ac1", value=like.value)]
    return found


@pytest.mark.parametrize("like", [ALPHA, WIDEST], ids=["ordinary", "widest"])
@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_codebooks_table_fits_and_nothing_is_cut(name: str, like: Estimate) -> None:
    codebook = parse(shipped_text(name), source=name)
    estimates = estimates_of(codebook, like)
    table = printed(agreement_text(report(*estimates)))
    rows = [line.split() for line in table.splitlines()]
    for question in codebook.measured():
        assert sum(row[:1] == [question.id] for row in rows) == 1, table
    for alpha in estimates:
        if alpha.measure == "krippendorff_alpha":
            shown = {"nominal:not_shown": ["+", "not", "shown"]}.get(alpha.level, [alpha.level])
            assert any(row[1:][: len(shown)] == shown or row[: len(shown)] == shown for row in rows), table
    n_rows = sum(e.measure == "krippendorff_alpha" for e in estimates)
    assert sum(f".70 {like.verdict}" in line for line in table.splitlines()) == n_rows
    assert table.count("100%") == n_rows
    assert not re.search(r"\S…", table), table


def test_a_question_of_ones_own_with_a_long_name_is_broken_and_not_cut() -> None:
    name = "a_question_somebody_gave_a_name_of_sixty_characters_or_so_xx"
    table = printed(agreement_text(report(replace(WIDEST, question=name, level="taxonomy:2"))))
    assert "not reached" in table
    pieces = [line.split()[0] for line in table.splitlines() if line.strip()]
    start = next(n for n, piece in enumerate(pieces) if name.startswith(piece) and len(piece) > 1)
    assert "".join(pieces[start:]).startswith(name)


def test_one_row_says_everything() -> None:
    percent = replace(ALPHA, measure="percent_agreement", value=0.915)
    ac1 = replace(ALPHA, measure="gwet_ac1", value=0.888)
    assert "voice nominal .81 .70 … .90 92% 240/300 2.5/3 .70 reached" in words(agreement_text(report(ALPHA, percent)))
    text = words(agreement_text(report(ALPHA, percent, ac1)))
    assert "voice nominal .81 .70 … .90 92% .89 240/300 2.5/3 .70 reached" in text
    assert "by how many categories there are (4)" in text
    assert " n coders target " in text
    assert "coders: annotators of a sentence / in all" in text


def test_a_column_that_is_left_out_is_not_explained() -> None:
    nothing = replace(ALPHA, measure="percent_agreement", value=None)
    text = words(agreement_text(report(ALPHA, nothing, replace(nothing, measure="gwet_ac1"))))
    assert "percent agreement" not in text
    assert "AC1" not in text


@pytest.mark.parametrize(
    ("alpha", "wanted", "ac1", "warned"),
    [
        (0.4, 0.7, 0.888, True),
        (0.4, 0.7, 0.7, True),
        (0.4, 0.7, 0.699, False),
        (0.7, 0.7, 0.888, False),
        (0.4, None, 0.667, True),
        (0.4, None, 0.66, False),
        (None, 0.7, 0.888, False),
        (0.4, 0.7, None, False),
    ],
)
def test_a_caution_stands_beside_ac1_where_it_alone_is_high_enough(
    alpha: float | None, wanted: float | None, ac1: float | None, warned: bool
) -> None:
    low = replace(ALPHA, value=alpha, target=wanted)
    text = words(agreement_text(report(low, replace(ALPHA, measure="gwet_ac1", value=ac1))))
    assert ("voice: AC1 is high enough, alpha is not." in text) is warned


def test_who_was_shown_a_question_is_no_alpha_to_be_cautious_about() -> None:
    low = replace(ALPHA, value=0.4, level="nominal:not_shown")
    ac1 = replace(low, measure="gwet_ac1", value=0.9)
    assert "AC1 is high enough" not in words(agreement_text(report(low, ac1)))


def test_a_set_has_two_alphas_and_one_caution() -> None:
    low = replace(ALPHA, value=0.4, level="set:masi")
    ac1 = replace(low, level="set", measure="gwet_ac1", value=0.9)
    text = words(agreement_text(report(low, replace(low, level="set:jaccard"), ac1)))
    assert "voice: AC1 is high enough, alpha is not." in text


def test_a_set_is_compared_twice_and_its_name_stands_once() -> None:
    masi, jaccard = (replace(ALPHA, question="frames", level=f"set:{name}") for name in ("masi", "jaccard"))
    percent = replace(ALPHA, question="frames", level="set", measure="percent_agreement", value=0.5)
    text = words(agreement_text(report(masi, jaccard, percent)))
    assert "frames set:masi .81 .70 … .90 50%" in text
    assert text.count("frames") == 1
    assert text.count("50%") == 2


def test_an_interval_that_does_not_exist_says_why_below() -> None:
    seed_only = replace(NO_INTERVAL, interval_undefined_because=Reason("one {}", "article"))
    none = replace(NO_INTERVAL, question="loaded", value=None, undefined_because="no variation", verdict="undecided")
    text = words(agreement_text(report(seed_only, none)))
    assert "voice nominal .81 – a" in text
    assert "loaded nominal – – b" in text
    assert "a one article" in text
    assert "b no variation" in text
    assert "nan" not in text.lower()
    assert "bootstrap" not in text
    assert "Fewer than ten" not in text


def test_intervals_that_rest_on_different_numbers_of_articles() -> None:
    drawn = replace(ALPHA, interval_method="bca")
    rarely_asked = replace(drawn, question="kind", n_clusters=4, interval_method="percentile", interval_unreliable=True)
    text = words(agreement_text(report(drawn, rarely_asked)))
    assert "95 % intervals: bootstrap of 4 to 11 articles, BCa or percentile, 2,000 replicates, seed 1. They" in text
    assert ".70 … .90!" in text
    assert "Fewer than ten articles" in text


def test_intervals_by_leaving_out_say_so_and_whose_agreement_they_are_about() -> None:
    text = words(agreement_text(report(ALPHA)))
    assert (
        "95 % intervals: jackknife over 11 articles. They are about other articles by these annotators; others may "
        "agree more or less." in text
    )
    assert "seed" not in text
    perfect = replace(ALPHA, question="kind", interval_method="clopper_pearson", value=1.0, ci_high=1.0)
    assert (
        "jackknife over 11 articles; where at most one article holds a disagreement, by how many could "
        "(Clopper–Pearson)." in words(agreement_text(report(ALPHA, perfect)))
    )


def test_sentences_as_if_they_were_independent() -> None:
    text = words(agreement_text(report(replace(ALPHA, cluster="unit", n_clusters=240))))
    assert "jackknife over 240 sentences" in text


def test_no_target_is_not_a_target_of_zero() -> None:
    text = words(agreement_text(report(replace(ALPHA, target=None, verdict=None))))
    assert "No target of its own" in text
    assert "undecided" not in text
    assert "No target" not in words(agreement_text(report(ALPHA)))
    beside = words(agreement_text(report(ALPHA, replace(ALPHA, question="kind", target=None, verdict=None))))
    assert "240/300 2.5/3 –" in beside


def test_what_was_left_out_is_counted_below() -> None:
    left_out = replace(
        report(ALPHA),
        excluded={"not_registered": 4, "skipped": 1},
        rejected={"kind": 2},
        not_judged={"voice": 1200},
        not_shown={"kind": 98},
        n_repeats={"voice": 7},
        n_merged_spans={"marks": 3},
    )
    text = words(agreement_text(left_out))
    assert "Excluded annotations: 4 not registered, 1 skipped (of 300)." in text
    assert "not valid under the codebook: 2 kind." in text
    assert "cannot be judged, unclear): 1,200 voice." in text
    assert "because of an earlier answer: 98 kind." in text
    assert "because the annotator gave the unit another value: 7 voice." in text
    assert "taken as one by unitizing measures: 3 marks." in text


def test_percent_agreement_is_perfect_only_where_it_is() -> None:
    """Most tokens of a sentence are in no span: .998 is not everybody agreeing about every one."""
    alpha = replace(ALPHA, question="spans", level="span:Cue")
    percent = replace(alpha, measure="percent_agreement", value=0.998)
    assert "spans span:Cue .81 .70 … .90 >99% 240" in words(agreement_text(report(alpha, percent)))
    assert "for spans, of tokens" in words(agreement_text(report(alpha, percent)))
    assert "of tokens" not in words(agreement_text(report(ALPHA)))


def test_a_target_between_two_hundredths_is_not_rounded() -> None:
    assert "240/300 2.5/3 .667 undecided" in words(
        agreement_text(report(replace(ALPHA, target=0.667, verdict="undecided")))
    )


def test_an_interval_of_no_width_is_not_certainty() -> None:
    perfect = replace(ALPHA, value=1.0, ci_low=1.0, ci_high=1.0, interval_method="percentile")
    assert "all articles are alike; the next may still differ" in words(agreement_text(report(perfect)))
    assert "the next may" not in words(agreement_text(report(ALPHA)))


def test_a_verdict_is_explained_where_there_is_one() -> None:
    explained = "Target reached: the whole interval, before rounding, is at or above it"
    assert explained in words(agreement_text(report(ALPHA)))
    assert explained not in words(agreement_text(report(replace(ALPHA, target=None, verdict=None))))


def test_a_second_opinion_is_named() -> None:
    other = replace(ALPHA, confirmed_by="krippendorff 0.9.0")
    assert "1 of 2 alphas recomputed by krippendorff 0.9.0" in words(agreement_text(report(other, ALPHA)))


def test_a_round_nobody_has_coded() -> None:
    assert "pilot" in printed(agreement_text(report()))


def test_cuts_that_were_asked_for_are_not_taken_for_the_question() -> None:
    """Only figures of the whole question stand in the headline, whatever else the report holds."""
    cuts = [
        replace(ALPHA, measure="krippendorff_alpha_category", category="writer", value=0.11),
        replace(ALPHA, by="outlet", group="north", value=0.12),
        replace(ALPHA, measure="krippendorff_alpha_pairwise", annotator="p-ana", other_annotator="p-ben", value=0.13),
        replace(ALPHA, measure="fleiss_kappa", value=0.14),
        replace(ALPHA, measure="krippendorff_alpha_intra_annotator", by="round", group="b", against="a", value=0.15),
    ]
    percent_elsewhere = replace(ALPHA, measure="percent_agreement", by="outlet", group="north", value=0.16)
    assert printed(agreement_text(report(ALPHA, *cuts, percent_elsewhere))) == printed(agreement_text(report(ALPHA)))


def test_spans_without_texts_show_the_alpha_of_characters_and_say_so() -> None:
    characters = replace(ALPHA, question="marks", measure="char_level_alpha", level="span", target=None, verdict=None)
    of_label = replace(characters, level="span:Cue", category="Cue", value=0.5)
    text = words(agreement_text(report(characters, of_label)))
    assert "marks span .81 .70 … .90 240/300 2.5/3" in text
    assert "span:Cue .50" in text
    assert "alpha: for spans, of characters" in text
    tokens = replace(characters, measure="krippendorff_alpha", level="span:Cue", value=0.61)
    text = words(agreement_text(report(tokens, characters, of_label)))
    assert ".61" in text
    assert ".81" not in text


def test_judged_or_not_has_a_table_of_its_own() -> None:
    judged = replace(ALPHA, level="nominal:judged", category="unclear", value=0.31, target=None, verdict=None)
    shares = {
        "voice": (MissingShare(category="unclear", count=12, n_answers=100, share=0.12, undefined_because=None),),
    }
    text = words(agreement_text(replace(report(ALPHA, judged), missing=shares)))
    assert "voice unclear 12% .31 .70 … .90 240" in text
    assert "nominal:judged" not in text


def test_why_a_number_is_low_stands_in_a_sentence() -> None:
    on_diagonal = OnDiagonal(
        question="reliability",
        other_question="credibility",
        found=Diagonal(n_annotations=240, share=0.83, by_chance=0.41, undefined_because=None),
    )
    nothing = OnDiagonal(
        question="one",
        other_question="other",
        found=Diagonal(
            n_annotations=0, share=None, by_chance=None, undefined_because="no annotation answers both questions"
        ),
    )
    beside = replace(
        report(ALPHA), skew={"voice": "97 % of the answers are `none`; so."}, diagonals=(on_diagonal, nothing)
    )
    text = words(agreement_text(beside))
    assert "voice: 97 % of the answers are `none`; so." in text
    expected = "reliability and credibility got the same rank in 83 % of 240 annotations (41 % expected by chance)."
    assert expected in text
    assert "one and other: no annotation answers both questions" in text


def test_a_table_has_units_and_clusters_not_sentences_and_articles() -> None:
    rare = replace(ALPHA, question="kind", n_clusters=4, interval_unreliable=True)
    text = words(agreement_text(report(ALPHA, rare, replace(ALPHA, question="x"), round_name=None)))
    assert "Agreement codings.csv" in text
    assert "jackknife over 4 to 11 clusters" in text
    assert "Fewer than ten clusters" in text
    assert "n: units with two or more annotators" in text
    assert "article" not in text
    assert "sentence" not in text


def test_names_are_not_taken_for_markup() -> None:
    text = words(agreement_text(report(replace(ALPHA, question="[bold]odd[/bold]", level="span:[red]"))))
    assert "[bold]odd[/bold] span:[red]" in text


def test_a_study_in_which_nothing_exists() -> None:
    none = [
        replace(NO_INTERVAL, question=f"question_{n}", value=None, undefined_because="no overlap", target=None)
        for n in range(30)
    ]
    text = printed(agreement_text(report(*none)))
    assert text.count("– a") == 30
    assert words(agreement_text(report(*none))).count("a no overlap: no sentence has answers by two annotators") == 1


def test_whose_agreement_it_is_stands_under_the_table() -> None:
    of_two = PairRange(0.58, ("ann", "bo"), 1.0, ("ann", "cy"), 3)
    half = replace(ALPHA, question="kind", n_units=600, coverage=0.4)
    unclear = MissingShare(category="unclear", count=250, n_answers=1000, share=0.25, undefined_because=None)
    seldom = MissingShare(category="unclear", count=100, n_answers=1000, share=0.1, undefined_because=None)
    told = replace(report(ALPHA, half), pairs={"voice": of_two}, missing={"voice": (seldom,), "kind": (unclear,)})
    text = words(agreement_text(told))
    assert "Alpha of two annotators, from the lowest pair to the highest: voice .58 to 1.00." in text
    assert "kind: 240 of 600 sentences have two annotators; the others say nothing about agreement." in text
    assert "kind: 25% of the answers are outside the scale (unclear); alpha is of the rest." in text
    assert "voice: 240 of" not in text
    assert "voice: 10%" not in text
    assert "coders: annotators of a sentence / in all." in text


def test_where_everybody_coded_everything_one_number_is_enough() -> None:
    everybody = replace(ALPHA, n_units=240, coverage=1.0, annotators_per_unit=3.0)
    text = words(agreement_text(report(everybody)))
    assert " 240 3 .70 reached" in text
    assert "n: sentences with two or more annotators. coders: annotators." in text
