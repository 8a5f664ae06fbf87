from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.export.contents import ESTIMATE
from tests.report.printed import printed, words
from toolkit.agreement.estimate import Estimate
from toolkit.codebook.model import Codebook, Question
from toolkit.codebook.parse import parse
from toolkit.codebook.shipped import shipped_names, shipped_text
from toolkit.report.agreement import AgreementReport, agreement_text

ALPHA = replace(
    ESTIMATE,
    value=0.812,
    ci_low=0.704,
    ci_high=0.899,
    interval_method="bca",
    interval_undefined_because=None,
    replicates=2000,
    n_clusters=11,
    interval_unreliable=False,
    n_pairable=240,
    n_annotators=3,
    target=0.7,
    verdict="reached",
    confirmed_by=None,
)
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


def report(*estimates: Estimate, **other: dict[str, int]) -> AgreementReport:
    nothing: dict[str, int] = {}
    return AgreementReport(
        "pilot",
        estimates,
        n_annotations=300,
        excluded=other.get("excluded", nothing),
        rejected=other.get("rejected", nothing),
        not_judged=other.get("not_judged", nothing),
        not_shown=other.get("not_shown", nothing),
    )


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
            found.append(replace(percent, target=None, verdict=None))
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
    assert "voice nominal .81 .70 … .90 92% 240 3 .70 reached" in words(agreement_text(report(ALPHA, percent)))


def test_a_set_is_compared_twice_and_its_name_stands_once() -> None:
    masi, jaccard = (replace(ALPHA, question="frames", level=f"set:{name}") for name in ("masi", "jaccard"))
    percent = replace(ALPHA, question="frames", level="set", measure="percent_agreement", value=0.5)
    text = words(agreement_text(report(masi, jaccard, percent)))
    assert "frames set:masi .81 .70 … .90 50%" in text
    assert text.count("frames") == 1
    assert text.count("50%") == 2


def test_an_interval_that_does_not_exist_says_why_below() -> None:
    seed_only = replace(ESTIMATE, interval_undefined_because="one article")
    none = replace(ESTIMATE, question="loaded", value=None, undefined_because="no variation", verdict="undecided")
    text = words(agreement_text(report(seed_only, none)))
    assert "voice nominal .75 – a" in text
    assert "loaded nominal – – b" in text
    assert "a one article" in text
    assert "b no variation" in text
    assert "nan" not in text.lower()
    assert "bootstrap" not in text
    assert "Fewer than ten" not in text


def test_intervals_that_rest_on_different_numbers_of_articles() -> None:
    rarely_asked = replace(ALPHA, question="kind", n_clusters=4, interval_method="percentile", interval_unreliable=True)
    text = words(agreement_text(report(ALPHA, rarely_asked)))
    assert "95 % intervals: bootstrap of 4 to 11 articles, BCa or percentile, 2,000 replicates, seed 1." in text
    assert ".70 … .90!" in text
    assert "Fewer than ten articles" in text


def test_sentences_as_if_they_were_independent() -> None:
    text = words(agreement_text(report(replace(ALPHA, cluster="unit", n_clusters=240))))
    assert "bootstrap of 240 sentences" in text


def test_no_target_is_not_a_target_of_zero() -> None:
    text = words(agreement_text(report(replace(ALPHA, target=None, verdict=None))))
    assert "240 3 –" in text
    assert "No target of its own" in text
    assert "No target" not in words(agreement_text(report(ALPHA)))


def test_what_was_left_out_is_counted_below() -> None:
    left_out = {
        "excluded": {"not_registered": 4, "skipped": 1},
        "rejected": {"kind": 2},
        "not_judged": {"voice": 1200},
        "not_shown": {"kind": 98},
    }
    text = words(agreement_text(report(ALPHA, **left_out)))
    assert "Excluded annotations: 4 not registered, 1 skipped (of 300)." in text
    assert "not valid under the codebook: 2 kind." in text
    assert "cannot be judged, unclear): 1,200 voice." in text
    assert "because of an earlier answer: 98 kind." in text


def test_percent_agreement_is_perfect_only_where_it_is() -> None:
    """Most tokens of a sentence are in no span: .998 is not everybody agreeing about every one."""
    alpha = replace(ALPHA, question="spans", level="span:Cue")
    percent = replace(alpha, measure="percent_agreement", value=0.998)
    assert "spans span:Cue .81 .70 … .90 >99% 240" in words(agreement_text(report(alpha, percent)))
    assert "for spans, of tokens" in words(agreement_text(report(alpha)))
    assert "of tokens" not in words(agreement_text(report(ALPHA)))


def test_a_target_between_two_hundredths_is_not_rounded() -> None:
    assert "240 3 .667 undecided" in words(agreement_text(report(replace(ALPHA, target=0.667, verdict="undecided"))))


def test_an_interval_of_no_width_is_not_certainty() -> None:
    perfect = replace(ALPHA, value=1.0, ci_low=1.0, ci_high=1.0, interval_method="percentile")
    assert "the next article may still differ" in words(agreement_text(report(perfect)))
    assert "next article" not in words(agreement_text(report(ALPHA)))


def test_a_verdict_is_explained_where_there_is_one() -> None:
    explained = "Target reached: the whole interval, before rounding, is at or above it"
    assert explained in words(agreement_text(report(ALPHA)))
    assert explained not in words(agreement_text(report(replace(ALPHA, target=None, verdict=None))))


def test_a_second_opinion_is_named() -> None:
    other = replace(ALPHA, confirmed_by="krippendorff 0.9.0")
    assert "1 of 2 alphas recomputed by krippendorff 0.9.0" in words(agreement_text(report(other, ALPHA)))


def test_a_round_nobody_has_coded() -> None:
    assert "pilot" in printed(agreement_text(report()))
