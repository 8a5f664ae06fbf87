"""Span designs for which there is nothing to say, and what is said instead of a number."""

from __future__ import annotations

from math import isnan

import pytest

from tests.agreement.span_measures.coded import (
    Design,
    SummedFigure,
    coded,
    figure,
    u_alpha_binary,
    u_alpha_nominal,
)
from toolkit.agreement.span_measures.char_level_alpha import CharLevelAlpha, char_level_statistics
from toolkit.agreement.span_measures.krippendorff_alpha_unitizing_1995_2004 import unitizing_alpha
from toolkit.agreement.span_measures.span_disagreement import (
    OUTCOMES,
    SpanOutcomeShare,
    span_outcome_statistics,
    span_outcomes,
)
from toolkit.agreement.span_measures.span_f1 import MATCHES, SpanF1, span_f1_statistics
from toolkit.agreement.span_measures.u_alpha_binary_2016 import U_ALPHA_BINARY, u_alpha_binary_statistics
from toolkit.agreement.span_measures.u_alpha_nominal_2016 import U_ALPHA_NOMINAL, u_alpha_nominal_statistics
from toolkit.agreement.spans.codings import SpanCodings, UnitStatistics
from toolkit.agreement.spans.continuum import continuum
from toolkit.agreement.spans.u_alpha import cannot_lay_out

NOBODY: Design = {"s1": {"x": [], "y": []}, "s2": {"x": [], "y": []}}
ALONE: Design = {"s1": {"x": [("P", 0, 4)]}, "s2": {"x": []}}
EVERYTHING: Design = {"s1": {"x": [("P", 0, 12)], "y": [("P", 0, 12)]}}
NEVER_TOGETHER: Design = {"s1": {"x": [("P", 0, 4)]}, "s2": {"y": [("P", 0, 4)]}}
SILENT: Design = {"s1": {"x": [("P", 0, 4)], "y": []}, "s2": {"x": [("Q", 3, 9)], "y": []}}
UNEVEN: Design = {"s1": {"x": [("P", 0, 4)], "y": []}, "s2": {"x": [], "y": [], "z": []}}
TWO_LABELS: Design = {"s1": {"x": [("P", 0, 4), ("Q", 3, 6)], "y": [("P", 0, 4)]}}


def undefined(measure: SummedFigure, statistics: UnitStatistics) -> str | None:
    """The reason, after making sure that there is a number exactly where there is none."""
    reason = measure.undefined_because(statistics.sums)
    value = figure(measure, statistics)
    assert isnan(value) is (reason is not None)
    return reason


def pair_reasons(codings: SpanCodings, first: str = "x", second: str = "y") -> set[str | None]:
    f1 = {undefined(SpanF1(), span_f1_statistics(codings, first, second, match)) for match in MATCHES}
    outcomes = span_outcome_statistics(codings, first, second)
    return f1 | {undefined(SpanOutcomeShare(outcome), outcomes) for outcome in OUTCOMES}


def test_nobody_marked_anything() -> None:
    codings = coded(NOBODY)
    assert undefined(CharLevelAlpha(), char_level_statistics(codings)) == "no variation"
    assert pair_reasons(codings) == {"no spans"}
    assert unitizing_alpha(codings).undefined_because == "no variation"
    assert unitizing_alpha(codings).value is None
    assert cannot_lay_out(codings) is None
    assert undefined(U_ALPHA_NOMINAL, u_alpha_nominal_statistics(continuum(codings))) == "no variation"
    assert undefined(U_ALPHA_BINARY, u_alpha_binary_statistics(continuum(codings))) == "no variation"


def test_everybody_marked_everything() -> None:
    codings = coded(EVERYTHING)
    assert undefined(CharLevelAlpha(), char_level_statistics(codings)) == "no variation"
    assert undefined(U_ALPHA_NOMINAL, u_alpha_nominal_statistics(continuum(codings))) == "no variation"
    assert undefined(U_ALPHA_BINARY, u_alpha_binary_statistics(continuum(codings))) == "no variation"


@pytest.mark.parametrize("design", [ALONE, NEVER_TOGETHER], ids=["one annotator", "never the same sentence"])
def test_nothing_coded_twice(design: Design) -> None:
    codings = coded(design)
    assert undefined(CharLevelAlpha(), char_level_statistics(codings)) == "no overlap"
    assert cannot_lay_out(codings) == "no overlap"
    assert unitizing_alpha(codings).undefined_because == "no overlap"
    with pytest.raises(ValueError, match="no overlap"):
        continuum(codings)


def test_a_pair_that_never_met() -> None:
    assert pair_reasons(coded(NEVER_TOGETHER)) == {"no overlap"}


def test_nobody_coded_anything() -> None:
    codings = coded({})
    assert undefined(CharLevelAlpha(), char_level_statistics(codings)) == "no overlap"
    assert unitizing_alpha(codings).undefined_because == "no overlap"


def test_an_annotator_who_marked_nothing() -> None:
    codings = coded(SILENT)
    outcomes = span_outcomes(span_outcome_statistics(codings, "x", "y"))
    assert (outcomes.missed_by_second, outcomes.missed_by_first, outcomes.n_spans) == (2, 0, 2)
    for match in MATCHES:
        assert figure(SpanF1(), span_f1_statistics(codings, "x", "y", match)) == 0
    # 48 values, 10 of them P or Q and each of those against an unmarked one.
    assert figure(CharLevelAlpha(), char_level_statistics(codings)) == pytest.approx(
        1 - 47 * 20 / (48**2 - 38**2 - 4**2 - 6**2), abs=1e-12
    )
    assert unitizing_alpha(codings).undefined_because is None
    assert u_alpha_nominal(codings) < 0


def test_annotators_differ_between_sentences() -> None:
    codings = coded(UNEVEN)
    assert cannot_lay_out(codings) == "annotators differ between units"
    assert unitizing_alpha(codings).undefined_because == "annotators differ between units"
    assert unitizing_alpha(codings, label="P").value is None


def test_a_sentence_only_one_annotator_coded_changes_nothing() -> None:
    more = {**SILENT, "s0": {"z": [("P", 0, 9)]}, "s9": {"x": [("R", 0, 12)]}}
    assert cannot_lay_out(coded(more)) is None
    assert unitizing_alpha(coded(more)) == unitizing_alpha(coded(SILENT))
    assert u_alpha_nominal(coded(more)) == u_alpha_nominal(coded(SILENT))
    assert figure(CharLevelAlpha(), char_level_statistics(coded(more))) == figure(
        CharLevelAlpha(), char_level_statistics(coded(SILENT))
    )


def test_labels_that_overlap() -> None:
    codings = coded(TWO_LABELS)
    assert cannot_lay_out(codings) == "labels overlap"
    assert cannot_lay_out(codings.only_label("P")) is None
    assert u_alpha_nominal(codings.only_label("P")) == pytest.approx(1, abs=1e-12)
    assert unitizing_alpha(codings, label="P").value == pytest.approx(1, abs=1e-12)


def test_two_marks_of_one_label_on_one_place_are_one_for_characters() -> None:
    twice = coded({"s1": {"x": [("P", 0, 4), ("P", 2, 6)], "y": [("P", 0, 6), ("P", 0, 6)]}})
    assert figure(CharLevelAlpha(), char_level_statistics(twice)) == pytest.approx(1, abs=1e-12)
    assert span_f1_statistics(twice, "x", "y", "exact").sums.tolist() == [0, 2, 1, 1]
    assert continuum(twice).n_merged == 2


def test_an_empty_sentence() -> None:
    lengths = {"s0": 0, "s1": 12, "s2": 0, "s3": 12, "s4": 0}
    nothing: Design = {unit: {"x": [], "y": []} for unit in ("s0", "s2", "s4")}
    full: Design = {
        "s1": {"x": [("P", 8, 12)], "y": [("P", 9, 12)]},
        "s3": {"x": [("Q", 0, 4)], "y": [("Q", 0, 3)]},
    }
    with_empty = coded({unit: {**nothing, **full}[unit] for unit in lengths}, lengths=lengths)
    without = coded(full)
    assert figure(CharLevelAlpha(), char_level_statistics(with_empty)) == figure(
        CharLevelAlpha(), char_level_statistics(without)
    )
    assert u_alpha_nominal(with_empty) == u_alpha_nominal(without)
    assert u_alpha_binary(with_empty) == u_alpha_binary(without)
    assert unitizing_alpha(with_empty) == unitizing_alpha(without)
    assert span_outcome_statistics(with_empty, "x", "y").rows[:, 5].tolist() == [1] * 5


def test_nothing_but_empty_sentences() -> None:
    codings = coded({"s1": {"x": [], "y": []}}, lengths=0)
    assert undefined(CharLevelAlpha(), char_level_statistics(codings)) == "no overlap"
    assert undefined(U_ALPHA_NOMINAL, u_alpha_nominal_statistics(continuum(codings))) == "no overlap"
    assert unitizing_alpha(codings).undefined_because == "no overlap"
    assert pair_reasons(codings) == {"no spans"}
