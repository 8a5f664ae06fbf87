"""Why an alpha is what it is, as printed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.terminal.agreement.made_up import ALPHA, FIFTEEN, TWELVE, pairs
from tests.terminal.printed import printed, words
from toolkit.agreement.diagnosis.coincidences import coincidences
from toolkit.agreement.diagnosis.confusions import Confusion
from toolkit.agreement.diagnosis.explanation import Explanation
from toolkit.agreement.diagnosis.merges import Merge
from toolkit.agreement.diagnosis.over_use import OverUse
from toolkit.agreement.diagnosis.prevalence import Prevalence
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.reason import Reason
from toolkit.loop.agreement.report import Example, Explained
from toolkit.terminal.agreement.explained import explained_text
from toolkit.words.reasons import OF_TABLE

SENTENCE = "She said that it was,\n\n  as far as anybody could tell, over. " * 12


def confusion(value: str, other: str, share: float) -> Confusion:
    return Confusion(
        value=value,
        other_value=other,
        n_pairs=1200,
        n_units=1,
        share_of_pairs=share,
        share_of_disagreement=share,
        undefined_because=None,
        examples=(0,),
    )


def use(annotator: str, *, flagged: bool = False, because: str | None = None) -> OverUse:
    return OverUse(
        annotator=annotator,
        category="writer",
        n_units=120,
        own_share=0.34,
        others_share=0.21,
        difference=0.13,
        undefined_because=None,
        ci_low=None if because else 0.05,
        ci_high=None if because else 0.21,
        interval_undefined_because=because,
        interval_unreliable=False,
        flagged="over" if flagged else None,
    )


def merge(one: str, other: str, gain: float) -> Merge:
    return Merge(category=one, other_category=other, value=0.5 + gain, gain=gain, undefined_because=None)


# three units of two answers each: aa, ab, bb, so o_aa = o_bb = 2, o_ab = o_ba = 1, n = 6
SMALL = coincidences(np.array([[2, 0, 0], [1, 1, 0], [0, 2, 0]]), ("writer", "source", "carried"))
EXPLANATION = Explanation(coincidences=SMALL, prevalences=(), confusions=(), merges=(), over_use=())


def explained(explanation: Explanation = EXPLANATION, *estimates: Estimate, level: str = "nominal") -> Explained:
    return Explained(question="voice", level=level, explanation=explanation, estimates=estimates)


def test_the_arithmetic_can_be_followed() -> None:
    """By hand: D_o = 2/6, D_e = 18/30, alpha = 1 − .3333/.6 = .44."""
    text = words(explained_text(explained()))
    assert "writer 2 1 3 source 1 2 3" in text
    assert "Never given where two answered: carried." in text
    assert "Nominal: two values are the same (distance 0) or not (1)." in text
    assert "n = 6 answers" in text
    assert "D_o = .3333 " in text
    assert "D_e = .6 " in text
    assert "alpha = 1 − D_o / D_e = 1 − .3333 / .6 = .44" in text


def test_an_alpha_that_does_not_exist_says_why() -> None:
    same = coincidences(np.array([[2, 0], [3, 0]]), ("a", "b"))
    text = words(explained_text(explained(replace(EXPLANATION, coincidences=same))))
    assert "alpha = 1 − D_o / D_e does not exist: no variation" in text
    alone = coincidences(np.array([[1, 0], [0, 1]]), ("a", "b"))
    text = words(explained_text(explained(replace(EXPLANATION, coincidences=alone)), nouns=OF_TABLE))
    assert "alpha does not exist: no overlap: no unit has answers by two annotators" in text


def test_of_many_values_those_that_are_confused_are_shown() -> None:
    """Fifteen categories, each agreed on once; the last two, and only they, are taken for each other."""
    counts = 2 * np.eye(15, dtype=np.int64)
    apart = np.zeros((1, 15), dtype=np.int64)
    apart[0, -2:] = 1
    many = coincidences(np.vstack([counts, apart]), FIFTEEN)
    text = printed(explained_text(explained(replace(EXPLANATION, coincidences=many))))
    assert "The 10 values that are confused most, of 15 in use." in text
    assert f" 9  {FIFTEEN[13]}" in text
    assert f"10  {FIFTEEN[14]}" in text
    assert f"{FIFTEEN[8]} " not in text


def test_counts_too_wide_for_ten_values_leave_room_by_showing_fewer() -> None:
    counts = np.full((15, 15), 1_000_000) + np.eye(15, dtype=np.int64)
    text = printed(explained_text(explained(replace(EXPLANATION, coincidences=coincidences(counts, FIFTEEN)))))
    assert "values that are confused most, of 15 in use" in text
    assert not any("…" in line for line in text.splitlines())


def test_everything_in_order_and_within_eighty_columns() -> None:
    found = replace(
        EXPLANATION,
        prevalences=tuple(
            Prevalence(category=name, count=3, share=0.2, pairable_count=3, pairable_share=0.2, undefined_because=None)
            for name in FIFTEEN
        ),
        confusions=tuple(confusion(one, other, 0.1) for one, other in pairs(FIFTEEN)[:10]),
        merges=tuple(merge(one, other, 0.1) for one, other in pairs(FIFTEEN)[:10]),
        over_use=tuple(use(name, flagged=name == TWELVE[3]) for name in TWELVE),
    )
    estimates = [ALPHA, *(replace(ALPHA, measure="krippendorff_alpha_category", category=name) for name in FIFTEEN)]
    left_out = replace(ALPHA, measure="krippendorff_alpha_leave_one_annotator_out", value=0.9)
    estimates += [replace(left_out, annotator=name) for name in TWELVE]
    of_pair = replace(ALPHA, measure="krippendorff_alpha_pairwise")
    estimates += [replace(of_pair, annotator=one, other_annotator=other) for one, other in pairs(TWELVE)]
    text = printed(explained_text(explained(found, *estimates)))
    assert text.startswith("voice  nominal  alpha .81  (.70 … .90)")
    parts = ["What met what", "Categories", "Annotators", "Who uses what", "Pairs", "Confusions", "If two categories"]
    assert sorted(parts, key=text.index) == parts
    assert f"{TWELVE[0]}    .90    +.09" in text
    assert "Of 66 pairs" in text
    assert "5 less frequent, not shown." in text


def test_who_stands_out_and_that_nobody_else_does() -> None:
    found = replace(EXPLANATION, over_use=(use("p-ana", flagged=True), use("p-ben"), use("p-cem")))
    text = words(explained_text(explained(found)))
    assert "p-ana more writer 34% 21% +13 +5 … +21" in text
    assert "p-ben" not in text
    assert "Nothing else stands out among 3 combinations" in text
    nobody = words(explained_text(explained(replace(EXPLANATION, over_use=(use("p-ben"),)))))
    assert "Nobody stands out among 1 combination" in nobody
    unknown = replace(
        EXPLANATION,
        over_use=(use("p-ana", because=Reason("one {}", "article")), use("p-ben", because=Reason("one {}", "article"))),
    )
    assert "Cannot be told: one article: an interval needs two or more." in words(explained_text(explained(unknown)))


def both_of_two(annotator: str) -> tuple[OverUse, OverUse]:
    """Of yes and no: 34 % yes where the others say 21 %, so 66 % no where they say 79 %."""
    more = use(annotator, flagged=True)
    less = replace(more, own_share=0.66, others_share=0.79, difference=-0.13, ci_low=-0.21, ci_high=-0.05)
    return replace(more, category="yes"), replace(less, category="no", flagged="under")


def test_of_two_categories_one_finding_says_both() -> None:
    found = replace(EXPLANATION, over_use=(*both_of_two("p-ana"), *both_of_two("p-ben"), use("p-cem")))
    text = words(explained_text(explained(found)))
    assert "p-ana more yes 34% 21% +13" in text
    assert "p-ben more yes 34% 21% +13" in text
    assert "less no" not in text
    assert "Of two categories more of one is as much less of the other, which is not shown." in text


def test_a_second_finding_that_says_something_else_is_shown() -> None:
    """With a third category in use, or where an answer is a set of them, neither follows from the other."""
    yes, no = both_of_two("p-ana")
    third = replace(EXPLANATION, over_use=(yes, replace(no, own_share=0.56, others_share=0.69)))
    whose = replace(EXPLANATION, over_use=(yes, replace(no, annotator="p-ben")))
    sets = explained(replace(EXPLANATION, over_use=(yes, no)), level="set:masi")
    for shown in (explained(third), explained(whose), sets):
        text = words(explained_text(shown))
        assert "p-ana more yes" in text
        assert "less no" in text
        assert "Of two categories" not in text


def test_of_many_findings_the_furthest_are_shown() -> None:
    many = tuple(replace(use(f"p-{n:03}", flagged=True), difference=0.1 + n / 1000) for n in range(50))
    text = words(explained_text(explained(replace(EXPLANATION, over_use=many))))
    assert "The 20 furthest of 50 that stand out." in text
    assert "p-049" in text
    assert "p-030" in text
    assert "p-029" not in text


def test_of_many_annotators_those_without_whom_alpha_changes_most_are_shown() -> None:
    """Alpha is .812; without annotator n it is .812 + n/1000, so the last twenty of thirty change it most."""
    one = replace(ALPHA, measure="krippendorff_alpha_leave_one_annotator_out")
    left_out = [replace(one, annotator=f"p-{n:03}", value=0.812 + n / 1000) for n in range(30)]
    text = words(explained_text(explained(EXPLANATION, ALPHA, *left_out)))
    assert "The 20 without whom alpha changes most, of 30." in text
    assert "p-029 .84 +.03" in text
    assert "p-010" in text
    assert "p-009" not in text
    few = words(explained_text(explained(EXPLANATION, ALPHA, *left_out[:20])))
    assert "p-000" in few
    assert "changes most" not in few


def test_so_many_annotators_that_nothing_was_computed_of_each_are_mentioned() -> None:
    nothing = replace(ALPHA, value=None, undefined_because=Reason("more than {:,} annotators", 100))
    none = [replace(nothing, measure=f"krippendorff_alpha_{of}") for of in ("leave_one_annotator_out", "pairwise")]
    text = words(explained_text(explained(EXPLANATION, ALPHA, *none)))
    assert "Alpha without each annotator and of each pair is not computed: more than 100 annotators" in text
    assert "not computed" not in words(explained_text(explained(EXPLANATION, ALPHA)))


def test_confusions_have_two_examples_each_in_one_paragraph() -> None:
    found = replace(EXPLANATION, confusions=(confusion("writer", "source", 0.42),))
    examples = tuple(
        Example(value="source", other_value="writer", unit=f"s-{n}", text=text)
        for n, text in enumerate((SENTENCE, None, "Not shown."))
    )
    text = words(explained_text(replace(explained(found), examples=examples)))
    assert "42% writer / source 1,200 pairs in 1 sentence “She said that it was, as far as anybody" in text
    assert "…” s-1" in text
    assert "Not shown" not in text
    assert max(map(len, text.split("“")[1:])) < 300


def test_merges_that_gain_and_a_caution() -> None:
    found = replace(EXPLANATION, merges=(merge("writer", "carried", 0.09), merge("writer", "source", -0.1)))
    text = words(explained_text(explained(found)))
    assert "writer + carried .59 +.09" in text
    assert "writer + source" not in text
    assert "for the codebook to decide" in text
    nothing = replace(EXPLANATION, merges=(merge("writer", "source", -0.1),))
    text = words(explained_text(explained(nothing)))
    assert "No merge would raise alpha by a hundredth." in text
    assert "codebook to decide" not in text
    only = Merge(category="a", other_category="b", value=None, gain=None, undefined_because="leaves one category")
    text = words(explained_text(explained(replace(EXPLANATION, merges=(only,)))))
    assert "Merging leaves one category: nothing would vary any more." in text


def test_spans_speak_of_tokens_and_show_what_pairs_differ_in() -> None:
    shares = {"agreed": 0.5, "boundary": 0.25, "label": 0.0, "missed": 0.25}
    like = replace(ALPHA, measure="span_disagreement", annotator="p-ana", other_annotator="p-ben", n_values=48)
    split = [replace(like, level=level, category="Cue", value=share) for level, share in shares.items()]
    text = words(explained_text(explained(EXPLANATION, *split, level="span:Cue")))
    assert "answers to tokens" in text
    assert "Cue p-ana · p-ben 50% 25% 0% 25% 48" in text


def test_a_label_that_looks_like_markup_is_printed_as_it_is() -> None:
    odd = coincidences(np.array([[2, 0], [1, 1]]), ("[red]", "[/red]"))
    text = words(explained_text(explained(replace(EXPLANATION, coincidences=odd))))
    assert "[red] [/red] all" in text
